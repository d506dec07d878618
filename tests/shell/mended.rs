//! Commands among statements, results that are written and shown, and what is said of what can't be.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::terminal::Terminal;
use super::{flows, run, sample, shell};
use crate::scan::Folder;

#[test]
fn a_command_is_obeyed_in_the_middle_of_a_statement() {
    let (folder, home) = (flows(), Folder::new());
    let terminal = Terminal::open(home.path(), 100, 40, &[&folder.path().display().to_string()]);
    terminal.wait_for_prompt("\\? for help");
    terminal.enter("SELECT dstport");
    terminal.wait_for("->");
    terminal.enter("\\rows 7;");
    terminal.wait_for("up to 7 rows are shown");
    // The statement stands at the prompt again; behind it what was typed before is hinted.
    terminal.wait(|screen| screen.matches("vpcflow> SELECT dstport").count() == 2);
    terminal.enter("FROM flows ORDER BY dstport;");
    let screen = terminal.wait_for_prompt("2 rows in");
    assert!(screen.contains("|    3389 |"), "{screen}");
    terminal.enter("SELECT 1");
    terminal.wait_for("SELECT 1");
    terminal.press("exit\r");
    let mut terminal = terminal;
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_shell_that_is_ended_gives_the_terminal_back() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::QUIT, 131)] {
        let home = Folder::new();
        let mut terminal = Terminal::open(home.path(), 80, 24, &[]);
        terminal.wait_for_prompt("\\? for help");
        terminal.enter("SELECT 1;");
        terminal.wait_for_prompt("1 row in");
        assert!(!terminal.takes_lines(), "the editor takes keys as they are");
        kill_process(Pid::from_raw(terminal.id() as i32).expect("a process"), signal).expect("a signal");
        assert_eq!(terminal.end(), code);
        assert!(terminal.takes_lines(), "{signal:?}");
    }
}

#[test]
fn what_is_pasted_steers_no_terminal() {
    let home = Folder::new();
    let terminal = Terminal::open(home.path(), 80, 24, &[]);
    terminal.wait_for_prompt("\\? for help");
    terminal.press("\x1b[200~SELECT length('\x1b]0;taken\x07\u{202e}') AS n;\x1b[201~\r");
    let screen = terminal.wait_for_prompt("1 row in");
    assert!(
        screen.contains("SELECT length('?]0;taken?") && !screen.contains('\u{202e}') && screen.contains("| 11 |"),
        "{screen}"
    );
    // What is hinted of it, neither.
    terminal.press("SELECT len");
    let screen = terminal.wait(|screen| screen.matches("?]0;taken?").count() == 2);
    assert!(screen.ends_with("AS n;"), "{screen}");
}

#[test]
fn a_script_that_fails_says_in_which_line_and_what_failed_is_not_kept() {
    let (home, work) = (Folder::new(), Folder::new());
    let script = work.path().join("script.sql");
    std::fs::write(&script, "SELECT 1 AS a;\n-- two\n\nSELECT b\nFROM (SELECT 1 AS a) AS t;\n").expect("a file");
    let (_, stderr, code) = run(&mut shell(&home, &["-f", &script.display().to_string()]));
    assert!(stderr.contains("script.sql: line 4: there is no column b") && code == 2, "{stderr}");
    let (_, stderr, code) = run(&mut shell(&home, &["-c", "\\o nowhere/x.csv"]));
    assert_eq!((stderr.as_str(), code), ("error: the folder nowhere does not exist\n", 2));
    let terminal = Terminal::open(home.path(), 100, 24, &[]);
    terminal.wait_for_prompt("\\? for help");
    terminal.enter("SELECT b;");
    terminal.wait_for_prompt("there is no column b");
    terminal.enter("\\save wrong");
    terminal.wait_for_prompt("the last statement failed");
}

