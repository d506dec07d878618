//! Networks: CIDR text to `IpNet`, and a set of networks that answers "is this address in one of them" in
//! logarithmic time, for a threat list has thousands.
//!
//! The invariant: a network is what its text covers. Host bits are dropped (`10.0.0.1/8` is `10.0.0.0/8`), a
//! bare address is the network of that one host, and an IPv4-mapped IPv6 network (`::ffff:0:0/96` and below) is
//! the IPv4 network. IPv4 addresses lie in no IPv6 network, `::/0` included.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::ip;

/// Why a text is no network; the sentence a user reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no network: {reason}; write it like '10.0.0.0/8', '2001:db8::/32' or '192.0.2.7'")]
pub(crate) struct InvalidNetwork {
    text: String,
    reason: &'static str,
}

/// The network `text` names.
///
/// # Errors
/// Says what is wrong with the text: its address or its prefix length.
pub(crate) fn parse(text: &str) -> Result<IpNet, InvalidNetwork> {
    let invalid = |reason| InvalidNetwork { text: text.chars().take(64).collect(), reason };
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    // The family as written: the prefix of '::ffff:10.0.0.0/104' counts IPv6 bits although the address is IPv4.
    let written_as_ipv6 = address.contains(':');
    let address = ip::parse(address).ok_or_else(|| invalid("it does not begin with an IPv4 or IPv6 address"))?;
    let bits: u8 = if written_as_ipv6 { 128 } else { 32 };
    let length = match length {
        None => bits,
        Some(length) => prefix_length(length)
            .filter(|length| *length <= bits)
            .ok_or_else(|| invalid("the prefix length is a number from 0 to 32 for IPv4, to 128 for IPv6"))?,
    };
    Ok(network(address, written_as_ipv6, length))
}

/// The network of the first `length` bits of `address`; `length` fits the family the address was written in.
fn network(address: IpAddr, written_as_ipv6: bool, length: u8) -> IpNet {
    let network = match address {
        IpAddr::V4(v4) if written_as_ipv6 && length < 96 => Ipv6Net::new(v4.to_ipv6_mapped(), length).map(IpNet::V6),
        IpAddr::V4(v4) => Ipv4Net::new(v4, if written_as_ipv6 { length - 96 } else { length }).map(IpNet::V4),
        IpAddr::V6(v6) => Ipv6Net::new(v6, length).map(IpNet::V6),
    };
    network.expect("the length was checked against the family").trunc()
}

fn prefix_length(text: &str) -> Option<u8> {
    let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| canonical)
}

/// A set of networks, kept as sorted ranges that do not overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Networks {
    ipv4: Vec<(u32, u32)>,
    ipv6: Vec<(u128, u128)>,
}

impl Networks {
    /// Whether one of the networks holds `address`.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(v4) => lies_in(&self.ipv4, v4.to_bits()),
            IpAddr::V6(v6) => lies_in(&self.ipv6, v6.to_bits()),
        }
    }
}

impl FromIterator<IpNet> for Networks {
    fn from_iter<T: IntoIterator<Item = IpNet>>(networks: T) -> Self {
        let (mut ipv4, mut ipv6) = (vec![], vec![]);
        for network in networks {
            match network {
                IpNet::V4(v4) => ipv4.push(v4),
                IpNet::V6(v6) => ipv6.push(v6),
            }
        }
        let range4 = |network: Ipv4Net| (network.network().to_bits(), network.broadcast().to_bits());
        let range6 = |network: Ipv6Net| (network.network().to_bits(), network.broadcast().to_bits());
        Networks {
            ipv4: Ipv4Net::aggregate(&ipv4).into_iter().map(range4).collect(),
            ipv6: Ipv6Net::aggregate(&ipv6).into_iter().map(range6).collect(),
        }
    }
}

fn lies_in<T: Ord + Copy>(ranges: &[(T, T)], address: T) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= address);
    after > 0 && address <= ranges[after - 1].1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> String {
        parse(text).map_or_else(|error| error.reason.to_string(), |network| network.to_string())
    }

    #[test]
    fn a_network_is_what_its_text_covers() {
        for (text, expected) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("10.1.2.3", "10.1.2.3/32"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8:0::1/32", "2001:db8::/32"),
            ("2001:db8::1", "2001:db8::1/128"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("::ffff:10.1.2.3", "10.1.2.3/32"),
            ("::ffff:0:0/95", "::fffe:0:0/95"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_network_says_why() {
        for text in ["", "-", "10.0.0/8", "010.0.0.0/8", "10.0.0.0 /8", "example.com/24", "/8"] {
            assert!(parsed(text).contains("begin with"), "{text:?}: {}", parsed(text));
        }
        for text in ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/8/9", "::/129", "::/256"] {
            assert!(parsed(text).contains("prefix length"), "{text:?}: {}", parsed(text));
        }
        let error = parse(&"9".repeat(1_000_000)).expect_err("no address");
        assert!(error.to_string().len() < 250, "a hostile text must not fill the terminal");
    }

    proptest! {
        #[test]
        fn a_set_holds_what_one_of_its_networks_holds(
            networks in prop::collection::vec((any::<u32>(), 0u8..=32, any::<u128>(), 0u8..=128), 0..20),
            probe in any::<u32>(),
        ) {
            let networks: Vec<IpNet> = networks
                .into_iter()
                .flat_map(|(v4, length4, v6, length6)| {
                    [network(IpAddr::V4(v4.into()), false, length4), network(IpAddr::V6(v6.into()), true, length6)]
                })
                .collect();
            let set: Networks = networks.iter().copied().collect();
            let edges = networks.iter().flat_map(|network| [network.network(), network.broadcast()]);
            for address in edges.chain([IpAddr::V4(probe.into()), IpAddr::V4(probe.wrapping_add(1).into())]) {
                prop_assert_eq!(set.contains(address), networks.iter().any(|network| network.contains(&address)));
            }
        }
    }
}
