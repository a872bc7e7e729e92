//! Configuration: flags, then environment (`TASKWIRE_*`), then a file, then defaults.

mod model;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Args;
use ipnet::IpNet;
use serde::Deserialize;
use taskwire_api::Limits;
use taskwire_client::Secret;
use url::Url;

use self::model::{Effort, one_or_more};
use crate::data;
use crate::defaults::{CHAT_PORT, MCP_PORT, PORT};
use crate::listen::{Listen, Origin};

/// Google's OpenAI-compatible endpoint.
const GEMINI: &str = "https://generativelanguage.googleapis.com/v1beta/openai";
/// Models asked in turn when none is configured.
const MODELS: [&str; 3] = [
    "gemini-4-hydrogen",
    "gemini-3.8-flash",
    "gemini-3.5-flash-lite",
];

/// Requests a minute with the same token.
const PER_TOKEN: u32 = 6000;
/// Requests a minute from the same address without a valid credential.
const PER_ADDRESS: u32 = 600;

/// A network, or a single address as one.
fn network(text: &str) -> anyhow::Result<IpNet> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .with_context(|| {
            format!("--trusted-proxy {text} is not an address; use one such as 10.0.0.1, or a network such as 10.0.0.0/8")
        })
}

/// What can be configured. Each may come as a flag, as an environment variable, or as a line of the file.
#[derive(Args, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// Folder for the database, the token and the configuration file [default: ~/.local/share/taskwire]
    #[arg(long, global = true, env = "TASKWIRE_DATA_DIR", value_name = "FOLDER")]
    #[serde(skip)]
    pub(crate) data_dir: Option<PathBuf>,
    /// Configuration file in TOML; its keys are the long names of these flags [default: taskwire.toml in the data folder]
    #[arg(long, global = true, env = "TASKWIRE_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub(crate) config: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:8484; mcp 8485, chat 8486]
    #[arg(long, global = true, env = "TASKWIRE_LISTEN", value_name = "HOST:PORT")]
    pub(crate) listen: Option<Listen>,
    /// Additional host name that the server accepts; may be repeated
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_ALLOWED_HOST",
        value_name = "NAME",
        value_delimiter = ','
    )]
    pub(crate) allowed_host: Option<Vec<String>>,
    /// Database: postgres://user:password@host/name, or the path of an SQLite file [default: taskwire.db in the data folder]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) database_url: Option<String>,
    /// Maximum number of database connections [default: 8]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_DATABASE_CONNECTIONS",
        value_name = "N"
    )]
    pub(crate) database_connections: Option<u32>,
    /// URL of the API, for parts that run as separate processes [default: where the server on the data folder runs, else http://127.0.0.1:8484]
    #[arg(long, global = true, env = "TASKWIRE_API_URL", value_name = "URL")]
    pub(crate) api_url: Option<Url>,
    /// URL of the MCP endpoint, for `api`, which forwards /mcp to it, and for `chat` [default: http://127.0.0.1:8485/mcp]
    #[arg(long, global = true, env = "TASKWIRE_MCP_URL", value_name = "URL")]
    pub(crate) mcp_url: Option<Url>,
    /// URL of the chat, for `api`, which forwards /api/v1/chat to it [default: http://127.0.0.1:8486], and for `talk` [default: the API's address]
    #[arg(long, global = true, env = "TASKWIRE_CHAT_URL", value_name = "URL")]
    pub(crate) chat_url: Option<Url>,
    /// Token that `mcp --stdio` and `talk` use [default: the file `token` in the data folder]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    pub(crate) token: Option<String>,
    /// Secret shared by `api` and `consumer`, at least 32 characters; `serve` generates one
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_SERVICE_TOKEN",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub(crate) service_token: Option<String>,
    /// Requests per minute for each token or session, per process; 0 means no limit [default: 6000; `serve` on loopback: 0]
    #[arg(long, global = true, env = "TASKWIRE_RATE_LIMIT", value_name = "N")]
    pub(crate) rate_limit: Option<u32>,
    /// Requests per minute for each address without a valid credential; 0 means no limit [default: 600; `serve` on loopback: 0]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_ADDRESS_RATE_LIMIT",
        value_name = "N"
    )]
    pub(crate) address_rate_limit: Option<u32>,
    /// Address or network of a trusted proxy, whose X-Forwarded-For is used, such as 10.0.0.0/8; may be repeated [default: none]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_TRUSTED_PROXY",
        value_name = "ADDRESS",
        value_delimiter = ','
    )]
    pub(crate) trusted_proxy: Option<Vec<String>>,
    /// OpenAI-compatible endpoint of the model [default: Google's]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_MODEL_BASE_URL",
        value_name = "URL"
    )]
    pub(crate) model_base_url: Option<String>,
    /// Model; several are tried in order if one fails [default: gemini-4-hydrogen,gemini-3.8-flash,gemini-3.5-flash-lite]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_MODEL",
        value_name = "MODEL",
        value_delimiter = ','
    )]
    #[serde(default, deserialize_with = "one_or_more")]
    pub(crate) model: Option<Vec<String>>,
    /// API key for the model endpoint; GEMINI_API_KEY is also read. Without a key the chat understands only simple
    /// commands
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_MODEL_API_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub(crate) model_api_key: Option<String>,
    /// Reasoning effort: minimal, low, medium or high [default: the model's default]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_MODEL_EFFORT",
        value_name = "EFFORT",
        hide_possible_values = true
    )]
    pub(crate) model_effort: Option<Effort>,
    /// Time to the first byte of a model's response, in seconds [default: 20]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_MODEL_FIRST_BYTE",
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u32).range(1..=600)
    )]
    pub(crate) model_first_byte: Option<u32>,
    /// Longest pause within a model's response, in seconds [default: 30]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_MODEL_GAP",
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u32).range(1..=600)
    )]
    pub(crate) model_gap: Option<u32>,
    /// What to log: error, warn, info, debug, or a filter such as taskwire_api=debug [default: info]
    #[arg(long, global = true, env = "TASKWIRE_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
}

