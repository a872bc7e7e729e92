//! Storage: SQLite and Postgres behind one set of SQL texts. The only crate that depends on sqlx.
//!
//! [`Db`] is a database, [`Tx`] a transaction on it (or a plain read). Statements are written once, in the `sql`
//! module of each table; they differ by dialect only where the databases differ, and say so in their name.
//! This crate stores rows; it neither validates nor publishes.

mod account;
mod audit;
mod change;
mod channel;
mod channel_delivery;
mod chat;
mod commit_notifier;
mod consumer;
mod copy;
mod db;
mod dead_letter;
mod error;
mod event;
mod folding;
mod idempotency;
mod inspect;
mod invitation;
mod lease;
mod log;
mod log_readers;
mod long_read;
mod migrate;
mod notification;
mod notification_settings;
mod oauth;
mod packed;
mod probe;
mod reminder;
mod retention;
mod row;
mod saved_filter;
mod schema;
mod statements;
mod statistics;
mod tag;
mod task;
mod token;
mod tx;
mod uncancelled;
mod user;
mod vocabulary;

pub use account::Erased;
pub use audit::AuditRow;
pub use change::{ChangeContent, ChangeItem, ChangeRow};
pub use channel::ChannelRow;
pub use channel_delivery::{ChannelDelivery, Ending};
pub use chat::{ApprovalRow, ClaimedApproval, MessageRow};
pub use commit_notifier::CommitNotifier;
pub use consumer::DeliveryRow;
pub use copy::Copied;
pub use db::{Db, Options, PoolState, is_path};
pub use dead_letter::{DeadLetter, Failures, RecordPlace};
pub use error::{Error, Outage};
pub use event::StoredEvent;
pub use idempotency::StoredResponse;
pub use inspect::Inspection;
pub use invitation::InvitationRow;
pub use lease::{HeldLease, Lease};
pub use log::LogReader;
pub use log_readers::RELAY;
pub use migrate::Migrated;
pub use notification::NotificationRow;
pub use notification_settings::{NotificationSettingsRow, TagReminderRow};
pub use oauth::{ClientRow, CodeRow, GrantRow, RefreshRow};
pub use probe::WriteProbe;
pub use reminder::{DueReminder, ReminderRow};
pub use retention::PrunedEvents;
pub use saved_filter::FilterRow;
pub use schema::{NewerSchema, Schema};
pub use tag::{TagDelta, TagRow, TagState, TagUsage};
pub use task::{
    ChangedFields, Correction, Direction, Keyset, Listed, ListedCount, Occurrence, Reverted, Sort,
    SortValue, TaskDelta, TaskList,
};
pub use token::{Credential, TokenRow};
pub use tx::Tx;
pub use user::UserRow;
