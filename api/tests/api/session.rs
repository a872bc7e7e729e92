//! `/api/v1/session`: signing a browser in and out.

use std::collections::BTreeSet;

use insta::{allow_duplicates, assert_json_snapshot};
use jiff::SignedDuration;
use serde_json::json;
use taskwire_api::admin;
use taskwire_domain::Clock;
use taskwire_domain::contract::headers::SESSION_COOKIE as COOKIE;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, Call, Reply};

both_databases!(
    a_code_signs_in_once,
    a_code_expires,
    the_cookie_works_from_the_own_page_alone,
    signing_out_ends_the_session,
    a_session_ends,
    refuses_what_it_cannot_accept,
);

pub(crate) const SESSION: &str = "/api/v1/session";

pub(crate) async fn code(app: &App) -> String {
    let life = SignedDuration::from_mins(10);
    let now = app.clock.now();
    admin::sign_in_code(&app.db, &app.ids, now, "Ada", life)
        .await
        .unwrap()
        .expose()
        .to_owned()
}

pub(crate) fn sign_in(app: &App, code: &str) -> Call {
    app.anonymous("POST", SESSION).json(&json!({"code": code}))
}

/// `name=value` of the cookie that was set.
pub(crate) fn cookie(reply: &Reply) -> String {
    let cookie = reply.header("set-cookie");
    cookie.split_once(';').unwrap().0.to_owned()
}

fn attributes_of(cookie: &str) -> BTreeSet<&str> {
    cookie.split("; ").skip(1).collect()
}

pub(crate) async fn signed_in(app: &App) -> String {
    let reply = sign_in(app, &code(app).await).send().await;
    reply.expect(200);
    cookie(&reply)
}

