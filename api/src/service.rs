//! The use cases: each is one transaction of rows and events. They take a [`Context`] and know nothing of HTTP.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use taskwire_domain::contract::{TaskView, render};
use taskwire_domain::grammar::{self, DateOrder};
use taskwire_domain::{Actor, ChangeId, EventId, Ids, Invalid, Task, TraceParent, UserId, Zone};
use taskwire_store::Tx;

use precondition::{Condition, Precondition};
use recorded::Recorded;

pub(crate) mod account;
pub(crate) mod acting;
pub mod admin;
pub(crate) mod agenda;
pub(crate) mod batch;
pub(crate) mod change;
pub(crate) mod channel;
pub(crate) mod chat;
pub(crate) mod count;
pub(crate) mod dates;
pub mod dead_letter;
pub(crate) mod deliver;
pub(crate) mod draft;
pub(crate) mod export;
pub(crate) mod fire;
pub(crate) mod follow;
pub(crate) mod history;
pub(crate) mod invitation;
pub(crate) mod list;
pub(crate) mod message;
pub(crate) mod notification;
pub(crate) mod notification_settings;
pub(crate) mod oauth;
pub(crate) mod obstacle;
mod other_zone;
pub(crate) mod outbox;
pub(crate) mod precondition;
pub(crate) mod quick;
pub(crate) mod recorded;
pub(crate) mod reminder;
pub(crate) mod repeat;
pub(crate) mod retag;
pub(crate) mod saved_filter;
pub(crate) mod series;
pub(crate) mod series_list;
pub(crate) mod settings;
pub(crate) mod successor;
pub(crate) mod tag;
pub(crate) mod task;
pub(crate) mod token;
pub(crate) mod trash;
pub(crate) mod undo;
pub(crate) mod undo_check;
pub(crate) mod undo_tag;
pub(crate) mod user;
pub(crate) mod writer;

/// The error of a use case.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist, or it belongs to another user.
    #[error("there is no {0}")]
    NotFound(String),
    /// Fields that cannot be accepted; at least one.
    #[error("invalid input")]
    Invalid(Vec<Invalid>),
    /// The current state does not allow this.
    #[error("{0}")]
    Conflict(Invalid),
    /// The current state does not allow this, for several reasons; at least one.
    #[error("several things stand in the way")]
    Conflicts(Vec<Invalid>),
    /// The credential does not allow this.
    #[error("{0}")]
    Forbidden(Invalid),
    /// It existed, but no longer does.
    #[error("{0}")]
    Gone(Invalid),
    /// The owner's account was deleted since the credential was checked.
    #[error("the account was deleted")]
    AccountDeleted,
    /// The current version does not meet the caller's condition.
    #[error("the current version is {}", current.as_deref().unwrap_or("unknown"))]
    Stale {
        /// The current version; `None` if the resource has no versions.
        current: Option<String>,
        /// The condition that failed.
        condition: Condition,
    },
    /// The caller wants to change nothing without naming a version, and named none.
    #[error("no version was named")]
    Unconditional,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] taskwire_store::Error),
    /// A bug or damaged data.
    #[error("{0}")]
    Internal(String),
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(vec![invalid])
    }
}

/// An error because of the current state.
pub(crate) fn conflict(
    code: &'static str,
    detail: impl Into<String>,
    hint: impl Into<String>,
) -> Error {
    Error::Conflict(Invalid::new("", code, detail).hint(hint))
}

