//! Compatibility of schemas: a later schema of the same event type has every field of an earlier one, of the same type
//! and equally required, and its additional fields are optional.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use crate::generate::resolve;

/// A field of an event, with its allowed values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Field {
    /// The type of the event and the path in it, such as `task.created.v1 $.data.after.tags[]`.
    path: String,
    is_required: bool,
    /// The types, with all that restricts them; or the only values, as JSON.
    values: BTreeSet<String>,
}

/// Keywords that restrict nothing, or that are checked separately.
const APART: &[&str] = &[
    "$defs",
    "$ref",
    "$schema",
    "anyOf",
    "const",
    "default",
    "description",
    "enum",
    "items",
    "oneOf",
    "properties",
    "required",
    "title",
    "type",
];

/// Every field of a schema.
pub(crate) fn fields(kind: &str, schema: &Value) -> Vec<Field> {
    let mut fields = Vec::new();
    collect(schema, schema, &format!("{kind} $"), true, &mut fields);
    fields
}

fn collect(root: &Value, schema: &Value, path: &str, is_required: bool, found: &mut Vec<Field>) {
    let place = found.len();
    found.push(Field {
        path: path.to_owned(),
        is_required,
        values: BTreeSet::new(),
    });
    let mut values = BTreeSet::new();
    let mut open = vec![schema];
    while let Some(reference) = open.pop() {
        let schema = resolve(root, reference);
        let unions = ["anyOf", "oneOf"]
            .into_iter()
            .filter_map(|union| schema[union].as_array());
        open.extend(unions.flatten());
        values.extend(own_values(schema));
        let required: BTreeSet<&str> = strings(&schema["required"]).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            collect(
                root,
                property,
                &path,
                required.contains(name.as_str()),
                found,
            );
        }
        if schema["items"].is_object() {
            collect(root, &schema["items"], &format!("{path}[]"), true, found);
        }
    }
    found[place].values = values;
}

/// What a schema itself says of the value.
fn own_values(schema: &Value) -> Vec<String> {
    if let Some(only) = schema.get("const") {
        return vec![only.to_string()];
    }
    if let Some(only) = schema["enum"].as_array() {
        return only.iter().map(Value::to_string).collect();
    }
    let restrictions: String = schema
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(keyword, _)| !APART.contains(&keyword.as_str()))
        .map(|(keyword, value)| format!(" {keyword}={value}"))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    strings(&schema["type"])
        .map(|name| match name {
            "null" => name.to_owned(),
            name => format!("{name}{restrictions}"),
        })
        .collect()
}

/// The text, or the texts of a list.
fn strings(value: &Value) -> impl Iterator<Item = &str> {
    let list = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    list.iter().filter_map(Value::as_str)
}

/// The incompatible changes from `locked` to `current`.
pub(crate) fn incompatibilities(locked: &[Field], current: &[Field]) -> Vec<String> {
    fn by_path(fields: &[Field]) -> BTreeMap<&str, &Field> {
        fields.iter().map(|field| (&*field.path, field)).collect()
    }
    let (locked, current) = (by_path(locked), by_path(current));
    let mut incompatibilities = Vec::new();
    for (path, old) in &locked {
        let Some(new) = current.get(path) else {
            incompatibilities.push(format!("{path}: removed"));
            continue;
        };
        if old.is_required != new.is_required {
            let now = if new.is_required {
                "required"
            } else {
                "optional"
            };
            incompatibilities.push(format!("{path}: is now {now}"));
        }
        // A list of values may become longer; what has a type keeps it.
        let is_list = old.values.iter().any(|value| is_constant(value));
        let mut added = new.values.difference(&old.values);
        let fits =
            old.values.is_subset(&new.values) && added.all(|value| is_list && is_constant(value));
        if !fits {
            incompatibilities.push(format!(
                "{path}: was {:?}, is now {:?}",
                old.values, new.values
            ));
        }
    }
    for (path, new) in &current {
        let parent = path.rfind(['.', '[']).map(|end| &path[..end]);
        let is_added = parent.is_some_and(|parent| locked.contains_key(parent));
        if is_added && new.is_required && !locked.contains_key(path) {
            incompatibilities.push(format!("{path}: new and required"));
        }
    }
    incompatibilities
}

/// Whether it is a value as JSON, not the name of a type.
fn is_constant(value: &str) -> bool {
    value != "null" && serde_json::from_str::<Value>(value).is_ok()
}

