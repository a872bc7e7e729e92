//! Tool schemas that every client accepts.
//!
//! The derived schemas use references, unions with null and number formats; each of these makes some clients refuse a
//! tool, or all of them. This reduces them to a flat subset. Constructs that cannot be reduced are collected as faults,
//! and a test checks that no tool has one.

use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use tracing::error;

/// Keywords that every client understands.
const KEPT: &[&str] = &[
    "type",
    "description",
    "enum",
    "items",
    "properties",
    "required",
    "default",
    "pattern",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
];

/// Keywords that can be dropped: serde enforces them, and the model need not know them.
const DROPPED: &[&str] = &["$schema", "title", "format", "additionalProperties"];

/// The schema of a tool's arguments.
pub(crate) fn input<T: JsonSchema>() -> Arc<JsonObject> {
    Portable::of::<T>(SchemaSettings::draft2020_12()).publish()
}

/// The schema of a tool's structured result.
pub(crate) fn output<T: JsonSchema>() -> Arc<JsonObject> {
    let mut portable = Portable::of::<T>(SchemaSettings::draft2020_12().for_serialize());
    shorten(&mut portable.object);
    portable.publish()
}

/// Removes from a result's schema the parts that no client needs.
fn shorten(schema: &mut JsonObject) {
    if schema.get("minimum") == Some(&json!(0)) {
        schema.remove("minimum");
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties
            .values_mut()
            .filter_map(Value::as_object_mut)
            .for_each(shorten);
    }
    if let Some(Value::Object(items)) = schema.get_mut("items") {
        // The list describes its items; this is the doc comment of their type.
        items.remove("description");
        shorten(items);
    }
}

/// A reduced schema, and the parts that could not be reduced.
pub(crate) struct Portable {
    pub(crate) object: JsonObject,
    pub(crate) faults: Vec<String>,
}

impl Portable {
    pub(crate) fn of<T: JsonSchema>(mut settings: SchemaSettings) -> Self {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
        let schema = settings.into_generator().into_root_schema_for::<T>();
        let mut faults = Vec::new();
        let mut object = reduce(schema.to_value(), &T::schema_name(), &mut faults);
        // The root's description is the type's doc comment, for readers of the code; the tool has its own.
        object.remove("description");
        // Some clients require it even if a tool has no arguments.
        object.entry("properties").or_insert_with(|| json!({}));
        if object.get("type") != Some(&json!("object")) {
            faults.push(format!("{}: the root is not an object", T::schema_name()));
        }
        Self { object, faults }
    }

    /// Records a fault: a client that refuses one schema may refuse all tools.
    fn publish(self) -> Arc<JsonObject> {
        for fault in self.faults {
            error!(fault, "A tool schema is not accepted by every client");
        }
        Arc::new(self.object)
    }
}

fn reduce(schema: Value, at: &str, faults: &mut Vec<String>) -> JsonObject {
    let Value::Object(mut schema) = schema else {
        faults.push(format!("{at}: takes any value at all"));
        return JsonObject::new();
    };
    merge_alternatives(&mut schema, at, faults);
    if let Some(literal) = schema.remove("const") {
        schema.insert("enum".into(), json!([literal]));
    }
    if let Some(Value::Array(kinds)) = schema.get("type") {
        let mut kinds: Vec<Value> = kinds
            .iter()
            .filter(|kind| *kind != "null")
            .cloned()
            .collect();
        match (kinds.pop(), kinds.is_empty()) {
            (Some(kind), true) => {
                schema.insert("type".into(), kind);
            }
            _ => faults.push(format!("{at}: has several types")),
        }
    }
    if let Some(Value::Array(literals)) = schema.get_mut("enum") {
        literals.retain(|literal| !literal.is_null());
        if !literals.iter().all(Value::is_string) {
            faults.push(format!("{at}: has literals that are not strings"));
        }
        schema.entry("type").or_insert_with(|| json!("string"));
    }
    keep_portable(&mut schema, at, faults);
    descend(&mut schema, at, faults);
    schema
}

