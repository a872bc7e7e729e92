//! Taking back what commands changed.

use serde_json::{Value, json};

use super::world::World;

/// The statuses of all tasks, by number.
fn statuses(world: &World) -> Vec<String> {
    let tasks = world.tasks.titles().into_iter();
    tasks.map(|task| task.1).collect()
}

#[tokio::test]
async fn undo_goes_back_one_more_step_each_time() {
    let world = World::without_model();
    for (id, text) in [
        ("a1", "add a"),
        ("a2", "add b"),
        ("a3", "done 1"),
        ("a4", "done 2"),
    ] {
        world.say(id, text).await;
    }
    assert!(
        world
            .say("u1", "undo")
            .await
            .text()
            .starts_with("Reopened #2")
    );
    assert!(
        world
            .say("u2", "undo")
            .await
            .text()
            .starts_with("Reopened #1")
    );
    assert_eq!(statuses(&world), ["open", "open"]);
    let asked = world.say("u3", "undo").await;
    assert_eq!(
        asked.finish(),
        "tool-calls",
        "taking back a new task deletes it"
    );
    let reason = asked.of("tool-approval-request").next().unwrap()["reason"].clone();
    assert_eq!(reason, "Undo adding #2 b?");
    world.click(&asked, true).await;
    let asked = world.say("u4", "undo").await;
    world.click(&asked, true).await;
    assert_eq!(
        world.say("u5", "undo").await.text(),
        "Nothing more to undo in this conversation."
    );
    assert_eq!(statuses(&world), ["deleted", "deleted"]);
}

#[tokio::test]
async fn undo_never_does_what_nobody_did() {
    let world = World::without_model();
    world.tasks.add("a");
    world.say("u1", "skip 1").await;
    assert!(
        world
            .say("u2", "undo")
            .await
            .text()
            .starts_with("Reopened #1")
    );
    let nothing = "Nothing more to undo in this conversation.";
    assert_eq!(world.say("u3", "undo").await.text(), nothing);
    let text = world.say("u4", "reopen 1").await.text();
    assert!(
        text.starts_with("No change, it was already open: #1"),
        "{text}"
    );
    assert_eq!(world.say("u5", "undo").await.text(), nothing);
    assert_eq!(world.tasks.titles()[0].1, "open");
    // What was skipped and reopened by hand is skipped again.
    world.say("u6", "skip 1").await;
    world.say("u7", "reopen 1").await;
    world.say("u8", "undo").await;
    assert_eq!(world.tasks.titles()[0].1, "skipped");
    // A turned down question takes nothing back.
    world.say("u9", "add b").await;
    let asked = world.say("u10", "undo").await;
    world.click(&asked, false).await;
    assert_eq!(world.say("u11", "undo").await.finish(), "tool-calls");
}

#[tokio::test]
async fn undo_moves_back() {
    let world = World::without_model();
    world.tasks.add("a");
    world.tasks.add("b");
    world.tasks.rows.lock().unwrap().get_mut(&2).unwrap()["due"] = Value::Null;
    world.say("u1", "add c").await;
    world.say("u2", "move 1 to 2026-12-04").await;
    world.say("u3", "done 1").await;
    assert!(
        world
            .say("u4", "undo")
            .await
            .text()
            .starts_with("Reopened #1")
    );
    let text = world.say("u5", "undo").await.text();
    assert!(
        text.starts_with("Moved #1 a, due Friday 2026-11-27"),
        "{text}"
    );
    // Both at once, of which one had no date: first the one, then the other.
    let asked = world.say("u6", "move 1 2 to 2026-12-05").await;
    world.click(&asked, true).await;
    let due = || {
        let rows = world.tasks.rows.lock().unwrap();
        [1, 2].map(|number| rows[&number].get("due").cloned())
    };
    assert_eq!(
        due(),
        [Some(json!("2026-12-05")), Some(json!("2026-12-05"))]
    );
    world.say("u7", "undo").await;
    world.say("u8", "undo").await;
    assert_eq!(due(), [Some(json!("2026-11-27")), None]);
    let asked = world.say("u9", "undo").await;
    assert_eq!(asked.finish(), "tool-calls", "the new task comes next");
}

#[tokio::test]
async fn undo_passes_over_what_it_cannot_take_back() {
    let world = World::without_model();
    world.tasks.add("water");
    world.tasks.rows.lock().unwrap().get_mut(&1).unwrap()["recurrence"] =
        json!({"text": "every friday"});
    world.say("u1", "skip 1").await;
    world.say("u2", "reopen 1").await;
    world.say("u3", "move 1 to next monday, all").await;
    let stuck = world.say("u4", "undo").await.text();
    assert!(
        stuck.contains("move 3 to friday")
            && stuck.ends_with("The next undo goes on with the change before it."),
        "{stuck}"
    );
    let text = world.say("u5", "undo").await.text();
    assert!(text.starts_with("Skipped #1"), "{text}");
    let text = world.say("u6", "undo").await.text();
    assert!(text.starts_with("Reopened #1"), "{text}");
    assert_eq!(
        world.say("u7", "undo").await.text(),
        "Nothing more to undo in this conversation."
    );
}
