//! Settings of the channels over which people are reached.

use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use clap::builder::BoolishValueParser;
use taskwire_api::Notify;
use taskwire_domain::Clock;
use taskwire_http::{Guard, PublicUrl};
use taskwire_notify::{Mail, Sender};
use url::Url;

use super::network::http_url;

/// The heading of these options in the help.
const HEADING: &str = "Notifications";

#[derive(Args, Clone, Default)]
pub(crate) struct ChannelOptions {
    /// SMTP server for e-mail, such as smtps://user:password@mail.example.com or
    /// smtp://mail.example.com:587?tls=required; without it people cannot be reached by e-mail
    #[arg(
        long,
        env = "TASKWIRE_SMTP_URL",
        value_name = "URL",
        hide_env_values = true,
        help_heading = HEADING
    )]
    smtp_url: Option<String>,
    /// Sender of e-mail, such as Taskwire <tasks@example.com>
    #[arg(
        long,
        env = "TASKWIRE_MAIL_FROM",
        value_name = "ADDRESS",
        help_heading = HEADING
    )]
    mail_from: Option<String>,
    /// Let channels lead to private addresses too, and over HTTP: only where every user may reach this network
    #[arg(
        long,
        env = "TASKWIRE_PRIVATE_CHANNELS",
        value_parser = BoolishValueParser::new(),
        help_heading = HEADING
    )]
    private_channels: bool,
    /// Bot API server of Telegram [default: Telegram's own]
    #[arg(
        long,
        env = "TASKWIRE_TELEGRAM_URL",
        value_name = "URL",
        value_parser = http_url,
        help_heading = HEADING
    )]
    telegram_url: Option<Url>,
}

impl ChannelOptions {
    /// What the API lets people add. `here` is the address of this server, if it is known from the outside or this machine
    /// is all there is.
    pub(crate) fn notify(&self, public_url: &PublicUrl, here: Option<String>) -> Notify {
        let base_url = match public_url {
            PublicUrl::At(base) => Some(base.clone()),
            PublicUrl::OfLoopback => here,
            PublicUrl::Unknown => None,
        };
        Notify {
            base_url,
            has_mail: self.smtp_url.is_some(),
            guard: self.guard(),
        }
    }

    /// The sender of messages.
    pub(crate) fn sender(&self, clock: Arc<dyn Clock>) -> anyhow::Result<Sender> {
        let sender = Sender::new(self.guard(), clock, self.mail()?)
            .context("cannot prepare the HTTP client")?;
        Ok(match &self.telegram_url {
            Some(url) => sender.with_telegram(url),
            None => sender,
        })
    }

    /// The server for e-mail, if there is one.
    pub(crate) fn mail(&self) -> anyhow::Result<Option<Mail>> {
        match (&self.smtp_url, &self.mail_from) {
            (Some(url), Some(from)) => Ok(Some(Mail::new(url, from)?)),
            (Some(_), None) => {
                bail!(
                    "--smtp-url needs --mail-from, the sender of e-mail, such as tasks@example.com"
                )
            }
            (None, Some(_)) => bail!("--mail-from needs --smtp-url, the server that sends e-mail"),
            (None, None) => Ok(None),
        }
    }

    fn guard(&self) -> Guard {
        if self.private_channels {
            Guard::Any
        } else {
            Guard::Public
        }
    }
}
