//! `POST /api/v1/tasks/quick?preview=true`, and ignored parts of a line.

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    stores_nothing,
    shows_what_a_rule_leads_to,
    counts_as_a_browser_does,
    an_empty_title_is_no_error_yet,
    shows_what_would_be_refused,
    makes_what_it_showed,
    the_whole_line_can_be_the_title,
    what_is_to_be_left_alone_stays_in_the_title,
    the_owners_week_and_order_of_dates_count,
    the_weekday_that_was_meant,
    refuses_what_it_cannot_accept,
);

const QUICK: &str = "/api/v1/tasks/quick";
const PREVIEW: &str = "/api/v1/tasks/quick?preview=true";

async fn stores_nothing(db: TestDb) {
    let app = App::open(db).await;
    let body = json!({"text": "buy milk tomorrow 5pm p1 #shopping"});
    let reply = app
        .call("POST", PREVIEW)
        .header("idempotency-key", "one")
        .json(&body)
        .send()
        .await;
    let shown = reply.expect(200);
    assert!(!reply.headers.contains_key("etag"));
    allow_duplicates! { assert_json_snapshot!(shown, @r##"
    {
      "due": "2026-11-21T17:00",
      "due_at": "2026-11-21T16:00:00Z",
      "due_weekday": "Saturday",
      "due_zone": "Europe/Rome",
      "duration_minutes": null,
      "grain": "time",
      "priority": "high",
      "recurrence": null,
      "remarks": [],
      "reminders": [],
      "spans": [
        {
          "end": 21,
          "end_byte": 21,
          "kind": "due",
          "start": 9,
          "start_byte": 9,
          "text": "tomorrow 5pm"
        },
        {
          "end": 24,
          "end_byte": 24,
          "kind": "priority",
          "start": 22,
          "start_byte": 22,
          "text": "p1"
        },
        {
          "end": 34,
          "end_byte": 34,
          "kind": "tag",
          "start": 25,
          "start_byte": 25,
          "text": "#shopping"
        }
      ],
      "tags": [
        "shopping"
      ],
      "title": "buy milk",
      "warnings": []
    }
    "##) };
    // Neither the key nor a number was used, and no tag was created.
    let other = json!({"text": "something else"});
    let reply = app
        .call("POST", PREVIEW)
        .header("idempotency-key", "one")
        .json(&other)
        .send()
        .await;
    assert_eq!(reply.expect(200)["title"], "something else");
    assert!(app.happened().await.is_empty());
    let made = app
        .call("POST", QUICK)
        .header("idempotency-key", "one")
        .json(&body)
        .send()
        .await
        .expect(201);
    assert_eq!(made["number"], 1);
}

async fn shows_what_a_rule_leads_to(db: TestDb) {
    let app = App::open(db).await;
    let shown = app
        .post(PREVIEW, json!({"text": "bins every monday at 9 !30m"}))
        .await
        .expect(200);
    assert_eq!(shown["title"], "bins");
    assert_eq!(shown["due"], "2026-11-23T09:00");
    assert_eq!(shown["recurrence"]["rrule"], "FREQ=WEEKLY;BYDAY=MO");
    assert_eq!(
        shown["recurrence"]["upcoming"][0],
        json!({"due": "2026-11-30T09:00", "weekday": "Monday", "due_at": "2026-11-30T08:00:00Z"})
    );
    assert_eq!(
        shown["reminders"],
        json!([{"minutes_before": 30, "at": "2026-11-23T07:30:00Z"}])
    );
    let date = app
        .post(PREVIEW, json!({"text": "bins every monday"}))
        .await
        .expect(200);
    assert_eq!(date["grain"], "date");
    let none = app.post(PREVIEW, json!({"text": "bins"})).await.expect(200);
    assert!(none["grain"].is_null());
}

async fn shows_what_would_be_refused(db: TestDb) {
    let app = App::open(db).await;
    for (text, told, status) in [
        ("oven every minute", "once an hour", 201),
        ("a\u{7}b tomorrow", "control", 422),
    ] {
        let shown = app.post(PREVIEW, json!({"text": text})).await.expect(200);
        let warnings = shown["warnings"].to_string();
        assert!(warnings.contains(told), "{warnings}");
        assert_eq!(shown["remarks"][0]["doubt"], "not_understood");
        app.post(QUICK, json!({"text": text})).await.expect(status);
    }
}

async fn counts_as_a_browser_does(db: TestDb) {
    let app = App::open(db).await;
    // Two UTF-16 units and four bytes for the cake, one and two for the accent.
    let shown = app
        .post(PREVIEW, json!({"text": "🎂 café tomorrow"}))
        .await
        .expect(200);
    assert_eq!(shown["title"], "🎂 café");
    let span = &shown["spans"][0];
    assert_eq!(
        (&span["start"], &span["end"]),
        (&json!(8), &json!(16)),
        "{span}"
    );
    assert_eq!(
        (&span["start_byte"], &span["end_byte"]),
        (&json!(11), &json!(19))
    );
    assert_eq!(span["text"], "tomorrow");
}

async fn an_empty_title_is_no_error_yet(db: TestDb) {
    let app = App::open(db).await;
    for text in ["", "  ", "tomorrow", "p1 #home"] {
        let shown = app.post(PREVIEW, json!({"text": text})).await.expect(200);
        assert_eq!(shown["title"], "", "{text}");
    }
}

async fn makes_what_it_showed(db: TestDb) {
    let app = App::open(db).await;
    for text in [
        "water plants every blue moon",
        "call mum tomorrow 5pm p2 #family",
        "pay rent every month on the 31st at 9 !1h",
        "report 2026-12-01",
    ] {
        let shown = app.post(PREVIEW, json!({"text": text})).await.expect(200);
        let made = app.post(QUICK, json!({"text": text})).await.expect(201);
        for same in [
            "title",
            "due",
            "due_at",
            "due_weekday",
            "due_zone",
            "priority",
            "recurrence",
            "spans",
            "remarks",
            "warnings",
        ] {
            assert_eq!(made[same], shown[same], "{text}: {same}");
        }
    }
}

async fn the_whole_line_can_be_the_title(db: TestDb) {
    let app = App::open(db).await;
    let text = "read \"every day\" tomorrow p1 #x";
    let body = json!({"text": text, "parse": false});
    let shown = app.post(PREVIEW, body.clone()).await.expect(200);
    assert_eq!(shown["title"], text);
    assert_eq!(shown["spans"], json!([]));
    let made = app.post(QUICK, body).await.expect(201);
    assert_eq!(made["title"], text);
    assert!(made["due"].is_null());
}

async fn what_is_to_be_left_alone_stays_in_the_title(db: TestDb) {
    let app = App::open(db).await;
    let text = "🎂 sunday roast on monday #food";
    let shown = app.post(PREVIEW, json!({"text": text})).await.expect(200);
    assert_eq!(shown["due"], "2026-11-23");
    let span = shown["spans"]
        .as_array()
        .unwrap()
        .iter()
        .find(|span| span["kind"] == "due")
        .unwrap();
    let body = json!({"text": text, "ignore": [[span["start"], span["end"]]]});
    let shown = app.post(PREVIEW, body.clone()).await.expect(200);
    assert_ne!(shown["due"], "2026-11-23");
    let many = json!({"text": text, "ignore": [[3, 9], [0, 2], [0, 12], [10, 30], [3, 9]]});
    app.post(PREVIEW, many).await.expect(200);
    assert!(shown["title"].as_str().unwrap().contains("monday"));
    assert_eq!(shown["tags"], json!(["food"]));
    let made = app.post(QUICK, body).await.expect(201);
    assert_eq!(made["title"], shown["title"]);
    assert_eq!(made["due"], shown["due"]);
}

async fn the_owners_week_and_order_of_dates_count(db: TestDb) {
    let app = App::open(db).await;
    let due = async |text: &str| {
        let shown = app.post(PREVIEW, json!({"text": text})).await.expect(200);
        shown["due"].clone()
    };
    assert_eq!(due("x 4/5").await, "2027-05-04");
    app.patch(
        "/api/v1/me",
        json!({"week_start": "sun", "date_order": "month_first"}),
    )
    .await
    .expect(200);
    assert_eq!(due("x 4/5").await, "2027-04-05");
    let shown = app
        .post(
            PREVIEW,
            json!({"text": "x every 2 weeks on monday and sunday"}),
        )
        .await
        .expect(200);
    let rule = shown["recurrence"]["rrule"].as_str().unwrap();
    assert!(rule.ends_with(";WKST=SU"), "{rule}");
}

async fn the_weekday_that_was_meant(db: TestDb) {
    let app = App::open(db).await;
    for path in [PREVIEW, QUICK] {
        let problem = app
            .post(
                path,
                json!({"text": "dentist 2026-12-01", "expected_weekday": "Monday"}),
            )
            .await
            .refused(422, "weekday_mismatch");
        assert_eq!(
            problem["detail"],
            "The due date 2026-12-01 is a Tuesday, not a Monday."
        );
        app.post(
            path,
            json!({"text": "dentist 2026-12-01", "expected_weekday": "tue"}),
        )
        .await
        .expect(if path == PREVIEW { 200 } else { 201 });
    }
    let listed = app.get("/api/v1/tasks").await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    for (body, pointer, code) in [
        (json!({"text": "é".repeat(1001)}), "/text", "too_long"),
        (json!({"text": "x", "zone": "EST"}), "/zone", "unknown_zone"),
        (
            json!({"text": "x", "expected_weekday": "x"}),
            "/expected_weekday",
            "invalid_weekday",
        ),
        (
            json!({"text": "abc", "ignore": [[0, 1], [2, 4]]}),
            "/ignore/1",
            "invalid_ignore",
        ),
        (
            json!({"text": "abc", "ignore": [[2, 1]]}),
            "/ignore/0",
            "invalid_ignore",
        ),
        // In the middle of a character.
        (
            json!({"text": "🎂", "ignore": [[1, 2]]}),
            "/ignore/0",
            "invalid_ignore",
        ),
        (
            json!({"text": "abc", "ignore": vec![[0, 1]; 51]}),
            "/ignore",
            "too_many_ignored",
        ),
        (
            json!({"text": "abc", "ignore": [[0, "1"]]}),
            "/ignore/0/1",
            "invalid_type",
        ),
        (
            json!({"text": "abc", "ignore": [[-1, 2]]}),
            "/ignore/0/0",
            "invalid_type",
        ),
        (json!({"txt": "x"}), "/txt", "unknown_field"),
    ] {
        for path in [PREVIEW, QUICK] {
            let problem = app.post(path, body.clone()).await.refused(422, code);
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
        }
    }
    app.post(&format!("{QUICK}?preview=yes"), json!({"text": "x"}))
        .await
        .refused(422, "invalid_preview");
    app.call("POST", PREVIEW)
        .body("application/json", "x")
        .send()
        .await
        .refused(400, "malformed_json");
    app.call("POST", PREVIEW)
        .body("text/plain", "x")
        .send()
        .await
        .refused(415, "unsupported_media_type");
    app.anonymous("POST", PREVIEW)
        .json(&json!({"text": "x"}))
        .send()
        .await
        .refused(401, "unauthorized");
    let reader = app.token("Ada", &["read"]).await;
    app.call("POST", PREVIEW)
        .token(&reader)
        .json(&json!({"text": "x"}))
        .send()
        .await
        .refused(403, "insufficient_scope");
    assert!(app.happened().await.is_empty());
}
