//! tasks_add: creates tasks, from fields or from one line each.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::Deserialize;
use taskwire_client::{Client, Error};
use taskwire_domain::contract::{NewTask, QuickAdd};

use super::input;
use crate::answer::{Batch, Changed, Subject};
use crate::identity::CallContext;
use crate::refusal::Refusal;
use crate::task::{Detail, NOTES_CLIP, TaskAnswer};

pub(super) const DESCRIPTION: &str = "Create 1 to 50 tasks (to-dos), with due dates, recurrence, reminders, priority \
and tags. Each item has either a title with other fields, or one `quick` line. The answer shows the resolved dates, the \
rule in words with its next dates, and warnings about what was not understood.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// 1 to 50 tasks.
    #[schemars(length(min = 1, max = 50))]
    tasks: Vec<Item>,
    /// Unique; a resend creates nothing twice.
    request_id: Option<String>,
    /// Show the effect, and change nothing.
    dry_run: Option<bool>,
    detail: Option<Detail>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Item {
    title: Option<String>,
    /// All in one line instead of the other fields, such as "pay rent every 1st p1 #home".
    quick: Option<String>,
    notes: Option<String>,
    /// high, medium, low or none.
    priority: Option<String>,
    /// Tag names; new ones are created.
    tags: Option<Vec<String>>,
    /// The user's words ("friday 2-3pm", "every monday at 9") or ISO: 2026-12-01, 2026-12-01T09:00[Europe/Rome].
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
    /// Your own name for the item, repeated in the result.
    client_ref: Option<String>,
}

impl Item {
    /// An error about the item as a whole.
    fn mistake(&self) -> Option<(&'static str, &'static str)> {
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

    async fn create(self, client: &Client, key: Option<String>) -> Result<Changed, Error> {
        let key = key.as_deref();
        if let Some(text) = self.quick {
            let line = QuickAdd {
                text,
                expected_weekday: self.expected_weekday,
                ..QuickAdd::default()
            };
            let added = client.quick_add(&line, key).await?;
            return Ok(Changed {
                change: Some(added.task.change),
                task: TaskAnswer::new(added.task, NOTES_CLIP),
                has_effect: true,
                open: None,
                warnings: added.warnings,
                ended: None,
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
        Ok(client.create_task(&task, key).await?.into())
    }
}

pub(super) async fn run(
    call: &CallContext,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    let mistakes: Vec<String> = arguments
        .tasks
        .iter()
        .enumerate()
        .filter_map(|(index, item)| {
            let (field, what) = item.mistake()?;
            Some(format!("`tasks[{index}].{field}` {what}"))
        })
        .collect();
    input::no_mistakes(&mistakes)?;

    let keys = call.keys(arguments.request_id.as_deref());
    let client = call.changing(arguments.dry_run);
    let mut batch = Batch::new(call.vocabulary, "tasks", &client, &keys, arguments.detail);
    for (index, mut item) in arguments.tasks.into_iter().enumerate() {
        let subject = Subject {
            client_ref: item.client_ref.take(),
            number: None,
        };
        batch
            .run(subject, async {
                let mut created = item.create(&client, keys.for_index(index)).await?;
                if client.is_dry_run() {
                    // The number would be another task's.
                    created.task.number = None;
                }
                Ok(created)
            })
            .await;
    }
    batch.finish()
}
