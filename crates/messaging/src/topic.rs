//! The topics and their events.

use std::fmt;

use taskwire_domain::event::EventData;

use crate::CloudEvent;

/// A stream of events that a consumer may follow.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Topic {
    /// All events of tasks and tags.
    TaskEvents,
    /// Completions and skips of recurring tasks.
    TaskUpdates,
    /// Reminders: scheduled, due; and changes of tasks that drop some.
    Reminders,
}

/// The changes of a task that may drop its reminders.
const DROPPING: [&str; 4] = [
    "task.updated.",
    "task.completed.",
    "task.skipped.",
    "task.deleted.",
];

impl Topic {
    /// Every topic.
    pub const ALL: &'static [Self] = &[Self::TaskEvents, Self::TaskUpdates, Self::Reminders];

    /// The name on the broker.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TaskEvents => "task-events",
            Self::TaskUpdates => "task-updates",
            Self::Reminders => "reminders",
        }
    }

    /// Parses the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|topic| topic.as_str() == text)
    }

    /// Returns true if an event of this type may be on the topic; [`Topic::includes`] decides. A type that this
    /// version does not know counts by its first word.
    pub fn may_include(self, kind: &str) -> bool {
        let reminder = kind.starts_with("reminder.");
        match self {
            Self::TaskEvents => !reminder,
            // In any version: one that this program does not know must not pass unnoticed.
            Self::TaskUpdates => ["task.completed.", "task.skipped."]
                .iter()
                .any(|ends| kind.starts_with(ends)),
            Self::Reminders => reminder || DROPPING.iter().any(|change| kind.starts_with(change)),
        }
    }

    /// Returns true if the event is on the topic. A payload that cannot be read is not treated as one without a series:
    /// the consumer receives it and dead-letters it, so that nothing is skipped unnoticed.
    pub fn includes(self, event: &CloudEvent) -> bool {
        if !self.may_include(&event.kind) {
            return false;
        }
        match self {
            Self::TaskEvents => true,
            Self::TaskUpdates => event.data().map_or(true, is_recurring),
            // A change that cannot be read drops no reminder that is known; it is not lost on the other topic.
            Self::Reminders => {
                event.kind.starts_with("reminder.")
                    || event
                        .data()
                        .is_ok_and(|data| !data.dropped_reminders().is_empty())
            }
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn is_recurring(data: &EventData) -> bool {
    data.after
        .as_ref()
        .or(data.before.as_ref())
        .is_some_and(|task| task.series.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud_event::tests::event;
    use taskwire_domain::EventKind;
    use taskwire_domain::contract::{ReminderView, TaskView};

    fn task(series: Option<u128>) -> TaskView {
        let at = "2026-12-01T09:00:00Z".parse().unwrap();
        TaskView {
            id: uuid::Uuid::from_u128(1),
            number: 1,
            title: "Water the plants".into(),
            notes: String::new(),
            status: "completed".into(),
            priority: "none".into(),
            tags: vec![],
            due: None,
            due_at: None,
            due_weekday: None,
            due_zone: None,
            duration_minutes: None,
            is_overdue: false,
            recurrence: None,
            series: series.map(uuid::Uuid::from_u128),
            occurrence: None,
            parent: None,
            subtasks: None,
            reminders: vec![],
            version: 1,
            created_at: at,
            updated_at: at,
            completed_at: None,
            skipped_at: None,
            deleted_at: None,
            missed: None,
            change: uuid::Uuid::from_u128(2),
        }
    }

    fn topics(kind: &str, after: Option<TaskView>) -> Vec<Topic> {
        topics_of_change(kind, None, after)
    }

    fn topics_of_change(
        kind: &str,
        before: Option<TaskView>,
        after: Option<TaskView>,
    ) -> Vec<Topic> {
        let mut event = event(1, 2, EventKind::TaskCreated);
        event.data.before = before;
        event.data.after = after;
        let mut event = CloudEvent::from_event(&event);
        event.kind = kind.into();
        let topics = Topic::ALL.iter().copied();
        topics.filter(|topic| topic.includes(&event)).collect()
    }

    #[test]
    fn every_event_has_its_topics() {
        for kind in EventKind::ALL {
            let expected = match kind {
                EventKind::ReminderScheduled | EventKind::ReminderDue => vec![Topic::Reminders],
                EventKind::TaskCompleted | EventKind::TaskSkipped => {
                    vec![Topic::TaskEvents, Topic::TaskUpdates]
                }
                _ => vec![Topic::TaskEvents],
            };
            assert_eq!(
                topics(kind.as_str(), Some(task(Some(5)))),
                expected,
                "{}",
                kind.as_str()
            );
        }
        assert_eq!(
            topics(EventKind::TaskCompleted.as_str(), Some(task(None))),
            [Topic::TaskEvents]
        );
    }

    #[test]
    fn a_change_that_drops_a_reminder_is_one_of_reminders_too() {
        let open = |reminders: &[u128]| TaskView {
            status: "open".into(),
            reminders: reminders
                .iter()
                .map(|id| ReminderView {
                    id: uuid::Uuid::from_u128(*id),
                    minutes_before: None,
                    local: None,
                    at: Some("2026-12-01T09:00:00Z".parse().unwrap()),
                    snoozed: false,
                })
                .collect(),
            ..task(None)
        };
        let done = TaskView {
            status: "completed".into(),
            ..open(&[1])
        };
        for (kind, before, after, is_included) in [
            ("task.updated.v1", open(&[1, 2]), open(&[2]), true),
            ("task.updated.v1", open(&[1]), open(&[1, 2]), false),
            ("task.completed.v1", open(&[1]), done.clone(), true),
            ("task.completed.v1", open(&[]), done.clone(), false),
            // It had none any more.
            ("task.deleted.v1", done.clone(), done.clone(), false),
        ] {
            let topics = topics_of_change(kind, Some(before), Some(after));
            assert_eq!(topics.contains(&Topic::Reminders), is_included, "{kind}");
        }
    }

    #[test]
    fn unknown_types_have_topics() {
        assert_eq!(topics("task.archived.v1", None), [Topic::TaskEvents]);
        assert_eq!(topics("reminder.snoozed.v1", None), [Topic::Reminders]);
        assert_eq!(
            topics("task.completed.v9", None),
            [Topic::TaskEvents, Topic::TaskUpdates]
        );
    }

    #[test]
    fn names_round_trip() {
        for topic in Topic::ALL {
            assert_eq!(Topic::parse(topic.as_str()), Some(*topic));
        }
        assert_eq!(Topic::parse("tasks"), None);
    }
}
