//! Which fields the generated records have, and in which order.

use std::str::FromStr;

use crate::format::field::{DEFAULT_FORMAT, FIELDS, TRANSIT_GATEWAY_FORMAT, field};

/// Which fields the records have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldSet {
    /// The 14 fields of the default format.
    V2,
    /// The 29 fields of versions 2 to 5.
    V5,
    /// Every VPC field up to version 11, without the Transit Gateway set.
    All,
    /// These fields in this order, as in a custom format.
    Custom(Vec<String>),
}

impl FieldSet {
    /// Names of the fields, in the order of the columns.
    pub fn names(&self) -> Vec<String> {
        let up_to = |version| {
            let kept = FIELDS.iter().filter(move |field| field.version <= version && field.version != 6);
            kept.map(|field| field.name.to_string()).collect()
        };
        match self {
            FieldSet::V2 => DEFAULT_FORMAT.iter().map(|name| name.to_string()).collect(),
            FieldSet::V5 => up_to(5),
            FieldSet::All => up_to(u8::MAX),
            FieldSet::Custom(names) => names.clone(),
        }
    }
}

impl FromStr for FieldSet {
    type Err = String;

    /// Reads `v2`, `v5`, `all`, or a format string as the AWS CLI takes it: `${srcaddr} ${dstaddr}`.
    fn from_str(text: &str) -> Result<FieldSet, String> {
        match text {
            "v2" => return Ok(FieldSet::V2),
            "v5" => return Ok(FieldSet::V5),
            "all" => return Ok(FieldSet::All),
            _ => {}
        }
        let names: Result<Vec<String>, String> = text.split_whitespace().map(custom_name).collect();
        match names? {
            names if names.is_empty() => Err("no fields: name v2, v5, all or a format string".to_string()),
            names if (1..names.len()).any(|at| names[..at].contains(&names[at])) => {
                Err("a field stands twice: leave one out".to_string())
            }
            names => Ok(FieldSet::Custom(names)),
        }
    }
}

fn custom_name(word: &str) -> Result<String, String> {
    let name = word.strip_prefix("${").and_then(|word| word.strip_suffix('}'));
    let name =
        name.ok_or_else(|| format!("{word}: name v2, v5, all or fields like ${{srcaddr}} with spaces between"))?;
    match field(name) {
        // Both formats have some fields; those of Transit Gateway logs alone have version 6.
        Some(known) if known.name == name && known.version != 6 => Ok(name.to_string()),
        Some(known) if TRANSIT_GATEWAY_FORMAT.contains(&known.name) => {
            Err(format!("{name}: only Transit Gateway logs have this field"))
        }
        _ => Err(format!("{name}: VPC Flow Logs have no field of this name")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_set_is_a_name_or_a_format_string() {
        assert_eq!("v5".parse(), Ok(FieldSet::V5));
        let custom = FieldSet::Custom(vec!["dstaddr".to_string(), "bytes".to_string()]);
        assert_eq!("${dstaddr}  ${bytes}".parse(), Ok(custom));
    }

    #[test]
    fn what_is_no_field_is_refused_with_a_reason() {
        let error = |text: &str| text.parse::<FieldSet>().expect_err("no field set");
        assert_eq!(error("v6"), "v6: name v2, v5, all or fields like ${srcaddr} with spaces between");
        assert_eq!(error("${srcadr}"), "srcadr: VPC Flow Logs have no field of this name");
        assert_eq!(error("${tgw-id}"), "tgw-id: only Transit Gateway logs have this field");
        assert_eq!(error(" "), "no fields: name v2, v5, all or a format string");
    }
}
