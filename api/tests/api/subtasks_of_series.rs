//! Subtasks of a task that repeats: each occurrence gets its own.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::subtasks::{family, numbers, post, read, undo};
use crate::support::{App, task_of};

both_databases!(
    each_occurrence_gets_its_own_parts,
    a_withdrawn_occurrence_takes_its_parts_back,
    a_changed_copy_stands_in_the_way,
    a_part_beyond_the_last_year_loses_its_date,
);

/// A weekly task with three parts, one of them due the day before it; one is done, one in the trash.
async fn weekly(app: &App) -> Value {
    let parent = json!({"title": "Clean", "due": "2026-11-23", "recurrence": "every monday"});
    let number = family(app, parent, &["Kitchen", "Bath", "Attic"]).await;
    app.patch(
        "/api/v1/tasks/2",
        json!({"due": "2026-11-22T18:00", "priority": "high", "tags": ["home"], "notes": "Oven too",
            "reminders": [{"minutes_before": 30}, {"at": "2026-11-22T08:00"}]}),
    )
    .await
    .expect(200);
    post(app, "3/complete", json!({})).await.expect(200);
    app.delete("/api/v1/tasks/4").await.expect(200);
    let task = read(app, number).await;
    app.happened().await;
    task
}

async fn each_occurrence_gets_its_own_parts(db: TestDb) {
    let app = App::open(db).await;
    let parent = weekly(&app).await;
    let done = post(&app, "1/complete", json!({})).await.expect(200);
    assert_eq!(
        done["open_subtasks"],
        json!([{"number": 2, "title": "Kitchen"}])
    );
    app.advance(&parent).await;
    let next = read(&app, 5).await;
    assert_eq!(
        (&next["due"], &next["subtasks"]),
        (&json!("2026-11-30"), &json!({"open": 2, "done": 0}))
    );
    assert_eq!(numbers(&app, "parent=5").await, [6, 7]);
    let kitchen = read(&app, 6).await;
    assert_eq!(kitchen["title"], "Kitchen");
    assert_eq!(kitchen["due"], "2026-11-29T18:00");
    assert_eq!(
        (&kitchen["priority"], &kitchen["tags"]),
        (&json!("high"), &json!(["home"]))
    );
    assert_eq!(kitchen["reminders"].as_array().unwrap().len(), 1);
    assert_eq!(read(&app, 7).await["title"], "Bath");
    // Once, however often it is asked for.
    app.happened().await;
    app.advance(&parent).await;
    assert!(app.happened().await.is_empty());
    assert_eq!(numbers(&app, "parent=5&status=all").await, [6, 7]);
    // Those of the occurrence before stay with it.
    assert_eq!(numbers(&app, "parent=1&status=all").await, [2, 3, 4]);
    // A skipped one leads to the next in the same way.
    let second = read(&app, 5).await;
    post(&app, "5/skip", json!({})).await.expect(200);
    app.advance(&second).await;
    assert_eq!(numbers(&app, "parent=8").await, [9, 10]);
    assert_eq!(read(&app, 9).await["due"], "2026-12-06T18:00");
}

async fn a_withdrawn_occurrence_takes_its_parts_back(db: TestDb) {
    let app = App::open(db).await;
    let parent = weekly(&app).await;
    let done = post(&app, "1/complete", json!({"subtasks": "complete"})).await;
    done.expect(200);
    app.advance(&parent).await;
    let after = numbers(&app, "status=all").await;
    let undone = undo(&app, &done).await;
    undone.expect(200);
    assert_eq!(numbers(&app, "status=all").await, [1, 2, 3, 4]);
    assert_eq!(read(&app, 2).await["status"], "open");
    assert_eq!(
        read(&app, 1).await["subtasks"],
        json!({"open": 1, "done": 1})
    );
    // Redone, all are back; reopened, they are gone; completed once more, they are the same rows.
    undo(&app, &undone).await.expect(200);
    assert_eq!(numbers(&app, "status=all").await, after);
    assert_eq!(
        read(&app, 5).await["subtasks"],
        json!({"open": 2, "done": 0})
    );
    post(&app, "1/reopen", json!({})).await.expect(200);
    assert_eq!(numbers(&app, "parent=5&status=all").await, [0i64; 0]);
    post(&app, "1/complete", json!({})).await.expect(200);
    app.advance(&parent).await;
    assert_eq!(numbers(&app, "status=all").await, after);
    assert_eq!(read(&app, 6).await["status"], "open");
    app.happened().await;
}

async fn a_changed_copy_stands_in_the_way(db: TestDb) {
    let app = App::open(db).await;
    let parent = weekly(&app).await;
    let done = post(&app, "1/complete", json!({})).await;
    app.advance(&parent).await;
    let refused = async |number: i64, what: &str| {
        for reply in [
            post(&app, "1/reopen", json!({})).await,
            undo(&app, &done).await,
        ] {
            let problem = reply.refused(409, "successor_changed");
            let why = problem["detail"].as_str().unwrap();
            assert!(
                why.contains(&format!("Task {number}, ")) && why.contains(what),
                "{why}"
            );
            // Who changed the subtask, not who made the next occurrence.
            let who = "It was changed last through rest at 2026-";
            assert!(why.contains(who), "{why}");
            let place = format!("/tasks/{number}");
            assert_eq!(problem["errors"][0]["pointer"], place, "{problem}");
        }
    };
    let bath = post(&app, "7/complete", json!({})).await;
    refused(7, "was completed").await;
    undo(&app, &bath).await.expect(200);
    let renamed = app
        .patch("/api/v1/tasks/6", json!({"title": "Stove"}))
        .await;
    refused(6, "was changed").await;
    undo(&app, &renamed).await.expect(200);
    let moved = app.patch("/api/v1/tasks/6", json!({"parent": null})).await;
    refused(6, "was changed").await;
    undo(&app, &moved).await.expect(200);
    let gone = app.delete("/api/v1/tasks/6").await;
    refused(6, "is in the trash").await;
    undo(&app, &gone).await.expect(200);
    let more = app
        .post("/api/v1/tasks", json!({"title": "Cellar", "parent": 5}))
        .await;
    let number = task_of(more.expect(201))["number"].as_i64().unwrap();
    refused(number, "was added").await;
    undo(&app, &more).await.expect(200);
    undo(&app, &done).await.expect(200);
}

async fn a_part_beyond_the_last_year_loses_its_date(db: TestDb) {
    let app = App::open(db).await;
    let parent = json!({"title": "Plants", "due": "2026-11-20", "recurrence": "every day"});
    family(&app, parent, &["Far", "Near"]).await;
    for (part, due) in [(2, "2200-12-31"), (3, "2200-12-30")] {
        app.patch(&format!("/api/v1/tasks/{part}"), json!({"due": due}))
            .await
            .expect(200);
    }
    let parent = read(&app, 1).await;
    post(&app, "1/complete", json!({})).await.expect(200);
    app.advance(&parent).await;
    assert_eq!(read(&app, 5).await["due"], json!(null));
    assert_eq!(read(&app, 6).await["due"], "2200-12-31");
}
