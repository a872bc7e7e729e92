//! Ambiguous words, and days that have passed: the same through every interface.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    every_interface_reports_ambiguous_words,
    a_reminder_takes_words,
    a_line_sets_a_reminder_at_a_time_of_its_own,
    a_filter_takes_days_that_have_passed,
    a_list_by_completion,
    no_due_value_beside_a_rule_is_refused,
);

const TASKS: &str = "/api/v1/tasks";

async fn every_interface_reports_ambiguous_words(db: TestDb) {
    let app = App::open(db).await;
    for (due, part) in [
        ("tomorrow at 5", "write 5am for the morning"),
        ("friday midnight", "start of that day"),
        (
            "2026-12-01T09:00Z",
            "read in your time zone as 2026-12-01T10:00[Europe/Rome]",
        ),
        ("15 nov", "write the year if you mean 15 November 2026"),
        ("every day at 5", "write 5am for the morning"),
        (
            "every sunday starting 15 nov",
            "write the year if you mean 15 November 2026",
        ),
    ] {
        let line = json!({"text": format!("x {due}")});
        let quick = app.post("/api/v1/tasks/quick", line).await.expect(201);
        let told = &quick["warnings"];
        assert!(told[0].as_str().unwrap().contains(part), "{due}: {told}");
        let made = app
            .post(TASKS, json!({"title": "x", "due": due}))
            .await
            .expect(201);
        assert_eq!(made["warnings"], *told, "{due}");
        let path = format!(
            "{TASKS}/{}",
            app.task(json!({"title": "x"})).await["number"]
        );
        let changed = app.patch(&path, json!({"due": due})).await.expect(200);
        assert_eq!(changed["warnings"], *told, "{due}");
        if !due.starts_with("every") {
            let path = format!(
                "{TASKS}/{}",
                app.task(json!({"title": "x"})).await["number"]
            );
            let moved = app
                .post(&format!("{path}/reschedule"), json!({"due": due}))
                .await;
            assert_eq!(moved.expect(200)["warnings"], *told, "{due}");
            continue;
        }
        let body = json!({"title": "x", "recurrence": due});
        let made = app.post(TASKS, body).await.expect(201);
        assert_eq!(made["warnings"], *told, "{due}");
        let path = format!(
            "{TASKS}/{}",
            app.task(json!({"title": "x"})).await["number"]
        );
        let changed = app.patch(&path, json!({"recurrence": {"text": due}})).await;
        assert_eq!(changed.expect(200)["warnings"], *told, "{due}");
    }
    let reminded = json!({"title": "x", "reminders": [{"at": "tomorrow at 5"}]});
    let told = app.post(TASKS, reminded).await.expect(201)["warnings"].clone();
    assert_eq!(told, json!(["read as 17:00; write 5am for the morning"]));
    // A complete date has one meaning.
    let plain = app
        .task(json!({"title": "x", "due": "2026-11-21T05:00"}))
        .await;
    assert_eq!(plain.get("warnings"), None);
}

async fn a_reminder_takes_words(db: TestDb) {
    let app = App::open(db).await;
    for (text, at) in [
        ("tomorrow at 9", "2026-11-21T08:00:00Z"),
        ("monday", "2026-11-23T08:00:00Z"),
        ("2026-11-24", "2026-11-24T08:00:00Z"),
        ("in 2 hours", "2026-11-20T14:00:00Z"),
    ] {
        let task = app
            .task(json!({"title": "x", "reminders": [{"at": text}]}))
            .await;
        assert_eq!(task["reminders"][0]["at"], at, "{text}");
        let path = format!("{TASKS}/{}", task["number"]);
        let change = json!({"reminders": [{"at": text}, {"at": "1 dec at 10:00"}]});
        let task = app.patch(&path, change).await.expect(200);
        assert_eq!(task["reminders"][1]["at"], "2026-12-01T09:00:00Z");
    }
    for (text, code) in [
        ("sometime", "invalid_reminder"),
        ("every day", "invalid_reminder"),
        ("yesterday", "invalid_reminder"),
        ("2026-11-19T09:00", "reminder_in_past"),
    ] {
        let body = json!({"title": "x", "reminders": [{"at": text}]});
        let problem = app.post(TASKS, body).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], "/reminders/0/at", "{text}");
    }
}

