use std::os::unix::fs::symlink;

use clap::ValueEnum;
use taskwire_client::Secret;

use super::*;

fn entry(token: Option<&str>) -> Entry {
    Entry {
        command: "/opt/taskwire".to_owned(),
        arguments: vec!["mcp".to_owned(), "--stdio".to_owned()],
        token: token.map(Secret::new),
    }
}

fn json(text: &str, servers: &str, entry: Option<&Entry>) -> String {
    entry_json::with(text, servers, false, entry).unwrap()
}

#[test]
fn an_entry_leaves_the_rest_of_json_as_it_is() {
    let before = r#"{
    // Mine.
    "theme":   "dark",
    "context_servers": {
        "other": {"command": "x", "args": [],}, // keep
    },
    "last": [1, 2,],
}
"#;
    let after = json(before, "context_servers", Some(&entry(None)));
    for kept in [
        "// Mine.",
        "\"theme\":   \"dark\"",
        "// keep",
        "\"last\": [1, 2,],",
    ] {
        assert!(after.contains(kept), "{after}");
    }
    assert!(after.contains("\"command\": \"/opt/taskwire\""), "{after}");
    assert_eq!(json(&after, "context_servers", Some(&entry(None))), after);
    let without = json(&after, "context_servers", None);
    assert!(
        !without.contains("taskwire") && without.contains("\"other\""),
        "{without}"
    );
    assert_eq!(json(before, "context_servers", None), before);
    assert_eq!(json(before, "mcpServers", None), before);
}

#[test]
fn an_entry_is_written_into_an_empty_file() {
    let new = json("", "mcpServers", Some(&entry(Some("secret"))));
    let read: serde_json::Value = serde_json::from_str(&new).unwrap();
    assert_eq!(
        read,
        serde_json::json!({"mcpServers": {"taskwire": {
            "command": "/opt/taskwire", "args": ["mcp", "--stdio"], "env": {"TASKWIRE_TOKEN": "secret"},
        }}})
    );
    assert_eq!(json("", "mcpServers", None), "");
}

#[test]
fn a_file_that_is_not_understood_is_refused() {
    for text in ["{", "[]", "{\"mcpServers\": []}", "null"] {
        let refused = entry_json::with(text, "mcpServers", true, Some(&entry(None)));
        let refused = format!("{:#}", refused.unwrap_err());
        assert!(refused.contains("nothing was changed"), "{text}: {refused}");
    }
    let flow = entry_yaml::with("extensions: {a: {}}\n", Some(&entry(None)));
    assert!(
        flow.unwrap_err()
            .to_string()
            .contains("nothing was changed")
    );
}

#[test]
fn an_entry_leaves_the_rest_of_yaml_as_it_is() {
    let before = "GOOSE_PROVIDER: google\nextensions:\n  developer:\n    enabled: true\n    # theirs\n    args:\n    - a\n\n# at the end\nGOOSE_MODEL: x\n";
    let yaml = |text: &str, entry: Option<&Entry>| entry_yaml::with(text, entry).unwrap();
    let after = yaml(before, Some(&entry(None)));
    insta::assert_snapshot!(after, @r#"
    GOOSE_PROVIDER: google
    extensions:
      developer:
        enabled: true
        # theirs
        args:
        - a
      taskwire:
        enabled: true
        type: stdio
        name: taskwire
        cmd: "/opt/taskwire"
        args: ["mcp", "--stdio"]
        envs: {}
        timeout: 300

    # at the end
    GOOSE_MODEL: x
    "#);
    assert_eq!(yaml(&after, Some(&entry(None))), after);
    assert_eq!(yaml(&after, None), before);
    assert_eq!(yaml(before, None), before);
    for start in ["", "a: 1", "a: 1\n", "extensions: {}\n", "extensions:\n"] {
        let new = yaml(start, Some(&entry(None)));
        assert!(
            new.contains("extensions:\n  taskwire:\n    enabled: true\n"),
            "{new}"
        );
        assert_eq!(yaml(&new, Some(&entry(None))), new);
    }
}

#[test]
fn files_are_replaced_through_links_and_stay_private() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (
        folder.path().join("real.json"),
        folder.path().join("link.json"),
    );
    fs::write(&real, "{}\n").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).unwrap();
    symlink(&real, &link).unwrap();
    // Others can read it, so no token is written.
    let refused = change(Host::Cursor, &link, Some(&entry(Some("secret"))), false);
    assert!(refused.unwrap_err().to_string().contains("chmod 600"));
    assert_eq!(fs::read_to_string(&real).unwrap(), "{}\n");
    change(Host::Cursor, &link, Some(&entry(None)), true).unwrap();
    assert_eq!(fs::read_to_string(&real).unwrap(), "{}\n");
    change(Host::Cursor, &link, Some(&entry(None)), false).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("/opt/taskwire"));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&real), 0o644);
    // A new file is private, and nothing else is left in its folder.
    let new = folder.path().join("made/new.json");
    change(Host::ClaudeCode, &new, Some(&entry(Some("secret"))), false).unwrap();
    assert_eq!(mode(&new), 0o600);
    assert_eq!(fs::read_dir(new.parent().unwrap()).unwrap().count(), 1);
    change(Host::ClaudeCode, &new, None, false).unwrap();
    assert!(!fs::read_to_string(&new).unwrap().contains("secret"));
}

#[test]
fn each_host_has_its_own_file() {
    let folders = |is_macos| Folders {
        home: "/home/ada".into(),
        config: "/home/ada/.config".into(),
        is_macos,
    };
    let files = |is_macos| -> Vec<String> {
        let hosts = Host::value_variants().iter();
        let files = hosts.map(|host| host.file(&folders(is_macos)).display().to_string());
        files.collect()
    };
    let (linux, macos) = (files(false), files(true));
    assert_eq!(linux.len(), 7);
    for (index, file) in linux.iter().enumerate() {
        assert!(
            !linux.iter().take(index).any(|other| other == file),
            "{file}"
        );
    }
    assert_eq!(
        linux[0],
        "/home/ada/.config/Claude/claude_desktop_config.json"
    );
    assert_eq!(
        macos[3],
        "/home/ada/Library/Application Support/Code/User/mcp.json"
    );
    assert_eq!(linux[5], macos[5]);
}

#[test]
fn the_difference_shows_what_goes_and_what_comes() {
    let lines = difference("a\nb\nc\n", "a\nB\nc\n");
    assert_eq!(lines, ["- b", "+ B"]);
    assert_eq!(difference("", "x\n"), ["+ x"]);
    let line = r#"-     "TASKWIRE_TOKEN": "secret""#;
    assert_eq!(redacted(line), r#"-     "TASKWIRE_TOKEN: [token]"#);
    assert_eq!(difference("a\n", "a\na\n"), ["+ a"]);
}
