//! Dates and rules in requests: words, RRULE, cron, single dates, and the expected weekday.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, task_of};

both_databases!(
    a_rule_in_the_place_of_a_date,
    a_rule_in_the_place_of_a_date_of_a_patch,
    a_date_never_drops_the_rule,
    a_rule_as_a_string,
    a_time_in_the_words_is_not_lost_beside_a_date,
    a_rule_that_names_its_time,
    single_dates_beside_a_rule,
    a_new_time_in_the_words_of_the_same_rule,
    the_weekday_that_was_meant,
    what_cannot_be_accepted,
    an_hour_is_read_by_the_start_of_the_day,
);

async fn an_hour_is_read_by_the_start_of_the_day(db: TestDb) {
    let app = App::open(db).await;
    // The setting, the hour as it is written, and as it is read.
    for (start, hour, read) in [
        ("00:00", 6, "18:00"),
        ("00:00", 8, "08:00"),
        ("06:00", 6, "06:00"),
        ("09:00", 8, "20:00"),
        ("05:30", 5, "17:00"),
        ("22:00", 6, "18:00"),
    ] {
        app.patch("/api/v1/me", json!({"day_start": start}))
            .await
            .expect(200);
        let due = format!("tomorrow at {hour}");
        let reply = app
            .post("/api/v1/tasks", json!({"title": "x", "due": due}))
            .await
            .expect(201);
        assert_eq!(reply["due"], format!("2026-11-21T{read}"), "{start} {hour}");
        let is_moved = !read.starts_with(&format!("{hour:02}"));
        let told = format!("read as {read}; write {hour}am for the morning");
        let warnings = if is_moved { json!([told]) } else { Value::Null };
        assert_eq!(
            reply.get("warnings").cloned().unwrap_or_default(),
            warnings,
            "{start} {hour}"
        );
        let line = json!({"text": format!("call tomorrow at {hour}")});
        let preview = app
            .post("/api/v1/tasks/quick?preview=true", line)
            .await
            .expect(200);
        assert_eq!(preview["due"], reply["due"]);
        assert_eq!(
            preview["remarks"].as_array().unwrap().len(),
            usize::from(is_moved)
        );
    }
}

async fn a_rule_in_the_place_of_a_date(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Bins", "due": "every monday at 9"}))
        .await;
    assert_eq!(task["due"], "2026-11-23T09:00");
    assert_eq!(task["recurrence"]["rrule"], "FREQ=WEEKLY;BYDAY=MO");
    // Two rules, and it is unclear which is meant.
    let problem = app
        .post(
            "/api/v1/tasks",
            json!({"title": "x", "due": "every monday", "recurrence": "every day"}),
        )
        .await
        .refused(422, "two_rules");
    assert_eq!(problem["errors"][0]["pointer"], "/due");
    let problem = app
        .post(
            "/api/v1/tasks",
            json!({"title": "x", "due": "every 30 feb"}),
        )
        .await;
    assert_eq!(problem.expect(422)["errors"][0]["pointer"], "/due");
}

async fn a_rule_in_the_place_of_a_date_of_a_patch(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Bins", "due": "2026-11-10"}))
        .await;
    let task = app
        .patch("/api/v1/tasks/1", json!({"due": "every thursday at 7"}))
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-11-26T07:00");
    assert_eq!(task["recurrence"]["rrule"], "FREQ=WEEKLY;BYDAY=TH");
    assert_eq!(task["occurrence"], "0/2026-11-26T07:00");
    // A different rule is a new epoch; the same words again change nothing.
    let task = app
        .patch("/api/v1/tasks/1", json!({"due": "every day"}))
        .await
        .expect(200);
    assert_eq!(task["occurrence"], "1/2026-11-20");
    let again = app
        .patch("/api/v1/tasks/1", json!({"due": "every day"}))
        .await
        .expect(200);
    assert_eq!(again["changed"], false);
    assert_eq!(task_of(again), task_of(task.clone()));
    for other in [json!("every week"), Value::Null] {
        app.patch(
            "/api/v1/tasks/1",
            json!({"due": "every monday", "recurrence": other}),
        )
        .await
        .refused(422, "two_rules");
    }
    // An invalid rule is reported, whatever else is wrong.
    let problem = app
        .patch(
            "/api/v1/tasks/1",
            json!({"due": "every monday", "recurrence": "every blursday"}),
        )
        .await
        .refused(422, "invalid_recurrence");
    assert_eq!(problem["errors"][0]["pointer"], "/recurrence/text");
}

