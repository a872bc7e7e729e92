//! Invariants between the events and the audit log.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use taskwire_testkit::eventually;

use super::LIMIT;
use super::rest::Rest;
use super::stream::{Event, Follower};

/// Creates a last event, and returns all events from the beginning to it.
pub(crate) async fn replay(rest: &Rest) -> Vec<Event> {
    let marker = rest
        .post(
            "/api/v1/tasks",
            &serde_json::json!({"title": "the last word"}),
        )
        .await;
    let follower = Follower::start(rest, "0").await;
    follower
        .until("the last word", |event| marker["id"] == event.subject())
        .await;
    follower.events()
}

/// Waits until every event has an audit line, and returns the audit log, oldest first.
pub(crate) async fn audit(rest: &Rest, events: &[Event]) -> Vec<Value> {
    let expected: Vec<&str> = events
        .iter()
        .filter(|event| is_audited(event))
        .map(Event::id)
        .collect();
    let mut log = eventually(LIMIT, || async {
        let log = rest.all("/api/v1/audit").await;
        (log.len() >= expected.len()).then_some(log)
    })
    .await;
    log.reverse();
    let lines: Vec<&str> = log
        .iter()
        .map(|line| line["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        lines, expected,
        "one line of the audit log per event, in their order"
    );
    for (line, event) in log
        .iter()
        .zip(events.iter().filter(|event| is_audited(event)))
    {
        assert_eq!(line["type"], event.kind);
        assert_eq!(line["actor"], event.data["data"]["actor"]);
        assert_eq!(&line["after"], event.after());
    }
    log
}

/// Reminders are delivered, not audited.
fn is_audited(event: &Event) -> bool {
    !event.kind.starts_with("reminder.")
}

/// No event exists twice, and no change of a task is missing or out of order.
pub(crate) fn check_order(events: &[Event]) {
    let mut ids = HashSet::new();
    let mut cursors = HashSet::new();
    let mut versions: HashMap<&str, i64> = HashMap::new();
    for event in events {
        assert!(ids.insert(event.id()), "{} is there twice", event.id());
        assert!(
            cursors.insert(&event.cursor),
            "{} is a cursor twice",
            event.cursor
        );
        if event.kind.starts_with("task.") {
            let version = versions.entry(event.subject()).or_default();
            assert_eq!(
                event.sequence(),
                *version + 1,
                "{} of {}",
                event.kind,
                event.after()
            );
            assert_eq!(event.after()["version"], event.sequence());
            *version += 1;
        }
    }
}
