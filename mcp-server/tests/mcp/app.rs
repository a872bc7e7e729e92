//! The board: offered to hosts with apps, and readable by all. The page itself is tried in `web/e2e`.

use rmcp::ServiceExt;
use rmcp::model::{ClientCapabilities, ReadResourceRequestParams};
use serde_json::{Value, json};
use taskwire_mcp::{TaskServer, serve_duplex};

use crate::fake::Fake;
use crate::http::{MODERN, Post, app, modern_meta};
use crate::pipe::{Pipe, me};

const BOARD: &str = "ui://taskwire/board";

/// The names of the tools whose results the board shows.
fn with_board(tools: &Value) -> Vec<&str> {
    let tools = tools.as_array().unwrap().iter();
    let tools = tools.filter(|tool| {
        let meta = &tool["_meta"];
        assert_eq!(meta["ui"]["resourceUri"], meta["ui/resourceUri"]);
        meta["ui"]["resourceUri"] == BOARD
    });
    tools.map(|tool| tool["name"].as_str().unwrap()).collect()
}

const SHOWN: [&str; 3] = ["tasks_add", "tasks_agenda", "tasks_find"];

#[tokio::test]
async fn connected_hosts_with_apps_are_offered_the_board() {
    let fake = Fake::default();
    let without = Pipe::new(&fake).await;
    assert_eq!(with_board(&without.tools().await), [""; 0]);

    let apps = json!({"extensions": {"io.modelcontextprotocol/ui": {"mimeTypes": ["text/html;profile=mcp-app"]}}});
    let mut host = me();
    host.capabilities = serde_json::from_value::<ClientCapabilities>(apps).unwrap();
    let server = TaskServer::fixed(fake.signed_in());
    let with = Pipe(host.serve(serve_duplex(server)).await.unwrap());
    assert_eq!(with_board(&with.tools().await), SHOWN);
}

#[tokio::test]
async fn hosts_over_http_are_offered_the_board_unless_they_declare_no_apps() {
    let app = app(&Fake::default());
    let list = |meta: Value| json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {"_meta": meta}});
    let legacy = Post::signed_in()
        .header("mcp-protocol-version", "2025-06-18")
        .ask(&app, list(json!({})))
        .await;
    assert_eq!(with_board(&legacy["result"]["tools"]), SHOWN);

    let mut with = modern_meta();
    with["io.modelcontextprotocol/clientCapabilities"] =
        json!({"extensions": {"io.modelcontextprotocol/ui": {}}});
    for (meta, expected) in [(modern_meta(), &[][..]), (with, &SHOWN[..])] {
        let modern = Post::signed_in()
            .header("mcp-protocol-version", MODERN)
            .header("mcp-method", "tools/list")
            .ask(&app, list(meta))
            .await;
        assert_eq!(with_board(&modern["result"]["tools"]), expected);
    }
}

#[tokio::test]
async fn the_board_is_a_page_that_needs_no_address() {
    let pipe = Pipe::new(&Fake::default()).await;
    let listed = pipe.0.list_all_resources().await.unwrap();
    let listed = listed.iter().find(|resource| resource.uri == BOARD);
    let listed = serde_json::to_value(listed.unwrap()).unwrap();
    let read = ReadResourceRequestParams::new(BOARD);
    let read = serde_json::to_value(pipe.0.read_resource(read).await.unwrap()).unwrap();
    let page = &read["contents"][0];
    for resource in [&listed, page] {
        assert_eq!(resource["uri"], BOARD);
        assert_eq!(resource["mimeType"], "text/html;profile=mcp-app");
        assert_eq!(resource["_meta"]["ui"]["csp"], json!({}));
    }
    let html = page["text"].as_str().unwrap();
    assert!(html.starts_with("<!doctype html>"), "{html}");
}
