//! What this installation can send, and where to.

use taskwire_domain::{ChannelKind, Invalid};
use taskwire_http::Guard;
use url::Url;

/// What this installation can send, and where to.
#[derive(Clone, Debug, Default)]
pub struct Notify {
    /// The address of this server in messages, without a slash at its end; without it messages have no links.
    pub base_url: Option<String>,
    /// Whether e-mail can be sent.
    pub has_mail: bool,
    /// What may be called.
    pub guard: Guard,
}

impl Notify {
    /// Refuses an e-mail address where no e-mail can be sent, or no link in it.
    pub(crate) fn check_mail(&self) -> Result<(), Invalid> {
        if self.has_mail && self.base_url.is_some() {
            return Ok(());
        }
        Err(Invalid::new(
            "/kind",
            "mail_unavailable",
            "This server cannot send e-mail.",
        )
        .hint("Choose another kind, or ask the operator to set --smtp-url and --public-url."))
    }

    /// The kinds of channels that can be added.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let kinds = ChannelKind::ALL.iter();
        let can = kinds.filter(|kind| **kind != ChannelKind::Email || self.check_mail().is_ok());
        can.map(|kind| kind.as_str().to_owned()).collect()
    }

    /// Where the operator of this server can be found, for push services (RFC 8292, section 2.1).
    pub(crate) fn contact(&self) -> Option<&str> {
        let base = self.base_url.as_deref();
        base.filter(|base| base.starts_with("https://"))
    }

    /// Whether an address may be called.
    pub(crate) fn admits(&self, url: &Url) -> bool {
        self.guard.admits(url)
    }

    /// The address of a path of this server.
    pub(crate) fn url(&self, path: &str) -> Option<String> {
        self.base_url.as_ref().map(|base| format!("{base}{path}"))
    }
}
