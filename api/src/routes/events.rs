//! `GET /api/v1/events`

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use serde::Deserialize;
use taskwire_domain::Invalid;
use taskwire_store::{Outage, StoredEvent};
use tokio::sync::broadcast::error::RecvError;
use tracing::warn;
use utoipa::IntoParams;

use crate::auth::Caller;
use crate::cursor::{self, List};
use crate::error::ApiError;
use crate::extract::Query;
use crate::failures::{Called, EventCursor, InQuery, NoBody, Refusals};
use crate::revocation::Watch;
use crate::state::Api;

/// Events read at once while catching up.
const BATCH: i64 = 500;
/// Pause after the database failed while catching up.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Where to begin.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// Return events after this cursor, the `id` of an event; only new events when absent. `0` is the beginning.
    after: Option<String>,
}

/// Follow changes: server-sent events whose `id` is the cursor, whose `event` is the type and whose `data` is a CloudEvent.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "follow_events", tag = "events", params(EventQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "Same as `after`; browsers send it automatically on reconnect")),
    responses((status = 200, description = "The events", body = String, content_type = "text/event-stream"), Refusals<(Called, InQuery, EventCursor, NoBody)>))]
pub(crate) async fn stream(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<EventQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let owner = caller.user.id;
    let place = |field: &str, text: &str| match text {
        "0" => Ok(0),
        text => cursor::decrypt(&api.cursor_key, List::Events, owner, text)
            .ok_or_else(|| bad_cursor(field)),
    };
    let resumed = match headers.get("last-event-id") {
        None => None,
        Some(value) => Some(place("Last-Event-ID", value.to_str().unwrap_or_default())?),
    };
    let after = match (resumed, &query.after) {
        (Some(seq), _) => Some(seq),
        (None, Some(text)) => Some(place("after", text)?),
        (None, None) => None,
    };
    let Some((mut events, began)) = api.tail.listen().await else {
        return Err(ApiError::Unavailable(
            Outage::Unreachable,
            "the server is shutting down".into(),
        ));
    };
    let mut last = after.unwrap_or(began);
    if last > began {
        // Another process may be further on than this one. But a cursor beyond the end is from before the database was
        // restored to an earlier state, and what comes now would seem to be known.
        last = last.min(end(&api).await?.max(began));
    }
    // None for a service, whose credential ends with the process.
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
        let mut behind = last < began;
        loop {
            while behind && !api.shutdown.is_cancelled() && !has_ended() {
                let until = api.tail.position();
                match replay(&api, owner, last, until).await {
                    Ok(batch) => {
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

async fn replay(
    api: &Api,
    owner: taskwire_domain::UserId,
    after: i64,
    until: i64,
) -> Result<Vec<StoredEvent>, taskwire_store::Error> {
    api.db
        .read()
        .await?
        .events_of(owner, after, until, BATCH)
        .await
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
