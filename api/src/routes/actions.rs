//! `/act/{link}`: the links in messages. Opening one shows what its button does; the button does it, once.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;

use super::form_page::{escape, page};
use crate::action_link::{self, Action, ActionLink};
use crate::error::ApiError;
use crate::service::follow::{self, Followed};
use crate::state::Api;

pub(crate) fn router() -> Router<Api> {
    Router::new().route("/act/{link}", get(ask).post(act))
}

async fn ask(State(api): State<Api>, Path(link): Path<String>) -> Result<Response, ApiError> {
    let Some(link) = read(&api, &link) else {
        return Ok(expired());
    };
    let mut tx = api.db.read().await?;
    let about = follow::about(&mut tx, link).await?;
    let Some(about) = about else {
        return Ok(gone());
    };
    let (title, button) = match link.action {
        Action::Complete { .. } => ("Complete this task?", "Done"),
        Action::Snooze { .. } => ("Remind you later?", "Snooze"),
        Action::Verify { .. } => ("Confirm this address?", "Confirm"),
        Action::Disable { .. } => ("Stop messages over this channel?", "Stop messages"),
    };
    let body = format!(
        "<p>{}</p><form method=\"post\"><button>{button}</button></form>",
        escape(&about)
    );
    Ok(page(StatusCode::OK, title, "", &body, None))
}

/// A mail program may send this by itself, if the person asks it to (RFC 8058); so it needs no proof but the link.
async fn act(
    State(api): State<Api>,
    Path(link): Path<String>,
    _: HeaderMap,
) -> Result<Response, ApiError> {
    let Some(link) = read(&api, &link) else {
        return Ok(expired());
    };
    let done = follow::follow(&api.db, &api.ids, api.clock.now(), link).await?;
    let said = match done {
        Followed::Gone => return Ok(gone()),
        Followed::Done(said) => said,
    };
    let body = format!("<p>{}</p>", escape(&said));
    Ok(page(StatusCode::OK, "Done", "", &body, None))
}

fn read(api: &Api, link: &str) -> Option<ActionLink> {
    action_link::read(&api.cursor_key, link, api.clock.now())
}

fn expired() -> Response {
    let why = "<p role=\"alert\">This link has expired, or it is not complete. Open Taskwire instead.</p>";
    page(StatusCode::NOT_FOUND, "Nothing was done", "", why, None)
}

fn gone() -> Response {
    let why = "<p role=\"alert\">What this link is about no longer exists.</p>";
    page(StatusCode::GONE, "Nothing was done", "", why, None)
}
