//! `GET /api/v1/agenda`

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    a_week_from_today,
    days_are_the_owners,
    what_comes_of_a_series,
    from_another_day_on,
    an_overdue_series_shows_what_is_still_to_come,
    says_when_there_is_more,
    refuses_what_it_cannot_accept,
);

const AGENDA: &str = "/api/v1/agenda";

fn titles(list: &Value) -> Vec<&str> {
    let items = list.as_array().unwrap();
    items
        .iter()
        .map(|item| item["title"].as_str().unwrap())
        .collect()
}

async fn a_week_from_today(db: TestDb) {
    let app = App::open(db).await;
    for (title, due) in [
        ("late", "2026-11-19"),
        ("this morning", "2026-11-20T09:00"),
        ("today", "2026-11-20"),
        ("tonight", "2026-11-20T20:00"),
        ("sunday", "2026-11-22"),
        ("thursday", "2026-11-26T23:59"),
        ("in a week", "2026-11-27"),
    ] {
        app.task(json!({"title": title, "due": due})).await;
    }
    app.task(json!({"title": "some day"})).await;
    app.task(json!({"title": "done", "due": "2026-11-22"}))
        .await;
    app.post("/api/v1/tasks/9/complete", json!({}))
        .await
        .expect(200);
    let agenda = app.get(AGENDA).await.expect(200);
    assert_eq!(agenda["today"], "2026-11-20");
    assert_eq!(agenda["weekday"], "Friday");
    assert_eq!(agenda["zone"], "Europe/Rome");
    assert_eq!(agenda["week_start"], "monday");
    assert_eq!(agenda["truncated"], false);
    assert_eq!(titles(&agenda["overdue"]), ["late", "this morning"]);
    let days = agenda["days"].as_array().unwrap();
    assert_eq!(days.len(), 7);
    assert_eq!(titles(&days[0]["tasks"]), ["tonight", "today"]);
    assert!(titles(&days[1]["tasks"]).is_empty());
    assert_eq!(titles(&days[2]["tasks"]), ["sunday"]);
    assert_eq!(titles(&days[6]["tasks"]), ["thursday"]);
    assert_eq!(days[2]["date"], "2026-11-22");
    assert_eq!(days[2]["weekday"], "Sunday");
    assert_eq!(days[2]["week"], "2026-11-16");
    assert_eq!(days[3]["week"], "2026-11-23");
    app.patch("/api/v1/me", json!({"week_start": "sunday"}))
        .await
        .expect(200);
    let agenda = app.get(AGENDA).await.expect(200);
    assert_eq!(agenda["week_start"], "sunday");
    assert_eq!(agenda["days"][1]["week"], "2026-11-15");
    assert_eq!(agenda["days"][2]["week"], "2026-11-22");
}

async fn days_are_the_owners(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "date", "due": "2026-11-21"}))
        .await;
    app.task(json!({"title": "floating", "due": "2026-11-21T01:00"}))
        .await;
    // One in the morning in Rome is ten in the morning of the day in Auckland's afternoon.
    app.task(json!({"title": "fixed", "due": "2026-11-21T01:00[Europe/Rome]"}))
        .await;
    let day = |agenda: &Value, index: usize| -> Vec<String> {
        titles(&agenda["days"][index]["tasks"])
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    let agenda = app.get(AGENDA).await.expect(200);
    assert_eq!(day(&agenda, 1), ["floating", "fixed", "date"]);
    app.patch("/api/v1/me", json!({"zone": "America/New_York"}))
        .await
        .expect(200);
    let agenda = app.get(AGENDA).await.expect(200);
    assert_eq!(day(&agenda, 0), ["fixed"]);
    assert_eq!(day(&agenda, 1), ["floating", "date"]);
}

