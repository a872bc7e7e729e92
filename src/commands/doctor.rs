//! What is configured and what can be reached.

use std::process::ExitCode;
use std::time::Duration;

use crate::data;
use crate::logging::say;
use crate::wiring::{Parts, shown};

/// How long each question may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// What one question found out.
enum Finding {
    Good(String),
    Bad(String),
}
use Finding::{Bad, Good};

/// Prints one line per part; fails if something that is configured does not work.
pub(crate) async fn run(parts: Parts) -> anyhow::Result<ExitCode> {
    let findings = [
        ("version", Good(env!("CARGO_PKG_VERSION").into())),
        ("data folder", folder(&parts)?),
        ("database", database(&parts).await?),
        ("server", server(&parts).await),
        ("token", token(&parts)?),
        ("model", model(&parts).await),
    ];
    let mut healthy = true;
    for (what, finding) in findings {
        let (mark, how) = match finding {
            Good(how) => ("ok ", how),
            Bad(how) => {
                healthy = false;
                ("BAD", how)
            }
        };
        say(&format!("{mark} {what:<12} {how}"));
    }
    Ok(if healthy {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn folder(parts: &Parts) -> anyhow::Result<Finding> {
    let folder = parts.settings.data_dir()?;
    let note = if folder.is_dir() {
        ""
    } else {
        " (made at the first start)"
    };
    Ok(Good(format!("{}{note}", folder.display())))
}

async fn database(parts: &Parts) -> anyhow::Result<Finding> {
    let address = parts.settings.database()?;
    let place = shown(&address);
    if parts.settings.database_url.is_none() && !std::path::Path::new(&address).exists() {
        return Ok(Good(format!("{place} (made at the first start)")));
    }
    let db = match tokio::time::timeout(PATIENCE, parts.connect()).await {
        Ok(Ok(db)) => db,
        Ok(Err(error)) => return Ok(Bad(format!("{error:#}"))),
        Err(_) => return Ok(Bad(format!("{place} does not answer"))),
    };
    let end = match db.read().await {
        Ok(mut tx) => tx.end_of_events().await,
        Err(error) => Err(error),
    };
    Ok(match end {
        Ok(end) => Good(format!("{place} ({}, {end} events)", db.kind())),
        Err(error) => Bad(format!("{place}: {error}; run `taskwire migrate`")),
    })
}

async fn server(parts: &Parts) -> Finding {
    let url = match parts.settings.api_url() {
        Ok(url) => url.to_string(),
        Err(error) => return Bad(format!("{error:#}")),
    };
    let url = url.trim_end_matches('/');
    let answer = parts
        .http
        .get(format!("{url}/readyz"))
        .timeout(PATIENCE)
        .send()
        .await;
    match answer {
        Ok(answer) if answer.status().is_success() => Good(format!("{url} is ready")),
        Ok(answer) => Bad(format!("{url} answers {}", answer.status())),
        Err(_) if parts.settings.api_url.is_some() => Bad(format!("{url} does not answer")),
        Err(_) => Good(format!("none at {url}; `taskwire serve` starts one")),
    }
}

fn token(parts: &Parts) -> anyhow::Result<Finding> {
    let folder = parts.settings.data_dir()?;
    Ok(Good(
        match (&parts.settings.token, data::read_token(&folder)) {
            (Some(_), _) => "from the configuration".into(),
            (None, Some(_)) => data::token_file(&folder).display().to_string(),
            (None, None) => "none yet; `taskwire serve` makes one".into(),
        },
    ))
}

async fn model(parts: &Parts) -> Finding {
    let model = parts.settings.model();
    if model.api_key.is_none() {
        return Good(
            "no key: the chat follows simple commands; set GEMINI_API_KEY to make it smart".into(),
        );
    }
    match parts
        .http
        .get(&model.base_url)
        .timeout(PATIENCE)
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
