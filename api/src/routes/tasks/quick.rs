//! `POST /api/v1/tasks/quick`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{Problem, QuickAdd, QuickAdded, render};
use taskwire_domain::recurrence::Moment;
use taskwire_domain::{Due, Invalid, Zone, grammar};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Body;
use crate::service::draft::Draft;
use crate::service::{Error, task};
use crate::state::Api;
use crate::work::{Begun, Request, begin};

/// Longest line, in characters: a title and all that may stand beside it.
const LINE_MAX: usize = 1000;

/// Create a task of one line such as `buy milk tomorrow 5pm p1 #shopping`.
#[utoipa::path(post, path = "/api/v1/tasks/quick", operation_id = "quick_add_task", tag = "tasks", request_body = QuickAdd,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 201, description = "The task, and what was not understood", body = QuickAdded), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn quick(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
    body: Body<QuickAdd>,
) -> Result<Response, ApiError> {
    let mut work = match begin(&api, caller, request, &body.bytes).await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let line = &body.value.text;
    if line.len() > LINE_MAX && line.chars().count() > LINE_MAX {
        return Err(Invalid::new("/text", "too_long", "The line is too long.")
            .hint(format!(
                "Send at most {LINE_MAX} characters, and the rest as notes."
            ))
            .into());
    }
    let zone = match &body.value.zone {
        Some(name) => Zone::parse(name)?,
        None => work.cx.zone.clone(),
    };
    let mut parsed = grammar::quick_add(line, &grammar::Context::new(work.cx.now, zone.clone()));
    if zone != work.cx.zone {
        fix_zone(&mut parsed, &zone);
    }
    let warnings = parsed.warnings();
    let draft = Draft::of_line(parsed).map_err(Error::Invalid)?;
    let task = task::create(&mut work.cx, draft).await?;
    let added = QuickAdded {
        task: render(&task, work.cx.now, &work.cx.zone),
        warnings,
    };
    work.finish(StatusCode::CREATED, &added, Some(task.version))
        .await
}

/// A time typed in another zone than the owner's means the wall clock there, and must not follow the owner.
fn fix_zone(parsed: &mut grammar::Parsed, zone: &Zone) {
    // A floating end belongs to a floating start, so such a rule stays as it was typed.
    let floating_end = parsed.recurrence.as_ref().is_some_and(|recurrence| {
        let mut rules = recurrence.rules.iter();
        rules.any(|rule| matches!(rule.until, Some(Moment::Floating(_))))
    });
    if let Some(Due::Floating(at)) = parsed.due
        && !floating_end
    {
        parsed.due = Some(Due::Zoned(at, zone.clone()));
    }
}
