//! What S3 or SQS answered when it did not do what it was asked, in words for people; and whether asking again may help.

use std::error::Error;
use std::fmt;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId;

use super::body::TooLong;

/// A request that failed.
#[derive(Debug, Clone)]
pub struct S3Failure {
    /// What was asked of what: `GET s3://bucket/key`, `sqs:ReceiveMessage https://...`.
    pub(super) request: String,
    /// The HTTP status, if there was an answer.
    pub(super) status: Option<u16>,
    /// S3's name of the error: `SlowDown`.
    pub(super) code: Option<String>,
    message: String,
    request_id: Option<String>,
    /// Whether it was not even sent, for want of credentials; what else is told is told of them.
    is_of_credentials: bool,
    /// Whether anything of an answer came.
    pub(super) is_answered: bool,
    /// Whether the same request may succeed later.
    pub(super) is_transient: bool,
    /// How often it was sent.
    pub(super) attempts: u32,
}

impl S3Failure {
    /// An answer that broke off, or can't be what was asked for.
    pub(in crate::store) fn transient(request: &str, message: String, request_id: Option<&str>) -> Self {
        S3Failure {
            request: request.to_owned(),
            status: None,
            code: None,
            message,
            request_id: request_id.map(str::to_owned),
            is_of_credentials: false,
            is_answered: true,
            is_transient: true,
            attempts: 1,
        }
    }

    /// An answer of another version than was asked for.
    pub(super) fn replaced(request: &str, request_id: Option<&str>) -> Self {
        let message = "the answer is of another version".to_owned();
        let failure = S3Failure::transient(request, message, request_id);
        S3Failure { status: Some(412), is_transient: false, ..failure }
    }

    /// What is not even asked.
    pub(in crate::store) fn refused(request: &str, message: String) -> Self {
        S3Failure { is_transient: false, ..S3Failure::transient(request, message, None) }
    }

    pub(in crate::store) fn of<E>(request: &str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let status = error.raw_response().map(|response| response.status().as_u16());
        let request_id = error.raw_response().and_then(|response| response.request_id()).map(str::to_owned);
        // What fails on the way and is not of the connection is of the credentials: they come too late or not at all.
        let is_of_credentials = matches!(error, SdkError::DispatchFailure(_)) && chain(&error).contains("credential");
        // Who was asked for them may have said why not.
        let refusal = causes(&error).find_map(|cause| cause.downcast_ref::<ErrorMetadata>());
        let code = error.code().or(refusal.and_then(ErrorMetadata::code)).map(one_line);
        let is_transient = match &error {
            SdkError::TimeoutError(_) => true,
            SdkError::ResponseError(_) => !causes(&error).any(|cause| cause.is::<TooLong>()),
            SdkError::DispatchFailure(failure) => !failure.is_user() && !is_of_credentials,
            SdkError::ServiceError(_) => {
                matches!(status, Some(429 | 500 | 502 | 503 | 504)) || code.as_deref().is_some_and(is_transient_code)
            }
            _ => false,
        };
        let message = match error.message().or(refusal.and_then(ErrorMetadata::message)) {
            Some(message) => message.to_owned(),
            None if error.as_service_error().is_some() => match (status, &code) {
                (Some(200..300), _) if request.starts_with(QUEUE_VERBS) => "the answer is none of SQS'".to_owned(),
                (Some(200..300), _) => "the answer is none of S3's; check --endpoint-url".to_owned(),
                (_, Some(_)) => String::new(),
                (_, None) => "without a reason given".to_owned(),
            },
            None => innermost(&error),
        };
        let is_answered = status.is_some();
        let message = one_line(&message.split_once("Attempted:").map_or(message.clone(), |(_, all)| none_found(all)));
        S3Failure {
            request: request.to_owned(),
            status,
            code,
            message,
            request_id,
            is_of_credentials,
            is_answered,
            is_transient,
            attempts: 1,
        }
    }

    /// Whether the next object may well be had: it is this one that is gone, or refused.
    pub(in crate::store) fn is_of_object(&self) -> bool {
        self.is_answered && !self.is_transient && !self.is_of_credentials
    }

    /// Whether the object is not there.
    pub(in crate::store) fn is_missing(&self) -> bool {
        self.status == Some(404)
    }

