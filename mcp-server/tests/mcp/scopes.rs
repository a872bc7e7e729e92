//! The scopes of a token decide which tools are listed.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use http::{Request, header};
use serde_json::{Value, json};
use taskwire_client::Secret;
use taskwire_domain::contract::NewToken;
use taskwire_mcp::{HttpOptions, TaskServer, router};
use taskwire_testkit::{TestDb, both_databases};
use tower::ServiceExt;

use crate::pipe::Pipe;
use crate::service::Service;

both_databases!(only_tools_that_the_token_allows_are_listed);

const READS: [&str; 4] = ["tasks_find", "tasks_agenda", "tasks_history", "tags_list"];

const WRITES: [&str; 6] = [
    "tasks_add",
    "tasks_update",
    "tasks_reschedule",
    "tasks_complete",
    "tasks_reopen",
    "changes_undo",
];

fn names(tools: &Value) -> BTreeSet<String> {
    let tools = tools.as_array().unwrap().iter();
    tools
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn over_http(service: &Service, token: &str) -> Value {
    let app = router(service.api.clone(), HttpOptions::default());
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}});
    let request = Request::post("/mcp")
        .header(header::HOST, "localhost")
        .header(header::ACCEPT, "application/json, text/event-stream")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(list.to_string()))
        .unwrap();
    let response = app.oneshot(request).await.unwrap();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let answer: Value = serde_json::from_slice(&bytes).unwrap();
    answer["result"]["tools"].clone()
}

async fn only_tools_that_the_token_allows_are_listed(db: TestDb) {
    let service = Service::open(db).await;
    let own = service.api.with_token(service.token.clone());
    for (scopes, expected) in [
        (&["read"][..], READS.to_vec()),
        (&["write", "no-delete"], WRITES.to_vec()),
        (
            &["read", "write", "no-delete"],
            [&READS[..], &WRITES, &["tags_change"]].concat(),
        ),
        (
            &["read", "write"],
            [&READS[..], &WRITES, &["tags_change", "tasks_delete"]].concat(),
        ),
        (&["delete"], vec!["tasks_delete"]),
    ] {
        let token = NewToken {
            label: "x".to_owned(),
            scopes: Some(scopes.iter().map(|&scope| scope.to_owned()).collect()),
            expires_in_days: None,
        };
        let token = own.create_token(&token).await.unwrap().token.unwrap();
        let expected: BTreeSet<String> = expected.into_iter().map(str::to_owned).collect();
        let client = service.api.with_token(Secret::new(&token));
        let pipe = Pipe::to(TaskServer::fixed(client)).await;
        assert_eq!(names(&pipe.tools().await), expected, "{scopes:?}");
        assert_eq!(names(&over_http(&service, &token).await), expected);
    }
}
