//! The name that was probably meant: a typo is answered with it.

/// How alike two names must be, from 0 to 1 (Jaro-Winkler).
const ALIKE: f64 = 0.8;

/// The one of `known` that is most like `name`, if one is.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |known: &&str| strsim::jaro_winkler(name, known);
    let nearest = known.into_iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)))?;
    (likeness(&nearest) >= ALIKE).then_some(nearest)
}

/// ` (did you mean NAME?)`, where there is one to mean.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map_or(String::new(), |near| format!(" (did you mean {near}?)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_is_answered_and_a_stranger_is_not() {
        let known = ["beacon", "block-scan", "port-scan"];
        assert_eq!(nearest("beakon", known), Some("beacon"));
        assert_eq!(did_you_mean("portscan", known), " (did you mean port-scan?)");
        assert_eq!(did_you_mean("telnet", known), "");
        assert_eq!(did_you_mean("telnet", []), "");
    }
}
