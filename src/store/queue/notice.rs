//! What a message says: the objects that S3 names in it, whichever way it came.
//!
//! | way | what the message is |
//! |---|---|
//! | S3 to SQS, or through SNS with raw delivery | `Records`, each an event of S3 |
//! | through SNS | `Type: Notification`, and the same as text in `Message` |
//! | through EventBridge | `source: aws.s3`, `detail-type: Object Created` |
//!
//! Everything here may be written by whoever may send to the queue.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use thiserror::Error;

use crate::limits::{NAMED_IN_MESSAGE, QUEUE_MESSAGE_BYTES};
use crate::store::s3::MAX_KEY_BYTES;

/// A message of S3's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Objects were created.
    Created(Vec<Named>),
    /// Notifications were set up: S3 tries out whether they arrive.
    Test,
}

/// An object that a notification names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its bucket.
    pub bucket: String,
    /// Its key as it is, no longer in code.
    pub key: String,
    /// How large it was, in bytes; 0 where that is not said.
    pub bytes: u64,
    /// The ETag that it had, without quotes.
    pub e_tag: Option<String>,
}

/// Why a message is none of S3's, or not of an object that was created. Nothing of it is told but what kind it says it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct Stranger(String);

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names of kinds are told up to here.
const KIND_CHARS: usize = 60;

impl Stranger {
    fn new(text: impl Into<String>) -> Self {
        Stranger(text.into())
    }

    /// One that says of itself what it is.
    fn of_kind(what: &str, kind: Option<&str>) -> Self {
        match kind {
            Some(kind) => Stranger(format!("{what} ({})", kind.chars().take(KIND_CHARS).collect::<String>())),
            None => Stranger::new(what),
        }
    }
}

impl Named {
    /// Its address.
    pub fn name(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }

    fn new(bucket: Option<&Value>, key: Option<String>, size: Option<&Value>, e_tag: Option<&Value>) -> Option<Self> {
        let bucket = bucket?.as_str().filter(|bucket| !bucket.is_empty())?;
        let key = key.filter(|key| !key.is_empty() && key.len() <= MAX_KEY_BYTES)?;
        Some(Named {
            bucket: bucket.to_owned(),
            key,
            bytes: size.and_then(Value::as_u64).unwrap_or_default(),
            e_tag: e_tag.and_then(Value::as_str).map(|e_tag| e_tag.trim_matches('"').to_owned()),
        })
    }
}

impl Notice {
    /// Reads the text of a message.
    ///
    /// # Errors
    /// When it is no notification of S3's, or of something else than that an object was created.
    pub fn read(body: &str) -> Result<Self, Stranger> {
        let message = json(body)?;
        let text = |name: &str| message.get(name).and_then(Value::as_str);
        match (text("Type"), text("Message")) {
            (Some("Notification"), Some(inner)) => of_event(&json(inner)?),
            (Some(kind @ ("SubscriptionConfirmation" | "UnsubscribeConfirmation")), _) => {
                Err(Stranger::of_kind("SNS asks for a confirmation, which is to be given by hand", Some(kind)))
            }
            _ => of_event(&message),
        }
    }
}

/// A message as JSON; what nests more deeply than a hundred times is refused by the parser.
fn json(text: &str) -> Result<Value, Stranger> {
    if text.len() > QUEUE_MESSAGE_BYTES {
        return Err(Stranger::new("it is larger than any message of SQS"));
    }
    serde_json::from_str(text).map_err(|_| Stranger::new("it is no JSON"))
}

fn of_event(event: &Value) -> Result<Notice, Stranger> {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    if text("Event") == Some("s3:TestEvent") {
        return Ok(Notice::Test);
    }
    if let Some(records) = event.get("Records").and_then(Value::as_array) {
        return of_records(records);
    }
    match (text("source"), text("detail-type")) {
        (Some("aws.s3"), Some("Object Created")) => {
            let part = |path: &str| event.pointer(path);
            // Here, and here only, the key stands as it is.
            let key = part("/detail/object/key").and_then(Value::as_str).map(str::to_owned);
            let bucket = part("/detail/bucket/name");
            let named = Named::new(bucket, key, part("/detail/object/size"), part("/detail/object/etag"));
            Ok(Notice::Created(vec![named.ok_or_else(nameless)?]))
        }
        (Some("aws.s3"), kind) => Err(Stranger::of_kind("it tells of no object that was created", kind)),
        (source, _) => Err(Stranger::of_kind("it is no notification of S3", source)),
    }
}

