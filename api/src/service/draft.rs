//! From what a client sent to checked values. Collects every refusal, so that one answer names all of them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use taskwire_domain::contract::{NewTask, RecurrenceInput, ReminderInput};
use taskwire_domain::recurrence::{Anchor, CatchUp, Overflow};
use taskwire_domain::reminder::REMINDERS_MAX;
use taskwire_domain::{
    Due, Invalid, Notes, Priority, Recurrence, TagName, Title, Trigger, Zone, clock, grammar,
};

/// A checked new task.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) title: Title,
    pub(crate) notes: Notes,
    pub(crate) priority: Priority,
    pub(crate) tags: Vec<TagName>,
    pub(crate) due: Option<Due>,
    pub(crate) recurrence: Option<Recurrence>,
    pub(crate) reminders: Vec<Trigger>,
}

/// Keeps the good value, or remembers why it is bad.
pub(crate) fn keep<T>(refused: &mut Vec<Invalid>, result: Result<T, Invalid>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(why) => {
            refused.push(why);
            None
        }
    }
}

impl Draft {
    /// Checks a new task at an instant, for an owner in a zone.
    pub(crate) fn parse(
        input: &NewTask,
        now: Timestamp,
        zone: &Zone,
    ) -> Result<Self, Vec<Invalid>> {
        let mut refused = Vec::new();
        let title = keep(&mut refused, Title::parse(&input.title));
        let notes = keep(
            &mut refused,
            Notes::parse(input.notes.as_deref().unwrap_or_default()),
        );
        let priority = match input.priority.as_deref() {
            Some(text) => keep(&mut refused, Priority::parse(text)),
            None => Some(Priority::None),
        };
        let tags = keep(
            &mut refused,
            TagName::parse_all(input.tags.as_deref().unwrap_or_default()),
        );
        let due = match input.due.as_deref() {
            Some(text) => keep(
                &mut refused,
                grammar::due(text, &grammar::Context::new(now, zone.clone())),
            )
            .map(Some),
            None => Some(None),
        };
        let recurrence = match &input.recurrence {
            Some(input) => keep(&mut refused, self::recurrence(input, now, zone)).map(Some),
            None => Some(None),
        };
        let reminders = keep(
            &mut refused,
            reminders(input.reminders.as_deref().unwrap_or_default(), zone),
        );
        let (
            Some(title),
            Some(notes),
            Some(priority),
            Some(tags),
            Some(due),
            Some(recurrence),
            Some(reminders),
        ) = (title, notes, priority, tags, due, recurrence, reminders)
        else {
            return Err(refused);
        };
        let (recurrence, start) = match recurrence {
            Some(Ruled { recurrence, start }) => (Some(recurrence), Some(start)),
            None => (None, None),
        };
        Ok(Self {
            title,
            notes,
            priority,
            tags,
            due: due.or(start),
            recurrence,
            reminders,
        })
    }

    /// Checks a quick-add line.
    pub(crate) fn of_line(parsed: grammar::Parsed) -> Result<Self, Vec<Invalid>> {
        let mut refused = Vec::new();
        let title = keep(
            &mut refused,
            Title::parse(&parsed.title).map_err(|why| Invalid {
                field: "/text".into(),
                ..why
            }),
        );
        let reminders = keep(
            &mut refused,
            parsed
                .reminders
                .iter()
                .map(|minutes| Trigger::before(i64::from(*minutes)))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|why| Invalid {
                    field: "/text".into(),
                    ..why
                }),
        );
        match (title, reminders) {
            (Some(title), Some(reminders)) => Ok(Self {
                title,
                notes: Notes::default(),
                priority: parsed.priority.unwrap_or_default(),
                tags: parsed.tags,
                due: parsed.due,
                recurrence: parsed.recurrence,
                reminders,
            }),
            _ => Err(refused),
        }
    }
}

/// A rule, and the date at which it starts when no other is given.
#[derive(Clone, Debug)]
pub(crate) struct Ruled {
    pub(crate) recurrence: Recurrence,
    pub(crate) start: Due,
}

