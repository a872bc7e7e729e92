//! The behavior that all HTTP servers of Taskwire share.
//!
//! [`serve()`] accepts connections and bounds how long and how many of them wait; [`with_layers()`] gives a router
//! request ids, one span per request, host checks, security headers, bounds on bodies and compression; [`forward()`]
//! passes requests on to another process. Nothing here knows a task, a token or a database.

mod body;
mod coding;
mod forward;
mod host;
mod idle;
mod json;
mod layers;
mod problem;
mod repeated;
mod serve;
mod trace;
mod unknown;

pub use body::{BODY_MAX, BodyLimits};
pub use forward::{Upstream, client, forward};
pub use json::{JsonError, read_json};
pub use layers::{LayerOptions, with_layers};
pub use problem::{header_problem, problem, problem_type, respond};
pub use serve::{ConnectionLimits, serve};
pub use unknown::{unknown_method, unknown_path};
