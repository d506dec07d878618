//! Any server that takes JSON.
//!
//! The request is signed, if a key is named: `X-Vpcflow-Signature: sha256=HEX` is the HMAC-SHA256 of `X-Vpcflow-Timestamp`, a
//! full stop and the body. `X-Vpcflow-Id` is the same when a message is sent again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use sha2::Sha256;

use super::{NotifyError, told};
use crate::limits::ANSWER_SHOWN_BYTES;
use crate::schedule::{Message, Secret, SecretSource};

/// Sends a message.
pub(super) async fn send(
    http: &reqwest::Client,
    url: &SecretSource,
    secret: Option<&SecretSource>,
    message: &Message,
    text: Option<String>,
) -> Result<(), NotifyError> {
    let body = match text {
        Some(text) => text,
        None => serde_json::to_string(message).map_err(|error| NotifyError::Form(error.to_string()))?,
    };
    let mut headers = HeaderMap::new();
    let timestamp = Utc::now().timestamp().to_string();
    let mut header = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    header("x-vpcflow-id", &message.id);
    header("x-vpcflow-timestamp", &timestamp);
    let secret = secret.map(SecretSource::read).transpose()?;
    if let Some(secret) = &secret {
        header("x-vpcflow-signature", &signature(secret.reveal(), &timestamp, &body));
    }
    post(http, url, secret.as_ref(), headers, body).await
}

/// The signature of a body at a time.
fn signature(key: &str, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length");
    for part in [timestamp, ".", body] {
        mac.update(part.as_bytes());
    }
    let digest: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digest}")
}

/// The address that a secret is.
pub(super) fn address(url: &SecretSource, secret: &Secret) -> Result<reqwest::Url, NotifyError> {
    let address = reqwest::Url::parse(secret.reveal()).ok().filter(|address| address.has_host());
    let address = address.filter(|address| matches!(address.scheme(), "http" | "https"));
    address.ok_or_else(|| NotifyError::NoAddress(url.clone()))
}

/// Posts JSON to the address that a secret holds. What is told of the answer has neither this nor the `key`.
pub(super) async fn post(
    http: &reqwest::Client,
    url: &SecretSource,
    key: Option<&Secret>,
    headers: HeaderMap,
    body: String,
) -> Result<(), NotifyError> {
    let secret = url.read()?;
    let address = address(url, &secret)?;
    let mut pieces = pieces(&address);
    pieces.push(secret.reveal().to_owned());
    pieces.extend(key.map(|key| key.reveal().to_owned()));
    let sent = http.post(address).headers(headers).header(CONTENT_TYPE, "application/json").body(body).send().await;
    // The address is in the library's errors, and is a secret.
    let mut answer = sent.map_err(|error| NotifyError::Unreached(told(&error.without_url())))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let after = answer.headers().get(RETRY_AFTER).and_then(|after| retry_after(after.to_str().ok()?, Utc::now()));
    // So far that none of them is cut in two, each of its characters written as three.
    let longest = pieces.iter().map(String::len).max().unwrap_or(0);
    let mut shown = Vec::new();
    while shown.len() < ANSWER_SHOWN_BYTES + 3 * longest
        && let Ok(Some(bytes)) = answer.chunk().await
    {
        shown.extend(bytes);
    }
    let is_said_again = says_again(&String::from_utf8_lossy(&shown), &pieces);
    shown.truncate(ANSWER_SHOWN_BYTES);
    let shown = String::from_utf8_lossy(&shown);
    let shown =
        if is_said_again { "(its answer says again what it was asked, and is not shown)" } else { shown.trim() };
    let told = format!("{status}: {shown}").trim_end_matches(": ").to_owned();
    // Who asks too often, or too slowly, may ask again.
    let is_final = status.is_client_error() && !matches!(status.as_u16(), 408 | 425 | 429);
    Err(if is_final { NotifyError::Unfit(told) } else { NotifyError::Refused { told, after } })
}

/// What of an address may be secret, each as it is and as it stands in the address: who asks, path and query, and each part
/// of them that is no short word.
fn pieces(address: &reqwest::Url) -> Vec<String> {
    let query = address.query().unwrap_or_default();
    let parts = address.path_segments().into_iter().flatten().chain(query.split(['&', '=']));
    let parts = parts.filter(|piece| piece.len() >= SECRET_CHARACTERS);
    let whole = [address.path(), query, address.username(), address.password().unwrap_or_default()];
    let all = parts.chain(whole.into_iter().filter(|piece| !["", "/"].contains(piece)));
    all.flat_map(|piece| [piece.to_owned(), decoded(piece)]).collect()
}

/// A part of a path that is shorter is a word, as `hooks` is.
const SECRET_CHARACTERS: usize = 6;

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Whether a server's answer has one of these, or the header that they were sent in.
fn says_again(answer: &str, pieces: &[String]) -> bool {
    let plain = decoded(answer);
    let has = |piece: &String| answer.contains(piece) || plain.contains(piece);
    plain.to_lowercase().contains("basic ") || pieces.iter().any(has)
}

/// How long a server asks to be left alone: seconds, or a time (RFC 9110, 10.2.3).
fn retry_after(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    let is_number = !text.trim().is_empty() && text.trim().bytes().all(|byte| byte.is_ascii_digit());
    let seconds = is_number.then(|| Duration::from_secs(text.trim().parse().unwrap_or(u64::MAX)));
    seconds.or_else(|| (DateTime::parse_from_rfc2822(text.trim()).ok()?.to_utc() - now).to_std().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_others() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
        let expected = "sha256=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03";
        assert_eq!(signature("key", "1700000000", "{\"a\":1}"), expected);
    }

    #[test]
    fn what_an_answer_says_again_is_not_shown() {
        let address = "https://user:p%40ssword@example.com/hooks/T0%2FSEKRET/x?token=SEKRETS&v=1";
        let pieces = pieces(&address.parse().expect("an address"));
        let says = |answer: &str| says_again(answer, &pieces);
        for answer in [
            "no such token T0/SEKRET",
            "{\"path\":\"\\/hooks\\/T0%2FSEKRET\\/x\"}",
            "%2Fhooks%2FT0%2FSEKRET",
            "SEKRETS",
            "who is user?",
            "p@ssword",
            "Authorization: Basic dXNlcjpw",
        ] {
            assert!(says(answer), "{answer}");
        }
        for answer in ["no_service", "hooks are off", "invalid v=1", ""] {
            assert!(!says(answer), "{answer}");
        }
        // Short as its parts are, who knows all of it can write there.
        let pieces = super::pieces(&"https://example.com/a/b?k=12".parse().expect("an address"));
        assert!(says_again("nobody at /a/b", &pieces) && says_again("k=12?", &pieces) && !says_again("a b", &pieces));
        let pieces = super::pieces(&"https://example.com/".parse().expect("an address"));
        assert!(!says_again("/ is not here", &pieces));
    }

    #[test]
    fn a_server_says_when_it_will_listen_again() {
        let now = DateTime::from_timestamp(1_445_412_420, 0).expect("a time");
        for (text, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            // 07:28:00 is 60 seconds from now.
            ("Wed, 21 Oct 2015 07:28:00 GMT", Some(60)),
            ("Wed, 21 Oct 2015 07:26:00 GMT", None),
            ("soon", None),
            ("", None),
            ("99999999999999999999", Some(u64::MAX)),
            ("-1", None),
        ] {
            assert_eq!(retry_after(text, now), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
