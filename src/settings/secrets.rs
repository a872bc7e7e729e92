//! Configured credentials.

use clap::Args;
use taskwire_client::Secret;

use super::Installation;
use crate::data;

/// Minimum length of a service token, in characters.
const SERVICE_TOKEN_MIN: usize = 32;

#[derive(Args, Clone)]
pub(crate) struct UserToken {
    /// Token of a user [default: the file `token` in the data folder]
    #[arg(
        long,
        env = "TASKWIRE_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
}

impl UserToken {
    /// The configured token.
    pub(crate) fn configured(&self) -> Option<Secret> {
        self.token.clone().map(Secret::new)
    }

    /// The configured token, or the one in the data folder.
    pub(crate) fn find(&self, installation: &Installation) -> anyhow::Result<Option<Secret>> {
        match self.configured() {
            Some(token) => Ok(Some(token)),
            None => Ok(data::read_token(&installation.data_dir()?)),
        }
    }
}

#[derive(Args, Clone)]
pub(crate) struct ServiceToken {
    /// Secret shared by `api` and `consumer`, at least 32 characters; `serve` generates one
    #[arg(
        long,
        env = "TASKWIRE_SERVICE_TOKEN",
        value_name = "SECRET",
        hide_env_values = true
    )]
    service_token: Option<String>,
}

impl ServiceToken {
    /// The secret of Taskwire's own services. The message of a value parser would print it, so it is checked here.
    pub(crate) fn secret(&self) -> anyhow::Result<Option<Secret>> {
        match &self.service_token {
            Some(secret) if secret.len() < SERVICE_TOKEN_MIN => {
                anyhow::bail!(
                    "--service-token is shorter than {SERVICE_TOKEN_MIN} characters; create one with `openssl rand -hex 32`"
                )
            }
            secret => Ok(secret.clone().map(Secret::new)),
        }
    }
}
