//! The shell as a person uses it: keys typed at a terminal, and what the screen shows; and as a script does.

mod mended;
mod story;
mod terminal;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::s3::server::{ACCESS_KEY, Fault, SECRET_KEY, Server};
use crate::scan::{Folder, HEADER, RECORDS, gzip};
use terminal::Terminal;

fn sample() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs").display().to_string()
}

fn flows() -> Folder {
    let folder = Folder::new();
    folder.write("flows.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    folder
}

/// So many records of other addresses.
fn many(records: usize) -> Folder {
    let folder = Folder::new();
    let line = |number: usize| {
        let host = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
        let start = 1_418_530_010 + number % 3600;
        format!(
            "2 123456789010 eni-1235b8ca {host} 172.31.16.21 {} 443 6 20 4249 {start} {start} ACCEPT OK\n",
            number % 60000
        )
    };
    for (index, first) in (0..records).step_by(100_000).enumerate() {
        let lines: String = (first..records.min(first + 100_000)).map(line).collect();
        folder.write(&format!("{index}.log.gz"), gzip(format!("{HEADER}\n{lines}")));
    }
    folder
}

fn shell(home: &Folder, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vpcflow"));
    command.arg("shell").args(args).env("HOME", home.path()).env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME");
    command.stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> (String, String, i32) {
    let Output { status, stdout, stderr } = command.output().expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(stdout), text(stderr), status.code().expect("an exit code"))
}

/// Screens without what differs from run to run.
macro_rules! assert_screen {
    ($screen:expr) => {
        insta::with_settings!({filters => vec![
            (r"\d+\.\d{3} s", "[time]"),
            (r"vpcflow \d+\.\d+\.\d+: .*\. \\\?", "vpcflow [version and sources]. \\?"),
            (r"/tmp/\S+", "[folder]"),
        ]}, { insta::assert_snapshot!($screen) });
    };
}

#[test]
fn a_script_gives_what_query_gives() {
    let (folder, home) = (flows(), Folder::new());
    let source = folder.path().display().to_string();
    let sql = "SELECT dstport, action FROM flows ORDER BY dstport";
    let table = "\
+---------+--------+
| dstport | action |
+---------+--------+
|      22 | ACCEPT |
|    3389 | REJECT |
+---------+--------+
2 rows
";
    let (stdout, stderr, code) = run(&mut shell(&home, &[&source, "-c", sql]));
    assert_eq!((stdout.as_str(), stderr.as_str(), code), (table, "", 0));
    let script = folder.path().parent().expect("a folder").join(format!("{}.sql", std::process::id()));
    std::fs::write(&script, format!("-- a note\n\\format csv\n{sql};\n\\format json\nSELECT 1 AS one"))
        .expect("a file");
    let (stdout, stderr, code) = run(&mut shell(&home, &[&source, "-f", &script.display().to_string()]));
    std::fs::remove_file(&script).expect("the file");
    assert_eq!(
        (stdout.as_str(), stderr.as_str(), code),
        ("dstport,action\n22,ACCEPT\n3389,REJECT\n[{\"one\":1}]\n", "", 0)
    );
}

#[test]
fn statements_come_through_a_pipe() {
    let (folder, home) = (flows(), Folder::new());
    let mut child = shell(&home, &[&folder.path().display().to_string(), "--format", "csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let text = "SELECT count(*) AS n FROM flows;\nSELECT ';' AS text;\n\\q\nSELECT 3;";
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("an end");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "n\n2\ntext\n;\n");
}

#[test]
fn a_script_ends_with_what_fails() {
    let (folder, home) = (flows(), Folder::new());
    let source = folder.path().display().to_string();
    let (stdout, stderr, code) =
        run(&mut shell(&home, &[&source, "-c", "SELECT nothing FROM flows; SELECT 1", "-c", "SELECT 2"]));
    assert_eq!((stdout.as_str(), code), ("", 2));
    assert!(stderr.contains("  SELECT nothing FROM flows\n         ^^^^^^^"), "{stderr}");
    let (_, stderr, code) = run(&mut shell(&home, &["nowhere", "-c", "SELECT 1"]));
    assert_eq!((stderr.as_str(), code), ("error: nowhere: no such file or folder\n", 2));
    let (_, stderr, code) = run(&mut shell(&home, &[&source, "-c", "\\timnig"]));
    assert_eq!(
        (stderr.as_str(), code),
        ("error: there is no command \\timnig (did you mean timing?); \\? lists them\n", 2)
    );
    let since = |source: &str| run(&mut shell(&home, &[source, "-c", "\\since 1h", "-c", "SELECT dstport FROM flows"]));
    let (stdout, _, code) = since(&source);
    assert!(stdout.ends_with("\n0 rows\n") && code == 0, "{stdout}");
    // Names of objects that AWS gave say when they are of.
    let (_, stderr, code) = since(&sample());
    assert!(stderr.contains("nothing in the SOURCE is of what was asked for") && code == 2, "{stderr}");
    let (_, stderr, code) = run(&mut shell(&home, &["-"]));
    assert!(stderr.contains("give them with -c or -f") && code == 2, "{stderr}");
}

#[test]
fn errors_point_at_the_place_and_name_what_was_meant() {
    let (folder, home) = (flows(), Folder::new());
    let source = folder.path().display().to_string();
    for (sql, said) in [
        ("SELECT dstprt FROM flows", "error: there is no column dstprt (did you mean dstport?)\n"),
        ("SELECT dstprt FROM flows", "  SELECT dstprt FROM flows\n         ^^^^^^"),
        ("SELECT 1,\n  srcadr\nFROM flows", "   2 |   srcadr\n         ^^^^^^"),
        ("SELECT 1 FROM flow", "error: there is no table flow (did you mean flows?)\n"),
        ("SELECT 1 FROM flow", "  SELECT 1 FROM flow\n                ^^^^"),
        ("SELECT is_privat(srcaddr) FROM flows", "is_private"),
        ("SELECT FROM WHERE", "^"),
        ("CREATE TABLE t (a INT)", "only reads"),
        ("INSERT INTO flows SELECT * FROM flows", "only reads"),
        ("COPY (SELECT 1) TO 'x.csv'", "only reads"),
        ("SET datafusion.execution.batch_size = 1", "only reads"),
        ("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'", "only reads"),
        ("SELECT * FROM '/etc/passwd'", "/etc/passwd"),
    ] {
        let (_, stderr, code) = run(&mut shell(&home, &[&source, "-c", sql]));
        assert!(stderr.contains(said) && code == 2, "{sql}: {stderr}");
    }
    assert!(!Path::new("x.csv").exists());
}

#[test]
fn writes_are_taken_when_they_are_allowed() {
    let (folder, home, to) = (flows(), Folder::new(), Folder::new());
    let source = folder.path().display().to_string();
    let file = to.path().join("x.csv");
    let sql = format!(
        "CREATE VIEW ports AS SELECT dstport FROM flows; COPY (SELECT count(*) AS n FROM ports) TO '{}'",
        file.display()
    );
    let (_, stderr, code) = run(&mut shell(&home, &[&source, "--allow-write", "-c", &sql]));
    assert_eq!((stderr.as_str(), code), ("", 0));
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), "n\n2\n");
    let sql = "SET datafusion.runtime.memory_limit = '100G'";
    let (_, stderr, code) = run(&mut shell(&home, &[&source, "--allow-write", "-c", sql]));
    assert!(stderr.contains("--memory-limit") && code == 2, "{stderr}");
}

