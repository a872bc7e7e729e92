//! `GET /grants` and `DELETE /grants/{id}`.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};
use taskwire_domain::Clock;
use taskwire_testkit::{TestDb, both_databases, eventually};

use super::{CALLBACK, CLIENT, RESOURCE, credential, exchange, have_ended, tokens, tokens_with};
use crate::support::App;

both_databases!(
    connected_apps_are_listed,
    the_access_of_an_app_is_ended,
    an_app_ends_no_access,
);

const LIMIT: Duration = Duration::from_secs(10);

async fn apps(app: &App) -> Vec<Value> {
    let list = app.get("/api/v1/grants").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

async fn connected_apps_are_listed(db: TestDb) {
    let app = App::open(db).await;
    assert_eq!(apps(&app).await, Vec::<Value>::new());
    let since = app.clock.now().to_string();
    let tokens = tokens(&app).await;
    app.clock.advance(SignedDuration::from_mins(10));
    tokens_with(&app, "read").await;
    let listed = apps(&app).await;
    let [first, second] = &*listed else {
        panic!("{listed:?}")
    };
    assert_eq!(first["name"], "<b>App</b>");
    assert_eq!(first["client_id"], CLIENT);
    assert_eq!(first["redirect_uri"], CALLBACK);
    assert_eq!(first["scopes"], json!(["read", "write"]));
    assert_eq!(first["created_at"], since);
    assert_eq!(first["last_used_at"], since);
    assert_eq!(second["scopes"], json!(["read"]));
    // The use of an access token is noted after the response.
    let used = app.clock.now().to_string();
    exchange(&app, &tokens.access, RESOURCE).await.expect(200);
    let is_noted = || async { (apps(&app).await[0]["last_used_at"] == used).then_some(()) };
    eventually(LIMIT, is_noted).await;
    // Nobody else sees them, and they end by themselves.
    let eve = app.person("Eve").await;
    let list = app.call("GET", "/api/v1/grants").token(&eve.token);
    assert_eq!(list.send().await.expect(200)["items"], json!([]));
    app.clock.advance(SignedDuration::from_hours(30 * 24));
    assert_eq!(apps(&app).await, Vec::<Value>::new());
}

async fn the_access_of_an_app_is_ended(db: TestDb) {
    let app = App::open(db).await;
    let (ended, kept) = (tokens(&app).await, tokens(&app).await);
    let listed = apps(&app).await;
    let path = format!("/api/v1/grants/{}", listed[0]["id"].as_str().unwrap());
    // Not by another person, not by a trial, and not by a token that cannot manage credentials.
    let eve = app.person("Eve").await;
    let call = || app.call("DELETE", &path);
    call()
        .token(&eve.token)
        .send()
        .await
        .refused(404, "not_found");
    let limited = app.token("Ada", &["read", "write", "no-delete"]).await;
    call()
        .token(&limited)
        .send()
        .await
        .refused(403, "insufficient_scope");
    let trial = app.call("DELETE", &format!("{path}?dry_run=true"));
    trial.send().await.expect(204);
    exchange(&app, &ended.access, RESOURCE).await.expect(200);

    for _ in 0..2 {
        call()
            .header("idempotency-key", "one")
            .send()
            .await
            .expect(204);
        have_ended(&app, &ended).await;
    }
    call().send().await.refused(404, "not_found");
    exchange(&app, &kept.access, RESOURCE).await.expect(200);
    assert_eq!(apps(&app).await, listed[1..]);
    app.call("DELETE", "/api/v1/grants/x")
        .send()
        .await
        .refused(404, "not_found");
}

async fn an_app_ends_no_access(db: TestDb) {
    let app = App::open(db).await;
    let tokens = tokens_with(&app, "read write delete").await;
    let internal = credential(&app, &tokens.access).await;
    let id = apps(&app).await[0]["id"].as_str().unwrap().to_owned();
    let call = app.call("DELETE", &format!("/api/v1/grants/{id}"));
    call.token(&internal)
        .send()
        .await
        .refused(403, "insufficient_scope");
    exchange(&app, &tokens.access, RESOURCE).await.expect(200);
}
