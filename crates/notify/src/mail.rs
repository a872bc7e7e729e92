//! E-mail over SMTP.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use taskwire_domain::contract::{Message, SendResult};
use uuid::Uuid;

use super::outcome::{failed, retry};

/// How long the server has to answer a command.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long it has to take a message.
const LIMIT: Duration = Duration::from_secs(20);

/// An SMTP server and a sender.
#[derive(Clone)]
pub struct Mail(Arc<Inner>);

struct Inner {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Mail").field(&self.0.from).finish()
    }
}

/// Why e-mail cannot be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The URL of the server. It may contain a password, so it is not repeated.
    #[error(
        "the URL of the SMTP server cannot be read; it is like smtps://user:password@mail.example.com or smtp://mail.example.com:587?tls=required"
    )]
    Url,
    /// The address of the sender.
    #[error("the sender {0:?} is not an address such as Taskwire <tasks@example.com>")]
    From(String),
    /// The server does not answer, or refuses the sign-in.
    #[error("the SMTP server cannot be used: {0}")]
    Server(String),
}

impl Mail {
    /// A server by its URL (`smtps://`, or `smtp://` with `?tls=required` for STARTTLS), and who the sender is.
    pub fn new(url: &str, from: &str) -> Result<Self, MailError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| MailError::Url)?
            .timeout(Some(TIMEOUT))
            .build();
        let from = from.parse().map_err(|_| MailError::From(from.to_owned()))?;
        Ok(Self(Arc::new(Inner { transport, from })))
    }

    /// Connects and signs in, to see whether e-mail can be sent.
    pub async fn check(&self) -> Result<(), MailError> {
        match self.0.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::Server("it closes the connection".into())),
            Err(error) => Err(MailError::Server(told(&error))),
        }
    }

    /// Sends one message. The id becomes its `Message-ID`, by which mail programs tell a repetition.
    pub(super) async fn send(
        &self,
        id: Uuid,
        to: &str,
        message: &Message,
    ) -> Result<(), SendResult> {
        let to: Address = to
            .parse()
            .map_err(|_| failed("The address cannot be written to.".into()))?;
        let mail = self
            .write(id, to, message)
            .map_err(|_| failed("The message cannot be written as an e-mail.".into()))?;
        let sending = tokio::time::timeout(LIMIT, self.0.transport.send(mail));
        let Ok(sent) = sending.await else {
            return Err(retry("The SMTP server did not answer in time.".into()));
        };
        match sent {
            Ok(_) => Ok(()),
            Err(error) if is_about_receiver(&error) => Err(failed(told(&error))),
            Err(error) => Err(retry(told(&error))),
        }
    }

    fn write(
        &self,
        id: Uuid,
        to: Address,
        message: &Message,
    ) -> Result<lettre::Message, lettre::error::Error> {
        let from = &self.0.from;
        let mut mail = lettre::Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to))
            .subject(&message.title)
            .message_id(Some(format!("<{id}@{}>", from.email.domain())))
            .multipart(MultiPart::alternative_plain_html(
                plain(message),
                html(message),
            ))?;
        if let Some(url) = &message.unsubscribe_url {
            let headers = mail.headers_mut();
            let value = |name, text| HeaderValue::new(HeaderName::new_from_ascii_str(name), text);
            headers.insert_raw(value("List-Unsubscribe", format!("<{url}>")));
            // One click, without a page in between (RFC 8058).
            headers.insert_raw(value(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".into(),
            ));
        }
        Ok(mail)
    }
}

/// Whether the server refuses this address or this message for good (RFC 5321, section 4.2.3). Other permanent answers, such
/// as to a wrong password, end when the operator has mended the settings.
fn is_about_receiver(error: &smtp::Error) -> bool {
    let code = error.status().map(u16::from);
    matches!(code, Some(501 | 550..=553 | 555))
}

/// What went wrong, without what the server said of addresses and accounts.
fn told(error: &smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("The SMTP server answered {code}."),
        None if error.is_timeout() => "The SMTP server did not answer in time.".into(),
        None if error.is_tls() => "The SMTP server could not be connected to by TLS.".into(),
        None => "The SMTP server cannot be reached.".into(),
    }
}

fn plain(message: &Message) -> String {
    let mut text = format!("{}\n", message.title);
    for line in &message.lines {
        text.push_str(line);
        text.push('\n');
    }
    for action in &message.actions {
        let _ = write!(text, "\n{}:\n{}\n", action.title, action.url);
    }
    if let Some(url) = &message.unsubscribe_url {
        let _ = write!(text, "\nStop these messages:\n{url}\n");
    }
    text
}

fn html(message: &Message) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><body style=\"font:16px/1.5 sans-serif\"><h1 style=\"font-size:20px\">{}</h1>",
        escaped(&message.title)
    );
    for line in &message.lines {
        let _ = write!(html, "<p style=\"margin:0\">{}</p>", escaped(line));
    }
    for action in &message.actions {
        let _ = write!(
            html,
            "<p><a href=\"{}\">{}</a></p>",
            escaped(&action.url),
            escaped(&action.title)
        );
    }
    if let Some(url) = &message.unsubscribe_url {
        let _ = write!(
            html,
            "<p style=\"font-size:13px\"><a href=\"{}\">Stop these messages</a></p>",
            escaped(url)
        );
    }
    html.push_str("</body></html>");
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
