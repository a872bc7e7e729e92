//! Credentials that cannot give more than they have, and the services' own. The scopes of each operation are in `access`.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::hostile::{create_fixtures, everything, operations, send};
use crate::support::{App, SERVICE};

both_databases!(
    a_restricted_token_makes_no_other,
    a_service_names_whom_it_acts_for,
    the_internal_paths_are_for_services,
);

async fn a_restricted_token_makes_no_other(db: TestDb) {
    let app = App::open(db).await;
    for (scopes, bodies) in [
        (
            &["write"][..],
            [
                json!({"label": "x"}),
                json!({"label": "x", "scopes": ["read"]}),
            ],
        ),
        (
            &["read", "write", "no-delete"],
            [
                json!({"label": "x", "scopes": ["read", "write"]}),
                json!({"label": "x", "scopes": ["no-delete", "read"]}),
            ],
        ),
    ] {
        let token = app.token("Ada", scopes).await;
        for body in bodies {
            let call = app.call("POST", "/api/v1/tokens").token(&token).json(&body);
            call.send().await.refused(403, "insufficient_scope");
        }
    }
}

async fn a_service_names_whom_it_acts_for(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    for operation in operations() {
        let fires = operation.template.ends_with("/fire");
        if operation.is_open() || fires {
            continue;
        }
        for (user, status) in [
            (None, 400),
            (Some("nobody"), 400),
            (Some(""), 400),
            (Some("01a1f8d3-0000-7000-8000-000000000000"), 404),
        ] {
            let mut call = app
                .anonymous(&operation.method, &operation.path(&fixtures))
                .token(SERVICE);
            if let Some(user) = user {
                call = call.header("taskwire-user", user);
            }
            if let Some(body) = operation.body() {
                call = call.json(&body);
            }
            let reply = send(call).await;
            let problem = reply.expect(status);
            let code = if status == 400 {
                "missing_user"
            } else {
                "not_found"
            };
            assert_eq!(problem["code"], code, "{} {user:?}", operation.template);
        }
    }
    assert_eq!(everything(&app).await, before);
    // With a user it acts for them, and the actor says so.
    let path = format!("/api/v1/tasks/{}/complete", fixtures.task);
    app.service("POST", &path, app.ada.id())
        .send()
        .await
        .expect(200);
    let last = app.events().await.pop().unwrap();
    assert_eq!(last["data"]["actor"]["via"], "consumer");
    assert_eq!(last["data"]["actor"]["token"], Value::Null);
    // A token cannot name another user, nor call itself a service.
    let eve = app.person("Eve").await;
    let seen = app
        .call("GET", "/api/v1/session")
        .token(&eve.token)
        .header("taskwire-user", &app.ada.id().to_string())
        .send()
        .await
        .expect(200);
    assert_eq!(seen["user"]["name"], "Eve");
    for operation in operations() {
        if !operation.is_open() && !operation.is_internal() {
            let mut call = app
                .call(&operation.method, &operation.path(&fixtures))
                .header("taskwire-via", "consumer");
            if let Some(body) = operation.body() {
                call = call.json(&body);
            }
            send(call).await.refused(403, "forbidden_actor");
        }
    }
}

async fn the_internal_paths_are_for_services(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    for operation in operations()
        .iter()
        .filter(|operation| operation.is_internal())
    {
        let path = operation.path(&fixtures);
        let ask = |path: &str| send(app.call("POST", path).header("x-request-id", "same"));
        let reply = ask(&path).await;
        reply.refused(404, "unknown_path");
        // As if the path did not exist.
        let nowhere = ask("/api/v1/internal/nowhere").await;
        assert_eq!(reply.bytes, nowhere.bytes);
        let cookie = app
            .anonymous("POST", &path)
            .header("cookie", &format!("taskwire_session={SERVICE}"))
            .header("sec-fetch-site", "same-origin");
        cookie.send().await.refused(404, "unknown_path");
    }
}
