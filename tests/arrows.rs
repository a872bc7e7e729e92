//! Which crate may know which.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{CargoOpt, DependencyKind, MetadataCommand};

/// Normal dependencies by crate; build and test dependencies do not reach the binary.
struct Arrows {
    normal: BTreeMap<String, BTreeSet<String>>,
    /// The workspace's crates, with their dependencies in tests.
    development: BTreeMap<String, BTreeSet<String>>,
    /// What a workspace crate names itself in its manifest.
    named: BTreeMap<String, BTreeSet<String>>,
}

/// The platform that is built for.
fn host() -> String {
    let output = std::process::Command::new("rustc")
        .arg("-vV")
        .output()
        .unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap()
        .to_owned()
}

impl Arrows {
    fn read() -> Self {
        let metadata = MetadataCommand::new()
            .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
            .features(CargoOpt::AllFeatures)
            // What other platforms need has not been fetched.
            .other_options(
                ["--offline", "--locked", "--filter-platform", &host()].map(str::to_owned),
            )
            .exec()
            .unwrap();
        let names: BTreeMap<_, _> = metadata
            .packages
            .iter()
            .map(|package| (package.id.clone(), package.name.to_string()))
            .collect();
        let resolve = metadata.resolve.as_ref().unwrap();
        let mut arrows = Self {
            normal: BTreeMap::new(),
            development: BTreeMap::new(),
            named: BTreeMap::new(),
        };
        for node in &resolve.nodes {
            for dependency in &node.deps {
                let kinds: Vec<DependencyKind> =
                    dependency.dep_kinds.iter().map(|kind| kind.kind).collect();
                let (from, to) = (names[&node.id].clone(), names[&dependency.pkg].clone());
                if kinds.contains(&DependencyKind::Normal) {
                    arrows
                        .normal
                        .entry(from.clone())
                        .or_default()
                        .insert(to.clone());
                }
                if kinds.contains(&DependencyKind::Development) {
                    arrows.development.entry(from).or_default().insert(to);
                }
            }
        }
        for package in metadata.workspace_packages() {
            let dependencies = package
                .dependencies
                .iter()
                .map(|dependency| dependency.name.clone());
            arrows
                .named
                .insert(package.name.to_string(), dependencies.collect());
        }
        arrows
    }

    /// Everything that ends up in the crate.
    fn reach(&self, from: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(name) = open.pop() {
            for next in self.normal.get(name).into_iter().flatten() {
                if reached.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        reached
    }

    #[track_caller]
    fn never(&self, from: &str, to: &[&str]) {
        assert!(self.named.contains_key(from), "there is no crate {from}");
        let reached = self.reach(from);
        for forbidden in to {
            assert!(
                !reached.contains(forbidden),
                "{from} must not reach {forbidden}"
            );
        }
    }

    fn crates(&self) -> impl Iterator<Item = &str> {
        self.named.keys().map(String::as_str)
    }
}

#[test]
fn the_domain_is_pure() {
    Arrows::read().never(
        "taskwire-domain",
        &["tokio", "sqlx", "axum", "reqwest", "hyper", "rmcp"],
    );
}

#[test]
fn only_the_store_names_the_database() {
    let arrows = Arrows::read();
    for (name, named) in &arrows.named {
        let databases = named
            .iter()
            .filter(|dependency| dependency.contains("sqlx"));
        // The yardstick of the benchmark is the same two inserts without us.
        if name != "taskwire-store" && name != "taskwire-bench" {
            assert_eq!(
                databases.collect::<Vec<_>>(),
                Vec::<&String>::new(),
                "{name}"
            );
        }
    }
    assert!(arrows.named["taskwire-store"].contains("sqlx"));
}

#[test]
fn what_is_above_the_api_does_not_reach_the_database() {
    let arrows = Arrows::read();
    for name in [
        "taskwire-mcp",
        "taskwire-chat",
        "taskwire-client",
        "taskwire-messaging",
    ] {
        arrows.never(name, &["taskwire-store", "taskwire-api", "sqlx"]);
    }
    arrows.never(
        "taskwire-store",
        &["taskwire-api", "taskwire-messaging", "axum"],
    );
}

#[test]
fn the_parts_do_not_know_each_other() {
    let arrows = Arrows::read();
    arrows.never("taskwire-chat", &["taskwire-mcp", "taskwire-consumers"]);
    arrows.never(
        "taskwire-http",
        &["taskwire-api", "taskwire-client", "taskwire-store", "sqlx"],
    );
    arrows.never(
        "taskwire-api",
        &[
            "taskwire-client",
            "taskwire-mcp",
            "taskwire-chat",
            "taskwire-consumers",
        ],
    );
    arrows.never("taskwire-mcp", &["taskwire-chat", "taskwire-consumers"]);
    arrows.never(
        "taskwire-consumers",
        &["taskwire-api", "taskwire-mcp", "taskwire-chat"],
    );
}

#[test]
fn the_testkit_stays_in_tests_and_the_binary_on_top() {
    let arrows = Arrows::read();
    for name in arrows.crates() {
        arrows.never(name, &["taskwire-testkit", "taskwire"]);
        if name != "taskwire" {
            let development = arrows.development.get(name);
            assert!(
                !development.is_some_and(|names| names.contains("taskwire")),
                "{name}"
            );
        }
    }
    assert!(arrows.development["taskwire"].contains("taskwire-testkit"));
}

#[test]
fn nothing_of_the_product_depends_on_the_parts() {
    let arrows = Arrows::read();
    for name in arrows.crates() {
        // Benchmarks start clusters too.
        if name != "taskwire-bench" {
            arrows.never(name, &["taskwire-parts"]);
        }
    }
    // Only what has a process of its own: they know Taskwire from outside.
    let own = arrows.reach("taskwire-parts");
    assert!(
        !own.iter().any(|name| name.starts_with("taskwire")),
        "{own:?}"
    );
}
