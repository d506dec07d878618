//! Which networks are ours.

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
