//! What is known of addresses, set beside them in what people read: `203.0.113.9 (NL, AS64496 Example) tried ...`.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::super::printable;
use crate::context::AddressContext;
use crate::detect::Finding;

/// A longer name is cut: a label is a hint beside a sentence, and names are as long as others make them.
const NAME_CHARS: usize = 40;

/// The service that stands for all of AWS.
const ALL_OF_AWS: &str = "AMAZON";

/// Labels of addresses; one that means several hosts has none.
pub(super) struct Labels(BTreeMap<String, Option<String>>);

impl Labels {
    /// Those of the actors and targets of findings.
    pub(super) fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut labels: BTreeMap<String, Option<String>> = BTreeMap::new();
        for finding in findings {
            for (address, about) in
                [(&finding.actor, &finding.actor_context), (&finding.target, &finding.target_context)]
            {
                let Some(address) = address else { continue };
                let label = about.as_ref().map(label);
                match labels.entry(address.clone()) {
                    Entry::Vacant(new) => {
                        new.insert(label);
                    }
                    Entry::Occupied(mut known) if *known.get() != label => {
                        known.insert(None);
                    }
                    Entry::Occupied(_) => {}
                }
            }
        }
        Labels(labels)
    }

    /// The text, printable, with each label behind the first place where its address stands.
    pub(super) fn told(&self, text: &str) -> String {
        let mut told = printable(text);
        let place = |(address, label): (&String, &Option<String>)| Some((end_of(address, &told)?, label.clone()?));
        let mut places: Vec<(usize, String)> = self.0.iter().filter_map(place).collect();
        // From the end, so that no label moves another's place or is taken for text.
        places.sort_unstable_by_key(|(end, _)| Reverse(*end));
        for (end, label) in places {
            told.insert_str(end, &format!(" ({label})"));
        }
        told
    }
}

/// What is known, in few words.
fn label(about: &AddressContext) -> String {
    let short = |name: &String| {
        let name = printable(name);
        if name.chars().count() <= NAME_CHARS {
            name
        } else {
            name.chars().take(NAME_CHARS - 1).chain(['…']).collect()
        }
    };
    let system = about.asn.map(|asn| match &about.as_name {
        Some(name) => format!("AS{asn} {}", short(name)),
        None => format!("AS{asn}"),
    });
    let service = about.aws_service.as_ref().map(|service| match service.as_str() {
        ALL_OF_AWS => "AWS".to_owned(),
        service => format!("AWS {}", printable(service)),
    });
    let threats = about.threat_lists.iter().map(|list| format!("on threat list {}", short(list)));
    let parts =
        [about.name.as_ref().map(short), about.country.clone(), system, service].into_iter().flatten().chain(threats);
    parts.chain(about.is_tor.then(|| "Tor".to_owned())).collect::<Vec<_>>().join(", ")
}

/// Where the first whole mention of an address ends, its port included.
fn end_of(address: &str, text: &str) -> Option<usize> {
    let in_word = |c: char| c.is_ascii_alphanumeric();
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find(address) {
        let (start, end) = (from + found, from + found + address.len());
        let (before, after) = (&text[..start], &text[end..]);
        let joins = |c: Option<char>, next: Option<char>| match c {
            Some('.' | ':' | '/') => next.is_some_and(in_word),
            Some(c) => in_word(c),
            None => false,
        };
        let starts = !joins(before.chars().next_back(), before.chars().rev().nth(1));
        let port = port_behind(address, before, after);
        let ends = port > 0 || !joins(after.chars().next(), after.chars().nth(1));
        if starts && ends {
            return Some(end + port);
        }
        from = end;
    }
    None
}

/// The length of `:443`, or of `]:443` behind an IPv6 address in brackets.
fn port_behind(address: &str, before: &str, after: &str) -> usize {
    let colon = match address.contains(':') {
        true if before.ends_with('[') => "]:",
        true => return 0,
        false => ":",
    };
    let digits = after.strip_prefix(colon).map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    if digits > 0 { colon.len() + digits } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(labels: &[(&str, &str)], text: &str) -> String {
        let labels = labels.iter().map(|(address, label)| ((*address).to_owned(), Some((*label).to_owned())));
        Labels(labels.collect()).told(text)
    }

    #[test]
    fn a_label_stands_behind_the_first_whole_address() {
        let one = [("10.0.0.1", "web")];
        for (text, expected) in [
            ("10.0.0.1 asked 10.0.0.1", "10.0.0.1 (web) asked 10.0.0.1"),
            ("10.0.0.11 and 110.0.0.1 asked 10.0.0.1.", "10.0.0.11 and 110.0.0.1 asked 10.0.0.1 (web)."),
            ("1.10.0.0.1, 10.0.0.1.5, 10.0.0.1/32", "1.10.0.0.1, 10.0.0.1.5, 10.0.0.1/32"),
            ("to 10.0.0.1:443, port 443", "to 10.0.0.1:443 (web), port 443"),
            ("to 10.0.0.1: nothing", "to 10.0.0.1 (web): nothing"),
            ("x\u{202e}10.0.0.1", "x\u{fffd}10.0.0.1 (web)"),
            ("nobody", "nobody"),
        ] {
            assert_eq!(told(&one, text), expected);
        }
        let two = [("2001:db8::1", "six"), ("10.0.0.1", "web")];
        for (text, expected) in [
            ("2001:db8::1 → 10.0.0.1", "2001:db8::1 (six) → 10.0.0.1 (web)"),
            ("2001:db8::11 → [2001:db8::1]:22", "2001:db8::11 → [2001:db8::1]:22 (six)"),
            ("2001:db8::1: three", "2001:db8::1 (six): three"),
        ] {
            assert_eq!(told(&two, text), expected);
        }
    }

    #[test]
    fn what_is_known_is_said_in_few_words() {
        let about = AddressContext {
            name: None,
            country: Some("NL".to_owned()),
            asn: Some(64_496),
            as_name: Some("An Organisation with a Name That Nobody Would Print on a Card".to_owned()),
            aws_service: Some("S3".to_owned()),
            threat_lists: vec!["feodo".to_owned(), "mine".to_owned()],
            is_tor: true,
        };
        assert_eq!(
            label(&about),
            "NL, AS64496 An Organisation with a Name That Nobody…, AWS S3, on threat list feodo, on threat list mine, Tor"
        );
        let aws = AddressContext { aws_service: Some("AMAZON".to_owned()), ..AddressContext::default() };
        assert_eq!(label(&aws), "AWS");
    }
}
