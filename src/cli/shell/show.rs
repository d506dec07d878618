//! A result on the screen: aligned where it fits, else flipped, or through a pager.

use std::io::{ErrorKind, IsTerminal, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use terminal_size::{Height, Width, terminal_size_of};
use vpcflow::report::{Look, Rows};

use super::settings::{Expanded, Settings};
use super::typed_ahead;

/// The terminal that is written to.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Characters in a line.
    pub columns: usize,
    /// Lines.
    pub lines: usize,
}

impl Screen {
    /// That of standard output, if it is one.
    pub fn of_stdout() -> Option<Self> {
        let (Width(columns), Height(lines)) = terminal_size_of(std::io::stdout())?;
        let is_one = std::io::stdout().is_terminal() && columns > 0 && lines > 0;
        is_one.then_some(Screen { columns: columns.into(), lines: lines.into() })
    }
}

/// The lines of a result, as they suit the screen.
///
/// # Errors
/// When a value can't be written as text.
pub fn lines(rows: &Rows, settings: &Settings, screen: Option<Screen>) -> Result<Vec<String>> {
    let look = Look { is_human: settings.human };
    // A plan has lines of its own.
    let is_plan = rows.schema.fields().iter().map(|field| field.name().as_str()).eq(["plan_type", "plan"]);
    if is_plan && screen.is_some() {
        let told =
            |row: Vec<String>| row.into_iter().flat_map(|cell| cell.lines().map(str::to_owned).collect::<Vec<_>>());
        return Ok(rows.texts(look)?.into_iter().flat_map(told).collect());
    }
    let Some(screen) = screen.filter(|_| settings.expanded == Expanded::Auto) else {
        return Ok(match settings.expanded {
            Expanded::On => rows.expanded(look)?,
            Expanded::Off | Expanded::Auto => rows.aligned(look)?,
        });
    };
    let aligned = rows.aligned(look)?;
    if width(&aligned) <= screen.columns {
        return Ok(aligned);
    }
    // Few rows can be read at once when they are flipped, and many be compared when they are not.
    let expanded = rows.expanded(look)?;
    let is_on_screen = expanded.len() + 3 <= screen.lines && width(&expanded) <= screen.columns;
    let is_one = rows.len() == 1 || rows.schema.fields().len() == 1;
    Ok(if is_on_screen || !settings.pager || is_one { expanded } else { aligned })
}

fn width(lines: &[String]) -> usize {
    lines.iter().map(|line| textwrap::core::display_width(line)).max().unwrap_or(0)
}

/// What becomes of lines while they are shown.
#[derive(Debug, Default)]
pub struct Showing {
    /// Whether no more are wanted.
    pub is_over: AtomicBool,
    /// Whether a pager has them, which hears of Ctrl-C itself.
    pub is_paged: AtomicBool,
}

/// Writes lines to standard output; what does not fit on the screen goes through a pager.
///
/// # Errors
/// When standard output can't be written to.
pub fn print(lines: &[String], settings: &Settings, screen: Option<Screen>) -> std::io::Result<()> {
    print_some(lines, settings, screen, &Showing::default())
}

/// The same, for as long as they are wanted.
///
/// # Errors
/// When standard output can't be written to.
pub fn print_some(
    lines: &[String],
    settings: &Settings,
    screen: Option<Screen>,
    showing: &Showing,
) -> std::io::Result<()> {
    let is_too_large = |screen: Screen| lines.len() + 3 > screen.lines || width(lines) > screen.columns;
    if settings.pager && screen.is_some_and(is_too_large) && !showing.is_over.load(Ordering::Relaxed) {
        showing.is_paged.store(true, Ordering::Relaxed);
        let is_shown = paged(lines);
        showing.is_paged.store(false, Ordering::Relaxed);
        if is_shown {
            return Ok(());
        }
    }
    let mut to = std::io::stdout().lock();
    for line in lines {
        if showing.is_over.load(Ordering::Relaxed) {
            break;
        }
        writeln!(to, "{line}").map_err(of_stdout)?;
    }
    to.flush().map_err(of_stdout)
}

/// Whose disk is full is said.
fn of_stdout(error: std::io::Error) -> std::io::Error {
    match error.kind() {
        ErrorKind::StorageFull => std::io::Error::new(ErrorKind::StorageFull, format!("standard output: {error}")),
        _ => error,
    }
}

/// Shows lines in the pager, as `PAGER` names it; false where there is none, or none is wanted.
fn paged(lines: &[String]) -> bool {
    let pager = std::env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    if pager.trim().is_empty() {
        return false;
    }
    let mut command = Command::new("sh");
    // Long lines of a table are chopped and scrolled sideways, others go on below; what fits after all stays on the screen.
    if std::env::var_os("LESS").is_none() {
        let is_table = lines.iter().any(|line| line.starts_with("+-"));
        command.env("LESS", if is_table { "FRSX" } else { "FRX" });
    }
    // What is typed ahead for the shell is no command to write files.
    if std::env::var_os("LESSSECURE").is_none() {
        command.env("LESSSECURE", "1");
    }
    let is_there = format!("command -v {} >/dev/null", pager.split_whitespace().next().unwrap_or("less"));
    // It may read lines.
    let _lent = typed_ahead::Lent::begin();
    let child = command.arg("-c").arg(format!("{is_there} || exit 127; exec {pager}")).stdin(Stdio::piped()).spawn();
    let Ok(mut child) = child else { return false };
    if let Some(mut to) = child.stdin.take() {
        let text = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>();
        // Who leaves the pager early has seen enough.
        let _ = to.write_all(text.as_bytes());
    }
    child.wait().is_ok_and(|status| status.code() != Some(127))
}
