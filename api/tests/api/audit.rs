//! `GET /api/v1/audit`

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};
use taskwire_domain::event::EventData;
use taskwire_domain::{EventId, UserId};
use taskwire_store::{AuditRow, StoredEvent, Tx};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    shows_who_changed_what,
    newest_first_page_by_page,
    of_one_task,
    refuses_what_it_cannot_accept,
);

const AUDIT: &str = "/api/v1/audit";

/// Acts as the audit consumer.
pub(crate) async fn write_down(app: &App, owner: UserId) {
    let mut tx = app.db.begin().await.unwrap();
    for event in tx.events_of(owner, 0, i64::MAX, 1000).await.unwrap() {
        write_line(&mut tx, owner, &event).await;
    }
    tx.commit().await.unwrap();
}

/// Writes the line of an event.
pub(crate) async fn write_line(tx: &mut Tx, owner: UserId, event: &StoredEvent) {
    let payload: Value = serde_json::from_str(&event.payload).unwrap();
    let data: EventData = serde_json::from_value(payload["data"].clone()).unwrap();
    let at = payload["time"].as_str().unwrap().parse().unwrap();
    let row = AuditRow::new(owner, event.seq, EventId(event.id.0), &event.kind, at, data);
    tx.insert_audit(&row).await.unwrap();
}

async fn shows_who_changed_what(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Pay rent"})).await;
    app.at("2026-11-20T12:05:00Z");
    app.call("PATCH", "/api/v1/tasks/1")
        .header("taskwire-via", "mcp")
        .header("taskwire-client", "some-host/1.0")
        .header("taskwire-chat-turn", "turn-1")
        .header("taskwire-tool-call", "call-1")
        .json(&json!({"title": "Pay the rent"}))
        .send()
        .await
        .expect(200);
    let before = app.get(AUDIT).await.expect(200);
    assert_eq!(before, json!({"items": [], "next_cursor": null}));
    write_down(&app, app.ada.id()).await;
    let page = app.get(AUDIT).await.expect(200);
    let line = &page["items"][0];
    allow_duplicates! { assert_json_snapshot!(
        line,
        {".event" => "[id]", ".task" => "[id]", ".change" => "[id]", ".actor.user" => "[id]", ".actor.token" => "[id]",
            ".before" => "[task]", ".after" => "[task]"},
        @r#"
    {
      "actor": {
        "chat_turn": "turn-1",
        "client": "some-host/1.0",
        "token": "[id]",
        "tool_call": "call-1",
        "user": "[id]",
        "via": "mcp"
      },
      "after": "[task]",
      "at": "2026-11-20T12:05:00Z",
      "before": "[task]",
      "change": "[id]",
      "event": "[id]",
      "number": 1,
      "reason": null,
      "task": "[id]",
      "type": "task.updated.v1"
    }
    "#) };
    assert_eq!(line["before"]["title"], "Pay rent");
    assert_eq!(line["after"]["title"], "Pay the rent");
    assert_eq!(line["after"], app.get("/api/v1/tasks/1").await.expect(200));
    assert_eq!(line["change"], line["after"]["change"]);
    assert_eq!(page["items"][1]["type"], "task.created.v1");
    assert_eq!(page["items"][1]["before"], Value::Null);
    assert_eq!(page["items"][1]["actor"]["via"], "rest");
}

async fn newest_first_page_by_page(db: TestDb) {
    let app = App::open(db).await;
    for n in 1..=5 {
        app.task(json!({"title": format!("{n}")})).await;
    }
    let bob = app.person("Bob").await;
    app.call("POST", "/api/v1/tasks")
        .token(&bob.token)
        .json(&json!({"title": "x"}))
        .send()
        .await
        .expect(201);
    write_down(&app, app.ada.id()).await;
    write_down(&app, bob.id()).await;
    let mut numbers = vec![];
    let mut path = format!("{AUDIT}?limit=2");
    loop {
        let page = app.get(&path).await.expect(200);
        for line in page["items"].as_array().unwrap() {
            numbers.push(line["number"].as_i64().unwrap());
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{AUDIT}?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(numbers, [5, 4, 3, 2, 1]);
    let own = app
        .call("GET", AUDIT)
        .token(&bob.token)
        .send()
        .await
        .expect(200);
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
}

async fn of_one_task(db: TestDb) {
    let app = App::open(db).await;
    let task = app.task(json!({"title": "one", "tags": ["new"]})).await;
    app.task(json!({"title": "two"})).await;
    app.patch("/api/v1/tasks/1", json!({"title": "uno"}))
        .await
        .expect(200);
    app.delete("/api/v1/tasks/1").await.expect(200);
    write_down(&app, app.ada.id()).await;
    let id = task["id"].as_str().unwrap();
    for reference in ["1", id] {
        let page = app
            .get(&format!("{AUDIT}?task={reference}"))
            .await
            .expect(200);
        let kinds: Vec<&Value> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| &line["type"])
            .collect();
        assert_eq!(
            kinds,
            ["task.deleted.v1", "task.updated.v1", "task.created.v1"]
        );
    }
    // A cursor of one list is not valid for another.
    let page = app
        .get(&format!("{AUDIT}?task=1&limit=1"))
        .await
        .expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    app.get(&format!("{AUDIT}?task=2&cursor={cursor}"))
        .await
        .refused(422, "invalid_cursor");
    app.get(&format!("{AUDIT}?cursor={cursor}"))
        .await
        .refused(422, "invalid_cursor");
    app.get(&format!("/api/v1/tasks?cursor={cursor}"))
        .await
        .refused(422, "invalid_cursor");
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    for (query, status, code) in [
        ("limit=0", 422, "invalid_limit"),
        ("limit=201", 422, "invalid_limit"),
        ("limit=x", 422, "invalid_type"),
        ("task=x", 422, "invalid_task_reference"),
        ("task=1", 404, "not_found"),
        ("cursor=x", 422, "invalid_cursor"),
        ("tsk=1", 422, "unknown_field"),
    ] {
        app.get(&format!("{AUDIT}?{query}"))
            .await
            .refused(status, code);
    }
    app.anonymous("GET", AUDIT)
        .send()
        .await
        .refused(401, "unauthorized");
    let writer = app.token("Ada", &["write"]).await;
    app.call("GET", AUDIT)
        .token(&writer)
        .send()
        .await
        .refused(403, "insufficient_scope");
}
