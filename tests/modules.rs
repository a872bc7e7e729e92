//! Checks that the files of each crate do not depend on each other in cycles, and that none is too long.
//!
//! Dependencies are read from the code: `use` declarations and qualified paths, followed through re-exports to the
//! file that defines the item. A parent that only declares or re-exports a child does not depend on it.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "modules/graph.rs"]
mod graph;
#[path = "modules/source.rs"]
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use graph::cycles;
use source::CrateSource;

/// Longest file, in lines. Tables of test cases may be longer.
const LINES_MAX: usize = 400;

const CRATES: [&str; 15] = [
    ".",
    "api",
    "bench",
    "consumers",
    "crates/chat",
    "crates/client",
    "crates/domain",
    "crates/http",
    "crates/messaging",
    "crates/notify",
    "crates/store",
    "crates/telemetry",
    "crates/testkit",
    "mcp-server",
    "parts",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

#[test]
fn every_crate_is_checked() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for name in &CRATES[1..] {
        assert!(manifest.contains(&format!("    \"{name}\",")), "{name}");
    }
    let members = manifest
        .split_once("members = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(members, _)| members.matches('"').count() / 2);
    assert_eq!(members, Some(CRATES.len() - 1));
}

#[test]
fn files_do_not_depend_on_each_other_in_cycles() {
    let mut found = Vec::new();
    for name in CRATES {
        let dependencies = CrateSource::read(&root().join(name).join("src")).dependencies();
        for cycle in cycles(&dependencies) {
            let uses: Vec<String> = dependencies
                .iter()
                .filter(|(from, to, _)| cycle.contains(from) && cycle.contains(to))
                .map(|(from, to, item)| {
                    format!("    {} uses {item} of {}", relative(from), relative(to))
                })
                .collect();
            found.push(uses.join("\n"));
        }
    }
    assert!(found.is_empty(), "cycles:\n{}", found.join("\n\n"));
}

#[test]
fn files_are_short() {
    let mut long = Vec::new();
    for name in CRATES {
        for folder in ["src", "tests"] {
            for file in source::files(&root().join(name).join(folder)) {
                let lines = std::fs::read_to_string(&file).unwrap().lines().count();
                let name = relative(&file);
                if lines > LINES_MAX && !is_table(&file) {
                    long.push(format!("{name}: {lines} lines"));
                }
            }
        }
    }
    assert!(
        long.is_empty(),
        "over {LINES_MAX} lines:\n{}",
        long.join("\n")
    );
}

#[test]
fn the_architecture_names_every_module() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, table) = text.split_once("\n## Modules\n").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let mut named = BTreeMap::new();
    for row in table.lines().filter_map(|line| line.strip_prefix("| `")) {
        let (name, row) = row.split_once("` |").unwrap();
        let modules: BTreeSet<String> = row
            .split('`')
            .skip(1)
            .step_by(2)
            .map(|module| module.trim_end_matches('/').to_owned())
            .collect();
        let name = name.trim_end_matches('/');
        named.insert(if name == "src" { "." } else { name }, modules);
    }
    for name in CRATES {
        let folder = root().join(name).join("src");
        let existing: BTreeSet<String> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .filter(|module| !["lib", "main", "tests"].contains(&module.as_str()))
            .collect();
        assert_eq!(named.get(name), Some(&existing), "modules of {name}");
    }
}

/// Returns true if a file contains test cases, judging by its folder.
fn is_table(file: &Path) -> bool {
    file.components()
        .any(|component| component.as_os_str() == "tables")
}
