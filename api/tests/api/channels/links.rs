//! Links in messages.

use jiff::SignedDuration;
use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use super::support::{fire, orders, page, path_of, press, remind, webhook};
use crate::support::App;

both_databases!(
    links_complete_and_snooze_once,
    a_link_that_is_opened_does_nothing,
    a_link_switches_a_channel_off,
);

async fn links_complete_and_snooze_once(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    remind(&app, json!({})).await;
    let found = orders(&app).await;
    let actions = &found[0]["message"]["actions"];
    app.happened().await;
    let said = press(&app, &actions[1]["url"]).await;
    assert!(said.contains("60 minutes"), "{said}");
    let task = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(task["reminders"][1]["at"], "2026-11-20T19:00:00Z");
    let said = press(&app, &actions[0]["url"]).await;
    assert!(said.contains("Call &lt;Ann&gt;"), "{said}");
    assert_eq!(
        app.get("/api/v1/tasks/1").await.expect(200)["status"],
        "completed"
    );
    app.happened().await;
    let again = press(&app, &actions[0]["url"]).await;
    assert!(again.contains("already completed"), "{again}");
    assert!(app.happened().await.is_empty());
    // Every change can be seen and undone.
    let changes = app.get("/api/v1/changes").await.expect(200);
    assert_eq!(changes["items"][0]["kind"], "complete");
    assert_eq!(changes["items"][0]["actor"]["client"], "taskwire-link");
    app.clock.advance(SignedDuration::from_hours(14 * 24));
    page(app.anonymous("POST", &path_of(&actions[0]["url"])), 404).await;
}

async fn a_link_that_is_opened_does_nothing(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    remind(&app, json!({})).await;
    let found = orders(&app).await;
    app.happened().await;
    for action in found[0]["message"]["actions"].as_array().unwrap() {
        for _ in 0..3 {
            let shown = page(app.anonymous("GET", &path_of(&action["url"])), 200).await;
            assert!(shown.contains("<form method=\"post\">"), "{shown}");
            assert!(shown.contains("1. Call &lt;Ann&gt;"), "{shown}");
        }
    }
    assert!(app.happened().await.is_empty());
    page(app.anonymous("GET", "/act/AAAA"), 404).await;
    page(app.anonymous("POST", "/act/AAAA"), 404).await;
}

async fn a_link_switches_a_channel_off(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    remind(&app, json!({})).await;
    let found = orders(&app).await;
    // As a mail program does it (RFC 8058).
    let url = &found[0]["message"]["unsubscribe_url"];
    let call = app.anonymous("POST", &path_of(url)).body(
        "application/x-www-form-urlencoded",
        "List-Unsubscribe=One-Click",
    );
    page(call, 200).await;
    let channel = &app.get("/api/v1/channels").await.expect(200)["items"][0];
    assert_eq!(channel["enabled"], false);
    remind(&app, json!({"due": "2026-11-20T19:30"})).await;
    app.at("2026-11-20T18:30:00Z");
    fire(&app).await;
    assert!(orders(&app).await.is_empty());
}
