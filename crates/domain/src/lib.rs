//! The words and rules of Taskwire: tasks, dates, recurrence, reminders, events and the REST contract.
//!
//! Everything here is pure. The time comes from a [`Clock`], identifiers from [`Ids`], zones from the caller;
//! nothing reads a file, a socket, an environment variable or the system clock by itself (the one exception is
//! [`SystemClock`], which exists to be passed in by the binary).

pub mod actor;
mod choices;
pub mod clock;
pub mod contract;
pub mod due;
pub mod duration;
pub mod event;
pub mod explain;
pub mod filter;
pub mod grammar;
pub mod id;
pub mod invalid;
pub mod notify;
pub mod occurrence;
pub mod preferences;
pub mod priority;
pub mod recurrence;
pub mod reference;
pub mod reminder;
pub mod reschedule;
pub mod schema;
pub mod secret;
pub mod task;
pub mod text;
pub mod trace;
pub mod weekday;
pub mod words;
pub mod zone;

pub use actor::{Actor, Via};
pub use clock::{Clock, Ids, SystemClock};
pub use due::Due;
pub use duration::TaskDuration;
pub use event::{Event, EventKind};
pub use id::{
    ChangeId, ChannelId, DeliveryId, EventId, FilterId, GrantId, InvitationId, NotificationId,
    ReminderId, SeriesId, TagId, TaskId, TokenId, UserId,
};
pub use invalid::Invalid;
pub use notify::{ChannelKind, Notice, QuietHours};
pub use occurrence::OccurrenceKey;
pub use preferences::Preferences;
pub use priority::Priority;
pub use recurrence::Recurrence;
pub use reference::TaskRef;
pub use reminder::{Reminder, Trigger};
pub use secret::{Secret, SharedSecret};
pub use task::{Status, Task};
pub use text::{FilterName, Notes, TagName, Title};
pub use trace::{RequestId, Trace, TraceParent};
pub use zone::Zone;
