//! Rules that open a port to the world and that nothing uses: true findings on the most benign of days.
//!
//! Which rules the everyday traffic uses is known ([`background::uses`]); what the scenarios use is seen in their
//! rows. All groups in question belong to one interface, so that a label can name it.

use super::background;
use super::estate::{Estate, Role};
use super::groups::{Source, rules};
use super::labels::{Kind, Label, rfc3339};
use super::plan::Plan;
use super::row::{Direction, Row, TCP};
use super::stage::Planted;

/// Appends a label for every such rule that has none of a scenario's.
pub(super) fn label(estate: &Estate, plan: &Plan, mistakes: bool, planted: &mut Planted) {
    let midnight = plan.slot_start((plan.days - 1) * super::plan::DAY_SLOTS);
    for site in &estate.sites {
        for role in Role::ALL {
            let interface = site.first(role);
            let id = &estate.interface(interface).id;
            for rule in rules(role, mistakes) {
                let families: &[bool] = match rule.from {
                    Source::World => &[false, true],
                    Source::World4 => &[false],
                    _ => continue,
                };
                let is_used = |is_ipv6: &bool| {
                    background::uses(role, rule.port)
                        || planted.rows.iter().any(|row| answers(row, interface, rule.port, *is_ipv6))
                };
                let is_planted = planted.labels.iter().any(|label| {
                    label.detection == "unused-open-rule"
                        && label.kind == Kind::Attack
                        && label.interface_id.as_ref() == Some(id)
                        && label.port == Some(rule.port)
                });
                if is_planted || families.iter().all(is_used) {
                    continue;
                }
                let touches = |row: &&Row| {
                    row.interface == interface
                        && row.protocol == TCP
                        && (row.source_port == rule.port || row.destination_port == rule.port)
                        && (midnight..midnight + 86_400).contains(&row.start)
                        && row.end < midnight + 86_400
                };
                planted.labels.push(Label {
                    detection: "unused-open-rule",
                    kind: Kind::Fault,
                    variant: None,
                    account_id: site.account.clone(),
                    region: site.region.to_string(),
                    interface_id: Some(id.clone()),
                    actor: None,
                    target: None,
                    port: Some(rule.port),
                    protocol: Some(TCP),
                    window_start: rfc3339(midnight),
                    window_end: rfc3339(midnight + 86_399),
                    records: planted.rows.iter().filter(touches).count() as u64,
                    note: format!(
                        "a rule opens port {} to {} and no traffic uses it",
                        rule.port,
                        if families.iter().any(|is_ipv6| !*is_ipv6 && !is_used(is_ipv6)) {
                            "0.0.0.0/0"
                        } else {
                            "::/0"
                        }
                    ),
                });
            }
        }
    }
}

/// Whether a row is the answer of an interface at a port to a client of this family.
fn answers(row: &Row, interface: u32, port: u16, is_ipv6: bool) -> bool {
    row.interface == interface
        && row.protocol == TCP
        && row.source_port == port
        && row.direction == Direction::Egress
        && row.accepted
        && row.source.is_ipv6() == is_ipv6
}
