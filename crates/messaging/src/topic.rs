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
    /// Reminders: scheduled, due.
    Reminders,
}

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
            Self::Reminders => reminder,
        }
    }

    /// Returns true if the event is on the topic. A payload that cannot be read is not treated as one without a series:
    /// the consumer receives it and dead-letters it, so that nothing is skipped unnoticed.
    pub fn includes(self, event: &CloudEvent) -> bool {
        self.may_include(&event.kind)
            && (self != Self::TaskUpdates || event.data().map_or(true, is_recurring))
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
    use taskwire_domain::contract::TaskView;

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
            is_overdue: false,
            recurrence: None,
            series: series.map(uuid::Uuid::from_u128),
            occurrence: None,
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
        let mut event = event(1, 2, EventKind::TaskCreated);
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
