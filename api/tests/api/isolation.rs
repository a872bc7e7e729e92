//! Users with the same names and numbers do not meet. That ids of others are not found is in `access`.

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::hostile::create_fixtures;
use crate::support::App;

both_databases!(
    a_number_means_ones_own_task,
    lists_show_ones_own_things_only,
    a_stream_carries_ones_own_events_only,
);

async fn a_number_means_ones_own_task(db: TestDb) {
    let app = App::open(db).await;
    create_fixtures(&app).await;
    let eve = app.person("Eve").await;
    let get = |token: &str| app.call("GET", "/api/v1/tasks/1").token(token);
    get(&eve.token).send().await.refused(404, "not_found");
    let made = app
        .call("POST", "/api/v1/tasks")
        .token(&eve.token)
        .json(&json!({"title": "Eve's own", "tags": ["Work", "secret"]}))
        .send()
        .await
        .expect(201);
    assert_eq!(made["number"], 1);
    assert_eq!(
        get(&eve.token).send().await.expect(200)["title"],
        "Eve's own"
    );
    assert_eq!(
        get(&app.ada.token).send().await.expect(200)["title"],
        "Stretch"
    );
    // A message with the same id in a conversation with the same id is a different one.
    let hello = "/api/v1/conversations/talk/messages/hello";
    let message = json!({"role": "user", "parts": [{"type": "text", "text": "Eve"}]});
    app.call("PUT", hello)
        .token(&eve.token)
        .json(&message)
        .send()
        .await
        .expect(200);
    let claim = "/api/v1/conversations/talk/approvals/ask/claim";
    let claimed = app
        .call("POST", claim)
        .token(&eve.token)
        .json(&json!({"approved": true}))
        .send()
        .await;
    claimed.refused(404, "not_found");
    let kept = app.get("/api/v1/conversations/talk").await.expect(200);
    assert_eq!(kept["messages"][0]["parts"][0]["text"], "Hi");
    app.call("DELETE", "/api/v1/conversations/talk")
        .token(&eve.token)
        .send()
        .await
        .expect(204);
    app.get("/api/v1/conversations/talk").await.expect(200);
    // The same idempotency key of two users is two keys.
    let create = |token: &str| {
        app.call("POST", "/api/v1/tasks")
            .token(token)
            .header("idempotency-key", "one")
            .json(&json!({"title": "Milk"}))
    };
    let adas = create(&app.ada.token).send().await.expect(201);
    let eves = create(&eve.token).send().await.expect(201);
    assert_ne!(adas["id"], eves["id"]);
    // A cursor is not valid for another user.
    for n in 0..3 {
        app.task(json!({"title": format!("Task {n}")})).await;
    }
    let page = app.get("/api/v1/tasks?limit=1").await.expect(200);
    let path = format!(
        "/api/v1/tasks?limit=1&cursor={}",
        page["next_cursor"].as_str().unwrap()
    );
    app.call("GET", &path)
        .token(&eve.token)
        .send()
        .await
        .refused(422, "invalid_cursor");
}

async fn lists_show_ones_own_things_only(db: TestDb) {
    let app = App::open(db).await;
    create_fixtures(&app).await;
    app.task(json!({"title": "Secret plan", "tags": ["hidden"]}))
        .await;
    let eve = app.person("Eve").await;
    for path in [
        "tasks?status=all",
        "tasks?q=secret",
        "tasks?status=all&due_after=2000-01-01",
        "conversations",
        "audit",
        "changes",
    ] {
        let seen = app
            .call("GET", &format!("/api/v1/{path}"))
            .token(&eve.token)
            .send()
            .await;
        assert_eq!(
            seen.expect(200),
            json!({"items": [], "next_cursor": null}),
            "{path}"
        );
    }
    let hidden = app
        .call("GET", "/api/v1/tasks?tag=hidden")
        .token(&eve.token)
        .send()
        .await;
    hidden.refused(422, "unknown_tag");
    let tags = app
        .call("GET", "/api/v1/tags")
        .token(&eve.token)
        .send()
        .await
        .expect(200);
    assert!(
        tags["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|tag| tag["name"] != "hidden")
    );
    let tokens = app
        .call("GET", "/api/v1/tokens")
        .token(&eve.token)
        .send()
        .await
        .expect(200);
    assert_eq!(tokens["items"].as_array().unwrap().len(), 1);
}

async fn a_stream_carries_ones_own_events_only(db: TestDb) {
    let app = App::open(db).await;
    let eve = app.person("Eve").await;
    let before = app.task(json!({"title": "Ada's, before"})).await;
    let make = |token: &str, title: &str| {
        app.call("POST", "/api/v1/tasks")
            .token(token)
            .json(&json!({"title": title}))
            .send()
    };
    let mut stream = app
        .call("GET", "/api/v1/events?after=0")
        .token(&eve.token)
        .listen()
        .await;
    make(&app.ada.token, "Ada's, after").await.expect(201);
    let own = make(&eve.token, "Eve's").await.expect(201);
    let first = stream.next().await.unwrap();
    assert_eq!(first.data["data"]["after"]["id"], own["id"]);
    assert_ne!(first.data["data"]["after"]["id"], before["id"]);
    // Her next number does not depend on what others do in between.
    make(&app.ada.token, "Ada's, again").await.expect(201);
    let own = make(&eve.token, "Eve's second").await.expect(201);
    assert_eq!(
        stream.next().await.unwrap().data["data"]["after"]["id"],
        own["id"]
    );
}