impl Settings {
    /// Fills what neither a flag nor the environment set from the file, if there is one.
    pub(crate) fn with_file(self) -> anyhow::Result<Self> {
        let path = match &self.config {
            Some(path) => path.clone(),
            None => self.data_dir()?.join("taskwire.toml"),
        };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.config.is_none() => {
                return self.checked();
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        let file: Self =
            toml::from_str(&text).with_context(|| format!("cannot use {}", path.display()))?;
        Self {
            data_dir: self.data_dir,
            config: self.config,
            listen: self.listen.or(file.listen),
            allowed_host: self.allowed_host.or(file.allowed_host),
            database_url: self.database_url.or(file.database_url),
            database_connections: self.database_connections.or(file.database_connections),
            api_url: self.api_url.or(file.api_url),
            mcp_url: self.mcp_url.or(file.mcp_url),
            chat_url: self.chat_url.or(file.chat_url),
            token: self.token.or(file.token),
            service_token: self.service_token.or(file.service_token),
            rate_limit: self.rate_limit.or(file.rate_limit),
            address_rate_limit: self.address_rate_limit.or(file.address_rate_limit),
            trusted_proxy: self.trusted_proxy.or(file.trusted_proxy),
            model_base_url: self.model_base_url.or(file.model_base_url),
            model: self.model.or(file.model),
            model_api_key: self.model_api_key.or(file.model_api_key),
            model_effort: self.model_effort.or(file.model_effort),
            model_first_byte: self.model_first_byte.or(file.model_first_byte),
            model_gap: self.model_gap.or(file.model_gap),
            log: self.log.or(file.log),
        }
        .checked()
    }

    /// Refuses what no part could work with.
    fn checked(self) -> anyhow::Result<Self> {
        ensure!(
            self.database_connections != Some(0),
            "--database-connections must be 1 or more; omit it for the default of {}",
            taskwire_store::Options::default().connections
        );
        Ok(self)
    }

    /// The data folder.
    pub(crate) fn data_dir(&self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = &self.data_dir {
            return Ok(folder.clone());
        }
        let home = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        home("XDG_DATA_HOME")
            .or_else(|| home("HOME").map(|home| home.join(".local/share")))
            .map(|folder| folder.join("taskwire"))
            .context("no home folder found for the data; set one with --data-dir")
    }

    /// Where the database is.
    pub(crate) fn database(&self) -> anyhow::Result<String> {
        match &self.database_url {
            Some(address) => Ok(address.clone()),
            None => Ok(self.data_dir()?.join("taskwire.db").display().to_string()),
        }
    }

    /// Where to listen.
    pub(crate) fn listen(&self) -> Listen {
        self.listen.clone().unwrap_or_default()
    }

    /// Where the server runs that uses the data folder, if one does.
    pub(crate) fn running(&self) -> Option<Url> {
        let folder = self.data_dir().ok()?;
        Url::parse(&format!("http://{}", data::running(&folder)?)).ok()
    }

    /// Where the API is, for other processes: as configured, or where the server on this data folder runs.
    pub(crate) fn api_url(&self) -> anyhow::Result<Url> {
        match self.api_url.clone().or_else(|| self.running()) {
            Some(url) => Ok(url),
            None => local(PORT, ""),
        }
    }

    /// Where the MCP endpoint is, for the API and the chat.
    pub(crate) fn mcp_url(&self) -> anyhow::Result<Url> {
        self.mcp_url
            .clone()
            .map_or_else(|| local(MCP_PORT, "/mcp"), Ok)
    }

    /// Where the chat is, for the API.
    pub(crate) fn chat_url(&self) -> anyhow::Result<Url> {
        self.chat_url
            .clone()
            .map_or_else(|| local(CHAT_PORT, ""), Ok)
    }

    /// The secret of Taskwire's own services.
    pub(crate) fn service_token(&self) -> anyhow::Result<Option<Secret>> {
        match &self.service_token {
            Some(secret) if secret.len() < 32 => {
                anyhow::bail!(
                    "--service-token is shorter than 32 characters; create one with `openssl rand -hex 32`"
                )
            }
            secret => Ok(secret.clone().map(Secret::new)),
        }
    }

    /// How much may be asked of an API that many share.
    pub(crate) fn limits(&self) -> anyhow::Result<Limits> {
        self.limits_or(PER_TOKEN, PER_ADDRESS)
    }

    /// How much may be asked of `serve`. On loopback all callers are programs of this machine's own user, who would
    /// only be in their own way.
    pub(crate) fn limits_of_one_machine(&self) -> anyhow::Result<Limits> {
        if self.listen().is_loopback() {
            self.limits_or(0, 0)
        } else {
            self.limits()
        }
    }

    fn limits_or(&self, per_token: u32, per_address: u32) -> anyhow::Result<Limits> {
        let limit = |set: Option<u32>, usual| Some(set.unwrap_or(usual)).filter(|limit| *limit > 0);
        let proxies = self.trusted_proxy.iter().flatten();
        Ok(Limits {
            per_token: limit(self.rate_limit, per_token),
            per_address: limit(self.address_rate_limit, per_address),
            trusted_proxies: proxies
                .map(|text| network(text))
                .collect::<Result<_, _>>()?,
        })
    }

    /// How to reach the model.
    pub(crate) fn model(&self) -> taskwire_chat::ModelConfig {
        let key = self
            .model_api_key
            .clone()
            .or_else(|| std::env::var("GEMINI_API_KEY").ok())
            .filter(|key| !key.trim().is_empty());
        taskwire_chat::ModelConfig {
            base_url: self.model_base_url.clone().unwrap_or_else(|| GEMINI.into()),
            api_key: key.map(Secret::new),
            models: self
                .model
                .clone()
                .unwrap_or_else(|| MODELS.into_iter().map(Into::into).collect()),
            reasoning_effort: self.model_effort.map(|effort| effort.as_str().into()),
            silence: self.silence(),
        }
    }

    /// How long the model may be silent.
    fn silence(&self) -> taskwire_chat::Silence {
        let default = taskwire_chat::Silence::default();
        let seconds = |set: Option<u32>| set.map(|seconds| Duration::from_secs(seconds.into()));
        taskwire_chat::Silence {
            first: seconds(self.model_first_byte).unwrap_or(default.first),
            gap: seconds(self.model_gap).unwrap_or(default.gap),
        }
    }

    /// Names under which a server may be called.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let own = ["localhost", "127.0.0.1", "[::1]"];
        let listen = self.listen.as_ref().map(|listen| listen.origin(PORT));
        own.into_iter()
            .map(Into::into)
            .chain(listen.map(|Origin { host, .. }| host))
            .chain(self.allowed_host.clone().unwrap_or_default())
            .collect()
    }
}

/// A part that runs on this machine, on its usual port.
fn local(port: u16, path: &str) -> anyhow::Result<Url> {
    Ok(Url::parse(&format!("http://127.0.0.1:{port}{path}"))?)
}

#[cfg(test)]
mod tests;
