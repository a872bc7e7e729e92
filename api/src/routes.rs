//! The endpoints: each parses a request, calls one use case, and responds.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Api;

pub(crate) mod agenda;
pub(crate) mod audit;
pub(crate) mod conversations;
pub(crate) mod dead_letters;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod internal;
pub(crate) mod notifications;
pub(crate) mod parameters;
pub(crate) mod session;
pub(crate) mod tags;
pub(crate) mod tasks;
pub(crate) mod tokens;

/// Every endpoint of the contract.
pub(crate) fn contract() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(
            session::sign_in,
            session::get_session,
            session::sign_out
        ))
        .routes(routes!(session::me, session::patch_me))
        .routes(routes!(tokens::create, tokens::list))
        .routes(routes!(tokens::get, tokens::revoke))
        .routes(routes!(tasks::create::create, tasks::list::list))
        .routes(routes!(tasks::quick::quick))
        .routes(routes!(
            tasks::get::get,
            tasks::patch::patch,
            tasks::trash::delete
        ))
        .routes(routes!(tasks::complete::complete))
        .routes(routes!(tasks::complete::reopen))
        .routes(routes!(tasks::skip::skip))
        .routes(routes!(tasks::reschedule::reschedule))
        .routes(routes!(tasks::explain::explain))
        .routes(routes!(agenda::get))
        .routes(routes!(tasks::trash::restore))
        .routes(routes!(tags::list, tags::create))
        .routes(routes!(tags::get))
        .routes(routes!(notifications::list))
        .routes(routes!(notifications::read))
        .routes(routes!(audit::list))
        .routes(routes!(events::stream))
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::get, conversations::delete))
        .routes(routes!(conversations::put_message, conversations::truncate))
        .routes(routes!(conversations::put_approval))
        .routes(routes!(conversations::claim_approval))
        .routes(routes!(dead_letters::list))
        .routes(routes!(dead_letters::get, dead_letters::discard))
        .routes(routes!(dead_letters::replay))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
}
