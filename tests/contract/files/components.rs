//! What the component files say, as far as a test has to know it.

use taskwire_parts::AppId;

/// Where the files are.
pub(super) const DAPR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/dapr");

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Component {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) scopes: Vec<String>,
}

/// The components of a folder.
pub(super) fn all(folder: &str) -> Vec<Component> {
    let files = std::fs::read_dir(format!("{DAPR}/components/{folder}")).unwrap();
    let mut all = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        all.extend(text.split("\n---\n").map(read));
    }
    assert!(!all.is_empty(), "{folder}");
    all
}

fn read(document: &str) -> Component {
    assert!(document.contains("\nkind: Component\n"), "{document}");
    let value = |before: &str| {
        let line = document.lines().find_map(|line| line.strip_prefix(before));
        line.map(|value| value.trim().to_owned())
    };
    let scopes = value("scopes: [").unwrap_or_default();
    let scopes = scopes.trim_end_matches(']').split(", ");
    let scopes: Vec<_> = scopes.filter(|scope| !scope.is_empty()).collect();
    let known = AppId::STANDARD.into_iter().chain([AppId::Relay]);
    let known: Vec<_> = known.map(AppId::as_str).collect();
    for scope in &scopes {
        assert!(known.contains(scope), "nothing is called {scope}");
    }
    Component {
        name: value("  name: ").unwrap(),
        kind: value("  type: ").unwrap(),
        scopes: scopes.into_iter().map(ToOwned::to_owned).collect(),
    }
}
