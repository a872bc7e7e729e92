//! Settings of OAuth.

use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use clap::builder::BoolishValueParser;
use taskwire_api::{ExternalIssuer, OAuth};
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
    #[arg(long = "oauth-registration", env = "TASKWIRE_OAUTH_REGISTRATION", value_parser = BoolishValueParser::new())]
    registration: bool,
    /// Accept access tokens of this authorization server, and issue none: its identifier, as its tokens name it
    #[arg(
        long = "oauth-issuer",
        env = "TASKWIRE_OAUTH_ISSUER",
        value_name = "URL"
    )]
    issuer: Option<String>,
    /// Claim of its tokens that has the name of the user here; one that users cannot change themselves [default: sub]
    #[arg(
        long = "oauth-user-claim",
        env = "TASKWIRE_OAUTH_USER_CLAIM",
        value_name = "NAME"
    )]
    user_claim: Option<String>,
    /// Allow that its address is on a private network
    #[arg(long = "oauth-issuer-private", env = "TASKWIRE_OAUTH_ISSUER_PRIVATE", value_parser = BoolishValueParser::new())]
    issuer_private: bool,
}

impl OAuthOptions {
    /// The settings of the API.
    pub(crate) fn settings(&self, public_url: PublicUrl) -> anyhow::Result<OAuth> {
        let documents = PublicDocuments::new().context("cannot prepare the HTTP client")?;
        Ok(OAuth {
            registration: self.registration,
            external: self.external(&public_url)?.map(Arc::new),
            documents: Some(Arc::new(documents)),
            public_url,
        })
    }

    fn external(&self, public_url: &PublicUrl) -> anyhow::Result<Option<ExternalIssuer>> {
        let Some(issuer) = &self.issuer else {
            if self.user_claim.is_some() || self.issuer_private {
                bail!(
                    "--oauth-user-claim and --oauth-issuer-private need --oauth-issuer: without it Taskwire issues the tokens itself"
                );
            }
            return Ok(None);
        };
        if self.registration {
            bail!(
                "--oauth-registration cannot be combined with --oauth-issuer: programs register there"
            );
        }
        if *public_url == PublicUrl::Unknown {
            bail!("--oauth-issuer needs --public-url: tokens are for the address of this server");
        }
        let documents = if self.issuer_private {
            PublicDocuments::with_private()
        } else {
            PublicDocuments::new()
        };
        let documents = documents.context("cannot prepare the HTTP client")?;
        let claim = self.user_claim.as_deref().unwrap_or("sub");
        let issuer = ExternalIssuer::new(issuer, claim, Arc::new(documents));
        let issuer = issuer.map_err(|why| anyhow!("--oauth-issuer: {why}"))?;
        Ok(Some(issuer))
    }
}
