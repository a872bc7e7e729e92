//! The same behavior on both databases: each test has one body and runs on SQLite and on Postgres.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod account;
mod cancelled;
mod chat;
mod choices;
mod consumers;
mod counts;
mod dead_letters;
mod events;
mod fixture;
mod folding;
mod gaps;
mod hanging;
mod leases;
mod list;
mod migrations;
mod other;
mod packed;
mod plans;
mod reminders;
mod retention;
mod schema;
mod search;
mod series;
mod statistics;
mod tag_pairs;
mod tagged;
mod tasks;
mod unconfirmed;
mod users;
