//! Why a detection fired, or what it looked for and did not find: its parameters in force, and for each finding the numbers
//! that passed them.

use std::io::{Result, Write};

use super::super::{printable, quoted};
use super::words::{self, coverage, measure, plain, span, who_of_where};
use crate::detect::{Detection, Finding, Outcome, Parameter};

/// The widest that the column of names is made for one.
const NAME_CHARS: usize = 80;

/// What is longer than this is no number, but a list of names.
const NUMBER_CHARS: usize = 20;

/// The width of running text, in characters.
const WIDTH: usize = 100;

/// Writes the explanation of the one detection that ran.
pub(super) fn write(detection: &Detection, outcome: &Outcome, to: &mut impl Write) -> Result<()> {
    writeln!(to, "{}: {}\n", detection.id(), detection.file.title)?;
    for (name, text) in [
        ("Why it matters", &detection.why),
        ("When it is a false alarm", &detection.false_positives),
        ("What to do", &detection.remediation),
    ] {
        writeln!(to, "{}\n", wrapped(&format!("{name}: {}", printable(text)), ""))?;
    }
    write_parameters(detection.id(), outcome, to)?;
    let left_out = outcome.trusted > 0 || outcome.coverage.trusted > 0 || !outcome.suppressed.is_empty();
    match (outcome.findings.is_empty(), left_out) {
        (false, _) => {}
        (true, false) => writeln!(to, "No finding: nothing in what was read passed these values.\n")?,
        (true, true) => writeln!(to, "No finding is left: what was found was left out, as is said below.\n")?,
    }
    for (index, finding) in outcome.findings.iter().enumerate() {
        write_finding(index + 1, finding, outcome, to)?;
    }
    for line in coverage(outcome) {
        writeln!(to, "{line}")?;
    }
    match detection.is_shipped() {
        true => writeln!(to, "its SQL: vpcflow detections show {}", detection.id()),
        false => writeln!(to, "its SQL: {}", printable(&detection.file_name)),
    }
}

fn write_parameters(id: &str, outcome: &Outcome, to: &mut impl Write) -> Result<()> {
    let parameters = outcome.run.parameters.get(id).map_or(&[][..], |parameters| &parameters.0);
    if parameters.is_empty() {
        return writeln!(to, "It has no parameters.\n");
    }
    writeln!(to, "Parameters in force (--param {id}.NAME=VALUE changes one):")?;
    let origin = |parameter: &Parameter| match &parameter.instead_of {
        None => "the default".to_owned(),
        Some(default) => format!("given; the default is {default}"),
    };
    for parameter in parameters {
        let text = format!("{} = {} ({})", parameter.name, plain(&parameter.value), origin(parameter));
        writeln!(to, "{}", wrapped(&text, "  "))?;
        writeln!(to, "{}", wrapped(&parameter.meaning, "      "))?;
    }
    writeln!(to)
}

fn write_finding(number: usize, finding: &Finding, outcome: &Outcome, to: &mut impl Write) -> Result<()> {
    let time = span(finding.window_start, finding.window_end);
    writeln!(to, "{number}. {}, {time}, {}", finding.severity, who_of_where(finding))?;
    writeln!(to, "{}", wrapped(&printable(&finding.description), "   "))?;
    let rows: Vec<[String; 3]> = finding
        .evidence
        .iter()
        .map(|(name, value)| [printable(name), words::value(name, value), measure(name, finding, outcome)])
        .collect();
    // Numbers stand below one another, lists of names as they are.
    let width = |column: usize, most: usize| {
        rows.iter().map(|row| row[column].chars().count()).filter(|width| *width <= most).max().unwrap_or(0)
    };
    let (names, values) = (width(0, NAME_CHARS), width(1, NUMBER_CHARS));
    for [name, value, measure] in &rows {
        let row = format!("{name:names$}  {value:>values$}  {measure}");
        writeln!(to, "   {}", row.trim_end())?;
    }
    // On one line, to be pasted whole.
    writeln!(to, "   its records: vpcflow query SOURCE -c {}\n", printable(&quoted(&finding.query)))
}

/// Text in lines of at most `WIDTH` characters, where its words allow it.
fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = vec![indent.to_owned()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        if lines[last].len() > indent.len() && lines[last].chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("{indent}{word}"));
            continue;
        }
        if lines[last].len() > indent.len() {
            lines[last].push(' ');
        }
        lines[last].push_str(word);
    }
    lines.join("\n")
}
