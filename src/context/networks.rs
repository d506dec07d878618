//! Which networks are ours.

use std::net::IpAddr;

use ipnet::IpNet;

use super::interfaces::Interface;

/// Private, shared (carrier-grade NAT) and link-local networks: RFC 1918, 6598, 4193, 3927 and 4291.
pub const DEFAULT_OWN_NETWORKS: [&str; 7] =
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10"];

/// The given networks or the default, and every address of our interfaces that lies outside, public ones too.
pub(super) fn own(given: &[IpNet], interfaces: &[Interface]) -> Vec<IpNet> {
    let default = || DEFAULT_OWN_NETWORKS.iter().map(|network| network.parse().expect("a network"));
    let mut networks: Vec<IpNet> = if given.is_empty() { default().collect() } else { given.to_vec() };
    let addresses =
        interfaces.iter().flat_map(|interface| interface.addresses.iter().chain(&interface.public_addresses));
    let outside: Vec<IpNet> = addresses
        .filter(|address| !networks.iter().any(|network| network.contains(*address)))
        .map(|address| IpNet::from(*address))
        .collect();
    networks.extend(outside);
    IpNet::aggregate(&networks)
}

/// A network as people write it, or one address; not all of them, and not a network that lacks its length.
///
/// # Errors
/// When it is none, with the remedy.
pub fn parse_own_network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    let network = text.parse::<IpNet>().or(address);
    let network = network.map_err(|_| "a network is written 10.0.0.0/8 or 2001:db8::/32".to_owned())?;
    if network.prefix_len() == 0 {
        return Err("it holds every address, and then nobody is a stranger; name your networks".to_owned());
    }
    let is_bare = !text.contains('/');
    if is_bare && (text.ends_with(".0") || text.ends_with("::")) {
        return Err(format!("a network has a length: write {text}/24, or whatever it is"));
    }
    Ok(network)
}
