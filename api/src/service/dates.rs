//! Dates in requests: written or in words, alone or as a rule, checked against the expected weekday.

use jiff::Timestamp;
use jiff::civil::{DateTime, Weekday};
use taskwire_domain::grammar::{self, ParsedDue};
use taskwire_domain::{Due, Invalid, TaskDuration, Zone, clock, reschedule, weekday};

use super::repeat::ResolvedRule;

/// A due value in words: a date, or a rule.
pub(crate) enum When {
    /// A date or a time.
    Date(ParsedDue),
    /// A rule, as people write it into the same field: `every monday at 9`.
    Rule(Box<ResolvedRule>),
}

/// Reads a due value, or a rule instead of one. Words may also count from `from`, the due value that the task has.
pub(crate) fn when(
    text: &str,
    from: Option<&Due>,
    words: &grammar::Context,
) -> Result<When, Invalid> {
    let refused = match grammar::whole_due_for(text, from, words) {
        Ok(parsed) => return Ok(When::Date(parsed)),
        Err(why) => why,
    };
    match grammar::parse_rule(text, words) {
        Ok(rule) => Ok(When::Rule(Box::new(rule.into()))),
        // A rule, but an invalid one.
        Err(why) if why.code != "invalid_recurrence" => Err(why.at("/due")),
        Err(_) => Err(refused),
    }
}

/// A due value as a patch says it, for a task that is due at `from`: words for a day keep the time of day, and a date that
/// is written out is set exactly. The warning says which time was kept.
pub(crate) fn keeping_time(
    text: &str,
    parsed: ParsedDue,
    from: Option<&Due>,
) -> (ParsedDue, Option<String>) {
    let is_written = Due::parse(text).is_ok();
    match (&parsed.due, from.and_then(Due::time)) {
        (Due::Date(date), Some(time)) if !is_written => {
            let warning = format!(
                "The task keeps its time, {}; send {date} for the day without a time.",
                time.strftime("%H:%M")
            );
            let due = reschedule::target(from, parsed.due.clone());
            (ParsedDue { due, ..parsed }, Some(warning))
        }
        _ => (parsed, None),
    }
}

/// How long it takes: as sent, or as the words of a due value or a rule say. Refuses two that differ.
pub(crate) fn duration(
    sent: Option<TaskDuration>,
    said: Option<TaskDuration>,
) -> Result<Option<TaskDuration>, Invalid> {
    match (sent, said) {
        (Some(sent), Some(said)) if sent != said => Err(two_durations(said)),
        (sent, said) => Ok(sent.or(said)),
    }
}

/// The error for words that say how long it takes, and a field that says otherwise.
pub(crate) fn two_durations(said: TaskDuration) -> Invalid {
    Invalid::new(
        "/duration_minutes",
        "two_durations",
        format!(
            "The words of the due value say {}, and \"duration_minutes\" is another duration.",
            said.in_words()
        ),
    )
    .hint("Send only one of them.")
}

/// Refuses a rule in `due` together with a `recurrence`, because either could be meant.
pub(crate) fn two_rules(text: &str) -> Invalid {
    Invalid::new(
        "/due",
        "two_rules",
        format!("{text:?} is a rule, and \"recurrence\" is another one."),
    )
    .hint("Send a date as \"due\", or omit \"recurrence\".")
}

/// Reads the weekday on which a date is expected to fall.
pub(crate) fn expected(text: Option<&str>) -> Result<Option<Weekday>, Invalid> {
    text.map(|text| weekday::parse("/expected_weekday", text))
        .transpose()
}

/// Refuses a date on another weekday than the expected one.
pub(crate) fn check_weekday(expected: Option<Weekday>, due: Option<&Due>) -> Result<(), Invalid> {
    let Some(expected) = expected else {
        return Ok(());
    };
    let refused = |detail: String| Invalid::new("/expected_weekday", "weekday_mismatch", detail);
    let wanted = weekday::name(expected);
    match due {
        None => Err(refused(format!("There is no due date, so it cannot fall on a {wanted}."))
            .hint("Send \"due\", or omit expected_weekday.")),
        Some(due) if due.date().weekday() != expected => Err(refused(format!(
            "The due date {} is a {}, not a {wanted}.",
            due.date(),
            due.weekday()
        ))
        .hint(format!(
            "Send the intended date, such as \"next {}\", or \"expected_weekday\": \"{}\" if {} is right.",
            weekday::key(expected),
            weekday::key(due.date().weekday()),
            due.date()
        ))),
        Some(_) => Ok(()),
    }
}

