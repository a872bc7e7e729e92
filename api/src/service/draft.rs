//! Checks a new task. Collects all errors, so that one response names all of them.

use jiff::Timestamp;
use jiff::civil::Weekday;
use taskwire_domain::contract::{NewTask, ReminderInput};
use taskwire_domain::reminder::{DATE_ONLY_TIME, REMINDERS_MAX};
use taskwire_domain::text::clip;
use taskwire_domain::{
    Due, Invalid, Notes, Priority, Recurrence, Reminder, TagName, TaskDuration, TaskRef, Title,
    Trigger, Zone, grammar,
};

use super::dates::{self, When};
use super::reminder::LATE_MAX;
use super::repeat::{self, ResolvedRule};

/// A checked new task.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) title: Title,
    pub(crate) notes: Notes,
    pub(crate) priority: Priority,
    pub(crate) tags: Vec<TagName>,
    pub(crate) due: Option<Due>,
    pub(crate) duration: Option<TaskDuration>,
    /// Whether the due value was sent rather than only taken from the rule's words.
    pub(crate) names_due: bool,
    pub(crate) recurrence: Option<Recurrence>,
    /// The weekday on which the due date is expected to fall.
    pub(crate) expected: Option<Weekday>,
    pub(crate) reminders: Vec<Trigger>,
    /// Whether reminders were sent, perhaps none.
    pub(crate) names_reminders: bool,
    /// The task that it is to be a part of.
    pub(crate) parent: Option<TaskRef>,
    /// Other likely interpretations of its words.
    pub(crate) doubts: Vec<String>,
}

/// Returns the value, or collects the error.
pub(crate) fn collect_err<T>(refused: &mut Vec<Invalid>, result: Result<T, Invalid>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(why) => {
            refused.push(why);
            None
        }
    }
}

impl Draft {
    /// Checks a new task, interpreting its words as its owner means them.
    pub(crate) fn parse(input: &NewTask, words: &grammar::Context) -> Result<Self, Vec<Invalid>> {
        let mut refused = Vec::new();
        let title = collect_err(&mut refused, Title::parse(&input.title));
        let notes = collect_err(
            &mut refused,
            Notes::parse(input.notes.as_deref().unwrap_or_default()),
        );
        let priority = match input.priority.as_deref() {
            Some(text) => collect_err(&mut refused, Priority::parse(text)),
            None => Some(Priority::None),
        };
        let tags = collect_err(
            &mut refused,
            TagName::parse_all(input.tags.as_deref().unwrap_or_default()),
        );
        let repeats = dates(input, words, &mut refused);
        let sent = input.duration_minutes.map(TaskDuration::parse).transpose();
        let duration = collect_err(&mut refused, sent).and_then(|sent| {
            let said = repeats.as_ref().and_then(|dates| dates.duration);
            collect_err(&mut refused, dates::duration(sent, said))
        });
        let expected = collect_err(
            &mut refused,
            dates::expected(input.expected_weekday.as_deref()),
        );
        let base = repeats.as_ref().map(Dates::base).unwrap_or_default();
        let reminders = collect_err(
            &mut refused,
            reminders(
                ("/reminders", input.reminders.as_deref().unwrap_or_default()),
                &[],
                &base,
                words,
            ),
        );
        let is_repeating = repeats
            .as_ref()
            .is_some_and(|dates| dates.recurrence.is_some());
        let parent = collect_err(
            &mut refused,
            repeat::parent(input.parent.as_ref(), is_repeating),
        );
        let (
            Some(title),
            Some(notes),
            Some(priority),
            Some(tags),
            Some(Dates {
                due,
                recurrence,
                mut doubts,
                ..
            }),
            Some(duration),
            Some(expected),
            Some((reminders, more_doubts)),
            Some(parent),
        ) = (
            title, notes, priority, tags, repeats, duration, expected, reminders, parent,
        )
        else {
            return Err(refused);
        };
        doubts.extend(more_doubts);
        Ok(Self {
            title,
            notes,
            priority,
            tags,
            due,
            duration,
            names_due: input.due.is_some(),
            recurrence,
            expected,
            reminders,
            names_reminders: input.reminders.is_some(),
            parent,
            doubts,
        })
    }

