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
/// Most characters of either: headers are limited, and a longer one is a mistake.
const TOKEN_MAX: usize = 512;

#[derive(Args, Clone)]
pub(crate) struct UserToken {
    /// Token of a user [default: the file `token` in the data folder]
    #[arg(
        long,
        global = true,
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
    check_token("--service-token", token, SERVICE_TOKEN_MIN)
}

/// Checks a token that two processes send each other in a header. Errors never quote it.
fn check_token(option: &str, token: &str, min: usize) -> anyhow::Result<()> {
    const ADVICE: &str = "create one with `openssl rand -hex 32`";
    ensure!(
        token
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_graphic()),
        "{option} contains a character that a header cannot carry, such as a line break, another control character or a letter that is not ASCII; {ADVICE}"
    );
    ensure!(
        token.trim() == token,
        "{option} begins or ends with a space, which a header does not carry; {ADVICE}"
    );
    ensure!(
        token.len() >= min,
        "{option} is shorter than {min} characters; {ADVICE}"
    );
    ensure!(
        token.len() <= TOKEN_MAX,
        "{option} is longer than {TOKEN_MAX} characters; {ADVICE}"
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
    check_token("--app-api-token", token, APP_TOKEN_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_into_a_header() {
        let refused = |token: &str| check_service_token(token).unwrap_err().to_string();
        assert!(check_service_token(&"a".repeat(32)).is_ok());
        assert!(check_service_token(&"~".repeat(512)).is_ok());
        assert!(refused(&"a".repeat(31)).contains("shorter than 32 characters"));
        assert!(refused(&"a".repeat(513)).contains("longer than 512 characters"));
        for c in ['\n', '\r', '\t', '\0', '\u{7f}', '\u{85}', 'é'] {
            let token = format!("{}{c}{}", "a".repeat(32), "b".repeat(8));
            let text = refused(&token);
            assert!(
                text.contains("a character that a header cannot carry"),
                "{c:?}"
            );
            assert!(!text.contains("aaaa"), "{text}");
            assert!(check_app_token(&token).is_err());
        }
        assert!(refused(&format!("{} ", "a".repeat(32))).contains("ends with a space"));
        assert!(check_service_token("words with spaces between them are a token too").is_ok());
        assert!(check_app_token(&"a".repeat(16)).is_ok());
        assert!(check_app_token(&"a".repeat(15)).is_err());
    }
}
