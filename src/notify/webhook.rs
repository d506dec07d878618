//! Any server that takes JSON.
//!
//! The request is signed, if a key is named: `X-Vpcflow-Signature: sha256=HEX` is the HMAC-SHA256 of `X-Vpcflow-Timestamp`, a
//! full stop and the body. `X-Vpcflow-Id` is the same when a message is sent again.

use chrono::Utc;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
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
    let path = address.path().to_owned();
    let query = address.query().unwrap_or_default().to_owned();
    let sent = http.post(address).headers(headers).header(CONTENT_TYPE, "application/json").body(body).send().await;
    // The address is in the library's errors, and is a secret.
    let mut answer = sent.map_err(|error| NotifyError::Unreached(told(&error.without_url())))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let mut shown = Vec::new();
    while shown.len() < ANSWER_SHOWN_BYTES
        && let Ok(Some(bytes)) = answer.chunk().await
    {
        shown.extend(bytes);
    }
    shown.truncate(ANSWER_SHOWN_BYTES);
    let shown = String::from_utf8_lossy(&shown);
    // A server may say again what it was asked, the address with its key among it.
    let key = key.map(|key| (key.reveal(), "(the secret)"));
    let secrets = [secret.reveal(), &path, &query].map(|text| (text, "(the address)"));
    let shown = key
        .into_iter()
        .chain(secrets)
        .filter(|(text, _)| text.len() > 1)
        .fold(shown.into_owned(), |shown, (secret, name)| shown.replace(secret, name));
    let told = format!("{status}: {}", shown.trim()).trim_end_matches(": ").to_owned();
    // Who asks too often, or too slowly, may ask again.
    let is_final = status.is_client_error() && !matches!(status.as_u16(), 408 | 425 | 429);
    Err(if is_final { NotifyError::Unfit(told) } else { NotifyError::Refused(told) })
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
}