async fn a_date_never_drops_the_rule(db: TestDb) {
    let app = App::open(db).await;
    let before = app
        .task(json!({"title": "Bins", "due": "every monday at 9"}))
        .await;
    for due in [
        "tomorrow",
        "2026-12-24",
        "friday 5pm",
        "2026-12-24T10:00[Asia/Tokyo]",
    ] {
        let task = app
            .patch("/api/v1/tasks/1", json!({"due": due}))
            .await
            .expect(200);
        for same in ["rrule", "anchor", "catch_up", "overflow", "text"] {
            assert_eq!(
                task["recurrence"][same], before["recurrence"][same],
                "{due}"
            );
        }
        // The next occurrence is after the day to which it was moved.
        assert!(task["recurrence"]["next"][0].as_str() > task["due"].as_str());
        assert_eq!(task["occurrence"], before["occurrence"], "{due}");
        assert_ne!(task["due"], before["due"], "{due}");
    }
}

async fn a_rule_as_a_string(db: TestDb) {
    let app = App::open(db).await;
    for (rule, rrule, due) in [
        ("every monday", "FREQ=WEEKLY;BYDAY=MO", "2026-11-23"),
        ("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU", "2026-11-24"),
        (
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=1",
            "FREQ=MONTHLY;BYMONTHDAY=1",
            "2026-12-01",
        ),
    ] {
        for sent in [json!(rule), json!({"text": rule})] {
            let task = app.task(json!({"title": rule, "recurrence": sent})).await;
            assert_eq!(task["recurrence"]["rrule"], rrule);
            assert_eq!(task["due"], due, "{rule}");
        }
    }
    app.task(json!({"title": "x", "due": "2026-11-20"})).await;
    let task = app
        .patch("/api/v1/tasks/7", json!({"recurrence": "every 3 days"}))
        .await
        .expect(200);
    assert_eq!(task["recurrence"]["rrule"], "FREQ=DAILY;INTERVAL=3");
}

async fn a_time_in_the_words_is_not_lost_beside_a_date(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "x", "due": "2026-12-01", "recurrence": "every day at 9"}))
        .await;
    assert_eq!(task["due"], "2026-12-01T09:00");
    let task = app
        .patch(
            "/api/v1/tasks/1",
            json!({"due": "2026-12-03", "recurrence": "every day at 10"}),
        )
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-12-03T10:00");
    let task = app
        .post(
            "/api/v1/tasks/1/reschedule",
            json!({"due": "2026-12-07", "scope": "all", "recurrence": "every monday at 8"}),
        )
        .await
        .expect(200);
    assert_eq!(task["recurrence"]["rrule"], "FREQ=WEEKLY;BYDAY=MO");
    assert_eq!(task["due"], "2026-12-07T08:00");
    // A date with a time is complete.
    let task = app
        .task(json!({"title": "x", "due": "2026-12-01T18:00", "recurrence": "every day at 9"}))
        .await;
    assert_eq!(task["due"], "2026-12-01T18:00");
}

async fn a_rule_that_names_its_time(db: TestDb) {
    let app = App::open(db).await;
    // One o'clock in Rome: nine has passed, six in the evening has not.
    for (cron, due) in [
        ("0 9 * * *", "2026-11-21T09:00"),
        ("0 18 * * *", "2026-11-20T18:00"),
        ("30 8 * * 1-5", "2026-11-23T08:30"),
    ] {
        let task = app.task(json!({"title": cron, "recurrence": cron})).await;
        assert_eq!(task["due"], due, "{cron}");
        assert_eq!(task["is_overdue"], false);
    }
    // A date without a time becomes a timed series.
    let task = app
        .task(json!({"title": "x", "due": "2026-11-30", "recurrence": {"rrule": "FREQ=DAILY;BYHOUR=9;BYMINUTE=0"}}))
        .await;
    assert_eq!(task["due"], "2026-11-30T09:00");
    assert_eq!(task["recurrence"]["next"][0], "2026-12-01T09:00");
}

async fn single_dates_beside_a_rule(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Course", "due": "2026-11-23",
            "recurrence": {"text": "every monday", "exdate": ["2026-11-30", "7 dec"], "rdate": ["2026-12-10"]}}))
        .await;
    assert_eq!(
        task["recurrence"]["next"],
        json!(["2026-12-10", "2026-12-14", "2026-12-21"])
    );
    // The returned form can be sent back.
    let rrule = task["recurrence"]["rrule"].as_str().unwrap();
    let again = app
        .task(json!({"title": "Course", "due": "2026-11-23", "recurrence": {"rrule": rrule}}))
        .await;
    assert_eq!(again["recurrence"], task["recurrence"]);
    let zoned = app
        .task(json!({"title": "Call", "due": "2026-11-23T09:00[Asia/Tokyo]",
            "recurrence": {"rrule": "FREQ=DAILY", "exdate": ["2026-11-24T09:00"], "rdate": ["2026-11-25T18:00"]}}))
        .await;
    assert_eq!(
        zoned["recurrence"]["next"],
        json!([
            "2026-11-25T09:00[Asia/Tokyo]",
            "2026-11-25T18:00[Asia/Tokyo]",
            "2026-11-26T09:00[Asia/Tokyo]"
        ])
    );
}

