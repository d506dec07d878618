//! What an object holds, told by its first bytes: flow-log lines in one of the forms people have, Parquet, or
//! something else that lies beside the logs.
//!
//! Every form ends as a block of plain lines for the one decoder. Lines in an envelope (JSON, CSV) are taken out of
//! it one per line, so that line numbers in samples count messages.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use thiserror::Error;

use super::block::Block;
use super::layout::Layout;
use super::tally::Tally;

/// How much of an object is looked at to recognise it.
pub const HEAD_BYTES: usize = 64 * 1024;

/// How many lines are looked at for a header or a record.
const HEAD_LINES: usize = 16;

/// The form of an object, after inflating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Lines, with a header or in a known format.
    Lines(Layout),
    /// Lines behind a time stamp each: a CloudWatch Logs export. The layout has a place for it.
    Export(Layout),
    /// `timestamp,message` rows, as the CloudWatch console and Logs Insights save them.
    Csv(Layout),
    /// Documents of many events: `{"messageType":"DATA_MESSAGE","logEvents":[...]}` of a CloudWatch Logs subscription, and
    /// `{"events":[...]}`, as `aws logs filter-log-events` prints them.
    Events(Layout),
    /// `{"message":"..."}` objects, as Firehose delivers them, usually one a line, bare lines among them.
    JsonLines(Layout),
    /// A Parquet file.
    Parquet,
    /// No flow log.
    Foreign(Foreign),
}

/// Why an object is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Foreign {
    /// No bytes, or nothing but blank lines.
    Empty,
    /// JSON of another kind, such as CloudTrail.
    Json,
    /// A CloudWatch Logs control message, which carries no records.
    ControlMessage,
    /// Images, archives and other binary data.
    Binary,
    /// Text whose first lines are neither a header nor records of a default format.
    Text,
    /// The object that CloudWatch Logs writes to try out its permission.
    WriteTest,
    /// Parquet without flow-log columns.
    Parquet,
}

impl Foreign {
    /// The reason's name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Foreign::Empty => "empty",
            Foreign::Json => "other_json",
            Foreign::ControlMessage => "control_message",
            Foreign::Binary => "binary",
            Foreign::Text => "other_text",
            Foreign::WriteTest => "write_test",
            Foreign::Parquet => "other_parquet",
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Foreign::Empty => "empty",
            Foreign::Json => "JSON of another kind (CloudTrail? messages of a custom format need --log-format)",
            Foreign::ControlMessage => "a CloudWatch Logs control message",
            Foreign::Binary => "binary data that is neither gzip nor Parquet",
            Foreign::Text => {
                "text that begins with neither a header nor a record of a default format, which has version 2 \
                 (records without a header need --log-format; CSV needs a column message)"
            }
            Foreign::WriteTest => "CloudWatch Logs' write test",
            Foreign::Parquet => "Parquet whose columns are no flow-log fields",
        })
    }
}

/// An envelope that can't be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// The JSON ends early or is damaged.
    #[error("damaged JSON: {0}; get a new copy of the object")]
    Json(String),
    /// The CSV has no message column, or is damaged.
    #[error("damaged CSV: {0}; get a new copy of the object")]
    Csv(String),
}

/// Lines ready for the decoder.
#[derive(Debug)]
pub struct Text {
    /// The lines.
    pub block: Block,
    /// Their fields.
    pub layout: Arc<Layout>,
    /// Lines of the object that stood before the block, for line numbers.
    pub lines_before: u64,
    /// Those of them that were not counted elsewhere.
    pub before: Tally,
}

