//! Checks the configuration, and that each part can be reached and works.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use reqwest::{Method, StatusCode};
use taskwire_client::{Client, Error};
use taskwire_store::Db;
use url::Url;

use crate::data;
use crate::logging::{causes, print_line};
use crate::settings::{ApiAddress, ChatAddress, Database, McpAddress, ModelOptions, UserToken};
use crate::wiring::Parts;

/// Timeout of each check.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The result of one check.
enum Finding {
    /// It was tried and works.
    Good(String),
    /// It is absent or cannot be tried, and is not required.
    Absent(String),
    /// It does not work.
    Bad(String),
}
use Finding::{Absent, Bad, Good};

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    api: ApiAddress,
    #[command(flatten)]
    token: UserToken,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    chat: ChatAddress,
    #[command(flatten)]
    mcp: McpAddress,
}

/// Prints one line per part; fails if something that is configured does not work.
pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<ExitCode> {
    let (database, db) = database(&parts, &options.database).await?;
    let (server, url) = server(&parts, &options).await;
    let chat = Part {
        name: "chat",
        path: "/api/v1/chat",
        configured: options.chat.chat_url.as_ref(),
    };
    let mcp = Part {
        name: "mcp",
        path: "/mcp",
        configured: options.mcp.mcp_url.as_ref(),
    };
    let findings = [
        ("version", Good(env!("TASKWIRE_VERSION").into())),
        ("data folder", folder(&parts)?),
        ("database", database),
        ("server", server),
        (
            "token",
            token(&parts, &options.token, url.as_ref(), db.as_ref()).await?,
        ),
        ("chat", chat.ask(&parts, url.as_ref()).await),
        ("mcp", mcp.ask(&parts, url.as_ref()).await),
        ("model", model(&parts, &options.model).await),
    ];
    let mut healthy = true;
    for (what, finding) in findings {
        let (mark, how) = match finding {
            Good(how) => ("ok ", how),
            Absent(how) => ("-- ", how),
            Bad(how) => {
                healthy = false;
                ("BAD", how)
            }
        };
        print_line(&format!("{mark} {what:<12} {how}"));
    }
    Ok(if healthy {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn folder(parts: &Parts) -> anyhow::Result<Finding> {
    let folder = parts.installation.data_dir()?;
    let place = folder.display().to_string();
    Ok(if folder.is_dir() {
        Good(place)
    } else {
        Absent(format!("{place} (created at the first start)"))
    })
}

/// The database too, if it can be used.
async fn database(parts: &Parts, database: &Database) -> anyhow::Result<(Finding, Option<Db>)> {
    let place = match parts.place(database).await {
        Ok(place) => place,
        Err(error) => return Ok((Bad(causes(&error)), None)),
    };
    if database.database_url.is_none() && !std::path::Path::new(&place).exists() {
        let finding = Absent(format!("{place} (created at the first start)"));
        return Ok((finding, None));
    }
    let db = match tokio::time::timeout(TIMEOUT, parts.connect(database, false)).await {
        Ok(Ok(db)) => db,
        Ok(Err(error)) => return Ok((Bad(causes(&error)), None)),
        Err(_) => return Ok((Bad(format!("{place} does not respond")), None)),
    };
    let finding = match db.schema().await {
        Ok(schema) => schema.problem().map(|why| format!("{place} {why}")),
        Err(error) => Some(format!("{place}: {error}")),
    };
    if let Some(why) = finding {
        return Ok((Bad(why), None));
    }
    let end = match db.read().await {
        Ok(mut tx) => tx.end_of_events().await,
        Err(error) => Err(error),
    };
    Ok(match end {
        Ok(end) => (
            Good(format!("{place} ({}, {end} events)", db.kind())),
            Some(db),
        ),
        Err(error) => (Bad(format!("{place}: {error}")), None),
    })
}

/// The server's address too, if it responds.
async fn server(parts: &Parts, options: &Options) -> (Finding, Option<Url>) {
    let running = parts.installation.running_address();
    let is_expected = options.api.api_url.is_some() || running.is_some();
    // Without a configured database, a server on the default port has another data folder.
    if !is_expected && options.database.database_url.is_none() {
        let why = "no server is running on this data folder; `taskwire serve` starts one";
        return (Absent(why.into()), None);
    }
    let url = match options.api.url(&parts.installation) {
        Ok(url) => url,
        Err(error) => return (Bad(causes(&error)), None),
    };
    let base = url.as_str().trim_end_matches('/');
    let Ok(ready) = url.join("/readyz") else {
        return (Bad(format!("{base} is not a server address")), None);
    };
    let answer = parts.http.get(ready).timeout(TIMEOUT).send().await;
    match answer {
        Ok(answer) if answer.status().is_success() => (Good(format!("{base} is ready")), Some(url)),
        // Its readiness is on its internal port.
        Ok(answer) if answer.status() == StatusCode::NOT_FOUND => {
            (alive(parts, &url).await, Some(url))
        }
        Ok(answer) => (
            Bad(format!("{base} responded with {}", answer.status())),
            Some(url),
        ),
        Err(_) if is_expected => (Bad(format!("{base} does not respond")), None),
        Err(_) => (
            Absent(format!("no server at {base}; `taskwire api` starts one")),
            None,
        ),
    }
}

async fn alive(parts: &Parts, url: &Url) -> Finding {
    let base = url.as_str().trim_end_matches('/');
    let Ok(health) = url.join("/healthz") else {
        return Bad(format!("{base} is not a server address"));
    };
    match parts.http.get(health).timeout(TIMEOUT).send().await {
        Ok(answer) if answer.status().is_success() => Good(format!(
            "{base} responds; whether it is ready, its internal port says"
        )),
        Ok(answer) => Bad(format!("{base} responded with {}", answer.status())),
        Err(_) => Bad(format!("{base} does not respond")),
    }
}

/// A part that is reached by the server's address, whichever process serves it.
struct Part<'a> {
    /// Its command, which is also the prefix of its option.
    name: &'static str,
    path: &'static str,
    /// The address of the process that serves it, if configured.
    configured: Option<&'a Url>,
}

impl Part<'_> {
    /// Checks the part through the server. `OPTIONS` needs no token, and the part itself responds.
    async fn ask(&self, parts: &Parts, server: Option<&Url>) -> Finding {
        let Some(url) = server.and_then(|url| url.join(self.path).ok()) else {
            return Absent("not checked: no server is available".into());
        };
        let name = self.name;
        let request = parts.http.request(Method::OPTIONS, url.clone());
        let status = match request.timeout(TIMEOUT).send().await {
            Ok(answer) if answer.status().is_success() => {
                return Good(format!("{url} responds"));
            }
            Ok(answer) => answer.status(),
            Err(_) => return Bad(format!("{url} does not respond")),
        };
        match (status, self.configured) {
            (StatusCode::BAD_GATEWAY, None) => Absent(format!(
                "{url} is not served by any process; start `taskwire {name}`, or start the server with --{name}-url"
            )),
            (StatusCode::BAD_GATEWAY, Some(at)) => Bad(format!(
                "{url} is not served by any process; start `taskwire {name}` so that it listens at {at}"
            )),
            _ => Bad(format!(
                "{url} responded with {status}; the log of `taskwire {name}` says why"
            )),
        }
    }
}

/// Checks the token with the server, or in the database if no server runs.
async fn token(
    parts: &Parts,
    token: &UserToken,
    server: Option<&Url>,
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
        return Ok(Absent("none yet; `taskwire serve` creates one".into()));
    };
    let refused = || {
        Bad(format!(
            "{place} is not accepted; `taskwire token create` creates a new one"
        ))
    };
    if let Some(url) = server {
        let client = Client::http(url.clone(), parts.http.clone()).with_token(token);
        return Ok(
            match tokio::time::timeout(TIMEOUT, client.session()).await {
                Ok(Ok(session)) => Good(format!("{place} is valid for {}", session.user.name)),
                Ok(Err(Error::Problem(problem))) if problem.status == 401 => refused(),
                Ok(Err(error)) => Bad(format!("{place} could not be checked: {error}")),
                Err(_) => Bad(format!(
                    "{place} could not be checked: {url} does not respond"
                )),
            },
        );
    }
    Ok(match db {
        None => Absent(format!(
            "{place}, not checked: no server or database is available"
        )),
        Some(db) => match taskwire_api::is_known_token(db, parts.clock.now(), &token).await {
            Ok(true) => Good(format!("{place} is in the database")),
            Ok(false) => refused(),
            Err(error) => Bad(format!("{place} could not be checked: {error}")),
        },
    })
}

async fn model(parts: &Parts, model: &ModelOptions) -> Finding {
    let model = match model.config(&parts.secrets).await {
        Ok(model) => model,
        Err(error) => return Bad(causes(&error)),
    };
    if model.api_key.is_none() {
        return Absent(
            "no key: the chat understands only simple commands; set GEMINI_API_KEY to use a model"
                .into(),
        );
    }
    match parts
        .http
        .get(&model.base_url)
        .timeout(TIMEOUT)
        .send()
        .await
    {
        Ok(_) => Good(format!("{} at {}", model.models.join(", "), model.base_url)),
        Err(_) => Bad(format!(
            "{} cannot be reached; the chat falls back to simple commands",
            model.base_url
        )),
    }
}
