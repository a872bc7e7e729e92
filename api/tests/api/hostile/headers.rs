//! Bad headers.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use taskwire_api::{Api, Config, router};
use taskwire_testkit::{FixedClock, TestDb, both_databases};
use tower::ServiceExt;

use super::{assert_refused, create_fixtures, everything, operations, send};
use crate::support::App;

both_databases!(
    a_header_that_cannot_be_read_is_refused,
    a_broken_credential_is_refused,
    a_foreign_host_is_refused,
    a_session_works_only_from_its_own_page,
    a_long_address_can_have_a_key,
    a_key_is_honoured_or_refused,
    a_header_with_one_value_comes_once,
    a_body_on_a_read_is_refused,
);

async fn a_header_that_cannot_be_read_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    let long = "k".repeat(256);
    for operation in operations() {
        // The password is compared before the version.
        let is_deletion = operation.method == "DELETE" && operation.template == "/api/v1/me";
        for name in operation.parameters("header") {
            if is_deletion {
                continue;
            }
            let bad: &[&str] = match name {
                "If-Match" => &[
                    "",
                    "1",
                    "W/\"1\"",
                    "\"",
                    "\"\"",
                    "\"x\"",
                    "\"1",
                    "\"1.0\"",
                    "\"0\", \"2\"",
                    "\"99999999999999999999\"",
                    "\u{ff}",
                    "\"-5\"",
                ],
                "If-None-Match" => &[
                    "",
                    "1",
                    "W/1",
                    "\"",
                    "\"1",
                    "\"1\" \"2\"",
                    "*, \"1\"",
                    "\"a b\"",
                ],
                "Prefer" => &["strict", "wait=5, strict"],
                "Idempotency-Key" => &["", "\u{ff}", "clé\u{e9}", &long],
                "Last-Event-ID" => &[
                    "",
                    "x",
                    "-1",
                    "1.5",
                    "1e3",
                    "\u{ff}",
                    "99999999999999999999",
                    "1, 2",
                ],
                other => panic!("no bad values are known for {other}"),
            };
            for text in bad {
                let mut call = operation.call(&app, &operation.path(&fixtures));
                if let Some(body) = operation.body() {
                    call = call.json(&body);
                }
                let reply = send(call.header(name, text)).await;
                let problem =
                    assert_refused(&reply, &format!("{} {name}: {text}", operation.template));
                assert_eq!(problem["errors"][0]["pointer"], name, "{problem}");
                assert!(problem["hint"].is_string(), "{problem}");
            }
        }
        if !operation.is_open() {
            for (text, status) in [
                ("x", 400),
                ("\u{ff}", 400),
                ("consumer", 403),
                ("CONSUMER", 400),
                ("rest, web", 400),
            ] {
                let mut call = app.call(&operation.method, &operation.path(&fixtures));
                if operation.is_internal() {
                    continue;
                }
                if let Some(body) = operation.body() {
                    call = call.json(&body);
                }
                let reply = send(call.header("Taskwire-Via", text)).await;
                assert_refused(&reply, &format!("{} {text}", operation.template));
                assert_eq!(reply.status, status, "{} {text}", operation.template);
            }
        }
    }
    assert_eq!(everything(&app).await, before);
}

/// Signing out needs no key, and cannot remember one: the credential that the response would belong to is gone.
const WITHOUT_KEY: [(&str, &str); 1] = [("DELETE", "/api/v1/session")];

