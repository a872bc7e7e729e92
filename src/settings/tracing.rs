//! Distributed traces. Off unless a collector is configured. The variables are those of OpenTelemetry.

use anyhow::{Context, bail};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use clap::{Args, ValueEnum};
use taskwire_telemetry::{Sampler, Settings};
use url::Url;

use super::network::http_url;

/// The heading of these options in the help.
const HEADING: &str = "Traces";

/// Options of every command that runs a server.
#[derive(Args, Clone)]
pub(crate) struct Tracing {
    /// Collector to send traces to, over OTLP with HTTP and protobuf [default: none, no traces are made]
    #[arg(
        long = "otel-endpoint",
        env = "OTEL_EXPORTER_OTLP_ENDPOINT",
        value_name = "URL",
        value_parser = http_url,
        hide_env_values = true,
        help_heading = HEADING
    )]
    endpoint: Option<Url>,
    /// Headers of the requests to the collector, such as an API key
    #[arg(
        long = "otel-headers",
        env = "OTEL_EXPORTER_OTLP_HEADERS",
        value_name = "NAME=VALUE,…",
        hide_env_values = true,
        help_heading = HEADING
    )]
    headers: Option<String>,
    /// Name of this process in traces [default: taskwire-api, taskwire-chat, … by command]
    #[arg(
        long = "otel-service-name",
        env = "OTEL_SERVICE_NAME",
        value_name = "NAME",
        help_heading = HEADING
    )]
    service_name: Option<String>,
    /// Which traces are recorded [default: parentbased_always_on]
    #[arg(
        long = "otel-sampler",
        env = "OTEL_TRACES_SAMPLER",
        value_name = "SAMPLER",
        help_heading = HEADING
    )]
    sampler: Option<SamplerName>,
    /// Share of the traces that a ratio sampler records, from 0 to 1 [default: 1]
    #[arg(
        long = "otel-sampler-arg",
        env = "OTEL_TRACES_SAMPLER_ARG",
        value_name = "SHARE",
        value_parser = share,
        allow_negative_numbers = true,
        help_heading = HEADING
    )]
    sampler_arg: Option<f64>,
}

/// The samplers, by the names of the specification.
#[derive(ValueEnum, Clone, Copy)]
enum SamplerName {
    #[value(name = "always_on")]
    AlwaysOn,
    #[value(name = "always_off")]
    AlwaysOff,
    #[value(name = "traceidratio")]
    Ratio,
    #[value(name = "parentbased_always_on")]
    ParentBasedAlwaysOn,
    #[value(name = "parentbased_always_off")]
    ParentBasedAlwaysOff,
    #[value(name = "parentbased_traceidratio")]
    ParentBasedRatio,
}

impl Tracing {
    /// The tracing settings, if a collector is configured; `service` is the default name of this process.
    pub(crate) fn settings(&self, service: &str) -> anyhow::Result<Option<Settings>> {
        let Some(endpoint) = &self.endpoint else {
            return Ok(None);
        };
        let headers = self.headers.as_deref().unwrap_or_default();
        Ok(Some(Settings {
            endpoint: endpoint.clone(),
            headers: parse_headers(headers).context("cannot use --otel-headers")?,
            service: self
                .service_name
                .clone()
                .unwrap_or_else(|| service.to_owned()),
            version: env!("TASKWIRE_VERSION").to_owned(),
            sampler: self.sampler()?,
        }))
    }

    fn sampler(&self) -> anyhow::Result<Sampler> {
        let share = self.sampler_arg.unwrap_or(1.0);
        let name = self.sampler.unwrap_or(SamplerName::ParentBasedAlwaysOn);
        let sampler = match name {
            SamplerName::Ratio => return Ok(Sampler::Ratio(share)),
            SamplerName::ParentBasedRatio => return Ok(Sampler::ParentBasedRatio(share)),
            SamplerName::AlwaysOn => Sampler::AlwaysOn,
            SamplerName::AlwaysOff => Sampler::AlwaysOff,
            SamplerName::ParentBasedAlwaysOn => Sampler::ParentBasedAlwaysOn,
            SamplerName::ParentBasedAlwaysOff => Sampler::ParentBasedAlwaysOff,
        };
        if self.sampler_arg.is_some() {
            bail!(
                "--otel-sampler-arg is for a ratio sampler; set --otel-sampler parentbased_traceidratio too"
            );
        }
        Ok(sampler)
    }
}

fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "it must be a number from 0 to 1, such as 0.05".into())
}

/// Parses `name=value` pairs; values are percent-encoded, as in a W3C baggage header. No error shows a value.
fn parse_headers(text: &str) -> anyhow::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for pair in text
        .split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
    {
        let (name, value) = pair
            .split_once('=')
            .context("each header must be NAME=VALUE, with commas between headers")?;
        let name = name.trim();
        let known: HeaderName = name
            .parse()
            .with_context(|| format!("{name:?} is not a header name"))?;
        let bad = || format!("the value of {name} is not a valid header value");
        let value = percent_decoded(value.trim()).with_context(bad)?;
        let mut value = HeaderValue::from_bytes(&value).with_context(bad)?;
        value.set_sensitive(true);
        headers.insert(known, value);
    }
    Ok(headers)
}

fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let value = digit()? * 16 + digit()?;
        decoded.push(u8::try_from(value).ok()?);
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        tracing: Tracing,
    }

    fn settings(args: &[&str]) -> Result<Option<Settings>, String> {
        let args = std::iter::once(&"taskwire").chain(args);
        let command = Command::try_parse_from(args).map_err(|error| error.to_string())?;
        command
            .tracing
            .settings("taskwire-api")
            .map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn traces_are_off_without_a_collector() {
        assert!(settings(&["--otel-service-name", "x"]).unwrap().is_none());
    }

    #[test]
    fn the_name_is_that_of_the_command_unless_configured() {
        let endpoint = ["--otel-endpoint", "http://127.0.0.1:4318"];
        let plain = settings(&endpoint).unwrap().unwrap();
        assert_eq!(plain.service, "taskwire-api");
        assert_eq!(plain.sampler, Sampler::ParentBasedAlwaysOn);
        let named = [&endpoint[..], &["--otel-service-name", "x"]].concat();
        assert_eq!(settings(&named).unwrap().unwrap().service, "x");
    }

    #[test]
    fn a_share_is_for_ratio_samplers() {
        let endpoint = ["--otel-endpoint", "http://127.0.0.1:4318"];
        let sampler = |args: &[&str]| {
            let settings = settings(&[&endpoint[..], args].concat())?;
            Ok::<_, String>(settings.unwrap().sampler)
        };
        let ratio = ["--otel-sampler", "parentbased_traceidratio"];
        assert_eq!(sampler(&ratio).unwrap(), Sampler::ParentBasedRatio(1.0));
        let share = |share| [&ratio[..], &["--otel-sampler-arg", share]].concat();
        assert_eq!(
            sampler(&share("0.05")).unwrap(),
            Sampler::ParentBasedRatio(0.05)
        );
        for wrong in ["1.5", "-1", "NaN", "x"] {
            let message = sampler(&share(wrong)).unwrap_err();
            assert!(message.contains("from 0 to 1"), "{message}");
        }
        let message = sampler(&["--otel-sampler-arg", "0.5"]).unwrap_err();
        assert!(message.contains("parentbased_traceidratio"), "{message}");
    }

    #[test]
    fn headers_are_pairs_whose_values_no_error_shows() {
        let headers = parse_headers("api-key=se%20cret%3D, x-team = a ,").unwrap();
        assert_eq!(headers["api-key"], "se cret=");
        assert!(headers["api-key"].is_sensitive());
        assert_eq!(headers["x-team"], "a");
        for (text, part) in [
            ("hunter2", "NAME=VALUE"),
            ("a b=hunter2", "\"a b\" is not a header name"),
            ("api-key=hunter2%", "the value of api-key"),
            ("api-key=hunter2%0A", "the value of api-key"),
        ] {
            let message = format!("{:#}", parse_headers(text).unwrap_err());
            assert!(message.contains(part), "{text}: {message}");
            assert!(!message.contains("hunter2"), "{text}: {message}");
        }
    }
}