async fn a_code_signs_in_once(db: TestDb) {
    let app = App::open(db).await;
    let code = code(&app).await;
    let reply = sign_in(&app, &code).send().await;
    allow_duplicates! { assert_json_snapshot!(reply.expect(200), {".token.id" => "[id]", ".user.id" => "[id]"}, @r#"
    {
      "token": {
        "client": null,
        "created_at": "2026-11-20T12:00:00Z",
        "expires_at": "2026-12-20T12:00:00Z",
        "id": "[id]",
        "is_current": true,
        "kind": "session",
        "label": "browser",
        "last_used_at": null,
        "scopes": [
          "read",
          "write"
        ]
      },
      "user": {
        "date_order": "day_first",
        "day_start": "00:00",
        "default_reminder": null,
        "density": "comfortable",
        "has_password": false,
        "id": "[id]",
        "language": "en",
        "name": "Ada",
        "theme": "system",
        "week_start": "monday",
        "zone": "Europe/Rome"
      }
    }
    "#) };
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with(&format!("{COOKIE}=tws_")), "{cookie}");
    let attributes = ["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Strict"];
    assert_eq!(attributes_of(cookie), attributes.into());
    assert!(!reply.text().contains("tws_"));
    sign_in(&app, &code)
        .send()
        .await
        .refused(401, "sign_in_link_used");
    // Behind a proxy that terminates TLS the cookie must not be sent unencrypted.
    let reply = sign_in(&app, &self::code(&app).await)
        .header("x-forwarded-proto", "https")
        .send()
        .await;
    reply.expect(200);
    assert!(attributes_of(reply.header("set-cookie")).contains("Secure"));
}

async fn a_code_expires(db: TestDb) {
    let app = App::open(db).await;
    let late = code(&app).await;
    app.at("2026-11-20T12:09:59Z");
    sign_in(&app, &late).send().await.expect(200);
    let late = code(&app).await;
    app.at("2026-11-20T12:20:00Z");
    sign_in(&app, &late)
        .send()
        .await
        .refused(401, "sign_in_link_used");
}

async fn the_cookie_works_from_the_own_page_alone(db: TestDb) {
    let app = App::open(db).await;
    let cookie = signed_in(&app).await;
    let who = app
        .anonymous("GET", SESSION)
        .header("cookie", &format!("other=1; {cookie}"))
        .send()
        .await
        .expect(200);
    assert_eq!(who["user"]["name"], "Ada");
    assert_eq!(who["token"]["kind"], "session");
    let create = || {
        app.anonymous("POST", "/api/v1/tasks")
            .header("host", "tasks.example:8080")
            .header("cookie", &cookie)
            .json(&json!({"title": "x"}))
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://tasks.example"),
        ("origin", "http://tasks.example:8080.evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        create()
            .header(name, value)
            .send()
            .await
            .refused(403, "foreign_origin");
    }
    create().send().await.refused(403, "foreign_origin");
    assert!(app.happened().await.is_empty());
    create()
        .header("origin", "http://tasks.example:8080")
        .send()
        .await
        .expect(201);
    create()
        .header("sec-fetch-site", "same-origin")
        .send()
        .await
        .expect(201);
    let events = app.events().await;
    assert_eq!(events[0]["data"]["actor"]["via"], "web");
    assert_eq!(events[0]["data"]["actor"]["token"], who["token"]["id"]);
    // Nor can a page of another site sign a browser in.
    sign_in(&app, &code(&app).await)
        .header("host", "tasks.example:8080")
        .header("origin", "https://evil.example")
        .send()
        .await
        .refused(403, "foreign_origin");
}

async fn signing_out_ends_the_session(db: TestDb) {
    let app = App::open(db).await;
    let cookie = signed_in(&app).await;
    let call = |method: &str| {
        app.anonymous(method, SESSION)
            .header("cookie", &cookie)
            .header("sec-fetch-site", "same-origin")
            .send()
    };
    call("GET").await.expect(200);
    let reply = call("DELETE").await;
    reply.expect(204);
    let gone = reply.header("set-cookie");
    assert!(gone.starts_with(&format!("{COOKIE}=;")), "{gone}");
    let attributes = attributes_of(gone);
    assert!(
        attributes.contains("Path=/") && attributes.contains("Max-Age=0"),
        "{gone}"
    );
    call("GET").await.refused(401, "unauthorized");
    call("DELETE").await.refused(401, "unauthorized");
    // A token is revoked likewise.
    app.delete(SESSION).await.expect(204);
    app.get(SESSION).await.refused(401, "unauthorized");
}

async fn a_session_ends(db: TestDb) {
    let app = App::open(db).await;
    let cookie = signed_in(&app).await;
    let who = || {
        app.anonymous("GET", SESSION)
            .header("cookie", &cookie)
            .send()
    };
    app.at("2026-12-20T11:59:59Z");
    who().await.expect(200);
    app.at("2026-12-20T12:00:00Z");
    who().await.refused(401, "unauthorized");
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    let good = code(&app).await;
    for body in [
        json!({}),
        json!({"name": "Ada"}),
        json!({"password": "x"}),
        json!({"code": good, "name": "Ada"}),
        json!({"code": good, "name": "Ada", "password": "x"}),
    ] {
        app.anonymous("POST", SESSION)
            .json(&body)
            .send()
            .await
            .refused(422, "invalid_sign_in");
    }
    app.anonymous("POST", SESSION)
        .json(&json!({"pin": 1}))
        .send()
        .await
        .refused(422, "unknown_field");
    app.anonymous("POST", SESSION)
        .body("application/json", "{")
        .send()
        .await
        .refused(400, "malformed_json");
    app.anonymous("POST", SESSION)
        .body("text/plain", "x")
        .send()
        .await
        .refused(415, "unsupported_media_type");
    sign_in(&app, "wrong")
        .send()
        .await
        .refused(401, "sign_in_link_used");
    app.anonymous("GET", SESSION)
        .send()
        .await
        .refused(401, "unauthorized");
    // None of that used the code up.
    sign_in(&app, &good).send().await.expect(200);
}