/// An instant as written with an offset. With a zone as well it is a civil date-time, whose offset is checked.
pub(super) fn with_offset(text: &str) -> Option<Timestamp> {
    let at = text.parse::<Timestamp>().ok()?;
    (!text.contains('[')).then(|| clock::truncate(at))
}

/// A civil due value as the instant that bounds a list: a date means its midnight. Words for past days are accepted
/// too. Of a list of what `is_past`, a day without a year is the last one.
pub(crate) fn bound(
    field: &str,
    text: &str,
    is_past: bool,
    words: &grammar::Context,
) -> Result<Timestamp, Invalid> {
    if let Some(at) = with_offset(text) {
        return Ok(at);
    }
    let due = if is_past {
        grammar::past_bound(text, words)
    } else {
        grammar::bound(text, words)
    };
    let due = due.map_err(|why| why.at(field))?;
    let at = match due {
        Due::Date(date) => Due::Floating(DateTime::from(date)),
        with_default_time => with_default_time,
    };
    at.instant(&words.zone).ok_or_else(|| {
        Invalid::new(field, "invalid_due", "The date is out of range.")
            .hint("Send a date closer to today.")
    })
}

/// When a task was done, as a person says it afterwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct CompletedOn {
    /// The instant that is stored. Of an earlier day without a time it is noon, which stays on that day if the owner moves
    /// to a zone some hours away.
    pub(super) at: Timestamp,
    /// Whether a time of day was named.
    is_timed: bool,
}

impl CompletedOn {
    /// Reads a day or a time that is not in the future; a weekday and a day without a year are the last one.
    pub(super) fn parse(text: &str, words: &grammar::Context) -> Result<Self, Invalid> {
        let in_future = |what: String| {
            Invalid::new(
                "/completed_on",
                "completed_in_future",
                format!("{what} is in the future."),
            )
            .hint("Send when it was done, such as \"yesterday\" or \"last friday\", or omit completed_on for now.")
        };
        if let Some(at) = with_offset(text) {
            return if at <= words.now {
                Ok(Self { at, is_timed: true })
            } else {
                Err(in_future(at.to_string()))
            };
        }
        let due = grammar::past_bound(text, words).map_err(|why| why.at("/completed_on"))?;
        let (at, is_timed) = match &due {
            Due::Date(day) if *day == local(words.now, &words.zone).date() => {
                (Some(words.now), false)
            }
            Due::Date(day) => {
                let noon = Due::Floating(day.at(12, 0, 0, 0));
                (noon.instant(&words.zone), false)
            }
            timed => (timed.instant(&words.zone), true),
        };
        match at {
            Some(at) if at <= words.now => Ok(Self { at, is_timed }),
            Some(_) => Err(in_future(due.in_words())),
            None => Err(
                Invalid::new("/completed_on", "invalid_due", "The date is out of range.")
                    .hint("Send a date closer to today."),
            ),
        }
    }

    /// Whether this is what was recorded: the same instant, or the same day if no time was named.
    pub(super) fn is(self, recorded: Timestamp, owner: &Zone) -> bool {
        if self.is_timed {
            return recorded == self.at;
        }
        local(recorded, owner).date() == local(self.at, owner).date()
    }

    /// An instant as precisely as this one was named.
    pub(super) fn in_words_of(self, at: Timestamp, owner: &Zone) -> String {
        let at = local(at, owner);
        let due = if self.is_timed {
            Due::Floating(at)
        } else {
            Due::Date(at.date())
        };
        due.in_words()
    }
}

fn local(at: Timestamp, owner: &Zone) -> DateTime {
    at.to_zoned_datetime(owner.rules().clone()).datetime()
}
