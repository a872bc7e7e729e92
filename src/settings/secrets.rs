//! Configured credentials.

use anyhow::{bail, ensure};
use clap::Args;
use taskwire_client::{Secret, SharedSecret};

use super::{Installation, Secrets};
use crate::data;

/// Fewest characters of the app's token.
const APP_TOKEN_MIN: usize = 16;
/// Fewest characters of a service token.
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
    pub(crate) async fn secret(&self, secrets: &Secrets) -> anyhow::Result<Option<SharedSecret>> {
        Ok(match &self.service_token {
            Some(token) => Some(secrets.follow(token, check_service_token).await?),
            None => None,
        })
    }
}

fn check_service_token(token: &str) -> anyhow::Result<()> {
    ensure!(
        token.len() >= SERVICE_TOKEN_MIN,
        "--service-token is shorter than {SERVICE_TOKEN_MIN} characters; create one with `openssl rand -hex 32`"
    );
    Ok(())
}

/// The token by which the sidecar proves itself.
#[derive(Args, Clone)]
pub(crate) struct AppToken {
    /// Token that the Dapr sidecar sends with each delivery, at least 16 characters
    #[arg(
        long,
        env = "APP_API_TOKEN",
        value_name = "SECRET",
        hide_env_values = true
    )]
    app_api_token: Option<String>,
}

impl AppToken {
    /// The token, which is required: without it anyone who reaches the port could forge events.
    pub(crate) async fn secret(&self, secrets: &Secrets) -> anyhow::Result<SharedSecret> {
        let Some(token) = &self.app_api_token else {
            bail!(
                "a consumer behind Dapr needs --app-api-token (APP_API_TOKEN), the same that its sidecar has"
            );
        };
        secrets.follow(token, check_app_token).await
    }
}

fn check_app_token(token: &str) -> anyhow::Result<()> {
    ensure!(
        token.len() >= APP_TOKEN_MIN,
        "--app-api-token is shorter than {APP_TOKEN_MIN} characters; create one with `openssl rand -hex 32`"
    );
    Ok(())
}
