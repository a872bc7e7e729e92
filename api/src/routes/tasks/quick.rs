//! `POST /api/v1/tasks/quick`

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use taskwire_domain::Invalid;
use taskwire_domain::contract::{QuickAdd, QuickAdded, QuickPreview, preview, remarks, spans};
use taskwire_domain::grammar::Doubt;
use utoipa::IntoParams;

use crate::error::ApiError;
use crate::extract::Body;
use crate::failures::{Creates, JsonBody, LineField, QueryString, Refusals, TaskFields};
use crate::mutation::Mutation;
use crate::routes::parameters::Key;
use crate::service::{Context, Error, dates, quick, reminder, task};

/// The action for the line.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuickQuery {
    /// With `true` nothing is created: the response is a preview.
    #[param(value_type = Option<bool>)]
    preview: Option<String>,
}

impl QuickQuery {
    fn is_preview(&self) -> Result<bool, Invalid> {
        match self.preview.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(
                Invalid::new("preview", "invalid_preview", "Must be true or false.")
                    .hint("Send true, or omit it."),
            ),
        }
    }
}

/// Create a task from one line such as `buy milk tomorrow 5pm p1 #shopping`, or preview it.
#[utoipa::path(post, path = "/api/v1/tasks/quick", operation_id = "quick_add_task", tag = "tasks", request_body = QuickAdd, params(QuickQuery, Key),
    responses((status = 200, description = "A preview of the task; nothing is created", body = QuickPreview),
        (status = 201, description = "The task, and how the line was parsed", body = QuickAdded,
            headers(("ETag", description = "The version"), ("Location", description = "URL of the new resource"))),
        Refusals<(Creates, QueryString, JsonBody, LineField, TaskFields)>))]
pub(crate) async fn quick(
    change: Mutation<QuickQuery>,
    body: Body<QuickAdd>,
) -> Result<Response, ApiError> {
    if change.query.is_preview()? {
        return see(&change, &body.value).await;
    }
    change
        .run(StatusCode::CREATED, body.bytes, |context| {
            Box::pin(async move { add(context, &body.value).await })
        })
        .await
}

/// The task that a line would create.
async fn see(change: &Mutation<QuickQuery>, input: &QuickAdd) -> Result<Response, ApiError> {
    let mut context = change.read().await?;
    let text = &input.text;
    let line = quick::read(&mut context, input).await?;
    if line.parsed.due.is_some() {
        dates::check_weekday(line.expected, line.parsed.due.as_ref())?;
    }
    let mut view: QuickPreview = preview(&line.parsed, text, &line.words);
    for trigger in &line.parsed.reminders {
        let due = line.parsed.due.as_ref();
        if let Some(told) = reminder::passed_warning(*trigger, due, context.now, &context.zone) {
            view.tell(text, told, Doubt::Unsure);
        }
    }
    // While a line is being typed it may not have a title yet; any other error is returned.
    for why in line.draft().err().iter().flatten() {
        if why.code != "empty_title" {
            view.refuse(text, why);
        }
    }
    Ok(Json(view).into_response())
}

async fn add(context: &mut Context, input: &QuickAdd) -> Result<QuickAdded, ApiError> {
    let text = &input.text;
    let line = quick::read(context, input).await?;
    let (mut warnings, spans, remarks) = (
        line.parsed.warnings(),
        spans(&line.parsed, text),
        remarks(&line.parsed, text),
    );
    let draft = line.draft().map_err(Error::Invalid)?;
    let outcome = task::create(context, draft).await?;
    warnings.extend(outcome.warnings);
    Ok(QuickAdded {
        task: context.view(&outcome.task),
        warnings,
        spans,
        remarks,
    })
}
