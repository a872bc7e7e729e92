//! Settings of OAuth.

use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use clap::builder::BoolishValueParser;
use taskwire_api::OAuth;
use taskwire_http::{PublicDocuments, PublicUrl};

/// The address under which the server is known.
#[derive(Args, Clone)]
pub(crate) struct PublicUrlOption {
    /// URL under which people and MCP hosts reach the server, without a path; needed to sign in by OAuth from other
    /// machines
    #[arg(
        long,
        env = "TASKWIRE_PUBLIC_URL",
        value_name = "URL",
        value_parser = PublicUrl::parse
    )]
    public_url: Option<PublicUrl>,
}

impl PublicUrlOption {
    /// Of a process that serves everything: without the option it is known on this machine.
    pub(crate) fn here(&self) -> PublicUrl {
        self.public_url.clone().unwrap_or(PublicUrl::OfLoopback)
    }

    /// Of one of several processes: what a request names may be the address of any of them.
    pub(crate) fn elsewhere(&self) -> PublicUrl {
        self.public_url.clone().unwrap_or_default()
    }
}

/// The authorization server.
#[derive(Args, Clone)]
pub(crate) struct OAuthOptions {
    /// Let MCP hosts register themselves as OAuth clients (RFC 7591), for those that do not have a client ID metadata
    /// document
    #[arg(long, env = "TASKWIRE_OAUTH_REGISTRATION", value_parser = BoolishValueParser::new())]
    oauth_registration: bool,
}

impl OAuthOptions {
    /// The settings of the API.
    pub(crate) fn settings(&self, public_url: PublicUrl) -> anyhow::Result<OAuth> {
        let documents = PublicDocuments::new().context("cannot prepare the HTTP client")?;
        Ok(OAuth {
            public_url,
            registration: self.oauth_registration,
            documents: Some(Arc::new(documents)),
        })
    }
}