/// Recognises an object, already inflated, by its first bytes. `given` is the format of lines without a header.
pub fn recognise(text: &[u8], given: Option<&Layout>) -> Form {
    if text.starts_with(b"PAR1") {
        return Form::Parquet;
    }
    // Blank lines before the first, however many, say nothing.
    let head = without_mark(text).trim_ascii_start();
    let head = &head[..head.len().min(HEAD_BYTES)];
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let Some(first) = lines.next() else {
        return Form::Foreign(Foreign::Empty);
    };
    if head.starts_with(b"{") || first.starts_with(b"{") {
        return json_form(head, given);
    }
    if first.starts_with(b"[") {
        return Form::Foreign(Foreign::Json);
    }
    if message_column(first).is_some() {
        let mut messages = lines.take(HEAD_LINES).map(csv_message);
        let layout = given.cloned().or_else(|| messages.find_map(|message| default_layout(&message)));
        return layout.map_or(Form::Foreign(Foreign::Text), Form::Csv);
    }
    for line in std::iter::once(first).chain(lines).take(HEAD_LINES) {
        if let Some(layout) = Layout::from_header(line) {
            return Form::Lines(layout);
        }
        if let Some(record) = after_timestamp(line)
            && let Some(layout) = given.cloned().or_else(|| default_layout(record))
        {
            return Form::Export(layout.after_timestamp());
        }
        if let Some(layout) = default_layout(line).filter(|_| given.is_none()) {
            return Form::Lines(layout);
        }
    }
    match given {
        _ if head.iter().any(|byte| *byte < b'\t') => Form::Foreign(Foreign::Binary),
        Some(layout) => Form::Lines(layout.clone()),
        None => Form::Foreign(Foreign::Text),
    }
}

impl Form {
    /// The layout of the form's lines; `None` for Parquet and foreign objects.
    pub fn layout(&self) -> Option<&Layout> {
        match self {
            Form::Lines(layout)
            | Form::Export(layout)
            | Form::Csv(layout)
            | Form::Events(layout)
            | Form::JsonLines(layout) => Some(layout),
            Form::Parquet | Form::Foreign(_) => None,
        }
    }

    /// Turns the whole text of an object of this form into lines; `None` for Parquet and foreign objects.
    ///
    /// # Errors
    /// When an envelope is damaged.
    pub fn into_text(self, text: Vec<u8>) -> Result<Option<Text>, EnvelopeError> {
        let (layout, before, lines) = match self {
            Form::Lines(layout) | Form::Export(layout) => (layout, Tally::default(), strip_mark(text)),
            Form::JsonLines(layout) => (layout, Tally::default(), json_lines(without_mark(&text))),
            Form::Events(layout) => (layout, Tally::default(), events(without_mark(&text))?),
            Form::Csv(layout) => {
                (layout, Tally { lines: 1, headers: 1, ..Tally::default() }, csv_messages(without_mark(&text))?)
            }
            Form::Parquet | Form::Foreign(_) => return Ok(None),
        };
        let lines_before = before.lines;
        Ok(Some(Text { block: Block::new(lines), layout: Arc::new(layout), lines_before, before }))
    }
}

/// A UTF-8 byte-order mark, which editors and Windows tools put before text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// How many bytes of mark `text` begins with.
pub fn mark_bytes(text: &[u8]) -> usize {
    if text.starts_with(MARK) { MARK.len() } else { 0 }
}

fn without_mark(text: &[u8]) -> &[u8] {
    &text[mark_bytes(text)..]
}

fn strip_mark(mut text: Vec<u8>) -> Vec<u8> {
    text.drain(..mark_bytes(&text));
    text
}

/// The default format that `line` is a record of, by its number of fields, version and status.
fn default_layout(line: &[u8]) -> Option<Layout> {
    let line = std::str::from_utf8(line).ok()?;
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).take(37).collect();
    let status = |word: &str| matches!(word, "OK" | "NODATA" | "SKIPDATA" | "-");
    match words.len() {
        14 if words[0] == "2" && status(words[13]) => Some(Layout::version_2()),
        36 if words[0] == "6" && status(words[25]) => Some(Layout::transit_gateway()),
        _ => None,
    }
}

