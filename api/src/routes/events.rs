//! `GET /api/v1/events`

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use serde::Deserialize;
use serde_json::json;
use taskwire_domain::{Invalid, UserId};
use taskwire_store::{Outage, StoredEvent};
use tokio::sync::broadcast::error::RecvError;
use tracing::warn;
use utoipa::IntoParams;

use crate::auth::Caller;
use crate::cursor::{self, List};
use crate::error::ApiError;
use crate::extract::Query;
use crate::failures::{Authenticated, EventCursor, NoBody, QueryString, Refusals};
use crate::revocation::Watch;
use crate::state::Api;

/// Events per read while catching up.
const BATCH: i64 = 500;
/// Pause after the database failed while catching up.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Where the stream begins.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// Return events after this cursor, the `id` of an event; only new events when absent. `0` is the oldest event kept.
    after: Option<String>,
}

/// The beginning of a stream.
#[derive(Clone, Copy)]
enum Start {
    /// New events only.
    Now,
    /// The oldest event that is kept.
    Oldest,
    /// The event after a position.
    After(i64),
}

/// Follow changes: server-sent events whose `id` is the cursor, whose `event` is the type and whose `data` is a CloudEvent.
///
/// An event `reset` means that events after your cursor are no longer kept: reload your data, then continue with the stream.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "follow_events", tag = "events", params(EventQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "Same as `after`; browsers send it automatically on reconnect")),
    responses((status = 200, description = "The events", body = String, content_type = "text/event-stream"), Refusals<(Authenticated, QueryString, EventCursor, NoBody)>))]
pub(crate) async fn stream(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<EventQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let owner = caller.user.id;
    let start = |field: &str, text: &str| match text {
        "0" => Ok(Start::Oldest),
        text => cursor::decrypt(&api.cursor_key, List::Events, owner, text)
            .map(Start::After)
            .ok_or_else(|| bad_cursor(field)),
    };
    let start = match (headers.get("last-event-id"), &query.after) {
        (Some(value), _) => start("Last-Event-ID", value.to_str().unwrap_or_default())?,
        (None, Some(text)) => match start("after", text)? {
            // A client that resumes by the header learns it from the stream, because an EventSource cannot read an error response.
            Start::After(seq) if seq < pruned_through(&api).await? => {
                return Err(ApiError::Gone(expired("after")));
            }
            start => start,
        },
        (None, None) => Start::Now,
    };
    let Some((mut events, began)) = api.tail.listen().await else {
        return Err(ApiError::Unavailable(
            Outage::Unreachable,
            "the server is shutting down".into(),
        ));
    };
    let pruned = pruned_through(&api).await?;
    let mut last = match start {
        Start::Now => began,
        Start::Oldest => pruned,
        // Another process may be ahead of this one. But a cursor beyond the end is from before the database was
        // restored to an earlier state, and new events would be taken for known ones.
        Start::After(seq) if seq > began => seq.min(end(&api).await?.max(began)),
        Start::After(seq) => seq,
    };
    let is_shortened = matches!(start, Start::Oldest) && pruned > 0;
    // `None` for a service, whose credential ends with the process.
    let watch = caller.token.map(|token| api.revocations.watch(token.id));
    let stream = async_stream::stream! {
        let has_ended = || watch.as_ref().is_some_and(Watch::has_ended);
        let ended = async {
            match &watch {
                Some(watch) => watch.ended().await,
                None => std::future::pending().await,
            }
        };
        let mut ended = std::pin::pin!(ended);
        // At once, so that a client knows it is connected before anything happens.
        yield Ok(Event::default().comment("connected"));
        if is_shortened {
            yield Ok(reset(&api, owner, last));
        }
        let mut behind = last < began;
        loop {
            while behind && !api.shutdown.is_cancelled() && !has_ended() {
                let until = api.tail.position();
                match replay(&api, owner, last, until).await {
                    Ok(None) => {
                        last = last.max(until);
                        behind = false;
                        yield Ok(reset(&api, owner, last));
                    }
                    Ok(Some(batch)) => {
                        behind = !batch.is_empty();
                        for event in batch {
                            last = event.seq;
                            yield Ok(frame(&api, &event));
                        }
                        if !behind {
                            last = last.max(until);
                        }
                    }
                    Err(error) => {
                        warn!(%error, "Cannot replay events; the stream continues when the database responds");
                        tokio::time::sleep(RETRY_DELAY).await;
                    }
                }
            }
            let received = tokio::select! {
                () = api.shutdown.cancelled() => break,
                () = &mut ended => break,
                received = events.recv() => received,
            };
            match received {
                Ok(event) if event.owner == owner && event.seq > last => {
                    last = event.seq;
                    yield Ok(frame(&api, &event));
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => behind = true,
                Err(RecvError::Closed) => break,
            }
        }
    };
    Ok(Sse::new(stream).keep_alive(
        KeepAlive::new()
            .interval(Duration::from_secs(15))
            .text("keep-alive"),
    ))
}

async fn end(api: &Api) -> Result<i64, taskwire_store::Error> {
    api.db.read().await?.end_of_events().await
}

async fn pruned_through(api: &Api) -> Result<i64, taskwire_store::Error> {
    api.db.read().await?.events_pruned_through().await
}

/// The next events after a position; `None` if some of them are no longer kept.
async fn replay(
    api: &Api,
    owner: UserId,
    after: i64,
    until: i64,
) -> Result<Option<Vec<StoredEvent>>, taskwire_store::Error> {
    let mut tx = api.db.read().await?;
    let events = tx.events_of(owner, after, until, BATCH).await?;
    // In this order: events deleted after the read have been read.
    let is_whole = tx.events_pruned_through().await? <= after;
    Ok(is_whole.then_some(events))
}

/// Tells a client that it has missed events and where the stream continues.
fn reset(api: &Api, owner: UserId, position: i64) -> Event {
    let why = expired("");
    let data = json!({"code": why.code, "detail": why.detail, "hint": why.hint});
    Event::default()
        .id(cursor::encrypt(
            &api.cursor_key,
            List::Events,
            owner,
            position,
        ))
        .event("reset")
        .data(data.to_string())
}

fn expired(field: &str) -> Invalid {
    Invalid::new(
        field,
        "cursor_expired",
        "Events after this cursor are no longer kept.",
    )
    .hint("Follow the stream without a cursor, then load the tasks again.")
}

fn frame(api: &Api, event: &StoredEvent) -> Event {
    Event::default()
        .id(cursor::encrypt(
            &api.cursor_key,
            List::Events,
            event.owner,
            event.seq,
        ))
        .event(&event.kind)
        .data(&event.payload)
}

fn bad_cursor(field: &str) -> ApiError {
    Invalid::new(field, "invalid_cursor", "Not an event cursor.")
        .hint("Send the id of the last event received, or 0 for all.")
        .into()
}
