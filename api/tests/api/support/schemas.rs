//! Checks events against the checked-in schemas.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;
use taskwire_domain::EventKind;

/// The folder of the schemas.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schemas")
}

static VALIDATORS: LazyLock<BTreeMap<&str, Validator>> = LazyLock::new(|| {
    let kinds = EventKind::ALL.iter().map(|kind| kind.as_str());
    kinds
        .map(|kind| {
            let path = folder().join(format!("{kind}.json"));
            let schema = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            let options = jsonschema::options().should_validate_formats(true);
            (kind, options.build(&schema).unwrap())
        })
        .collect()
});

/// Fails unless the event matches the schema of its type.
pub(crate) fn check(event: &Value) {
    let kind = event["type"].as_str().unwrap();
    let faults: Vec<String> = VALIDATORS[kind]
        .iter_errors(event)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{kind}: {faults:?}\n{event:#}");
}