/// Folds `anyOf` and `oneOf` into the schema: null means optional, several literals are one enum.
fn merge_alternatives(schema: &mut JsonObject, at: &str, faults: &mut Vec<String>) {
    let Some(Value::Array(alternatives)) =
        schema.remove("anyOf").or_else(|| schema.remove("oneOf"))
    else {
        return;
    };
    let mut alternatives: Vec<JsonObject> = alternatives
        .into_iter()
        .filter(|alternative| alternative.get("type") != Some(&json!("null")))
        .map(|alternative| reduce(alternative, at, faults))
        .collect();
    let merged = if alternatives
        .iter()
        .all(|alternative| alternative.contains_key("enum"))
    {
        let literals: Vec<Value> = alternatives
            .iter()
            .filter_map(|alternative| alternative.get("enum")?.as_array())
            .flatten()
            .cloned()
            .collect();
        JsonObject::from_iter([
            ("type".into(), json!("string")),
            ("enum".into(), json!(literals)),
        ])
    } else {
        let only = alternatives.pop().unwrap_or_default();
        if !alternatives.is_empty() {
            faults.push(format!("{at}: is a union"));
        }
        only
    };
    for (keyword, value) in merged {
        schema.entry(keyword).or_insert(value);
    }
}

fn keep_portable(schema: &mut JsonObject, at: &str, faults: &mut Vec<String>) {
    schema.retain(|keyword, value| {
        if KEPT.contains(&keyword.as_str()) {
            return keyword != "default" || !value.is_null();
        }
        if !DROPPED.contains(&keyword.as_str()) {
            faults.push(format!("{at}: uses `{keyword}`"));
        }
        false
    });
    if !schema.get("type").is_some_and(Value::is_string) {
        faults.push(format!("{at}: has no type"));
    }
}

fn descend(schema: &mut JsonObject, at: &str, faults: &mut Vec<String>) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in properties {
            let reduced = reduce(property.take(), &format!("{at}.{name}"), faults);
            *property = Value::Object(reduced);
        }
    }
    if let Some(items) = schema.get_mut("items") {
        *items = Value::Object(reduce(items.take(), &format!("{at}[]"), faults));
    } else if schema.get("type") == Some(&json!("array")) {
        faults.push(format!("{at}: is a list of anything"));
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[expect(dead_code, reason = "only its schema is of interest")]
    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Awkward {
        /// Its documented literals become a union of constants.
        shade: Option<Shade>,
        count: Option<u32>,
        inner: Option<Inner>,
        r#type: Vec<String>,
        format: Option<Vec<i64>>,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Shade {
        /// Bright.
        Light,
        /// Not bright.
        Dark,
    }

    #[expect(dead_code, reason = "only its schema is of interest")]
    #[derive(Deserialize, JsonSchema)]
    struct Inner {
        yes: bool,
    }

    #[expect(dead_code, reason = "only its schema is of interest")]
    #[derive(Deserialize, JsonSchema)]
    struct Hopeless {
        anything: Value,
        either: Either,
    }

    #[expect(dead_code, reason = "only its schema is of interest")]
    #[derive(Deserialize, JsonSchema)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        Number(i64),
    }

    #[test]
    fn reduces_an_awkward_type() {
        let portable = Portable::of::<Awkward>(SchemaSettings::draft2020_12());
        assert_eq!(portable.faults, Vec::<String>::new());
        insta::assert_json_snapshot!(portable.object, @r#"
        {
          "properties": {
            "count": {
              "minimum": 0,
              "type": "integer"
            },
            "format": {
              "items": {
                "type": "integer"
              },
              "type": "array"
            },
            "inner": {
              "properties": {
                "yes": {
                  "type": "boolean"
                }
              },
              "required": [
                "yes"
              ],
              "type": "object"
            },
            "shade": {
              "description": "Its documented literals become a union of constants.",
              "enum": [
                "light",
                "dark"
              ],
              "type": "string"
            },
            "type": {
              "items": {
                "type": "string"
              },
              "type": "array"
            }
          },
          "required": [
            "type"
          ],
          "type": "object"
        }
        "#);
    }

    #[test]
    fn names_what_it_cannot_reduce() {
        let portable = Portable::of::<Hopeless>(SchemaSettings::draft2020_12());
        assert_eq!(
            portable.faults,
            [
                "Hopeless.anything: takes any value at all",
                "Hopeless.either: is a union"
            ]
        );
    }
}
