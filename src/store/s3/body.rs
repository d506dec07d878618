//! Bodies of answers, bounded in size and in time: the SDK reads listings and errors into memory as long as they come.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_sdk_s3::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use bytes::Bytes;
use http_body::{Body, Frame};
use thiserror::Error;
use tokio::time::{Instant, Sleep, sleep};

use crate::limits::{MAX_OBJECT_BYTES, S3_ANSWER_BYTES, S3_SLOWEST_BYTES, S3_STALL_TIMEOUT};

/// Puts bounds on the body of every answer.
#[derive(Debug)]
pub(super) struct BoundBodies;

impl Intercept for BoundBodies {
    fn name(&self) -> &'static str {
        "BoundBodies"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        settings: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let is_read = settings.load::<Metadata>().is_some_and(|operation| operation.name() == "GetObject");
        let is_object = is_read && context.response().status().is_success();
        let most = if is_object { MAX_OBJECT_BYTES as u64 } else { S3_ANSWER_BYTES };
        let body = context.response_mut().body_mut();
        // What is in memory already has come to its end.
        if body.is_streaming() {
            let inner = std::mem::replace(body, SdkBody::taken());
            *body = SdkBody::from_body_1_x(Bounded { inner, left: most, come: 0, window: None });
        }
        Ok(())
    }
}

/// An answer that need not be asked for again.
#[derive(Debug, Error)]
#[error("the answer has more bytes than any of its kind; check --endpoint-url")]
pub(super) struct TooLong;

/// A body that is an error once it has more bytes than it may, or comes too slowly.
struct Bounded {
    inner: SdkBody,
    left: u64,
    /// Bytes since the window began.
    come: u64,
    /// The time in which some bytes must come; it runs while nothing is there.
    window: Option<Pin<Box<Sleep>>>,
}

impl Body for Bounded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            let Some(frame) = frame.transpose()? else { return Poll::Ready(None) };
            let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
            let Some(left) = self.left.checked_sub(bytes) else {
                return Poll::Ready(Some(Err(Box::new(TooLong))));
            };
            self.left = left;
            self.come += bytes;
            return Poll::Ready(Some(Ok(frame)));
        }
        let this = &mut *self;
        let window = this.window.get_or_insert_with(|| Box::pin(sleep(S3_STALL_TIMEOUT)));
        loop {
            ready!(window.as_mut().poll(context));
            if this.come < S3_SLOWEST_BYTES {
                let message = format!("{} bytes came in {} s", this.come, S3_STALL_TIMEOUT.as_secs());
                return Poll::Ready(Some(Err(message.into())));
            }
            this.come = 0;
            window.as_mut().reset(Instant::now() + S3_STALL_TIMEOUT);
        }
    }

    fn is_end_stream(&self) -> bool {
        Body::is_end_stream(&self.inner)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        Body::size_hint(&self.inner)
    }
}
