//! Mail, through a server that takes it.

use std::error::Error;

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::response::Category;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::{NotifyError, text, told};
use crate::limits::NOTIFY_TIMEOUT;
use crate::report::printable;
use crate::schedule::{Mail, Message, Tls};

/// Sends a message. Gives who of several was refused, if others were not.
pub(super) async fn send(
    mail: &Mail,
    message: &Message,
    filled: Option<String>,
) -> Result<Option<String>, NotifyError> {
    let form = |error: &dyn Error| NotifyError::Form(format!("the mail can't be made: {error}"));
    let mailbox = |address: &str| address.parse::<Mailbox>().map_err(|error| form(&error));
    let domain = mail.from.rsplit_once('@').map_or("vpcflow", |(_, domain)| domain.trim_end_matches('>'));
    let mut letter = lettre::Message::builder()
        .from(mailbox(&mail.from)?)
        .subject(format!("[{}] {}", message.severity, printable(&message.subject)))
        // The same when it is sent again: readers of mail show it once.
        .message_id(Some(format!("<{}@{domain}>", message.id)));
    for to in &mail.to {
        letter = letter.to(mailbox(to)?);
    }
    let letter = letter
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    let is_html = filled.as_deref().is_some_and(|text| text.trim_start().starts_with('<'));
    let content = if is_html { ContentType::TEXT_HTML } else { ContentType::TEXT_PLAIN };
    let part = SinglePart::builder().header(content).body(filled.unwrap_or_else(|| text(message)));
    let letter = letter.singlepart(part).map_err(|error| form(&error))?;
    let unreached = |error: lettre::transport::smtp::Error| {
        // A server may say again what it was told, but no password: that goes in code.
        let told = told(&error);
        match error.status() {
            Some(_) => NotifyError::Refused { told, after: None },
            None => NotifyError::Unreached(told),
        }
    };
    let transport = match mail.tls {
        Tls::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&mail.host).map_err(unreached)?,
        Tls::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&mail.host).map_err(unreached)?,
        Tls::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host),
    };
    let mut transport = transport.port(mail.port).timeout(Some(NOTIFY_TIMEOUT));
    if let Some((user, password)) = &mail.login {
        transport = transport.credentials(Credentials::new(user.clone(), password.read()?.reveal().to_owned()));
    }
    let transport = transport.build();
    let refusal = match transport.send(letter.clone()).await {
        Ok(_) => return Ok(None),
        Err(refusal) => refusal,
    };
    let envelope = letter.envelope();
    // A server that knows one of them no more takes nothing for the others. A password that is wrong is so for each.
    let is_of_mail = refusal.status().is_some_and(|code| code.category == Category::MailSystem);
    if !refusal.is_permanent() || !is_of_mail || envelope.to().len() < 2 {
        return Err(unreached(refusal));
    }
    let (content, mut refused) = (letter.formatted(), Vec::new());
    for to in envelope.to() {
        let alone = Envelope::new(envelope.from().cloned(), vec![to.clone()]).map_err(|error| form(&error))?;
        match transport.send_raw(&alone, &content).await {
            Ok(_) => {}
            Err(refusal) => refused.push(format!("{to}: {}", told(&refusal))),
        }
    }
    match refused.len() == envelope.to().len() {
        true => Err(unreached(refusal)),
        false => Ok(Some(format!("a mail was not taken for some of those who are to have it: {}", refused.join("; ")))),
    }
}
