//! The tools: their names, what is published about them, and their dispatch.

mod add;
mod agenda;
mod complete;
mod find;
mod numbered;
mod reschedule;
mod skip;
mod tags;
mod update;

use std::sync::LazyLock;

use rmcp::model::{CallToolResult, JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use taskwire_domain::Clock;
use taskwire_domain::contract::{RecurrenceInput, ReminderInput};

use crate::answer::{BatchAnswer, BatchOutline};
use crate::hint::Arguments;
use crate::identity::Acting;
use crate::refusal::Refusal;
use crate::{arguments, schema};

use numbered::Action;

/// One of the tools.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ToolName {
    Find,
    Agenda,
    Add,
    Update,
    Reschedule,
    Complete,
    Skip,
    Reopen,
    Delete,
    Restore,
    Tags,
}

/// What a tool does to the user's tasks, for hosts that ask before some calls.
struct Effect {
    read_only: bool,
    /// Whether it may take away something other than what it adds.
    destructive: bool,
    /// Whether the same call twice does no more than once.
    idempotent: bool,
}

impl ToolName {
    pub(crate) const ALL: [Self; 11] = [
        Self::Find,
        Self::Agenda,
        Self::Add,
        Self::Update,
        Self::Reschedule,
        Self::Complete,
        Self::Skip,
        Self::Reopen,
        Self::Delete,
        Self::Restore,
        Self::Tags,
    ];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.as_str() == name)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Find => "tasks_find",
            Self::Agenda => "tasks_agenda",
            Self::Add => "tasks_add",
            Self::Update => "tasks_update",
            Self::Reschedule => "tasks_reschedule",
            Self::Complete => "tasks_complete",
            Self::Skip => "tasks_skip",
            Self::Reopen => "tasks_reopen",
            Self::Delete => "tasks_delete",
            Self::Restore => "tasks_restore",
            Self::Tags => "tags_list",
        }
    }

    /// What it takes.
    pub(crate) fn arguments(self) -> &'static Arguments {
        static NONE: Arguments = Arguments::none();
        static ALL: LazyLock<[(ToolName, Arguments); ToolName::ALL.len()]> = LazyLock::new(|| {
            ToolName::ALL.map(|tool| (tool, Arguments::of(&tool.definition().input_schema)))
        });
        let own = ALL.iter().find(|(tool, _)| *tool == self);
        own.map_or(&NONE, |(_, arguments)| arguments)
    }

    /// What tools/list says about the tool.
    pub(crate) fn definition(self) -> Tool {
        match self {
            Self::Find => {
                self.define::<find::Arguments, find::Answer>("Find tasks", find::DESCRIPTION)
            }
            Self::Agenda => {
                self.define::<agenda::Arguments, agenda::Answer>("Agenda", agenda::DESCRIPTION)
            }
            Self::Add => self.define::<add::Arguments, BatchAnswer>("Add tasks", add::DESCRIPTION),
            Self::Update => self.change::<update::Arguments>("Update tasks", update::DESCRIPTION),
            Self::Reschedule => {
                self.change::<reschedule::Arguments>("Reschedule tasks", reschedule::DESCRIPTION)
            }
            Self::Complete => {
                self.change::<complete::Arguments>("Complete tasks", complete::DESCRIPTION)
            }
            Self::Skip => self.change::<skip::Arguments>("Skip occurrences", skip::DESCRIPTION),
            Self::Reopen => self.change::<numbered::Arguments>("Reopen tasks", numbered::REOPEN),
            Self::Delete => self.change::<numbered::Arguments>("Delete tasks", numbered::DELETE),
            Self::Restore => self.change::<numbered::Arguments>("Restore tasks", numbered::RESTORE),
            Self::Tags => {
                self.define::<tags::Arguments, tags::Answer>("List tags", tags::DESCRIPTION)
            }
        }
    }

    fn change<I: JsonSchema>(self, title: &'static str, description: &'static str) -> Tool {
        self.define::<I, BatchOutline>(title, description)
    }

    fn define<I: JsonSchema, O: JsonSchema>(
        self,
        title: &'static str,
        description: &'static str,
    ) -> Tool {
        let effect = self.effect();
        Tool::new_with_raw(
            self.as_str(),
            Some(description.into()),
            schema::input::<I>(),
        )
        .with_title(title)
        .with_raw_output_schema(schema::output::<O>())
        .with_annotations(ToolAnnotations::from_raw(
            None,
            Some(effect.read_only),
            Some(effect.destructive),
            Some(effect.idempotent),
            Some(false),
        ))
    }

    /// Whether it changes nothing.
    pub(crate) fn is_read_only(self) -> bool {
        self.effect().read_only
    }

    fn effect(self) -> Effect {
        let (read_only, destructive, idempotent) = match self {
            Self::Find | Self::Agenda | Self::Tags => (true, false, true),
            Self::Add => (false, false, false),
            // It overwrites, and "tomorrow" means another day tomorrow.
            Self::Update | Self::Reschedule => (false, true, false),
            // An occurrence ends once; reopening brings back exactly what was, and the other way round.
            Self::Complete | Self::Skip | Self::Reopen | Self::Restore => (false, false, true),
            Self::Delete => (false, true, true),
        };
        Effect {
            read_only,
            destructive,
            idempotent,
        }
    }

    /// Runs the tool on arguments that fit `schema`, or says why not.
    pub(crate) async fn run(
        self,
        acting: &Acting,
        clock: &dyn Clock,
        schema: &JsonObject,
        sent: JsonObject,
    ) -> Result<CallToolResult, Refusal> {
        let tool = self;
        match self {
            Self::Find => find::run(acting, clock, arguments::read(tool, schema, sent)?).await,
            Self::Agenda => agenda::run(acting, arguments::read(tool, schema, sent)?).await,
            Self::Add => add::run(acting, arguments::read(tool, schema, sent)?).await,
            Self::Update => {
                Box::pin(update::run(acting, arguments::read(tool, schema, sent)?)).await
            }
            Self::Reschedule => reschedule::run(acting, arguments::read(tool, schema, sent)?).await,
            Self::Complete => complete::run(acting, arguments::read(tool, schema, sent)?).await,
            Self::Skip => skip::run(acting, arguments::read(tool, schema, sent)?).await,
            Self::Reopen => {
                numbered::run(acting, Action::Reopen, arguments::read(tool, schema, sent)?).await
            }
            Self::Delete => {
                numbered::run(acting, Action::Delete, arguments::read(tool, schema, sent)?).await
            }
            Self::Restore => {
                numbered::run(
                    acting,
                    Action::Restore,
                    arguments::read(tool, schema, sent)?,
                )
                .await
            }
            Self::Tags => {
                let tags::Arguments {} = arguments::read(tool, schema, sent)?;
                tags::run(acting).await
            }
        }
    }
}

