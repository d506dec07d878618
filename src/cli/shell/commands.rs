//! The shell's own commands: one table, of which help and completion are made.

/// What a command takes, as far as completion cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    None,
    /// A table.
    Table,
    /// A function.
    Function,
    /// A detection.
    Detection,
    /// A named query.
    Named,
    /// An address, interface or instance.
    Entity,
    /// A file.
    File,
    /// One of some words.
    OneOf(&'static [&'static str]),
    /// Whatever is typed.
    Text,
}

/// A command.
#[derive(Debug)]
pub struct Command {
    /// Its name, without the backslash.
    pub name: &'static str,
    /// How its arguments are written.
    pub arguments: &'static str,
    /// What it does, in a few words.
    pub meaning: &'static str,
    /// What can be completed behind it.
    pub takes: Argument,
}

impl Command {
    /// How many arguments it takes at most, if not any number.
    pub fn most_arguments(&self) -> Option<usize> {
        (!self.arguments.contains("...")).then(|| self.arguments.split_whitespace().count())
    }
}

const fn command(name: &'static str, arguments: &'static str, takes: Argument, meaning: &'static str) -> Command {
    Command { name, arguments, meaning, takes }
}

const SWITCH: Argument = Argument::OneOf(&["on", "off"]);
const FORMATS: Argument = Argument::OneOf(&["table", "csv", "tsv", "json", "ndjson", "markdown", "parquet"]);

/// Every command, in the order of the help.
pub const COMMANDS: &[Command] = &[
    command("?", "", Argument::None, "this list"),
    command("q", "", Argument::None, "leave; so does Ctrl-D"),
    command("dt", "", Argument::None, "the tables"),
    command("d", "[TABLE]", Argument::Table, "the columns of a table and what they mean"),
    command("df", "[NAME]", Argument::Function, "the functions; of one, what it does, with an example"),
    command("since", "SPAN", Argument::Text, "ask only of the records that start within this time before now (24h)"),
    command("date", "DAY", Argument::Text, "ask only of the records that start on this day, UTC (2026-03-11)"),
    command("period", "[all]", Argument::OneOf(&["all"]), "the period that is asked of; all lifts it"),
    command("detections", "[ID]", Argument::Detection, "the detections; of one, what it looks for, and its parameters"),
    command(
        "run",
        "[ID [NAME=VALUE]...]",
        Argument::Detection,
        "run a detection, or all; what is found is also the table found",
    ),
    command("named", "[NAME [PARAM=VALUE]...]", Argument::Named, "the named queries; one is run"),
    command("save", "NAME", Argument::Text, "keep the last statement as a named query of your own"),
    command("investigate", "ENTITY", Argument::Entity, "a page on an address, eni-... or i-..."),
    command("explain", "[analyze]", Argument::OneOf(&["analyze"]), "the plan of the last statement; analyze runs it"),
    command(
        "chart",
        "[bars|line|hist] [FILE]",
        Argument::OneOf(&["bars", "line", "hist"]),
        "draw the last result; in FILE.svg, .png or .html",
    ),
    command("format", "[FORMAT]", FORMATS, "how results are written"),
    command(
        "x",
        "[on|off|auto]",
        Argument::OneOf(&["on", "off", "auto"]),
        "a line for each column; auto: where rows are too wide, and few",
    ),
    command("human", "[on|off]", SWITCH, "bytes in kB, MB and GB, and times as times"),
    command("rows", "[N|all]", Argument::OneOf(&["all"]), "how many rows of a result are shown"),
    command("pager", "[on|off]", SWITCH, "what does not fit on the screen goes through $PAGER"),
    command("timing", "[on|off]", SWITCH, "how long a statement took, and with what"),
    command(
        "o",
        "[FILE]",
        Argument::File,
        "the next result, findings or page go to this file, as its ending says; -: they don't",
    ),
    command("i", "FILE", Argument::File, "take statements and commands from a file"),
    command(
        "cache",
        "[clear]",
        Argument::OneOf(&["clear"]),
        "what is kept of objects that were read; clear forgets it",
    ),
];

/// What was typed behind a backslash: the command's name and its arguments.
pub fn split(line: &str) -> (&str, Vec<&str>) {
    let mut words = line.split_whitespace();
    (words.next().unwrap_or_default(), words.collect())
}

/// The help.
pub fn help() -> String {
    let written = |command: &Command| format!("\\{} {}", command.name, command.arguments);
    let width = COMMANDS.iter().map(|command| written(command).len()).max().unwrap_or(0);
    let mut help = String::from(
        "A statement of SQL ends with a semicolon; Ctrl-C cancels or drops it. Tab completes. Commands:\n",
    );
    for command in COMMANDS {
        help += &format!("  {:width$}  {}\n", written(command), command.meaning);
    }
    help
}

#[cfg(test)]
mod tests {
    use super::super::lex;
    use super::*;

    #[test]
    fn a_command_is_a_word_and_its_arguments() {
        assert_eq!(split("run port-scan  ports=30"), ("run", vec!["port-scan", "ports=30"]));
        assert_eq!(split("?"), ("?", vec![]));
        assert_eq!(split(""), ("", vec![]));
        assert!(lex::is_complete("\\timing"));
    }

    #[test]
    fn the_help_names_each_once() {
        let help = help();
        for command in COMMANDS {
            assert_eq!(help.matches(&format!("  \\{} ", command.name)).count(), 1, "{}", command.name);
        }
    }
}
