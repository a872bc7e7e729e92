//! Request bodies about tasks.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::TaskReference;
use super::repeat::{RecurrenceInput, RuleOrWords};

/// A new task.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    /// The title: one line, 1 to 500 characters.
    pub title: String,
    /// More detail, up to 20,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// `high`, `medium`, `low` or `none`; `p1` to `p4` work too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Tag names; unknown ones are created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// `2026-12-01`, `2026-12-01T09:00`, `2026-12-01T09:00[Europe/Rome]` (RFC 9557), or words such as `tomorrow 5pm`.
    /// A rule in words such as `every monday at 9` creates a repeating task, unless `recurrence` says how it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// How many minutes it takes, 1 to 10,080. Only with a due time: a date without a time has no duration in minutes
    /// (RFC 5545). Words of `due` such as `tomorrow 5pm for 1h` and `friday 2-3pm` say it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_minutes: Option<i64>,
    /// The intended weekday of the due value, such as `friday`; rejected if it falls on another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_weekday: Option<String>,
    /// How it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RuleOrWords>)]
    pub recurrence: Option<RecurrenceInput>,
    /// When to notify.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminders: Option<Vec<ReminderInput>>,
    /// The task that this one is a part of, by number or id. It must be open and no subtask itself, and a subtask cannot
    /// repeat: if its parent does, each occurrence gets its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TaskReference>)]
    pub parent: Option<Value>,
}

/// When to notify: exactly one of the two.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReminderInput {
    /// Minutes before the due time; for a date without a time, before 09:00 of that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_before: Option<i64>,
    /// Words that count from the due value, such as `1 hour before`, `the evening before`, `tuesday evening` or `at 8` (the
    /// last one before it is due), or a time of its own: an instant (`2026-11-30T20:00:00Z`), a date-time in the owner's
    /// zone or a named one, or words such as `tomorrow at 9`; a day without a time means 09:00.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// A change to some fields (RFC 7396): absent keeps, null clears.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPatch {
    /// A new title.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub title: Option<String>,
    /// New notes.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub notes: Option<Option<String>>,
    /// A new priority.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub priority: Option<Option<String>>,
    /// The new list of tags.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub tags: Option<Option<Vec<String>>>,
    /// Tags to add to the existing ones, instead of `tags`; unknown ones are created.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub add_tags: Option<Vec<String>>,
    /// Tags to remove, ignoring case, instead of `tags`.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub remove_tags: Option<Vec<String>>,
    /// A new due value, of this occurrence alone; the recurrence stays. A rule in words such as `every monday at 9` is
    /// a new recurrence.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub due: Option<Option<String>>,
    /// How many minutes it takes, 1 to 10,080; only with a due time. Under a due value without a time it stays, without
    /// effect.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub duration_minutes: Option<Option<i64>>,
    /// The intended weekday of the due value, such as `friday`; rejected if it falls on another.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub expected_weekday: Option<String>,
    /// A new rule; null makes it a single task.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<RuleOrWords>)]
    pub recurrence: Option<Option<RecurrenceInput>>,
    /// The new list of reminders.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub reminders: Option<Option<Vec<ReminderInput>>>,
    /// Reminders to add to the existing ones, instead of `reminders`.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub add_reminders: Option<Vec<ReminderInput>>,
    /// The task that this one becomes a part of, by number or id, as for a new task; null makes it a task of its own.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<TaskReference>)]
    pub parent: Option<Option<Value>>,
}

/// Keeps null apart from absent.
#[expect(
    clippy::option_option,
    reason = "absent, null and a value are three things in a merge patch"
)]
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Takes a value and no null, which would clear what cannot be empty.
pub(super) fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Which tasks to list.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// An expression such as `(today | overdue) & #work & !p3 & due < +7d & "exact phrase" & no:due & changed:ai`.
    /// Operators: `!` before `&` before `|`, and parentheses; between conditions also the words `not`, `and` and `or`.
    /// Conditions: dates and periods in words (`next 7 days` are today and the six days after it), `due`, `created`,
    /// `updated` and `completed` with `:`, `<`, `<=`, `>`, `>=` or a range `a..b`, `#tag`, `p1` to `p4`, `status:`, `overdue`,
    /// `recurring`, `no:due`, `no:tag`, `no:priority`, `no:parent`, `parent:` with a task's number, `changed:` with `ai`, `person`, `program` or `taskwire`,
    /// words, and `@name` for a saved filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// `open` (default), `completed` (default with `completed_before` or `completed_after`), `skipped`, `deleted` or
    /// `all`. `filter` may name statuses instead; its alternatives that name none are about completed tasks if they are
    /// about the time of completion, and else about open ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Only this priority; several, separated by commas: any of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Only tasks with this tag; several, separated by commas, must all be present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Only tasks with any of these tags, separated by commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_any: Option<String>,
    /// True for open tasks whose due time has passed or whose due day, in the owner's zone, is over; false for all
    /// others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_overdue: Option<bool>,
    /// The same as `is_overdue`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue: Option<bool>,
    /// True for tasks without a due value, false for those with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_due: Option<bool>,
    /// A task's number for its subtasks, or `none` for tasks that are no subtasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// True for tasks that repeat, false for those that do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurring: Option<bool>,
    /// Only tasks due before this date or date-time, written or in words such as `next monday` or `yesterday`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_before: Option<String>,
    /// Only tasks due at or after this date or date-time, written or in words such as `next monday` or `yesterday`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_after: Option<String>,
    /// Only tasks completed before this date or date-time, written or in words such as `today` or `yesterday`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_before: Option<String>,
    /// Only tasks completed at or after this date or date-time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_after: Option<String>,
    /// Only tasks created before this date or date-time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_before: Option<String>,
    /// Only tasks created at or after this date or date-time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_after: Option<String>,
    /// Only tasks last changed before this date or date-time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_before: Option<String>,
    /// Only tasks last changed at or after this date or date-time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_after: Option<String>,
    /// Only tasks last changed by `ai` (through MCP or the chat), a `person` (on the page), a `program` (over REST) or
    /// `taskwire` itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
    /// Only tasks with these words in title, tags and notes, in any order and each at least by its beginning; `"a phrase"`
    /// and `-without`. At least 2 characters, or one that is a word by itself, such as 水 or an emoji.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only tasks whose title or notes contain this text, ignoring case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// The IANA zone in which `today`, other words and days without a zone are meant, instead of the owner's. A date and a
    /// floating time are the same in every zone; only a time with a zone of its own moves. The order stays the owner's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// `due` or `smart` (default: overdue first, then by due value, then by priority), `created`, `updated`, `priority`,
    /// `title` (without regard to case; titles that begin with the same 200 characters by id), `number`, `completed`, or `relevance` (default with `search`: tasks with all the words in title and tags
    /// first, then the newest).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// `asc` or `desc`; by default the useful one for the sort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// 1 to 200, by default 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl TaskQuery {
    /// The parameters that say nothing about which tasks are listed, and whether each was sent.
    pub fn of_a_page(&self) -> [(&'static str, bool); 4] {
        [
            ("sort", self.sort.is_some()),
            ("order", self.order.is_some()),
            ("limit", self.limit.is_some()),
            ("cursor", self.cursor.is_some()),
        ]
    }
}
