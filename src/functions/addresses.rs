//! Functions of one address: what kind of host it is, its family, its canonical text, its network.

use std::fmt::{self, Write};
use std::net::IpAddr;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use ipnet::IpNet;

use super::function::{Argument, Function, Kind, Literals, any_literal, map_text};
use super::ip;

const ADDRESS: Argument = ("addr", Kind::Text, "An IPv4 or IPv6 address as text. What is no address gives NULL.");

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "is_private",
        syntax: "is_private(addr)",
        arguments: &[ADDRESS],
        returns: DataType::Boolean,
        meaning: "Whether the address is of a network's own side: RFC 1918, shared address space 100.64.0.0/10, \
                  IPv6 unique local fc00::/7, link-local or loopback.",
        example: "is_private('10.1.2.3') -- true",
        check: any_literal,
        evaluate: |args| booleans(&args[0], ip::is_private),
    },
    Function {
        name: "is_public",
        syntax: "is_public(addr)",
        arguments: &[ADDRESS],
        returns: DataType::Boolean,
        meaning: "Whether the address is of one host on the internet: not private, multicast, broadcast, \
                  unspecified or reserved. Documentation ranges (192.0.2.0/24, 2001:db8::/32 and the like) count \
                  as public, because they stand for internet hosts in AWS' documentation.",
        example: "is_public('203.0.113.7') -- true",
        check: any_literal,
        evaluate: |args| booleans(&args[0], ip::is_public),
    },
    Function {
        name: "ip_family",
        syntax: "ip_family(addr)",
        arguments: &[ADDRESS],
        returns: DataType::Int64,
        meaning: "4 or 6. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4 address, here and everywhere.",
        example: "ip_family('2001:db8::1') -- 6",
        check: any_literal,
        evaluate: ip_family,
    },
    Function {
        name: "ip_normalize",
        syntax: "ip_normalize(addr)",
        arguments: &[ADDRESS],
        returns: DataType::Utf8View,
        meaning: "The address in its one canonical spelling (RFC 5952: lower case, compressed), so that equal \
                  IPv6 addresses are equal texts.",
        example: "ip_normalize('2001:DB8:0:0:0:0:0:1') -- 2001:db8::1",
        check: any_literal,
        evaluate: ip_normalize,
    },
    Function {
        name: "ip_trunc",
        syntax: "ip_trunc(addr, bits)",
        arguments: &[
            ADDRESS,
            ("bits", Kind::Integer, "Prefix length, 0 to 128; more than 32 leaves an IPv4 address whole."),
        ],
        returns: DataType::Utf8View,
        meaning: "The network of the address' first bits, as CIDR text: what to group by to see networks, not hosts.",
        example: "ip_trunc('10.1.2.3', 24) -- 10.1.2.0/24",
        check: check_bits,
        evaluate: ip_trunc,
    },
];

fn booleans(addresses: &ArrayRef, f: impl Fn(IpAddr) -> bool) -> Result<ArrayRef> {
    let answers: BooleanArray = map_text(addresses, |text| text.and_then(ip::parse_host).map(&f))?;
    Ok(Arc::new(answers))
}

fn ip_family(args: &[ArrayRef]) -> Result<ArrayRef> {
    let family = |address| if matches!(address, IpAddr::V4(_)) { 4 } else { 6 };
    let families: Int64Array = map_text(&args[0], |text| text.and_then(ip::parse_host).map(family))?;
    Ok(Arc::new(families))
}

fn ip_normalize(args: &[ArrayRef]) -> Result<ArrayRef> {
    let texts: StringViewArray = map_text(&args[0], |text| text.and_then(ip::parse_host).map(ShortText::of_address))?;
    Ok(Arc::new(texts))
}

