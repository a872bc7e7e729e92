//! Sends messages to people over their channels: web push, e-mail, signed webhooks, ntfy, Telegram, Slack and Discord.
//!
//! A sender knows no task and no database: it is told what to say and where to, and tells what became of it. It sends what it
//! is told each time; the id of a message stays the same at each attempt, so that receivers can tell a repetition.

mod chat_services;
mod mail;
mod ntfy;
mod outcome;
mod push;
mod receiver;
mod text;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use taskwire_domain::contract::{DeliveryOrder, SendResult};
use taskwire_domain::{ChannelKind, Clock};
use taskwire_http::Guard;
use url::Url;
use uuid::Uuid;

use outcome::{failed, retry};

pub use mail::{Mail, MailError};

/// How long a receiver has to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Where Telegram is.
const TELEGRAM: &str = "https://api.telegram.org";

/// Sends messages.
#[derive(Clone, Debug)]
pub struct Sender {
    http: reqwest::Client,
    guard: Guard,
    clock: Arc<dyn Clock>,
    mail: Option<Mail>,
    telegram: String,
}

impl Sender {
    /// A sender that calls the addresses that `guard` admits, and sends e-mail if it is given a server. Fails if the HTTP client
    /// cannot be prepared.
    pub fn new(guard: Guard, clock: Arc<dyn Clock>, mail: Option<Mail>) -> reqwest::Result<Self> {
        Ok(Self {
            http: guard.client(TIMEOUT)?,
            guard,
            clock,
            mail,
            telegram: TELEGRAM.into(),
        })
    }

    /// Calls this server instead of Telegram's, for one's own Bot API server.
    #[must_use]
    pub fn with_telegram(mut self, url: &Url) -> Self {
        url.as_str()
            .trim_end_matches('/')
            .clone_into(&mut self.telegram);
        self
    }

    /// Sends one message.
    pub async fn send(&self, order: &DeliveryOrder) -> SendResult {
        let Ok(kind) = ChannelKind::parse(&order.kind) else {
            return failed(format!("This version knows no channel {:?}.", order.kind));
        };
        let Some(id) = order.claims.first().map(|claim| claim.id) else {
            return failed("The order carries no delivery.".into());
        };
        match self.hand_over(kind, id, order).await {
            Ok(()) => SendResult::Sent {
                at: self.clock.now(),
            },
            Err(why) => why,
        }
    }

    async fn hand_over(
        &self,
        kind: ChannelKind,
        id: Uuid,
        order: &DeliveryOrder,
    ) -> Result<(), SendResult> {
        let request = match kind {
            ChannelKind::WebPush => push::request(&self.http, id, order)?,
            ChannelKind::Email => {
                let mail = self.mail.as_ref();
                let mail = mail.ok_or_else(|| retry("No SMTP server is configured.".into()))?;
                return mail.send(id, &order.address, &order.message).await;
            }
            ChannelKind::Webhook => webhook::request(&self.http, id, order, self.clock.now())?,
            ChannelKind::Ntfy => ntfy::request(&self.http, order)?,
            ChannelKind::Telegram => chat_services::telegram(&self.http, &self.telegram, order)?,
            ChannelKind::Slack => chat_services::slack(&self.http, order),
            ChannelKind::Discord => chat_services::discord(&self.http, order),
        };
        receiver::call(&self.http, self.guard, kind, request).await
    }
}
