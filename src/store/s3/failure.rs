//! What S3 answered when it did not do what it was asked, in words for people; and whether asking again may help.

use std::error::Error;
use std::fmt;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId;

/// A request that failed.
#[derive(Debug, Clone)]
pub struct S3Failure {
    /// What was asked of what: `GET s3://bucket/key`.
    pub(super) request: String,
    /// The HTTP status, if there was an answer.
    pub(super) status: Option<u16>,
    /// S3's name of the error: `SlowDown`.
    pub(super) code: Option<String>,
    message: String,
    request_id: Option<String>,
    /// Whether anything of an answer came.
    pub(super) is_answered: bool,
    /// Whether the same request may succeed later.
    pub(super) is_transient: bool,
    /// How often it was sent.
    pub(super) attempts: u32,
}

impl S3Failure {
    /// An answer that broke off, or can't be what was asked for.
    pub(super) fn transient(request: &str, message: String, request_id: Option<&str>) -> Self {
        S3Failure {
            request: request.to_owned(),
            status: None,
            code: None,
            message,
            request_id: request_id.map(str::to_owned),
            is_answered: true,
            is_transient: true,
            attempts: 1,
        }
    }

    /// What is not even asked.
    pub(super) fn refused(request: &str, message: String) -> Self {
        S3Failure { is_transient: false, ..S3Failure::transient(request, message, None) }
    }

    pub(super) fn of<E>(request: &str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let status = error.raw_response().map(|response| response.status().as_u16());
        let request_id = error.raw_response().and_then(|response| response.request_id()).map(str::to_owned);
        let code = error.code().map(one_line);
        let is_transient = match &error {
            SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
            // What is not of the connection is of the credentials, and they come too late or not at all.
            SdkError::DispatchFailure(failure) => !failure.is_user() && !chain(&error).contains("credential"),
            SdkError::ServiceError(_) => {
                matches!(status, Some(429 | 500 | 502 | 503 | 504)) || code.as_deref().is_some_and(is_transient_code)
            }
            _ => false,
        };
        let message = match error.message() {
            Some(message) => message.to_owned(),
            None if error.as_service_error().is_some() => "without a reason given".to_owned(),
            None => innermost(&error),
        };
        let is_answered = status.is_some();
        let message = one_line(&message);
        S3Failure {
            request: request.to_owned(),
            status,
            code,
            message,
            request_id,
            is_answered,
            is_transient,
            attempts: 1,
        }
    }

    fn remedy(&self) -> Option<&'static str> {
        let verb = self.request.split(' ').next().unwrap_or_default();
        match (self.code.as_deref(), self.status) {
            (Some("AccessDenied"), _) | (None, Some(403)) => Some(match verb {
                "LIST" => "allow s3:ListBucket on the bucket",
                "PUT" | "COPY" => {
                    "allow s3:PutObject on the object, and kms:GenerateDataKey and kms:Decrypt if it is encrypted with a key of yours"
                }
                "DELETE" => "allow s3:DeleteObject on the object",
                _ => "allow s3:GetObject on the object, and kms:Decrypt on its key if it is encrypted with one",
            }),
            (_, Some(412)) if verb == "GET" => Some("it was replaced while it was read; run again"),
            (Some("InvalidObjectState"), _) => Some("the object is archived; restore it (aws s3api restore-object)"),
            (Some("NoSuchBucket"), _) => Some("check the bucket's name"),
            (Some("ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired"), _) => {
                Some("the credentials have expired; sign in again (aws sso login) or renew them")
            }
            (Some("InvalidAccessKeyId" | "SignatureDoesNotMatch"), _) => Some("check the credentials and --profile"),
            (Some("RequestTimeTooSkewed"), _) => Some("set this machine's clock"),
            (Some("PermanentRedirect" | "AuthorizationHeaderMalformed"), _) | (None, Some(301)) => {
                Some("the bucket is in another region; check --region")
            }
            _ if self.message.contains("certificate") => {
                Some("behind a proxy that looks into TLS, name its certificates in SSL_CERT_FILE")
            }
            _ if !self.is_answered && self.is_transient => Some("check --endpoint-url, HTTPS_PROXY and the network"),
            _ if self.message.contains("credential") => Some(
                "sign in (aws configure, aws sso login), name a --profile, or add --no-sign-request for a public bucket",
            ),
            _ => None,
        }
    }
}

/// Text of a server's: on one line, and no longer than one reads.
fn one_line(text: &str) -> String {
    const MOST_CHARS: usize = 500;
    text.chars().take(MOST_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn is_transient_code(code: &str) -> bool {
    matches!(
        code,
        "SlowDown"
            | "InternalError"
            | "ServiceUnavailable"
            | "RequestTimeout"
            | "Throttling"
            | "ThrottlingException"
            | "RequestLimitExceeded"
            | "OperationAborted"
            // Another write of the same key was under way.
            | "ConditionalRequestConflict"
    )
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut texts = vec![error.to_string()];
    let mut error = error;
    while let Some(source) = error.source() {
        texts.push(source.to_string());
        error = source;
    }
    texts.join(": ")
}

/// The error at the end of the chain: what the others only carry.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// What a store's error says, without what the traits it came through say of it, and without the name of the object.
pub fn told(error: &object_store::Error) -> String {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(failure) = error.downcast_ref::<S3Failure>() {
            return failure.answer();
        }
        source = error.source();
    }
    error.to_string()
}

impl fmt::Display for S3Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.request, self.answer())
    }
}

impl S3Failure {
    /// What S3 said, and what to do.
    fn answer(&self) -> String {
        let mut answer = String::new();
        if let Some(status) = self.status {
            answer += &format!("{status} ");
        }
        if let Some(code) = &self.code {
            answer += &format!("{code}: ");
        }
        answer += &self.message;
        if let Some(id) = &self.request_id {
            answer += &format!(" (request id {id})");
        }
        if self.attempts > 1 {
            answer += &format!(", asked {} times", self.attempts);
        }
        if let Some(remedy) = self.remedy() {
            answer += &format!("; {remedy}");
        }
        answer
    }
}

impl Error for S3Failure {}

impl From<S3Failure> for object_store::Error {
    fn from(failure: S3Failure) -> Self {
        let path = failure.request.clone();
        let (status, code) = (failure.status, failure.code.clone());
        let source = Box::new(failure);
        match (status, code.as_deref()) {
            (Some(404), code) if code != Some("NoSuchBucket") => object_store::Error::NotFound { path, source },
            (Some(412), _) => object_store::Error::Precondition { path, source },
            (Some(304), _) => object_store::Error::NotModified { path, source },
            (Some(401), _) => object_store::Error::Unauthenticated { path, source },
            (Some(403), _) => object_store::Error::PermissionDenied { path, source },
            _ => object_store::Error::Generic { store: "S3", source },
        }
    }
}
