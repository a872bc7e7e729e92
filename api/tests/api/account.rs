//! `DELETE /api/v1/me` and `GET /api/v1/me/export`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use taskwire_api::admin;
use taskwire_domain::Clock;
use taskwire_testkit::{TestDb, both_databases, eventually};

use crate::audit;
use crate::hostile::create_fixtures;
use crate::session::{SESSION, signed_in};
use crate::support::{App, Call, LIMIT, Reply};

both_databases!(
    everything_of_the_user_is_deleted,
    a_deletion_that_was_interrupted_goes_on,
    without_a_password_a_session_must_be_fresh,
    refuses_to_delete_what_is_not_confirmed,
    an_export_has_everything,
    an_export_of_many_tasks_comes_in_pages,
);

const ME: &str = "/api/v1/me";

/// A request of the page with this session.
fn page(app: &App, method: &str, path: &str, cookie: &str) -> Call {
    app.anonymous(method, path)
        .header("cookie", cookie)
        .header("sec-fetch-site", "same-origin")
}

pub(crate) async fn with_password(app: &App) {
    let now = app.clock.now();
    admin::set_password(&app.db, &app.ids, now, "Ada", "correct horse")
        .await
        .unwrap();
    // The cached credential has no password yet.
    app.clock.advance(SignedDuration::from_secs(1));
}

async fn delete(app: &App, body: Value) -> Reply {
    app.call("DELETE", ME).json(&body).send().await
}

/// Something of each kind that a user can have.
async fn furnish(app: &App) {
    create_fixtures(app).await;
    app.post("/api/v1/invitations", json!({"label": "Zoe"}))
        .await
        .expect(201);
    app.call("POST", "/api/v1/tasks")
        .header("idempotency-key", "k")
        .json(
            &json!({"title": "Call", "due": "2026-11-20T14:00", "tags": ["work"],
            "reminders": [{"minutes_before": 30}]}),
        )
        .send()
        .await
        .expect(201);
    crate::session::code(app).await;
    app.at("2026-11-20T12:31:00Z");
    app.service("POST", "/api/v1/internal/reminders/fire", app.ada.id())
        .send()
        .await
        .expect(200);
    audit::write_down(app, app.ada.id()).await;
}

/// Waits until nothing of Ada is left, as far as the API can tell. That no table has rows of hers is tested with the store.
async fn until_erased(app: &App) {
    let is_gone = async || {
        let mut tx = app.db.read().await.unwrap();
        let owner = app.ada.id();
        tx.next_closed_account().await.unwrap().is_none()
            && tx.find_user(owner).await.unwrap().is_none()
            && tx.tasks_after(owner, 0, 1).await.unwrap().is_empty()
            && tx
                .events_of(owner, 0, i64::MAX, 1)
                .await
                .unwrap()
                .is_empty()
            && tx
                .list_audit(owner, None, i64::MAX, 1)
                .await
                .unwrap()
                .is_empty()
    };
    eventually(LIMIT, || async { is_gone().await.then_some(()) }).await;
}

async fn everything_of_the_user_is_deleted(db: TestDb) {
    let app = App::open(db).await;
    furnish(&app).await;
    let eve = app.person("Eve").await;
    let made = app
        .call("POST", "/api/v1/tasks")
        .token(&eve.token)
        .json(&json!({"title": "Eve's own"}))
        .send()
        .await
        .expect(201);
    with_password(&app).await;
    let mut stream = app.call("GET", "/api/v1/events?after=0").listen().await;
    while stream.next().await.unwrap().data["type"] != "reminder.due.v1" {}
    let reply = delete(&app, json!({"name": "ada", "password": "correct horse"})).await;
    reply.expect(202);
    app.get(ME).await.refused(401, "unauthorized");
    app.anonymous("POST", SESSION)
        .json(&json!({"name": "Ada", "password": "correct horse"}))
        .send()
        .await
        .refused(401, "wrong_name_or_password");
    assert_eq!(stream.next().await, None);
    until_erased(&app).await;
    let task = app.call("GET", "/api/v1/tasks/1").token(&eve.token);
    assert_eq!(task.send().await.expect(200)["id"], made["id"]);
    // The name is free again, for an account that has nothing of the old one.
    let again = json!({"name": "Ada", "password": "correct horse"});
    let call = app.anonymous("POST", "/api/v1/users").json(&again);
    let made = call.send().await.expect(201);
    assert_ne!(made["id"], json!(app.ada.view.id));
}

