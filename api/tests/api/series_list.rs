//! `GET /api/v1/series`

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::coming::{bins, coming, done, series};
use crate::support::App;

both_databases!(
    series_are_listed_with_their_open_task,
    a_series_shows_its_occurrences,
    dates_that_depend_on_a_completion_have_no_key,
    a_series_with_a_number_of_occurrences_keeps_it,
);

async fn series_are_listed_with_their_open_task(db: TestDb) {
    let app = App::open(db).await;
    let first = bins(&app).await;
    app.task(json!({"title": "Milk"})).await;
    let second = app
        .task(json!({"title": "Pills", "due": "2026-11-20", "recurrence": "every day"}))
        .await;
    let path = "/api/v1/tasks/3/complete";
    app.post(path, json!({"series": true})).await.expect(200);
    let third = app
        .task(json!({"title": "Rent", "due": "2026-12-01", "recurrence": "every month"}))
        .await;
    let page = app.get("/api/v1/series?limit=1").await.expect(200);
    let one = &page["items"][0];
    assert_eq!(
        (&one["id"], &one["title"]),
        (&first["series"], &json!("Bins"))
    );
    assert_eq!(one["open"], first);
    assert_eq!(one["recurrence"], first["recurrence"]);
    let cursor = page["next_cursor"].as_str().unwrap();
    let page = app.get(&format!("/api/v1/series?cursor={cursor}")).await;
    let page = page.expect(200);
    // One that was ended is still there by its id.
    assert_eq!(page["items"][0]["id"], third["series"]);
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert!(page["next_cursor"].is_null());
    let ended = app.get(&series(&second)).await.expect(200);
    assert!(ended["open"].is_null());
    assert_eq!(ended["coming"], json!([]));
    assert_eq!(ended["past"][0]["number"], 3);
    assert_eq!(ended["title"], "Pills");
    app.get("/api/v1/series?cursor=nonsense")
        .await
        .refused(422, "invalid_cursor");
    let eve = app.person("Eve").await;
    let all = app.call("GET", "/api/v1/series").token(&eve.token);
    assert_eq!(all.send().await.expect(200)["items"], json!([]));
    let theirs = app.call("GET", &series(&first)).token(&eve.token);
    theirs.send().await.refused(404, "not_found");
}

async fn a_series_shows_its_occurrences(db: TestDb) {
    let app = App::open(db).await;
    let task = bins(&app).await;
    let mut open = task.clone();
    for _ in 0..3 {
        app.at(&format!("{}T12:00:00Z", open["due"].as_str().unwrap()));
        open = done(&app, open["number"].as_i64().unwrap()).await;
    }
    let whole = app.get(&series(&task)).await.expect(200);
    assert_eq!(whole["open"]["due"], "2026-12-14");
    assert_eq!(whole["coming"].as_array().unwrap().len(), 10);
    assert_eq!(
        whole["coming"][0],
        json!({"occurrence": "0/2026-12-21", "due": "2026-12-21", "weekday": "Monday", "due_at": null})
    );
    let due = |page: &Value| -> Vec<String> {
        let past = page["past"].as_array().unwrap().iter();
        past.map(|task| task["due"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(due(&whole), ["2026-12-07", "2026-11-30", "2026-11-23"]);
    let page = app
        .get(&format!("{}?limit=2&coming=0", series(&task)))
        .await;
    let page = page.expect(200);
    assert_eq!(page["coming"], json!([]));
    assert_eq!(due(&page), ["2026-12-07", "2026-11-30"]);
    let cursor = page["next_cursor"].as_str().unwrap();
    let path = format!("{}?cursor={cursor}", series(&task));
    let page = app.get(&path).await.expect(200);
    assert_eq!(due(&page), ["2026-11-23"]);
    assert!(page["next_cursor"].is_null());
    for (query, code) in [
        ("coming=101", "invalid_coming"),
        ("limit=0", "invalid_limit"),
        ("cursor=x", "invalid_cursor"),
    ] {
        let refused = app.get(&format!("{}?{query}", series(&task))).await;
        refused.refused(422, code);
    }
    app.get("/api/v1/series/nonsense")
        .await
        .refused(404, "not_found");
}

async fn dates_that_depend_on_a_completion_have_no_key(db: TestDb) {
    let app = App::open(db).await;
    app.at("2026-11-20T12:00:00Z");
    let rule = json!({"rrule": "FREQ=DAILY;INTERVAL=3", "anchor": "completion"});
    let task = app
        .task(json!({"title": "Water", "due": "2026-11-20", "recurrence": rule}))
        .await;
    let shown = app.get(&series(&task)).await.expect(200);
    assert!(shown["coming"][0]["occurrence"].is_null());
    assert_eq!(shown["coming"][0]["due"], "2026-11-23");
    let agenda = app.get("/api/v1/agenda").await.expect(200);
    let upcoming = &agenda["days"][3]["upcoming"][0];
    assert_eq!(upcoming["due"], "2026-11-23");
    assert!(upcoming["occurrence"].is_null());
    let skip = app.post(
        "/api/v1/tasks/1/skip",
        json!({"occurrence": "0/2026-11-23#1"}),
    );
    skip.await.refused(409, "wrong_occurrence");
}

async fn a_series_with_a_number_of_occurrences_keeps_it(db: TestDb) {
    let app = App::open(db).await;
    app.at("2026-11-20T12:00:00Z");
    let rule = json!({"rrule": "FREQ=DAILY;COUNT=5"});
    let task = app
        .task(json!({"title": "Pills", "due": "2026-11-20", "recurrence": rule}))
        .await;
    let keys = coming(&app, &task).await;
    assert_eq!(
        keys,
        [
            "0/2026-11-21",
            "0/2026-11-22",
            "0/2026-11-23",
            "0/2026-11-24"
        ]
    );
    let body = json!({"occurrence": "0/2026-11-22", "due": "2026-11-30"});
    app.post("/api/v1/tasks/1/reschedule", body)
        .await
        .expect(200);
    app.post(
        "/api/v1/tasks/1/skip",
        json!({"occurrence": "0/2026-11-23"}),
    )
    .await
    .expect(200);
    let keys = coming(&app, &task).await;
    assert_eq!(keys, ["0/2026-11-21", "0/2026-11-24", "0/2026-11-30"]);
    for (number, now, next) in [
        (1, "2026-11-20", Some("2026-11-21")),
        (2, "2026-11-21", Some("2026-11-24")),
        (3, "2026-11-24", Some("2026-11-30")),
        (4, "2026-11-30", None),
    ] {
        app.at(&format!("{now}T12:00:00Z"));
        let after = done(&app, number).await;
        assert_eq!(after["due"].as_str(), next);
    }
}