/// The fields as text.
pub(crate) fn render(fields: &[Field]) -> String {
    let mut fields: Vec<&Field> = fields.iter().collect();
    fields.sort_by(|one, other| one.path.cmp(&other.path));
    let mut text = String::new();
    for field in fields {
        let required = if field.is_required {
            "required"
        } else {
            "optional"
        };
        let values: Vec<&str> = field.values.iter().map(String::as_str).collect();
        let _ = writeln!(text, "{} {required} {}", field.path, values.join(" | "));
    }
    text
}

/// Parses the fields.
pub(crate) fn parse(text: &str) -> Vec<Field> {
    text.lines()
        .map(|line| {
            let parts: Vec<&str> = line.splitn(4, ' ').collect();
            let [kind, path, required, values] = parts[..] else {
                panic!("not a field: {line}");
            };
            Field {
                path: format!("{kind} {path}"),
                is_required: required == "required",
                values: values.split(" | ").map(str::to_owned).collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn old() -> Value {
        json!({
            "type": "object",
            "required": ["name", "via"],
            "properties": {
                "name": {"type": "string"},
                "note": {"type": ["string", "null"]},
                "via": {"oneOf": [{"const": "web"}, {"const": "rest"}]},
                "at": {"type": "string", "format": "date-time"},
                "dates": {"type": "array", "items": {"$ref": "#/$defs/Date"}},
                "next": {"anyOf": [{"$ref": "#/$defs/Date"}, {"type": "null"}]},
            },
            "$defs": {
                "Date": {"type": "object", "required": ["day"], "properties": {"day": {"type": "string"}}},
            },
        })
    }

    /// The incompatibilities after `change` replaces the value at `pointer`.
    fn after(pointer: &str, change: Value) -> Vec<String> {
        let mut new = old();
        match pointer.rsplit_once('/') {
            Some((parent, name)) if new.pointer(pointer).is_none() => {
                new.pointer_mut(parent).unwrap()[name] = change;
            }
            _ => *new.pointer_mut(pointer).unwrap() = change,
        }
        incompatibilities(&parse(&render(&fields("t", &old()))), &fields("t", &new))
    }

    #[test]
    fn breaking_changes_are_found() {
        let property = |name: &str| format!("/properties/{name}");
        for (pointer, change, expected) in [
            (
                "/properties".into(),
                json!({"name": {"type": "string"}}),
                "t $.via: removed",
            ),
            (
                property("name"),
                json!({"type": "integer"}),
                "t $.name: was",
            ),
            (
                property("name"),
                json!({"type": ["string", "null"]}),
                "t $.name: was",
            ),
            (property("note"), json!({"type": "string"}), "t $.note: was"),
            (
                property("name"),
                json!({"type": "string", "maxLength": 9}),
                "t $.name: was",
            ),
            (property("at"), json!({"type": "string"}), "t $.at: was"),
            (
                property("via"),
                json!({"oneOf": [{"const": "web"}]}),
                "t $.via: was",
            ),
            (property("via"), json!({"type": "string"}), "t $.via: was"),
            (
                "/required".into(),
                json!(["name"]),
                "t $.via: is now optional",
            ),
            (
                "/required".into(),
                json!(["name", "via", "at"]),
                "t $.at: is now required",
            ),
            (
                "/$defs/Date/properties".into(),
                json!({}),
                "t $.dates[].day: removed",
            ),
            (
                "/$defs/Date".into(),
                json!({"type": "object", "required": ["day", "hour"], "properties": {"day": {"type": "string"}, "hour": {"type": "integer"}}}),
                "t $.next.hour: new and required",
            ),
            ("/additionalProperties".into(), json!(false), "t $: was"),
        ] {
            let incompatibilities = after(&pointer, change.clone());
            assert!(
                incompatibilities
                    .iter()
                    .any(|fault| fault.starts_with(expected)),
                "{pointer} {change}: {incompatibilities:?}"
            );
        }
    }

    #[test]
    fn additions_are_compatible() {
        for (pointer, change) in [
            ("/properties/colour", json!({"type": "string"})),
            (
                "/properties/place",
                json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}),
            ),
            ("/properties/via", json!({"enum": ["chat", "rest", "web"]})),
            ("/description", json!("Other words.")),
        ] {
            assert_eq!(
                after(pointer, change.clone()),
                Vec::<String>::new(),
                "{pointer} {change}"
            );
        }
        // A type of its own.
        let new = [fields("t", &old()), fields("u", &old())].concat();
        assert_eq!(
            incompatibilities(&fields("t", &old()), &new),
            Vec::<String>::new()
        );
    }
}