async fn a_new_time_in_the_words_of_the_same_rule(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Bins", "recurrence": "every monday at 9"}))
        .await;
    let task = app
        .patch(
            "/api/v1/tasks/1",
            json!({"recurrence": "every monday at 10"}),
        )
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-11-23T10:00");
    assert_eq!(task["recurrence"]["next"][0], "2026-11-30T10:00");
    assert_eq!(task["occurrence"], "1/2026-11-23T10:00");
}

async fn the_weekday_that_was_meant(db: TestDb) {
    let app = App::open(db).await;
    let problem = app
        .post(
            "/api/v1/tasks",
            json!({"title": "Dentist", "due": "2026-12-01", "expected_weekday": "monday"}),
        )
        .await
        .refused(422, "weekday_mismatch");
    assert_eq!(problem["errors"][0]["pointer"], "/expected_weekday");
    assert_eq!(
        problem["hint"],
        "Send the intended date, such as \"next monday\", or \"expected_weekday\": \"tuesday\" if 2026-12-01 is right."
    );
    app.post(
        "/api/v1/tasks",
        json!({"title": "Dentist", "expected_weekday": "monday"}),
    )
    .await
    .refused(422, "weekday_mismatch");
    // Of a series the first date counts, not the one from which it was looked for.
    let body = json!({"title": "Bins", "due": "2026-11-20", "recurrence": "every tuesday", "expected_weekday": "Tue"});
    let task = app.post("/api/v1/tasks", body).await.expect(201);
    assert_eq!(task["number"], 1);
    assert_eq!(task["due"], "2026-11-24");
    app.happened().await;
    app.patch(
        "/api/v1/tasks/1",
        json!({"title": "Other", "due": "2026-11-26", "expected_weekday": "wed"}),
    )
    .await
    .refused(422, "weekday_mismatch");
    assert_eq!(app.get("/api/v1/tasks/1").await.expect(200), task_of(task));
    assert!(app.happened().await.is_empty());
    app.patch(
        "/api/v1/tasks/1",
        json!({"due": "2026-11-26", "expected_weekday": "thurs"}),
    )
    .await
    .expect(200);
}

async fn what_cannot_be_accepted(db: TestDb) {
    let app = App::open(db).await;
    let with =
        |recurrence: Value| json!({"title": "x", "due": "2026-11-23", "recurrence": recurrence});
    for (body, pointer, code) in [
        (
            with(json!("now and then")),
            "/recurrence/text",
            "invalid_recurrence",
        ),
        (
            with(json!("FREQ=NEVER")),
            "/recurrence/text",
            "invalid_rule",
        ),
        (with(json!("* * * * *")), "/recurrence", "rule_too_fine"),
        (
            with(json!({"rrule": "FREQ=MINUTELY"})),
            "/recurrence",
            "rule_too_fine",
        ),
        (
            with(json!({"text": "every day", "exdate": ["soon"]})),
            "/recurrence/exdate/0",
            "invalid_due",
        ),
        (
            with(json!({"text": "every day", "rdate": ["2026-12-01", "2026-12-01T09:00"]})),
            "/recurrence/rdate/1",
            "invalid_date_of_rule",
        ),
        (
            json!({"title": "x", "due": "2026-11-23T09:00", "recurrence":
                {"text": "every day", "exdate": ["2026-12-01T09:00[Asia/Tokyo]"]}}),
            "/recurrence/exdate/0",
            "invalid_date_of_rule",
        ),
        (with(json!(5)), "/recurrence", "invalid_type"),
        (
            with(json!({"rule": "x"})),
            "/recurrence/rule",
            "unknown_field",
        ),
    ] {
        let problem = app
            .post("/api/v1/tasks", body.clone())
            .await
            .refused(422, code);
        assert_eq!(
            problem["errors"][0]["pointer"], pointer,
            "{body}: {problem}"
        );
        assert!(problem["hint"].is_string(), "{body}: {problem}");
    }
    let many: Vec<String> = (0..600)
        .map(|n| format!("{}-01-01", 2000 + n % 200))
        .chain((0..600).map(|n| format!("{}-02-0{}", 2000 + n % 200, 1 + n / 200)))
        .collect();
    app.post(
        "/api/v1/tasks",
        with(json!({"text": "every day", "exdate": many})),
    )
    .await
    .refused(422, "invalid_rule");
    assert!(app.happened().await.is_empty());
}
