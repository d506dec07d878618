//! Findings for people: a line each, then what was read and what was skipped.

use std::io::Write;

use super::super::printable;
use crate::detect::{Finding, Outcome};
use crate::scan::CoverageReport;

pub(super) fn write(outcome: &Outcome, to: &mut impl Write) -> std::io::Result<()> {
    let lines: Vec<[String; 5]> = outcome.findings.iter().map(cells).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..4).map(width).collect();
    for line in &lines {
        for (cell, width) in line.iter().zip(&widths) {
            write!(to, "{cell:<width$}  ")?;
        }
        // Last, because it may be wider than the screen.
        writeln!(to, "{}", line[4])?;
    }
    if lines.is_empty() {
        writeln!(to, "no findings")?;
    }
    writeln!(to)?;
    write_coverage(outcome, to)
}

/// Severity, time, detection, who, what.
pub(super) fn cells(finding: &Finding) -> [String; 5] {
    let actor = finding.actor.as_deref();
    let target = match (finding.target.as_deref(), finding.port) {
        (Some(target), Some(port)) if target.contains(':') => Some(format!("[{target}]:{port}")),
        (Some(target), Some(port)) => Some(format!("{target}:{port}")),
        (Some(target), None) => Some(target.to_owned()),
        (None, Some(port)) => Some(format!("port {port}")),
        (None, None) => None,
    };
    let who = match (actor, target) {
        (Some(actor), Some(target)) => format!("{actor} → {target}"),
        (Some(actor), None) => actor.to_owned(),
        (None, Some(target)) => format!("→ {target}"),
        (None, None) => finding.interface_id.clone().or_else(|| finding.account_id.clone()).unwrap_or_default(),
    };
    [
        finding.severity.to_string(),
        window(finding),
        finding.detection.clone(),
        printable(&who),
        printable(&finding.description),
    ]
}

/// `2026-03-11 01:30-01:45`; the second day only where it is another.
pub(super) fn window(finding: &Finding) -> String {
    let (start, end) = (finding.window_start.to_string(), finding.window_end.to_string());
    let parts = |time: &str| Some((time.get(..10)?.to_owned(), time.get(11..16)?.to_owned()));
    match (parts(&start), parts(&end)) {
        (Some((day, from)), Some((end_day, to))) if day == end_day => format!("{day} {from}-{to}"),
        (Some((day, from)), Some((_, to))) if to == "00:00" => format!("{day} {from}-24:00"),
        (Some((day, from)), Some((end_day, to))) => format!("{day} {from}-{end_day} {to}"),
        _ => format!("{start} {end}"),
    }
}

pub(super) fn write_coverage(outcome: &Outcome, to: &mut impl Write) -> std::io::Result<()> {
    let scan: &CoverageReport = &outcome.coverage.scan;
    writeln!(
        to,
        "{} of {} in {} of {} ({})",
        counted(outcome.findings.len() as u64, "finding"),
        counted(outcome.run.detections.len() as u64, "detection"),
        counted(outcome.run.records.unsigned_abs(), "record"),
        counted(scan.objects, "object"),
        bytesize::ByteSize(scan.bytes)
    )?;
    let counts = [
        (outcome.coverage.skipdata.unsigned_abs(), "SKIPDATA record", "AWS lost some others, it does not say how many"),
        (outcome.coverage.nodata.unsigned_abs(), "NODATA record", "an interface had no traffic"),
        (scan.malformed, "malformed line", "in no result"),
        (scan.failed, "unreadable object", "what they hold is in no finding"),
    ];
    for (count, what, meaning) in counts.into_iter().filter(|(count, ..)| *count > 0) {
        writeln!(to, "{}: {meaning}", counted(count, what))?;
    }
    for suppressed in &outcome.suppressed {
        let count = counted(suppressed.findings as u64, "finding");
        writeln!(to, "{count} suppressed by {}: {}", printable(&suppressed.entry), printable(&suppressed.reason))?;
    }
    if outcome.trusted > 0 {
        writeln!(to, "{} left out, of addresses on a trusted list", counted(outcome.trusted as u64, "finding"))?;
    }
    if let Some(unknown) = outcome.coverage.interfaces_unknown.filter(|unknown| *unknown > 0) {
        let of = counted(outcome.coverage.interfaces.unsigned_abs(), "interface");
        writeln!(to, "{unknown} of {of} in the logs not in --interfaces: what the world can reach there is not known")?;
    }
    for skipped in &outcome.skipped {
        writeln!(to, "skipped {}: {}", skipped.detection, skipped.reason)?;
    }
    Ok(())
}

/// `1 record`, `2 records`.
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
