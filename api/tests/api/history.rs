//! `GET /api/v1/tasks/{task}/history`

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::audit::write_down;
use crate::support::App;

both_databases!(
    tells_who_changed_what_from_what_to_what,
    is_complete_before_and_after_the_audit,
    has_the_reminders,
    keeps_the_reminders_of_deleted_events,
    comes_in_pages,
);

const HISTORY: &str = "/api/v1/tasks/1/history";

async fn history(app: &App) -> Vec<Value> {
    let page = app.get(HISTORY).await.expect(200);
    page["items"].as_array().unwrap().clone()
}

fn kinds(history: &[Value]) -> Vec<&str> {
    history
        .iter()
        .map(|entry| entry["type"].as_str().unwrap())
        .collect()
}

async fn tells_who_changed_what_from_what_to_what(db: TestDb) {
    let app = App::open(db).await;
    app.task(
        json!({"title": "Water", "due": "2026-11-20", "recurrence": {"text": "every day"},
        "tags": ["home"]}),
    )
    .await;
    app.at("2026-11-20T12:05:00Z");
    app.call("PATCH", "/api/v1/tasks/1")
        .header("taskwire-via", "chat")
        .header("taskwire-client", "Taskwire/1")
        .header("taskwire-chat-turn", "turn-1")
        .header("taskwire-tool-call", "call-1")
        .json(&json!({"title": "Water all", "priority": "high", "tags": [], "recurrence": {"text": "every week"}}))
        .send()
        .await
        .expect(200);
    app.post("/api/v1/tasks/1/skip", json!({"reason": "It rained."}))
        .await
        .expect(200);
    let all = history(&app).await;
    assert_eq!(
        kinds(&all),
        ["task.skipped.v1", "task.updated.v1", "task.created.v1"]
    );
    assert_eq!(all[0]["reason"], "It rained.");
    assert_eq!(
        all[0]["changes"],
        json!([{"field": "status", "from": "open", "to": "skipped"}])
    );
    let changed = &all[1];
    assert_eq!(changed["at"], "2026-11-20T12:05:00Z");
    assert_eq!(changed["version"], 2);
    assert_eq!(changed["actor"]["via"], "chat");
    assert_eq!(changed["actor"]["chat_turn"], "turn-1");
    assert_eq!(changed["actor"]["tool_call"], "call-1");
    let field = |name: &str| {
        let all = changed["changes"].as_array().unwrap().iter();
        let found = all.clone().find(|change| change["field"] == name);
        let found = found.unwrap_or_else(|| panic!("{name}: {changed}"));
        (found["from"].clone(), found["to"].clone())
    };
    assert_eq!(field("title"), (json!("Water"), json!("Water all")));
    assert_eq!(field("priority"), (json!("none"), json!("high")));
    assert_eq!(field("tags"), (json!(["home"]), json!([])));
    let (from, to) = field("recurrence");
    assert_eq!(
        (&from["text"], &to["rrule"]),
        (&json!("every day"), &json!("FREQ=WEEKLY"))
    );
    // Of a creation, only what has a value.
    let made = all[2]["changes"].as_array().unwrap();
    let fields: Vec<&Value> = made.iter().map(|change| &change["field"]).collect();
    assert_eq!(
        fields,
        ["title", "status", "tags", "due", "recurrence", "occurrence"]
    );
    assert!(made.iter().all(|change| change["from"].is_null()));
    app.get("/api/v1/tasks/2/history")
        .await
        .refused(404, "not_found");
}

