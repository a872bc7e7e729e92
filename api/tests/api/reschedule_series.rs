//! `POST /api/v1/tasks/{task}/reschedule`: the occurrences after the one that moves.

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::reschedule::{MOVE, mondays, next_after};
use crate::support::App;

both_databases!(
    this_and_following_continue_from_there,
    all_have_another_time,
    a_rule_of_one_day_moves_along,
    a_rule_of_several_days_has_to_be_said,
    what_is_left_of_a_count_stays,
    a_rule_that_names_hours_moves_them,
);

async fn this_and_following_continue_from_there(db: TestDb) {
    let app = App::open(db).await;
    let before = mondays(&app).await;
    let task = app
        .post(
            MOVE,
            json!({"due": "2026-11-25T18:00", "scope": "this_and_following"}),
        )
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-11-25T18:00");
    assert_eq!(task["recurrence"]["rrule"], "FREQ=WEEKLY;BYDAY=WE");
    assert_eq!(task["occurrence"], "1/2026-11-25T18:00");
    assert_eq!(task["series"], before["series"]);
    assert_eq!(task["id"], before["id"]);
    assert_eq!(
        task["recurrence"]["next"],
        json!(["2026-12-02T18:00", "2026-12-09T18:00", "2026-12-16T18:00"])
    );
    assert_eq!(app.happened().await, ["task.updated.v1"]);
    assert_eq!(next_after(&app, &task).await, "2026-12-02T18:00");
}

async fn all_have_another_time(db: TestDb) {
    let app = App::open(db).await;
    let first = mondays(&app).await;
    app.post("/api/v1/tasks/1/complete", json!({}))
        .await
        .expect(200);
    app.advance(&first).await;
    let task = app
        .post(
            "/api/v1/tasks/2/reschedule",
            json!({"due": "2026-11-30T07:30[Europe/Rome]", "scope": "all"}),
        )
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-11-30T07:30[Europe/Rome]");
    assert_eq!(task["recurrence"]["rrule"], "FREQ=WEEKLY;BYDAY=MO");
    assert_eq!(
        task["recurrence"]["next"][0],
        "2026-12-07T07:30[Europe/Rome]"
    );
    // The series continues as if it had always been like this; completed occurrences keep their keys.
    let why = app.get("/api/v1/tasks/2/explain").await.expect(200);
    assert_eq!(why["series"]["starts"], "2026-11-23T07:30[Europe/Rome]");
    let done = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(done["occurrence"], "0/2026-11-23T09:00");
    assert_eq!(done["due"], "2026-11-23T09:00");
}

async fn a_rule_of_one_day_moves_along(db: TestDb) {
    let app = App::open(db).await;
    for (due, rule, to, moved) in [
        (
            "2026-12-01",
            "FREQ=MONTHLY;BYMONTHDAY=1",
            "2026-12-03",
            "FREQ=MONTHLY;BYMONTHDAY=3",
        ),
        (
            "2026-12-18",
            "FREQ=MONTHLY;BYDAY=3FR",
            "2026-12-22",
            "FREQ=MONTHLY;BYDAY=4TU",
        ),
        (
            "2026-12-25",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25",
            "2027-01-06",
            "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=6",
        ),
        (
            "2026-11-21",
            "FREQ=DAILY;INTERVAL=2",
            "2026-11-24",
            "FREQ=DAILY;INTERVAL=2",
        ),
        // A date of the rule changes nothing.
        (
            "2026-11-23",
            "FREQ=WEEKLY;BYDAY=MO,TH",
            "2026-11-26",
            "FREQ=WEEKLY;BYDAY=MO,TH",
        ),
    ] {
        let task = app
            .task(json!({"title": rule, "due": due, "recurrence": {"rrule": rule}}))
            .await;
        let path = format!("/api/v1/tasks/{}/reschedule", task["number"]);
        let body = json!({"due": to, "scope": "this_and_following"});
        let task = app.post(&path, body).await.expect(200);
        assert_eq!(task["recurrence"]["rrule"], moved);
        assert_eq!(task["due"], to, "{rule}");
    }
}

async fn a_rule_of_several_days_has_to_be_said(db: TestDb) {
    let app = App::open(db).await;
    let before = app
        .task(
            json!({"title": "Gym", "due": "2026-11-23", "recurrence": "every monday and thursday"}),
        )
        .await;
    app.happened().await;
    let body = json!({"due": "2026-11-24", "scope": "this_and_following"});
    let problem = app.post(MOVE, body).await.refused(422, "ambiguous_move");
    assert_eq!(problem["errors"][0]["pointer"], "/recurrence");
    assert_eq!(app.get("/api/v1/tasks/1").await.expect(200), before);
    assert!(app.happened().await.is_empty());
    let task = app
        .post(
            MOVE,
            json!({"due": "2026-11-24", "scope": "this_and_following", "recurrence": "every tuesday and friday"}),
        )
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-11-24");
    assert_eq!(task["recurrence"]["rrule"], "FREQ=WEEKLY;BYDAY=TU,FR");
    assert_eq!(next_after(&app, &task).await, "2026-11-27");
}

async fn what_is_left_of_a_count_stays(db: TestDb) {
    let app = App::open(db).await;
    let first = app
        .task(json!({"title": "Course", "due": "2026-11-23", "recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=4"}}))
        .await;
    app.post("/api/v1/tasks/1/complete", json!({}))
        .await
        .expect(200);
    app.advance(&first).await;
    for scope in ["this_and_following", "all"] {
        let due = if scope == "all" {
            "2026-12-03"
        } else {
            "2026-12-02"
        };
        let task = app
            .post(
                "/api/v1/tasks/2/reschedule",
                json!({"due": due, "scope": scope}),
            )
            .await
            .expect(200);
        assert_eq!(task["due"], due);
        let next = task["recurrence"]["next"].as_array().unwrap();
        assert_eq!(next.len(), 2, "{task}");
    }
}

async fn a_rule_that_names_hours_moves_them(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Pill", "due": "2026-11-21", "recurrence": {"rrule": "FREQ=DAILY;BYHOUR=9;BYMINUTE=0"}}))
        .await;
    assert_eq!(task["due"], "2026-11-21T09:00");
    let task = app
        .post(
            MOVE,
            json!({"due": "2026-11-21T20:30", "scope": "this_and_following"}),
        )
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-11-21T20:30");
    assert_eq!(task["recurrence"]["next"][0], "2026-11-22T20:30");
}
