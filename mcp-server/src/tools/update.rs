//! tasks_update: changes fields of tasks.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::Deserialize;
use taskwire_client::{Client, Error};
use taskwire_domain::contract::{SnoozeTask, TaskPatch};

use super::input;
use super::target::{self, Target, change_all};
use crate::answer::{Batch, Changed, Subject};
use crate::identity::CallContext;
use crate::refusal::Refusal;
use crate::task::Detail;

pub(super) const DESCRIPTION: &str = "Change or clear fields of tasks. Fields left out stay as they are. With `filter` first dry_run, then send its `matched`. \
Of a recurring task a new due date moves this occurrence alone; for more use tasks_reschedule.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[schemars(length(min = 1, max = 50))]
    tasks: Vec<Item>,
    request_id: Option<String>,
    dry_run: Option<bool>,
    detail: Option<Detail>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Item {
    #[schemars(range(min = 1))]
    number: Option<i64>,
    /// Instead of number: all tasks that it finds, as in tasks_find.
    filter: Option<String>,
    /// How many these are; dry_run tells.
    #[schemars(range(min = 0))]
    expected_count: Option<u64>,
    title: Option<String>,
    /// Replaces all notes.
    notes: Option<String>,
    priority: Option<String>,
    /// Replaces all tags.
    tags: Option<Vec<String>>,
    add_tags: Option<Vec<String>>,
    remove_tags: Option<Vec<String>>,
    /// As in tasks_reschedule.
    due: Option<String>,
    duration_minutes: Option<i64>,
    expected_weekday: Option<String>,
    /// Replaces the rule.
    recurrence: Option<String>,
    #[schemars(extend("enum" = ["schedule", "completion"]))]
    recurrence_anchor: Option<String>,
    /// With remind_at replaces all reminders.
    reminders_minutes_before: Option<Vec<i64>>,
    remind_at: Option<Vec<String>>,
    /// As remind_at of tasks_add.
    add_reminders: Option<Vec<String>>,
    /// Remind again then; alone.
    snooze: Option<String>,
    parent: Option<i64>,
    /// Fields to empty.
    clear: Option<Vec<Clear>>,
    /// Only if this is still the version.
    expected_version: Option<i64>,
}

// A field that can be emptied.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, Debug)]
#[serde(rename_all = "snake_case")]
enum Clear {
    Notes,
    Priority,
    Tags,
    Due,
    Duration,
    Recurrence,
    Reminders,
    Parent,
}

