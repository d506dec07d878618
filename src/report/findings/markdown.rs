//! Findings as a Markdown document, for tickets and wikis.

use std::io::{Result, Write};

use super::table::{cells, write_coverage};
use crate::detect::{Finding, Outcome};

pub(super) fn write(outcome: &Outcome, to: &mut impl Write) -> Result<()> {
    writeln!(to, "# Findings in VPC Flow Logs\n")?;
    if outcome.findings.is_empty() {
        writeln!(to, "No findings.\n")?;
    } else {
        writeln!(to, "| Severity | When (UTC) | Detection | Who | What |\n|---|---|---|---|---|")?;
        for finding in &outcome.findings {
            writeln!(to, "| {} |", cells(finding).map(|cell| escaped(&cell)).join(" | "))?;
        }
        writeln!(to)?;
    }
    for finding in &outcome.findings {
        section(finding, to)?;
    }
    writeln!(to, "## What was read\n\n```text")?;
    write_coverage(outcome, to)?;
    writeln!(to, "```")
}

fn section(finding: &Finding, to: &mut impl Write) -> Result<()> {
    writeln!(to, "## {}: {}\n", finding.severity, escaped(&finding.title))?;
    writeln!(to, "{}\n", escaped(&finding.description))?;
    let evidence =
        finding.evidence.iter().map(|(name, value)| format!("{name} {}", value.to_string().trim_matches('"')));
    let alias = finding.guardduty.as_deref().unwrap_or("-");
    for (name, text) in [
        ("Why it matters", finding.why.clone()),
        ("When it is a false alarm", finding.false_positives.clone()),
        ("What to do", finding.remediation.clone()),
        ("Evidence", evidence.collect::<Vec<_>>().join(", ")),
        ("Seen", format!("{} to {}", finding.first_seen, finding.last_seen)),
        ("ATT&CK", finding.attack.join(", ")),
        ("GuardDuty", alias.to_owned()),
        ("Id", finding.id.clone()),
    ] {
        writeln!(to, "* **{name}:** {}", escaped(&text))?;
    }
    // Values of logs are in it: a fence that no line of it can end.
    writeln!(to, "\n```sql\n{}\n```\n", finding.query.replace('\n', " ").replace("```", "'''"))
}

/// Text that means itself in Markdown: what comes from logs and tags is hostile.
fn escaped(text: &str) -> String {
    let text = super::super::printable(text);
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '&') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
