//! The behavior that all HTTP servers of Taskwire share.
//!
//! [`serve()`] accepts connections and limits the time and number of idle ones; [`with_layers()`] gives a router
//! request ids, one span per request, host checks, security headers, limits of bodies, and compression; [`forward()`]
//! forwards requests to another process; [`internal_router()`] is what operators see of a process. Nothing here depends
//! on tasks, tokens or a database.

mod active;
mod body;
mod coding;
mod documents;
mod forward;
mod guard;
mod host;
mod idle;
mod internal;
mod json;
mod layers;
mod observe;
mod problem;
mod public_url;
mod readiness;
mod repeated;
mod serve;
mod trace;
mod unknown;

pub use body::{BODY_MAX, BodyLimits};
pub use documents::{DocumentError, Documents, PublicDocuments};
pub use forward::{Upstream, client, forward};
pub use guard::{Guard, is_refused};
pub use internal::{Operations, Scrape, internal_router};
pub use json::{JsonError, read_json};
pub use layers::{LayerOptions, measured, with_body_limits, with_layers};
pub use observe::{AccessLog, LogEvents, LogUser};
pub use problem::{header_problem, problem, problem_type, respond};
pub use public_url::PublicUrl;
pub use readiness::{Check, Finding, Readiness};
pub use serve::{ConnectionLimits, serve, serve_internal};
pub use unknown::{unknown_method, unknown_path};
