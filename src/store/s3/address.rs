//! `s3://bucket/prefix`, and what may stand in a bucket's place.

use std::ops::RangeInclusive;

use thiserror::Error;

/// A bucket, or an access point, and a prefix in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Address {
    /// The bucket's name, or an access point's ARN.
    pub bucket: String,
    /// What the keys begin with; empty for all.
    pub prefix: String,
}

/// Text that is no address in S3.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text}: {problem}; write s3://bucket/prefix, or s3://arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/prefix")]
pub struct S3AddressError {
    text: String,
    problem: &'static str,
}

/// The scheme of an address.
const SCHEME: &str = "s3://";

/// How long the name of a bucket is; the oldest have up to 255 characters.
const BUCKET_NAME_BYTES: RangeInclusive<usize> = 3..=255;

/// What follows the scheme, which may be written in any case.
fn strip_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then_some(rest)
}

fn is_arn(text: &str) -> bool {
    text.starts_with("arn:aws")
}

impl S3Address {
    /// Whether `text` is meant as an address in S3: a URL, or an ARN as policies name buckets.
    pub fn is_meant(text: &str) -> bool {
        strip_scheme(text).is_some() || is_arn(text)
    }

    /// Reads an address.
    ///
    /// # Errors
    /// When there is no bucket, or an ARN is none of an access point in a region.
    pub fn parse(text: &str) -> Result<Self, S3AddressError> {
        let error = |problem| S3AddressError { text: text.to_owned(), problem };
        let rest = strip_scheme(text).unwrap_or(text);
        // arn:aws:s3:::BUCKET
        let name = rest.split_once(":s3:::").filter(|_| is_arn(rest)).map_or(rest, |(_, name)| name);
        if !is_arn(name) {
            let (bucket, prefix) = name.split_once('/').unwrap_or((name, ""));
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
            if !BUCKET_NAME_BYTES.contains(&bucket.len()) || !bucket.bytes().all(is_name) {
                return Err(error("no bucket has that name"));
            }
            return Ok(S3Address { bucket: bucket.to_owned(), prefix: prefix.to_owned() });
        }
        // arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME
        let (kind, rest) = rest.split_once('/').ok_or_else(|| error("the ARN is none of an access point"))?;
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let parts: Vec<&str> = kind.split(':').collect();
        match parts[..] {
            ["arn", _, "s3" | "s3-outposts", "", ..] => {
                Err(error("a multi-region access point is not read; name one of its buckets"))
            }
            ["arn", _, "s3", _, _, "accesspoint"] if !name.is_empty() => {
                Ok(S3Address { bucket: format!("{kind}/{name}"), prefix: prefix.to_owned() })
            }
            _ => Err(error("the ARN is none of an access point")),
        }
    }

    /// The region that an access point's ARN names.
    pub fn region(&self) -> Option<&str> {
        self.bucket.strip_prefix("arn:")?.split(':').nth(2)
    }

    /// The address of a key in the same bucket.
    pub fn of_key(&self, key: &str) -> String {
        format!("{SCHEME}{}/{key}", self.bucket)
    }

    /// The engine's name of the bucket's store: an ARN is no host name.
    pub fn store_url(&self) -> String {
        let host: String = self.bucket.chars().map(|c| if matches!(c, ':' | '/') { '_' } else { c }).collect();
        format!("{SCHEME}{host}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_and_access_points() {
        let read = |text: &str| S3Address::parse(text).map(|address| (address.bucket, address.prefix));
        let pair = |bucket: &str, prefix: &str| Ok((bucket.to_owned(), prefix.to_owned()));
        assert_eq!(read("s3://logs"), pair("logs", ""));
        assert_eq!(read("S3://logs/"), pair("logs", ""));
        assert_eq!(read("s3://logs/a/AWSLogs/"), pair("logs", "a/AWSLogs/"));
        assert_eq!(read("arn:aws:s3:::logs/AWSLogs/"), pair("logs", "AWSLogs/"));
        assert_eq!(read("s3://arn:aws-us-gov:s3:::logs"), pair("logs", ""));
        let arn = "arn:aws:s3:eu-west-1:012345678901:accesspoint/flows";
        assert_eq!(read(&format!("s3://{arn}")), pair(arn, ""));
        assert_eq!(read(&format!("s3://{arn}/AWSLogs/x")), pair(arn, "AWSLogs/x"));
        let address = S3Address::parse(&format!("s3://{arn}/x")).expect("an address");
        assert_eq!(address.region(), Some("eu-west-1"));
        assert_eq!(address.store_url(), "s3://arn_aws_s3_eu-west-1_012345678901_accesspoint_flows");
        assert_eq!(address.of_key("x/y"), format!("s3://{arn}/x/y"));
        for (text, problem) in [
            ("s3://", "no bucket has that name"),
            ("s3:///x", "no bucket has that name"),
            ("s3://a b/x", "no bucket has that name"),
            ("s3://ab/x", "no bucket has that name"),
            ("s3://arn:aws:s3:eu-west-1:012345678901:bucket", "none of an access point"),
            ("s3://arn:aws:sqs:eu-west-1:012345678901:accesspoint/x", "none of an access point"),
            ("s3://arn:aws:s3::012345678901:accesspoint/x.mrap", "multi-region"),
        ] {
            assert!(read(text).expect_err(text).to_string().contains(problem), "{text}");
        }
    }
}
