//! Moving an occurrence that is still to come with all that follow it.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::coming::{coming, done};
use crate::subtasks::{numbers, read, undo};
use crate::support::{App, Reply};

both_databases!(
    the_series_ends_and_another_goes_on,
    one_change_is_undone_and_redone_as_a_whole,
    a_repeated_move_changes_nothing,
    the_rest_of_a_count_goes_along,
    a_new_rule_begins_there,
    what_belongs_to_the_task_goes_along,
    a_move_that_cannot_be_is_refused,
);

const FROM_FEBRUARY: &str = "0/2027-02-01";

/// The rent on the 1st of every month; now is 20 November 2026.
async fn rent(app: &App) -> Value {
    app.task(
        json!({"title": "Rent", "due": "2026-12-01", "recurrence": "every month on the 1st",
        "reminders": [{"minutes_before": 60}], "tags": ["home"]}),
    )
    .await
}

async fn moved(app: &App, body: Value) -> Reply {
    let mut body = body;
    body["scope"] = json!("this_and_following");
    app.post("/api/v1/tasks/1/reschedule", body).await
}

/// The dates of a series from its open task on.
async fn dates(app: &App, number: i64) -> Vec<String> {
    let task = read(app, number).await;
    let mut dates = vec![task["due"].as_str().unwrap().to_owned()];
    let path = format!(
        "/api/v1/series/{}?coming=3",
        task["series"].as_str().unwrap()
    );
    let series = app.get(&path).await.expect(200);
    let coming = series["coming"].as_array().unwrap().iter();
    dates.extend(coming.map(|one| one["due"].as_str().unwrap().to_owned()));
    dates
}

async fn the_series_ends_and_another_goes_on(db: TestDb) {
    let app = App::open(db).await;
    rent(&app).await;
    app.happened().await;
    let body =
        json!({"occurrence": FROM_FEBRUARY, "due": "2027-02-05", "expected_weekday": "friday"});
    let reply = moved(&app, body).await;
    let next = reply.expect(200);
    assert_eq!(
        (&next["number"], &next["due"]),
        (&json!(2), &json!("2027-02-05"))
    );
    assert_eq!(next["recurrence"]["text"], "every month on the 5th");
    assert_eq!(
        next["warnings"],
        json!([
            "Task 1 now ends before Monday, 1 February 2027; task 2 goes on from Friday, 5 February 2027."
        ])
    );
    assert_eq!(
        app.happened().await,
        [
            "task.updated.v1",
            "task.created.v1",
            "reminder.scheduled.v1"
        ]
    );
    assert_eq!(dates(&app, 1).await, ["2026-12-01", "2027-01-01"]);
    assert_eq!(
        dates(&app, 2).await,
        ["2027-02-05", "2027-03-05", "2027-04-05", "2027-05-05"]
    );
    // Each goes on by itself.
    assert_eq!(done(&app, 1).await["due"], "2027-01-01");
    let last = app.post("/api/v1/tasks/3/complete", json!({})).await;
    let last = last.expect(200);
    assert_eq!(last["recurrence"]["next"], json!([]));
    assert_eq!(done(&app, 2).await["due"], "2027-03-05");
    let half_a_year = "/api/v1/agenda?tag=home&days=183";
    let agenda = app.get(half_a_year).await.expect(200);
    assert_eq!(agenda["overdue"], json!([]));
}

async fn one_change_is_undone_and_redone_as_a_whole(db: TestDb) {
    let app = App::open(db).await;
    let task = rent(&app).await;
    let before = dates(&app, 1).await;
    let body = json!({"occurrence": FROM_FEBRUARY, "due": "2027-02-05"});
    let reply = moved(&app, body.clone()).await;
    let undone = undo(&app, &reply).await;
    assert_eq!(undone.expect(200)["removed"], json!([2]));
    assert_eq!(dates(&app, 1).await, before);
    assert_eq!(numbers(&app, "status=all").await, [1]);
    let redone = undo(&app, &undone).await;
    redone.expect(200);
    assert_eq!(dates(&app, 1).await, ["2026-12-01", "2027-01-01"]);
    assert_eq!(dates(&app, 2).await[0], "2027-02-05");
    undo(&app, &redone).await;
    // After an undo it can be done again, and the same task comes back.
    let again = moved(&app, body).await.expect(200);
    assert_eq!(again["number"], 2);
    assert_eq!(coming(&app, &task).await, ["0/2027-01-01"]);
    let dry = app
        .post(
            "/api/v1/tasks/2/reschedule?dry_run=true",
            json!({"occurrence": "0/2027-04-05", "due": "2027-04-06", "scope": "this_and_following"}),
        )
        .await;
    assert_eq!(dry.expect(200)["due"], "2027-04-06");
    assert_eq!(numbers(&app, "status=all").await, [1, 2]);
}

