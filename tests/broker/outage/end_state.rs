//! What must hold in the end, whatever happened: everything that was acknowledged is there once, and nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::{Duration, Instant};

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

use super::load::Acknowledged;
use crate::record;
use crate::rest::Rest;
use crate::stream::Event;

/// How often it is looked whether consumers have caught up.
const EVERY: Duration = Duration::from_millis(300);
/// Consumers that did nothing for so long have not caught up and never will.
const STALL: Duration = Duration::from_mins(1);

/// Waits until this many are there, as long as they become more.
async fn until<F: Future<Output = usize>>(what: &str, expected: usize, count: impl Fn() -> F) {
    let (mut last, mut moved) = (usize::MAX, Instant::now());
    loop {
        let now = count().await;
        if now >= expected {
            return;
        }
        if now != last {
            (last, moved) = (now, Instant::now());
        }
        assert!(
            moved.elapsed() < STALL,
            "{what}: {now} of {expected}, and no more came within {STALL:?}"
        );
        tokio::time::sleep(EVERY).await;
    }
}

/// Checks one user's data against what was acknowledged to that user's clients. Answers the events.
pub(crate) async fn check(rest: &Rest, acknowledged: &[&Acknowledged]) -> Vec<Event> {
    let reminders: BTreeSet<&str> = acknowledged
        .iter()
        .filter(|change| change.kind == "task.created.v1")
        .flat_map(|change| change.task["reminders"].as_array().unwrap())
        .map(|reminder| reminder["id"].as_str().unwrap())
        .collect();
    let series: BTreeSet<&str> = acknowledged
        .iter()
        .filter_map(|change| change.task["series"].as_str())
        .collect();
    until("notifications", reminders.len(), async || {
        rest.all("/api/v1/notifications").await.len()
    })
    .await;
    until("series with an open occurrence", series.len(), async || {
        rest.all("/api/v1/tasks?q=every%20day").await.len()
    })
    .await;

    let events = record::replay(rest).await;
    record::check_order(&events);
    let is_audited = |event: &&Event| !event.kind.starts_with("reminder.");
    let expected = events.iter().filter(is_audited).count();
    until("audit lines", expected, async || {
        rest.all("/api/v1/audit").await.len()
    })
    .await;
    record::audit(rest, &events).await;

    every_change_is_told_once(&events, acknowledged);
    every_completion_has_one_successor(&events);
    let notifications = rest.all("/api/v1/notifications").await;
    every_reminder_fired_once(&events, &notifications, &reminders);
    events
}

/// Each acknowledged change has its event, and there are no others but those of the consumers.
fn every_change_is_told_once(events: &[Event], acknowledged: &[&Acknowledged]) {
    let mut told = HashMap::new();
    for event in events
        .iter()
        .filter(|event| event.kind.starts_with("task."))
    {
        let change = event.data["data"]["change"].as_str().unwrap();
        let before = told.insert((change, event.kind.as_str()), event);
        assert!(before.is_none(), "{} of {change} twice", event.kind);
    }
    for change in acknowledged {
        let id = change.task["change"].as_str().unwrap();
        let event = told.remove(&(id, change.kind));
        let event = event.unwrap_or_else(|| panic!("lost: {} {:#}", change.kind, change.task));
        assert_eq!(event.subject(), change.task["id"]);
        assert_eq!(event.sequence(), change.task["version"]);
    }
    for event in told.values() {
        let client = &event.data["data"]["actor"]["client"];
        let is_successor = event.kind == "task.created.v1" && client == "taskwire-recurrence";
        let is_marker = event.after()["title"] == "the last word";
        assert!(is_successor || is_marker, "nobody asked for {}", event.data);
    }
}

/// Each series has one occurrence more than completions, a day apart and without a gap.
fn every_completion_has_one_successor(events: &[Event]) {
    let mut series: BTreeMap<&str, (Vec<Date>, usize)> = BTreeMap::new();
    for event in events
        .iter()
        .filter(|event| event.kind.starts_with("task."))
    {
        let Some(id) = event.after()["series"].as_str() else {
            continue;
        };
        let (due, completions) = series.entry(id).or_default();
        match event.kind.as_str() {
            "task.created.v1" => due.push(event.after()["due"].as_str().unwrap().parse().unwrap()),
            "task.completed.v1" => *completions += 1,
            other => panic!("nobody asked for {other}"),
        }
    }
    assert!(!series.is_empty());
    for (id, (due, completions)) in series {
        assert_eq!(due.len(), completions + 1, "{id}: {due:?}");
        for pair in due.windows(2) {
            assert_eq!(pair[1], pair[0] + 1.day(), "{id}: {due:?}");
        }
    }
}

fn every_reminder_fired_once(
    events: &[Event],
    notifications: &[Value],
    reminders: &BTreeSet<&str>,
) {
    let due: Vec<&str> = events
        .iter()
        .filter(|event| event.kind == "reminder.due.v1")
        .map(|event| event.data["data"]["reminder"]["id"].as_str().unwrap())
        .collect();
    let told: Vec<&str> = notifications
        .iter()
        .map(|notification| notification["reminder_id"].as_str().unwrap())
        .collect();
    for (what, fired) in [("events", due), ("notifications", told)] {
        let once: HashSet<&str> = fired.iter().copied().collect();
        assert_eq!(once.len(), fired.len(), "{what}: some reminder fired twice");
        assert_eq!(
            once.into_iter().collect::<BTreeSet<_>>(),
            *reminders,
            "{what}"
        );
    }
}
