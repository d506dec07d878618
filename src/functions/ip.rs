//! Addresses: text to `IpAddr`, and what kind of host an address stands for.
//!
//! The invariant: one host has one identity. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) IS the IPv4
//! address, however it was written, so comparing, grouping and network membership never see two of it.
//! What is no address to the standard library's parser is none here either.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address `text` holds, `None` if it holds none. Nothing is trimmed.
pub(super) fn parse(text: &str) -> Option<IpAddr> {
    match parse_ipv4(text.as_bytes()) {
        Some(address) => Some(IpAddr::V4(address)),
        None => text.parse().ok().map(|address: Ipv6Addr| address.to_canonical()),
    }
}

/// The standard library's IPv4 grammar (four decimal octets, no leading zeros) in one pass: nearly every address
/// of a flow log is IPv4, and parsing is most of what an address function does.
fn parse_ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    if !(7..=15).contains(&text.len()) {
        return None;
    }
    let (mut address, mut octet, mut digits, mut dots) = (0u32, 0u32, 0u32, 0u32);
    for &byte in text {
        if byte == b'.' {
            if digits == 0 || dots == 3 {
                return None;
            }
            address = address << 8 | octet;
            (octet, digits, dots) = (0, 0, dots + 1);
        } else {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            let leading_zero = digits > 0 && octet == 0;
            octet = octet * 10 + digit;
            digits += 1;
            if digit > 9 || leading_zero || octet > 255 {
                return None;
            }
        }
    }
    (dots == 3 && digits > 0).then(|| Ipv4Addr::from_bits(address << 8 | octet))
}

/// Whether an address belongs to a network's own side: RFC 1918, shared address space (RFC 6598), unique local
/// IPv6 (fc00::/7), link-local and loopback.
pub(super) fn is_private(address: IpAddr) -> bool {
    match reached(address) {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || v4.is_link_local() || v4.is_loopback() || (a == 100 && b & 0xc0 == 64)
        }
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_loopback(),
    }
}

/// Whether an address is that of one host on the internet. The ranges kept for documentation count: in AWS'
/// documentation, and in this project's sample logs, they stand for internet hosts.
pub(super) fn is_public(address: IpAddr) -> bool {
    match reached(address) {
        IpAddr::V4(v4) => {
            let this_network = v4.octets()[0] == 0;
            let protocol_assignments = v4.octets()[..3] == [192, 0, 0];
            let benchmarking = v4.octets()[0] == 198 && v4.octets()[1] & 0xfe == 18;
            let multicast_or_reserved = v4.octets()[0] >= 224; // 224/4 and 240/4, the broadcast address among them
            !(is_private(address) || this_network || protocol_assignments || benchmarking || multicast_or_reserved)
        }
        IpAddr::V6(v6) => v6.segments()[0] & 0xe000 == 0x2000, // 2000::/3 is all of global unicast
    }
}

/// The address whose kind counts: the IPv4 host behind a NAT64 address (64:ff9b::/96), which is how an
/// IPv6-only subnet of a VPC reaches the IPv4 internet, and any other address itself.
fn reached(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) if v6.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0] => {
            Ipv4Addr::from_bits(v6.to_bits() as u32).into()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> IpAddr {
        parse(text).expect("a literal address")
    }

    #[test]
    fn text_that_is_no_address_is_none() {
        for text in [
            "",
            "-",
            "10.0.0",
            "10.0.0.0.1",
            "10.0.0.256",
            "10.0.0.01",
            "010.0.0.1",
            "10..0.1",
            ".10.0.1",
            "10.0.0.1.",
            " 10.0.0.1",
            "10.0.0.1 ",
            "10.0.0.1/32",
            "fe80::1%eth0",
            "[::1]",
            ":::",
            "1::2::3",
            "12345::",
            "１.1.1.1",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn all_spellings_of_a_host_are_one() {
        assert_eq!(of("2001:DB8:0:0:0:0:0:1"), of("2001:db8::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
        assert_eq!(of("::ffff:a00:1"), of("10.0.0.1"));
        assert!(of("::10.0.0.1").is_ipv6());
    }

    #[test]
    fn private_public_or_neither_at_the_borders() {
        let kind = |text| (is_private(of(text)), is_public(of(text)));
        let (private, public, neither) = ((true, false), (false, true), (false, false));
        for (text, expected) in [
            ("9.255.255.255", public),
            ("10.0.0.0", private),
            ("10.255.255.255", private),
            ("11.0.0.0", public),
            ("100.63.255.255", public),
            ("100.64.0.0", private),
            ("100.127.255.255", private),
            ("100.128.0.0", public),
            ("126.255.255.255", public),
            ("127.0.0.1", private),
            ("128.0.0.0", public),
            ("169.253.255.255", public),
            ("169.254.169.254", private),
            ("169.255.0.0", public),
            ("172.15.255.255", public),
            ("172.16.0.0", private),
            ("172.31.255.255", private),
            ("172.32.0.0", public),
            ("192.167.255.255", public),
            ("192.168.0.0", private),
            ("192.168.255.255", private),
            ("192.169.0.0", public),
            ("192.0.2.1", public),
            ("198.51.100.1", public),
            ("203.0.113.1", public),
            ("0.0.0.0", neither),
            ("0.255.255.255", neither),
            ("1.0.0.0", public),
            ("192.0.0.8", neither),
            ("198.17.255.255", public),
            ("198.18.0.0", neither),
            ("198.19.255.255", neither),
            ("198.20.0.0", public),
            ("223.255.255.255", public),
            ("224.0.0.1", neither),
            ("240.0.0.1", neither),
            ("255.255.255.255", neither),
            ("::", neither),
            ("::1", private),
            ("::2", neither),
            ("1fff::", neither),
            ("2000::", public),
            ("2001:db8::1", public),
            ("3fff:ffff::", public),
            ("4000::", neither),
            ("fbff::", neither),
            ("fc00::", private),
            ("fd00:ec2::253", private),
            ("fe00::", neither),
            ("fe80::1", private),
            ("febf::", private),
            ("fec0::", neither),
            ("ff02::1", neither),
            ("::ffff:10.0.0.1", private),
            ("::ffff:8.8.8.8", public),
            ("64:ff9b::10.0.0.1", private),
            ("64:ff9b::8.8.8.8", public),
            ("64:ff9b:1::8.8.8.8", neither),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn ipv4_is_parsed_as_the_standard_library_does(text in r"[0-9.:a-f]{0,17}|([0-9]{1,3}\.){3}[0-9]{1,3}") {
            prop_assert_eq!(parse_ipv4(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn any_bytes_are_parsed_as_the_standard_library_does(text in any::<String>()) {
            prop_assert_eq!(parse_ipv4(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn every_address_survives_its_text(bits in any::<u128>()) {
            let (v4, v6) = (Ipv4Addr::from_bits(bits as u32), Ipv6Addr::from_bits(bits));
            prop_assert_eq!(parse(&v4.to_string()), Some(IpAddr::V4(v4)));
            prop_assert_eq!(parse(&v6.to_string()), Some(v6.to_canonical()));
        }
    }
}
