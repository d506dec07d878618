//! What is done by the clock: a real process, a real receiver, and a clock that the last run is set back on.

mod faults;
mod s3;
mod told;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde_json::{Value, json};

use crate::scan::Folder;

/// The fields of the default format.
const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

fn today() -> NaiveDate {
    Utc::now().date_naive()
}

fn days_ago(days: u64) -> NaiveDate {
    today() - Days::new(days)
}

fn at(day: NaiveDate, hour: u32) -> i64 {
    day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour")).and_utc().timestamp()
}

/// Records of a host that tries so many ports of another, and of a client of that one's web server.
fn scan_of(attacker: &str, ports: u32, day: NaiveDate) -> String {
    let start = at(day, 10);
    let mut text = format!("{HEADER}\n");
    let mut line = |from: &str, to: &str, ports: (u32, u32), start: i64, action: &str| {
        let (source, destination) = ports;
        text += &format!(
            "2 123456789012 eni-0a1b2c3d {from} {to} {source} {destination} 6 3 180 {start} {} {action} OK\n",
            start + 50
        );
    };
    for port in 1..=ports {
        line(attacker, "10.0.0.5", (40_000, port), start + i64::from(port % 600), "REJECT");
    }
    for hour in 0..24 {
        line("198.51.100.20", "10.0.0.5", (50_000 + hour, 443), at(day, hour) + 60, "ACCEPT");
        line("10.0.0.5", "198.51.100.20", (443, 50_000 + hour), at(day, hour) + 60, "ACCEPT");
    }
    text
}

/// Files of schedules, logs, and what comes of them.
struct Place(Folder);

impl Place {
    fn new() -> Self {
        Place(Folder::new())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        self.0.write(name, text);
    }

    /// What only its owner may read.
    fn write_secret(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        let file = self.0.write(name, text);
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).expect("a file of ours");
    }

    /// A schedule of each midnight that looks for scans, in reports and for a receiver; `more` stands before it.
    fn daily(&self, sink: &Sink, more: &str, of_schedule: &str) {
        self.write_secret("url", &sink.url());
        self.write_secret("key", "of the house\n");
        self.write(
            "schedule.toml",
            &format!(
                "source = \"logs\"\nlake = \"lake\"\n{more}
[notify.soar]
kind = \"webhook\"
url = {{ file = \"url\" }}
secret = {{ file = \"key\" }}
from-severity = \"low\"
[[schedule]]
name = \"daily\"
cron = \"0 0 * * *\"
grace = \"0s\"
only = [\"port-scan\"]
notify = [\"soar\"]
{of_schedule}
[[schedule.report]]
to = \"reports\"
"
            ),
        );
    }

    /// Makes the last fire that is done that of a day's midnight.
    fn set_done(&self, day: NaiveDate) {
        let done = DateTime::from_timestamp(at(day, 0), 0).expect("a time");
        let state = json!({
            "form": 1, "done": done.to_rfc3339(), "runs": [], "known": {}, "untold": [], "failing": null, "refusals": {},
        });
        self.write("lake/schedule/daily.json", &state.to_string());
    }

    fn state(&self) -> Value {
        let text = std::fs::read_to_string(self.path("lake/schedule/daily.json")).expect("what is remembered");
        serde_json::from_str(&text).expect("JSON")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vpcflow"));
        command.current_dir(self.0.path()).args(["schedule", "schedule.toml"]).stdin(Stdio::null());
        command
    }

    /// Does what is due; gives what it says and the exit code.
    fn once(&self) -> (String, i32) {
        let Output { status, stdout, stderr } = self.command().arg("--once").output().expect("the binary runs");
        assert!(stdout.is_empty(), "{}", String::from_utf8_lossy(&stdout));
        (String::from_utf8(stderr).expect("UTF-8"), status.code().expect("an exit code"))
    }

    fn reports(&self) -> Vec<String> {
        names(&self.path("reports/daily"))
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A server that takes messages.
struct Sink {
    port: u16,
    got: Arc<Mutex<Vec<Got>>>,
    status: Arc<AtomicU16>,
}

/// A request.
#[derive(Debug, Clone)]
struct Got {
    headers: Vec<(String, String)>,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Why each finding is told.
    fn reasons(&self) -> Vec<String> {
        let alerts = self.json()["alerts"].as_array().expect("alerts").clone();
        alerts.iter().map(|alert| alert["reason"].as_str().expect("a reason").to_owned()).collect()
    }
}

impl Sink {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (got, status) = (Arc::<Mutex<Vec<Got>>>::default(), Arc::new(AtomicU16::new(200)));
        let sink = Sink { port, got: Arc::clone(&got), status: Arc::clone(&status) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Who is killed while it writes has sent nothing.
                if let Some(request) = read(&stream) {
                    let status = status.load(Ordering::Relaxed);
                    if status == 200 {
                        got.lock().expect("nobody panics").push(request);
                    }
                    let when = if status == 429 { "Retry-After: 1800\r\n" } else { "" };
                    let answer =
                        format!("HTTP/1.1 {status} X\r\n{when}Content-Length: 4\r\nConnection: close\r\n\r\nno!\n");
                    let _ = (&stream).write_all(answer.as_bytes());
                }
            }
        });
        sink
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks/secret-path\n", self.port)
    }

    fn answer(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().expect("nobody panics").clone()
    }
}

fn read(stream: &TcpStream) -> Option<Got> {
    let mut reader = BufReader::new(stream);
    let mut headers = Vec::new();
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        headers.push((name.to_owned(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Got { headers, body: String::from_utf8(body).ok()? })
}