async fn a_repeated_move_changes_nothing(db: TestDb) {
    let app = App::open(db).await;
    rent(&app).await;
    let body = json!({"occurrence": FROM_FEBRUARY, "due": "2027-02-05"});
    moved(&app, body.clone()).await.expect(200);
    app.happened().await;
    let again = moved(&app, body).await.expect(200);
    assert_eq!(
        (&again["changed"], &again["number"]),
        (&json!(false), &json!(2))
    );
    let other = json!({"occurrence": FROM_FEBRUARY, "due": "2027-02-09"});
    let problem = moved(&app, other).await.refused(409, "wrong_occurrence");
    assert_eq!(
        problem["detail"],
        "The series ends before Monday, 1 February 2027: task 2 goes on from there."
    );
    // What stays where it is, is no change.
    let same = json!({"occurrence": "0/2027-01-01", "due": "2027-01-01"});
    assert_eq!(moved(&app, same).await.expect(200)["changed"], false);
    assert!(app.happened().await.is_empty());
}

async fn the_rest_of_a_count_goes_along(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Course", "due": "2026-11-23T18:00", "recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=5"}}))
        .await;
    let body = json!({"occurrence": "0/2026-12-07T18:00", "due": "2026-12-08T19:00"});
    moved(&app, body).await.expect(200);
    assert_eq!(
        dates(&app, 1).await,
        ["2026-11-23T18:00", "2026-11-30T18:00"]
    );
    assert_eq!(
        dates(&app, 2).await,
        ["2026-12-08T19:00", "2026-12-15T19:00", "2026-12-22T19:00"]
    );
}

async fn a_new_rule_begins_there(db: TestDb) {
    let app = App::open(db).await;
    rent(&app).await;
    let body = json!({"occurrence": FROM_FEBRUARY, "due": "2027-02-01",
        "recurrence": "every 2 weeks on monday at 9"});
    let next = moved(&app, body.clone()).await.expect(200);
    assert_eq!(next["due"], "2027-02-01T09:00");
    assert_eq!(dates(&app, 1).await, ["2026-12-01", "2027-01-01"]);
    assert_eq!(
        dates(&app, 2).await,
        [
            "2027-02-01T09:00",
            "2027-02-15T09:00",
            "2027-03-01T09:00",
            "2027-03-15T09:00"
        ]
    );
    assert_eq!(moved(&app, body).await.expect(200)["changed"], false);
}

async fn what_belongs_to_the_task_goes_along(db: TestDb) {
    let app = App::open(db).await;
    let task = rent(&app).await;
    app.task(json!({"title": "Receipt", "parent": task["number"], "due": "2026-12-02"}))
        .await;
    let body = json!({"occurrence": "0/2027-01-01", "due": "2027-01-05"});
    let next = moved(&app, body).await.expect(200);
    assert_eq!(next["tags"], json!(["home"]));
    assert_eq!(next["reminders"][0]["minutes_before"], 60);
    let number = next["number"].as_i64().unwrap();
    let parts = numbers(&app, &format!("parent={number}")).await;
    assert_eq!(read(&app, parts[0]).await["due"], "2027-01-06");
    // Nothing comes after the open task.
    assert_eq!(dates(&app, 1).await, ["2026-12-01"]);
    let ended = app.post("/api/v1/tasks/1/complete", json!({})).await;
    assert_eq!(ended.expect(200)["recurrence"]["next"], json!([]));
}

async fn a_move_that_cannot_be_is_refused(db: TestDb) {
    let app = App::open(db).await;
    rent(&app).await;
    app.task(json!({"title": "Ferns", "due": "2026-11-20", "recurrence": "every! 3 days"}))
        .await;
    app.happened().await;
    for (body, status, code) in [
        (json!({"due": "2026-11-25"}), 422, "invalid_due"),
        (json!({"due": "2026-12-01"}), 422, "invalid_due"),
        (json!({"due": "gibberish"}), 422, "invalid_due"),
        (
            json!({"due": "2027-02-05", "expected_weekday": "monday"}),
            422,
            "weekday_mismatch",
        ),
        (
            json!({"due": "2027-02-05", "recurrence": "every blue moon"}),
            422,
            "invalid_recurrence",
        ),
        (
            json!({"due": "2027-02-05", "occurrence": "0/2027-02-02"}),
            409,
            "wrong_occurrence",
        ),
    ] {
        let mut sent = json!({"occurrence": FROM_FEBRUARY});
        for (name, value) in body.as_object().unwrap() {
            sent[name] = value.clone();
        }
        moved(&app, sent).await.refused(status, code);
    }
    let ferns =
        json!({"occurrence": "0/2026-11-23#1", "due": "2026-11-24", "scope": "this_and_following"});
    app.post("/api/v1/tasks/2/reschedule", ferns)
        .await
        .refused(409, "wrong_occurrence");
    assert!(app.happened().await.is_empty());
}