    /// Checks a quick-add line.
    pub(crate) fn of_line(
        parsed: grammar::Parsed,
        expected: Option<Weekday>,
    ) -> Result<Self, Vec<Invalid>> {
        let mut refused = Vec::new();
        if let Some(recurrence) = &parsed.recurrence {
            collect_err(
                &mut refused,
                repeat::check(recurrence).map_err(|why| why.at("/text")),
            );
        }
        let title = collect_err(
            &mut refused,
            Title::parse(&parsed.title).map_err(|why| why.at("/text")),
        );
        match title {
            Some(title) if refused.is_empty() => Ok(Self {
                title,
                notes: Notes::default(),
                priority: parsed.priority.unwrap_or_default(),
                tags: parsed.tags,
                due: parsed.due,
                duration: parsed.duration,
                names_due: true,
                recurrence: parsed.recurrence,
                expected,
                names_reminders: !parsed.reminders.is_empty(),
                reminders: parsed.reminders,
                parent: None,
                // The line's remarks report them.
                doubts: Vec::new(),
            }),
            _ => Err(refused),
        }
    }
}

/// When a new task is due and how it repeats.
#[derive(Default)]
struct Dates {
    due: Option<Due>,
    /// How long it takes, if the words say so.
    duration: Option<TaskDuration>,
    recurrence: Option<Recurrence>,
    doubts: Vec<String>,
}

impl Dates {
    /// What its reminders count from.
    fn base(&self) -> Base {
        let first = |due: &Due| {
            let rule = self.recurrence.as_ref()?;
            Some(rule.first(due).ok()?.due())
        };
        Base {
            due: self
                .due
                .as_ref()
                .map(|due| first(due).unwrap_or_else(|| due.clone())),
            repeats: self.recurrence.is_some(),
        }
    }

    fn of_rule(rule: ResolvedRule) -> Self {
        Self {
            due: Some(rule.start),
            duration: rule.duration,
            recurrence: Some(rule.recurrence),
            doubts: rule.doubts,
        }
    }
}

/// Checks when a task is due and how it repeats. A rule instead of a date stands for both.
fn dates(input: &NewTask, words: &grammar::Context, refused: &mut Vec<Invalid>) -> Option<Dates> {
    let when = input.due.as_deref();
    let when = when.map(|text| collect_err(refused, dates::when(text, None, words)));
    let due = match &when {
        Some(Some(When::Date(parsed))) => Some(&parsed.due),
        _ => None,
    };
    let rule = input.recurrence.as_ref();
    let rule = rule.map(|input| collect_err(refused, repeat::recurrence(input, words, due)));
    match (when, rule) {
        (Some(None), _) | (_, Some(None)) => None,
        (Some(Some(When::Rule(_))), Some(Some(_))) => {
            refused.push(dates::two_rules(&clip(
                input.due.as_deref().unwrap_or_default(),
            )));
            None
        }
        (Some(Some(When::Rule(rule))), None) => {
            collect_err(
                refused,
                repeat::check(&rule.recurrence).map_err(|why| why.at("/due")),
            )?;
            Some(Dates::of_rule(*rule))
        }
        (Some(Some(When::Date(parsed))), None) => Some(Dates {
            due: Some(parsed.due),
            duration: parsed.duration,
            recurrence: None,
            doubts: parsed.doubts,
        }),
        (Some(Some(When::Date(parsed))), Some(Some(rule))) => {
            let due = rule.with_default_time(parsed.due);
            collect_err(refused, rule.agrees_with(&due))?;
            let duration = dates::duration(parsed.duration, rule.duration);
            Some(Dates {
                due: Some(due),
                duration: collect_err(refused, duration)?,
                recurrence: Some(rule.recurrence),
                doubts: [parsed.doubts, rule.doubts].concat(),
            })
        }
        (None, Some(Some(rule))) => Some(Dates::of_rule(rule)),
        (None, None) => Some(Dates::default()),
    }
}

/// What reminders in words count from.
#[derive(Default)]
pub(crate) struct Base {
    pub(crate) due: Option<Due>,
    /// Whether the task repeats.
    pub(crate) repeats: bool,
}

