//! The endpoints: each parses a request, calls one use case, and responds.

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use crate::state::Api;

pub(crate) mod account;
pub(crate) mod actions;
pub(crate) mod agenda;
pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod channels;
pub(crate) mod conversations;
pub(crate) mod dead_letters;
pub(crate) mod events;
pub(crate) mod filters;
mod form_page;
pub(crate) mod grants;
pub(crate) mod health;
pub(crate) mod internal;
pub(crate) mod invitations;
pub(crate) mod me;
pub(crate) mod notifications;
pub(crate) mod oauth;
pub(crate) mod parameters;
mod password;
pub(crate) mod series;
pub(crate) mod session;
pub(crate) mod sessions;
pub(crate) mod tags;
pub(crate) mod tasks;
pub(crate) mod tokens;
pub(crate) mod trash;
pub(crate) mod users;

/// The operations of each path, with their documentation.
const PATHS: &[fn() -> UtoipaMethodRouter<Api>] = &[
    || routes!(session::sign_in, session::get_session, session::sign_out),
    || routes!(sessions::end),
    || routes!(users::policy),
    || routes!(users::sign_up),
    || routes!(invitations::create, invitations::list),
    || routes!(invitations::get, invitations::revoke),
    || routes!(me::get, me::patch, account::delete),
    || routes!(account::export_all),
    || routes!(me::set_password),
    || routes!(tokens::create, tokens::list),
    || routes!(tokens::get, tokens::revoke),
    || routes!(grants::list),
    || routes!(grants::end),
    || routes!(tasks::create::create, tasks::list::list),
    || routes!(tasks::quick::quick),
    || routes!(tasks::counts::counts),
    || routes!(tasks::batch::batch),
    || routes!(tasks::bulk::bulk),
    || routes!(tasks::get::get, tasks::patch::patch, tasks::trash::delete),
    || routes!(tasks::complete::complete),
    || routes!(tasks::complete::reopen),
    || routes!(tasks::skip::skip),
    || routes!(tasks::reschedule::reschedule),
    || routes!(tasks::snooze::snooze),
    || routes!(tasks::explain::explain),
    || routes!(tasks::history::history),
    || routes!(agenda::get),
    || routes!(series::list),
    || routes!(series::get),
    || routes!(tasks::trash::restore),
    || routes!(trash::empty),
    || routes!(tags::list, tags::create),
    || routes!(tags::get, tags::patch, tags::delete),
    || routes!(tags::merge),
    || routes!(filters::list, filters::create),
    || routes!(filters::get, filters::patch, filters::delete),
    || routes!(changes::list),
    || routes!(changes::get),
    || routes!(changes::undo_change),
    || routes!(changes::undo_turn),
    || routes!(notifications::list),
    || routes!(notifications::read),
    || routes!(notifications::settings, notifications::patch_settings),
    || routes!(channels::list, channels::create),
    || routes!(channels::kinds),
    || routes!(channels::get, channels::patch, channels::delete),
    || routes!(channels::test),
    || routes!(channels::deliveries),
    || routes!(audit::list),
    || routes!(events::stream),
    || routes!(conversations::list),
    || routes!(conversations::get, conversations::delete),
    || routes!(conversations::put_message, conversations::truncate),
    || routes!(conversations::put_approval),
    || routes!(conversations::claim_approval),
    || routes!(dead_letters::list),
    || routes!(dead_letters::get, dead_letters::discard),
    || routes!(dead_letters::replay),
    || routes!(health::healthz),
];
/// Those that are elsewhere if there is an internal port.
const OPERATIONS: &[fn() -> UtoipaMethodRouter<Api>] =
    &[|| routes!(health::readyz), || routes!(health::metrics)];

/// Every endpoint of the contract, those for operators only if asked for. Its documentation is dropped path by path: all
/// of it together takes megabytes.
pub(crate) fn router(has_operations: bool) -> Router<Api> {
    let operations = if has_operations { OPERATIONS } else { &[] };
    let all = PATHS.iter().chain(operations);
    all.fold(Router::new(), |router, operations| {
        let (_, documented, handlers) = operations();
        documented
            .paths
            .keys()
            .fold(router, |router, path| router.route(path, handlers.clone()))
    })
}

/// The documentation of every endpoint.
pub(crate) fn documented() -> OpenApi {
    let all = PATHS.iter().chain(OPERATIONS);
    let all = all.fold(OpenApiRouter::new(), |all, operations| {
        all.routes(operations())
    });
    all.into_openapi()
}
