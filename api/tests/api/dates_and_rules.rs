//! Dates sent with rules: they are stored as sent, or the response explains why not.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    a_due_value_that_is_no_date_of_the_rule,
    no_warning_if_nothing_moved,
    a_day_in_words_keeps_the_time_in_a_patch,
    words_count_from_the_date_of_the_task,
    tomorrow_is_that_of_the_person,
    bounds_of_what_has_happened_are_in_the_past,
    words_that_name_a_start,
    two_starts_are_refused,
    a_line_warns_too,
    a_time_alone_keeps_the_day,
);

const MOVED: &str = "Tuesday, 1 December 2026 is not a date of the rule (every month on the 5th), so the task is due on Saturday, 5 December 2026, the first date after it.";

/// The due value, the next date, and the warnings.
fn told(change: &Value) -> (Value, Value, Value) {
    (
        change["due"].clone(),
        change["recurrence"]["next"][0].clone(),
        change["warnings"].clone(),
    )
}

async fn a_due_value_that_is_no_date_of_the_rule(db: TestDb) {
    let app = App::open(db).await;
    let rule = json!({"rrule": "FREQ=MONTHLY;BYMONTHDAY=5"});
    let expected = (json!("2026-12-05"), json!("2027-01-05"), json!([MOVED]));
    let body = json!({"title": "Rent", "due": "2026-12-01", "recurrence": rule});
    let made = app.post("/api/v1/tasks", body).await.expect(201);
    assert_eq!(told(&made), expected);
    // Changed, with a date next to the rule or the present one, or moved with all later occurrences.
    app.task(json!({"title": "Rent", "due": "2026-11-25"}))
        .await;
    let body = json!({"due": "2026-12-01", "recurrence": rule});
    let changed = app.patch("/api/v1/tasks/2", body).await.expect(200);
    assert_eq!(told(&changed), expected);
    for number in [3, 4] {
        app.task(json!({"title": "Rent", "due": "2026-12-01"}))
            .await;
        let body = match number {
            3 => json!({"due": "2026-12-01", "recurrence": rule}),
            _ => json!({"recurrence": "every 5th"}),
        };
        let path = format!("/api/v1/tasks/{number}");
        let changed = app.patch(&path, body).await.expect(200);
        assert_eq!(told(&changed), expected);
    }
    app.task(json!({"title": "Rent", "due": "2026-11-25", "recurrence": "every wednesday"}))
        .await;
    let body = json!({"due": "2026-12-01", "scope": "this_and_following", "recurrence": rule});
    let moved = app
        .post("/api/v1/tasks/5/reschedule", body)
        .await
        .expect(200);
    assert_eq!(told(&moved), expected);
    // A time that the rule does not have.
    let body = json!({"title": "x", "due": "2026-12-01T18:00",
        "recurrence": {"rrule": "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0"}});
    let made = app.post("/api/v1/tasks", body).await.expect(201);
    assert_eq!(made["due"], "2026-12-02T09:00");
    assert_eq!(made["warnings"].as_array().unwrap().len(), 1);
}

async fn no_warning_if_nothing_moved(db: TestDb) {
    let app = App::open(db).await;
    for body in [
        json!({"title": "x", "due": "2026-12-05", "recurrence": "every 5th"}),
        json!({"title": "x", "recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=5"}}),
        json!({"title": "x", "due": "every 5th"}),
        json!({"title": "x", "due": "2026-12-05", "recurrence": "every 5th at 9"}),
        json!({"title": "x", "due": "2026-12-05", "recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=5;BYHOUR=9;BYMINUTE=0"}}),
    ] {
        let made = app.post("/api/v1/tasks", body.clone()).await.expect(201);
        assert_eq!(made.get("warnings"), None, "{body}");
        assert_eq!(&made["due"].as_str().unwrap()[..10], "2026-12-05", "{body}");
    }
    // The date of this occurrence alone is what was sent.
    let moved = app
        .patch("/api/v1/tasks/1", json!({"due": "2026-12-01"}))
        .await
        .expect(200);
    assert_eq!(
        told(&moved),
        (json!("2026-12-01"), json!("2027-01-05"), Value::Null)
    );
}