async fn a_key_is_honoured_or_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    let mut refusing = Vec::new();
    for operation in operations() {
        let (method, template) = (operation.method.as_str(), operation.template.as_str());
        if method == "GET" || WITHOUT_KEY.contains(&(method, template)) {
            continue;
        }
        let mut call = operation.call(&app, &operation.path(&fixtures));
        if let Some(body) = operation.body() {
            call = call.json(&body);
        }
        // Every operation that reads the key refuses this one.
        let reply = send(call.header("Idempotency-Key", "")).await;
        let problem = assert_refused(&reply, &format!("{method} {template}"));
        assert_eq!(problem["errors"][0]["pointer"], "Idempotency-Key");
        assert_eq!(reply.status, 400, "{method} {template}");
        if problem["code"] == "idempotency_key_not_supported" {
            refusing.push(format!("{method} {template}"));
        }
    }
    refusing.sort();
    let expected = "DELETE /api/v1/me, POST /api/v1/channels, POST /api/v1/internal/reminders/fire, POST /api/v1/invitations, \
        POST /api/v1/session, POST /api/v1/tokens, POST /api/v1/users, PUT /api/v1/me/password";
    assert_eq!(refusing.join(", "), expected);
    assert_eq!(everything(&app).await, before);
}

async fn a_body_on_a_read_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let mut count = 0;
    for operation in operations() {
        let is_api = operation.template.starts_with("/api/");
        if operation.method != "GET" || !is_api {
            continue;
        }
        count += 1;
        let call = operation.call(&app, &operation.path(&fixtures));
        let reply = call
            .json(&serde_json::json!({"status": "completed"}))
            .send()
            .await;
        reply.refused(400, "unexpected_body");
    }
    assert!(count > 10, "{count}");
}

async fn a_header_with_one_value_comes_once(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    let bearer = format!("Bearer {}", app.ada.token);
    for operation in operations() {
        for (name, text) in [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
            ("Idempotency-Key", "k"),
            ("X-Request-Id", "r"),
            ("Taskwire-Via", "rest"),
        ] {
            let mut call = operation.call(&app, &operation.path(&fixtures));
            if let Some(body) = operation.body() {
                call = call.json(&body);
            }
            let reply = send(call.header(name, text).header(name, text)).await;
            let problem = reply.refused(400, "repeated_header");
            assert_eq!(problem["errors"][0]["pointer"], name, "{problem}");
            assert!(problem["hint"].is_string(), "{problem}");
        }
    }
    assert_eq!(everything(&app).await, before);
    // A list may come on several lines (RFC 9110, section 5.3).
    let path = format!("/api/v1/tasks/{}", fixtures.task);
    let call = app.call("GET", &path).header("If-None-Match", "\"0\"");
    let reply = send(call.header("If-None-Match", "\"99\"")).await;
    reply.expect(200);
}

async fn a_broken_credential_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let huge = format!("Bearer {}", "x".repeat(50_000));
    for operation in operations() {
        if operation.is_open() {
            continue;
        }
        let path = operation.path(&fixtures);
        let with = |name: &str, text: &str| {
            let mut call = app.anonymous(&operation.method, &path);
            if let Some(body) = operation.body() {
                call = call.json(&body);
            }
            call.header(name, text)
        };
        for text in [
            "",
            " ",
            "Bearer",
            "Bearer ",
            "Bearer x",
            "Basic QWRhOng=",
            "tw_x",
            "\u{ff}",
            "Bearer \u{ff}",
            "Bearer x, Bearer y",
            &huge,
        ] {
            let reply = send(with("Authorization", text)).await;
            let shown: String = text.chars().take(50).collect();
            assert_refused(&reply, &format!("{} {path} {shown}", operation.method));
            let expected = if operation.is_internal() {
                vec![401, 404]
            } else {
                vec![401]
            };
            assert!(expected.contains(&reply.status.as_u16()), "{path} {shown}");
        }
        for text in [
            "",
            "taskwire_session",
            "taskwire_session=",
            "taskwire_session=x",
            "a=b; taskwire_session=\"x\"",
            ";;;=;",
            "\u{ff}",
        ] {
            let reply = send(with("Cookie", text)).await;
            assert_refused(&reply, &format!("{} {path} {text}", operation.method));
            assert!(
                matches!(reply.status.as_u16(), 401 | 403 | 404),
                "{path} {text}"
            );
        }
    }
}

