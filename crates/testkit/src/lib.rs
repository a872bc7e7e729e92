//! Shared test support: databases, a clock, processes, the fake Gemini, the fake Dapr sidecar. Only tests depend on it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a test fails by panicking"
)]

pub mod gemini;
pub mod sidecar;

mod clock;
mod collector;
mod database;
mod disk;
mod issuer;
mod local_server;
mod log_lines;
mod server;
mod skip;
mod smtp;
mod wait;

pub use clock::{FixedClock, seeded_ids};
pub use collector::{Collector, ReceivedSpan, tree};
pub use database::{Kind, POSTGRES, TestDb, psql};
pub use disk::SmallDisk;
pub use issuer::Issuer;
pub use local_server::LocalServer;
pub use log_lines::LogLines;
pub use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
pub use server::{Server, free_port};
pub use skip::skip;
pub use smtp::SmtpServer;
pub use wait::eventually;