/// Checks reminders, and returns other likely interpretations of their words. One with its own time must be in the
/// future, unless it is among those that are `known`.
pub(crate) fn reminders(
    (field, inputs): (&str, &[ReminderInput]),
    known: &[Reminder],
    base: &Base,
    words: &grammar::Context,
) -> Result<(Vec<Trigger>, Vec<String>), Invalid> {
    let snoozed = known.iter().find(|known| known.is_snoozed);
    let of_snooze = |trigger: &Trigger| snoozed.is_some_and(|known| known.trigger == *trigger);
    check_count(
        field,
        inputs.len() - usize::from(snoozed.is_some()).min(inputs.len()),
    )?;
    let (mut triggers, mut doubts) = (Vec::new(), Vec::new());
    for (index, input) in inputs.iter().enumerate() {
        let at = format!("{field}/{index}");
        let found = match (input.minutes_before, &input.at) {
            (Some(minutes), None) => vec![Trigger::before(minutes).map_err(|why| why.below(&at))?],
            (None, Some(text)) => {
                let read = at_words(text, known, base, words);
                let (found, more) = read.map_err(|why| why.at(format!("{at}/at")))?;
                doubts.extend(more);
                found
            }
            _ => {
                return Err(Invalid::new(
                    at,
                    "invalid_reminder",
                    "A reminder has either \"minutes_before\" or \"at\".",
                )
                .hint("Send one of them, such as {\"minutes_before\":30}."));
            }
        };
        for trigger in found {
            if !triggers.contains(&trigger) {
                triggers.push(trigger);
            }
        }
    }
    // The one that was put off comes on top of the others, and can be sent back with them.
    let counted = triggers.iter().filter(|trigger| !of_snooze(trigger));
    check_count(field, counted.count())?;
    Ok((triggers, doubts))
}

/// Refuses more reminders than a task can have.
pub(crate) fn check_count(field: &str, count: usize) -> Result<(), Invalid> {
    if count <= REMINDERS_MAX {
        return Ok(());
    }
    Err(Invalid::new(
        field,
        "too_many_reminders",
        format!("A task cannot have {count} reminders."),
    )
    .hint(format!("Send at most {REMINDERS_MAX}.")))
}

/// Reads the time of a reminder: words that count from the due value, or a time of its own.
fn at_words(
    text: &str,
    known: &[Reminder],
    base: &Base,
    words: &grammar::Context,
) -> Result<(Vec<Trigger>, Vec<String>), Invalid> {
    if let Some(read) = grammar::reminders(text, base.due.as_ref(), base.repeats, words)? {
        return Ok((read.triggers, read.doubts));
    }
    let (trigger, doubts) = absolute(text, words)?;
    check_not_past(trigger, known, words.now, &words.zone)?;
    Ok((vec![trigger], doubts))
}

/// A reminder with its own time: an instant, or a wall-clock time that follows its owner's zone, written or in
/// words. A day without a time means the hour from which reminders before a date count back.
pub(crate) fn absolute(
    text: &str,
    words: &grammar::Context,
) -> Result<(Trigger, Vec<String>), Invalid> {
    if let Some(at) = dates::with_offset(text) {
        return Ok((Trigger::At(at), Vec::new()));
    }
    let refused = || {
        Invalid::new("", "invalid_reminder", format!("{:?} is not a time.", clip(text))).hint(
            "Send words such as \"1 hour before\", \"the evening before\" or \"tomorrow at 9\", or 2026-11-30T20:00:00Z, 2026-11-30T20:00, or 2026-11-30T20:00[Europe/Rome].",
        )
    };
    let parsed = grammar::whole_due(text, words)
        .ok()
        .filter(|parsed| parsed.duration.is_none())
        .ok_or_else(refused)?;
    let trigger = match parsed.due {
        Due::Date(date) => Trigger::Local(date.to_datetime(DATE_ONLY_TIME)),
        Due::Floating(at) => Trigger::Local(at),
        zoned @ Due::Zoned(..) => Trigger::At(zoned.instant(&words.zone).ok_or_else(refused)?),
    };
    Ok((trigger, parsed.doubts))
}

/// Refuses a time that has passed, unless a reminder had it before. One that passed a moment ago fires at once.
fn check_not_past(
    trigger: Trigger,
    known: &[Reminder],
    now: Timestamp,
    zone: &Zone,
) -> Result<(), Invalid> {
    let at = |trigger: Trigger| trigger.instant(None, zone);
    let is_known = known.iter().any(|known| at(known.trigger) == at(trigger));
    match at(trigger) {
        Some(passed) if now.duration_since(passed) > LATE_MAX && !is_known => {
            let clock = |at: Timestamp| {
                at.to_zoned_datetime(zone.rules().clone())
                    .strftime("%Y-%m-%d %H:%M")
            };
            Err(Invalid::new(
                "",
                "reminder_in_past",
                format!(
                    "{} in {zone} is in the past: it is {} now.",
                    clock(passed),
                    clock(now)
                ),
            )
            .hint("Send a future time, or omit the reminder."))
        }
        _ => Ok(()),
    }
}
