//! The next occurrence after one that was completed late, early, or in another zone: the policies of a series, over
//! HTTP.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    each_policy_has_its_next_date,
    a_month_end_does_not_drift,
    the_clock_change_keeps_the_wall_clock,
    a_long_way_makes_each_occurrence_once,
);

/// Completes a task at an instant and returns its successor.
async fn complete(app: &App, task: &Value, at: &str) -> Value {
    app.at(at);
    let path = format!("/api/v1/tasks/{}/complete", task["number"]);
    app.post(&path, json!({"occurrence": task["occurrence"]}))
        .await
        .expect(200);
    app.advance(task).await
}

async fn each_policy_has_its_next_date(db: TestDb) {
    let app = App::open(db).await;
    for (recurrence, done, next) in [
        // On time, early, and ten days late: the rule is every three days from the 20th.
        (json!({}), "2026-11-20T15:00:00Z", "2026-11-23"),
        (json!({}), "2026-11-19T15:00:00Z", "2026-11-23"),
        (json!({}), "2026-11-30T15:00:00Z", "2026-12-02"),
        (
            json!({"catch_up": "one_step"}),
            "2026-11-30T15:00:00Z",
            "2026-11-23",
        ),
        (
            json!({"catch_up": "from_completion"}),
            "2026-11-30T15:00:00Z",
            "2026-12-03",
        ),
        (
            json!({"anchor": "completion"}),
            "2026-11-30T15:00:00Z",
            "2026-12-03",
        ),
        (
            json!({"anchor": "completion"}),
            "2026-11-19T15:00:00Z",
            "2026-11-22",
        ),
        // The 1st of December in Rome already.
        (
            json!({"anchor": "completion"}),
            "2026-11-30T23:30:00Z",
            "2026-12-04",
        ),
    ] {
        app.at("2026-11-18T12:00:00Z");
        let mut rule = recurrence.clone();
        rule["rrule"] = json!("FREQ=DAILY;INTERVAL=3");
        let task = app
            .task(json!({"title": "x", "due": "2026-11-20", "recurrence": rule}))
            .await;
        let successor = complete(&app, &task, done).await;
        assert_eq!(successor["due"], next, "{recurrence} at {done}");
        assert_ne!(successor["occurrence"], task["occurrence"]);
        assert_eq!(successor["series"], task["series"]);
    }
}

async fn a_month_end_does_not_drift(db: TestDb) {
    let app = App::open(db).await;
    let mut task = app
        .task(json!({"title": "Report", "due": "2027-01-31", "recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=31"}}))
        .await;
    assert_eq!(
        task["recurrence"]["next"],
        json!(["2027-02-28", "2027-03-31", "2027-04-30"])
    );
    for due in ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"] {
        let done = format!("{}T12:00:00Z", task["due"].as_str().unwrap());
        task = complete(&app, &task, &done).await;
        assert_eq!(task["due"], due);
    }
}

async fn the_clock_change_keeps_the_wall_clock(db: TestDb) {
    let app = App::open(db).await;
    // Rome leaves winter time on 28 March 2027 at 02:00.
    let mut task = app
        .task(json!({"title": "Bread", "due": "2027-03-27T02:30[Europe/Rome]", "recurrence": {"rrule": "FREQ=DAILY"}}))
        .await;
    assert_eq!(task["due_at"], "2027-03-27T01:30:00Z");
    for (due, due_at) in [
        ("2027-03-28T02:30[Europe/Rome]", "2027-03-28T01:30:00Z"),
        ("2027-03-29T02:30[Europe/Rome]", "2027-03-29T00:30:00Z"),
    ] {
        let done = task["due_at"].as_str().unwrap().to_owned();
        task = complete(&app, &task, &done).await;
        assert_eq!(task["due"], due);
        assert_eq!(task["due_at"], due_at);
    }
}

async fn a_long_way_makes_each_occurrence_once(db: TestDb) {
    let app = App::open(db).await;
    let mut task = app
        .task(json!({"title": "Run", "due": "2026-11-20", "recurrence": {"rrule": "FREQ=DAILY;COUNT=12"}}))
        .await;
    let mut seen = vec![];
    while !task.is_null() {
        let done = format!("{}T18:00:00Z", task["due"].as_str().unwrap());
        seen.push(task["due"].clone());
        task = complete(&app, &task, &done).await;
    }
    let days: Vec<Value> = (20..=30)
        .map(|day| json!(format!("2026-11-{day}")))
        .chain([json!("2026-12-01")])
        .collect();
    assert_eq!(seen, days);
    let history = app
        .get("/api/v1/tasks?status=completed&sort=number")
        .await
        .expect(200);
    let numbers: Vec<&Value> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| &task["number"])
        .collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<i64>>());
    let open = app.get("/api/v1/tasks").await.expect(200);
    assert_eq!(open["items"], json!([]));
}