async fn a_deletion_that_was_interrupted_goes_on(db: TestDb) {
    let app = App::open(db).await;
    furnish(&app).await;
    let mut tx = app.db.begin().await.unwrap();
    assert!(
        tx.close_account(app.ada.id(), app.clock.now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    app.clock.advance(SignedDuration::from_secs(1));
    app.get(ME).await.refused(401, "unauthorized");
    // Meanwhile the name is taken, and services find no such user.
    app.anonymous("POST", "/api/v1/users")
        .json(&json!({"name": "Ada", "password": "correct horse"}))
        .send()
        .await
        .refused(409, "name_taken");
    app.service("GET", ME, app.ada.id())
        .send()
        .await
        .refused(404, "not_found");
    let pruned = app.api.prune().await.unwrap();
    assert!(pruned.accounts > 10, "{pruned:?}");
    until_erased(&app).await;
    assert_eq!(app.api.prune().await.unwrap().accounts, 0);
}

async fn without_a_password_a_session_must_be_fresh(db: TestDb) {
    let app = App::open(db).await;
    let body = json!({"name": "Ada"});
    let problem = delete(&app, body.clone()).await;
    problem.refused(422, "sign_in_again");
    let cookie = signed_in(&app).await;
    let close = || page(&app, "DELETE", ME, &cookie).json(&body).send();
    app.at("2026-11-20T12:10:01Z");
    close().await.refused(422, "sign_in_again");
    app.at("2026-11-20T12:10:00Z");
    let reply = close().await;
    reply.expect(202);
    assert!(reply.header("set-cookie").contains("Max-Age=0"));
    app.get(ME).await.refused(401, "unauthorized");
}

async fn refuses_to_delete_what_is_not_confirmed(db: TestDb) {
    let app = App::open(db).await;
    let refused = async |body: Value, code: &str| {
        delete(&app, body).await.refused(422, code);
    };
    refused(json!({}), "missing_field").await;
    refused(json!({"name": "Eve"}), "wrong_name").await;
    refused(json!({"name": "Ada", "password": "x"}), "no_password").await;
    with_password(&app).await;
    refused(json!({"name": "Ada"}), "password_required").await;
    refused(json!({"name": "Ada", "password": "x"}), "wrong_password").await;
    let body = json!({"name": "Ada", "password": "correct horse"});
    app.call("DELETE", ME)
        .header("if-match", "\"another\"")
        .json(&body)
        .send()
        .await
        .refused(412, "version_mismatch");
    let careful = app.token("Ada", &["read", "write", "no-delete"]).await;
    app.call("DELETE", ME)
        .token(&careful)
        .json(&body)
        .send()
        .await
        .refused(403, "insufficient_scope");
    app.get(ME).await.expect(200);
}

/// The lines of an export.
async fn export(app: &App) -> Vec<Value> {
    let reply = app.get("/api/v1/me/export").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "application/x-ndjson");
    let text = reply.text();
    assert!(text.ends_with('\n'));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

async fn an_export_has_everything(db: TestDb) {
    let app = App::open(db).await;
    furnish(&app).await;
    app.delete("/api/v1/tasks/2").await.expect(200);
    let eve = app.person("Eve").await;
    app.call("POST", "/api/v1/tasks")
        .token(&eve.token)
        .json(&json!({"title": "Eve's own"}))
        .send()
        .await
        .expect(201);
    let lines = export(&app).await;
    let of = |kind: &str| -> Vec<&Value> {
        lines
            .iter()
            .filter(|line| line["type"] == kind)
            .map(|line| &line["data"])
            .collect()
    };
    assert_eq!(lines[0]["type"], "export");
    assert_eq!(lines[0]["data"]["format"], 1);
    let end = lines.last().unwrap();
    assert_eq!(
        end,
        &json!({"type": "end", "data": {"lines": lines.len() - 1}})
    );
    assert_eq!(of("user")[0]["name"], "Ada");
    let tasks = of("task");
    assert_eq!(tasks.len(), 2);
    assert_eq!(tasks[0]["recurrence"]["rrule"], "FREQ=DAILY");
    assert_eq!(tasks[0]["reminders"][0]["minutes_before"], 5);
    // In the trash.
    assert_eq!(tasks[1]["title"], "Call");
    let tags = app.get("/api/v1/tags").await.expect(200);
    assert_eq!(of("tag").len(), tags["items"].as_array().unwrap().len());
    assert_eq!(of("filter")[0]["filter"], "p1");
    assert_eq!(of("token").len(), 2);
    assert_eq!(of("grant")[0]["name"], "Claude Code");
    // What can no longer be undone too, with all that it wrote.
    let changes = of("change");
    assert_eq!(changes.last().unwrap()["kind"], "create");
    let written = &changes.last().unwrap()["items"][0]["task"];
    assert_eq!(
        (&written["number"], &written["title"]),
        (&json!(1), &json!("Stretch"))
    );
    let listed = app.get("/api/v1/changes").await.expect(200);
    assert!(changes.len() >= listed["items"].as_array().unwrap().len());
    assert_eq!(
        of("conversation")[0]["messages"][0]["parts"][0]["text"],
        "Hi"
    );
    assert_eq!(of("notification").len(), 1);
    assert!(!of("audit").is_empty());
    let text = app.get("/api/v1/me/export").await.text();
    assert!(!text.contains("Eve") && !text.contains(&app.ada.token));
    app.call("GET", "/api/v1/me/export")
        .header("if-match", "\"1\"")
        .send()
        .await
        .refused(412, "no_version");
}

async fn an_export_of_many_tasks_comes_in_pages(db: TestDb) {
    let app = App::open(db).await;
    for n in 0..401 {
        app.task(json!({"title": format!("Task {n}")})).await;
    }
    let lines = export(&app).await;
    let tasks = lines.iter().filter(|line| line["type"] == "task");
    let numbers: Vec<i64> = tasks
        .map(|task| task["data"]["number"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=401).collect::<Vec<_>>());
}
