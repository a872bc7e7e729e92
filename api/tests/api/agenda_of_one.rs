//! `GET /api/v1/agenda` of one task or one tag, for up to a year.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    a_task_shows_its_year,
    a_tag_shows_its_year,
    a_long_agenda_is_of_few,
);

/// The dates that have something.
fn dates(agenda: &Value) -> Vec<String> {
    let days = agenda["days"].as_array().unwrap().iter();
    let is_used = |day: &&Value| day["tasks"] != json!([]) || day["upcoming"] != json!([]);
    let days = days.filter(is_used);
    days.map(|day| day["date"].as_str().unwrap().to_owned())
        .collect()
}

/// A monthly rent with the tag home, and other tasks. Now is 20 November 2026.
async fn opened(db: TestDb) -> App {
    let app = App::open(db).await;
    app.task(json!({"title": "Rent", "recurrence": "every month on the 1st", "tags": ["home"]}))
        .await;
    app.task(json!({"title": "Run", "due": "2026-11-20", "recurrence": "every day"}))
        .await;
    app.task(json!({"title": "Roof", "due": "2026-11-19", "tags": ["Home", "big"]}))
        .await;
    app
}

async fn a_task_shows_its_year(db: TestDb) {
    let app = opened(db).await;
    let half_a_year = "/api/v1/agenda?task=1&days=183";
    let agenda = app.get(half_a_year).await.expect(200);
    assert_eq!(agenda["days"].as_array().unwrap().len(), 183);
    let expected = [
        "2026-12-01",
        "2027-01-01",
        "2027-02-01",
        "2027-03-01",
        "2027-04-01",
        "2027-05-01",
    ];
    assert_eq!(dates(&agenda), expected);
    assert_eq!(agenda["overdue"], json!([]));
    assert_eq!(agenda["truncated"], false);
    let all = agenda["days"].as_array().unwrap();
    let january = all.iter().find(|day| day["date"] == "2027-01-01").unwrap();
    assert_eq!(january["upcoming"][0]["occurrence"], "0/2027-01-01");
    let year = app.get("/api/v1/agenda?task=2&days=366").await.expect(200);
    assert_eq!(dates(&year).len(), 366);
    // An occurrence that has ended stands for its series.
    let done = app.post("/api/v1/tasks/1/complete", json!({})).await;
    app.advance(&done.expect(200)).await;
    let agenda = app.get(half_a_year).await.expect(200);
    assert_eq!(dates(&agenda), expected[1..]);
    assert_eq!(agenda["days"][42]["tasks"][0]["number"], 4);
    // A task that is done once and for all has no days.
    app.post("/api/v1/tasks/3/complete", json!({}))
        .await
        .expect(200);
    let agenda = app.get("/api/v1/agenda?task=3").await.expect(200);
    assert_eq!((dates(&agenda), &agenda["overdue"]), (vec![], &json!([])));
}

async fn a_tag_shows_its_year(db: TestDb) {
    let app = opened(db).await;
    let agenda = app.get("/api/v1/agenda?tag=HOME&days=366").await;
    let agenda = agenda.expect(200);
    assert_eq!(dates(&agenda).len(), 12);
    assert_eq!(agenda["overdue"][0]["title"], "Roof");
    let both = app.get("/api/v1/agenda?tag=home,big&days=366").await;
    assert_eq!(dates(&both.expect(200)), Vec::<String>::new());
    let with_task = app.get("/api/v1/agenda?tag=big&task=1&days=366").await;
    assert_eq!(dates(&with_task.expect(200)), Vec::<String>::new());
    let id = app.get("/api/v1/tasks/1").await.expect(200)["id"].clone();
    let path = format!("/api/v1/agenda?tag=home&task={}", id.as_str().unwrap());
    let agenda = app
        .get(&format!("{path}&from=2026-11-30"))
        .await
        .expect(200);
    assert_eq!(dates(&agenda), ["2026-12-01"]);
}

async fn a_long_agenda_is_of_few(db: TestDb) {
    let app = opened(db).await;
    for (query, hint) in [
        ("days=63", "Send 1 to 62, or up to 366 with tag or task."),
        ("days=367&task=1", "Send 1 to 366."),
        ("days=0&tag=home", "Send 1 to 366."),
    ] {
        let reply = app.get(&format!("/api/v1/agenda?{query}")).await;
        assert_eq!(reply.refused(422, "invalid_days")["hint"], hint, "{query}");
    }
    for (query, status, code) in [
        ("tag=nothing", 422, "unknown_tag"),
        ("tag=", 422, "empty_tag"),
        ("task=99", 404, "not_found"),
        ("task=rent", 422, "invalid_task_reference"),
    ] {
        let reply = app.get(&format!("/api/v1/agenda?{query}")).await;
        reply.refused(status, code);
    }
}
