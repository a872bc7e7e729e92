//! The JSON Schemas of the events: the checked-in ones match the code, and they only grow.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod compatible;
mod generate;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use compatible::{Field, fields, incompatibilities, parse, render};
use jsonschema::Validator;
use serde_json::{Value, json};
use taskwire_domain::EventKind;
use taskwire_messaging::{CloudEvent, Topic};

/// Set to rewrite the checked-in files.
const UPDATE: &str = "UPDATE_SNAPSHOTS";

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name)
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// A real event of this type; a test of the API writes and compares them.
fn example(kind: EventKind) -> Value {
    read(&docs(&format!("schemas/examples/{}.json", kind.as_str())))
}

fn validator(kind: EventKind) -> Validator {
    jsonschema::options()
        .should_validate_formats(true)
        .build(&generate::schema(kind))
        .expect("a schema is one of JSON Schema 2020-12")
}

#[test]
fn the_schemas_are_those_checked_in() {
    let mut files = BTreeSet::new();
    for &kind in EventKind::ALL {
        let name = format!("{}.json", kind.as_str());
        let path = docs("schemas").join(&name);
        let current = generate::schema(kind);
        if std::env::var_os(UPDATE).is_some() {
            let text = serde_json::to_string_pretty(&current).unwrap();
            std::fs::write(&path, text + "\n").unwrap();
        }
        assert!(
            read(&path) == current,
            "docs/schemas/{name} is not what the code says; run this test with {UPDATE}=1 and review the change"
        );
        files.insert(name);
    }
    let found: BTreeSet<String> = std::fs::read_dir(docs("schemas"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(found, files);
}

/// The fields of every schema, checked in as text: one line each.
const LOCK: &str = "schemas/fields.lock";

#[test]
fn a_schema_only_gains_optional_fields() {
    let lock = docs(LOCK);
    let locked = parse(&std::fs::read_to_string(&lock).unwrap_or_default());
    let current: Vec<Field> = EventKind::ALL
        .iter()
        .flat_map(|kind| fields(kind.as_str(), &generate::schema(*kind)))
        .collect();
    let incompatibilities = incompatibilities(&locked, &current);
    assert!(
        incompatibilities.is_empty(),
        "Consumers rely on these fields. Give the event a type with a new version instead:\n{}",
        incompatibilities.join("\n")
    );
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&lock, render(&current)).unwrap();
        return;
    }
    assert!(
        render(&locked) == render(&current),
        "docs/{LOCK} lacks fields; run this test with {UPDATE}=1"
    );
}

#[test]
fn every_type_has_an_example_that_matches_and_needs_all_of_its_parts() {
    for &kind in EventKind::ALL {
        let validator = validator(kind);
        let example = example(kind);
        let wrong: Vec<String> = validator
            .iter_errors(&example)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(wrong, Vec::<String>::new(), "{}", kind.as_str());
        for pointer in ["", "/data", "/data/after", "/data/reminder", "/data/tag"] {
            let Some(object) = example.pointer(pointer).and_then(Value::as_object) else {
                continue;
            };
            let schema = generate::schema(kind);
            for name in object.keys() {
                let mut without = example.clone();
                let parent = without.pointer_mut(pointer).unwrap();
                parent.as_object_mut().unwrap().remove(name);
                let what = format!("{} {pointer}/{name}", kind.as_str());
                let is_required = !generate::optional(&schema, pointer).contains(name);
                assert_eq!(validator.is_valid(&without), !is_required, "{what}");
                without.pointer_mut(pointer).unwrap()[name] = json!([[]]);
                assert!(!validator.is_valid(&without), "{what}");
            }
        }
        // Of another type, or of another version.
        for (pointer, value) in [
            ("/type", json!("task.archived.v1")),
            ("/specversion", json!("0.3")),
            ("/time", json!("yesterday")),
            ("/id", json!("1")),
            ("/data/schema_version", json!(2)),
            ("/data/actor/via", json!("telephone")),
        ] {
            let mut changed = example.clone();
            *changed.pointer_mut(pointer).unwrap() = value;
            assert!(!validator.is_valid(&changed), "{} {pointer}", kind.as_str());
        }
    }
}

#[test]
fn an_event_matches_as_it_arrives_from_a_broker() {
    for &kind in EventKind::ALL {
        let stored = CloudEvent::parse(&example(kind).to_string()).unwrap();
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let published = stored
            .with_traceparent(Some(parent.into()))
            .for_broker(Some(42));
        let mut arrived: Value = serde_json::from_str(&published.to_json()).unwrap();
        // Attributes that the sidecar adds.
        arrived["topic"] = json!("task-events");
        arrived["pubsubname"] = json!("taskpubsub");
        arrived["tracestate"] = json!("");
        let validator = validator(kind);
        assert!(validator.is_valid(&arrived), "{}", kind.as_str());
        // Fields that a later version may add.
        arrived["data"]["colour"] = json!("blue");
        arrived["data"]["actor"]["machine"] = json!(null);
        assert!(validator.is_valid(&arrived), "{}", kind.as_str());
        arrived["sequence"] = json!(42);
        assert!(!validator.is_valid(&arrived), "{}", kind.as_str());
    }
}

#[test]
fn the_document_names_every_type_with_its_schema_and_example_and_every_topic() {
    let text = std::fs::read_to_string(docs("events.md")).unwrap();
    for &kind in EventKind::ALL {
        let name = kind.as_str();
        for link in [
            format!("(schemas/{name}.json)"),
            format!("(schemas/examples/{name}.json)"),
        ] {
            assert!(text.contains(&link), "{link}");
        }
    }
    for topic in Topic::ALL {
        assert!(text.contains(&format!("| `{topic}` |")), "{topic}");
    }
}