#[test]
fn commands_do_what_their_help_says() {
    let home = Folder::new();
    let sample = sample();
    let of = |commands: &[&str]| {
        let args: Vec<&str> =
            [sample.as_str()].into_iter().chain(commands.iter().flat_map(|one| ["-c", one])).collect();
        let (stdout, stderr, code) = run(&mut shell(&home, &args));
        assert!(code == 0 || code == 3, "{commands:?}: {stderr}");
        stdout + &stderr
    };
    for (commands, said) in [
        (&["\\?"][..], "\\investigate ENTITY"),
        (&["\\dt"], "| connections "),
        (&["\\d flows"], "| source port; 0 for ICMP"),
        (&["\\d connections"], "who opened the connection"),
        (&["\\df is_private"], "is_private('10.1.2.3')"),
        (&["\\df"], "| service_name"),
        (&["\\detections"], "| port-scan "),
        (&["\\detections port-scan"], "ports=15"),
        (&["\\named"], "| top-talkers "),
        (&["\\period"], "all records are asked of"),
        (&["\\date 2026-03-11", "\\period"], "from 2026-03-11T00:00:00Z to 2026-03-12T00:00:00Z"),
        (&["SELECT 1 AS one", "\\explain"], "one"),
        (&["\\x on", "SELECT 1 AS one"], "one | 1"),
        (&["\\human on", "SELECT 1500000 AS bytes"], "1.5 MB"),
        (&["SELECT action, count(*) AS n FROM flows GROUP BY 1", "\\chart"], "█"),
        (&["\\timing on", "SELECT count(*) FROM flows"], "list 0"),
    ] {
        let text = of(commands);
        assert!(text.contains(said), "{commands:?}: {text}");
    }
}

