//! All that files of context say of one address, for whoever reads a finding.

use std::net::IpAddr;

use serde::Serialize;

use super::{Context, ContextError, Seen};

/// What files of context say of an address; what they don't know is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AddressContext {
    /// The name of the host, or of the network that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The country, as ISO 3166-1's two letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The number of the autonomous system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asn: Option<u32>,
    /// The name of the autonomous system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_name: Option<String>,
    /// The AWS service whose address it is; `AMAZON` where it is no particular one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_service: Option<String>,
    /// The lists of threats on which it is, the worst first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub threat_lists: Vec<String>,
    /// Whether it is on a list of Tor's relays.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_tor: bool,
}

impl Context {
    /// What is known of an address that was seen somewhere; `None` when nothing is.
    ///
    /// # Errors
    /// When a database is damaged.
    pub fn about(&self, address: IpAddr, seen: &Seen<'_>) -> Result<Option<AddressContext>, ContextError> {
        let place = self.geo.place(address)?;
        let of_it = self.lists.threats.iter().filter(|list| list.contains(address));
        let about = AddressContext {
            name: self.names.name(address, seen).map(str::to_owned),
            country: place.country.map(str::to_owned),
            asn: place.asn,
            as_name: place.as_name.map(str::to_owned),
            aws_service: self.lists.aws.service(address).map(str::to_owned),
            threat_lists: of_it.map(|list| list.name.clone()).collect(),
            is_tor: self.lists.tor.iter().any(|list| list.contains(address)),
        };
        Ok((about != AddressContext::default()).then_some(about))
    }
}
