//! `/api/v1/dead-letters`

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::json;
use taskwire_domain::{Clock, EventId, UserId};
use taskwire_store::DeadLetter;
use taskwire_testkit::{TestDb, both_databases};
use uuid::Uuid;

use crate::support::App;

both_databases!(
    operators_see_dead_letters,
    operators_can_replay_it,
    operators_can_discard_it,
    nobody_else_sees_them,
    a_token_with_admin_is_made_on_the_command_line_only,
);

const LETTERS: &str = "/api/v1/dead-letters";

fn path(number: u128) -> String {
    format!("{LETTERS}/audit/{}", Uuid::from_u128(number))
}

/// Makes the audit consumer give up an event.
pub(crate) async fn give_up(app: &App, number: u128, payload: &str) -> EventId {
    let letter = DeadLetter {
        consumer: "audit".into(),
        event: EventId(Uuid::from_u128(number)),
        owner: UserId(Uuid::from_u128(u128::from(number > 1) * 7)),
        seq: i64::try_from(number).unwrap() - 1,
        attempts: 12,
        error: "poison".into(),
        payload: payload.into(),
        at: app.clock.now(),
        replay_at: None,
        place: None,
    };
    let mut tx = app.db.begin().await.unwrap();
    tx.insert_dead_letter(&letter).await.unwrap();
    tx.commit().await.unwrap();
    letter.event
}

async fn operators_see_dead_letters(db: TestDb) {
    let app = App::open(db).await;
    for (number, payload) in [(1, "garbage"), (2, "{\"id\": 2}"), (3, "{}")] {
        give_up(&app, number, payload).await;
    }
    let first = app.get(&format!("{LETTERS}?limit=2")).await.expect(200);
    allow_duplicates! { assert_json_snapshot!(first) };
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = app
        .get(&format!("{LETTERS}?cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(rest["next_cursor"], json!(null));
    assert_eq!(app.get(&path(1)).await.expect(200)["event"], "garbage");
    assert_eq!(
        app.get(&path(2)).await.expect(200)["event"],
        json!({"id": 2})
    );
    for (consumer, count) in [("audit", 3), ("reminder", 0)] {
        let path = format!("{LETTERS}?consumer={consumer}");
        let page = app.get(&path).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), count);
    }
    let problem = app
        .get(&format!("{LETTERS}?consumer=nobody"))
        .await
        .refused(422, "invalid_value");
    let hint = "Send audit, recurrence, reminder.";
    assert!(problem.to_string().contains(hint), "{problem}");
    app.get(&path(9)).await.refused(404, "not_found");
    app.get(&format!("{LETTERS}/audit/nine"))
        .await
        .refused(404, "not_found");
    app.get(&format!("{LETTERS}?cursor=x"))
        .await
        .refused(422, "invalid_cursor");
    app.get(&format!("{LETTERS}?limit=0"))
        .await
        .refused(422, "invalid_limit");
}

async fn operators_can_replay_it(db: TestDb) {
    let app = App::open(db).await;
    give_up(&app, 2, "{}").await;
    let replay = format!("{}/replay", path(2));
    let asked = app.call("POST", &replay).send().await.expect(202);
    assert_eq!(asked["replay_requested_at"], "2026-11-20T12:00:00Z");
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(
        tx.dead_letters_to_replay("audit", 10).await.unwrap().len(),
        1
    );
    drop(tx);
    let unknown = format!("{}/replay", path(9));
    app.call("POST", &unknown)
        .send()
        .await
        .refused(404, "not_found");
}

async fn operators_can_discard_it(db: TestDb) {
    let app = App::open(db).await;
    give_up(&app, 2, "{}").await;
    app.call("DELETE", &path(2)).send().await.expect(204);
    app.call("DELETE", &path(2))
        .send()
        .await
        .refused(404, "not_found");
}

async fn nobody_else_sees_them(db: TestDb) {
    let app = App::open(db).await;
    give_up(&app, 2, "{}").await;
    let token = app.token("Ada", &["read", "write"]).await;
    for (method, path) in [
        ("GET", LETTERS.to_owned()),
        ("GET", path(2)),
        ("POST", format!("{}/replay", path(2))),
        ("DELETE", path(2)),
    ] {
        let call = app.call(method, &path).token(&token);
        let problem = call.send().await.refused(403, "insufficient_scope");
        assert!(
            problem["detail"].as_str().unwrap().contains("admin"),
            "{problem}"
        );
        app.anonymous(method, &path)
            .send()
            .await
            .refused(401, "unauthorized");
        let service = app.service(method, &path, app.ada.id());
        service.send().await.refused(403, "forbidden_actor");
    }
    app.get(&path(2)).await.expect(200);
}

async fn a_token_with_admin_is_made_on_the_command_line_only(db: TestDb) {
    let app = App::open(db).await;
    let asked = json!({"label": "x", "scopes": ["read", "admin"]});
    let problem = app
        .post("/api/v1/tokens", asked)
        .await
        .refused(422, "unknown_scope");
    assert_eq!(problem["errors"][0]["pointer"], "/scopes/1");
}