async fn a_line_sets_a_reminder_at_a_time_of_its_own(db: TestDb) {
    let app = App::open(db).await;
    let line = json!({"text": "party 12 dec, remind me tomorrow at 17:00 to buy a gift"});
    let preview = app
        .post("/api/v1/tasks/quick?preview=true", line.clone())
        .await
        .expect(200);
    assert_eq!(
        preview["reminders"],
        json!([{"minutes_before": null, "at": "2026-11-21T16:00:00Z"}])
    );
    let made = app.post("/api/v1/tasks/quick", line).await.expect(201);
    assert_eq!(made["title"], "party, to buy a gift");
    assert_eq!(made["due"], "2026-12-12");
    assert_eq!(made["reminders"][0]["local"], "2026-11-21T17:00");
    // In the zone of the line.
    let line =
        json!({"text": "party 12 dec remind me tomorrow at 17:00", "zone": "America/New_York"});
    let made = app.post("/api/v1/tasks/quick", line).await.expect(201);
    assert_eq!(made["reminders"][0]["at"], "2026-11-21T22:00:00Z");
    assert_eq!(made["reminders"][0].get("local"), None);
    let line = json!({"text": "pay rent friday 27 nov remind me on thursday"});
    let made = app.post("/api/v1/tasks/quick", line).await.expect(201);
    assert_eq!(
        (&made["title"], &made["due"]),
        (&json!("pay rent"), &json!("2026-11-27"))
    );
    assert_eq!(made["reminders"][0]["at"], "2026-11-26T08:00:00Z");
}

fn titles(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|task| task["title"].as_str().unwrap()).collect()
}

async fn a_filter_takes_days_that_have_passed(db: TestDb) {
    let app = App::open(db).await;
    for (title, due) in [
        ("old", "2026-11-10"),
        ("yesterday", "2026-11-19"),
        ("today", "2026-11-20"),
    ] {
        app.task(json!({"title": title, "due": due})).await;
    }
    for (query, expected) in [
        ("due_after=yesterday", vec!["yesterday", "today"]),
        ("due_before=yesterday", vec!["old"]),
        (
            "due_after=3%20days%20ago&due_before=today",
            vec!["yesterday"],
        ),
        ("due_after=last%20thursday", vec!["yesterday", "today"]),
    ] {
        let page = app.get(&format!("{TASKS}?{query}")).await.expect(200);
        assert_eq!(titles(&page), expected, "{query}");
    }
    let agenda = app
        .get("/api/v1/agenda?from=yesterday&days=1")
        .await
        .expect(200);
    assert_eq!(agenda["days"][0]["date"], "2026-11-19");
    let problem = app.get(&format!("{TASKS}?due_after=once")).await;
    assert_eq!(
        problem.refused(422, "invalid_due")["errors"][0]["pointer"],
        "due_after"
    );
    // Nothing is due on a day that has passed and has no year.
    app.post(TASKS, json!({"title": "x", "due": "yesterday"}))
        .await
        .refused(422, "invalid_due");
}

async fn a_list_by_completion(db: TestDb) {
    let app = App::open(db).await;
    for (number, day) in [(1, "18"), (2, "19"), (3, "20")] {
        app.at("2026-11-17T12:00:00Z");
        app.task(json!({"title": format!("done on {day}"), "due": "2026-12-24"}))
            .await;
        app.at(&format!("2026-11-{day}T11:00:00Z"));
        app.post(&format!("{TASKS}/{number}/complete"), json!({}))
            .await
            .expect(200);
    }
    app.task(json!({"title": "open", "due": "2026-11-20"}))
        .await;
    app.at("2026-11-20T12:00:00Z");
    for (query, expected) in [
        ("completed_after=today", vec!["done on 20"]),
        (
            "completed_after=yesterday&completed_before=today",
            vec!["done on 19"],
        ),
        ("completed_before=yesterday&status=all", vec!["done on 18"]),
        (
            "completed_after=2026-11-19T12:00&status=completed",
            vec!["done on 19", "done on 20"],
        ),
        ("completed_after=today&status=open", vec![]),
    ] {
        let page = app
            .get(&format!("{TASKS}?{query}&sort=number"))
            .await
            .expect(200);
        assert_eq!(titles(&page), expected, "{query}");
    }
    let problem = app.get(&format!("{TASKS}?completed_after=once")).await;
    assert_eq!(
        problem.refused(422, "invalid_due")["errors"][0]["pointer"],
        "completed_after"
    );
}

async fn no_due_value_beside_a_rule_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let single = app.task(json!({"title": "x", "due": "2026-11-25"})).await;
    let series = app.task(json!({"title": "x", "due": "every monday"})).await;
    for task in [&single, &series] {
        let path = format!("{TASKS}/{}", task["number"]);
        let change = json!({"recurrence": "every day", "due": null});
        let problem = app
            .patch(&path, change)
            .await
            .refused(422, "series_without_due");
        assert_eq!(problem["errors"][0]["pointer"], "/due");
        let detail = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(
            detail.contains("\"due\"") && detail.contains("\"recurrence\""),
            "{detail}"
        );
        assert_eq!(app.get(&path).await.expect(200)["version"], 1);
    }
    let path = format!("{TASKS}/{}", series["number"]);
    let ended = app
        .patch(&path, json!({"recurrence": null, "due": null}))
        .await
        .expect(200);
    assert_eq!(
        (&ended["due"], &ended["recurrence"]),
        (&Value::Null, &Value::Null)
    );
}