async fn words_that_name_a_start(db: TestDb) {
    let app = App::open(db).await;
    let words = "every monday starting 5 march 2027";
    let made = app
        .post("/api/v1/tasks", json!({"title": "x", "recurrence": words}))
        .await
        .expect(201);
    assert_eq!(made["due"], "2027-03-08");
    app.task(json!({"title": "single", "due": "2026-11-25"}))
        .await;
    app.task(json!({"title": "series", "due": "2026-11-24T09:00", "recurrence": "every tuesday"}))
        .await;
    app.task(
        json!({"title": "the same rule", "due": "2026-11-23T09:00", "recurrence": "every monday"}),
    )
    .await;
    app.task(json!({"title": "undated"})).await;
    for (number, due, next) in [
        (2, "2027-03-08", "2027-03-15"),
        (3, "2027-03-08T09:00", "2027-03-15T09:00"),
        (4, "2027-03-08T09:00", "2027-03-15T09:00"),
        (5, "2027-03-08", "2027-03-15"),
    ] {
        let path = format!("/api/v1/tasks/{number}");
        let changed = app
            .patch(&path, json!({"recurrence": words}))
            .await
            .expect(200);
        assert_eq!(
            told(&changed),
            (json!(due), json!(next), Value::Null),
            "{number}"
        );
        // The same request again changes nothing.
        let again = app
            .patch(&path, json!({"recurrence": words}))
            .await
            .expect(200);
        assert_eq!(again["changed"], false, "{number}");
    }
}

async fn two_starts_are_refused(db: TestDb) {
    let app = App::open(db).await;
    let words = "every monday starting 5 march 2027";
    let body = |due: &str| json!({"title": "x", "due": due, "recurrence": words});
    let problem = app
        .post("/api/v1/tasks", body("2026-12-07"))
        .await
        .refused(422, "two_starts");
    assert_eq!(problem["errors"][0]["pointer"], "/due");
    assert!(
        problem["hint"]
            .as_str()
            .unwrap()
            .contains("only one of them")
    );
    // Both have the same meaning.
    app.post("/api/v1/tasks", body("2027-03-08"))
        .await
        .expect(201);
    let patch = json!({"due": "2026-12-07", "recurrence": words});
    app.patch("/api/v1/tasks/1", patch)
        .await
        .refused(422, "two_starts");
    let moved = json!({"due": "2026-12-07", "scope": "this_and_following", "recurrence": words});
    app.post("/api/v1/tasks/1/reschedule", moved)
        .await
        .refused(422, "two_starts");
    assert_eq!(app.get("/api/v1/tasks/1").await.expect(200)["version"], 1);
}

async fn a_line_warns_too(db: TestDb) {
    let app = App::open(db).await;
    let body = json!({"text": "rent 1 dec every 5th"});
    for path in ["/api/v1/tasks/quick?preview=true", "/api/v1/tasks/quick"] {
        let shown = app.post(path, body.clone()).await.json();
        assert_eq!(shown["title"], "rent", "{shown}");
        assert_eq!(
            told(&shown),
            (json!("2026-12-05"), json!("2027-01-05"), json!([MOVED]))
        );
        assert_eq!(shown["remarks"][0]["doubt"], "unsure");
    }
}

async fn a_time_alone_keeps_the_day(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Call", "due": "2026-11-27"}))
        .await;
    let changed = app
        .patch("/api/v1/tasks/1", json!({"due": "4pm"}))
        .await
        .expect(200);
    assert_eq!(changed["due"], "2026-11-27T16:00");
    let body = json!({"due": "at 9"});
    let moved = app
        .post("/api/v1/tasks/1/reschedule", body)
        .await
        .expect(200);
    assert_eq!(moved["due"], "2026-11-27T09:00");
    assert_eq!(moved["warnings"], Value::Null);
    // A day in the words counts.
    let changed = app
        .patch("/api/v1/tasks/1", json!({"due": "tomorrow 4pm"}))
        .await
        .expect(200);
    assert_ne!(changed["due"], "2026-11-27T16:00");
    // Once that moment has passed it is the next such time, and the response says so.
    app.task(json!({"title": "Late", "due": "2026-11-02"}))
        .await;
    let changed = app
        .patch("/api/v1/tasks/2", json!({"due": "4pm"}))
        .await
        .expect(200);
    assert_ne!(changed["due"], "2026-11-02T16:00");
    let warning = changed["warnings"][0].as_str().unwrap();
    assert!(warning.contains("already passed on the day"), "{warning}");
    // Without a date there is no day to keep.
    app.task(json!({"title": "Some day"})).await;
    let changed = app
        .patch("/api/v1/tasks/3", json!({"due": "11:59pm"}))
        .await
        .expect(200);
    assert!(changed["due"].as_str().unwrap().ends_with("T23:59"));
}

