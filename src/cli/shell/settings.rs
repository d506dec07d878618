//! How results are shown.

use vpcflow::limits::SHELL_ROWS;
use vpcflow::report::RowFormat;

/// What can be set with commands.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How results are written.
    pub format: RowFormat,
    /// Whether a row is a line for each of its columns.
    pub expanded: Expanded,
    /// Whether bytes and times are told in units.
    pub human: bool,
    /// Rows that a terminal is shown, if not all.
    pub rows: Option<usize>,
    /// Whether what does not fit on the screen goes through a pager.
    pub pager: bool,
    /// Whether it is told how long a statement took.
    pub timing: bool,
}

/// Whether a row is a line for each of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expanded {
    /// It is.
    On,
    /// It is not.
    Off,
    /// It is where the row is wider than the terminal, and all fits on the screen.
    Auto,
}

impl Settings {
    /// As a shell begins.
    pub fn new(format: RowFormat) -> Self {
        Settings { format, expanded: Expanded::Auto, human: false, rows: Some(SHELL_ROWS), pager: true, timing: false }
    }
}

/// A switch set to `on` or `off`, or without a word to the other.
///
/// # Errors
/// With what would be right.
pub fn switched(name: &str, word: Option<&str>, is_on: bool) -> anyhow::Result<bool> {
    match word {
        None => Ok(!is_on),
        Some("on") => Ok(true),
        Some("off") => Ok(false),
        Some(other) => anyhow::bail!("\\{name} {other}: write \\{name} on, or \\{name} off"),
    }
}
