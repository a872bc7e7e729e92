//! The consumers over both databases and an API that is scripted.

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
mod observed;
mod recurrence;
mod relay;
mod relays;
mod reminder;
mod sweep;
