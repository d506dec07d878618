//! The URL of a queue, and what its host says of the server to ask.

use thiserror::Error;
use url::Url;

/// A queue's URL, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct QueueAddress {
    /// As it was given.
    pub(in crate::store) url: String,
    /// The region that the host names.
    pub(in crate::store) region: Option<String>,
    /// The server that the URL names, where it is none of those that AWS has for everybody.
    pub(in crate::store) server: Option<String>,
    /// Whether the host is the one with FIPS.
    pub(in crate::store) is_fips: bool,
    /// Whether the host is the one with IPv6.
    pub(in crate::store) is_dual_stack: bool,
}

/// Text that is no URL of a queue. It is not told: whatever it is, it may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0}; write https://sqs.REGION.amazonaws.com/ACCOUNT/NAME (aws sqs get-queue-url --queue-name NAME prints it)")]
pub struct QueueAddressError(&'static str);

impl QueueAddress {
    /// Reads a URL.
    pub(super) fn parse(text: &str) -> Result<Self, QueueAddressError> {
        if text.starts_with("arn:") {
            return Err(QueueAddressError("an ARN, not the queue's URL"));
        }
        let url = Url::parse(text).map_err(|_| QueueAddressError("no URL of a queue"))?;
        let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https"));
        let host = host.ok_or(QueueAddressError("no URL of a queue"))?;
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(QueueAddressError("only scheme, host and path; credentials come from the AWS default chain"));
        }
        if url.path_segments().and_then(Iterator::last).is_none_or(str::is_empty) {
            return Err(QueueAddressError("the URL names a server, and no queue"));
        }
        let known = of_host(host);
        Ok(QueueAddress {
            url: text.to_owned(),
            region: known.region.map(str::to_owned),
            server: (!known.is_public).then(|| url.origin().ascii_serialization()),
            is_fips: known.is_fips,
            is_dual_stack: known.is_dual_stack,
        })
    }
}

/// What a host is known to be.
#[derive(Debug, Default)]
struct Known<'a> {
    region: Option<&'a str>,
    is_public: bool,
    is_fips: bool,
    is_dual_stack: bool,
}

fn of_host(host: &str) -> Known<'_> {
    let labels: Vec<&str> = host.trim_end_matches(".cn").split('.').collect();
    let public = |region| Known { region: Some(region), is_public: true, ..Known::default() };
    match labels[..] {
        ["sqs", region, "amazonaws", "com"] | [region, "queue", "amazonaws", "com"] => public(region),
        // As the oldest URLs are written.
        ["queue", "amazonaws", "com"] => public("us-east-1"),
        ["sqs-fips", region, "amazonaws", "com"] => Known { is_fips: true, ..public(region) },
        ["sqs", region, "api", "aws"] => Known { is_dual_stack: true, ..public(region) },
        ["sqs-fips", region, "api", "aws"] => Known { is_fips: true, is_dual_stack: true, ..public(region) },
        // A VPC's own way in.
        [.., "sqs", region, "vpce", "amazonaws", "com"] => Known { region: Some(region), ..Known::default() },
        _ => Known::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> QueueAddress {
        QueueAddress::parse(text).expect("a URL")
    }

    #[test]
    fn the_host_says_the_region() {
        for (host, region) in [
            ("sqs.eu-west-1.amazonaws.com", "eu-west-1"),
            ("eu-west-1.queue.amazonaws.com", "eu-west-1"),
            ("queue.amazonaws.com", "us-east-1"),
            ("sqs.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("sqs-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
            ("sqs.eu-west-1.api.aws", "eu-west-1"),
        ] {
            let address = parse(&format!("https://{host}/123456789012/flows"));
            assert_eq!((address.region.as_deref(), address.server), (Some(region), None), "{host}");
            assert_eq!(
                (address.is_fips, address.is_dual_stack),
                (host.contains("fips"), host.contains("api")),
                "{host}"
            );
        }
    }

    #[test]
    fn what_is_not_of_all_is_its_own_server() {
        let vpc = parse("https://vpce-1a2b.sqs.eu-west-1.vpce.amazonaws.com/123456789012/flows");
        assert_eq!(vpc.region.as_deref(), Some("eu-west-1"));
        assert_eq!(vpc.server.as_deref(), Some("https://vpce-1a2b.sqs.eu-west-1.vpce.amazonaws.com"));
        let local = parse("http://127.0.0.1:4566/000000000000/flows");
        assert_eq!((local.region, local.server.as_deref()), (None, Some("http://127.0.0.1:4566")));
        // Whoever else ends alike is not AWS.
        assert!(parse("https://sqs.eu-west-1.amazonaws.com.example/1/flows").server.is_some());
    }

    #[test]
    fn what_is_no_url_of_a_queue_is_answered_with_one() {
        for (text, problem) in [
            ("arn:aws:sqs:eu-west-1:123456789012:flows", "an ARN"),
            ("flows", "no URL"),
            ("s3://logs/", "no URL"),
            ("https://sqs.eu-west-1.amazonaws.com/", "no queue"),
            ("https://key:secret@sqs.eu-west-1.amazonaws.com/123456789012/flows", "credentials come from"),
            ("https://sqs.eu-west-1.amazonaws.com/123456789012/flows?Action=secret", "credentials come from"),
        ] {
            let error = QueueAddress::parse(text).expect_err(text).to_string();
            assert!(error.contains(problem) && error.contains("get-queue-url"), "{text}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
