//! `/api/v1/conversations`

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    keeps_messages_in_order,
    the_same_id_replaces_in_place,
    what_the_model_said_only_when_asked_for,
    drops_the_end,
    deletes,
    an_approval_is_given_out_once,
    an_approval_expires,
    refuses_what_it_cannot_accept,
);

const ALL: &str = "/api/v1/conversations";

async fn say(app: &App, conversation: &str, message: &str, text: &str) -> Value {
    app.put(
        &format!("{ALL}/{conversation}/messages/{message}"),
        json!({"role": "user", "parts": [{"type": "text", "text": text}]}),
    )
    .await
    .expect(200)
}

fn ids(conversation: &Value) -> Vec<&str> {
    conversation["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["id"].as_str().unwrap())
        .collect()
}

async fn keeps_messages_in_order(db: TestDb) {
    let app = App::open(db).await;
    say(&app, "one", "m1", "What is due\ntoday?").await;
    app.at("2026-11-20T12:01:00Z");
    say(&app, "two", "m1", &"long ".repeat(30)).await;
    app.at("2026-11-20T12:02:00Z");
    let kept = app
        .put(
            "/api/v1/conversations/one/messages/m2",
            json!({"role": "assistant", "parts": []}),
        )
        .await
        .expect(200);
    assert_eq!(
        kept,
        json!({"id": "m2", "role": "assistant", "parts": [], "created_at": "2026-11-20T12:02:00Z"})
    );
    let one = app.get("/api/v1/conversations/one").await.expect(200);
    allow_duplicates! { assert_json_snapshot!(one, @r#"
    {
      "id": "one",
      "messages": [
        {
          "created_at": "2026-11-20T12:00:00Z",
          "id": "m1",
          "parts": [
            {
              "text": "What is due\ntoday?",
              "type": "text"
            }
          ],
          "role": "user"
        },
        {
          "created_at": "2026-11-20T12:02:00Z",
          "id": "m2",
          "parts": [],
          "role": "assistant"
        }
      ],
      "title": "What is due"
    }
    "#) };
    let list = app.get(ALL).await.expect(200);
    assert_eq!(list["items"][0]["id"], "one");
    assert_eq!(list["items"][0]["updated_at"], "2026-11-20T12:02:00Z");
    assert_eq!(list["items"][1]["id"], "two");
    let title = list["items"][1]["title"].as_str().unwrap();
    assert!(
        title.ends_with('…') && title.chars().count() == 81,
        "{title}"
    );
    // Conversations are not events.
    assert!(app.happened().await.is_empty());
}

async fn the_same_id_replaces_in_place(db: TestDb) {
    let app = App::open(db).await;
    for id in ["m1", "m2", "m3"] {
        say(&app, "one", id, id).await;
    }
    app.at("2026-11-20T12:05:00Z");
    say(&app, "one", "m2", "edited").await;
    let one = app.get("/api/v1/conversations/one").await.expect(200);
    assert_eq!(ids(&one), ["m1", "m2", "m3"]);
    assert_eq!(one["messages"][1]["parts"][0]["text"], "edited");
    assert_eq!(one["messages"][1]["created_at"], "2026-11-20T12:00:00Z");
}

async fn what_the_model_said_only_when_asked_for(db: TestDb) {
    let app = App::open(db).await;
    let model = json!({"signature": "c2ln", "text": "He said \\u0000 and \"quoted\""});
    app.put(
        "/api/v1/conversations/one/messages/m1",
        json!({"role": "assistant", "parts": [], "model": model}),
    )
    .await
    .expect(200);
    let one = app.get("/api/v1/conversations/one").await.expect(200);
    assert_eq!(one["messages"][0].get("model"), None);
    let one = app
        .get("/api/v1/conversations/one?include=model")
        .await
        .expect(200);
    assert_eq!(one["messages"][0]["model"], model);
    app.get("/api/v1/conversations/one?include=all")
        .await
        .refused(422, "invalid_value");
}

async fn drops_the_end(db: TestDb) {
    let app = App::open(db).await;
    for id in ["m1", "m2", "m3"] {
        say(&app, "one", id, id).await;
    }
    app.delete("/api/v1/conversations/one/messages/m2")
        .await
        .expect(204);
    let one = app.get("/api/v1/conversations/one").await.expect(200);
    assert_eq!(ids(&one), ["m1"]);
    app.delete("/api/v1/conversations/one/messages/m2")
        .await
        .refused(404, "not_found");
    app.delete("/api/v1/conversations/two/messages/m1")
        .await
        .refused(404, "not_found");
    say(&app, "one", "m4", "on").await;
    let one = app.get("/api/v1/conversations/one").await.expect(200);
    assert_eq!(ids(&one), ["m1", "m4"]);
}

async fn deletes(db: TestDb) {
    let app = App::open(db).await;
    say(&app, "one", "m1", "x").await;
    let approval = "/api/v1/conversations/one/approvals/a1";
    app.put(approval, ask("2026-11-20T13:00:00Z"))
        .await
        .expect(204);
    app.delete("/api/v1/conversations/one").await.expect(204);
    app.get("/api/v1/conversations/one")
        .await
        .refused(404, "not_found");
    app.delete("/api/v1/conversations/one")
        .await
        .refused(404, "not_found");
    app.post(&format!("{approval}/claim"), json!({"approved": true}))
        .await
        .refused(404, "not_found");
    let list = app.get(ALL).await.expect(200);
    assert_eq!(list, json!({"items": [], "next_cursor": null}));
    // Again with the same id.
    say(&app, "one", "m9", "y").await;
    let one = app.get("/api/v1/conversations/one").await.expect(200);
    assert_eq!(ids(&one), ["m9"]);
}

fn ask(expires_at: &str) -> Value {
    json!({"message": "m1", "tool_call": "c1", "tool": "delete_tasks", "arguments": {"tasks": [1, 2]},
        "expires_at": expires_at})
}

async fn an_approval_is_given_out_once(db: TestDb) {
    let app = App::open(db).await;
    say(&app, "one", "m1", "x").await;
    let approval = "/api/v1/conversations/one/approvals/a1";
    let claim = format!("{approval}/claim");
    app.post(&claim, json!({"approved": true}))
        .await
        .refused(404, "not_found");
    app.put(approval, ask("2026-11-20T13:00:00Z"))
        .await
        .expect(204);
    // The request is unchanged.
    let mut other = ask("2026-11-20T14:00:00Z");
    other["arguments"] = json!({"tasks": [3]});
    app.put(approval, other).await.expect(204);
    let call = app
        .post(&claim, json!({"approved": true}))
        .await
        .expect(200);
    assert_eq!(
        call,
        json!({"id": "a1", "message": "m1", "tool_call": "c1", "tool": "delete_tasks",
            "arguments": {"tasks": [1, 2]}, "approved": true})
    );
    for approved in [true, false] {
        app.post(&claim, json!({"approved": approved}))
            .await
            .refused(409, "approval_used");
    }
    // Nor can it be requested again with the same id.
    app.put(approval, ask("2026-11-20T13:00:00Z"))
        .await
        .expect(204);
    app.post(&claim, json!({"approved": true}))
        .await
        .refused(409, "approval_used");
    app.put(
        "/api/v1/conversations/one/approvals/a2",
        ask("2026-11-20T13:00:00Z"),
    )
    .await
    .expect(204);
    let denied = app
        .post(
            "/api/v1/conversations/one/approvals/a2/claim",
            json!({"approved": false}),
        )
        .await
        .expect(200);
    assert_eq!(denied["approved"], false);
}

async fn an_approval_expires(db: TestDb) {
    let app = App::open(db).await;
    say(&app, "one", "m1", "x").await;
    let approval = "/api/v1/conversations/one/approvals/a1";
    app.put(approval, ask("2026-11-20T13:00:00Z"))
        .await
        .expect(204);
    app.at("2026-11-20T13:00:00.000001Z");
    app.post(&format!("{approval}/claim"), json!({"approved": true}))
        .await
        .refused(410, "approval_expired");
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    say(&app, "one", "m1", "x").await;
    let bob = app.person("Bob").await;
    let message = json!({"role": "user", "parts": []});
    for (path, body, code) in [
        (
            "one/messages/m2",
            json!({"role": "system", "parts": []}),
            "invalid_role",
        ),
        (
            "one/messages/m2",
            json!({"role": "user", "parts": "x"}),
            "invalid_type",
        ),
        ("one/messages/m2", json!({"role": "user"}), "missing_field"),
        (
            "one/messages/m2",
            json!({"role": "user", "parts": [{"text": "a\u{0}b"}]}),
            "invalid_character",
        ),
        ("one/messages/a%20b", message.clone(), "invalid_id"),
        ("a.b/messages/m2", message.clone(), "invalid_id"),
        (
            "one/approvals/a1",
            json!({"message": "m1"}),
            "missing_field",
        ),
        ("one/approvals/a1", ask("tomorrow"), "invalid_type"),
        (
            "one/approvals/a%2Fb",
            ask("2026-11-20T13:00:00Z"),
            "invalid_id",
        ),
    ] {
        app.put(&format!("{ALL}/{path}"), body)
            .await
            .refused(422, code);
    }
    app.put(
        "/api/v1/conversations/none/approvals/a1",
        ask("2026-11-20T13:00:00Z"),
    )
    .await
    .refused(404, "not_found");
    app.post(
        "/api/v1/conversations/one/approvals/a1/claim",
        json!({"approved": "yes"}),
    )
    .await
    .refused(422, "invalid_type");
    for (method, path, body) in [
        ("GET", "", None),
        ("GET", "/one", None),
        ("DELETE", "/one", None),
        ("PUT", "/one/messages/m1", Some(message)),
        ("DELETE", "/one/messages/m1", None),
        (
            "PUT",
            "/one/approvals/a1",
            Some(ask("2026-11-20T13:00:00Z")),
        ),
        (
            "POST",
            "/one/approvals/a1/claim",
            Some(json!({"approved": true})),
        ),
    ] {
        let call = |call: crate::support::Call| match &body {
            Some(body) => call.json(body).send(),
            None => call.send(),
        };
        let path = format!("{ALL}{path}");
        call(app.anonymous(method, &path))
            .await
            .refused(401, "unauthorized");
        // Another user has separate conversations with the same ids.
        let status = call(app.call(method, &path).token(&bob.token)).await.status;
        let own = path == ALL || path.ends_with("messages/m1") && method == "PUT";
        assert_eq!(status.as_u16() == 200, own, "{method} {path}: {status}");
        if own && method == "PUT" {
            app.call("DELETE", "/api/v1/conversations/one")
                .token(&bob.token)
                .send()
                .await
                .expect(204);
        }
    }
    let one = app.get("/api/v1/conversations/one").await.expect(200);
    assert_eq!(one["messages"][0]["parts"][0]["text"], "x");
}
