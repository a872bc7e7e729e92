//! Sessions and tokens as their owner sees them, `PUT /api/v1/me/password`, and `DELETE /api/v1/sessions`.

use serde_json::{Value, json};
use taskwire_api::admin;
use taskwire_domain::Clock;
use taskwire_testkit::{TestDb, both_databases, eventually};

use crate::session::{SESSION, cookie, signed_in};
use crate::support::{App, Call, LIMIT, Reply};

both_databases!(
    a_list_says_which_one_is_in_use_and_where_from,
    the_last_use_is_noted_once_a_minute,
    a_changed_password_ends_the_other_sessions,
    a_first_password_needs_no_other,
    guesses_of_the_current_password_are_paused,
    signing_out_everywhere_ends_all_sessions,
    the_session_in_use_can_be_kept,
);

const PASSWORD: &str = "/api/v1/me/password";

/// A request of the page with this session.
fn page(app: &App, method: &str, path: &str, cookie: &str) -> Call {
    app.anonymous(method, path)
        .header("cookie", cookie)
        .header("sec-fetch-site", "same-origin")
}

async fn has_ended(app: &App, cookie: &str) -> bool {
    let reply = page(app, "GET", SESSION, cookie).send().await;
    reply.status == 401
}

async fn with_password(app: &App) {
    let now = app.clock.now();
    admin::set_password(&app.db, &app.ids, now, "Ada", "correct horse")
        .await
        .unwrap();
}

async fn a_list_says_which_one_is_in_use_and_where_from(db: TestDb) {
    let app = App::open(db).await;
    with_password(&app).await;
    let agent = "x".repeat(300);
    let reply = app
        .anonymous("POST", SESSION)
        .header("user-agent", &agent)
        .json(&json!({"name": "Ada", "password": "correct horse"}))
        .send()
        .await;
    reply.expect(200);
    let session = cookie(&reply);
    let list = page(&app, "GET", "/api/v1/tokens", &session).send().await;
    let list = list.expect(200);
    let seen: Vec<(&Value, &Value, &Value)> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| (&token["kind"], &token["client"], &token["is_current"]))
        .collect();
    let agent = json!(agent[..200]);
    assert_eq!(
        seen,
        [
            (&json!("api"), &Value::Null, &json!(false)),
            (&json!("session"), &agent, &json!(true))
        ]
    );
    let list = app.get("/api/v1/tokens").await.expect(200);
    assert_eq!(list["items"][0]["is_current"], true);
    assert_eq!(list["items"][1]["is_current"], false);
}

async fn last_used(app: &App) -> Value {
    let list = app.get("/api/v1/tokens").await.expect(200);
    list["items"][0]["last_used_at"].clone()
}

/// Waits until the last use has this value.
async fn last_use_becomes(app: &App, expected: &str) {
    eventually(LIMIT, || async {
        (last_used(app).await == expected).then_some(())
    })
    .await;
}

async fn the_last_use_is_noted_once_a_minute(db: TestDb) {
    let app = App::open(db).await;
    assert_eq!(last_used(&app).await, Value::Null);
    last_use_becomes(&app, "2026-11-20T12:00:00Z").await;
    app.at("2026-11-20T12:00:59Z");
    assert_eq!(last_used(&app).await, "2026-11-20T12:00:00Z");
    // A use of another token is noted later than that one would be.
    let other = app.token("Ada", &["read"]).await;
    app.call("GET", SESSION)
        .token(&other)
        .send()
        .await
        .expect(200);
    eventually(LIMIT, || async {
        let list = app.get("/api/v1/tokens").await.expect(200);
        (list["items"][1]["last_used_at"] != Value::Null).then_some(())
    })
    .await;
    assert_eq!(last_used(&app).await, "2026-11-20T12:00:00Z");
    app.at("2026-11-20T12:01:00Z");
    last_use_becomes(&app, "2026-11-20T12:01:00Z").await;
}

async fn change(app: &App, cookie: &str, body: Value) -> Reply {
    page(app, "PUT", PASSWORD, cookie).json(&body).send().await
}

