//! What is looked at: by what it is called, and which records are its own.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use datafusion::common::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{Expr, ident, lit};
use datafusion::prelude::DataFrame;
use thiserror::Error;

use crate::context::Context;
use crate::functions::ip;
use crate::session::Session;

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entity {
    /// A host, ours or not; of several that have the address, that of this network: a VPC or an account.
    Address(IpAddr, Option<String>),
    /// A network interface.
    Interface(String),
    /// An instance, by all of its interfaces.
    Instance(String),
}

/// A text that names no entity.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}: is no address (10.0.0.5, or 10.0.0.5%vpc-1 of one network), interface (eni-...) or instance (i-...)")]
pub struct NoEntity(String);

impl FromStr for Entity {
    type Err = NoEntity;

    fn from_str(text: &str) -> std::result::Result<Self, NoEntity> {
        let is_id =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if let Some(address) = ip::parse(text) {
            return Ok(Entity::Address(address, None));
        }
        if let Some((address, network)) = text.split_once('%')
            && let Some(address) = ip::parse(address)
            && is_id(network)
        {
            return Ok(Entity::Address(address, Some(network.to_owned())));
        }
        match text.split_once('-') {
            Some(("eni", id)) if is_id(id) => Ok(Entity::Interface(text.to_owned())),
            Some(("i", id)) if is_id(id) => Ok(Entity::Instance(text.to_owned())),
            _ => Err(NoEntity(text.to_owned())),
        }
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entity::Address(address, None) => address.fmt(f),
            Entity::Address(address, Some(network)) => write!(f, "{address}%{network}"),
            Entity::Interface(id) | Entity::Instance(id) => f.pad(id),
        }
    }
}

/// What may be done where nothing is known of it.
pub(super) fn hint(entity: &Entity) -> &'static str {
    match entity {
        Entity::Address(_, None) => "; look at the period (--date, --since, --around)",
        Entity::Address(_, Some(_)) => {
            "; look at the period (--date, --since, --around), and whether the logs have vpc-id: else the network is the account"
        }
        Entity::Interface(_) => "; look at the period, or whether the logs have interface-id",
        Entity::Instance(_) => {
            "; look at the period, or whether the logs have instance-id, and give --interfaces where they do not"
        }
    }
}

/// Which rows of `flows`, or of the roll-up that is kept, are the entity's.
pub(super) fn condition(
    session: &Session,
    entity: &Entity,
    context: &Context,
    interfaces: &[String],
    table: &DataFrame,
) -> Result<Expr> {
    let has = |name: &&str| table.schema().has_column_with_unqualified_name(name);
    match entity {
        Entity::Address(address, network) => {
            // In logs an address can be written in several ways, in what is kept there is one.
            let normalized = session.context().udf("ip_normalize")?;
            let of_logs = ["srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr"].into_iter().filter(has);
            let of_logs = of_logs.map(|name| normalized.call(vec![ident(name)]));
            let kept = ["initiator", "responder"].into_iter().filter(has).map(ident);
            // Records of a host have its private address, whatever the internet calls it.
            let all: Vec<Expr> = context.with_private_of(*address).iter().map(|one| lit(one.to_string())).collect();
            let is_it = |end: Expr| end.in_list(all.clone(), false);
            let any = |all: &mut dyn Iterator<Item = Expr>| all.reduce(Expr::or).unwrap_or_else(|| lit(false));
            let has_address = any(&mut of_logs.chain(kept).map(is_it));
            let Some(network) = network else { return Ok(has_address) };
            // What an interface of its network sees of the address is the host; others may see one of theirs.
            let networks = ["vpc_id", "account_id", "_account"].into_iter().filter(has);
            Ok(has_address.and(any(&mut networks.map(|name| ident(name).eq(lit(network.clone()))))))
        }
        _ if !has(&"interface_id") => Ok(lit(false)),
        _ => Ok(ident("interface_id").in_list(interfaces.iter().map(|id| lit(id.clone())).collect(), false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_told_by_their_form() {
        let entity = |text: &str| text.parse::<Entity>().map(|entity| entity.to_string());
        let address = |text: &str| text.parse().expect("an address");
        assert_eq!("2001:DB8::1".parse(), Ok(Entity::Address(address("2001:db8::1"), None)));
        assert_eq!("10.0.0.6%vpc-0a".parse(), Ok(Entity::Address(address("10.0.0.6"), Some("vpc-0a".to_owned()))));
        assert_eq!(entity("::ffff:10.0.0.6%vpc-0a"), Ok("10.0.0.6%vpc-0a".to_owned()));
        assert_eq!("eni-0a1b".parse(), Ok(Entity::Interface("eni-0a1b".to_owned())));
        assert_eq!("i-0a1b".parse(), Ok(Entity::Instance("i-0a1b".to_owned())));
        for other in
            ["", "eni-", "10.0.0", "10.0.0.0/8", "web-1", "i-0'; --", "10.0.0.6%", "10.0.0.6%vpc'", "web%vpc-1"]
        {
            assert_eq!(entity(other), Err(NoEntity(other.to_owned())), "{other}");
        }
    }
}
