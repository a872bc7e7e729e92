//! What was done to occurrences to come, and an undo.

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::coming::{bins, coming, done, undo};
use crate::support::App;

both_databases!(what_was_done_ahead_stays_done);

/// A completion is undone, something is done ahead, and the undo is undone: the task that was withdrawn must not come back
/// with the rule from before.
async fn what_was_done_ahead_stays_done(db: TestDb) {
    let app = App::open(db).await;
    let task = bins(&app).await;
    app.at("2026-11-23T12:00:00Z");
    let first = app.call("POST", "/api/v1/tasks/1/complete").send().await;
    let completed = first.expect(200);
    assert_eq!(app.advance(&completed).await["number"], 2);
    undo(&app, first.header("taskwire-change")).await;
    let changes = app.get("/api/v1/changes").await.expect(200);
    let undone = changes["items"][0]["id"].as_str().unwrap().to_owned();
    for (action, occurrence) in [("complete", "0/2026-12-14"), ("skip", "0/2026-12-07")] {
        let path = format!("/api/v1/tasks/1/{action}");
        let body = json!({"occurrence": occurrence});
        app.post(&path, body).await.expect(200);
    }
    let path = format!("/api/v1/changes/{undone}/undo");
    let refused = app.call("POST", &path).send().await;
    let problem = refused.expect(409);
    assert_eq!(
        problem["errors"][0]["pointer"], "/tasks/1/recurrence",
        "{problem}"
    );
    assert_eq!(
        app.get("/api/v1/tasks/1").await.expect(200)["status"],
        "open"
    );
    assert_eq!(
        coming(&app, &task).await[..2],
        ["0/2026-11-30", "0/2026-12-21"]
    );
    // Done again, it goes on with the rule as it is.
    let next = done(&app, 1).await;
    assert_eq!(next["occurrence"], "0/2026-11-30");
    assert_eq!(coming(&app, &task).await[0], "0/2026-12-21");
}