async fn a_day_in_words_keeps_the_time_in_a_patch(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Call", "due": "2026-11-24T17:00"}))
        .await;
    let path = "/api/v1/tasks/1";
    for due in ["thursday", "make it thursday", "thursday same time"] {
        let changed = app.patch(path, json!({"due": due})).await.expect(200);
        assert_eq!(changed["due"], "2026-11-26T17:00", "{due}");
    }
    app.patch(path, json!({"due": "2026-11-24T17:00"}))
        .await
        .expect(200);
    let changed = app
        .patch(path, json!({"due": "thursday"}))
        .await
        .expect(200);
    assert_eq!(
        changed["warnings"],
        json!(["The task keeps its time, 17:00; send 2026-11-26 for the day without a time."])
    );
    // A written date is set exactly, and a rule brings its own time.
    let changed = app
        .patch(path, json!({"due": "2026-11-26"}))
        .await
        .expect(200);
    assert_eq!(changed["due"], "2026-11-26");
    assert_eq!(changed.get("warnings"), None);
    app.patch(path, json!({"due": "2026-11-24T17:00"}))
        .await
        .expect(200);
    let body = json!({"due": "thursday", "recurrence": {"text": "every thursday at 8"}});
    let changed = app.patch(path, body).await.expect(200);
    assert_eq!(changed["due"], "2026-11-26T08:00");
}

async fn words_count_from_the_date_of_the_task(db: TestDb) {
    let app = App::open(db).await;
    for (due, moved) in [
        ("an hour later", "2026-11-24T18:00"),
        ("2 days earlier", "2026-11-22T17:00"),
        ("same time next week", "2026-12-01T17:00"),
        ("the next day", "2026-11-25T17:00"),
        ("wednesday of the week after next", "2026-12-02T17:00"),
    ] {
        let task = app
            .task(json!({"title": "Call", "due": "2026-11-24T17:00"}))
            .await;
        let path = format!("/api/v1/tasks/{}", task["number"]);
        let again = app
            .task(json!({"title": "Call", "due": "2026-11-24T17:00"}))
            .await;
        let changed = app.patch(&path, json!({"due": due})).await.expect(200);
        assert_eq!(changed["due"], moved, "{due}");
        let path = format!("/api/v1/tasks/{}/reschedule", again["number"]);
        let changed = app.post(&path, json!({"due": due})).await.expect(200);
        assert_eq!(changed["due"], moved, "{due}");
    }
    // A new task has no date to count from.
    app.post(
        "/api/v1/tasks",
        json!({"title": "Call", "due": "an hour later"}),
    )
    .await
    .refused(422, "invalid_due");
}

async fn tomorrow_is_that_of_the_person(db: TestDb) {
    let app = App::open(db).await;
    // It is already Saturday there.
    let due = "2026-11-28T09:00[Pacific/Kiritimati]";
    app.task(json!({"title": "Call", "due": due})).await;
    let path = "/api/v1/tasks/1/reschedule";
    let today = app.get("/api/v1/agenda").await.expect(200)["today"].clone();
    let moved = app.post(path, json!({"due": "today"})).await.expect(200);
    let expected = format!(
        "{}T09:00[Pacific/Kiritimati]",
        today.as_str().unwrap_or_default()
    );
    assert_eq!(moved["due"], expected);
}

async fn bounds_of_what_has_happened_are_in_the_past(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Done", "due": "2026-11-20"}))
        .await;
    app.post("/api/v1/tasks/1/complete", json!({}))
        .await
        .expect(200);
    for (bound, count) in [
        ("completed_after=1%20nov", 1),
        ("completed_after=2%20hours%20ago", 1),
        ("completed_after=start%20of%20this%20month", 1),
        ("completed_before=1%20nov", 0),
        ("created_after=monday", 1),
        ("completed_after=1%20nov%202027", 0),
    ] {
        let path = format!("/api/v1/tasks?status=completed&{bound}");
        let list = app.get(&path).await.expect(200);
        let found = list["items"].as_array().map(Vec::len);
        assert_eq!(found, Some(count), "{bound}");
    }
}
