//! `GET /api/v1/tasks/counts`

use serde_json::{Value, json};
use taskwire_store::Options;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    open_tasks_are_counted,
    counting_what_a_filter_finds_has_its_own_connections_and_a_limit,
    refuses_what_it_cannot_accept,
);

async fn open_tasks_are_counted(db: TestDb) {
    let app = App::open(db).await;
    app.at("2026-11-20T12:00:00Z");
    for body in [
        json!({"title": "a", "priority": "high", "due": "2026-11-20", "tags": ["home"]}),
        json!({"title": "b", "priority": "high", "due": "2026-11-20T09:00", "tags": ["Home", "garden"]}),
        json!({"title": "c", "due": "2026-11-21T23:59"}),
        json!({"title": "d", "tags": ["garden"]}),
        json!({"title": "e", "due": "2026-11-21", "tags": ["garden"]}),
        json!({"title": "f", "due": "2026-11-01", "priority": "low"}),
        json!({"title": "g"}),
    ] {
        app.task(body).await;
    }
    app.call("POST", "/api/v1/tasks/5/complete")
        .send()
        .await
        .expect(200);
    app.delete("/api/v1/tasks/7").await.expect(200);
    let counts = app.get("/api/v1/tasks/counts?days=3").await.expect(200);
    assert_eq!(counts["open"], 5);
    assert_eq!(counts["overdue"], 2);
    assert_eq!(counts["no_due"], 1);
    assert_eq!(
        counts["priorities"],
        json!({"high": 2, "medium": 0, "low": 1, "none": 2})
    );
    let days: Vec<Value> = [
        ("2026-11-20", "Friday", 2),
        ("2026-11-21", "Saturday", 1),
        ("2026-11-22", "Sunday", 0),
    ]
    .map(|(date, weekday, count)| json!({"date": date, "weekday": weekday, "count": count}))
    .into();
    assert_eq!(counts["days"], json!(days));
    let count = |name: &str| {
        let tags = counts["tags"].as_array().unwrap();
        let tag = tags.iter().find(|tag| tag["name"] == name);
        tag.unwrap()["count"].clone()
    };
    assert_eq!(
        (count("home"), count("garden"), count("Work")),
        (json!(2), json!(2), json!(0))
    );
    // Each count is the length of the list that it stands for.
    for (query, expected) in [
        ("filter=today", 2),
        ("is_overdue=true", 2),
        ("no_due=true", 1),
        ("tag=garden", 2),
    ] {
        let page = app.get(&format!("/api/v1/tasks?{query}")).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), expected, "{query}");
    }
    let bob = app.person("Bob").await;
    let of_bob = app.call("GET", "/api/v1/tasks/counts").token(&bob.token);
    assert_eq!(of_bob.send().await.expect(200)["open"], 0);
    let whole = app.get("/api/v1/tasks/counts").await.expect(200);
    assert_eq!(whole["days"].as_array().unwrap().len(), 7);
}

async fn counting_what_a_filter_finds_has_its_own_connections_and_a_limit(db: TestDb) {
    let app = App::open(db).await;
    // All connections for long reads are taken.
    let mut taken = Vec::new();
    for _ in 0..Options::default().long_reads {
        taken.push(app.db.read_long().await.unwrap());
    }
    let others = async {
        for _ in 0..20 {
            app.get("/api/v1/tasks").await.expect(200);
            app.get("/api/v1/tasks/counts").await.expect(200);
            app.get("/api/v1/tags?usage=true").await.expect(200);
        }
    };
    let counts = app.get("/api/v1/tasks/counts?filter=today");
    let (refused, ()) = tokio::join!(counts, others);
    refused.refused(503, "took_too_long");
    drop(taken);
    let counts = app.get("/api/v1/tasks/counts?filter=today").await;
    counts.expect(200);
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    for (query, code) in [
        ("days=0", "invalid_days"),
        ("days=63", "invalid_days"),
        ("days=x", "invalid_type"),
        ("limit=3", "unknown_field"),
        ("filter=priorty:high", "invalid_filter"),
        ("filter=%23nowhere", "unknown_tag"),
    ] {
        let refused = app.get(&format!("/api/v1/tasks/counts?{query}")).await;
        refused.refused(422, code);
    }
}