    fn remedy(&self) -> Option<&'static str> {
        let verb = self.request.split(' ').next().unwrap_or_default();
        let is_of_queue = verb.starts_with(QUEUE_VERBS);
        if self.is_of_credentials {
            return Some(match self.code.as_deref() {
                Some("ExpiredToken" | "ExpiredTokenException") => "they have expired; sign in again or renew them",
                Some(_) => "check the role, --external-id and the role's trust policy (MFA is not asked for)",
                None if self.message.contains("SSO") => "sign in with aws sso login",
                None if self.message.contains("os error") => {
                    "sign in with aws sso login if the profile is one of SSO, or check what the profile, \
                     AWS_WEB_IDENTITY_TOKEN_FILE and AWS_CONTAINER_CREDENTIALS_FULL_URI name"
                }
                None if is_of_queue => "sign in (aws configure, aws sso login), or name a --profile",
                None => {
                    "sign in (aws configure, aws sso login), name a --profile, or add --no-sign-request for a public bucket"
                }
            });
        }
        if is_of_queue && let Some(remedy) = remedy_of_queue(verb, self.code.as_deref(), self.status) {
            return Some(remedy);
        }
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
            (Some("NoSuchKey"), _) => Some("aws s3 ls shows what there is"),
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
            _ => None,
        }
    }
}

/// What the names of SQS' operations begin with, where a request is told.
const QUEUE_VERBS: &str = "sqs:";

fn remedy_of_queue(verb: &str, code: Option<&str>, status: Option<u16>) -> Option<&'static str> {
    let code = code.unwrap_or_default();
    if code.starts_with("Kms") || code.starts_with("KMS") {
        return Some("allow kms:Decrypt on the queue's key");
    }
    match code {
        "QueueDoesNotExist" => Some("check the queue's URL, its region and account (aws sqs get-queue-url prints it)"),
        "AccessDenied" | "AccessDeniedException" => Some(match verb {
            "sqs:DeleteMessage" => "allow sqs:DeleteMessage on the queue: what came in stays in it, and comes again",
            "sqs:ChangeMessageVisibility" => {
                "allow sqs:ChangeMessageVisibility on the queue: what takes long to read may be read by others meanwhile"
            }
            _ => "allow sqs:ReceiveMessage, sqs:DeleteMessage and sqs:ChangeMessageVisibility on the queue",
        }),
        "OverLimit" => Some("too many of its messages were received and not deleted; wait until they come again"),
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidSecurity" => {
            Some("check the credentials and --profile")
        }
        _ if code.ends_with("NonExistentQueue") => remedy_of_queue(verb, Some("QueueDoesNotExist"), status),
        "" if status == Some(403) => remedy_of_queue(verb, Some("AccessDenied"), status),
        _ => None,
    }
}

/// What the sources of credentials said, one after the other, without those that were simply not set up.
fn none_found(attempted: &str) -> String {
    let is_telling =
        |line: &&str| !["not set", "not enabled", "not configured"].iter().any(|word| line.ends_with(word));
    let telling: Vec<&str> =
        attempted.lines().map(str::trim).filter(|line| !line.is_empty()).filter(is_telling).collect();
    let mut found = "none in the environment, profile, web identity, container or instance".to_owned();
    if !telling.is_empty() {
        found += &format!(" ({})", telling.join("; "));
    }
    found
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
            | "RequestThrottled"
            | "KmsThrottled"
            | "OperationAborted"
            // Another write of the same key was under way.
            | "ConditionalRequestConflict"
    )
}

/// An error, and what caused it.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The error at the end of the chain: what the others only carry.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

fn chain(error: &(dyn Error + 'static)) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// What a store's error says, without what the traits it came through say of it, and without the name of the object.
pub fn told(error: &object_store::Error) -> String {
    match causes(error).find_map(|cause| cause.downcast_ref::<S3Failure>()) {
        Some(failure) => failure.answer(),
        None => error.to_string(),
    }
}

/// What a service of AWS answered when it did not do what it was asked.
pub(crate) fn told_of_sdk<E>(request: &str, error: SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    S3Failure::of(request, error).answer()
}

impl fmt::Display for S3Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.request, self.answer())
    }
}

impl S3Failure {
    /// What S3 said, and what to do.
    pub(in crate::store) fn answer(&self) -> String {
        let mut answer = if self.is_of_credentials { "no credentials: ".to_owned() } else { String::new() };
        if let Some(status) = self.status {
            answer += &format!("{status} ");
        }
        match &self.code {
            Some(code) if self.message.is_empty() => answer += code,
            Some(code) => answer += &format!("{code}: {}", self.message),
            None => answer += &self.message,
        }
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
