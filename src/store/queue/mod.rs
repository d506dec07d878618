//! A queue of SQS in which S3 says which objects are new, so that a bucket need not be listed to find them.
//!
//! Invariants:
//! * A message that was received is not deleted before somebody says that its objects are where they belong. Until then it
//!   is kept from others, and whoever dies leaves it to come again.
//! * What is no notification of S3's is never deleted: it may be somebody else's, and its text is never told.
//! * Whatever a message says is taken for a hint: S3 is asked whether the object is there, and in which version.

mod address;
mod batch;
mod notice;

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry,
    MessageSystemAttributeName,
};
use chrono::{DateTime, Utc};
use futures::StreamExt;

use super::s3::{Aws, AwsOptions, Patience, S3Failure};
use crate::limits::{QUEUE_AT_ONCE, QUEUE_HOLD, QUEUE_REQUESTS_AT_ONCE};
pub(super) use address::QueueAddress;
pub use address::QueueAddressError;
pub use batch::Batch;
pub use notice::{Named, Notice, Stranger};

/// A queue; a clone is another handle on it.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
    patience: Patience,
}

/// A message as it was received.
#[derive(Debug, Clone)]
pub struct Message {
    /// The queue's name of it, the same however often it comes.
    pub id: String,
    /// What it is kept and deleted with; another one each time.
    pub receipt: String,
    /// When it was sent, where the queue says so.
    pub sent: Option<DateTime<Utc>>,
    /// Its text.
    pub body: String,
}

impl Queue {
    /// The queue at a URL. Reads the configuration and sends nothing yet.
    ///
    /// # Errors
    /// When the URL is none of a queue's.
    pub async fn open(url: &str, aws: &AwsOptions) -> Result<Self, QueueAddressError> {
        let address = QueueAddress::parse(url)?;
        let (client, patience) = Aws::new(aws.clone()).await.queue_client(&address);
        Ok(Queue { client, url: address.url, patience })
    }

    fn request(&self, operation: &str) -> String {
        format!("sqs:{operation} {}", self.url)
    }

    /// The next messages, ten at most; none, when for so long none came.
    ///
    /// # Errors
    /// When there is no such queue, or it may not be read.
    pub async fn receive(&self, wait: Duration) -> Result<Vec<Message>, S3Failure> {
        let request = self.request("ReceiveMessage");
        let ask = |_| {
            let sent = self
                .client
                .receive_message()
                .queue_url(&self.url)
                .max_number_of_messages(QUEUE_AT_ONCE as i32)
                .wait_time_seconds(wait.as_secs() as i32)
                .visibility_timeout(QUEUE_HOLD.as_secs() as i32)
                .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
                .send();
            let request = &request;
            async move { sent.await.map_err(|error| S3Failure::of(request, error)) }
        };
        let received = self.patience.run(ask).await?;
        Ok(received.messages.unwrap_or_default().into_iter().filter_map(message).collect())
    }

    /// Takes messages out of the queue for good.
    ///
    /// # Errors
    /// When some could not be deleted: the first reason.
    pub async fn delete(&self, receipts: &[String]) -> Result<(), S3Failure> {
        let chunks = receipts.chunks(QUEUE_AT_ONCE).map(<[String]>::to_vec);
        all(chunks.map(|some| self.clone().delete_some(some))).await
    }

    /// Keeps messages from others for some more minutes.
    ///
    /// # Errors
    /// When some could not be kept: the first reason.
    async fn keep(&self, receipts: &[String]) -> Result<(), S3Failure> {
        let chunks = receipts.chunks(QUEUE_AT_ONCE).map(<[String]>::to_vec);
        all(chunks.map(|some| self.clone().keep_some(some))).await
    }

    async fn delete_some(self, receipts: Vec<String>) -> Result<(), S3Failure> {
        let request = self.request("DeleteMessage");
        let entry = |(index, receipt): (usize, &String)| {
            let entry = DeleteMessageBatchRequestEntry::builder().id(index.to_string()).receipt_handle(receipt);
            entry.build().expect("it has an id and a receipt")
        };
        let entries: Vec<_> = receipts.iter().enumerate().map(entry).collect();
        let delete = |_| {
            let batch = self.client.delete_message_batch().queue_url(&self.url);
            let sent = batch.set_entries(Some(entries.clone())).send();
            let request = &request;
            async move {
                let done = sent.await.map_err(|error| S3Failure::of(request, error))?;
                done.failed.first().map_or(Ok(()), |failed| Err(of_entry(request, failed)))
            }
        };
        self.patience.run(delete).await
    }

    async fn keep_some(self, receipts: Vec<String>) -> Result<(), S3Failure> {
        let request = self.request("ChangeMessageVisibility");
        let entry = |(index, receipt): (usize, &String)| {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(index.to_string());
            let entry = entry.receipt_handle(receipt).visibility_timeout(QUEUE_HOLD.as_secs() as i32);
            entry.build().expect("it has an id and a receipt")
        };
        let entries: Vec<_> = receipts.iter().enumerate().map(entry).collect();
        let keep = |_| {
            let batch = self.client.change_message_visibility_batch().queue_url(&self.url);
            let sent = batch.set_entries(Some(entries.clone())).send();
            let request = &request;
            async move {
                let done = sent.await.map_err(|error| S3Failure::of(request, error))?;
                done.failed.first().map_or(Ok(()), |failed| Err(of_entry(request, failed)))
            }
        };
        self.patience.run(keep).await
    }
}

/// Sends some requests at a time; one that fails holds no other up.
async fn all(requests: impl Iterator<Item = impl Future<Output = Result<(), S3Failure>>>) -> Result<(), S3Failure> {
    let requests = futures::stream::iter(requests).buffer_unordered(QUEUE_REQUESTS_AT_ONCE);
    requests.collect::<Vec<_>>().await.into_iter().collect()
}

/// A message that can be deleted.
fn message(received: aws_sdk_sqs::types::Message) -> Option<Message> {
    let sent = received.attributes().and_then(|all| all.get(&MessageSystemAttributeName::SentTimestamp));
    let sent = sent.and_then(|millis| DateTime::from_timestamp_millis(millis.parse().ok()?));
    Some(Message {
        id: received.message_id.unwrap_or_default(),
        receipt: received.receipt_handle?,
        sent,
        body: received.body.unwrap_or_default(),
    })
}

/// Why one of the messages of a request was left out, though the others were not.
fn of_entry(request: &str, failed: &BatchResultErrorEntry) -> S3Failure {
    let message = format!("{}: {}", failed.code, failed.message().unwrap_or("without a reason given"));
    match failed.sender_fault {
        true => S3Failure::refused(request, message),
        false => S3Failure::transient(request, message, None),
    }
}
