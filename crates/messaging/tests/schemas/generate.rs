//! The schema of each type, from the Rust types that are serialized.

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use taskwire_domain::EventKind;
use taskwire_domain::event::SCHEMA_VERSION;
use taskwire_messaging::CloudEvent;

/// The parts of `data` that only some types have: those that this type always has, and those that it may have.
fn parts(kind: EventKind) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        EventKind::TaskCreated => (&["after"], &[]),
        EventKind::TaskPurged => (&["before"], &[]),
        EventKind::TaskSkipped => (&["before", "after"], &["reason"]),
        EventKind::TaskUpdated
        | EventKind::TaskCompleted
        | EventKind::TaskReopened
        | EventKind::TaskDeleted
        | EventKind::TaskRestored => (&["before", "after"], &[]),
        EventKind::TagCreated | EventKind::TagDeleted => (&["tag"], &[]),
        EventKind::TagUpdated => (&["tag", "tag_before"], &[]),
        EventKind::ReminderScheduled | EventKind::ReminderDue => (&["after", "reminder"], &[]),
    }
}

/// The schema of a whole event of this type, as JSON Schema 2020-12.
pub(crate) fn schema(kind: EventKind) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<CloudEvent>()
        .to_value();
    schema["title"] = kind.as_str().into();
    schema["description"] = kind.summary().into();
    let envelope = &mut schema["properties"];
    for (name, value) in [
        ("type", kind.as_str()),
        ("specversion", "1.0"),
        ("source", "/taskwire"),
        ("datacontenttype", "application/json"),
    ] {
        envelope[name] = json!({"type": "string", "const": value});
    }
    // Only a broker adds these.
    envelope["sequence"] = json!({
        "description": "The place of the event in the event log, in 20 digits, so that texts sort like numbers (the extension \"sequence\"); on a broker only.",
        "type": "string",
        "pattern": "^[0-9]{20}$",
    });
    envelope["traceid"] = json!({
        "description": "The same as `traceparent`, under the name that Dapr looks for; on a broker only.",
        "type": "string",
    });
    keep_parts(kind, &mut schema["$defs"]["EventData"]);
    drop_unused(&mut schema);
    schema
}

fn keep_parts(kind: EventKind, data: &mut Value) {
    let (always, sometimes) = parts(kind);
    let required: BTreeSet<String> = serde_json::from_value(data["required"].clone()).unwrap();
    let properties = data["properties"].as_object_mut().unwrap();
    properties.retain(|name, _| {
        required.contains(name) || [always, sometimes].concat().contains(&name.as_str())
    });
    for part in [always, sometimes].concat() {
        assert!(properties.contains_key(part), "no such part: {part}");
    }
    properties["schema_version"]["const"] = SCHEMA_VERSION.into();
    let required = data["required"].as_array_mut().unwrap();
    required.extend(always.iter().map(|part| json!(part)));
}

/// Drops definitions that nothing refers to any longer.
fn drop_unused(schema: &mut Value) {
    loop {
        let text = schema.to_string();
        let definitions = schema["$defs"].as_object_mut().unwrap();
        let count = definitions.len();
        definitions.retain(|name, _| text.contains(&format!("\"#/$defs/{name}\"")));
        if definitions.len() == count {
            break;
        }
    }
}

/// The target of a reference, or the schema itself.
pub(crate) fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(path) => root.pointer(path.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// The names of the properties that may be missing from the object at this place.
pub(crate) fn optional(root: &Value, pointer: &str) -> BTreeSet<String> {
    let names = pointer.split('/').filter(|name| !name.is_empty());
    let object = names.fold(root, |object, name| {
        resolve(root, &object["properties"][name])
    });
    let required: BTreeSet<String> = serde_json::from_value(object["required"].clone()).unwrap();
    let names = object["properties"].as_object().unwrap().keys().cloned();
    names.filter(|name| !required.contains(name)).collect()
}
