//! `/api/v1/internal`: operations for Taskwire's own consumers. Not part of the public contract, and hidden from
//! callers without the service credential.

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use taskwire_domain::contract::{
    Delegate, Delegation, DeliveryExchange, DeliveryOrders, SessionView,
};
use taskwire_domain::{TaskRef, Via};
use taskwire_http::LogEvents;

use crate::auth::{self, Identity, Service};
use crate::delegation;
use crate::error::ApiError;
use crate::extract::{Body, Empty, OptionalBody, Query, Segment};
use crate::mutation::{Mutation, Unkeyed};
use crate::service::message::Writer;
use crate::service::{deliver, fire, series, token, user};
use crate::state::Api;

pub(crate) fn router() -> Router<Api> {
    Router::new()
        .route("/api/v1/internal/tasks/{task}/advance", post(advance))
        .route("/api/v1/internal/reminders/fire", post(fire_reminders))
        .route("/api/v1/internal/deliveries", post(exchange))
        .route("/api/v1/internal/credentials", post(delegate))
}

/// Creates the successor of a completed occurrence; returns null if there is nothing to create.
async fn advance(
    _: Service,
    change: Mutation,
    Segment(task): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let TaskRef::Id(task) = TaskRef::parse(&task)? else {
        return Err(ApiError::NotFound("such task".into()));
    };
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                let successor = series::advance(context, task).await?;
                Ok(successor.as_ref().map(|task| context.view(task)))
            })
        })
        .await
}

async fn fire_reminders(
    State(api): State<Api>,
    _: Service,
    _: Unkeyed,
    _: Query<Empty>,
) -> Result<Response, ApiError> {
    let (fired, events) = fire::fire(&api.db, &api.ids, api.clock.now()).await?;
    let mut response = Json(fired).into_response();
    // None are worth no line: the consumer asks at least twice a minute.
    response.extensions_mut().insert(LogEvents(events));
    Ok(response)
}

/// Takes what became of messages over channels, and returns those to send next.
async fn exchange(
    State(api): State<Api>,
    _: Service,
    _: Unkeyed,
    _: Query<Empty>,
    body: Body<DeliveryExchange>,
) -> Result<Json<DeliveryOrders>, ApiError> {
    let writer = Writer {
        push_key: &api.push_key,
        notify: &api.notify,
        key: &api.cursor_key,
    };
    let now = api.clock.now();
    let orders = deliver::exchange(&api.db, &api.ids, now, writer, &body.value).await?;
    Ok(Json(orders))
}

/// The sender of a request, whoever that is.
struct Sender(Identity);

impl FromRequestParts<Api> for Sender {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        auth::identity(parts, api).await.map(Self)
    }
}

/// Exchanges the token of a client of the MCP server for an internal credential. A service sends any token with the address
/// of the server at which it arrived; without the service credential only a token that is for every server is taken,
/// and it is the one of the request.
async fn delegate(
    State(api): State<Api>,
    Sender(sender): Sender,
    _: Unkeyed,
    _: Query<Empty>,
    body: Body<Delegate>,
) -> Result<Json<Delegation>, ApiError> {
    let Delegate {
        token: sent,
        server,
    } = body.value;
    let found = match (sender, sent) {
        (Identity::Service, Some(sent)) => auth::of_client(&api, &sent, server.as_deref()).await?,
        // Not with an internal credential: it would last as long as its token.
        (Identity::Token(own, Via::Rest), None) if own.token.audience.is_none() => Some(own),
        _ => None,
    };
    let found = found.ok_or(ApiError::Unauthorized)?;
    let credential = delegation::issue(&api.cursor_key, &found, api.clock.now());
    Ok(Json(Delegation {
        credential,
        session: SessionView {
            user: user::view(&found.user),
            token: Some(token::view(&found.token, Some(found.token.id))),
        },
        is_granted: found.token.grant.is_some(),
    }))
}
