//! The consumers over both databases and a scripted API.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod audit;
mod broker;
mod dead_letters;
mod delivery;
mod failures;
mod fixture;
mod growth;
mod measure;
mod observed;
mod recurrence;
mod relay;
mod relays;
mod reminder;
mod sweep;