#[test]
fn detections_named_queries_and_pages_are_at_hand() {
    let home = Folder::new();
    let sample = sample();
    let args = [
        &sample,
        "-c",
        "\\run port-scan",
        "-c",
        "\\format csv",
        "-c",
        "SELECT detection, count(*) > 0 AS some FROM found GROUP BY 1",
    ];
    let (stdout, stderr, _) = run(&mut shell(&home, &args));
    assert!(stdout.contains("port-scan") && stdout.ends_with("detection,some\nport-scan,true\n"), "{stdout}{stderr}");
    let page = run(&mut shell(&home, &[&sample, "-c", "SELECT 1", "-c", "\\investigate 10.0.0.0.1"]));
    assert!(page.1.contains("is no address") && page.2 == 2, "{}", page.1);
    let (_, stderr, code) = run(&mut shell(&home, &[&sample, "-c", "SELECT 42 AS answer", "-c", "\\save the-answer"]));
    assert!(stderr.contains("\\named the-answer runs it") && code == 0, "{stderr}");
    let (stdout, _, _) = run(&mut shell(&home, &[&sample, "--format", "csv", "-c", "\\named the-answer"]));
    assert_eq!(stdout, "answer\n42\n");
    let (_, stderr, code) = run(&mut shell(&home, &[&sample, "-c", "\\named the-anwser"]));
    assert!(stderr.contains("did you mean the-answer?") && code == 2, "{stderr}");
}

#[test]
fn results_and_charts_go_to_files() {
    let (folder, home, to) = (flows(), Folder::new(), Folder::new());
    let source = folder.path().display().to_string();
    let file = |name: &str| to.path().join(name).display().to_string();
    let commands = [
        format!("\\o {}", file("ports.csv")),
        "SELECT dstport, bytes FROM flows ORDER BY dstport".to_owned(),
        format!("\\chart {}", file("ports.svg")),
        format!("\\chart bars {}", file("ports.png")),
        format!("\\chart bars {}", file("ports.html")),
        "\\format csv".to_owned(),
        "SELECT 1 AS one".to_owned(),
    ];
    let args: Vec<&str> =
        [source.as_str()].into_iter().chain(commands.iter().flat_map(|one| ["-c", one.as_str()])).collect();
    let (stdout, stderr, code) = run(&mut shell(&home, &args));
    assert_eq!((stdout.as_str(), code), ("one\n1\n", 0), "{stderr}");
    let read = |name: &str| std::fs::read(PathBuf::from(file(name))).expect("a file");
    assert_eq!(read("ports.csv"), b"dstport,bytes\n22,4249\n3389,4249\n");
    assert!(read("ports.svg").starts_with(b"<svg") && read("ports.png").starts_with(b"\x89PNG"));
    assert!(read("ports.html").starts_with(b"<!DOCTYPE html>"));
}

#[test]
fn what_was_read_once_is_kept_and_what_is_new_is_seen() {
    let (folder, home) = (many(20_000), Folder::new());
    let source = folder.path().display().to_string();
    let new = folder.path().join("new.parquet");
    let script = format!(
        "SELECT count(*) AS n, sum(bytes) AS bytes FROM flows;\n\\cache\n\
         SELECT count(*) AS n, sum(bytes) AS bytes FROM flows WHERE bytes > 0;\n\\cache\n\
         \\i {}\n\\cache clear\nSELECT count(*) AS n FROM flows;",
        folder.path().join("copy.sql").display()
    );
    // A script can't write a file: the new object is what a COPY of it makes.
    std::fs::write(
        folder.path().join("copy.sql"),
        format!("COPY (SELECT version, account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, \"end\", action, log_status FROM flows LIMIT 1) TO '{}' STORED AS PARQUET;", new.display()),
    )
    .expect("a file");
    let (stdout, stderr, code) =
        run(shell(&home, &[&source, "--format", "csv", "--allow-write", "-c", &script]).env("RUST_BACKTRACE", "0"));
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("1 object kept") && stderr.contains("1 object not read again"), "{stderr}");
    assert!(
        stdout.starts_with("n,bytes\n20000,84980000\nn,bytes\n20000,84980000\n") && stdout.ends_with("n\n20001\n"),
        "{stdout}"
    );
}

