//! Checks a value against a schema of the document: types and required fields.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

/// Resolves a reference; other values are returned unchanged.
pub(crate) fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(path) => document.pointer(path.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

/// Compares a value with its schema; finds missing fields and values of another type.
pub(super) fn faults(
    document: &Value,
    schema: &Value,
    value: &Value,
    at: &str,
    found: &mut String,
) {
    if let Some(path) = schema["$ref"].as_str() {
        let target = document.pointer(path.trim_start_matches('#')).unwrap();
        return faults(document, target, value, at, found);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        faults(document, part, value, at, found);
    }
    for union in ["oneOf", "anyOf"] {
        if let Some(all) = schema[union].as_array() {
            let good = all.iter().any(|one| {
                let mut found = String::new();
                faults(document, one, value, at, &mut found);
                found.is_empty()
            });
            if !good {
                let _ = writeln!(found, "{at}: {value} is none of {union}");
            }
        }
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no such type: {other}"),
    };
    if !types.is_empty() && !types.iter().any(|name| is(name)) {
        let _ = writeln!(found, "{at}: {value} is not of type {types:?}");
        return;
    }
    if let Some(fields) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            if !fields.contains_key(name.as_str().unwrap()) {
                let _ = writeln!(found, "{at}: {name} is missing");
            }
        }
        for (name, shape) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(field) = fields.get(name) {
                faults(document, shape, field, &format!("{at}/{name}"), found);
            }
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        if schema["items"].is_object() {
            faults(
                document,
                &schema["items"],
                item,
                &format!("{at}/{index}"),
                found,
            );
        }
    }
}

/// The names that a schema knows, through references and parts.
pub(super) fn known_names(document: &Value, schema: &Value, names: &mut BTreeSet<String>) {
    if let Some(path) = schema["$ref"].as_str() {
        known_names(
            document,
            document.pointer(path.trim_start_matches('#')).unwrap(),
            names,
        );
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        known_names(document, part, names);
    }
    names.extend(
        schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone()),
    );
}
