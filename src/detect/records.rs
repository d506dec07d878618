//! The SQL that shows the records behind a finding, for people to paste.
//!
//! It is made of values from logs, which are hostile: each is a quoted literal.

use super::detection::Scope;
use super::finding::Finding;
use crate::conversation::Network;
use crate::scan::FlowSchema;

/// How the conditions are written for the columns that these logs have.
#[derive(Debug, Clone)]
pub(super) struct FlowColumns {
    source: String,
    destination: String,
    account: &'static str,
    has_region: bool,
}

impl FlowColumns {
    pub(super) fn new(flows: &FlowSchema) -> Self {
        let address = |side: &str| match (flows.has_field(&format!("pkt_{side}")), flows.has_field(side)) {
            (true, true) => format!("coalesce(pkt_{side}, {side})"),
            (true, false) => format!("pkt_{side}"),
            (false, _) => side.to_owned(),
        };
        FlowColumns {
            source: address("srcaddr"),
            destination: address("dstaddr"),
            account: if flows.has_field("account_id") { "coalesce(account_id, _account)" } else { "_account" },
            has_region: flows.has_field("region"),
        }
    }

    /// The query; `records` is a condition of the detection's own.
    pub(super) fn query(
        &self,
        finding: &Finding,
        scope: Scope,
        records: Option<&str>,
        network: Option<&Network>,
    ) -> String {
        let is = |column: &str, address: &str| match address.contains(':') {
            true => format!("ip_normalize({column}) = {}", literal(address)),
            false => format!("{column} = {}", literal(address)),
        };
        let (source, destination) = (&self.source, &self.destination);
        let mut conditions = vec![format!("start BETWEEN {} AND {}", finding.first_seen.0, finding.last_seen.0)];
        if let Some(interface) = &finding.interface_id {
            conditions.push(format!("interface_id = {}", literal(interface)));
        }
        let named = |name: &Option<String>| name.clone().filter(|_| scope == Scope::Named);
        match (&named(&finding.actor), &named(&finding.target)) {
            (Some(actor), Some(target)) => conditions.push(format!(
                "(({} AND {}) OR ({} AND {}))",
                is(source, actor),
                is(destination, target),
                is(source, target),
                is(destination, actor)
            )),
            (Some(one), None) | (None, Some(one)) => {
                conditions.push(format!("({} OR {})", is(source, one), is(destination, one)));
            }
            (None, None) if finding.interface_id.is_none() => conditions.extend(self.place(finding)),
            (None, None) => {}
        }
        if let Some(port) = finding.port.filter(|_| scope == Scope::Named) {
            conditions.push(format!("(srcport = {port} OR dstport = {port})"));
        }
        if let Some(protocol) = finding.protocol.filter(|_| scope == Scope::Named) {
            conditions.push(format!("protocol = {protocol}"));
        }
        // An interface is of one network, and may be that of the other end.
        if let Some(network) = network.filter(|_| finding.interface_id.is_none()) {
            let of_vpc = network.vpc_id.as_ref().map(|vpc| format!("vpc_id = {}", literal(vpc)));
            let of_account = || network.account_id.as_ref().map(|id| format!("{} = {}", self.account, literal(id)));
            conditions.extend(of_vpc.or_else(of_account));
        }
        let is_new = |records: &&str| !conditions.iter().any(|condition| condition == records);
        let records = records.filter(is_new).map(|records| format!("({records})"));
        conditions.extend(records);
        format!("SELECT * FROM flows WHERE {} ORDER BY start", conditions.join(" AND "))
    }

    /// The account and region, when nothing narrower is known.
    fn place(&self, finding: &Finding) -> Vec<String> {
        let region = if self.has_region { "coalesce(region, _region)" } else { "_region" };
        let places = [(self.account, &finding.account_id), (region, &finding.region)];
        places
            .into_iter()
            .filter_map(|(column, value)| Some(format!("{column} = {}", literal(value.as_ref()?))))
            .collect()
    }
}

/// Text as SQL: quotes doubled, so that it ends where we end it.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_ends_where_we_end_it() {
        assert_eq!(literal("10.0.0.1"), "'10.0.0.1'");
        assert_eq!(literal("x' OR 'a'='a"), "'x'' OR ''a''=''a'");
    }
}