impl Item {
    fn target(&self) -> Target<'_> {
        Target {
            number: self.number,
            filter: self.filter.as_deref(),
            expected_count: self.expected_count,
        }
    }

    fn mistakes(&self, index: usize, is_dry_run: bool) -> Vec<String> {
        let edits_tags = self.add_tags.is_some() || self.remove_tags.is_some();
        let mut mistakes = Vec::new();
        let mut mistake =
            |field: &str, what: &str| mistakes.push(format!("`tasks[{index}].{field}` {what}"));
        if self.tags.is_some() && edits_tags {
            mistake(
                "tags",
                "replaces all tags: send either it, or add_tags and remove_tags.",
            );
        }
        if self.recurrence_anchor.is_some() && self.recurrence.is_none() {
            mistake("recurrence_anchor", "also needs `recurrence`.");
        }
        if self.expected_weekday.is_some() && self.due.is_none() && self.recurrence.is_none() {
            mistake("expected_weekday", "also needs `due`.");
        }
        let replaces_reminders =
            self.reminders_minutes_before.is_some() || self.remind_at.is_some();
        if self.add_reminders.is_some() && replaces_reminders {
            mistake(
                "add_reminders",
                "cannot be combined with remind_at and reminders_minutes_before, which replace all reminders.",
            );
        }
        for field in self.cleared() {
            let (name, is_set) = match field {
                Clear::Notes => ("notes", self.notes.is_some()),
                Clear::Priority => ("priority", self.priority.is_some()),
                Clear::Tags => ("tags", self.tags.is_some() || edits_tags),
                Clear::Due => ("due", self.due.is_some()),
                Clear::Duration => ("duration", self.duration_minutes.is_some()),
                Clear::Recurrence => ("recurrence", self.recurrence.is_some()),
                Clear::Reminders => (
                    "reminders",
                    replaces_reminders || self.add_reminders.is_some(),
                ),
                Clear::Parent => ("parent", self.parent.is_some()),
            };
            if is_set {
                mistake(
                    "clear",
                    &format!("clears {name}, which the same item sets: send only one of them."),
                );
            }
        }
        if self.recurrence.is_some() && self.cleared().any(|field| field == Clear::Due) {
            mistake(
                "clear",
                "clears due, but `recurrence` makes the task repeat, which needs a due date: send only one of them.",
            );
        }
        let has_more = self.changes_something() || self.expected_version.is_some();
        if self.snooze.is_some() && has_more {
            mistake(
                "snooze",
                "cannot be combined with other changes: send it in a call of its own.",
            );
        }
        if self.snooze.is_none() && !self.changes_something() {
            let named = if self.filter.is_some() {
                "filter"
            } else {
                "number"
            };
            mistake(
                named,
                "has no change: send a field to set, or its name in `clear` to empty it.",
            );
        }
        let single = [
            ("title", self.title.is_some()),
            ("expected_version", self.expected_version.is_some()),
        ];
        for (field, what) in self.target().mistakes("number", is_dry_run, &single) {
            mistake(field, &what);
        }
        mistakes
    }

    /// Whether it sets or clears a field.
    fn changes_something(&self) -> bool {
        self.patch() != TaskPatch::default()
    }

    fn snoozed(&self) -> Option<SnoozeTask> {
        let until = self.snooze.clone();
        until.map(|until| SnoozeTask {
            minutes: None,
            until: Some(until),
        })
    }

    fn cleared(&self) -> impl Iterator<Item = Clear> {
        self.clear.iter().flatten().copied()
    }

    fn patch(&self) -> TaskPatch {
        let mut patch = TaskPatch {
            title: self.title.clone(),
            notes: self.notes.clone().map(Some),
            priority: self.priority.clone().map(Some),
            tags: self.tags.clone().map(Some),
            add_tags: self.add_tags.clone(),
            remove_tags: self.remove_tags.clone(),
            due: self.due.clone().map(Some),
            duration_minutes: self.duration_minutes.map(Some),
            expected_weekday: self.expected_weekday.clone(),
            recurrence: self
                .recurrence
                .clone()
                .map(|rule| Some(input::recurrence(rule, self.recurrence_anchor.clone()))),
            reminders: input::reminders(
                self.reminders_minutes_before.clone(),
                self.remind_at.clone(),
            )
            .map(Some),
            add_reminders: input::reminders(None, self.add_reminders.clone()),
            parent: self.parent.map(|number| Some(number.into())),
        };
        for field in self.cleared() {
            match field {
                Clear::Notes => patch.notes = Some(None),
                Clear::Priority => patch.priority = Some(None),
                Clear::Tags => patch.tags = Some(None),
                Clear::Due => patch.due = Some(None),
                Clear::Duration => patch.duration_minutes = Some(None),
                Clear::Recurrence => patch.recurrence = Some(None),
                Clear::Reminders => patch.reminders = Some(None),
                Clear::Parent => patch.parent = Some(None),
            }
        }
        patch
    }

    async fn change(
        self,
        client: &Client,
        number: i64,
        key: Option<String>,
    ) -> Result<Changed, Error> {
        let number = number.to_string();
        if let Some(snooze) = self.snoozed() {
            let snoozed = client.snooze_task(&number, &snooze, key.as_deref()).await?;
            return Ok(snoozed.into());
        }
        let changed = client
            .patch_task(
                &number,
                &self.patch(),
                self.expected_version,
                key.as_deref(),
            )
            .await?;
        Ok(changed.into())
    }
}

pub(super) async fn run(
    call: &CallContext,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    let is_dry_run = arguments.dry_run == Some(true);
    let mut mistakes: Vec<String> = arguments
        .tasks
        .iter()
        .enumerate()
        .flat_map(|(index, item)| item.mistakes(index, is_dry_run))
        .collect();
    target::distinct(arguments.tasks.iter().map(Item::target), &mut mistakes);
    input::no_mistakes(&mistakes)?;
    let is_bulk = target::are_many(arguments.tasks.iter().map(Item::target));
    call.confirm(is_bulk && !is_dry_run)?;

    let keys = call.keys(arguments.request_id.as_deref());
    let client = call.changing(arguments.dry_run);
    let mut batch = Batch::new(call.vocabulary, "tasks", &client, &keys, arguments.detail);
    for item in arguments.tasks {
        if let Some(number) = item.number {
            let (subject, key) = (Subject::number(number), keys.for_task(number));
            batch.run(subject, item.change(&client, number, key)).await;
        } else {
            let target = item.target();
            let all = async {
                match item.snoozed() {
                    Some(body) => change_all(&client, &keys, target, "snooze", Some(&body)).await,
                    None => change_all(&client, &keys, target, "patch", Some(&item.patch())).await,
                }
            };
            batch.run_bulk(all, Changed::from).await;
        }
    }
    batch.finish()
}