/// What follows a leading `2015-08-12T13:47:43.000Z`.
fn after_timestamp(line: &[u8]) -> Option<&[u8]> {
    let space = line.iter().position(|byte| *byte == b' ')?;
    let word = std::str::from_utf8(&line[..space]).ok()?;
    chrono::DateTime::parse_from_rfc3339(word).ok()?;
    Some(line[space..].trim_ascii())
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    message: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(borrow)]
    message_type: Option<Cow<'a, str>>,
    #[serde(borrow, default, alias = "events")]
    log_events: Vec<Event<'a>>,
}

/// An event of a document: one that has no message must not cost the others.
#[derive(Deserialize)]
#[serde(untagged)]
enum Event<'a> {
    #[serde(borrow)]
    Message(Message<'a>),
    Other(serde_json::Value),
}

fn json_form(head: &[u8], given: Option<&Layout>) -> Form {
    let layout = |message: &str| given.cloned().or_else(|| default_layout(message.as_bytes()));
    let has = |needle: &str| memchr::memmem::find(head, needle.as_bytes()).is_some();
    if has("\"messageType\"") || has("\"events\"") {
        // The head may end in the middle of a document, so its messages are cut out by hand.
        let found = memchr::memmem::find_iter(head, b"\"message\"").take(HEAD_LINES).find_map(|at| {
            let value = head[at + b"\"message\"".len()..].trim_ascii_start().strip_prefix(b":")?;
            let mut messages = serde_json::Deserializer::from_slice(value).into_iter::<String>();
            layout(&messages.next()?.ok()?)
        });
        return match found {
            Some(layout) => Form::Events(layout),
            None if has("CONTROL_MESSAGE") && !has("DATA_MESSAGE") => Form::Foreign(Foreign::ControlMessage),
            None => Form::Foreign(Foreign::Json),
        };
    }
    // Of objects without line feeds between them, the head may end in the middle of one.
    let lines = head.split(|byte| *byte == b'\n').take(HEAD_LINES);
    let mut messages =
        lines.flat_map(|line| serde_json::Deserializer::from_slice(line).into_iter::<Message>().take(HEAD_LINES));
    match messages.find_map(|message| layout(&message.ok()?.message)) {
        Some(layout) => Form::JsonLines(layout),
        None => Form::Foreign(Foreign::Json),
    }
}

/// What stands before an event that has no message: no record can look like it.
pub(super) const NO_MESSAGE: &[u8] = b"\0no message\0";

/// Appends an event without a message, so that it is counted as malformed.
fn push_no_message(event: &[u8], lines: &mut Vec<u8>) {
    lines.extend_from_slice(NO_MESSAGE);
    push_message(event, lines);
}

/// Appends a message as one line. A line feed within it would make two lines of it: it becomes a NUL, so that the
/// message is counted as malformed.
fn push_message(message: &[u8], lines: &mut Vec<u8>) {
    let message = message.trim_ascii_end();
    lines.extend(message.iter().map(|byte| if *byte == b'\n' { 0 } else { *byte }));
    lines.push(b'\n');
}

fn json_lines(text: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(text.len());
    for line in text.strip_suffix(b"\n").unwrap_or(text).split(|byte| *byte == b'\n') {
        if !line.starts_with(b"{") {
            push_message(line, &mut lines);
            continue;
        }
        let mut objects = serde_json::Deserializer::from_slice(line).into_iter::<Message>();
        loop {
            let begin = objects.byte_offset();
            match objects.next() {
                Some(Ok(message)) => push_message(message.message.as_bytes(), &mut lines),
                // Part of an envelope must not pass for a record.
                Some(Err(_)) => {
                    push_no_message(line[begin..].trim_ascii_start(), &mut lines);
                    break;
                }
                None => break,
            }
        }
    }
    lines
}

fn events(text: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
    let mut lines = Vec::with_capacity(text.len());
    for document in serde_json::Deserializer::from_slice(text).into_iter::<Document>() {
        let document = document.map_err(|error| EnvelopeError::Json(error.to_string()))?;
        // What is no data is a control message.
        if document.message_type.is_none_or(|kind| kind == "DATA_MESSAGE") {
            document.log_events.iter().for_each(|event| match event {
                Event::Message(event) => push_message(event.message.as_bytes(), &mut lines),
                Event::Other(event) => push_no_message(event.to_string().as_bytes(), &mut lines),
            });
        }
    }
    Ok(lines)
}

