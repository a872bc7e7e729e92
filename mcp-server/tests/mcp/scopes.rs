//! The scopes of a token, and the mode of a server, decide which tools are listed.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use http::{Request, header};
use serde_json::{Value, json};
use taskwire_client::Secret;
use taskwire_domain::contract::NewToken;
use taskwire_mcp::{HttpOptions, Mode, TaskServer, router};
use taskwire_testkit::{TestDb, both_databases};
use tower::ServiceExt;

use crate::pipe::Pipe;
use crate::service::Service;

both_databases!(
    only_tools_that_the_token_allows_are_listed,
    a_server_does_no_more_than_its_mode
);

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

async fn over_http(service: &Service, token: &str, mode: Mode) -> Value {
    let options = HttpOptions {
        mode,
        ..HttpOptions::default()
    };
    let app = router(service.api.clone(), options);
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
        assert_eq!(
            names(&over_http(&service, &token, Mode::Full).await),
            expected
        );
    }
}

async fn a_server_does_no_more_than_its_mode(db: TestDb) {
    let service = Service::open(db).await;
    let tags = json!({"tag": "Work", "action": "delete"});
    let tasks = json!({"tasks": [{"title": "Report", "tags": ["work"]}]});
    service.pipe.call("tasks_add", tasks).await;
    let before = service.events().await;
    let all: Vec<String> = names(&service.pipe.tools().await).into_iter().collect();
    let token = service.token.expose().to_owned();
    for (mode, hidden, refused) in [
        (
            Mode::ReadOnly,
            [&WRITES[..], &["tags_change", "tasks_delete"]].concat(),
            vec![
                (
                    "tasks_add",
                    json!({"tasks": [{"title": "x"}]}),
                    "not to change anything",
                ),
                (
                    "tasks_add",
                    json!({"tasks": [{"title": "x"}], "dry_run": true}),
                    "not to change anything",
                ),
                (
                    "changes_undo",
                    json!({"changes": ["last"]}),
                    "not to change anything",
                ),
                ("tags_change", tags.clone(), "not to change anything"),
            ],
        ),
        (
            Mode::NoDelete,
            vec!["tasks_delete"],
            vec![
                (
                    "tasks_delete",
                    json!({"numbers": [1]}),
                    "not to delete tasks",
                ),
                ("tags_change", tags, "not to delete tags"),
                (
                    "tags_change",
                    json!({"tag": "Work", "action": " MERGE", "to": "Personal"}),
                    "not to merge tags",
                ),
            ],
        ),
    ] {
        let client = service.api.with_token(Secret::new(&token));
        let pipe = Pipe::to(TaskServer::fixed(client).with_mode(mode)).await;
        let listed = names(&pipe.tools().await);
        let expected = all.iter().filter(|name| !hidden.contains(&name.as_str()));
        assert_eq!(listed, expected.cloned().collect(), "{mode:?}");
        assert_eq!(names(&over_http(&service, &token, mode).await), listed);
        for (tool, arguments, reason) in refused {
            let text = pipe.refused(tool, arguments).await;
            assert!(text.contains(reason), "{mode:?} {tool}: {text}");
        }
        let found = pipe.call("tasks_find", json!({})).await;
        assert_eq!(found["tasks"][0]["title"], "Report");
    }
    assert_eq!(service.events().await, before);
    let client = service.api.with_token(Secret::new(&token));
    let pipe = Pipe::to(TaskServer::fixed(client).with_mode(Mode::NoDelete)).await;
    let rename = json!({"tag": "Work", "action": "rename", "to": "Job"});
    assert_eq!(pipe.call("tags_change", rename).await["tag"], "Job");
    // An undo takes back what was changed, but nothing that was added or brought back.
    let added = json!({"tasks": [{"title": "New", "tags": ["Fresh"]}], "request_id": "new"});
    let added = pipe.call("tasks_add", added).await;
    let (number, change) = (
        &added["results"][0]["task"]["number"],
        &added["results"][0]["change"],
    );
    let moved = json!({"tasks": [{"number": number, "due": "tomorrow"}]});
    let moved = pipe.call("tasks_update", moved).await;
    let undo = json!({"changes": [moved["results"][0]["change"]]});
    let undone = pipe.call("changes_undo", undo).await;
    assert_eq!(undone["tasks"][0]["due"], Value::Null);
    let full = Pipe::to(service.server.clone()).await;
    full.call("tasks_delete", json!({"numbers": [number]}))
        .await;
    let back = pipe
        .call("tasks_reopen", json!({"numbers": [number]}))
        .await;
    let before = service.events().await;
    for change in [change, &back["results"][0]["change"]] {
        for dry_run in [true, false] {
            let undo = json!({"changes": [change], "dry_run": dry_run});
            let text = pipe.refused("changes_undo", undo).await;
            assert!(text.contains("configured not to delete"), "{text}");
        }
    }
    assert_eq!(service.events().await, before);
    assert_eq!(service.task(number.as_i64().unwrap()).await["title"], "New");
    let undo = json!({"changes": [back["results"][0]["change"]]});
    let undone = full.call("changes_undo", undo).await;
    assert_eq!(undone["tasks"][0]["status"], "deleted");
}