async fn a_foreign_host_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let api = Api::start(Config {
        db: app.db.clone(),
        clock: Arc::<FixedClock>::clone(&app.clock),
        ids: app.ids.clone(),
        service: None,
        hosts: vec![
            "tasks.example.org".into(),
            "127.0.0.1".into(),
            "[::1]".into(),
        ],
        limits: taskwire_api::Limits::default(),
        consumers: Vec::new(),
        retention: taskwire_api::Retention::default(),
        sign_up: taskwire_api::SignUp::Closed,
        oauth: taskwire_api::OAuth::default(),
        notify: taskwire_api::Notify::default(),
        scrape: None,
        access_log: taskwire_http::AccessLog::Off,
        shutdown: app.shutdown.clone(),
    })
    .await
    .unwrap();
    let router = router(api);
    let ask = |host: &str| {
        let request = Request::get("/docs")
            .header("host", host)
            .body(Body::empty())
            .unwrap();
        let router = router.clone();
        async move { router.oneshot(request).await.unwrap().status().as_u16() }
    };
    for host in [
        "tasks.example.org",
        "TASKS.example.org:8484",
        "127.0.0.1:80",
        "[::1]",
        "[::1]:8484",
    ] {
        assert_eq!(ask(host).await, 200, "{host}");
    }
    for host in [
        "evil.example.org",
        "",
        ":80",
        "tasks.example.org.evil",
        "tasks.example.org:80:80",
        "127.0.0.1.nip.io",
        "\u{ff}",
        "evil.example.org, tasks.example.org",
        "tasks.example.org@evil",
        "user@tasks.example.org",
    ] {
        assert_eq!(ask(host).await, 403, "{host}");
    }
}

async fn a_session_works_only_from_its_own_page(db: TestDb) {
    let app = App::open(db).await;
    let code = taskwire_api::admin::sign_in_code(
        &app.db,
        &app.ids,
        "2026-11-20T12:00:00Z".parse().unwrap(),
        "Ada",
        jiff::SignedDuration::from_mins(5),
    )
    .await
    .unwrap();
    let signed_in = app
        .anonymous("POST", "/api/v1/session")
        .json(&json!({"code": code.expose()}))
        .send()
        .await;
    signed_in.expect(200);
    let cookie = signed_in
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let create = |headers: &[(&str, &str)]| {
        let mut call = app
            .anonymous("POST", "/api/v1/tasks")
            .header("cookie", &cookie)
            .json(&json!({"title": "Milk"}));
        for (name, text) in headers {
            call = call.header(name, text);
        }
        call
    };
    for headers in [
        &[][..],
        &[("host", "tasks.example.org")],
        &[
            ("origin", "https://evil.example.org"),
            ("host", "tasks.example.org"),
        ],
        &[("origin", "null"), ("host", "tasks.example.org")],
        &[
            ("origin", "https://tasks.example.org.evil"),
            ("host", "tasks.example.org"),
        ],
        &[
            ("origin", "tasks.example.org"),
            ("host", "tasks.example.org"),
        ],
        &[("origin", "\u{ff}"), ("host", "tasks.example.org")],
        &[("origin", "https://tasks.example.org")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[
            ("origin", "https://evil.example.org"),
            ("host", "tasks.example.org"),
            ("sec-fetch-site", "same-origin"),
        ],
    ] {
        let reply = send(create(headers)).await;
        assert_refused(&reply, &format!("{headers:?}"));
        reply.refused(403, "foreign_origin");
    }
    let own = [
        ("origin", "https://tasks.example.org"),
        ("host", "tasks.example.org"),
    ];
    assert_eq!(send(create(&own)).await.expect(201)["number"], 1);
}

async fn a_long_address_can_have_a_key(db: TestDb) {
    let app = App::open(db).await;
    // Random enough not to be compressed into an index row.
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let tail: String = (0..200)
        .map(|n| app.ids.uuid(now).to_string() + &n.to_string())
        .collect();
    let reply = app
        .call("DELETE", &format!("/api/v1/conversations/{tail}"))
        .header("idempotency-key", &"k".repeat(255))
        .send()
        .await;
    reply.refused(422, "invalid_id");
}