fn ip_trunc(args: &[ArrayRef]) -> Result<ArrayRef> {
    let bits = cast(&args[1], &DataType::Int64)?;
    let mut bits = bits.as_primitive::<Int64Type>().iter();
    let networks: StringViewArray = map_text(&args[0], |text| {
        let bits = bits.next().flatten();
        truncate(text.and_then(ip::parse_host)?, bits?).map(ShortText::of)
    })?;
    Ok(Arc::new(networks))
}

fn truncate(address: IpAddr, bits: i64) -> Option<IpNet> {
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let bits = u8::try_from(bits).ok().filter(|bits| *bits <= 128)?;
    IpNet::new(address, bits.min(longest)).ok().map(|network| network.trunc())
}

fn check_bits(literals: &Literals<'_>) -> Result<()> {
    let bits = literals[1].and_then(|bits| bits.cast_to(&DataType::Int64).ok());
    match bits {
        Some(ScalarValue::Int64(Some(bits))) if !(0..=128).contains(&bits) => {
            plan_err!("ip_trunc: bits is a prefix length from 0 to 128, not {bits}")
        }
        _ => Ok(()),
    }
}

/// The text of one address or network on the stack: 43 bytes at most, so that a row costs no allocation.
pub(crate) struct ShortText {
    bytes: [u8; 48],
    length: usize,
}

impl ShortText {
    pub(crate) fn of(value: impl fmt::Display) -> Self {
        let mut text = ShortText { bytes: [0; 48], length: 0 };
        write!(text, "{value}").expect("an address or network is at most 43 bytes long");
        text
    }

    /// The same for an address, many times faster than the formatter where it is IPv4.
    pub(crate) fn of_address(address: IpAddr) -> Self {
        let IpAddr::V4(v4) = address else { return Self::of(address) };
        let mut text = ShortText { bytes: [0; 48], length: 0 };
        for octet in v4.octets() {
            let digits = [octet / 100, octet / 10 % 10, octet % 10];
            let leading_zeros = usize::from(octet < 100) + usize::from(octet < 10);
            for digit in &digits[leading_zeros..] {
                text.bytes[text.length] = b'0' + digit;
                text.length += 1;
            }
            text.bytes[text.length] = b'.';
            text.length += 1;
        }
        text.length -= 1;
        text
    }
}

impl fmt::Write for ShortText {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let end = self.length + piece.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(piece.as_bytes());
        self.length = end;
        Ok(())
    }
}

impl AsRef<str> for ShortText {
    fn as_ref(&self) -> &str {
        str::from_utf8(&self.bytes[..self.length]).expect("only whole strs were written")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_network_fits_on_the_stack() {
        let longest: IpNet = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128".parse().expect("a network");
        assert_eq!(ShortText::of(longest).as_ref(), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128");
    }

    #[test]
    fn an_address_is_written_as_the_formatter_writes_it() {
        let of_octets = (0..=255).map(|octet| IpAddr::from([octet, 255 - octet, octet / 10, octet % 7]));
        let others = ["2001:db8::1", "::", "::ffff:10.0.0.1"].map(|text| text.parse().expect("an address"));
        for address in of_octets.chain(others) {
            assert_eq!(ShortText::of_address(address).as_ref(), address.to_string());
        }
    }

    #[test]
    fn a_prefix_longer_than_the_address_leaves_it_whole() {
        let trunc =
            |text, bits| truncate(ip::parse(text).expect("an address"), bits).map(|network| network.to_string());
        assert_eq!(trunc("10.1.2.3", 31).as_deref(), Some("10.1.2.2/31"));
        assert_eq!(trunc("10.1.2.3", 64).as_deref(), Some("10.1.2.3/32"));
        assert_eq!(trunc("2001:db8:1:2:3::4", 64).as_deref(), Some("2001:db8:1:2::/64"));
        assert_eq!(trunc("10.1.2.3", 0).as_deref(), Some("0.0.0.0/0"));
        for bits in [-1, 129, 256, i64::MIN, i64::MAX] {
            assert_eq!(trunc("10.1.2.3", bits), None, "{bits}");
        }
    }
}
