//! `POST /api/v1/tasks/quick`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use taskwire_domain::contract::{
    Problem, QuickAdd, QuickAdded, QuickPreview, preview, remarks, render, spans,
};
use taskwire_domain::grammar::Doubt;
use taskwire_domain::{Invalid, Trigger};
use utoipa::IntoParams;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Body, Query};
use crate::service::{Error, dates, quick, reminder, task};
use crate::state::Api;
use crate::work::{self, Begun, Request, begin};

/// What to do with the line.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuickQuery {
    /// With `true` nothing is made: the answer says what would be.
    #[param(value_type = Option<bool>)]
    preview: Option<String>,
}

impl QuickQuery {
    fn is_preview(&self) -> Result<bool, Invalid> {
        match self.preview.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Invalid::new(
                "preview",
                "invalid_preview",
                "This is neither true nor false.",
            )
            .hint("Send true, or leave it out.")),
        }
    }
}

/// Create a task of one line such as `buy milk tomorrow 5pm p1 #shopping`, or see what it would make.
#[utoipa::path(post, path = "/api/v1/tasks/quick", operation_id = "quick_add_task", tag = "tasks", request_body = QuickAdd,
    params(QuickQuery, ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 200, description = "What the line would make; nothing was made", body = QuickPreview), (status = 201, description = "The task, and how the line was understood", body = QuickAdded), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn quick(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<QuickQuery>,
    request: Request,
    body: Body<QuickAdd>,
) -> Result<Response, ApiError> {
    let text = &body.value.text;
    if query.is_preview()? {
        let cx = work::read(&api, caller).await?;
        let line = quick::read(&cx, &body.value).map_err(Error::Invalid)?;
        if line.parsed.due.is_some() {
            dates::hold(line.expected, line.parsed.due.as_ref())?;
        }
        let mut view: QuickPreview = preview(&line.parsed, text, &line.words);
        for minutes in &line.parsed.reminders {
            let trigger = Trigger::Before(*minutes);
            let due = line.parsed.due.as_ref();
            if let Some(told) = reminder::passed(trigger, due, cx.now, &cx.zone) {
                view.tell(text, told, Doubt::Unsure);
            }
        }
        // A line without a title yet is being typed; anything else that would be refused is told.
        for why in line.draft().err().iter().flatten() {
            if why.code != "empty_title" {
                view.refuse(text, why);
            }
        }
        return Ok(Json(view).into_response());
    }
    let mut work = match begin(&api, caller, request, &body.bytes).await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let line = quick::read(&work.cx, &body.value).map_err(Error::Invalid)?;
    let (mut warnings, spans, remarks) = (
        line.parsed.warnings(),
        spans(&line.parsed, text),
        remarks(&line.parsed, text),
    );
    let draft = line.draft().map_err(Error::Invalid)?;
    let outcome = task::create(&mut work.cx, draft).await?;
    warnings.extend(outcome.warnings);
    let added = QuickAdded {
        task: render(&outcome.task, work.cx.now, &work.cx.zone),
        warnings,
        spans,
        remarks,
    };
    work.finish(StatusCode::CREATED, &added, Some(outcome.task.version))
        .await
}