/// Checks a rule and its policies.
pub(crate) fn recurrence(
    input: &RecurrenceInput,
    now: Timestamp,
    zone: &Zone,
) -> Result<Ruled, Invalid> {
    let mut ruled = match (&input.rrule, &input.text) {
        (Some(_), Some(_)) | (None, None) => {
            return Err(Invalid::new(
                "/recurrence",
                "invalid_recurrence",
                "A recurrence is either an \"rrule\" or a \"text\".",
            )
            .hint("Send one of them, such as {\"rrule\":\"FREQ=WEEKLY;BYDAY=MO\"} or {\"text\":\"every monday\"}."));
        }
        (Some(rrule), None) => Ruled {
            recurrence: Recurrence::parse(rrule, Overflow::default())?,
            start: Due::Date(now.to_zoned(zone.rules().clone()).date()),
        },
        (None, Some(text)) => {
            let (recurrence, start) =
                grammar::rule(text, &grammar::Context::new(now, zone.clone()))?;
            Ruled { recurrence, start }
        }
    };
    if let Some(anchor) = &input.anchor {
        ruled.recurrence.anchor = Anchor::parse(anchor)?;
    }
    if let Some(overflow) = &input.overflow {
        ruled.recurrence.overflow = Overflow::parse(overflow)?;
    }
    match (&input.catch_up, ruled.recurrence.anchor) {
        (Some(text), Anchor::Schedule) => ruled.recurrence.catch_up = CatchUp::parse(text)?,
        (Some(text), Anchor::Completion) => {
            if CatchUp::parse(text)? != CatchUp::FromCompletion {
                return Err(Invalid::new(
                    "/recurrence/catch_up",
                    "invalid_catch_up",
                    "A series anchored at completion always counts from the completion.",
                )
                .hint("Leave catch_up out, or send from_completion."));
            }
            ruled.recurrence.catch_up = CatchUp::FromCompletion;
        }
        (None, Anchor::Completion) => ruled.recurrence.catch_up = CatchUp::FromCompletion,
        (None, Anchor::Schedule) => {}
    }
    Ok(ruled)
}

/// Checks reminders.
pub(crate) fn reminders(inputs: &[ReminderInput], zone: &Zone) -> Result<Vec<Trigger>, Invalid> {
    if inputs.len() > REMINDERS_MAX {
        return Err(Invalid::new(
            "/reminders",
            "too_many_reminders",
            format!("{} reminders on one task.", inputs.len()),
        )
        .hint(format!("Send at most {REMINDERS_MAX}.")));
    }
    let mut triggers = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        let at = format!("/reminders/{index}");
        let trigger = match (input.minutes_before, &input.at) {
            (Some(minutes), None) => Trigger::before(minutes).map_err(|why| why.below(&at))?,
            (None, Some(text)) => Trigger::At(self::instant(text, zone).ok_or_else(|| {
                Invalid::new(format!("{at}/at"), "invalid_reminder", "This is not a point in time.")
                    .hint("Send 2026-11-30T20:00:00Z, 2026-11-30T20:00, or 2026-11-30T20:00[Europe/Rome].")
            })?),
            _ => {
                return Err(Invalid::new(
                    at,
                    "invalid_reminder",
                    "A reminder has either \"minutes_before\" or \"at\".",
                )
                .hint("Send one of them, such as {\"minutes_before\":30}."));
            }
        };
        if !triggers.contains(&trigger) {
            triggers.push(trigger);
        }
    }
    Ok(triggers)
}

/// An instant as written with an offset. With a zone as well it is a civil date-time, whose offset is checked.
fn with_offset(text: &str) -> Option<Timestamp> {
    let at = text.parse::<Timestamp>().ok()?;
    (!text.contains('[')).then(|| clock::truncate(at))
}

/// An instant as written: with an offset, or as a civil date-time in a zone or the owner's.
fn instant(text: &str, zone: &Zone) -> Option<Timestamp> {
    if let Some(at) = with_offset(text) {
        return Some(at);
    }
    match Due::parse(text).ok()? {
        Due::Date(_) => None,
        timed => timed.instant(zone),
    }
}

/// A civil due value as the instant that bounds a list: a date means its midnight.
pub(crate) fn bound(
    field: &str,
    text: &str,
    now: Timestamp,
    zone: &Zone,
) -> Result<Timestamp, Invalid> {
    if let Some(at) = with_offset(text) {
        return Ok(at);
    }
    let due =
        grammar::due(text, &grammar::Context::new(now, zone.clone())).map_err(|why| Invalid {
            field: field.into(),
            ..why
        })?;
    let at = match due {
        Due::Date(date) => Due::Floating(DateTime::from(date)),
        timed => timed,
    };
    at.instant(zone).ok_or_else(|| {
        Invalid::new(field, "invalid_due", "This date cannot be placed in time.")
            .hint("Send a nearer date.")
    })
}