async fn is_complete_before_and_after_the_audit(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Milk"})).await;
    app.task(json!({"title": "Bread"})).await;
    app.patch("/api/v1/tasks/1", json!({"title": "Oat milk"}))
        .await
        .expect(200);
    let fresh = history(&app).await;
    assert_eq!(kinds(&fresh), ["task.updated.v1", "task.created.v1"]);
    // The audit consumer has handled the events, and they were deleted.
    write_down(&app, app.ada.id()).await;
    assert_eq!(history(&app).await, fresh);
    let mut tx = app.db.begin().await.unwrap();
    let end = tx.end_of_events().await.unwrap();
    for consumer in ["audit", "recurrence", "reminder"] {
        tx.advance_consumer(consumer, end).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(history(&app).await, fresh);
    app.at("2027-06-01T12:00:00Z");
    assert!(app.api.prune().await.unwrap().events > 0);
    assert_eq!(history(&app).await, fresh);
    // New ones come on top.
    app.patch("/api/v1/tasks/1", json!({"notes": "Two"}))
        .await
        .expect(200);
    let all = history(&app).await;
    assert_eq!(all.len(), 3);
    assert_eq!(all[1..], fresh);
}

async fn has_the_reminders(db: TestDb) {
    let app = App::open(db).await;
    app.task(
        json!({"title": "Milk", "due": "2026-11-20T14:00", "reminders": [{"minutes_before": 30}]}),
    )
    .await;
    app.at("2026-11-20T12:35:00Z");
    let fire = || async {
        let path = "/api/v1/internal/reminders/fire";
        let fired = app.service("POST", path, app.ada.id()).send().await;
        fired.expect(200)
    };
    assert_eq!(fire().await["fired"], 1);
    let expected = [
        "reminder.due.v1",
        "reminder.scheduled.v1",
        "task.created.v1",
    ];
    let fresh = history(&app).await;
    assert_eq!(kinds(&fresh), expected);
    assert_eq!(fresh[0]["reminder"]["minutes_before"], 30);
    assert_eq!(fresh[0]["changes"], json!([]));
    write_down(&app, app.ada.id()).await;
    assert_eq!(history(&app).await, fresh);
    // The audit log tells of the task alone.
    let audit = app.get("/api/v1/audit?task=1").await.expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
}

async fn keeps_the_reminders_of_deleted_events(db: TestDb) {
    let app = App::open(db).await;
    for title in ["Milk", "Bread"] {
        app.task(json!({"title": title, "due": "2026-11-20T14:00", "reminders": [{"minutes_before": 30}]}))
            .await;
    }
    app.at("2026-11-20T12:35:00Z");
    let fired = app
        .service("POST", "/api/v1/internal/reminders/fire", app.ada.id())
        .send()
        .await;
    fired.expect(200);
    // The audit consumer does not follow reminders.
    let mut tx = app.db.begin().await.unwrap();
    for event in tx.events_of(app.ada.id(), 0, i64::MAX, 1000).await.unwrap() {
        if !event.kind.starts_with("reminder.") {
            crate::audit::write_line(&mut tx, app.ada.id(), &event).await;
        }
    }
    let end = tx.end_of_events().await.unwrap();
    for consumer in ["audit", "recurrence", "reminder"] {
        tx.advance_consumer(consumer, end).await.unwrap();
    }
    tx.commit().await.unwrap();
    let fresh = history(&app).await;
    assert_eq!(fresh.len(), 3);
    app.at("2027-06-01T12:00:00Z");
    assert!(app.api.prune().await.unwrap().events > 0);
    let mut tx = app.db.read().await.unwrap();
    let left = tx.events_of(app.ada.id(), 0, i64::MAX, 10).await.unwrap();
    assert!(left.is_empty());
    assert_eq!(history(&app).await, fresh);
    // The audit log tells of the tasks alone, but an export has all that is stored.
    let audit = app.get("/api/v1/audit").await.expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 2);
    let export = app.get("/api/v1/me/export").await.text();
    assert_eq!(export.matches("\"reminder.due.v1\"").count(), 2);
}

async fn comes_in_pages(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "0"})).await;
    for title in ["1", "2", "3", "4"] {
        app.patch("/api/v1/tasks/1", json!({"title": title}))
            .await
            .expect(200);
    }
    let whole = history(&app).await;
    // Half of it is in the audit log.
    let mut found = vec![];
    let mut path = format!("{HISTORY}?limit=2");
    loop {
        let page = app.get(&path).await.expect(200);
        found.extend(page["items"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("{HISTORY}?limit=2&cursor={cursor}");
        write_down(&app, app.ada.id()).await;
    }
    assert_eq!(found, whole);
    app.get(&format!("{HISTORY}?cursor=nonsense"))
        .await
        .refused(422, "invalid_cursor");
}