/// Which column of a CSV with this header line holds the messages.
fn message_column(header: &[u8]) -> Option<usize> {
    let header = std::str::from_utf8(header).ok()?;
    let names: Vec<&str> =
        header.split(',').map(|name| name.trim().trim_matches('"').trim_start_matches('@')).collect();
    (names.len() > 1).then(|| names.iter().position(|name| *name == "message"))?
}

fn csv_reader(text: &[u8], has_headers: bool) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(has_headers).flexible(true).from_reader(text)
}

fn csv_message(line: &[u8]) -> Vec<u8> {
    let record = csv_reader(line, false).byte_records().next().and_then(Result::ok);
    // Whatever the order of the columns, the message is the one with many words.
    record
        .and_then(|record| record.iter().max_by_key(|field| field.len()).map(<[u8]>::to_vec))
        .unwrap_or_default()
        .trim_ascii()
        .to_vec()
}

fn csv_messages(text: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
    let mut reader = csv_reader(text, true);
    let header = reader.byte_headers().map_err(|error| EnvelopeError::Csv(error.to_string()))?;
    let column = message_column(&header.iter().collect::<Vec<_>>().join(&b','));
    let column = column.ok_or_else(|| EnvelopeError::Csv("no column is called message".to_owned()))?;
    let mut lines = Vec::with_capacity(text.len());
    for record in reader.byte_records() {
        let record = record.map_err(|error| EnvelopeError::Csv(error.to_string()))?;
        match record.get(column) {
            Some(message) => push_message(message, &mut lines),
            None => push_no_message(record.as_slice(), &mut lines),
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK";

    fn lines(object: &str) -> (String, u64) {
        let text = recognise(object.as_bytes(), None).into_text(object.as_bytes().to_vec()).expect("no damage");
        let text = text.expect("flow-log lines");
        (String::from_utf8(text.block.text().to_vec()).expect("UTF-8"), text.before.lines)
    }

    #[test]
    fn envelopes_are_opened_one_message_a_line() {
        let two = format!("{RECORD}\n{RECORD}\n");
        assert_eq!(lines(&format!("{{\"message\":\"{RECORD}\"}}\n{RECORD}\n")), (two.clone(), 0));
        assert_eq!(
            lines(&format!("timestamp,message\n1742570569000,{RECORD}\n1742570569000,\"{RECORD}\"\n")),
            (two.clone(), 1)
        );
        assert_eq!(lines(&format!("@timestamp,@message\n2025-03-21 15:22:49.000,{RECORD}\n")).0, format!("{RECORD}\n"));
        let document = format!(
            r#"{{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logEvents":[{{"id":"3","timestamp":1,"message":"{RECORD}"}}]}}"#
        );
        let control = r#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health"}]}"#;
        assert_eq!(lines(&format!("{document}{control}\n{document}")), (two, 0));
    }

    #[test]
    fn a_cut_envelope_is_malformed_and_a_bad_beginning_hides_nothing() {
        let cut = &format!("{{\"message\": \"{RECORD}")[..60];
        assert_eq!(
            lines(&format!("{{\"message\": \"{RECORD}\"}}\n{cut}\n")).0,
            format!("{RECORD}\n\0no message\0{cut}\n")
        );
        assert_eq!(
            lines(&format!("{cut}\n{{\"message\": \"{RECORD}\"}}\n")).0,
            format!("\0no message\0{cut}\n{RECORD}\n")
        );
        let control =
            r#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"message":"CWL CONTROL MESSAGE: Checking health"}]}"#;
        let data = format!(r#"{{"messageType":"DATA_MESSAGE","logEvents":[{{"message":"{RECORD}"}}]}}"#);
        assert_eq!(lines(&format!("{control}{data}")).0, format!("{RECORD}\n"));
        assert_eq!(lines(&format!("timestamp,message\n1,junk\n1,{RECORD}\n")).0, format!("junk\n{RECORD}\n"));
    }

    #[test]
    fn an_event_without_a_message_costs_itself_only() {
        let events = format!(r#"{{"message":"{RECORD}"}},{{"id":"3"}},{{"message":5}},{{"message":"bad"}}"#);
        let document = format!(r#"{{"messageType":"DATA_MESSAGE","logEvents":[{events}]}}"#);
        let expected = format!("{RECORD}\n\0no message\0{{\"id\":\"3\"}}\n\0no message\0{{\"message\":5}}\nbad\n");
        assert_eq!(lines(&document).0, expected);
        let joined = format!(r#"{{"message":"{RECORD}"}}{{"message":"{RECORD}"}} {{"id":"3"}}"#);
        assert_eq!(lines(&joined).0, format!("{RECORD}\n{RECORD}\n\0no message\0{{\"id\":\"3\"}}\n"));
        let printed = format!(r#"{{"events":[{{"timestamp":1,"message":"{RECORD}","eventId":"3"}}],"nextToken":"x"}}"#);
        assert_eq!(lines(&printed).0, format!("{RECORD}\n"));
        let csv = format!("timestamp,message\n1,{RECORD}\n{RECORD}\n");
        assert_eq!(lines(&csv).0, format!("{RECORD}\n\0no message\0{RECORD}\n"));
    }

    #[test]
    fn a_message_of_two_lines_is_one_malformed_line() {
        let (text, _) = lines(&format!("{{\"message\":\"{RECORD}\"}}\n{{\"message\":\"a\\nb\"}}\n"));
        assert_eq!(text, format!("{RECORD}\na\0b\n"));
    }

    #[test]
    fn forms_are_told_apart() {
        let version_2 = Layout::version_2();
        let form = |text: &str| recognise(text.as_bytes(), None);
        assert_eq!(form(RECORD), Form::Lines(version_2.clone()));
        assert_eq!(form(&format!("\u{feff}{}\n{RECORD}", version_2_header())), Form::Lines(version_2.clone()));
        assert_eq!(form(&format!("\n\ngarbage\n{}\n", version_2_header())), Form::Lines(version_2.clone()));
        assert_eq!(form(&format!("2015-08-12T13:47:43.000Z {RECORD}")), Form::Export(version_2.after_timestamp()));
        assert_eq!(form("PAR1...."), Form::Parquet);
        assert_eq!(form(""), Form::Foreign(Foreign::Empty));
        assert_eq!(form("\n \n"), Form::Foreign(Foreign::Empty));
        assert_eq!(form(r#"{"Records":[{"eventVersion":"1.08"}]}"#), Form::Foreign(Foreign::Json));
        assert_eq!(form("\u{0}\u{1}PNG"), Form::Foreign(Foreign::Binary));
        assert_eq!(form("Permission Check Successful"), Form::Foreign(Foreign::Text));
        let control = r#"{"messageType":"CONTROL_MESSAGE","logEvents":[]}"#;
        assert_eq!(form(control), Form::Foreign(Foreign::ControlMessage));
    }

    #[test]
    fn a_given_format_serves_lines_without_a_header_only() {
        let given = Layout::from_format("${srcaddr} ${bytes}").expect("two fields");
        assert_eq!(recognise(b"10.0.0.1 5\n", Some(&given)), Form::Lines(given.clone()));
        assert_eq!(recognise(b"version\n2\n", Some(&given)), Form::Lines(Layout::from_format("version").expect("one")));
        assert_eq!(
            recognise(b"2015-08-12T13:47:43Z 10.0.0.1 5\n", Some(&given)),
            Form::Export(given.after_timestamp())
        );
    }

    fn version_2_header() -> String {
        crate::format::field::DEFAULT_FORMAT.join(" ")
    }
}