fn of_records(records: &[Value]) -> Result<Notice, Stranger> {
    if records.is_empty() || records.len() > NAMED_IN_MESSAGE {
        return Err(Stranger(format!("it has {} records", records.len())));
    }
    let named = |record: &Value| {
        let text = |name: &str| record.get(name).and_then(Value::as_str);
        if text("eventSource") != Some("aws:s3") {
            return Err(Stranger::of_kind("it is no notification of S3", text("eventSource")));
        }
        if !text("eventName").is_some_and(|name| name.starts_with("ObjectCreated:")) {
            return Err(Stranger::of_kind("it tells of no object that was created", text("eventName")));
        }
        let part = |path: &str| record.pointer(path);
        let key = part("/s3/object/key").and_then(Value::as_str).and_then(decoded);
        let (bucket, size, e_tag) = (part("/s3/bucket/name"), part("/s3/object/size"), part("/s3/object/eTag"));
        Named::new(bucket, key, size, e_tag).ok_or_else(nameless)
    };
    Ok(Notice::Created(records.iter().map(named).collect::<Result<_, _>>()?))
}

fn nameless() -> Stranger {
    Stranger::new("it names no bucket, or no key that S3 could have")
}

/// A key as S3 writes it in its events: as in a form of a web page.
fn decoded(key: &str) -> Option<String> {
    let spaced = key.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(|key| key.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AWSLogs/aws-account-id%3D123456789012/a+b%2Bc%2Fd%25/%C3%A4%E2%98%83.log.gz";
    const DECODED: &str = "AWSLogs/aws-account-id=123456789012/a b+c/d%/\u{e4}\u{2603}.log.gz";

    fn record(name: &str, key: &str) -> String {
        format!(
            r#"{{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventTime":"2026-03-11T10:00:07.000Z",
            "eventName":"{name}","s3":{{"s3SchemaVersion":"1.0","configurationId":"flows","bucket":{{"name":"logs",
            "arn":"arn:aws:s3:::logs"}},"object":{{"key":"{key}","size":1024,"eTag":"d41d8cd9","sequencer":"0A1B"}}}}}}"#
        )
    }

    fn event(key: &str) -> String {
        format!(r#"{{"Records":[{}]}}"#, record("ObjectCreated:Put", key))
    }

    fn through_sns(inner: &str) -> String {
        let message = Value::from(inner);
        format!(
            r#"{{"Type":"Notification","MessageId":"1","TopicArn":"arn:aws:sns:eu-west-1:1:t","Message":{message}}}"#
        )
    }

    fn through_event_bridge(kind: &str, key: &str) -> String {
        format!(
            r#"{{"version":"0","id":"1","detail-type":"{kind}","source":"aws.s3","account":"123456789012","detail":
            {{"version":"0","bucket":{{"name":"logs"}},"object":{{"key":"{key}","size":1024,"etag":"d41d8cd9"}}}}}}"#
        )
    }

    fn named(key: &str) -> Named {
        Named { bucket: "logs".into(), key: key.into(), bytes: 1024, e_tag: Some("d41d8cd9".into()) }
    }

    #[test]
    fn every_way_names_the_same_object() {
        let expected = Ok(Notice::Created(vec![named(DECODED)]));
        assert_eq!(Notice::read(&event(KEY)), expected);
        assert_eq!(Notice::read(&through_sns(&event(KEY))), expected);
        assert_eq!(Notice::read(&through_event_bridge("Object Created", DECODED)), expected);
        assert_eq!(Notice::read(&through_sns(&through_event_bridge("Object Created", DECODED))), expected);
        // What EventBridge writes is no code, whatever it looks like.
        let plain = Notice::read(&through_event_bridge("Object Created", "a%2Fb+c"));
        assert_eq!(plain, Ok(Notice::Created(vec![named("a%2Fb+c")])));
        let several = ["ObjectCreated:Put", "ObjectCreated:CompleteMultipartUpload"].map(|name| record(name, "a"));
        let several = format!(r#"{{"Records":[{}]}}"#, several.join(","));
        assert_eq!(Notice::read(&several), Ok(Notice::Created(vec![named("a"), named("a")])));
    }

    #[test]
    fn what_is_left_out_is_left_open() {
        let bare = r#"{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Copy",
            "s3":{"bucket":{"name":"logs"},"object":{"key":"a"}}}]}"#;
        let expected = Named { bytes: 0, e_tag: None, ..named("a") };
        assert_eq!(Notice::read(bare), Ok(Notice::Created(vec![expected.clone()])));
        for size in ["-1", "1e400", "1.5", "\"12\"", "null", "[]"] {
            let odd = bare.replace(r#""key":"a""#, &format!(r#""key":"a","size":{size}"#));
            // A number that is none makes the whole text none.
            let read = Notice::read(&odd);
            assert!(read == Ok(Notice::Created(vec![expected.clone()])) || size == "1e400", "{size}: {read:?}");
        }
    }

    #[test]
    fn the_test_of_a_notification_is_known() {
        let test = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-03-11T10:00:00.000Z","Bucket":"logs",
            "RequestId":"1","HostId":"2"}"#;
        assert_eq!(Notice::read(test), Ok(Notice::Test));
        assert_eq!(Notice::read(&through_sns(test)), Ok(Notice::Test));
    }

    #[test]
    fn strangers_are_told_by_their_kind_and_never_by_their_text() {
        let removed = format!(r#"{{"Records":[{}]}}"#, record("ObjectRemoved:Delete", "a"));
        let mixed =
            format!(r#"{{"Records":[{},{}]}}"#, record("ObjectCreated:Put", "a"), record("ObjectRemoved:Delete", "a"));
        for (body, reason) in [
            ("", "it is no JSON"),
            ("secret", "it is no JSON"),
            ("{\"Records\":", "it is no JSON"),
            ("\"secret\"", "it is no notification of S3"),
            ("null", "it is no notification of S3"),
            ("[]", "it is no notification of S3"),
            (r#"{"secret":"secret"}"#, "it is no notification of S3"),
            (r#"{"Records":[]}"#, "it has 0 records"),
            (r#"{"Records":"secret"}"#, "it is no notification of S3"),
            (r#"{"Records":[1]}"#, "it is no notification of S3"),
            (r#"{"Records":[{"eventSource":"aws:sns"}]}"#, "it is no notification of S3 (aws:sns)"),
            (removed.as_str(), "it tells of no object that was created (ObjectRemoved:Delete)"),
            (mixed.as_str(), "it tells of no object that was created (ObjectRemoved:Delete)"),
            (&through_event_bridge("Object Deleted", "a"), "it tells of no object that was created (Object Deleted)"),
            (r#"{"source":"aws.ec2","detail-type":"secret"}"#, "it is no notification of S3 (aws.ec2)"),
            (r#"{"Type":"Notification","Message":"secret"}"#, "it is no JSON"),
            (r#"{"Type":"Notification","Message":{"secret":1}}"#, "it is no notification of S3"),
            (
                r#"{"Type":"SubscriptionConfirmation","Token":"secret","Message":"secret"}"#,
                "SNS asks for a confirmation, which is to be given by hand (SubscriptionConfirmation)",
            ),
            (&through_sns(&through_sns(&event("a"))), "it is no notification of S3"),
        ] {
            let stranger = Notice::read(body).expect_err(body).to_string();
            assert_eq!(stranger, reason, "{body}");
        }
        let long = format!(r#"{{"source":"{}"}}"#, "x".repeat(1000));
        assert!(Notice::read(&long).expect_err("a stranger").to_string().len() < 100);
    }

    #[test]
    fn keys_that_no_object_has_name_none() {
        for key in ["", "%FF", "%C3", &"a".repeat(MAX_KEY_BYTES + 1)] {
            assert_eq!(Notice::read(&event(key)), Err(nameless()), "{key}");
        }
        let longest = "%C3%A4".repeat(MAX_KEY_BYTES / 2);
        assert_eq!(
            Notice::read(&event(&longest)),
            Ok(Notice::Created(vec![named(&"\u{e4}".repeat(MAX_KEY_BYTES / 2))]))
        );
        // Half a code is no code.
        assert_eq!(Notice::read(&event("a%2/%zz%")), Ok(Notice::Created(vec![named("a%2/%zz%")])));
        // What a key may be is for S3 to know; nothing here follows it.
        assert_eq!(Notice::read(&event("..%2F..%2Fa%00")), Ok(Notice::Created(vec![named("../../a\0")])));
        assert_eq!(Notice::read(&event("a").replace("logs", "")), Err(nameless()));
    }

    #[test]
    fn what_is_huge_or_deep_is_refused() {
        for deep in ["[".repeat(500_000), "{\"a\":".repeat(100_000), format!("{}{}", "[".repeat(500), "]".repeat(500))]
        {
            assert_eq!(Notice::read(&deep).expect_err("deep").to_string(), "it is no JSON");
            assert_eq!(Notice::read(&through_sns(&deep)).expect_err("deep").to_string(), "it is no JSON");
        }
        let huge = format!("\"{}\"", "x".repeat(QUEUE_MESSAGE_BYTES));
        assert_eq!(Notice::read(&huge).expect_err("huge").to_string(), "it is larger than any message of SQS");
        let many = vec![record("ObjectCreated:Put", "a"); NAMED_IN_MESSAGE + 1].join(",");
        let many = format!(r#"{{"Records":[{many}]}}"#);
        assert!(many.len() < QUEUE_MESSAGE_BYTES);
        assert_eq!(Notice::read(&many).expect_err("many").to_string(), "it has 1001 records");
        let most = vec![record("ObjectCreated:Put", "a"); NAMED_IN_MESSAGE].join(",");
        assert!(
            matches!(Notice::read(&format!(r#"{{"Records":[{most}]}}"#)), Ok(Notice::Created(all)) if all.len() == 1000)
        );
    }
}
