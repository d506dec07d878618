//! The server as a client sees it that speaks PostgreSQL's protocol byte by byte. `tests/serve/run.py` asks it with psql and
//! with drivers of others.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::scan::{Folder, HEADER, RECORDS, gzip};

/// A server that ends with its test.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn new(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vpcflow"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .env_remove("VPCFLOW_SERVE_PASSWORD")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut told = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut line = String::new();
        told.read_line(&mut line).expect("a line");
        let port = line.trim().strip_prefix("listening on 127.0.0.1:").and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no port: {line}"));
        std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
        Server { child, port }
    }

    fn client(&self) -> Client {
        Client::new(self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that was let in.
struct Client {
    stream: TcpStream,
    /// Number and secret, for a cancel.
    key: Vec<u8>,
}

impl Client {
    fn new(port: u16) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        let body = b"\0\x03\0\0user\0anna\0\0";
        stream.write_all(&(body.len() as i32 + 4).to_be_bytes()).expect("written");
        stream.write_all(body).expect("written");
        let mut client = Client { stream, key: Vec::new() };
        for (kind, body) in client.answer() {
            if kind == b'K' {
                client.key = body;
            }
        }
        assert_eq!(client.key.len(), 8);
        client
    }

    fn send(&mut self, kind: u8, body: &[u8]) {
        let length = (body.len() as i32 + 4).to_be_bytes();
        self.stream.write_all(&[&[kind][..], &length, body].concat()).expect("written");
    }

    /// The messages up to the one that says that the server is ready, or to its end.
    fn answer(&mut self) -> Vec<(u8, Vec<u8>)> {
        let mut messages = Vec::new();
        loop {
            let mut head = [0; 5];
            if self.stream.read_exact(&mut head).is_err() {
                return messages;
            }
            let length = i32::from_be_bytes([head[1], head[2], head[3], head[4]]);
            let mut body = vec![0; length as usize - 4];
            self.stream.read_exact(&mut body).expect("a body");
            let is_last = head[0] == b'Z';
            messages.push((head[0], body));
            if is_last {
                return messages;
            }
        }
    }

    /// What a question gives: rows with bars between their values, or of an error code, text, hint and place.
    fn ask(&mut self, sql: &str) -> String {
        self.send(b'Q', &[sql.as_bytes(), b"\0"].concat());
        told(&self.answer())
    }
}

fn told(messages: &[(u8, Vec<u8>)]) -> String {
    let mut lines = Vec::new();
    for (kind, body) in messages {
        match kind {
            b'D' => lines.push(row(body)),
            b'E' => lines.push(error(body)),
            b'C' => lines.push(String::from_utf8_lossy(&body[..body.len() - 1]).into_owned()),
            _ => {}
        }
    }
    lines.join("\n")
}

fn row(body: &[u8]) -> String {
    let (mut rest, mut values) = (&body[2..], Vec::new());
    while rest.len() >= 4 {
        let length = i32::from_be_bytes([rest[0], rest[1], rest[2], rest[3]]);
        rest = &rest[4..];
        let taken = length.max(0) as usize;
        values.push(if length < 0 { "NULL".to_owned() } else { String::from_utf8_lossy(&rest[..taken]).into_owned() });
        rest = &rest[taken..];
    }
    values.join("|")
}

fn error(body: &[u8]) -> String {
    let fields: Vec<&[u8]> = body.split(|byte| *byte == 0).filter(|field| !field.is_empty()).collect();
    let field = |kind: u8| {
        let field = fields.iter().find(|field| field[0] == kind);
        field.map_or(String::new(), |field| String::from_utf8_lossy(&field[1..]).into_owned())
    };
    [field(b'C'), field(b'M'), field(b'H'), field(b'P')].join("|")
}

fn flows() -> (Folder, String) {
    let folder = Folder::new();
    folder.write("flows.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    let path = folder.path().display().to_string();
    (folder, path)
}

#[test]
fn a_question_is_answered_as_query_answers_it() {
    let (folder, source) = flows();
    let server = Server::new(&[&source]);
    let mut client = server.client();
    assert_eq!(
        client.ask("SELECT dstport, action, start_time, subnet_id FROM (SELECT *, NULL AS subnet_id FROM flows) ORDER BY dstport"),
        "22|ACCEPT|2014-12-14 04:06:50.000000|NULL\n3389|REJECT|2014-12-14 04:06:50.000000|NULL\nSELECT 2"
    );
    assert_eq!(client.ask("SELECT service_name(22, 6); SELECT 2"), "ssh\nSELECT 1\n2\nSELECT 1");
    assert_eq!(client.ask("SELECT count(*) FROM connections"), "2\nSELECT 1");
    // What came is there with the next question.
    folder.write("more.log.gz", gzip(format!("{HEADER}\n{RECORDS}").replace("1418530010", "1418530011")));
    assert_eq!(client.ask("SELECT count(*) FROM flows"), "4\nSELECT 1");
    assert_eq!(client.ask("SELECT sum(flows) FROM conversations"), "4\nSELECT 1");
}

#[test]
fn an_error_has_a_code_a_hint_and_its_place() {
    let (_folder, source) = flows();
    let server = Server::new(&[&source]);
    let mut client = server.client();
    for (sql, said) in [
        ("SELECT dstprt FROM flows", "42703|there is no column dstprt|did you mean dstport?|8"),
        (
            "SELECT 1;\nSELECT dstprt FROM flows",
            "1\nSELECT 1\n42703|there is no column dstprt|did you mean dstport?|18",
        ),
        ("SELECT 1 FROM flow", "42P01|there is no table flow|did you mean flows?|15"),
        ("SELEC 1", "42601|Expected: an SQL statement, found: SELEC|did you mean SELECT?|1"),
        ("SELECT 1 / 0 FROM flows", "22012|Divide by zero error||"),
    ] {
        assert_eq!(client.ask(sql), said, "{sql}");
    }
    let only_reads =
        "25006|vpcflow only reads: queries, EXPLAIN and SHOW are taken, nothing that creates, sets or writes||";
    for sql in [
        "CREATE TABLE t (a INT)",
        "DROP TABLE flows",
        "INSERT INTO flows SELECT * FROM flows",
        "SET datafusion.execution.batch_size = 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
    ] {
        assert_eq!(client.ask(sql), only_reads, "{sql}");
    }
    let files = "|psql writes rows to a file: psql --csv -c 'SELECT ...' -o FILE|";
    for sql in ["COPY (SELECT 1) TO 'taken.csv'", "COPY flows TO STDOUT"] {
        assert_eq!(client.ask(sql), only_reads.replace("||", files), "{sql}");
    }
    assert_eq!(client.ask("SELECT count(*) FROM flows"), "2\nSELECT 1");
}

#[test]
fn what_a_client_sets_is_its_own() {
    let (_folder, source) = flows();
    let server = Server::new(&[&source]);
    let (mut one, mut other) = (server.client(), server.client());
    assert_eq!(one.ask("SET search_path = elsewhere"), "SET");
    assert_eq!(one.ask("SHOW search_path"), "elsewhere\nSHOW");
    assert_eq!(other.ask("SHOW search_path"), "public\nSHOW");
    assert_eq!(one.ask("DISCARD ALL"), "DISCARD ALL");
    assert_eq!(one.ask("SHOW search_path"), "public\nSHOW");
    assert_eq!(one.ask("BEGIN"), "BEGIN");
    assert!(one.ask("SELECT nothing").starts_with("42703|"));
    assert!(one.ask("SELECT 1").starts_with("25P02|"));
    assert_eq!(one.ask("ROLLBACK"), "ROLLBACK");
    assert_eq!(one.ask("SELECT 1"), "1\nSELECT 1");
}

/// What takes hours.
const LONG: &str =
    "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b WHERE a.value < b.value";

#[test]
fn a_statement_ends_when_its_time_is_up() {
    let (_folder, source) = flows();
    let server = Server::new(&[&source, "--statement-timeout", "300ms"]);
    let mut client = server.client();
    assert_eq!(client.ask(LONG), "57014|canceling statement due to statement timeout||");
    assert_eq!(client.ask("SELECT 1"), "1\nSELECT 1");
    let server = Server::new(&[&source]);
    let mut client = server.client();
    assert_eq!(client.ask("SET statement_timeout = '300ms'"), "SET");
    assert_eq!(client.ask(LONG), "57014|canceling statement due to statement timeout||");
    assert_eq!(client.ask("RESET ALL"), "RESET");
}

#[test]
fn a_statement_ends_when_it_is_cancelled() {
    let (_folder, source) = flows();
    let server = Server::new(&[&source]);
    let mut client = server.client();
    client.send(b'Q', &[LONG.as_bytes(), b"\0"].concat());
    client.stream.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout");
    // One that comes too early ends nothing.
    while client.stream.peek(&mut [0]).is_err() {
        let mut cancel = TcpStream::connect(("127.0.0.1", server.port)).expect("a connection");
        let request = [&16_i32.to_be_bytes()[..], &80_877_102_i32.to_be_bytes(), &client.key].concat();
        cancel.write_all(&request).expect("written");
    }
    client.stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    assert_eq!(told(&client.answer()), "57014|canceling statement due to user request||");
    assert_eq!(client.ask("SELECT 1"), "1\nSELECT 1");
}

#[test]
fn whatever_is_sent_the_server_lives() {
    let (_folder, source) = flows();
    let server = Server::new(&[&source]);
    let half_open: Vec<TcpStream> =
        (0..20).map(|_| TcpStream::connect(("127.0.0.1", server.port)).expect("a connection")).collect();
    for sent in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"\x7f\xff\xff\xff\0\x03\0\0",
        b"\xff\xff\xff\xff",
        b"\0\0\0\x08\0\x02\0\0",
        b"\x16\x03\x01",
        b"",
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        stream.write_all(sent).expect("written");
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.len() < 1000, "{sent:?}");
    }
    for (kind, body) in
        [(b'P', &b""[..]), (b'B', b"\0\0\0\x01\0\x01\0\x01\x7f\xff\xff\xff"), (b'E', b"\0"), (b'Q', b"no end")]
    {
        let mut client = server.client();
        client.send(kind, body);
        if kind != b'Q' {
            client.send(b'S', b"");
        }
        assert_eq!(told(&client.answer()), "08P01|invalid message format||", "{kind}");
        assert_eq!(client.ask("SELECT 7"), "7\nSELECT 1", "{kind}");
    }
    let mut client = server.client();
    client.send(b'!', b"");
    assert_eq!(told(&client.answer()), "08P01|no message of PostgreSQL's protocol||");
    let mut client = server.client();
    client.stream.write_all(b"Q\x7f\xff\xff\xffSELECT").expect("written");
    assert_eq!(told(&client.answer()), "08P01|a message may have 4194304 bytes, not 2147483647||");
    // So many rows that a list of them could not be made.
    let mut client = server.client();
    client.send(b'P', b"\0SELECT 7\0\0\0");
    client.send(b'B', b"\0\0\0\0\0\0\0\0");
    client.send(b'E', b"\0\x7f\xff\xff\xff");
    client.send(b'S', b"");
    assert_eq!(told(&client.answer()), "7\nSELECT 1");
    assert_eq!(server.client().ask("SELECT count(*) FROM flows"), "2\nSELECT 1");
    drop(half_open);
}

