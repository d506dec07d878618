//! TCP flags: the number of the `tcp_flags` field as names.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, AsArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;

use super::function::{Function, Kind, any_literal};

pub(super) static FUNCTIONS: &[Function] = &[Function {
    name: "tcp_flag_names",
    syntax: "tcp_flag_names(flags)",
    arguments: &[("flags", Kind::Integer, "The `tcp_flags` field, 0 to 255. Any other number gives NULL.")],
    returns: DataType::Utf8View,
    meaning: "The names of the flags in the order of their bits (FIN SYN RST PSH ACK URG ECE CWR), `none` for 0. \
              The field holds every flag of the interval, one direction: `SYN` alone is an attempt, `SYN ACK` an \
              answer, and `none` the middle of a connection, since AWS does not log a bare ACK or PSH.",
    example: "tcp_flag_names(18) -- SYN ACK",
    check: any_literal,
    evaluate: tcp_flag_names,
}];

/// By bit, lowest first.
const NAMES: [&str; 8] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

/// Every combination there is, so that a row costs a look-up.
static COMBINATIONS: LazyLock<Vec<String>> = LazyLock::new(|| (0..=255).map(names).collect());

/// The number of flags that are named, with anything between them.
pub(crate) fn number(named: &str) -> Option<u8> {
    let bit = |name: &str| NAMES.iter().position(|known| known.eq_ignore_ascii_case(name)).map(|bit| 1 << bit);
    named.split(|c: char| !c.is_alphabetic()).try_fold(0, |flags, name| Some(flags | bit(name)?))
}

/// The names of flags, as `tcp_flag_names` has them.
pub(crate) fn names(flags: u8) -> String {
    let set: Vec<_> =
        NAMES.into_iter().enumerate().filter(|(bit, _)| flags >> bit & 1 == 1).map(|(_, name)| name).collect();
    if set.is_empty() { "none".to_string() } else { set.join(" ") }
}

fn tcp_flag_names(args: &[ArrayRef]) -> Result<ArrayRef> {
    let flags = cast(&args[0], &DataType::Int64)?;
    let names: StringViewArray =
        flags.as_primitive::<Int64Type>().iter().map(|flags| COMBINATIONS.get(usize::try_from(flags?).ok()?)).collect();
    Ok(Arc::new(names))
}
