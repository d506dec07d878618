//! Errors of types, in the names that SQL has for them: `Utf8View` is text.

use super::{Trouble, between, plain};

/// What the engine calls types, the longer names first, and what SQL does.
const NAMES: [(&str, &str); 18] = [
    ("LargeUtf8", "text"),
    ("Utf8View", "text"),
    ("Utf8", "text"),
    ("String", "text"),
    ("UInt64", "bigint"),
    ("Int64", "bigint"),
    ("UInt32", "int"),
    ("Int32", "int"),
    ("UInt16", "int"),
    ("Int16", "int"),
    ("Float64", "double"),
    ("Boolean", "boolean"),
    ("Date32", "date"),
    ("Date", "date"),
    ("Timestamp", "timestamp"),
    ("Interval", "interval"),
    ("Duration", "interval"),
    ("Decimal", "decimal"),
];

/// What an error of types says, if it is one.
pub fn told(error: &str) -> Option<Trouble> {
    let first = |text: &str| text.split(['.', '\n']).next().unwrap_or_default().to_owned();
    if let Some(call) = between(error, "No function matches the given name and argument types '", "'") {
        return Some(of_call(error, call));
    }
    if let Some((_, sum)) = error.split_once("Cannot coerce arithmetic expression ") {
        let sum = sum.trim_end_matches(" to valid types");
        return Some(Trouble::of(format!("{} can't be calculated", in_sql(&first(sum)))));
    }
    if let Some((_, comparison)) = error.split_once("argument type for comparison operation ") {
        return Some(Trouble::of(format!("{} can't be compared", in_sql(&first(comparison)))));
    }
    if let Some(column) = between(error, "While expanding wildcard, column \"", "\" must appear in the GROUP BY clause")
    {
        let column = column.rsplit('.').next().unwrap_or(column);
        return Some(Trouble::of(format!(
            "{column} has many values in a group: name it in GROUP BY, or say which is meant, as in max({column})"
        )));
    }
    let value = between(error, "Cannot cast string '", "' to value of ");
    let kind = value.and_then(|_| between(error, "' to value of ", " type"));
    value.zip(kind).map(|(value, kind)| {
        let number = ["Int", "UInt", "Float", "Decimal"].iter().any(|number| kind.starts_with(number));
        let kind = if number { "number".to_owned() } else { in_sql(kind) };
        Trouble::of(format!("'{value}' is no {kind}"))
    })
}

/// A function with arguments that it does not take.
fn of_call(error: &str, call: &str) -> Trouble {
    let name = call.split('(').next().unwrap_or(call);
    let of_candidates = error.split_once("Candidate functions:").map_or("", |(_, candidates)| candidates);
    let mut candidates: Vec<_> = of_candidates
        .lines()
        .map(|line| in_sql(line.trim()))
        .filter(|line| line.starts_with(name) && !line.contains("UserDefined") && !line.contains("Any"))
        .collect();
    candidates.dedup();
    let said = format!("{} is not taken", in_sql(call));
    match candidates.split_last() {
        None => Trouble::of(said),
        Some((last, [])) => Trouble::of(format!("{said}, but {last}")),
        Some((last, others)) => Trouble::of(format!("{said}, but {} or {last}", others.join(", "))),
    }
}

/// A text with the names of types that SQL has.
fn in_sql(text: &str) -> String {
    let mut told = String::new();
    let mut left = text;
    while let Some(c) = left.chars().next() {
        let known = NAMES.iter().find(|(name, _)| left.starts_with(name));
        match known {
            Some((name, in_sql)) => {
                told += in_sql;
                left = &left[name.len()..];
                // A timestamp's unit, an interval's parts.
                if ["Timestamp", "Interval", "Duration", "Decimal"].contains(name) && left.starts_with('(') {
                    left = left.split_once(')').map_or("", |(_, left)| left);
                }
            }
            None => {
                // The rest of a word is no name of a type.
                let word =
                    left.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(left.len()).max(c.len_utf8());
                told += &left[..word];
                left = &left[word..];
            }
        }
    }
    plain(&told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_their_names_in_sql() {
        for (error, said) in [
            (
                "Internal error: ... No function matches the given name and argument types 'avg(Utf8View)'. You might need to \
                 add explicit type casts.\n\tCandidate functions:\n\tavg(Decimal)\n\tavg(Duration)\n\tavg(Float64)",
                "avg(text) is not taken, but avg(decimal), avg(interval) or avg(double)",
            ),
            (
                "No function matches the given name and argument types 'map_extract(List(Utf8View), Int64)'. You might\n\
                 \tCandidate functions:\n\tmap_extract(UserDefined)",
                "map_extract(List(text), bigint) is not taken",
            ),
            (
                "Error during planning: Cannot coerce arithmetic expression Timestamp(s, \"UTC\") - Int64 to valid types",
                "timestamp - bigint can't be calculated",
            ),
            (
                "Error during planning: Cannot infer common argument type for comparison operation Int64 > Timestamp(ns)",
                "bigint > timestamp can't be compared",
            ),
            ("Arrow error: Cast error: Cannot cast string 'ssh' to value of Int32 type", "'ssh' is no number"),
            ("Cast error: Cannot cast string '2026/03/11' to value of Date32 type", "'2026/03/11' is no date"),
        ] {
            assert_eq!(told(error).map(|trouble| trouble.said).as_deref(), Some(said));
        }
        assert_eq!(told("Resources exhausted"), None);
    }
}
