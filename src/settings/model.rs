//! Settings of the chat's model.

use std::time::Duration;

use anyhow::bail;
use axum::http::HeaderValue;
use clap::{Args, ValueEnum};
use taskwire_chat::{IdleTimeout, ModelConfig, ModelConfigError};
use url::Url;

use super::Secrets;
use super::network::http_url;

/// Google's OpenAI-compatible endpoint.
const GEMINI: &str = "https://generativelanguage.googleapis.com/v1beta/openai";
/// Default models, tried in order.
const MODELS: [&str; 3] = [
    "gemini-4-hydrogen",
    "gemini-3.8-flash",
    "gemini-3.5-flash-lite",
];
/// The heading of these options in the help.
const HEADING: &str = "Model";

#[derive(Args, Clone)]
pub(crate) struct ModelOptions {
    /// OpenAI-compatible endpoint of the model [default: Google's]
    #[arg(
        long,
        env = "TASKWIRE_MODEL_BASE_URL",
        value_name = "URL",
        value_parser = http_url,
        help_heading = HEADING
    )]
    model_base_url: Option<Url>,
    /// Model; several are tried in order if one fails [default:
    /// gemini-4-hydrogen,gemini-3.8-flash,gemini-3.5-flash-lite]
    #[arg(
        long,
        env = "TASKWIRE_MODEL",
        value_name = "MODEL",
        value_delimiter = ',',
        help_heading = HEADING
    )]
    model: Vec<String>,
    /// API key for the model endpoint; GEMINI_API_KEY is also read. Without a key the chat understands only simple
    /// commands
    #[arg(
        long,
        env = "TASKWIRE_MODEL_API_KEY",
        value_name = "KEY",
        hide_env_values = true,
        help_heading = HEADING
    )]
    model_api_key: Option<String>,
    /// How much the model reasons before it responds [default: the model's default]
    #[arg(
        long,
        env = "TASKWIRE_MODEL_EFFORT",
        value_name = "EFFORT",
        help_heading = HEADING
    )]
    model_effort: Option<Effort>,
    /// Time to the first byte of a model's response, in seconds [default: 20]
    #[arg(
        long,
        env = "TASKWIRE_MODEL_FIRST_BYTE",
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u32).range(1..=600),
        help_heading = HEADING
    )]
    model_first_byte: Option<u32>,
    /// Longest pause within a model's response, in seconds [default: 30]
    #[arg(
        long,
        env = "TASKWIRE_MODEL_GAP",
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u32).range(1..=600),
        help_heading = HEADING
    )]
    model_gap: Option<u32>,
}

/// How much a model reasons before it responds.
#[derive(ValueEnum, Clone, Copy)]
enum Effort {
    Minimal,
    Low,
    Medium,
    High,
}

impl Effort {
    /// The value of `reasoning_effort`.
    fn as_str(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

fn check_key(key: &str) -> anyhow::Result<()> {
    if HeaderValue::from_str(key.trim()).is_err() {
        bail!(ModelConfigError::Key);
    }
    Ok(())
}

impl ModelOptions {
    /// How to reach the model.
    pub(crate) async fn config(&self, secrets: &Secrets) -> anyhow::Result<ModelConfig> {
        let key = self
            .model_api_key
            .clone()
            .or_else(|| std::env::var("GEMINI_API_KEY").ok())
            .filter(|key| !key.trim().is_empty());
        let key = match key {
            Some(key) => Some(secrets.follow(&key, check_key).await?),
            None => None,
        };
        let base_url = match &self.model_base_url {
            // The paths of the endpoint are appended to it.
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => GEMINI.into(),
        };
        let models = if self.model.is_empty() {
            MODELS.map(Into::into).into()
        } else {
            self.model.clone()
        };
        Ok(ModelConfig {
            base_url,
            api_key: key,
            models,
            reasoning_effort: self.model_effort.map(|effort| effort.as_str().into()),
            idle_timeout: self.idle_timeout(),
        })
    }

    /// Timeout for a model that sends nothing.
    fn idle_timeout(&self) -> IdleTimeout {
        let default = IdleTimeout::default();
        let seconds = |set: Option<u32>| set.map(|seconds| Duration::from_secs(seconds.into()));
        IdleTimeout {
            first_chunk: seconds(self.model_first_byte).unwrap_or(default.first_chunk),
            next_chunk: seconds(self.model_gap).unwrap_or(default.next_chunk),
        }
    }
}
