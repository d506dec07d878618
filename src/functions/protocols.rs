//! IP protocol numbers as names.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;

use super::function::{Function, Kind, any_literal};

pub(super) static FUNCTIONS: &[Function] = &[Function {
    name: "protocol_name",
    syntax: "protocol_name(protocol)",
    arguments: &[("protocol", Kind::Integer, "The `protocol` field, an IANA protocol number.")],
    returns: DataType::Utf8View,
    meaning: "The name of an IP protocol number (IANA), the number itself as text where it has no known name.",
    example: "protocol_name(6) -- TCP",
    check: any_literal,
    evaluate: protocol_name,
}];

/// The protocols of IANA's registry that are met on networks, by number. The registry's name is used unless
/// everybody says another (ICMPv6, OSPF, IPIP). 27, "RDP", is left out: no one would read it as the Reliable
/// Data Protocol.
const PROTOCOLS: &[(i64, &str)] = &[
    (0, "HOPOPT"),
    (1, "ICMP"),
    (2, "IGMP"),
    (3, "GGP"),
    (4, "IPv4"),
    (5, "ST"),
    (6, "TCP"),
    (7, "CBT"),
    (8, "EGP"),
    (9, "IGP"),
    (17, "UDP"),
    (33, "DCCP"),
    (41, "IPv6"),
    (43, "IPv6-Route"),
    (44, "IPv6-Frag"),
    (45, "IDRP"),
    (46, "RSVP"),
    (47, "GRE"),
    (48, "DSR"),
    (50, "ESP"),
    (51, "AH"),
    (54, "NARP"),
    (55, "MOBILE"),
    (57, "SKIP"),
    (58, "ICMPv6"),
    (59, "IPv6-NoNxt"),
    (60, "IPv6-Opts"),
    (73, "CPHB"),
    (88, "EIGRP"),
    (89, "OSPF"),
    (94, "IPIP"),
    (97, "ETHERIP"),
    (98, "ENCAP"),
    (103, "PIM"),
    (108, "IPComp"),
    (111, "IPX-in-IP"),
    (112, "VRRP"),
    (113, "PGM"),
    (115, "L2TP"),
    (121, "SMP"),
    (123, "PTP"),
    (124, "ISIS over IPv4"),
    (132, "SCTP"),
    (133, "FC"),
    (135, "Mobility Header"),
    (136, "UDPLite"),
    (137, "MPLS-in-IP"),
    (138, "manet"),
    (139, "HIP"),
    (140, "Shim6"),
    (141, "WESP"),
    (142, "ROHC"),
    (143, "Ethernet"),
];

fn protocol_name(args: &[ArrayRef]) -> Result<ArrayRef> {
    let numbers = cast(&args[0], &DataType::Int64)?;
    let names: StringViewArray = numbers.as_primitive::<Int64Type>().iter().map(|number| number.map(name)).collect();
    Ok(Arc::new(names))
}

fn name(number: i64) -> Cow<'static, str> {
    match PROTOCOLS.binary_search_by_key(&number, |(known, _)| *known) {
        Ok(index) => Cow::Borrowed(PROTOCOLS[index].1),
        Err(_) => Cow::Owned(number.to_string()),
    }
}

/// The number of a protocol by its name, in any case; for functions that take either.
pub(crate) fn number(name: &str) -> Option<i64> {
    PROTOCOLS.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_are_found_back() {
        assert!(PROTOCOLS.is_sorted_by(|a, b| a.0 < b.0));
        for (known, name) in PROTOCOLS {
            assert_eq!(number(name), Some(*known));
        }
        assert_eq!((number("udp"), number("quic")), (Some(17), None));
    }
}
