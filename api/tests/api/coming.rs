//! What is done to an occurrence that is still to come.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    one_to_come_is_skipped,
    one_to_come_is_completed_ahead,
    one_to_come_is_moved,
    a_move_that_cannot_be_is_refused,
    times_and_zones_are_kept,
    every_call_takes_what_the_agenda_prints,
);

/// Every Monday from 23 November 2026 on; now is Friday, the 20th.
pub(crate) async fn bins(app: &App) -> Value {
    app.at("2026-11-20T12:00:00Z");
    app.task(json!({"title": "Bins", "due": "2026-11-23", "recurrence": "every monday"}))
        .await
}

pub(crate) fn series(task: &Value) -> String {
    format!("/api/v1/series/{}", task["series"].as_str().unwrap())
}

/// The keys to come.
pub(crate) async fn coming(app: &App, task: &Value) -> Vec<String> {
    let path = format!("{}?coming=4", series(task));
    let series = app.get(&path).await.expect(200);
    let keys = series["coming"].as_array().unwrap().iter();
    keys.map(|one| one["occurrence"].as_str().unwrap().to_owned())
        .collect()
}

/// Completes the open task, as its number says, and returns the next one.
pub(crate) async fn done(app: &App, number: i64) -> Value {
    let path = format!("/api/v1/tasks/{number}/complete");
    let done = app.call("POST", &path).send().await.expect(200);
    app.advance(&done).await
}

pub(crate) async fn undo(app: &App, change: &str) {
    let path = format!("/api/v1/changes/{change}/undo");
    app.call("POST", &path).send().await.expect(200);
}

async fn one_to_come_is_skipped(db: TestDb) {
    let app = App::open(db).await;
    let task = bins(&app).await;
    app.happened().await;
    let body = json!({"occurrence": "0/2026-11-30", "reason": "Away"});
    let skipped = app.post("/api/v1/tasks/1/skip", body.clone()).await;
    let open = skipped.expect(200);
    assert_eq!(
        (&open["number"], &open["status"]),
        (&json!(1), &json!("open"))
    );
    assert_eq!(
        (&open["changed"], &open["version"]),
        (&json!(true), &json!(2))
    );
    assert_eq!(open["occurrence"], task["occurrence"]);
    let rule = open["recurrence"]["rrule"].as_str().unwrap();
    assert!(rule.contains("EXDATE;VALUE=DATE:20261130"), "{rule}");
    assert_eq!(app.happened().await, ["task.updated.v1"]);
    assert_eq!(
        coming(&app, &task).await[..2],
        ["0/2026-12-07", "0/2026-12-14"]
    );
    let history = app.get("/api/v1/tasks/1/history").await.expect(200);
    assert_eq!(history["items"][0]["reason"], "Away");
    // Repeated, it changes nothing.
    let again = app.post("/api/v1/tasks/1/skip", body.clone()).await;
    assert_eq!(again.expect(200)["changed"], false);
    assert!(app.happened().await.is_empty());
    // It is one change, which can be undone and redone.
    let change = skipped.header("taskwire-change").to_owned();
    let kind = &app.get("/api/v1/changes").await.expect(200)["items"][0]["kind"];
    assert_eq!(kind, "skip");
    undo(&app, &change).await;
    assert_eq!(coming(&app, &task).await[0], "0/2026-11-30");
    let changes = app.get("/api/v1/changes").await.expect(200);
    undo(&app, changes["items"][0]["id"].as_str().unwrap()).await;
    assert_eq!(coming(&app, &task).await[0], "0/2026-12-07");
    // The series goes past it.
    app.at("2026-11-23T12:00:00Z");
    let next = done(&app, 1).await;
    assert_eq!(next["occurrence"], "0/2026-12-07");
    // It has no task, so nothing else can be done to it.
    for action in ["complete", "skip"] {
        let path = format!("/api/v1/tasks/2/{action}");
        app.post(&path, json!({"occurrence": "0/2026-11-30"}))
            .await
            .refused(409, "wrong_occurrence");
    }
}

