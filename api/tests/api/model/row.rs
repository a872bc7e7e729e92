//! What an undo can write back of a task.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Status {
    Open,
    Completed,
    Skipped,
    Deleted,
}

impl Status {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completed => "completed",
            Self::Skipped => "skipped",
            Self::Deleted => "deleted",
        }
    }
}

/// The occurrence of a series that a task is: the series, its epoch, and the scheduled date.
pub(super) type Key = (usize, u32, Date);

/// A series as one of its tasks knows it: every so many days.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) series: usize,
    pub(super) interval: i64,
    pub(super) epoch: u32,
    /// The first date of the epoch.
    pub(super) start: Date,
    pub(super) date: Date,
    /// Dates that were skipped, moved or completed ahead, in this order.
    pub(super) left_out: Vec<Date>,
    /// Dates to which others were moved.
    pub(super) added: Vec<Date>,
    /// The number of the task that it came after.
    pub(super) follows: Option<i64>,
}

impl Place {
    pub(super) fn new(series: usize, interval: i64, start: Date) -> Self {
        Self {
            series,
            interval,
            epoch: 0,
            start,
            date: start,
            left_out: vec![],
            added: vec![],
            follows: None,
        }
    }

    pub(super) fn key(&self) -> Key {
        (self.series, self.epoch, self.date)
    }

    /// Whether the rule alone has the date.
    pub(super) fn is_of_rule(&self, date: Date) -> bool {
        let days = (date - self.start).get_days();
        days >= 0 && i64::from(days) % self.interval == 0
    }

    pub(super) fn has(&self, date: Date) -> bool {
        self.added.contains(&date) || self.is_of_rule(date) && !self.left_out.contains(&date)
    }

    /// The dates of the series after the one of this occurrence.
    pub(super) fn coming(&self) -> impl Iterator<Item = Date> {
        let days = (1i64..).map(|days| self.date.checked_add(days.days()).unwrap());
        days.filter(|date| self.has(*date))
    }

    /// Whether both continue in the same way.
    pub(super) fn has_rule_of(&self, other: &Self) -> bool {
        let rule = |own: &Self| (own.interval, own.left_out.clone(), own.added.clone());
        rule(self) == rule(other)
    }

    /// Whether single dates of the rule were changed.
    pub(super) fn is_edited(&self) -> bool {
        !self.left_out.is_empty() || !self.added.is_empty()
    }

    pub(super) fn leave_out(&mut self, date: Date) {
        self.added.retain(|added| *added != date);
        if self.has(date) {
            self.left_out.push(date);
        }
    }

    pub(super) fn add(&mut self, date: Date) {
        self.left_out.retain(|out| *out != date);
        if !self.has(date) {
            self.added.push(date);
        }
    }

    /// As RFC 5545 writes it: a rule alone, or with the dates that were changed.
    fn rule(&self) -> String {
        let rule = rule(self.interval);
        if !self.is_edited() {
            return rule;
        }
        let list = |name: &str, dates: &[Date]| {
            let dates: Vec<String> = dates
                .iter()
                .map(|date| date.strftime("%Y%m%d").to_string())
                .collect();
            format!("\n{name};VALUE=DATE:{}", dates.join(","))
        };
        let mut text = format!("RRULE:{rule}");
        for (name, dates) in [("RDATE", &self.added), ("EXDATE", &self.left_out)] {
            if !dates.is_empty() {
                text.push_str(&list(name, dates));
            }
        }
        text
    }
}

/// Reminders keep their identity when a list is replaced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum ReminderId {
    Chosen(usize),
    OfOccurrence(Key, usize),
}

/// The fields of a task that an undo can write back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
    pub(super) title: String,
    pub(super) notes: String,
    pub(super) priority: &'static str,
    pub(super) tags: Vec<String>,
    /// Minutes before.
    pub(super) reminders: Vec<(ReminderId, i64)>,
    pub(super) due: Option<Date>,
    pub(super) place: Option<Place>,
    pub(super) status: Status,
    pub(super) completed_at: Option<Timestamp>,
    pub(super) skipped_at: Option<Timestamp>,
    pub(super) deleted_at: Option<Timestamp>,
    /// How many dates of its series it passed over.
    pub(super) missed: usize,
    /// Whether its series ends with it.
    pub(super) ends: bool,
    /// Whether an undo or a reopened predecessor has hidden it.
    pub(super) hidden: bool,
}

/// Names each field of a row once.
macro_rules! fields {
    ($($name:ident: $field:ident,)+) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Field {
            $($name,)+
        }

        impl Field {
            pub(super) const ALL: &[Self] = &[$(Self::$name),+];
        }

        impl Row {
            pub(super) fn is_same(&self, other: &Self, field: Field) -> bool {
                match field {
                    $(Field::$name => self.$field == other.$field,)+
                }
            }

            pub(super) fn take(&mut self, from: &Self, field: Field) {
                match field {
                    $(Field::$name => self.$field = from.$field.clone(),)+
                }
            }
        }
    };
}
fields! {
    Title: title,
    Notes: notes,
    Priority: priority,
    Tags: tags,
    Reminders: reminders,
    Due: due,
    Place: place,
    Status: status,
    CompletedAt: completed_at,
    SkippedAt: skipped_at,
    DeletedAt: deleted_at,
    Missed: missed,
    Ends: ends,
    Hidden: hidden,
}

impl Row {
    /// What people see of it, by the names that a history uses.
    pub(super) fn view(&self) -> BTreeMap<&'static str, Value> {
        let reminders = self.reminders.iter();
        let reminders: Vec<Value> = reminders
            .map(|(_, minutes)| json!({"minutes_before": minutes}))
            .collect();
        let place = self.place.as_ref();
        let occurrence = place.map(|place| format!("{}/{}", place.epoch, place.date));
        BTreeMap::from([
            ("title", json!(self.title)),
            ("notes", json!(self.notes)),
            ("status", json!(self.status.as_str())),
            ("priority", json!(self.priority)),
            ("tags", json!(self.tags)),
            ("due", json!(self.due.map(|due| due.to_string()))),
            ("recurrence", json!(place.map(Place::rule))),
            ("occurrence", json!(occurrence)),
            ("reminders", reminders.into()),
        ])
    }
}

/// The rule of a series.
pub(super) fn rule(interval: i64) -> String {
    match interval {
        1 => "FREQ=DAILY".into(),
        days => format!("FREQ=DAILY;INTERVAL={days}"),
    }
}
