//! Findings as a Markdown document, for tickets and wikis: the incidents in a table, then each with its timeline and its
//! findings.

use std::io::{Result, Write};

use super::words::{self, Story, counted, coverage, plain, seen, span, stories, verdict, what, who};
use crate::detect::{Finding, Outcome, Parameter};

pub(super) fn write(outcome: &Outcome, to: &mut impl Write) -> Result<()> {
    writeln!(to, "# Findings in VPC Flow Logs\n\n{}\n", escaped(&verdict(outcome)))?;
    if !outcome.incidents.is_empty() {
        writeln!(to, "| Severity | When (UTC) | Detection | Who | What |\n|---|---|---|---|---|")?;
        for story in stories(outcome) {
            let (start, end) = story.time();
            let (detection, who) = match story.findings.as_slice() {
                [finding] => (finding.detection.clone(), who(finding)),
                findings => (counted(findings.len() as u64, "finding"), story.incident.actors.join(", ")),
            };
            row([story.incident.severity.name(), &span(start, end), &detection, &who, &story.headline()], to)?;
        }
        writeln!(to)?;
    }
    for story in stories(outcome) {
        section(&story, outcome, to)?;
    }
    writeln!(to, "## What was read\n\n```text")?;
    for line in coverage(outcome) {
        writeln!(to, "{}", unfenced(&line))?;
    }
    writeln!(to, "```")
}

/// An incident: with one finding it is that one's section.
fn section(story: &Story<'_>, outcome: &Outcome, to: &mut impl Write) -> Result<()> {
    if let [finding] = story.findings.as_slice() {
        writeln!(to, "## {}: {}\n", finding.severity, escaped(&finding.title))?;
        return body(finding, outcome, to);
    }
    let incident = story.incident;
    writeln!(to, "## {}: {}\n", incident.severity, escaped(&story.headline()))?;
    writeln!(
        to,
        "{} of {} from {} to {}, incident {}.\n",
        counted(story.findings.len() as u64, "finding"),
        escaped(&incident.actors.join(", ")),
        incident.first_seen,
        incident.last_seen,
        incident.id
    )?;
    writeln!(to, "| Severity | When (UTC) | Detection | Who | What |\n|---|---|---|---|---|")?;
    for finding in &story.findings {
        let (start, end) = seen(finding);
        let cells = [finding.severity.name(), &span(start, end), &finding.detection, &who(finding), &what(finding)];
        row(cells, to)?;
    }
    writeln!(to)?;
    for finding in &story.findings {
        writeln!(to, "### {}: {}\n", finding.severity, escaped(&finding.title))?;
        body(finding, outcome, to)?;
    }
    Ok(())
}

fn row(cells: [&str; 5], to: &mut impl Write) -> Result<()> {
    writeln!(to, "| {} |", cells.map(escaped).join(" | "))
}

fn body(finding: &Finding, outcome: &Outcome, to: &mut impl Write) -> Result<()> {
    writeln!(to, "{}\n", escaped(&what(finding)))?;
    let evidence = finding.evidence.iter().map(|(name, value)| format!("{name} {}", words::value(name, value)));
    let parameters = outcome.run.parameters.get(&finding.detection).map_or(&[][..], |parameters| &parameters.0);
    let in_force = |parameter: &Parameter| match &parameter.instead_of {
        None => format!("{} {}", parameter.name, plain(&parameter.value)),
        Some(default) => format!("{} {} (default {default})", parameter.name, plain(&parameter.value)),
    };
    for (name, text) in [
        ("Why it matters", finding.why.clone()),
        ("When it is a false alarm", finding.false_positives.clone()),
        ("What to do", finding.remediation.clone()),
        ("Evidence", evidence.collect::<Vec<_>>().join(", ")),
        ("Parameters in force", parameters.iter().map(in_force).collect::<Vec<_>>().join(", ")),
        ("Seen", format!("{} to {}", finding.first_seen, finding.last_seen)),
        ("ATT&CK", finding.attack.join(", ")),
        ("GuardDuty", finding.guardduty.clone().unwrap_or_default()),
        ("Id", finding.id.clone()),
    ] {
        if !text.is_empty() {
            writeln!(to, "* **{name}:** {}", escaped(&text))?;
        }
    }
    writeln!(to, "\n```sql\n{}\n```\n", unfenced(&finding.query))
}

/// A line within a fence that it can't end: values of logs are in it.
fn unfenced(line: &str) -> String {
    super::super::printable(line).replace("```", "'''")
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
