//! Settings of the event bus and the Dapr sidecar.

use anyhow::{Context, bail};
use clap::{Args, Command, FromArgMatches, ValueEnum};
use reqwest::header::{HeaderMap, HeaderValue};
use taskwire_client::Secret;
use taskwire_messaging::dapr::Sidecar;
use url::Url;

use super::network::http_url;
use super::without_empty_variables;

/// Names the app that a request to the sidecar is for (Dapr, service invocation).
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
        default_value_t = 3500,
        value_parser = clap::value_parser!(u16).range(1..)
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
    /// Where the environment says that the sidecar is, as Dapr tells every app.
    pub(super) fn from_environment() -> anyhow::Result<Self> {
        let command = Self::augment_args(Command::new("sidecar").no_binary_name(true));
        let none: [&str; 0] = [];
        let matches = without_empty_variables(command)
            .try_get_matches_from(none)
            .map_err(|error| anyhow::anyhow!(error.render().to_string()))?;
        Ok(Self::from_arg_matches(&matches)?)
    }

    /// The sidecar.
    pub(crate) fn sidecar(&self, http: reqwest::Client) -> anyhow::Result<Sidecar> {
        Ok(Sidecar::new(self.base()?, self.headers()?, http))
    }

    /// Where the sidecar is.
    pub(crate) fn place(&self) -> anyhow::Result<String> {
        Ok(self.base()?.as_str().trim_end_matches('/').to_owned())
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

/// What wakes the sweep of reminders.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Jobs {
    /// A timer in the process
    #[default]
    Embedded,
    /// A job of the Dapr scheduler for each reminder
    Dapr,
}

/// What wakes the sweep of reminders.
#[derive(Args, Clone)]
pub(crate) struct JobOptions {
    /// What wakes the consumer of reminders when one is due; needs --bus dapr
    #[arg(
        long,
        env = "TASKWIRE_JOBS",
        value_name = "JOBS",
        default_value = "embedded"
    )]
    jobs: Jobs,
}

impl JobOptions {
    /// The sidecar that keeps jobs, if one is to.
    pub(crate) fn sidecar(
        &self,
        bus: Bus,
        sidecar: &SidecarOptions,
        http: reqwest::Client,
    ) -> anyhow::Result<Option<Sidecar>> {
        match (self.jobs, bus) {
            (Jobs::Embedded, _) => Ok(None),
            (Jobs::Dapr, Bus::Dapr) => Ok(Some(sidecar.sidecar(http)?)),
            (Jobs::Dapr, Bus::Embedded) => {
                bail!("--jobs dapr needs --bus dapr: the sidecar calls this process")
            }
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