#[test]
fn who_does_not_show_the_password_gets_no_answer() {
    let (folder, source) = flows();
    let file = folder.path().parent().expect("a folder").join(format!("{}.password", std::process::id()));
    std::fs::write(&file, "secret\n").expect("a file");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("its owner's");
    let server = Server::new(&[&source, "--password-file", &file.display().to_string()]);
    std::fs::remove_file(&file).expect("the file");
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).expect("a connection");
    stream.write_all(b"\0\0\0\x16\0\x03\0\0user\0vpcflow\0\0Q\0\0\0\x0dSELECT 1\0").expect("written");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an end");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.contains("SCRAM-SHA-256\0") && answer.contains("C08P01\0"), "{answer}");
    assert!(!answer.contains("secret") && !answer.contains("SELECT"), "{answer}");
}

#[test]
fn it_listens_where_it_may_and_ends_when_it_is_told() {
    let (_folder, source) = flows();
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vpcflow"));
        let output = command.arg("serve").args(args).env_remove("VPCFLOW_SERVE_PASSWORD").stdin(Stdio::null()).output();
        let output = output.expect("the binary runs");
        (String::from_utf8(output.stderr).expect("UTF-8"), output.status.code())
    };
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:5432"] {
        let said = format!(
            "error: --listen {address}: others can reach this address, so it needs a password (--password-file, or \
             VPCFLOW_SERVE_PASSWORD) and TLS (--tls-cert, --tls-key); without them listen on 127.0.0.1\n"
        );
        assert_eq!(run(&[&source, "--listen", address]), (said, Some(2)));
    }
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let (stderr, code) = run(&[&source, "--listen", &address]);
    assert!(
        stderr.contains("another program listens there") && stderr.contains(&address) && code == Some(2),
        "{stderr}"
    );
    let (stderr, code) = run(&["nowhere", "--listen", "127.0.0.1:0"]);
    assert_eq!((stderr.as_str(), code), ("error: nowhere: no such file or folder\n", Some(2)));

    let mut server = Server::new(&[&source]);
    let mut client = server.client();
    client.send(b'Q', &[LONG.as_bytes(), b"\0"].concat());
    sleep(Duration::from_millis(200));
    let pid = rustix::process::Pid::from_child(&server.child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it is there");
    let begun = Instant::now();
    let status = server.child.wait().expect("an end");
    assert_eq!(status.code(), Some(143));
    assert!(begun.elapsed() < Duration::from_secs(10));
}