/// The context of a use case: its transaction, the actor, the time and the change.
pub(crate) struct Context {
    /// The transaction. The caller commits it.
    pub(crate) tx: Tx,
    /// The owner of the rows.
    pub(crate) owner: UserId,
    /// The owner's zone.
    pub(crate) zone: Zone,
    /// The first day of the owner's week.
    pub(crate) week_start: Weekday,
    /// How the owner reads a date such as 4/5.
    pub(crate) date_order: DateOrder,
    /// When the owner's day begins.
    pub(crate) day_start: Time,
    /// The reminder of a new task with a time that is created without reminders, in minutes before.
    pub(crate) default_reminder: Option<u32>,
    /// The actor.
    pub(crate) actor: Actor,
    /// The expected version of the resource to change; empty once checked.
    pub(crate) precondition: Precondition,
    /// The condition that the resource to change does not meet, with its version.
    pub(crate) stale: Option<(String, Condition)>,
    /// The trace of the request; it continues in the events.
    pub(crate) traceparent: Option<TraceParent>,
    /// The current instant, the same for the whole mutation.
    pub(crate) now: Timestamp,
    /// The mutation as the user sees it.
    pub(crate) change: ChangeId,
    /// The source of new identifiers.
    pub(crate) ids: Arc<Ids>,
    /// The events appended so far.
    pub(crate) written: Vec<EventId>,
    /// What the change has done so far.
    pub(crate) recorded: Recorded,
    /// Whether the caller may delete.
    pub(crate) may_delete: MayDelete,
}

/// Whether the caller may delete, and what takes that away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MayDelete {
    Yes,
    /// The scopes of the token.
    NotByToken,
    /// The request itself, with `Taskwire-No-Delete`.
    NotByRequest,
}

impl MayDelete {
    /// The error for a request that says it must not delete, and would.
    pub(crate) fn not_by_request() -> Invalid {
        Invalid::new(
            taskwire_domain::contract::headers::NO_DELETE,
            "delete_excluded",
            "This would delete, and Taskwire-No-Delete excludes that.",
        )
        .hint("Omit the header, or make another change.")
    }
}

impl Context {
    /// Checks the caller's condition against the resource to be changed, which is locked and has this version. If it is not
    /// met, [`Self::refuse_stale`] says so at the end: a request that would be refused anyway is not (RFC 9110 section 13.2.1).
    pub(crate) fn check_version(&mut self, current: &str) -> Result<(), Error> {
        let precondition = std::mem::take(&mut self.precondition);
        if precondition.is_strict && precondition.matches.is_none() {
            return Err(Error::Unconditional);
        }
        let failed = precondition.failed(current);
        self.stale = failed.map(|condition| (current.to_owned(), condition));
        Ok(())
    }

    /// The outcome of a use case, or the error for a condition that was not met. It comes before a conflict with a state that
    /// the caller does not know.
    pub(crate) fn refuse_stale<T, E: From<Error>>(
        &mut self,
        outcome: Result<T, E>,
        is_conflict: impl FnOnce(&E) -> bool,
    ) -> Result<T, E> {
        let comes_before = outcome.as_ref().err().is_none_or(is_conflict);
        match self.stale.take().filter(|_| comes_before) {
            Some((current, condition)) => Err(Error::Stale {
                current: Some(current),
                condition,
            }
            .into()),
            None => outcome,
        }
    }

    /// Refuses a caller that may not delete, where a request without DELETE would.
    pub(crate) fn check_may_delete(&self) -> Result<(), Error> {
        match self.may_delete {
            MayDelete::Yes => Ok(()),
            MayDelete::NotByToken => Err(Error::Forbidden(
                Invalid::new(
                    "",
                    "insufficient_scope",
                    "This token is not allowed to delete.",
                )
                .hint("Use a token without the scope \"no-delete\"."),
            )),
            MayDelete::NotByRequest => Err(Error::Forbidden(MayDelete::not_by_request())),
        }
    }

    /// A task as its owner sees it now.
    pub(crate) fn view(&self, task: &Task) -> TaskView {
        render(task, self.now, &self.zone)
    }

    /// The settings that decide what words such as "tomorrow" mean to the owner.
    pub(crate) fn words(&self) -> grammar::Context {
        grammar::Context {
            now: self.now,
            zone: self.zone.clone(),
            week_start: self.week_start,
            date_order: self.date_order,
            day_start: self.day_start,
            tags: Arc::default(),
        }
    }
}
