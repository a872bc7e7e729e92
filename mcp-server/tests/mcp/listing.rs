//! tools/list: its text, its validity for every client, and its size.

use serde_json::{Value, json};

use crate::fake::Fake;
use crate::pipe::Pipe;

/// All input schemas together, in bytes. The aim is 15 KB at most; this is the current size, so that growth is a
/// decision.
const INPUT_BYTES_MAX: usize = 9_900;

/// The whole list, in bytes. The aim is 4,500 tokens at most, and a token is 4.1 bytes of this JSON.
const LIST_BYTES_MAX: usize = 18_450;

async fn tools() -> Vec<Value> {
    let tools = Pipe::new(&Fake::default()).await.tools().await;
    tools.as_array().unwrap().clone()
}

#[tokio::test]
async fn the_list_is_reviewed() {
    insta::assert_json_snapshot!("tools_list", tools().await);
}

#[tokio::test]
async fn the_list_stays_small() {
    let tools = tools().await;
    assert!(tools.len() <= 12);
    let input: usize = tools
        .iter()
        .map(|tool| tool["inputSchema"].to_string().len())
        .sum();
    assert!(input <= INPUT_BYTES_MAX, "input schemas are {input} bytes");
    let list = json!({"tools": tools}).to_string().len();
    assert!(list <= LIST_BYTES_MAX, "the list is {list} bytes");
}

#[tokio::test]
async fn tools_are_described_in_full() {
    for tool in tools().await {
        let name = tool["name"].as_str().unwrap();
        assert!(
            tool["title"].is_string() && tool["outputSchema"].is_object(),
            "{name}"
        );
        assert!(tool["description"].is_string(), "{name}");
        if ["tasks_delete", "tasks_reopen"].contains(&name) {
            assert!(
                tool["description"].as_str().unwrap().contains("restorable"),
                "{name}"
            );
        }
        for hint in [
            "readOnlyHint",
            "destructiveHint",
            "idempotentHint",
            "openWorldHint",
        ] {
            assert!(tool["annotations"][hint].is_boolean(), "{name} {hint}");
        }
    }
}

#[tokio::test]
async fn schemas_use_only_what_every_client_knows() {
    let mut faults = Vec::new();
    for tool in tools().await {
        let name = tool["name"].as_str().unwrap();
        for kind in ["inputSchema", "outputSchema"] {
            assert_eq!(tool[kind]["type"], "object", "{name}");
            inspect(&tool[kind], &format!("{name}.{kind}"), &mut faults);
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

fn inspect(schema: &Value, at: &str, faults: &mut Vec<String>) {
    const KNOWN: &[&str] = &[
        "type",
        "description",
        "enum",
        "items",
        "properties",
        "required",
        "minimum",
        "maximum",
        "minItems",
        "maxItems",
    ];
    for (keyword, value) in schema.as_object().unwrap() {
        if !KNOWN.contains(&keyword.as_str()) || value.is_null() {
            faults.push(format!("{at} uses {keyword}: {value}"));
        }
    }
    match schema["type"].as_str() {
        Some("object") => {
            let empty = serde_json::Map::new();
            let properties = schema["properties"].as_object().unwrap_or(&empty);
            for (name, property) in properties {
                inspect(property, &format!("{at}.{name}"), faults);
            }
            for required in schema["required"].as_array().into_iter().flatten() {
                if !properties.contains_key(required.as_str().unwrap()) {
                    faults.push(format!("{at} requires {required}, which it does not have"));
                }
            }
        }
        Some("array") => inspect(&schema["items"], &format!("{at}[]"), faults),
        Some("string" | "integer" | "boolean") => {}
        other => faults.push(format!("{at} has type {other:?}")),
    }
    if let Some(literals) = schema["enum"].as_array()
        && !literals.iter().all(Value::is_string)
    {
        faults.push(format!("{at} has literals that are not strings"));
    }
}

/// Hosts show what a bundle says before they start it.
#[tokio::test]
async fn the_bundle_names_every_tool_and_this_version() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/mcp");
    let read = |name: &str| -> Value {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let (manifest, server) = (read("manifest.json"), read("server.json"));
    let named = |tools: &[Value]| -> Vec<Value> {
        let names = tools.iter().map(|tool| tool["name"].clone());
        names.collect()
    };
    let bundled = manifest["tools"].as_array().unwrap();
    assert_eq!(named(bundled), named(&tools().await));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(manifest["version"], version);
    assert_eq!(server["version"], version);
    let image = server["packages"][0]["identifier"].as_str().unwrap();
    assert!(image.ends_with(&format!(":{version}")), "{image}");
}
