//! Settings of the event bus and the Dapr sidecar.

use anyhow::Context;
use clap::{Args, ValueEnum};
use reqwest::header::{HeaderMap, HeaderValue};
use taskwire_client::Secret;
use taskwire_messaging::dapr::Sidecar;
use url::Url;

use super::network::http_url;

/// Minimum length of the app's token, in characters.
const APP_TOKEN_MIN: usize = 16;
/// The header that names the target app of a request (Dapr, service invocation).
const APP_ID: &str = "dapr-app-id";

/// How events reach consumers.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Bus {
    /// Each consumer reads the event log in the database
    #[default]
    Embedded,
    /// A relay publishes the event log through a Dapr sidecar, which delivers to the consumers
    Dapr,
}

/// Options of the event bus.
#[derive(Args, Clone)]
pub(crate) struct BusOptions {
    /// How events reach consumers
    #[arg(
        long,
        env = "TASKWIRE_BUS",
        value_name = "BUS",
        default_value = "embedded"
    )]
    pub(crate) bus: Bus,
    /// Dapr pub/sub component that carries events
    #[arg(
        long,
        env = "TASKWIRE_PUBSUB",
        value_name = "NAME",
        default_value = "taskpubsub"
    )]
    pub(crate) pubsub: String,
}

/// Options of this process's Dapr sidecar.
#[derive(Args, Clone)]
pub(crate) struct SidecarOptions {
    /// Port of the Dapr sidecar on this machine
    #[arg(
        long = "dapr-http-port",
        env = "DAPR_HTTP_PORT",
        value_name = "PORT",
        default_value_t = 3500
    )]
    http_port: u16,
    /// URL of the Dapr sidecar, if it is not on this machine
    #[arg(
        long = "dapr-http-endpoint",
        env = "DAPR_HTTP_ENDPOINT",
        value_name = "URL",
        value_parser = http_url
    )]
    http_endpoint: Option<Url>,
    /// Token that the Dapr sidecar requires
    #[arg(
        long = "dapr-api-token",
        env = "DAPR_API_TOKEN",
        value_name = "SECRET",
        hide_env_values = true
    )]
    api_token: Option<String>,
}

impl SidecarOptions {
    /// The sidecar.
    pub(crate) fn sidecar(&self, http: reqwest::Client) -> anyhow::Result<Sidecar> {
        Ok(Sidecar::new(self.base()?, self.headers()?, http))
    }

    fn headers(&self) -> anyhow::Result<HeaderMap> {
        let token = self.api_token.clone().map(Secret::new);
        Sidecar::headers(token.as_ref()).context("--dapr-api-token is not a valid header value")
    }

    fn base(&self) -> anyhow::Result<Url> {
        match &self.http_endpoint {
            Some(url) => Ok(url.clone()),
            None => Ok(Url::parse(&format!("http://127.0.0.1:{}", self.http_port))?),
        }
    }

    /// The address of a process, and the headers of requests to it: `dapr://APP-ID` is called through the sidecar,
    /// which finds it and retries failed requests; any other address is called directly.
    pub(crate) fn target(&self, address: Url) -> anyhow::Result<(Url, HeaderMap)> {
        if address.scheme() != super::network::DAPR {
            return Ok((address, HeaderMap::new()));
        }
        let mut headers = self.headers()?;
        let app = address.host_str().unwrap_or_default();
        headers.insert(APP_ID, HeaderValue::from_str(app)?);
        let mut url = self.base()?;
        url.set_path(address.path());
        Ok((url, headers))
    }
}

/// The token that authenticates the sidecar.
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
    pub(crate) fn secret(&self) -> anyhow::Result<Secret> {
        match &self.app_api_token {
            Some(token) if token.len() >= APP_TOKEN_MIN => Ok(Secret::new(token.clone())),
            Some(_) => anyhow::bail!(
                "--app-api-token is shorter than {APP_TOKEN_MIN} characters; create one with `openssl rand -hex 32`"
            ),
            None => anyhow::bail!(
                "a consumer behind Dapr needs --app-api-token (APP_API_TOKEN), the same that its sidecar has"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(token: Option<&str>) -> SidecarOptions {
        SidecarOptions {
            http_port: 3501,
            http_endpoint: None,
            api_token: token.map(Into::into),
        }
    }

    #[test]
    fn an_app_is_called_through_the_sidecar() {
        let address = Url::parse("dapr://task-mcp/mcp").unwrap();
        let (url, headers) = options(Some("secret")).target(address).unwrap();
        assert_eq!(url.as_str(), "http://127.0.0.1:3501/mcp");
        assert_eq!(headers["dapr-app-id"], "task-mcp");
        assert_eq!(headers["dapr-api-token"], "secret");
        assert!(headers["dapr-api-token"].is_sensitive());
    }

    #[test]
    fn a_plain_address_is_called_as_it_is() {
        let address = Url::parse("http://127.0.0.1:8484").unwrap();
        let (url, headers) = options(Some("secret")).target(address.clone()).unwrap();
        assert_eq!((url, headers.len()), (address, 0));
    }
}
