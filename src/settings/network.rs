//! Addresses: those on which servers listen, and those of other processes.

use clap::Args;
use url::{Host, Url};

use super::Installation;
use crate::defaults::{CHAT_PORT, MCP_PORT, PORT};
use crate::listen::{Listen, Origin};

#[derive(Args, Clone)]
pub(crate) struct Listening {
    /// Address to listen on [default: 127.0.0.1:8484; mcp 8485, chat 8486, consumer 8487, relay 8488]
    #[arg(long, env = "TASKWIRE_LISTEN", value_name = "HOST:PORT")]
    pub(crate) listen: Option<Listen>,
    /// Additional host name that the server accepts; may be repeated
    #[arg(
        long,
        env = "TASKWIRE_ALLOWED_HOST",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = host_name
    )]
    pub(crate) allowed_host: Vec<String>,
}

impl Listening {
    /// The address to listen on.
    pub(crate) fn listen(&self) -> Listen {
        self.listen.clone().unwrap_or_default()
    }

    /// Host names that the server accepts.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let own = ["localhost", "127.0.0.1", "[::1]"];
        let listen = self.listen.as_ref().map(|listen| listen.origin(PORT));
        own.into_iter()
            .map(Into::into)
            .chain(listen.map(|Origin { host, .. }| host))
            .chain(self.allowed_host.clone())
            .collect()
    }
}

#[derive(Args, Clone)]
pub(crate) struct ApiAddress {
    /// URL of the API, or dapr://APP-ID [default: the server on the data folder, else http://127.0.0.1:8484]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_API_URL",
        value_name = "URL",
        value_parser = process_url
    )]
    pub(crate) api_url: Option<Url>,
}

impl ApiAddress {
    /// The address of the API: as configured, or that of the server on this data folder.
    pub(crate) fn url(&self, installation: &Installation) -> anyhow::Result<Url> {
        match self
            .api_url
            .clone()
            .or_else(|| installation.running_address())
        {
            Some(url) => Ok(url),
            None => local(PORT, ""),
        }
    }
}

#[derive(Args, Clone)]
pub(crate) struct McpAddress {
    /// URL of the MCP endpoint, or dapr://APP-ID; /mcp if it has no path [default: http://127.0.0.1:8485/mcp]
    #[arg(long, env = "TASKWIRE_MCP_URL", value_name = "URL", value_parser = mcp_url)]
    pub(crate) mcp_url: Option<Url>,
}

impl McpAddress {
    /// The address of the MCP endpoint.
    pub(crate) fn url(&self) -> anyhow::Result<Url> {
        self.mcp_url
            .clone()
            .map_or_else(|| local(MCP_PORT, "/mcp"), Ok)
    }
}

#[derive(Args, Clone)]
pub(crate) struct ChatAddress {
    /// URL of the chat, or dapr://APP-ID [default: http://127.0.0.1:8486; for `talk` the address of the API]
    #[arg(long, env = "TASKWIRE_CHAT_URL", value_name = "URL", value_parser = process_url)]
    pub(crate) chat_url: Option<Url>,
}

impl ChatAddress {
    /// The address of the process that serves the chat.
    pub(crate) fn url(&self) -> anyhow::Result<Url> {
        self.chat_url
            .clone()
            .map_or_else(|| local(CHAT_PORT, ""), Ok)
    }
}

/// The scheme of addresses that name a Dapr app.
pub(super) const DAPR: &str = "dapr";

/// The address of a process on this machine, on its default port.
fn local(port: u16, path: &str) -> anyhow::Result<Url> {
    Ok(Url::parse(&format!("http://127.0.0.1:{port}{path}"))?)
}

/// Parses an address that an HTTP client can call.
pub(super) fn http_url(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Err("it must not contain a user or password, which logs would show".into())
        }
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err("it must be a URL such as http://127.0.0.1:8484".into()),
    }
}

/// Parses the address of one of Taskwire's processes: an HTTP address, or that of an app behind the Dapr sidecar.
fn process_url(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if url.scheme() == DAPR => {
            if url.host_str().is_some_and(|app| !app.is_empty()) && url.port().is_none() {
                Ok(url)
            } else {
                Err("it must name an app, such as dapr://task-api".into())
            }
        }
        _ => http_url(text),
    }
}

/// Parses the address of an MCP endpoint, whose path is optional.
fn mcp_url(text: &str) -> Result<Url, String> {
    let mut url = process_url(text)?;
    if matches!(url.path(), "/" | "") {
        url.set_path("/mcp");
    }
    Ok(url)
}

/// Parses a host name as in a `Host` header, without a port.
fn host_name(text: &str) -> Result<String, String> {
    match Host::parse(text) {
        Ok(host) => Ok(host.to_string()),
        Err(_) => Err(
            "it must be a host name without scheme, port or path, such as tasks.example.com".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_http() {
        for text in ["http://127.0.0.1:8484", "https://tasks.example.com/mcp"] {
            assert!(http_url(text).is_ok(), "{text}");
        }
        for text in [
            "ftp://x",
            "127.0.0.1:8484",
            "x",
            "",
            "http://",
            "http://user:secret@x",
        ] {
            let error = http_url(text).unwrap_err();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn an_mcp_endpoint_without_a_path_is_the_usual_one() {
        for (text, url) in [
            ("http://tasks.example:8485", "http://tasks.example:8485/mcp"),
            (
                "http://tasks.example:8485/",
                "http://tasks.example:8485/mcp",
            ),
            ("http://tasks.example/tools", "http://tasks.example/tools"),
            ("dapr://task-mcp", "dapr://task-mcp/mcp"),
        ] {
            assert_eq!(mcp_url(text).unwrap().as_str(), url, "{text}");
        }
    }

    #[test]
    fn an_app_is_named_without_a_port() {
        assert!(process_url("dapr://task-api").is_ok());
        for text in ["dapr://", "dapr:task-api", "dapr://task-api:80"] {
            assert!(process_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn host_names_have_neither_scheme_nor_port() {
        for text in ["tasks.example.com", "localhost", "10.0.0.1", "[::1]"] {
            assert_eq!(host_name(text).as_deref(), Ok(text));
        }
        for text in ["http://x", "x:80", "x/y", "", "a b", "::1"] {
            assert!(host_name(text).is_err(), "{text}");
        }
    }
}