/// A rule in words or as RFC 5545 text, as the API wants it.
fn recurrence(rule: String, anchor: Option<String>) -> RecurrenceInput {
    let mut input = RecurrenceInput {
        anchor,
        ..RecurrenceInput::default()
    };
    if rule.to_ascii_uppercase().contains("FREQ=") {
        input.rrule = Some(rule);
    } else {
        input.text = Some(rule);
    }
    input
}

/// All reminders of a task; none where neither list was sent.
fn reminders(
    minutes_before: Option<Vec<i64>>,
    at: Option<Vec<String>>,
) -> Option<Vec<ReminderInput>> {
    if minutes_before.is_none() && at.is_none() {
        return None;
    }
    let relative = minutes_before
        .into_iter()
        .flatten()
        .map(|minutes| ReminderInput {
            minutes_before: Some(minutes),
            at: None,
        });
    let absolute = at.into_iter().flatten().map(|at| ReminderInput {
        minutes_before: None,
        at: Some(at),
    });
    Some(relative.chain(absolute).collect())
}

/// Refuses a batch that names a task twice: which of the two should win?
fn distinct(
    list: &str,
    field: &str,
    numbers: impl Iterator<Item = i64>,
    mistakes: &mut Vec<String>,
) {
    let mut seen: Vec<i64> = Vec::new();
    for (index, number) in numbers.enumerate() {
        if let Some(first) = seen.iter().position(|earlier| *earlier == number) {
            mistakes.push(format!(
                "`{list}[{index}]{field}` names task {number}, as `{list}[{first}]{field}` does: send each task once."
            ));
        }
        seen.push(number);
    }
}

fn each_once(list: &str, field: &str, numbers: impl Iterator<Item = i64>) -> Result<(), Refusal> {
    let mut mistakes = Vec::new();
    distinct(list, field, numbers, &mut mistakes);
    no_mistakes(&mistakes)
}

fn no_mistakes(mistakes: &[String]) -> Result<(), Refusal> {
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(Refusal::mistakes(mistakes))
    }
}

#[cfg(test)]
mod tests {
    use schemars::generate::SchemaSettings;

    use super::*;
    use crate::schema::Portable;

    #[test]
    fn no_schema_has_a_fault() {
        fn input<T: JsonSchema>() -> Vec<String> {
            Portable::of::<T>(SchemaSettings::draft2020_12()).faults
        }
        fn output<T: JsonSchema>() -> Vec<String> {
            Portable::of::<T>(SchemaSettings::draft2020_12().for_serialize()).faults
        }
        let faults = [
            input::<find::Arguments>(),
            input::<add::Arguments>(),
            input::<update::Arguments>(),
            input::<complete::Arguments>(),
            input::<numbered::Arguments>(),
            input::<reschedule::Arguments>(),
            input::<skip::Arguments>(),
            input::<agenda::Arguments>(),
            input::<tags::Arguments>(),
            output::<find::Answer>(),
            output::<BatchAnswer>(),
            output::<BatchOutline>(),
            output::<agenda::Answer>(),
            output::<tags::Answer>(),
        ]
        .concat();
        assert_eq!(faults, Vec::<String>::new());
    }

    #[test]
    fn tells_rules_from_words() {
        assert_eq!(
            recurrence("every monday".into(), None).text.as_deref(),
            Some("every monday")
        );
        for rule in ["FREQ=DAILY", "RRULE:FREQ=DAILY", "interval=2;freq=weekly"] {
            assert_eq!(recurrence(rule.into(), None).rrule.as_deref(), Some(rule));
        }
    }

    #[test]
    fn finds_tasks_named_twice() {
        let mut mistakes = Vec::new();
        distinct("numbers", "", [4, 5, 4, 6, 6].into_iter(), &mut mistakes);
        assert_eq!(
            mistakes,
            [
                "`numbers[2]` names task 4, as `numbers[0]` does: send each task once.",
                "`numbers[4]` names task 6, as `numbers[3]` does: send each task once.",
            ]
        );
    }
}