async fn what_comes_of_a_series(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "daily", "due": "2026-11-20T20:00", "recurrence": "every day"}))
        .await;
    app.task(json!({"title": "after", "due": "2026-11-21", "recurrence": "every! 2 days"}))
        .await;
    app.task(json!({"title": "thrice", "due": "2026-11-20", "recurrence": {"rrule": "FREQ=DAILY;COUNT=2"}}))
        .await;
    // Moved beyond its next dates, which are missed by then.
    app.task(json!({"title": "moved", "due": "2026-11-20", "recurrence": "every day"}))
        .await;
    app.post("/api/v1/tasks/4/reschedule", json!({"due": "2026-11-24"}))
        .await
        .expect(200);
    let agenda = app.get(&format!("{AGENDA}?days=6")).await.expect(200);
    let days = agenda["days"].as_array().unwrap();
    let coming: Vec<Vec<&str>> = days.iter().map(|day| titles(&day["upcoming"])).collect();
    assert_eq!(
        coming,
        [
            vec![],
            vec!["daily", "thrice"],
            vec!["daily"],
            vec!["daily", "after"],
            vec!["daily"],
            vec!["daily", "after", "moved"],
        ]
    );
    let first = &days[1]["upcoming"][0];
    assert_eq!(first["due"], "2026-11-21T20:00");
    assert_eq!(first["number"], 1);
    assert!(
        app.happened()
            .await
            .iter()
            .all(|kind| kind != "task.created.v2")
    );
}

async fn from_another_day_on(db: TestDb) {
    let app = App::open(db).await;
    app.task(
        json!({"title": "monthly", "due": "2026-11-30", "recurrence": "every month on the 31st"}),
    )
    .await;
    app.task(json!({"title": "between", "due": "2026-12-01"}))
        .await;
    let agenda = app
        .get(&format!("{AGENDA}?from=2036-02-01&days=62"))
        .await
        .expect(200);
    let days = agenda["days"].as_array().unwrap();
    assert_eq!(days.len(), 62);
    let coming: Vec<&str> = days
        .iter()
        .flat_map(|day| day["upcoming"].as_array().unwrap())
        .map(|occurrence| occurrence["due"].as_str().unwrap())
        .collect();
    assert_eq!(coming, ["2036-02-29", "2036-03-31"]);
    assert!(days.iter().all(|day| day["tasks"] == json!([])));
    let agenda = app
        .get(&format!("{AGENDA}?from=monday&days=1"))
        .await
        .expect(200);
    assert_eq!(agenda["days"][0]["date"], "2026-11-23");
    // The past is shown too: open tasks due then are overdue.
    let agenda = app
        .get(&format!("{AGENDA}?from=2026-11-01&days=2"))
        .await
        .expect(200);
    assert_eq!(agenda["days"][0]["tasks"], json!([]));
}

async fn an_overdue_series_shows_what_is_still_to_come(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "daily", "due": "2026-11-10T08:00", "recurrence": "every day"}))
        .await;
    let agenda = app.get(AGENDA).await.expect(200);
    assert_eq!(titles(&agenda["overdue"]), ["daily"]);
    // This morning's occurrence has already been missed.
    assert_eq!(agenda["days"][0]["upcoming"], json!([]));
    assert_eq!(agenda["days"][1]["upcoming"][0]["due"], "2026-11-21T08:00");
}

async fn says_when_there_is_more(db: TestDb) {
    let app = App::open(db).await;
    let zone = taskwire_domain::Zone::parse("Europe/Rome").unwrap();
    app.task(json!({"title": "one", "due": "2026-11-21"})).await;
    let mut tx = app.db.begin().await.unwrap();
    let first = tx
        .find_task_by_number(app.ada.id(), 1)
        .await
        .unwrap()
        .unwrap();
    for number in 2..=1001 {
        let task = taskwire_domain::Task {
            id: app.ids.next(first.created_at),
            number,
            ..first.clone()
        };
        assert!(tx.insert_task(&task, &zone).await.unwrap());
    }
    tx.commit().await.unwrap();
    let agenda = app.get(AGENDA).await.expect(200);
    assert_eq!(agenda["truncated"], true);
    let shown = agenda["days"][1]["tasks"].as_array().unwrap();
    assert_eq!(shown.len(), 1000);
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    for (query, pointer, code) in [
        ("days=0", "days", "invalid_days"),
        ("days=63", "days", "invalid_days"),
        ("days=x", "days", "invalid_type"),
        ("from=soon", "from", "invalid_due"),
        ("form=today", "form", "unknown_field"),
    ] {
        let problem = app
            .get(&format!("{AGENDA}?{query}"))
            .await
            .refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{query}");
    }
    app.anonymous("GET", AGENDA)
        .send()
        .await
        .refused(401, "unauthorized");
    let writer = app.token("Ada", &["write"]).await;
    app.call("GET", AGENDA)
        .token(&writer)
        .send()
        .await
        .refused(403, "insufficient_scope");
}
