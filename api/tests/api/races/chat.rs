//! Conversations, and credentials for one use.

use jiff::SignedDuration;
use serde_json::json;
use taskwire_domain::Clock;
use taskwire_testkit::TestDb;

use super::{all_at_once, in_parallel, with_status};
use crate::support::App;

in_parallel!(
    an_approval_is_claimed_once,
    a_code_signs_in_once,
    messages_keep_their_places,
    a_conversation_goes_while_it_grows,
);

async fn an_approval_is_claimed_once(db: TestDb) {
    let app = App::open(db).await;
    crate::hostile::create_fixtures(&app).await;
    let path = "/api/v1/conversations/talk/approvals/ask/claim";
    let replies = all_at_once((0..8).map(|n| {
        app.call("POST", path)
            .json(&json!({"approved": n % 2 == 0}))
    }))
    .await;
    assert_eq!(with_status(&replies, 200), 1);
    assert_eq!(with_status(&replies, 409), 7);
}

async fn a_code_signs_in_once(db: TestDb) {
    let app = App::open(db).await;
    let code = taskwire_api::admin::sign_in_code(
        &app.db,
        &app.ids,
        app.clock.now(),
        "Ada",
        SignedDuration::from_mins(5),
    )
    .await
    .unwrap();
    let replies = all_at_once((0..8).map(|_| {
        app.anonymous("POST", "/api/v1/session")
            .json(&json!({"code": code.expose()}))
    }))
    .await;
    assert_eq!(with_status(&replies, 200), 1);
    assert_eq!(with_status(&replies, 401), 7);
    let tokens = app.get("/api/v1/tokens").await.expect(200);
    let sessions = tokens["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|token| token["kind"] == "session");
    assert_eq!(sessions.count(), 1);
}

async fn messages_keep_their_places(db: TestDb) {
    let app = App::open(db).await;
    let put = |n: usize| {
        app.call("PUT", &format!("/api/v1/conversations/talk/messages/m{n}"))
            .json(&json!({"role": "user", "parts": [{"type": "text", "text": format!("{n}")}]}))
    };
    // Each of ten messages twice, all at once, in a conversation that does not exist yet.
    let replies = all_at_once((0..20).map(|n| put(n % 10))).await;
    assert_eq!(with_status(&replies, 200), 20);
    let first = app.get("/api/v1/conversations/talk").await.expect(200);
    assert_eq!(first["messages"].as_array().unwrap().len(), 10);
    all_at_once((0..10).map(put)).await;
    assert_eq!(
        app.get("/api/v1/conversations/talk").await.expect(200),
        first
    );
}

async fn a_conversation_goes_while_it_grows(db: TestDb) {
    let app = App::open(db).await;
    let path = "/api/v1/conversations/talk";
    for _ in 0..10 {
        app.put(
            &format!("{path}/messages/first"),
            json!({"role": "user", "parts": []}),
        )
        .await
        .expect(200);
        let replies = all_at_once((0..9).map(|n| {
            match n % 3 {
                0 => app.call("DELETE", path),
                1 => app.call("DELETE", &format!("{path}/messages/first")),
                _ => app
                    .call("PUT", &format!("{path}/messages/m{n}"))
                    .json(&json!({"role": "user", "parts": []})),
            }
        }))
        .await;
        for reply in replies {
            assert!(
                matches!(reply.status.as_u16(), 200 | 204 | 404),
                "{}",
                reply.text()
            );
        }
    }
}
