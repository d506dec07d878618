//! A builder of small flow logs: what one interface records, in the fields of version 5 or of version 2.

use std::fmt::Write;

/// Midnight of 2026-03-11, UTC.
pub const MIDNIGHT: i64 = 1_773_187_200;

/// The interface that records, unless another is named.
pub const INTERFACE: &str = "eni-1";

/// Lines of a log.
#[derive(Default)]
pub struct Logs {
    lines: Vec<Line>,
    is_v2: bool,
    next_port: u16,
}

struct Line {
    interface: String,
    source: (String, u16),
    destination: (String, u16),
    protocol: u8,
    packets: u64,
    bytes: u64,
    start: i64,
    action: &'static str,
    flags: u8,
    direction: &'static str,
    status: &'static str,
}

impl Logs {
    /// Version 5: with tcp-flags and flow-direction.
    pub fn v5() -> Self {
        Logs { next_port: 40_000, ..Logs::default() }
    }

    /// The default format: without them.
    pub fn v2() -> Self {
        Logs { is_v2: true, ..Logs::v5() }
    }

    /// A client's ephemeral port that was not used before.
    fn port(&mut self) -> u16 {
        self.next_port += 1;
        self.next_port
    }

    /// A SYN that a rule rejects. `at` is in seconds after midnight, here and below.
    pub fn rejected(&mut self, source: &str, target: &str, port: u16, at: i64) -> &mut Self {
        self.rejected_at(INTERFACE, source, target, port, at)
    }

    /// The same, recorded at an interface.
    pub fn rejected_at(&mut self, interface: &str, source: &str, target: &str, port: u16, at: i64) -> &mut Self {
        let client = self.port();
        self.lines.push(Line {
            interface: interface.to_owned(),
            source: (source.to_owned(), client),
            destination: (target.to_owned(), port),
            protocol: 6,
            packets: 1,
            bytes: 44,
            start: MIDNIGHT + at,
            action: "REJECT",
            flags: 2,
            direction: "ingress",
            status: "OK",
        });
        self
    }

    /// A packet that comes after its connection closed; AWS rejects it too.
    pub fn late(&mut self, source: &str, target: &str, port: u16, at: i64) -> &mut Self {
        self.rejected(source, target, port, at);
        if let Some(line) = self.lines.last_mut() {
            line.flags = 4;
        }
        self
    }

    /// A SYN that leaves and gets no answer.
    pub fn unanswered(&mut self, source: &str, target: &str, port: u16, at: i64) -> &mut Self {
        self.rejected(source, target, port, at);
        if let Some(line) = self.lines.last_mut() {
            (line.action, line.direction) = ("ACCEPT", "egress");
        }
        self
    }

    /// An accepted, answered connection within a minute: packets and bytes of the request and of the reply.
    pub fn session(
        &mut self,
        source: &str,
        target: &str,
        port: u16,
        at: i64,
        request: (u64, u64),
        reply: (u64, u64),
    ) -> &mut Self {
        self.rejected(source, target, port, at);
        let leaves = source.starts_with("10.");
        if let Some(line) = self.lines.last_mut() {
            (line.action, line.flags, line.packets, line.bytes) = ("ACCEPT", 3, request.0, request.1);
            line.direction = if leaves { "egress" } else { "ingress" };
            let answer = Line {
                interface: line.interface.clone(),
                source: line.destination.clone(),
                destination: line.source.clone(),
                packets: reply.0,
                bytes: reply.1,
                flags: 19,
                direction: if leaves { "ingress" } else { "egress" },
                ..*line
            };
            self.lines.push(answer);
        }
        self
    }

    /// The session just made goes on in a later interval, with the same packets and bytes; no flag tells of it.
    pub fn goes_on(&mut self, at: i64) -> &mut Self {
        for index in [self.lines.len() - 2, self.lines.len() - 1] {
            let line = &self.lines[index];
            let (interface, source) = (line.interface.clone(), line.source.clone());
            let destination = line.destination.clone();
            let next = Line { interface, source, destination, start: MIDNIGHT + at, flags: 0, ..*line };
            self.lines.push(next);
        }
        self
    }

    /// A row without traffic: `NODATA` or `SKIPDATA`.
    pub fn status(&mut self, interface: &str, status: &'static str, at: i64) -> &mut Self {
        self.rejected_at(interface, "-", "-", 0, at);
        if let Some(line) = self.lines.last_mut() {
            line.status = status;
        }
        self
    }

    /// A quiet background: a visitor on port 443 every five minutes of the day.
    pub fn quiet_day(&mut self) -> &mut Self {
        for at in (0..86_400).step_by(300) {
            self.session("203.0.113.250", "10.0.0.1", 443, at, (6, 900), (8, 4_000));
        }
        self
    }

    /// The log as a file holds it.
    pub fn text(&self) -> String {
        let mut text =
            "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
                .to_owned();
        text.push_str(if self.is_v2 { "\n" } else { " tcp-flags flow-direction\n" });
        for line in &self.lines {
            self.write(line, &mut text);
        }
        text
    }

    fn write(&self, line: &Line, text: &mut String) {
        let Line { interface, source, destination, protocol, packets, bytes, start, action, flags, direction, status } =
            line;
        let version = if self.is_v2 { 2 } else { 5 };
        let end = start + 20;
        let written = if *status == "OK" {
            write!(
                text,
                "{version} 123456789012 {interface} {} {} {} {} {protocol} {packets} {bytes} {start} {end} {action} OK",
                source.0, destination.0, source.1, destination.1
            )
        } else {
            write!(text, "{version} 123456789012 {interface} - - - - - - - {start} {end} - {status}")
        };
        written.expect("a string takes all");
        match (self.is_v2, *status == "OK") {
            (true, _) => text.push('\n'),
            (false, true) => text.push_str(&format!(" {flags} {direction}\n")),
            (false, false) => text.push_str(" - -\n"),
        }
    }
}
