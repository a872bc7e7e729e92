//! The consumers over both databases and an API that is scripted.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod audit;
mod dead_letters;
mod fixture;
mod recurrence;
mod reminder;
mod sweep;
