//! The REST API over both databases, called in process: a module for each noun.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

mod advice;
mod agenda;
mod audit;
mod chains;
mod chat;
mod complete;
mod conditional;
mod contract;
mod create;
mod events;
mod explain;
mod foretold;
mod full_disk;
mod get;
mod health;
mod hostile;
mod idempotency;
mod internal;
mod late;
mod limits;
mod list;
mod me;
mod notifications;
mod outbox;
mod outsiders;
mod patch;
mod patch_series;
mod preview;
mod quick;
mod races;
mod reminders;
mod reopen;
mod reschedule;
mod said;
mod scopes;
mod series;
mod session;
mod skip;
mod tags;
mod tokens;
mod told;
mod trash;
mod unchanged;
mod words;
