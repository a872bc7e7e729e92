//! The names of the tools' arguments.

use std::collections::BTreeSet;

use rmcp::model::JsonObject;
use serde_json::Value;

use crate::tool_name::ToolName;

/// A tool, with the arguments of all tools.
#[derive(Clone, Copy)]
pub(crate) struct Vocabulary {
    pub(crate) tool: ToolName,
    tools: &'static [(ToolName, Arguments)],
}

impl Vocabulary {
    pub(crate) fn new(tool: ToolName, tools: &'static [(ToolName, Arguments)]) -> Self {
        Self { tool, tools }
    }

    /// Returns true if the tool has an argument of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.own().is_some_and(|own| own.all.contains(name))
    }

    /// Returns true if that argument belongs to the call itself, not to an item.
    pub(crate) fn is_root(&self, name: &str) -> bool {
        self.own().is_some_and(|own| own.root.contains(name))
    }

    /// Returns true if any tool has an argument of this name.
    pub(crate) fn any_has(&self, name: &str) -> bool {
        self.tools
            .iter()
            .any(|(_, arguments)| arguments.all.contains(name))
    }

    fn own(&self) -> Option<&'static Arguments> {
        let mut tools = self.tools.iter();
        let (_, own) = tools.find(|(tool, _)| *tool == self.tool)?;
        Some(own)
    }
}

/// The arguments of a tool, at every level.
pub(crate) struct Arguments {
    /// Those of the call itself.
    root: BTreeSet<String>,
    /// Those of its items too, and the enum values.
    all: BTreeSet<String>,
}

impl Arguments {
    pub(crate) fn of(schema: &JsonObject) -> Self {
        let properties = schema.get("properties").and_then(Value::as_object);
        let root = properties.into_iter().flatten().map(|(name, _)| name);
        let root = root.cloned().collect();
        let mut all = BTreeSet::new();
        collect(schema, &mut all);
        Self { root, all }
    }
}

fn collect(schema: &JsonObject, names: &mut BTreeSet<String>) {
    for (name, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        names.insert(name.clone());
        if let Value::Object(property) = property {
            collect(property, names);
        }
    }
    let literals = schema.get("enum").and_then(Value::as_array);
    names.extend(
        literals
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(ToOwned::to_owned),
    );
    if let Some(Value::Object(items)) = schema.get("items") {
        collect(items, names);
    }
}