async fn one_to_come_is_completed_ahead(db: TestDb) {
    let app = App::open(db).await;
    let task = bins(&app).await;
    app.happened().await;
    let body = json!({"occurrence": "0/2026-11-30"});
    let first = app.post("/api/v1/tasks/1/complete", body.clone()).await;
    let ahead = first.expect(200);
    assert_eq!(
        (&ahead["number"], &ahead["status"]),
        (&json!(2), &json!("completed"))
    );
    assert_eq!(
        (&ahead["due"], &ahead["occurrence"]),
        (&json!("2026-11-30"), &json!("0/2026-11-30"))
    );
    assert_eq!(ahead["completed_at"], "2026-11-20T12:00:00Z");
    assert_eq!(app.happened().await, ["task.updated.v1", "task.created.v1"]);
    // Repeated, it is the same task.
    let again = app.post("/api/v1/tasks/1/complete", body.clone()).await;
    let again = again.expect(200);
    assert_eq!(
        (&again["id"], &again["changed"]),
        (&ahead["id"], &json!(false))
    );
    assert_eq!(again["open"]["number"], 1);
    assert_eq!(coming(&app, &task).await[0], "0/2026-12-07");
    let all = app.get(&series(&task)).await.expect(200);
    assert_eq!(all["past"][0]["number"], 2);
    // Nothing follows from it, even if it is handled while the next occurrence is due.
    let follows = app.advance(&ahead).await;
    assert!(follows.is_null(), "{follows}");
    // Undone, it is still to come; redone, and done once more, it is the same task.
    undo(&app, first.header("taskwire-change")).await;
    assert_eq!(coming(&app, &task).await[0], "0/2026-11-30");
    app.get("/api/v1/tasks/2").await.refused(404, "not_found");
    let changes = app.get("/api/v1/changes").await.expect(200);
    undo(&app, changes["items"][0]["id"].as_str().unwrap()).await;
    let redone = app.get("/api/v1/tasks/2").await.expect(200);
    assert_eq!(redone["status"], "completed");
    let changes = app.get("/api/v1/changes").await.expect(200);
    undo(&app, changes["items"][0]["id"].as_str().unwrap()).await;
    let once_more = app.post("/api/v1/tasks/1/complete", body.clone()).await;
    let once_more = once_more.expect(200);
    assert_eq!(
        (&once_more["id"], &once_more["number"]),
        (&ahead["id"], &json!(2))
    );
    // The series goes past it, once.
    app.at("2026-11-23T12:00:00Z");
    let next = done(&app, 1).await;
    assert_eq!(
        (&next["number"], &next["occurrence"]),
        (&json!(3), &json!("0/2026-12-07"))
    );
    let open = app.get("/api/v1/tasks?recurring=true").await.expect(200);
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
    // The whole series is ended at its open task.
    let both = json!({"occurrence": "0/2026-12-14", "series": true});
    let refused = app.post("/api/v1/tasks/3/complete", both).await;
    refused.refused(409, "wrong_occurrence");
    assert_eq!(coming(&app, &task).await[0], "0/2026-12-14");
}

async fn one_to_come_is_moved(db: TestDb) {
    let app = App::open(db).await;
    let task = bins(&app).await;
    app.happened().await;
    let body =
        json!({"due": "2026-12-02", "occurrence": "0/2026-11-30", "expected_weekday": "wednesday"});
    let moved = app.post("/api/v1/tasks/1/reschedule", body.clone()).await;
    let open = moved.expect(200);
    assert_eq!(
        (&open["number"], &open["due"]),
        (&json!(1), &json!("2026-11-23"))
    );
    let told = open["warnings"][0].as_str().unwrap();
    assert!(told.contains("0/2026-12-02"), "{told}");
    assert_eq!(app.happened().await, ["task.updated.v1"]);
    let keys = [
        "0/2026-12-02",
        "0/2026-12-07",
        "0/2026-12-14",
        "0/2026-12-21",
    ];
    assert_eq!(coming(&app, &task).await, keys);
    let again = app
        .post("/api/v1/tasks/1/reschedule", body)
        .await
        .expect(200);
    assert_eq!(again["changed"], false);
    // It can be moved on and back: then the rule is as it was.
    for (from, to) in [
        ("0/2026-12-02", "2026-12-03"),
        ("0/2026-12-03", "2026-11-30"),
    ] {
        let body = json!({"due": to, "occurrence": from});
        let moved = app.post("/api/v1/tasks/1/reschedule", body).await;
        assert_eq!(moved.expect(200)["changed"], true);
    }
    let open = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(open["recurrence"], task["recurrence"]);
    // Words are read like those for an open task.
    let body = json!({"due": "next wednesday", "occurrence": "0/2026-11-30"});
    app.post("/api/v1/tasks/1/reschedule", body)
        .await
        .expect(200);
    assert_eq!(coming(&app, &task).await[0], "0/2026-11-25");
    app.at("2026-11-23T12:00:00Z");
    let next = done(&app, 1).await;
    assert_eq!(
        (&next["occurrence"], &next["due"]),
        (&json!("0/2026-11-25"), &json!("2026-11-25"))
    );
    app.at("2026-11-25T12:00:00Z");
    assert_eq!(done(&app, 2).await["due"], "2026-12-07");
}

