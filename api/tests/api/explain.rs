//! `GET /api/v1/tasks/{task}/explain`

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    why_a_series_is_where_it_is,
    a_single_task_has_reasons_too,
    the_zone_and_the_clock_change,
    when_a_series_ends,
    what_cannot_be_explained,
);

const WHY: &str = "/api/v1/tasks/1/explain";

async fn why_a_series_is_where_it_is(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Bins", "due": "every monday at 9"}))
        .await;
    app.post("/api/v1/tasks/1/reschedule", json!({"due": "wednesday"}))
        .await
        .expect(200);
    let why = app.get(WHY).await.expect(200);
    allow_duplicates! { assert_json_snapshot!(why, {".series.text" => "[words]", ".reasons[1]" => "[words]"}, @r#"
    {
      "due": "2026-11-25T09:00",
      "due_at": "2026-11-25T08:00:00Z",
      "is_overdue": false,
      "kind": "floating",
      "next": [
        {
          "due": "2026-11-30T09:00",
          "due_at": "2026-11-30T08:00:00Z",
          "weekday": "Monday"
        },
        {
          "due": "2026-12-07T09:00",
          "due_at": "2026-12-07T08:00:00Z",
          "weekday": "Monday"
        },
        {
          "due": "2026-12-14T09:00",
          "due_at": "2026-12-14T08:00:00Z",
          "weekday": "Monday"
        }
      ],
      "reasons": [
        "It is due on Wednesday, 25 November 2026 at 09:00 in your time zone, currently Europe/Rome.",
        "[words]",
        "This occurrence was scheduled for Monday, 23 November 2026 at 09:00 and moved to Wednesday, 25 November 2026 at 09:00; the next one is counted from the scheduled date.",
        "The next date follows the schedule; missed dates are skipped."
      ],
      "series": {
        "anchor": "schedule",
        "catch_up": "next_future",
        "ends": null,
        "epoch": 0,
        "moved_from": "2026-11-23T09:00",
        "occurrence": "0/2026-11-23T09:00",
        "overflow": "clamp",
        "rule": "FREQ=WEEKLY;BYDAY=MO",
        "starts": "2026-11-23T09:00",
        "text": "[words]"
      },
      "shifted": null,
      "today": "2026-11-20",
      "weekday": "Wednesday",
      "zone": "Europe/Rome",
      "zone_from": "owner"
    }
    "#) };
}

async fn a_single_task_has_reasons_too(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Some day"})).await;
    let why = app.get(WHY).await.expect(200);
    assert_eq!(why["due"], Value::Null);
    assert_eq!(why["series"], Value::Null);
    assert_eq!(why["next"], json!([]));
    assert_eq!(why["reasons"], json!(["It has no due date."]));
    app.task(json!({"title": "Late", "due": "2026-11-19"}))
        .await;
    let why = app.get("/api/v1/tasks/2/explain").await.expect(200);
    assert_eq!(why["kind"], "date");
    assert_eq!(why["is_overdue"], true);
    assert_eq!(why["reasons"].as_array().unwrap().len(), 2);
}

async fn the_zone_and_the_clock_change(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Night", "due": "2027-03-14T02:30[America/New_York]", "recurrence": "every day"}))
        .await;
    let why = app.get(WHY).await.expect(200);
    assert_eq!(why["kind"], "fixed");
    assert_eq!(why["zone"], "America/New_York");
    assert_eq!(why["zone_from"], "task");
    assert_eq!(
        why["shifted"],
        json!({"from": "2027-03-14T02:30", "to": "2027-03-14T03:30"})
    );
    assert_eq!(why["due_at"], "2027-03-14T07:30:00Z");
    assert_eq!(why["next"][0]["due"], "2027-03-15T02:30[America/New_York]");
    // In New York it is still morning, but the same day.
    assert_eq!(why["today"], "2026-11-20");
}

async fn when_a_series_ends(db: TestDb) {
    let app = App::open(db).await;
    for (number, rule, ends, reason) in [
        (
            1,
            "FREQ=DAILY;COUNT=3",
            json!({"until": null, "left": 2}),
            "2 more occurrences follow.",
        ),
        (
            2,
            "FREQ=DAILY;UNTIL=20261201",
            json!({"until": "2026-12-01", "left": null}),
            "The series ends on 2026-12-01.",
        ),
        (
            3,
            "FREQ=DAILY;COUNT=1",
            json!({"until": null, "left": 0}),
            "It is the last occurrence of the series.",
        ),
    ] {
        app.task(json!({"title": rule, "due": "2026-11-20", "recurrence": {"rrule": rule}}))
            .await;
        let why = app
            .get(&format!("/api/v1/tasks/{number}/explain"))
            .await
            .expect(200);
        assert_eq!(why["series"]["ends"], ends, "{rule}");
        assert_eq!(why["reasons"].as_array().unwrap().last().unwrap(), reason);
    }
}

async fn what_cannot_be_explained(db: TestDb) {
    let app = App::open(db).await;
    app.get("/api/v1/tasks/9/explain")
        .await
        .refused(404, "not_found");
    app.get("/api/v1/tasks/x/explain")
        .await
        .refused(422, "invalid_task_reference");
    app.anonymous("GET", WHY)
        .send()
        .await
        .refused(401, "unauthorized");
}
