//! Topics of SNS: mail, text messages, queues, functions, chat.

use aws_sdk_sns::types::MessageAttributeValue;

use super::{NotifyError, cut, text};
use crate::schedule::Message;
use crate::store::Aws;

/// The longest message.
const MESSAGE_BYTES: usize = 256 * 1024 - 1024;

/// The longest subject, which is ASCII.
const SUBJECT_CHARACTERS: usize = 100;

/// Sends a message. Filters of subscriptions can choose by its attributes `severity` and `schedule`.
pub(super) async fn send(aws: &Aws, topic: &str, message: &Message, filled: Option<String>) -> Result<(), NotifyError> {
    let client = aws.sns_client(region(topic));
    let attribute = |value: &str| {
        let attribute = MessageAttributeValue::builder().data_type("String").string_value(value).build();
        attribute.map_err(|error| NotifyError::Form(error.to_string()))
    };
    let mut request = client
        .publish()
        .topic_arn(topic)
        .subject(subject(message))
        .message(cut(&filled.unwrap_or_else(|| text(message)), MESSAGE_BYTES))
        .message_attributes("severity", attribute(message.severity.name())?)
        .message_attributes("schedule", attribute(&message.schedule)?);
    // A topic that keeps the order leaves out what it has.
    if topic.ends_with(".fifo") {
        request = request.message_group_id(&message.schedule).message_deduplication_id(&message.id);
    }
    match request.send().await {
        Ok(_) => Ok(()),
        Err(error) => Err(NotifyError::Refused { told: crate::store::told_of_sdk("sns:Publish", error), after: None }),
    }
}

fn region(topic: &str) -> Option<&str> {
    topic.split(':').nth(3)
}

fn subject(message: &Message) -> String {
    let subject = format!("[{}] {}", message.severity, message.subject);
    let plain = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
    subject.replace('→', "->").chars().map(plain).take(SUBJECT_CHARACTERS).collect()
}
