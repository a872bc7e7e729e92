//! Checks the dependencies between the crates.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{CargoOpt, DependencyKind, MetadataCommand};

/// Normal dependencies by crate; build and test dependencies do not reach the binary.
struct CrateDependencies {
    normal: BTreeMap<String, BTreeSet<String>>,
    /// The workspace's crates, with their dependencies in tests.
    development: BTreeMap<String, BTreeSet<String>>,
    /// The dependencies in the manifest of each workspace crate.
    declared: BTreeMap<String, BTreeSet<String>>,
}

/// The target triple.
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

impl CrateDependencies {
    fn read() -> Self {
        let metadata = MetadataCommand::new()
            .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
            .features(CargoOpt::AllFeatures)
            // Packages for other platforms have not been fetched.
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
        let mut dependencies = Self {
            normal: BTreeMap::new(),
            development: BTreeMap::new(),
            declared: BTreeMap::new(),
        };
        for node in &resolve.nodes {
            for dependency in &node.deps {
                let kinds: Vec<DependencyKind> =
                    dependency.dep_kinds.iter().map(|kind| kind.kind).collect();
                let (from, to) = (names[&node.id].clone(), names[&dependency.pkg].clone());
                if kinds.contains(&DependencyKind::Normal) {
                    dependencies
                        .normal
                        .entry(from.clone())
                        .or_default()
                        .insert(to.clone());
                }
                if kinds.contains(&DependencyKind::Development) {
                    dependencies.development.entry(from).or_default().insert(to);
                }
            }
        }
        for package in metadata.workspace_packages() {
            let declared = package
                .dependencies
                .iter()
                .map(|dependency| dependency.name.clone());
            dependencies
                .declared
                .insert(package.name.to_string(), declared.collect());
        }
        dependencies
    }

    /// All crates that end up in the crate.
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
        assert!(self.declared.contains_key(from), "there is no crate {from}");
        let reached = self.reach(from);
        for forbidden in to {
            assert!(
                !reached.contains(forbidden),
                "{from} must not reach {forbidden}"
            );
        }
    }

    fn crates(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().map(String::as_str)
    }
}

#[test]
fn the_domain_is_pure() {
    CrateDependencies::read().never(
        "taskwire-domain",
        &["tokio", "sqlx", "axum", "reqwest", "hyper", "rmcp"],
    );
}

#[test]
fn only_the_store_names_the_database() {
    let dependencies = CrateDependencies::read();
    for (name, named) in &dependencies.declared {
        let databases = named
            .iter()
            .filter(|dependency| dependency.contains("sqlx"));
        // The baseline of the benchmark runs the same statements without Taskwire.
        if name != "taskwire-store" && name != "taskwire-bench" {
            assert_eq!(
                databases.collect::<Vec<_>>(),
                Vec::<&String>::new(),
                "{name}"
            );
        }
    }
    assert!(dependencies.declared["taskwire-store"].contains("sqlx"));
}

#[test]
fn only_the_telemetry_names_opentelemetry() {
    let dependencies = CrateDependencies::read();
    for (name, declared) in &dependencies.declared {
        // The collector of the tests decodes the spans.
        if !["taskwire-telemetry", "taskwire-testkit"].contains(&name.as_str()) {
            assert!(
                !declared.iter().any(|name| name.contains("opentelemetry")),
                "{name}"
            );
        }
    }
    dependencies.never("taskwire-domain", &["opentelemetry"]);
    dependencies.never("taskwire-store", &["opentelemetry"]);
}

#[test]
fn clients_of_the_api_do_not_reach_the_database() {
    let dependencies = CrateDependencies::read();
    for name in [
        "taskwire-mcp",
        "taskwire-chat",
        "taskwire-client",
        "taskwire-messaging",
    ] {
        dependencies.never(name, &["taskwire-store", "taskwire-api", "sqlx"]);
    }
    dependencies.never(
        "taskwire-store",
        &["taskwire-api", "taskwire-messaging", "axum"],
    );
}

#[test]
fn the_parts_do_not_depend_on_each_other() {
    let dependencies = CrateDependencies::read();
    dependencies.never("taskwire-chat", &["taskwire-mcp", "taskwire-consumers"]);
    dependencies.never(
        "taskwire-http",
        &["taskwire-api", "taskwire-client", "taskwire-store", "sqlx"],
    );
    dependencies.never(
        "taskwire-api",
        &[
            "taskwire-client",
            "taskwire-mcp",
            "taskwire-chat",
            "taskwire-consumers",
        ],
    );
    dependencies.never("taskwire-mcp", &["taskwire-chat", "taskwire-consumers"]);
    dependencies.never(
        "taskwire-consumers",
        &["taskwire-api", "taskwire-mcp", "taskwire-chat"],
    );
}

#[test]
fn the_testkit_stays_in_tests_and_the_binary_on_top() {
    let dependencies = CrateDependencies::read();
    for name in dependencies.crates() {
        dependencies.never(name, &["taskwire-testkit", "taskwire"]);
        if name != "taskwire" {
            let development = dependencies.development.get(name);
            assert!(
                !development.is_some_and(|names| names.contains("taskwire")),
                "{name}"
            );
        }
    }
    assert!(dependencies.development["taskwire"].contains("taskwire-testkit"));
}

#[test]
fn nothing_of_the_product_depends_on_the_parts() {
    let dependencies = CrateDependencies::read();
    for name in dependencies.crates() {
        // Tests and benchmarks start processes.
        if !["taskwire-bench", "taskwire-testkit"].contains(&name) {
            dependencies.never(name, &["taskwire-parts"]);
        }
    }
    // Only crates that use Taskwire as a process.
    let own = dependencies.reach("taskwire-parts");
    assert!(
        !own.iter().any(|name| name.starts_with("taskwire")),
        "{own:?}"
    );
}