async fn a_changed_password_ends_the_other_sessions(db: TestDb) {
    let app = App::open(db).await;
    with_password(&app).await;
    let (own, other) = (signed_in(&app).await, signed_in(&app).await);
    let mut stream = page(&app, "GET", "/api/v1/events", &other).listen().await;
    for (body, code, field) in [
        (
            json!({"current_password": "wrong horse", "new_password": "battery staple"}),
            "wrong_password",
            "/current_password",
        ),
        (
            json!({"new_password": "battery staple"}),
            "password_required",
            "/current_password",
        ),
        (
            json!({"current_password": "correct horse", "new_password": "short"}),
            "weak_password",
            "/new_password",
        ),
    ] {
        let problem = change(&app, &own, body).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], field);
    }
    let body = json!({"current_password": "correct horse", "new_password": "battery staple"});
    page(&app, "PUT", PASSWORD, &own)
        .header("idempotency-key", "k")
        .json(&body)
        .send()
        .await
        .refused(400, "idempotency_key_not_supported");
    change(&app, &own, body).await.expect(204);
    assert!(!has_ended(&app, &own).await);
    assert!(has_ended(&app, &other).await);
    assert_eq!(stream.next().await, None);
    // Tokens stay.
    app.get(SESSION).await.expect(200);
    for (password, status) in [("correct horse", 401), ("battery staple", 200)] {
        app.anonymous("POST", SESSION)
            .json(&json!({"name": "Ada", "password": password}))
            .send()
            .await
            .expect(status);
    }
}

async fn a_first_password_needs_no_other(db: TestDb) {
    let app = App::open(db).await;
    let own = signed_in(&app).await;
    let body = json!({"current_password": "correct horse", "new_password": "battery staple"});
    change(&app, &own, body).await.refused(422, "no_password");
    change(&app, &own, json!({"new_password": "battery staple"}))
        .await
        .expect(204);
    app.anonymous("POST", SESSION)
        .json(&json!({"name": "Ada", "password": "battery staple"}))
        .send()
        .await
        .expect(200);
}

async fn guesses_of_the_current_password_are_paused(db: TestDb) {
    let app = App::open(db).await;
    with_password(&app).await;
    let guess = json!({"current_password": "a guess", "new_password": "battery staple"});
    for _ in 0..5 {
        app.put(PASSWORD, guess.clone())
            .await
            .refused(422, "wrong_password");
    }
    app.put(PASSWORD, guess)
        .await
        .refused(429, "too_many_sign_ins");
}

async fn signing_out_everywhere_ends_all_sessions(db: TestDb) {
    let app = App::open(db).await;
    let (own, other) = (signed_in(&app).await, signed_in(&app).await);
    let eve = app.person("Eve").await;
    let mut stream = page(&app, "GET", "/api/v1/events", &other).listen().await;
    // Another user's request does not end them.
    let call = app.call("DELETE", "/api/v1/sessions").token(&eve.token);
    call.send().await.expect(204);
    assert!(!has_ended(&app, &own).await);
    let reply = page(&app, "DELETE", "/api/v1/sessions", &own).send().await;
    reply.expect(204);
    assert!(reply.header("set-cookie").contains("Max-Age=0"));
    assert!(has_ended(&app, &own).await && has_ended(&app, &other).await);
    assert_eq!(stream.next().await, None);
    // Tokens stay, and with one of them nothing is left to end.
    let reply = app.delete("/api/v1/sessions").await;
    reply.expect(204);
    assert!(reply.headers.get("set-cookie").is_none());
    app.get(SESSION).await.expect(200);
}

async fn the_session_in_use_can_be_kept(db: TestDb) {
    let app = App::open(db).await;
    let (own, other) = (signed_in(&app).await, signed_in(&app).await);
    let path = "/api/v1/sessions?keep_current=true";
    let reply = page(&app, "DELETE", path, &own).send().await;
    reply.expect(204);
    assert!(reply.headers.get("set-cookie").is_none());
    assert!(!has_ended(&app, &own).await);
    assert!(has_ended(&app, &other).await);
    page(
        &app,
        "DELETE",
        "/api/v1/sessions?keep_current=perhaps",
        &own,
    )
    .send()
    .await
    .refused(422, "invalid_type");
}
