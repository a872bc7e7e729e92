//! When to remind the owner of a task.

use jiff::civil::{DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use crate::due::resolve;
use crate::{Due, Invalid, ReminderId, Zone};

/// Most reminders on one task.
pub const REMINDERS_MAX: usize = 10;
/// Farthest a reminder may lie before its due value, in minutes: one year.
pub const MINUTES_BEFORE_MAX: u32 = 366 * 24 * 60;
/// The wall-clock time from which reminders of a date without a time count back.
pub const DATE_ONLY_TIME: Time = Time::constant(9, 0, 0, 0);

/// One reminder of a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reminder {
    /// Its id.
    pub id: ReminderId,
    /// The trigger.
    pub trigger: Trigger,
    /// Whether it is one that its owner put off. A task has at most one of these; it belongs to the occurrence alone.
    pub is_snoozed: bool,
}

/// The trigger of a reminder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trigger {
    /// So many elapsed minutes before the due instant; for a date without a time before [`DATE_ONLY_TIME`] of that day.
    Before(u32),
    /// At this instant.
    At(Timestamp),
    /// At this wall-clock time in the owner's current zone, as a floating due value.
    Local(DateTime),
}

impl Trigger {
    /// Checks the distance of a relative reminder, in minutes from 0 to [`MINUTES_BEFORE_MAX`]. Fails with
    /// `invalid_reminder`.
    pub fn before(minutes: i64) -> Result<Self, Invalid> {
        u32::try_from(minutes)
            .ok()
            .filter(|minutes| *minutes <= MINUTES_BEFORE_MAX)
            .map(Self::Before)
            .ok_or_else(|| {
                Invalid::new(
                    "/minutes_before",
                    "invalid_reminder",
                    format!("{minutes} minutes before is out of range."),
                )
                .hint(format!("Send 0 to {MINUTES_BEFORE_MAX}."))
            })
    }

    /// The distance of a relative reminder, in minutes.
    pub fn minutes_before(self) -> Option<u32> {
        match self {
            Self::Before(minutes) => Some(minutes),
            Self::At(_) | Self::Local(_) => None,
        }
    }

    /// The instant at which the reminder fires; none for a relative one on a task without a due value.
    pub fn instant(self, due: Option<&Due>, owner: &Zone) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(at),
            Self::Local(at) => resolve(at, owner.rules()),
            Self::Before(minutes) => {
                let due = due?;
                let base = match due {
                    Due::Date(date) => resolve(date.to_datetime(DATE_ONLY_TIME), owner.rules())?,
                    timed => timed.instant(owner)?,
                };
                base.checked_sub(SignedDuration::from_mins(minutes.into()))
                    .ok()
            }
        }
    }
}
