//! The server, what it forwards to, and the token.

use reqwest::{Method, StatusCode};
use taskwire_client::{Client, Error};
use taskwire_store::Db;
use url::Url;

use super::report::{Finding, TIMEOUT};
use crate::data;
use crate::logging::causes;
use crate::settings::{ApiAddress, Database, SidecarOptions, UserToken};
use crate::wiring::Parts;

/// A server, called directly or through the sidecar.
pub(super) struct Server {
    /// Its address as configured, for people.
    name: String,
    url: Url,
    http: reqwest::Client,
}

impl Server {
    fn new(parts: &Parts, sidecar: &SidecarOptions, address: Url) -> anyhow::Result<Self> {
        let name = address.as_str().trim_end_matches('/').to_owned();
        let (url, headers) = sidecar.target(address)?;
        Ok(Self {
            name,
            url,
            http: parts.http_with(headers)?,
        })
    }

    /// Requests a path.
    pub(super) async fn request(
        &self,
        method: Method,
        path: &str,
    ) -> anyhow::Result<reqwest::Response> {
        let request = self.http.request(method, self.url.join(path)?);
        Ok(request.timeout(TIMEOUT).send().await?)
    }
}

/// The server too, if it responds.
pub(super) async fn server(
    parts: &Parts,
    api: &ApiAddress,
    sidecar: &SidecarOptions,
    database: &Database,
) -> (Finding, Option<Server>) {
    let running = parts.installation.running_address();
    let is_expected = api.api_url.is_some() || running.is_some();
    // Without a configured database, a server on the default port has another data folder.
    if !is_expected && database.database_url.is_none() {
        let why = "no server is running on this data folder; `taskwire serve` starts one";
        return (Finding::absent(why), None);
    }
    let server = match api.url(&parts.installation) {
        Ok(url) => Server::new(parts, sidecar, url),
        Err(error) => Err(error),
    };
    let server = match server {
        Ok(server) => server,
        Err(error) => return (Finding::bad(causes(&error)), None),
    };
    let name = &server.name;
    let finding = match server.request(Method::GET, "/readyz").await {
        Ok(answer) if answer.status().is_success() => Finding::ok(format!("{name} is ready")),
        // Its readiness is on its internal port.
        Ok(answer) if answer.status() == StatusCode::NOT_FOUND => alive(&server).await,
        Ok(answer) => Finding::bad(format!("{name} responded with {}", answer.status())),
        Err(_) if is_expected => {
            return (Finding::bad(format!("{name} does not respond")), None);
        }
        Err(_) => {
            let why = format!("no server at {name}; `taskwire api` starts one");
            return (Finding::absent(why), None);
        }
    };
    (finding, Some(server))
}

async fn alive(server: &Server) -> Finding {
    let name = &server.name;
    match server.request(Method::GET, "/healthz").await {
        Ok(answer) if answer.status().is_success() => Finding::ok(format!(
            "{name} responds; whether it is ready, its internal port says"
        )),
        Ok(answer) => Finding::bad(format!("{name} responded with {}", answer.status())),
        Err(_) => Finding::bad(format!("{name} does not respond")),
    }
}

/// A part that is reached by the server's address, whichever process serves it.
pub(super) struct Part<'a> {
    /// Its command, which is also the prefix of its option.
    pub(super) name: &'static str,
    pub(super) path: &'static str,
    /// The address of the process that serves it, if configured.
    pub(super) configured: Option<&'a Url>,
}

impl Part<'_> {
    /// Checks the part through the server. `OPTIONS` needs no token, and the part itself responds.
    pub(super) async fn ask(&self, server: Option<&Server>) -> Finding {
        let Some(server) = server else {
            return Finding::absent("not checked: no server is available");
        };
        let name = self.name;
        let url = format!("{}{}", server.name, self.path);
        let status = match server.request(Method::OPTIONS, self.path).await {
            Ok(answer) if answer.status().is_success() => {
                return Finding::ok(format!("{url} responds"));
            }
            Ok(answer) => answer.status(),
            Err(_) => return Finding::bad(format!("{url} does not respond")),
        };
        match (status, self.configured) {
            (StatusCode::BAD_GATEWAY, None) => Finding::absent(format!(
                "{url} is not served by any process; start `taskwire {name}`, or start the server with --{name}-url"
            )),
            (StatusCode::BAD_GATEWAY, Some(at)) => Finding::bad(format!(
                "{url} is not served by any process; start `taskwire {name}` so that it listens at {at}"
            )),
            _ => Finding::bad(format!(
                "{url} responded with {status}; the log of `taskwire {name}` says why"
            )),
        }
    }
}

/// Checks the token with the server, or in the database if no server runs.
pub(super) async fn token(
    parts: &Parts,
    token: &UserToken,
    server: Option<&Server>,
    db: Option<&Db>,
) -> anyhow::Result<Finding> {
    let folder = parts.installation.data_dir()?;
    let configured = token.configured();
    let place = if configured.is_some() {
        "the configured token".to_owned()
    } else {
        data::token_file(&folder).display().to_string()
    };
    let Some(token) = configured.or_else(|| data::read_token(&folder)) else {
        return Ok(Finding::absent("none yet; `taskwire serve` creates one"));
    };
    let refused = || {
        Finding::bad(format!(
            "{place} is not accepted; `taskwire token create` creates a new one"
        ))
    };
    if let Some(server) = server {
        let client = Client::http(server.url.clone(), server.http.clone()).with_token(token);
        return Ok(
            match tokio::time::timeout(TIMEOUT, client.session()).await {
                Ok(Ok(session)) => {
                    Finding::ok(format!("{place} is valid for {}", session.user.name))
                }
                Ok(Err(Error::Problem(problem))) if problem.status == 401 => refused(),
                Ok(Err(error)) => Finding::bad(format!("{place} could not be checked: {error}")),
                Err(_) => Finding::bad(format!(
                    "{place} could not be checked: {} does not respond",
                    server.name
                )),
            },
        );
    }
    Ok(match db {
        None => Finding::absent(format!(
            "{place}, not checked: no server or database is available"
        )),
        Some(db) => match taskwire_api::is_known_token(db, parts.clock.now(), &token).await {
            Ok(true) => Finding::ok(format!("{place} is in the database")),
            Ok(false) => refused(),
            Err(error) => Finding::bad(format!("{place} could not be checked: {error}")),
        },
    })
}
