//! What operators see of requests: lines of the log, and measurements.

use serde_json::{Value, json};
use taskwire_telemetry::Metrics;
use taskwire_testkit::{LogLines, TestDb, both_databases};

use crate::support::App;

both_databases!(
    a_change_is_a_line_with_its_events,
    a_reminder_is_measured_by_its_lateness,
);

/// The lines about requests since the last call.
fn requests(lines: &LogLines) -> Vec<Value> {
    let lines = lines.take();
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    lines
        .filter(|line: &Value| line["message"] == "Handled request")
        .collect()
}

async fn a_change_is_a_line_with_its_events(db: TestDb) {
    let (lines, _logging) = LogLines::capture_json();
    let app = App::open(db).await;
    let create = app
        .call("POST", "/api/v1/tasks")
        .header("x-request-id", "the-request")
        .json(&json!({"title": "x", "tags": ["home"]}));
    create.send().await.expect(201);
    let written = requests(&lines);
    let [line] = written.as_slice() else {
        panic!("{written:?}");
    };
    // A request leads to its events, and back.
    let events: Vec<String> = app
        .events()
        .await
        .iter()
        .map(|event| event["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(events.len(), 2);
    assert_eq!(line["event.ids"], events.join(","));
    assert_eq!(line["user.id"], app.ada.view.id.to_string());
    assert_eq!(line["http.response.status_code"], 201);
    assert_eq!(line["span"]["request.id"], "the-request");
    assert_eq!(line["span"]["http.route"], "/api/v1/tasks");
    assert_eq!(line["span"]["http.request.method"], "POST");
    // Neither reads nor refused changes.
    app.get("/api/v1/tasks").await.expect(200);
    app.post("/api/v1/tasks", json!({"title": ""}))
        .await
        .refused(422, "empty_title");
    assert_eq!(requests(&lines), Vec::<Value>::new());
    // A change without an event.
    app.patch("/api/v1/me", json!({"zone": "Europe/Paris"}))
        .await
        .expect(200);
    let written = requests(&lines);
    assert_eq!(written.len(), 1);
    assert_eq!(written[0]["event.ids"], Value::Null);
    assert_eq!(written[0]["user.id"], app.ada.view.id.to_string());
    // The service asks twice a minute; only what fires is worth a line.
    let fire = || {
        app.service("POST", "/api/v1/internal/reminders/fire", app.ada.id())
            .send()
    };
    fire().await.expect(200);
    assert_eq!(requests(&lines), Vec::<Value>::new());
    app.task(json!({"title": "y", "reminders": [{"at": "2026-12-10T08:00:00Z"}]}))
        .await;
    requests(&lines);
    app.at("2026-12-10T08:00:00Z");
    fire().await.expect(200);
    let written = requests(&lines);
    assert_eq!(written.len(), 1);
    let due = app.events().await.pop().unwrap();
    assert_eq!(written[0]["event.ids"], due["id"]);
}

#[expect(
    clippy::future_not_send,
    reason = "what is recorded is recorded on the test's own thread"
)]
async fn a_reminder_is_measured_by_its_lateness(db: TestDb) {
    let (recorder, measured) = Metrics::recorder().unwrap();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let app = App::open(db).await;
    app.task(json!({"title": "y", "reminders": [{"at": "2026-12-10T08:00:00Z"}]}))
        .await;
    app.at("2026-12-10T08:00:07Z");
    for _ in 0..2 {
        app.service("POST", "/api/v1/internal/reminders/fire", app.ada.id())
            .send()
            .await
            .expect(200);
    }
    let text = measured.render();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("taskwire_reminder_lateness_seconds"))
        .filter(|line| {
            ["le=\"5\"", "le=\"10\"", "sum", "count"]
                .iter()
                .any(|part| line.contains(part))
        })
        .collect();
    assert_eq!(
        lines,
        [
            "taskwire_reminder_lateness_seconds_bucket{le=\"5\"} 0",
            "taskwire_reminder_lateness_seconds_bucket{le=\"10\"} 1",
            "taskwire_reminder_lateness_seconds_sum 7",
            "taskwire_reminder_lateness_seconds_count 1",
        ]
    );
}
