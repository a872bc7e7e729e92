//! `POST /api/v1/tasks/quick`

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    one_line_is_enough,
    a_rule_in_a_line,
    a_tag_of_several_words_is_known,
    the_zone_says_what_tomorrow_is,
    warns_of_what_it_did_not_understand,
    refuses_what_it_cannot_accept,
);

const QUICK: &str = "/api/v1/tasks/quick";

async fn one_line_is_enough(db: TestDb) {
    let app = App::open(db).await;
    let reply = app
        .post(
            QUICK,
            json!({"text": "buy milk tomorrow 5pm p1 #shopping #errand"}),
        )
        .await;
    let task = reply.expect(201);
    assert_eq!(task["title"], "buy milk");
    assert_eq!(task["due"], "2026-11-21T17:00");
    assert_eq!(task["due_weekday"], "Saturday");
    assert_eq!(task["priority"], "high");
    // The existing tag's spelling is used.
    assert_eq!(task["tags"], json!(["Shopping", "errand"]));
    assert_eq!(task["warnings"], json!([]));
    assert_eq!(reply.header("etag"), "\"1\"");
    assert_eq!(app.happened().await, ["tag.created.v1", "task.created.v1"]);
}

async fn a_rule_in_a_line(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .post(
            QUICK,
            json!({"text": "pay rent every month on the 1st at 9am p1"}),
        )
        .await
        .expect(201);
    assert_eq!(task["title"], "pay rent");
    assert_eq!(task["recurrence"]["rrule"], "FREQ=MONTHLY;BYMONTHDAY=1");
    assert_eq!(task["due"], "2026-12-01T09:00");
    assert_eq!(task["occurrence"], "0/2026-12-01T09:00");
    assert_eq!(task["warnings"], json!([]));
    // It understands its own descriptions.
    let words = task["recurrence"]["text"].as_str().unwrap();
    let again = app
        .task(json!({"title": "x", "recurrence": {"text": words}}))
        .await;
    assert_eq!(again["recurrence"]["rrule"], task["recurrence"]["rrule"]);
}

async fn a_tag_of_several_words_is_known(db: TestDb) {
    let app = App::open(db).await;
    let line = json!({"text": "buy a desk #home office friday"});
    let preview = format!("{QUICK}?preview=true");
    let before = app.post(&preview, line.clone()).await.expect(200);
    assert_eq!(before["tags"], json!(["home"]));
    app.task(json!({"title": "x", "tags": ["Home Office"]}))
        .await;
    let after = app.post(&preview, line.clone()).await.expect(200);
    assert_eq!(after["tags"], json!(["Home Office"]));
    let task = app.post(QUICK, line).await.expect(201);
    assert_eq!(task["title"], "buy a desk");
    assert_eq!(task["tags"], json!(["Home Office"]));
}

async fn the_zone_says_what_tomorrow_is(db: TestDb) {
    let app = App::open(db).await;
    // Friday in Rome, Saturday in Auckland.
    let task = app
        .post(QUICK, json!({"text": "call mum tomorrow"}))
        .await
        .expect(201);
    assert_eq!(task["due"], "2026-11-21");
    let task = app
        .post(
            QUICK,
            json!({"text": "call mum tomorrow", "zone": "Pacific/Auckland"}),
        )
        .await
        .expect(201);
    assert_eq!(task["due"], "2026-11-22");
    let problem = app
        .post(QUICK, json!({"text": "call mum", "zone": "EST"}))
        .await
        .refused(422, "unknown_zone");
    assert_eq!(problem["errors"][0]["pointer"], "/zone");
}

async fn warns_of_what_it_did_not_understand(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .post(QUICK, json!({"text": "water plants every blue moon"}))
        .await
        .expect(201);
    assert_eq!(task["title"], "water plants every blue moon");
    assert!(task["recurrence"].is_null());
    assert_eq!(task["warnings"].as_array().unwrap().len(), 1, "{task}");
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    for (body, pointer, code) in [
        (json!({"text": ""}), "/text", "empty_title"),
        (json!({"text": "tomorrow p1"}), "/text", "empty_title"),
        (json!({"text": "é".repeat(1001)}), "/text", "too_long"),
        (json!({"text": "a\u{7}b"}), "/text", "invalid_character"),
        (json!({}), "/text", "missing_field"),
        (json!({"txt": "x"}), "/txt", "unknown_field"),
    ] {
        let problem = app.post(QUICK, body.clone()).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    app.anonymous("POST", QUICK)
        .json(&json!({"text": "x"}))
        .send()
        .await
        .refused(401, "unauthorized");
    app.call("POST", QUICK)
        .body("text/plain", "x")
        .send()
        .await
        .refused(415, "unsupported_media_type");
    app.call("POST", QUICK)
        .body("application/json", "x")
        .send()
        .await
        .refused(400, "malformed_json");
    let reader = app.token("Ada", &["read"]).await;
    app.call("POST", QUICK)
        .token(&reader)
        .json(&json!({"text": "x"}))
        .send()
        .await
        .refused(403, "insufficient_scope");
    assert!(app.happened().await.is_empty());
}
