//! The REST API over both databases, called in process: a module for each noun.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

mod access;
mod account;
mod agenda;
mod agenda_of_one;
mod ambiguous;
mod audit;
mod batch;
mod chains;
mod changes;
mod channels;
mod chat;
mod client;
mod coming;
mod coming_undone;
mod complete;
mod completed_on;
mod conditional;
mod continuation;
mod contract;
mod counts;
mod create;
mod create_refusals;
mod dates_and_rules;
mod dead_letters;
mod dry_run;
mod durations;
mod event_schemas;
mod events;
mod examples;
mod explain;
mod filters;
mod filters_in_use;
mod full_disk;
mod get;
mod health;
mod history;
mod hostile;
mod housekeeping;
mod idempotency;
mod internal;
mod isolation;
mod limits;
mod list;
mod me;
mod model;
mod notifications;
mod oauth;
mod observed;
mod other_zone;
mod outbox;
mod passwords;
mod patch;
mod patch_series;
mod permissions;
mod policies;
mod predictions;
mod preview;
mod purge;
mod quick;
mod races;
mod reminders;
mod reopen;
mod reschedule;
mod reschedule_series;
mod search;
mod series;
mod series_list;
mod session;
mod sessions;
mod sign_up;
mod skip;
mod snooze;
mod strict;
mod subtasks;
mod subtasks_of_series;
mod suggestions;
mod tag_changes;
mod tags;
mod tokens;
mod trash;
mod unchanged;
mod undo;
mod undo_random;
mod words;