async fn a_move_that_cannot_be_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let task = bins(&app).await;
    let path = "/api/v1/tasks/1/reschedule";
    app.happened().await;
    for (due, more, status, code, pointer) in [
        ("2026-12-07", json!({}), 409, "occurrence_exists", "/due"),
        ("2026-11-22", json!({}), 422, "invalid_due", "/due"),
        ("2026-11-23", json!({}), 422, "invalid_due", "/due"),
        ("2026-12-02T09:00", json!({}), 422, "invalid_due", "/due"),
        ("gibberish", json!({}), 422, "invalid_due", "/due"),
        (
            "2026-12-02",
            json!({"scope": "all"}),
            422,
            "invalid_scope",
            "/scope",
        ),
        (
            "2026-12-02",
            json!({"expected_weekday": "monday"}),
            422,
            "weekday_mismatch",
            "/expected_weekday",
        ),
    ] {
        let mut body = json!({"due": due, "occurrence": "0/2026-11-30"});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let problem = app.post(path, body.clone()).await.refused(status, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    for key in [
        "0/2026-12-01",
        "0/2026-11-16",
        "1/2026-11-30",
        "0/2026-11-30T09:00",
        "0/2026-11-30#2",
    ] {
        let body = json!({"due": "2026-12-02", "occurrence": key});
        app.post(path, body).await.refused(409, "wrong_occurrence");
    }
    assert!(app.happened().await.is_empty());
    let stale = app
        .call("POST", path)
        .header("if-match", "\"7\"")
        .json(&json!({"due": "2026-12-02", "occurrence": "0/2026-11-30"}));
    stale.send().await.refused(412, "version_mismatch");
    assert_eq!(app.get("/api/v1/tasks/1").await.expect(200), task);
}

async fn times_and_zones_are_kept(db: TestDb) {
    let app = App::open(db).await;
    app.at("2026-11-20T12:00:00Z");
    for (number, due, from, to, key) in [
        (
            1,
            "2026-11-23T09:00",
            "0/2026-11-24T09:00",
            "2026-11-24T15:00",
            "0/2026-11-24T15:00",
        ),
        // A date alone keeps the time.
        (
            2,
            "2026-11-23T09:00",
            "0/2026-11-25T09:00",
            "2026-11-26",
            "",
        ),
        (
            3,
            "2026-11-23T09:00[Asia/Tokyo]",
            "0/2026-11-24T09:00",
            "2026-11-24T15:00",
            "0/2026-11-24T15:00",
        ),
        // The same instant on the clocks of the series.
        (
            4,
            "2026-11-23T09:00[Asia/Tokyo]",
            "0/2026-11-24T09:00",
            "2026-11-24T15:00[UTC]",
            "0/2026-11-25T00:00",
        ),
    ] {
        app.task(json!({"title": "Pills", "due": due, "recurrence": {"rrule": "FREQ=DAILY"}}))
            .await;
        let path = format!("/api/v1/tasks/{number}/reschedule");
        let moved = app
            .post(&path, json!({"due": to, "occurrence": from}))
            .await;
        if key.is_empty() {
            // Every day has one at that time.
            moved.refused(409, "occurrence_exists");
            continue;
        }
        let open = moved.expect(200);
        let keys = coming(&app, &open).await;
        assert!(keys.contains(&key.to_owned()), "{keys:?}");
        assert!(!keys.contains(&from.to_owned()), "{keys:?}");
    }
    let refused = app
        .post(
            "/api/v1/tasks/1/reschedule",
            json!({"due": "2026-11-26T15:00[Asia/Tokyo]", "occurrence": "0/2026-11-26T09:00"}),
        )
        .await;
    refused.refused(422, "invalid_due");
}

async fn every_call_takes_what_the_agenda_prints(db: TestDb) {
    let app = App::open(db).await;
    bins(&app).await;
    for due in [
        "2026-11-20",
        "2026-11-20T18:00",
        "2026-11-20T18:00[Asia/Tokyo]",
    ] {
        app.task(json!({"title": "Pills", "due": due, "recurrence": "every day"}))
            .await;
    }
    let late = json!({"rrule": "FREQ=WEEKLY", "catch_up": "from_completion"});
    app.task(json!({"title": "Late", "due": "2026-11-10", "recurrence": late}))
        .await;
    // Far ahead, too.
    let mut seen = 0;
    for from in ["2026-11-20", "2027-06-01"] {
        let agenda = app
            .get(&format!("/api/v1/agenda?from={from}&days=14"))
            .await;
        let agenda = agenda.expect(200);
        let days = agenda["days"].as_array().unwrap();
        for one in days
            .iter()
            .flat_map(|day| day["upcoming"].as_array().unwrap())
        {
            for (action, due) in [
                ("complete", None),
                ("skip", None),
                ("reschedule", Some(&one["due"])),
            ] {
                let mut body = json!({"occurrence": one["occurrence"]});
                if let Some(due) = due {
                    body["due"] = due.clone();
                }
                let path = format!("/api/v1/tasks/{}/{action}?dry_run=true", one["number"]);
                app.post(&path, body).await.expect(200);
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
    // In a batch each is done once, as one change.
    let batch = json!({"operations": [
        {"op": "complete", "task": 1, "body": {"occurrence": "0/2026-11-30"}},
        {"op": "skip", "task": 1, "body": {"occurrence": "0/2026-12-07"}},
        {"op": "reschedule", "task": 1, "body": {"occurrence": "0/2026-12-14", "due": "2026-12-15"}},
    ]});
    let done = app.post("/api/v1/tasks/batch", batch).await;
    done.expect(200);
    let task = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(
        coming(&app, &task).await[..2],
        ["0/2026-12-15", "0/2026-12-21"]
    );
    undo(&app, done.header("taskwire-change")).await;
    assert_eq!(
        coming(&app, &task).await[..2],
        ["0/2026-11-30", "0/2026-12-07"]
    );
}