#[test]
fn a_terminal_shows_a_result_and_the_next_prompt() {
    let home = Folder::new();
    let terminal = Terminal::open(home.path(), 100, 30, &["sample-logs"]);
    terminal.wait_for_prompt("\\? for help");
    terminal.enter("SELECT action, count(*) AS records FROM flows GROUP BY action ORDER BY action;");
    assert_screen!(terminal.wait_for_prompt("rows in"));
    assert!(terminal.is_coloured("SELECT") && !terminal.is_coloured("action"));
    terminal.enter("SELECT dstprt FROM flows;");
    terminal.wait_for_prompt("^^^^^^");
    terminal.enter("SELECT 1 AS still_there;");
    terminal.wait_for_prompt("still_there |");
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn a_statement_may_have_lines() {
    let (folder, home) = (flows(), Folder::new());
    let terminal = Terminal::open(home.path(), 80, 24, &[&folder.path().display().to_string()]);
    terminal.wait_for_prompt("\\? for help");
    terminal.enter("SELECT dstport");
    terminal.wait_for("->");
    terminal.enter("FROM flows");
    terminal.press("ORDER BY dstport;");
    assert_screen!(terminal.wait_for("ORDER BY dstport;"));
    terminal.press("\x03");
    terminal.wait_for_empty_prompt();
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn tab_completes_and_shows_what_there_is() {
    let folder = flows();
    let home = Folder::new();
    let terminal = Terminal::open(home.path(), 100, 30, &[&folder.path().display().to_string()]);
    terminal.wait_for_prompt("\\? for help");
    terminal.press("SELECT srca\t");
    terminal.wait_for("SELECT srcaddr");
    terminal.press(", src\t");
    assert_screen!(terminal.wait_for("source port"));
    terminal.press("\x03");
    terminal.wait_for_empty_prompt();
    terminal.press("\\timi\t");
    terminal.wait_for("\\timing");
    terminal.press("\x03");
    terminal.wait_for_empty_prompt();
    terminal.enter("SELECT srcaddr FROM flows;");
    terminal.wait_for_prompt("2 rows");
    terminal.press("SELECT 1 FROM flows WHERE srcaddr = '172.31.9\t");
    terminal.wait_for("srcaddr = '172.31.9.69'");
}

#[test]
fn ctrl_c_ends_a_statement_at_once_and_not_the_shell() {
    let (folder, home) = (flows(), Folder::new());
    let terminal = Terminal::open(home.path(), 100, 30, &[&folder.path().display().to_string()]);
    terminal.wait_for_prompt("\\? for help");
    let endless = "SELECT sum(a.value * b.value % 7) FROM range(1, 1000000) AS a, range(1, 1000000) AS b;";
    terminal.enter(endless);
    std::thread::sleep(Duration::from_millis(700));
    let pressed = Instant::now();
    terminal.press("\x03");
    terminal
        .wait(|screen| screen.contains("cancelled") && screen.lines().last().is_some_and(|last| last == "vpcflow>"));
    let took = pressed.elapsed();
    assert!(took < Duration::from_millis(1500), "{took:?}");
    terminal.enter("SELECT 1 AS still_there;");
    terminal.wait_for_prompt("still_there |");
    assert!(busy(&terminal) < 0.5, "the statement goes on");
    assert_eq!(terminal.leave(), 0);
}

/// The share of a processor that the shell takes while it waits for keys.
fn busy(terminal: &Terminal) -> f64 {
    let ticks = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", terminal.id())).unwrap_or_default();
        let fields: Vec<u64> =
            stat.rsplit(')').next().unwrap_or_default().split(' ').filter_map(|field| field.parse().ok()).collect();
        // Behind the state: utime and stime are the eleventh and twelfth numbers.
        fields.get(10).copied().unwrap_or(0) + fields.get(11).copied().unwrap_or(0)
    };
    let before = ticks();
    std::thread::sleep(Duration::from_secs(1));
    (ticks() - before) as f64 / 100.0
}

#[test]
fn history_outlives_the_shell_and_nobody_else_reads_it() {
    let (folder, home) = (flows(), Folder::new());
    let source = folder.path().display().to_string();
    let terminal = Terminal::open(home.path(), 100, 30, &[&source]);
    terminal.wait_for_prompt("\\? for help");
    terminal.enter("SELECT 1 AS");
    terminal.enter("  remembered;");
    terminal.wait_for_prompt("remembered |");
    terminal.enter(" SELECT 2 AS forgotten;");
    terminal.wait_for_prompt("forgotten |");
    assert_eq!(terminal.leave(), 0);
    let file = home.path().join(".vpcflow_history");
    let history = std::fs::read_to_string(&file).expect("a history");
    assert!(history.contains("remembered") && !history.contains("forgotten"), "{history}");
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let terminal = Terminal::open(home.path(), 100, 30, &[&source]);
    terminal.wait_for_prompt("\\? for help");
    terminal.press("\x1b[A");
    terminal.wait_for("remembered;");
}

#[test]
fn wide_results_flip_or_are_scrolled() {
    let (folder, home) = (flows(), Folder::new());
    let source = folder.path().display().to_string();
    let terminal = Terminal::open(home.path(), 80, 40, &[&source]);
    terminal.wait_for_prompt("\\? for help");
    terminal.enter("SELECT * FROM flows LIMIT 1;");
    assert_screen!(terminal.wait_for_prompt("1 row in"));
    let columns: Vec<String> = (0..200).map(|number| format!("{number} AS column_{number}")).collect();
    terminal.enter("\\pager off");
    terminal.wait_for_prompt("pager: off");
    // As a terminal pastes.
    terminal.press(&format!("\x1b[200~SELECT {};\x1b[201~\r", columns.join(", ")));
    terminal.wait_for_prompt("column_199 | 199");
}

#[test]
fn a_pager_shows_what_does_not_fit() {
    let (folder, home) = (many(20_000), Folder::new());
    let source = folder.path().display().to_string();
    let pager = format!(
        "sh {}",
        home.write("pager.sh", "echo IN THE PAGER; wc -l; read -r key </dev/tty; echo GONE").display()
    );
    let terminal = Terminal::open_with(home.path(), 80, 24, &[&source], &[("PAGER", &pager)]);
    terminal.wait_for_prompt("\\? for help");
    terminal.enter("SELECT srcaddr FROM flows;");
    let screen = terminal.wait_for("IN THE PAGER");
    assert!(!screen.contains("10.0.0.1"), "{screen}");
    terminal.wait_for("1005");
    terminal.enter("");
    terminal.wait_for_prompt("20,000 rows in");
}

#[test]
fn a_million_rows_are_counted_and_some_shown() {
    let (folder, home) = (many(1_000_000), Folder::new());
    let source = folder.path().display().to_string();
    let terminal = Terminal::open(home.path(), 80, 24, &[&source]);
    terminal.wait_for_prompt("\\? for help");
    for command in ["\\pager off", "\\rows 5"] {
        terminal.enter(command);
    }
    terminal.wait_for_prompt("up to 5 rows");
    terminal.enter("SELECT srcaddr, start FROM flows;");
    let screen = terminal.wait_for_prompt("1,000,000 rows in");
    assert!(screen.contains("... and 999,995 rows more"), "{screen}");
}

#[test]
fn the_window_may_change_its_size() {
    let (folder, home) = (flows(), Folder::new());
    let terminal = Terminal::open(home.path(), 200, 30, &[&folder.path().display().to_string()]);
    terminal.wait_for_prompt("\\? for help");
    let sql = "SELECT srcaddr, dstaddr, srcport, dstport, action, interface_id FROM flows LIMIT 1;";
    terminal.enter(sql);
    let screen = terminal.wait_for_prompt("1 row in");
    assert!(screen.contains("| srcaddr       | dstaddr"), "{screen}");
    terminal.resize(60, 40);
    terminal.enter(sql);
    terminal.wait_for("srcaddr      | 172.31.16.139");
}

#[test]
fn the_prompt_does_not_wait_for_a_listing() {
    let (server, home) = (Server::start(), Folder::new());
    server.put("AWSLogs/flows.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    // The bucket never answers.
    server.spoil(|_, asked| asked.starts_with("LIST").then_some(Fault::Slow(Duration::from_secs(86_400))));
    let keys = [("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY), ("AWS_REGION", "eu-west-1")];
    let terminal = Terminal::open_with(home.path(), 100, 30, &["s3://logs/", "--endpoint-url", server.url()], &keys);
    terminal.wait_for_prompt("\\? for help");
    terminal.enter("SELECT count(*) FROM flows;");
    while !server.take_requests().iter().any(|request| request.starts_with("LIST")) {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(700));
    terminal.press("\x03");
    terminal.wait_for_prompt("cancelled");
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn a_startup_file_is_read_first() {
    let (folder, home) = (flows(), Folder::new());
    home.write(".vpcflowrc", "\\format csv\n");
    let source = folder.path().display().to_string();
    let (stdout, _, _) = run(&mut shell(&home, &[&source, "-c", "SELECT 1 AS one"]));
    assert_eq!(stdout, "one\n1\n");
    let (stdout, _, _) = run(&mut shell(&home, &[&source, "--no-rc", "-c", "SELECT 1 AS one"]));
    assert!(stdout.starts_with("+-----+"), "{stdout}");
}