#[test]
fn statements_of_a_pipe_are_answered_as_they_come() {
    let home = Folder::new();
    let mut child = shell(&home, &["--format", "csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut keys = child.stdin.take().expect("a pipe");
    let mut answers = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut next = || answers.next().expect("a line").expect("UTF-8");
    for (typed, rows) in [
        ("SELECT 1\n AS one;\n", ["one", "1"]),
        ("SELECT $$a;b$$ AS text \\g\n", ["text", "a;b"]),
        ("SELECT /* a /* b */ ; */ 2 AS two;\n", ["two", "2"]),
        ("SELECT E'it\\'s; so' AS escaped;\n", ["escaped", "it's; so"]),
    ] {
        keys.write_all(typed.as_bytes()).expect("written");
        assert_eq!(rows, [next(), next()], "{typed}");
    }
    keys.write_all(b"exit\n").expect("written");
    drop(keys);
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}

#[test]
fn what_a_command_does_not_take_is_said() {
    let (folder, home) = (flows(), Folder::new());
    let source = folder.path().display().to_string();
    for (command, said) in [
        ("\\x on off", "\\x does not take off: write \\x [on|off|auto]"),
        ("\\investigate 10.0.0.1 --rows 100", "\\investigate does not take --rows: write \\investigate ENTITY"),
        ("\\date 2026-03-11 x", "\\date does not take x: write \\date DAY"),
        ("\\since 10000y", "\\since 10000y: that is before 1970; \\period all asks of all records"),
        ("\\o x.xyz", "x.xyz: the ending names no format; write .csv, .json, .parquet or .md"),
        ("SELECT 1; \\chart pie", "\\chart pie: write \\chart bars, line or hist"),
        ("SELECT * FROM found", "nothing was found yet: \\run makes the table found, \\run ID of one detection"),
        (
            "SELECT * FROM flows WHERE _date = 2026-03-12",
            "a date is compared with a number; a date is written in quotes: '2026-03-11'",
        ),
        (
            "SELECT to_char(start_time, 'YYYY') FROM flows",
            "to_char takes formats as '%Y-%m-%d %H:%M', not as PostgreSQL's 'YYYY'",
        ),
    ] {
        let source = if command.contains("_date") { sample() } else { source.clone() };
        let (_, stderr, code) = run(&mut shell(&home, &[&source, "-c", command]));
        assert_eq!((stderr.as_str(), code), (format!("error: {said}\n").as_str(), 2), "{command}");
    }
}

#[test]
fn a_page_and_findings_go_to_a_file_and_are_those_of_the_commands() {
    let (home, work) = (Folder::new(), Folder::new());
    let place = |name: &str| work.path().join(name).display().to_string();
    let script = format!(
        "\\o {}\n\\investigate 203.0.113.19\n\\o {}\n\\run brute-force-ssh\nSELECT count(*) > 0 AS has_found FROM found;\n\
         \\run\nSELECT count(DISTINCT detection) > 5 AS has_many FROM found;",
        place("page.md"),
        place("findings.csv")
    );
    let (stdout, stderr, _) = run(&mut shell(&home, &[&sample(), "--format", "csv", "-c", &script]));
    assert!(stdout.contains("has_found\ntrue\n") && stdout.ends_with("has_many\ntrue\n"), "{stdout}\n{stderr}");
    let page = std::fs::read_to_string(place("page.md")).expect("a page");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_vpcflow"));
    let (by_command, _, _) = run(command.args(["investigate", &sample(), "203.0.113.19", "--format", "markdown"]));
    assert_eq!(page, by_command);
    assert!(page.contains("## Findings") && page.contains("brute-force-success"), "{page}");
    let findings = std::fs::read_to_string(place("findings.csv")).expect("findings");
    assert!(findings.lines().nth(1).is_some_and(|line| line.contains("brute-force-ssh")), "{findings}");
}

#[test]
fn a_day_that_is_not_there_does_not_stay_chosen() {
    let home = Folder::new();
    let terminal = Terminal::open(home.path(), 120, 40, &[&sample()]);
    terminal.wait_for_prompt("\\? for help");
    terminal.enter("\\date 2019-01-01");
    terminal.wait_for_prompt("");
    // It may be known only when something is asked.
    terminal.enter("SELECT 1 AS one FROM flows LIMIT 1;");
    terminal.wait_for_prompt("the period stays what it was");
    terminal.enter("SELECT count(*) AS n FROM flows;");
    let screen = terminal.wait_for_prompt("| 60000 |");
    assert!(screen.ends_with("\nvpcflow>"), "{screen}");
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn what_is_typed_while_a_statement_runs_is_taken_when_it_has_ended() {
    let home = Folder::new();
    let terminal = Terminal::open(home.path(), 100, 40, &[]);
    terminal.wait_for_prompt("\\? for help");
    terminal.enter("SELECT count(DISTINCT value) AS many FROM generate_series(1, 1000000);");
    terminal.wait(|screen| !screen.trim_end().ends_with('>'));
    for number in [71, 72, 73] {
        terminal.enter(&format!("SELECT {number} AS one;"));
    }
    let screen = terminal.wait_for_prompt("|  73 |");
    for row in ["| 1000000 |", "|  71 |", "|  72 |"] {
        assert!(screen.contains(row), "{screen}");
    }
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn ctrl_c_ends_a_result_that_is_being_shown() {
    let home = Folder::new();
    let terminal = Terminal::open(home.path(), 80, 24, &[]);
    terminal.wait_for_prompt("\\? for help");
    for command in ["\\pager off", "\\rows all"] {
        terminal.enter(command);
    }
    terminal.wait_for_prompt("all rows are shown");
    terminal.enter("SELECT value FROM generate_series(1, 3000000);");
    terminal.wait(|screen| screen.lines().filter(|line| line.starts_with("| ")).count() > 10);
    let pressed = Instant::now();
    terminal.press("\x03");
    terminal.wait_for_prompt("cancelled");
    assert!(pressed.elapsed() < Duration::from_secs(3), "{:?}", pressed.elapsed());
    terminal.enter("SELECT 7 AS still_there;");
    terminal.wait_for_prompt("still_there |");
}

#[test]
fn a_full_disk_is_named() {
    let home = Folder::new();
    for format in ["csv", "table"] {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
        let (_, stderr, code) = run(shell(&home, &["-c", "SELECT 1", "--format", format]).stdout(full));
        assert!(stderr.starts_with("error: standard output: ") && !stderr.contains("TMPDIR"), "{stderr}");
        assert_eq!(code, 2);
    }
}

#[test]
fn the_example_of_a_function_can_be_pasted() {
    let home = Folder::new();
    let (stdout, _, _) = run(&mut shell(&home, &["-c", "\\df is_public"]));
    assert!(stdout.ends_with("\nSELECT is_public('203.0.113.7'); -- true\n"), "{stdout}");
}

#[test]
fn a_file_that_is_written_anew_with_its_old_time_is_read_again() {
    let (folder, home) = (Folder::new(), Folder::new());
    let text = |port: &str| format!("{}\n{}", crate::scan::HEADER, crate::scan::RECORDS.replace("3389", port));
    let file = folder.write("flows.log", text("3389"));
    let old = std::fs::metadata(&file).expect("a file").modified().expect("a time");
    let mut child = shell(&home, &[&folder.path().display().to_string(), "--format", "csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut keys = child.stdin.take().expect("a pipe");
    let mut answers = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    for port in ["3389", "4490"] {
        std::fs::write(&file, text(port)).expect("written");
        std::fs::File::options().write(true).open(&file).and_then(|file| file.set_modified(old)).expect("its time");
        keys.write_all(b"SELECT max(dstport) AS port FROM flows;\n").expect("written");
        let rows: Vec<String> = answers.by_ref().take(2).map(|line| line.expect("UTF-8")).collect();
        assert_eq!(rows, ["port", port]);
    }
    drop(keys);
    child.wait().expect("an end");
}

#[test]
fn every_column_has_a_meaning() {
    let (folder, lake, home) = (flows(), Folder::new(), Folder::new());
    let to = lake.path().join("lake").display().to_string();
    let mut ingest = std::process::Command::new(env!("CARGO_BIN_EXE_vpcflow"));
    let (_, stderr, code) = run(ingest.arg("ingest").arg(folder.path()).args(["--to", &to]));
    assert_eq!(code, 0, "{stderr}");
    // What stands between the lines of a table, without its heading.
    let cells = |text: &str| -> Vec<Vec<String>> {
        let rows = text.lines().filter(|line| line.starts_with('|')).skip(1);
        rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
    };
    let (tables, stderr, _) = run(&mut shell(&home, &[&to, "-c", "\\run", "-c", "\\dt"]));
    let tables: Vec<_> = cells(&tables).into_iter().filter(|row| row.len() == 3).collect();
    assert!(tables.iter().any(|table| table[0] == "found"), "{tables:?} {stderr}");
    let mut all = shell(&home, &[&to, "-c", "\\run"]);
    for table in &tables {
        assert!(!table[2].is_empty(), "{table:?}");
        all.args(["-c", &format!("\\d {}", table[0])]);
    }
    let columns: Vec<_> = cells(&run(&mut all).0).into_iter().filter(|row| row.len() == 3).collect();
    let counted: usize = tables.iter().map(|table| table[1].parse::<usize>().expect("a number")).sum();
    assert!(columns.len() >= counted, "{} of {counted} columns", columns.len());
    for column in columns {
        assert!(!column[2].is_empty(), "{column:?}");
    }
    let (stdout, stderr, code) = run(&mut shell(&home, &[&to, "-c", "\\d found"]));
    assert_eq!((stdout.as_str(), code), ("", 2));
    assert_eq!(stderr, "error: nothing was found yet: \\run makes the table found, \\run ID of one detection\n");
}
