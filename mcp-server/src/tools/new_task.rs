//! A task to create: from fields, or from one line.

use schemars::JsonSchema;
use serde::Deserialize;
use taskwire_client::{Client, Error};
use taskwire_domain::contract::{NewTask, QuickAdd, TaskChange};

use super::input;

#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewItem {
    title: Option<String>,
    /// All in one line, such as "pay rent every 1st p1 #home".
    quick: Option<String>,
    notes: Option<String>,
    /// high, medium, low or none.
    priority: Option<String>,
    /// Tag names; new ones are created.
    tags: Option<Vec<String>>,
    /// The user's words ("friday 2-3pm", "every monday at 9") or ISO: 2026-12-01; 2026-12-01T09:00, which follows the
    /// user to other zones; 2026-12-01T09:00[Europe/Rome], fixed.
    due: Option<String>,
    /// Needs a due time.
    duration_minutes: Option<i64>,
    /// Weekday the user named ("friday"): refused when due falls on another.
    expected_weekday: Option<String>,
    /// Words ("every last workday"), RRULE ("FREQ=WEEKLY;BYDAY=MO") or cron.
    recurrence: Option<String>,
    /// Base of the next date; default schedule.
    #[schemars(extend("enum" = ["schedule", "completion"]))]
    recurrence_anchor: Option<String>,
    /// Minutes before due, or before 09:00 of a date without time.
    reminders_minutes_before: Option<Vec<i64>>,
    /// Words ("1 hour before", "tomorrow at 9") or date-times.
    remind_at: Option<Vec<String>>,
    /// Number of the task that it is a part of.
    parent: Option<i64>,
    /// Your own name for the item.
    pub(super) client_ref: Option<String>,
}

impl NewItem {
    /// An error about the item as a whole.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str)> {
        if self.quick.is_none() {
            if self.title.is_none() {
                return Some((
                    "title",
                    "is missing: send a title, or everything in one `quick` line.",
                ));
            }
            if self.recurrence_anchor.is_some() && self.recurrence.is_none() {
                return Some(("recurrence_anchor", "also needs `recurrence`."));
            }
            return None;
        }
        let alone = self.title.is_none()
            && self.notes.is_none()
            && self.priority.is_none()
            && self.tags.is_none()
            && self.due.is_none()
            && self.duration_minutes.is_none()
            && self.recurrence.is_none()
            && self.recurrence_anchor.is_none()
            && self.reminders_minutes_before.is_none()
            && self.remind_at.is_none()
            && self.parent.is_none();
        (!alone).then_some((
            "quick",
            "cannot be combined with other fields: put everything into that line, or send title and fields instead.",
        ))
    }

    pub(super) async fn create(
        self,
        client: &Client,
        key: Option<&str>,
    ) -> Result<TaskChange, Error> {
        if let Some(text) = self.quick {
            let line = QuickAdd {
                text,
                expected_weekday: self.expected_weekday,
                ..QuickAdd::default()
            };
            let added = client.quick_add(&line, key).await?;
            return Ok(TaskChange {
                task: added.task,
                changed: true,
                open: None,
                open_subtasks: Vec::new(),
                warnings: added.warnings,
            });
        }
        let task = NewTask {
            title: self.title.unwrap_or_default(),
            notes: self.notes,
            priority: self.priority,
            tags: self.tags,
            due: self.due,
            duration_minutes: self.duration_minutes,
            expected_weekday: self.expected_weekday,
            recurrence: self
                .recurrence
                .map(|rule| input::recurrence(rule, self.recurrence_anchor)),
            reminders: input::reminders(self.reminders_minutes_before, self.remind_at),
            parent: self.parent.map(Into::into),
        };
        client.create_task(&task, key).await
    }
}
