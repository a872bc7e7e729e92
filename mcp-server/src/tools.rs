//! The tools: their published definitions, and their dispatch.

mod add;
mod agenda;
mod complete;
mod find;
mod history;
mod input;
mod new_task;
mod numbered;
mod repeated;
mod reschedule;
mod similar;
mod tags;
mod target;
mod undo;
mod update;

use std::sync::LazyLock;

use rmcp::model::{CallToolResult, JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use taskwire_domain::Clock;

use crate::answer::{BatchAnswer, BatchOutline};
use crate::identity::CallContext;
use crate::mode::Mode;
use crate::refusal::Refusal;
use crate::tool_name::ToolName;
use crate::vocabulary::{Arguments, Vocabulary};
use crate::{arguments, schema};

/// The arguments of a tool and of the other tools, for errors in the tool's own words.
pub(crate) fn vocabulary(tool: ToolName) -> Vocabulary {
    static TOOLS: LazyLock<Vec<(ToolName, Arguments)>> = LazyLock::new(|| {
        let of = |tool| (tool, Arguments::of(&definition(tool).input_schema));
        ToolName::ALL.into_iter().map(of).collect()
    });
    Vocabulary::new(tool, &TOOLS)
}

/// The tool's entry in tools/list.
pub(crate) fn definition(tool: ToolName) -> Tool {
    match tool {
        ToolName::Find => {
            define::<find::Arguments, find::Answer>(tool, "Find tasks", find::DESCRIPTION)
        }
        ToolName::Agenda => {
            define::<agenda::Arguments, agenda::Answer>(tool, "Agenda", agenda::DESCRIPTION)
        }
        ToolName::Add => define::<add::Arguments, BatchAnswer>(tool, "Add tasks", add::DESCRIPTION),
        ToolName::Update => change::<update::Arguments>(tool, "Update tasks", update::DESCRIPTION),
        ToolName::Reschedule => {
            change::<reschedule::Arguments>(tool, "Reschedule tasks", reschedule::DESCRIPTION)
        }
        ToolName::Complete => {
            change::<complete::Arguments>(tool, "Complete tasks", complete::DESCRIPTION)
        }
        ToolName::Reopen => {
            change::<numbered::ReopenArguments>(tool, "Reopen tasks", numbered::REOPEN)
        }
        ToolName::Delete => {
            change::<numbered::DeleteArguments>(tool, "Delete tasks", numbered::DELETE)
        }
        ToolName::Undo => {
            define::<undo::Arguments, undo::Answer>(tool, "Undo changes", undo::DESCRIPTION)
        }
        ToolName::History => {
            define::<history::Arguments, history::Answer>(tool, "History", history::DESCRIPTION)
        }
        ToolName::Tags => {
            define::<tags::ListArguments, tags::ListAnswer>(tool, "List tags", tags::LIST)
        }
        ToolName::ChangeTags => {
            define::<tags::ChangeArguments, tags::ChangeAnswer>(tool, "Change a tag", tags::CHANGE)
        }
    }
}

/// The tools that a server in this mode offers to a token with these scopes.
pub(crate) fn allowed<'a>(
    tools: &'a [Tool],
    mode: Mode,
    scopes: Option<&'a [String]>,
) -> impl Iterator<Item = Tool> + 'a {
    let allowed = tools.iter().filter(move |tool| {
        let name = ToolName::parse(&tool.name);
        name.is_some_and(|name| {
            mode.allows(name) && scopes.is_none_or(|scopes| name.is_allowed(scopes))
        })
    });
    allowed.cloned()
}

fn change<I: JsonSchema>(tool: ToolName, title: &'static str, description: &'static str) -> Tool {
    define::<I, BatchOutline>(tool, title, description)
}

fn define<I: JsonSchema, O: JsonSchema>(
    tool: ToolName,
    title: &'static str,
    description: &'static str,
) -> Tool {
    let effect = tool.effect();
    Tool::new_with_raw(
        tool.as_str(),
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

/// Runs the tool if the arguments match `schema`, or returns an error.
pub(crate) async fn run(
    tool: ToolName,
    call: &CallContext,
    clock: &dyn Clock,
    schema: &JsonObject,
    sent: JsonObject,
) -> Result<CallToolResult, Refusal> {
    match tool {
        ToolName::Find => find::run(call, clock, arguments::read(tool, schema, sent)?).await,
        ToolName::Agenda => agenda::run(call, clock, arguments::read(tool, schema, sent)?).await,
        ToolName::Add => {
            Box::pin(add::run(call, clock, arguments::read(tool, schema, sent)?)).await
        }
        ToolName::Update => Box::pin(update::run(call, arguments::read(tool, schema, sent)?)).await,
        ToolName::Reschedule => {
            Box::pin(reschedule::run(call, arguments::read(tool, schema, sent)?)).await
        }
        ToolName::Complete => {
            Box::pin(complete::run(
                call,
                clock,
                arguments::read(tool, schema, sent)?,
            ))
            .await
        }
        ToolName::Reopen => numbered::reopen(call, arguments::read(tool, schema, sent)?).await,
        ToolName::Delete => {
            Box::pin(numbered::delete(call, arguments::read(tool, schema, sent)?)).await
        }
        ToolName::Undo => undo::run(call, arguments::read(tool, schema, sent)?).await,
        ToolName::History => history::run(call, clock, arguments::read(tool, schema, sent)?).await,
        ToolName::Tags => tags::list(call, arguments::read(tool, schema, sent)?).await,
        ToolName::ChangeTags => tags::change(call, arguments::read(tool, schema, sent)?).await,
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
            input::<numbered::ReopenArguments>(),
            input::<numbered::DeleteArguments>(),
            input::<undo::Arguments>(),
            input::<history::Arguments>(),
            input::<reschedule::Arguments>(),
            input::<agenda::Arguments>(),
            input::<tags::ListArguments>(),
            input::<tags::ChangeArguments>(),
            output::<find::Answer>(),
            output::<BatchAnswer>(),
            output::<BatchOutline>(),
            output::<agenda::Answer>(),
            output::<undo::Answer>(),
            output::<history::Answer>(),
            output::<tags::ListAnswer>(),
            output::<tags::ChangeAnswer>(),
        ]
        .concat();
        assert_eq!(faults, Vec::<String>::new());
    }
}
