//! Addresses: text to `IpAddr`, and what kind of host an address stands for.
//!
//! The invariant: one host has one identity. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) IS the IPv4
//! address, however it was written, so comparing, grouping and network membership never see two of it.
//! What is no address to the standard library's parser is none here either.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address `text` holds, `None` if it holds none. Nothing is trimmed.
pub(crate) fn parse(text: &str) -> Option<IpAddr> {
    match parse_ipv4(text.as_bytes()) {
        Some(address) => Some(IpAddr::V4(address)),
        None => text.parse().ok().map(|address: Ipv6Addr| address.to_canonical()),
    }
}

/// The address of a host, whose text may name its zone behind a percent sign: `10.0.0.5%vpc-1`, as the tables of
/// conversations call a host whose address others have, too.
pub(crate) fn parse_host(text: &str) -> Option<IpAddr> {
    parse(text).or_else(|| parse(text.split_once('%')?.0))
}

/// The standard library's IPv4 grammar (four decimal octets, no leading zeros) without a branch a byte. Nearly every
/// address of a flow log is IPv4, parsing is most of what an address function does, and branches on addresses as
/// varied as the internet's are mispredicted.
fn parse_ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    let word = padded_word(text)?;
    // The high bit of each byte: is it a dot, is it no digit. Adding to seven bits cannot carry into a neighbour.
    let beside_dot = word ^ (EACH_BYTE * u128::from(b'.'));
    let mut dots = !(((beside_dot & LOW_BITS) + LOW_BITS) | beside_dot) & HIGH_BIT;
    let digits = word ^ (EACH_BYTE * u128::from(b'0'));
    let no_digits = (((digits & LOW_BITS) + EACH_BYTE * (0x80 - 10)) | digits) & HIGH_BIT;
    if no_digits != dots {
        return None;
    }

    let (mut address, mut well_formed, mut rest, mut start) = (0, true, digits, 0);
    for _ in 0..4 {
        let dot = dots.trailing_zeros() / 8;
        dots &= dots.wrapping_sub(1);
        let length = dot.wrapping_sub(start) & 31;
        // One to three digits, right-aligned: hundreds, tens, ones.
        let aligned = (rest as u32 & 0x00ff_ffff) << (8 * (3u32.wrapping_sub(length) & 3));
        let octet = (aligned & 0xff) * 100 + (aligned >> 8 & 0xff) * 10 + (aligned >> 16 & 0xff);
        let leading_zero = (length > 1) & (rest & 0xff == 0);
        well_formed &= (length.wrapping_sub(1) < 3) & !leading_zero & (octet <= 255);
        address = address << 8 | octet & 0xff;
        rest >>= (8 * length + 8) & 63;
        start = dot + 1;
    }
    // The fourth dot is the first behind the text only if the text has three.
    (well_formed && start as usize == text.len() + 1).then(|| Ipv4Addr::from_bits(address))
}

const EACH_BYTE: u128 = u128::from_le_bytes([1; 16]);
const LOW_BITS: u128 = EACH_BYTE * 0x7f;
const HIGH_BIT: u128 = EACH_BYTE * 0x80;

/// A text of 7 to 15 bytes, first byte lowest, with dots behind it: the one that ends the last octet, and more.
/// Loaded as two words that overlap, because copying a variable length costs as much as all the rest.
fn padded_word(text: &[u8]) -> Option<u128> {
    let bits = 8 * text.len() as u32;
    let load8 = |bytes: &[u8; 8]| u128::from(u64::from_le_bytes(*bytes));
    let load4 = |bytes: &[u8; 4]| u128::from(u32::from_le_bytes(*bytes));
    let word = match text.len() {
        8..=15 => load8(text.first_chunk()?) | load8(text.last_chunk()?) << (bits - 64),
        7 => load4(text.first_chunk()?) | load4(text.last_chunk()?) << (bits - 32),
        _ => return None,
    };
    Some(word | (EACH_BYTE * u128::from(b'.')) << bits)
}

/// Whether an address belongs to a network's own side: RFC 1918, shared address space (RFC 6598), unique local
/// IPv6 (fc00::/7), link-local and loopback.
pub(crate) fn is_private(address: IpAddr) -> bool {
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
pub(crate) fn is_public(address: IpAddr) -> bool {
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
        fn an_address_with_one_byte_changed_is_parsed_as_the_standard_library_does(
            bits in any::<u32>(), at in any::<prop::sample::Index>(), byte in 0u8..128,
        ) {
            let mut text = Ipv4Addr::from_bits(bits).to_string().into_bytes();
            let at = at.index(text.len());
            text[at] = byte;
            let expected = str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
            prop_assert_eq!(parse_ipv4(&text), expected);
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
