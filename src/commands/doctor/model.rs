//! The model of the chat.

use std::collections::HashSet;

use reqwest::StatusCode;
use serde::Deserialize;
use taskwire_chat::ModelConfig;
use taskwire_client::Secret;

use super::report::{Finding, TIMEOUT};
use crate::logging::causes;
use crate::settings::ModelOptions;
use crate::wiring::Parts;

/// Whether the endpoint responds, and if `deep`, whether it takes the key: the list of models costs nothing.
pub(super) async fn check(parts: &Parts, model: &ModelOptions, deep: bool) -> Finding {
    let model = match model.config(&parts.secrets).await {
        Ok(model) => model,
        Err(error) => return Finding::bad(causes(&error)),
    };
    let Some(key) = &model.api_key else {
        return Finding::absent(
            "no key: the chat understands only simple commands; set GEMINI_API_KEY to use a model",
        );
    };
    if deep {
        return try_key(parts, &model, &key.current()).await;
    }
    let request = parts.http.get(&model.base_url).timeout(TIMEOUT);
    match request.send().await {
        Ok(_) => Finding::ok(format!("{} at {}", model.models.join(", "), model.base_url)),
        Err(_) => unreachable(&model),
    }
}

fn unreachable(model: &ModelConfig) -> Finding {
    Finding::bad(format!(
        "{} cannot be reached; the chat falls back to simple commands",
        model.base_url
    ))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Models {
    data: Vec<Listed>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Listed {
    id: String,
}

async fn try_key(parts: &Parts, model: &ModelConfig, key: &Secret) -> Finding {
    let request = parts
        .http
        .get(format!("{}/models", model.base_url))
        .bearer_auth(key.expose())
        .timeout(TIMEOUT);
    let Ok(answer) = request.send().await else {
        return unreachable(model);
    };
    let base = &model.base_url;
    match answer.status() {
        status if status.is_success() => {
            let listed: Models = answer.json().await.unwrap_or_default();
            listed_models(model, &listed)
        }
        status @ (StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            Finding::fail(
                format!("{base} does not accept the key ({status})"),
                "Set GEMINI_API_KEY, or TASKWIRE_MODEL_API_KEY, to one that is valid there",
            )
        }
        status @ StatusCode::TOO_MANY_REQUESTS => Finding::warn(
            format!("{base} responds with {status}"),
            "The key's quota is used up; the chat waits or falls back",
        ),
        status => Finding::warn(
            format!("{base} has no list of models ({status}), so the key was not tried"),
            "Send a message in the chat to try it",
        ),
    }
}

fn listed_models(model: &ModelConfig, listed: &Models) -> Finding {
    let names: HashSet<&str> = listed
        .data
        .iter()
        .map(|one| one.id.strip_prefix("models/").unwrap_or(&one.id))
        .collect();
    let text = format!("the key is accepted at {}", model.base_url);
    let missing: Vec<&str> = model
        .models
        .iter()
        .map(String::as_str)
        .filter(|name| !names.is_empty() && !names.contains(name))
        .collect();
    if missing.is_empty() {
        return Finding::ok(format!("{}; {text}", model.models.join(", ")));
    }
    let text = format!("{text}, which does not list {}", missing.join(", "));
    let remedy = "Name models that it lists with --model";
    if missing.len() == model.models.len() {
        Finding::fail(text, remedy)
    } else {
        Finding::warn(text, remedy)
    }
}
