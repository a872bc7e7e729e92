//! Whole texts: a due value, the bound of a list, and a rule.

use jiff::Timestamp;

use super::compose::chart::Chart;
use super::compose::{build, duration, past, phrase, rate, rule as rules};
use super::context::{Context, ParseContext};
use super::meaning::day::Day;
use super::meaning::repeat::Repeat;
use super::meaning::when::{When, Whole};
use super::recognise::figures::figures;
use super::recognise::iso::looks_written;
use super::recognise::need::Need;
use super::resolve::{day, due as dues, rule as resolve};
use super::token::Tokens;
use super::token::lexicon::{ENGLISH, Sense};
use super::token::plain::plain;
use crate::recurrence::Overflow;
use crate::text::clip;
use crate::{Due, Invalid, Recurrence, TaskDuration, Zone};

/// Longest text that can be a due value.
pub(super) const DUE_MAX: usize = 400;
/// Longest text that can be a rule; one in its exact text may hold hundreds of dates.
const RULE_MAX: usize = 16_000;

/// A due value as words say it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedDue {
    /// The value.
    pub due: Due,
    /// How long it takes: `tomorrow 5pm for 1h`, `friday 2-3pm`.
    pub duration: Option<TaskDuration>,
    /// Whether the words say a day. Of a time alone the day is the next one to come, from the present moment on.
    pub names_day: bool,
    /// Whether it is a moment counted from now, such as `in 2 hours`, which is the same one in any zone.
    pub is_elapsed: bool,
    /// Other likely readings, as in the remarks on a line.
    pub doubts: Vec<String>,
}

impl ParsedDue {
    /// The value for a task that is due at `from`: a time alone keeps the task's day. Once that moment has passed, it
    /// stays the next such time, and a doubt says so. `owner` is the zone of values without one.
    #[must_use]
    pub fn for_task(mut self, from: Option<&Due>, now: Timestamp, owner: &Zone) -> Self {
        if let (true, Some(Due::Zoned(_, zone)), Due::Floating(_)) =
            (self.is_elapsed, from, &self.due)
        {
            let at = self.due.instant(owner);
            let local = at.map(|at| at.to_zoned_datetime(zone.rules().clone()).datetime());
            if let Some(local) = local {
                self.due = Due::Zoned(local, zone.clone());
            }
            return self;
        }
        let Some(from) = from.filter(|_| !self.names_day) else {
            return self;
        };
        let Some(time) = self.due.time() else {
            return self;
        };
        let at = from.date().to_datetime(time);
        let moved = match (&self.due, from) {
            (Due::Floating(_), Due::Zoned(_, zone)) => Due::Zoned(at, zone.clone()),
            (said, _) => said.at(at),
        };
        if moved.instant(owner).is_some_and(|moved| moved > now) {
            self.due = moved;
        } else {
            // The next such time is that of the clock by which the task is due.
            if let (Due::Floating(_), Due::Zoned(_, zone)) = (&self.due, from) {
                let local = now.to_zoned_datetime(zone.rules().clone());
                let next = if local.time() < time {
                    Ok(local.date())
                } else {
                    local.date().tomorrow()
                };
                if let Ok(date) = next {
                    self.due = Due::Zoned(date.to_datetime(time), zone.clone());
                }
            }
            self.doubts.push(format!(
                "that time has already passed on the day of the task, so it was read as {}",
                self.due
            ));
        }
        self
    }
}

impl From<Due> for ParsedDue {
    fn from(due: Due) -> Self {
        Self {
            due,
            duration: None,
            names_day: true,
            is_elapsed: false,
            doubts: Vec::new(),
        }
    }
}

/// Reads a due value in words or in its written form, in the time zone of `context`; the whole text must be one, without
/// a duration. Fails with `invalid_due`.
pub fn due(text: &str, context: &Context) -> Result<Due, Invalid> {
    match whole_due(text, context) {
        Ok(ParsedDue {
            due,
            duration: None,
            ..
        }) => Ok(due),
        Err(why) if !matches!(why.code, "invalid_duration" | "duration_without_time") => Err(why),
        _ => Err(not_due(text, "says how long, not only when")),
    }
}

/// Reads a day or time that bounds a list: a due value, or a day that has passed such as `yesterday`, `3 days ago` and
/// `last friday`. Fails with `invalid_due`.
pub fn bound(text: &str, context: &Context) -> Result<Due, Invalid> {
    let text = &*plain(text);
    let refused = match due(text, context) {
        Ok(due) => return Ok(due),
        Err(refused) => refused,
    };
    let now = ParseContext::new(context, &ENGLISH);
    let tokens = Tokens::new(text.trim(), &now, &[]);
    past::day(&build::chart(&tokens, &now))
        .filter(|_| text.len() <= DUE_MAX)
        .ok_or(refused)
}

/// Reads a day or time that bounds a list of what has happened, like [`bound`]: a day without a year, a weekday and a
/// time alone are the last one. Fails as it does.
pub fn past_bound(text: &str, context: &Context) -> Result<Due, Invalid> {
    let text = &*plain(text);
    let due = bound(text, context)?;
    let now = ParseContext::new(context, &ENGLISH);
    let is_ahead = due.date() > now.today || due.date() == now.today && due.time() > Some(now.time);
    if !is_ahead {
        return Ok(due);
    }
    let tokens = Tokens::new(text.trim(), &now, &[]);
    let when = phrase::when(&build::chart(&tokens, &now), 0, 0);
    let Some((when, _)) = when.filter(|(_, end)| *end == tokens.list.len()) else {
        return Ok(due);
    };
    let date = match &when.day {
        Some(day) => day::last(day, &now),
        None if when.whole.is_none() => {
            if now.is_past(due.time()) {
                Some(now.today)
            } else {
                now.today.yesterday().ok()
            }
        }
        None => None,
    };
    Ok(date.map_or_else(
        || due.clone(),
        |date| due.at(date.to_datetime(due.civil().time())),
    ))
}

/// Reads a due value, like [`due`], and what else its words may mean. Fails as it does.
pub fn whole_due(text: &str, context: &Context) -> Result<ParsedDue, Invalid> {
    let text = &*plain(text);
    let text = text.trim();
    if (looks_written(text) && !text.contains(char::is_whitespace)) || text.contains('[') {
        let now = ParseContext::new(context, &ENGLISH);
        return match (Due::parse(text), dues::of_instant(text, &now)) {
            (Ok(due), _) => Ok(due.into()),
            (Err(_), Some((due, doubt))) => Ok(ParsedDue {
                doubts: vec![doubt],
                ..due.into()
            }),
            (Err(refused), None) => Err(refused),
        };
    }
    if text.len() > DUE_MAX {
        return Err(not_due(text, "is too long for a due date"));
    }
    if let Ok(due) = Due::parse(text) {
        return Ok(due.into());
    }
    let now = ParseContext::new(context, &ENGLISH);
    let tokens = Tokens::new(text, &now, &[]);
    let chart = build::chart(&tokens, &now);
    let whole = lasting_when(&chart).or_else(|| Some((tomorrow(&tokens)?, None)));
    let whole = whole.and_then(|(when, minutes)| Some((dues::due(&when, &now)?, when, minutes)));
    if let Some((due, when, minutes)) = whole {
        let range = when.clock.and_then(|clock| clock.minutes);
        let duration = lasting(minutes, range, &due).map_err(|why| why.at("/due"))?;
        let mut doubts = dues::doubts(&when, &now, None);
        doubts.extend(tokens.corrections().map(|(_, doubt)| doubt));
        if dues::is_gone(&when, &now) {
            doubts.push(dues::GONE.to_owned());
        } else if dues::has_passed(&when, &now) {
            doubts.push(dues::PASSED.to_owned());
        }
        return Ok(ParsedDue {
            due,
            duration,
            names_day: when.names_day(),
            is_elapsed: matches!(when.whole, Some(Whole::Elapsed(_))),
            doubts,
        });
    }
    if rules::repeat(&chart, 0, rules::Place::Whole).is_some() {
        return Err(Invalid::new(
            "/due",
            "invalid_due",
            format!("{:?} is a rule, not a date.", clip(text)),
        )
        .hint("Send it as the recurrence text; \"due\" can then be omitted."));
    }
    if tokens.list.iter().any(|token| {
        token
            .senses
            .iter()
            .any(|sense| matches!(sense, Sense::Yesterday | Sense::Ago))
    }) {
        return Err(not_due(text, "is in the past; a past date needs a year"));
    }
    let impossible = figures(&tokens, 0, now.date_order)
        .filter(|read| read.need.is_met_by(Need::END))
        .and_then(|read| read.day.err());
    if let Some(why) = impossible {
        return Err(not_due(text, &format!("is not a due date: {why}")));
    }
    Err(not_due(text, "is not a due date"))
}

/// A date or time with nothing beside it but how long it takes.
fn lasting_when(chart: &Chart<'_>) -> Option<(When, Option<i64>)> {
    if let Some((when, next)) = phrase::when(chart, 0, 0)
        && let Some(rest) = duration::rest(chart, next)
    {
        return Some((when, rest.minutes));
    }
    // "for 1h tomorrow 5pm"
    let (minutes, start) = duration::duration(chart, 0, false)?;
    let (when, next) = phrase::when(chart, start, 0)?;
    (next == chart.list.len()).then_some((when, Some(minutes)))
}

/// How long it takes: so many minutes, or as long as a range of times. Fails with `invalid_duration` or
/// `duration_without_time`.
fn lasting(
    minutes: Option<i64>,
    range: Option<u16>,
    due: &Due,
) -> Result<Option<TaskDuration>, Invalid> {
    let duration = match (minutes, range) {
        (Some(minutes), _) => TaskDuration::parse(minutes)?,
        (None, Some(minutes)) => TaskDuration::parse(minutes.into())?,
        (None, None) => return Ok(None),
    };
    duration.check(Some(due))?;
    Ok(Some(duration))
}

/// `tom` alone can be no name.
fn tomorrow(tokens: &Tokens<'_>) -> Option<When> {
    let is_alone = tokens.list.len() == 1 && tokens.is(0, Sense::Tom);
    is_alone.then(|| When {
        day: Some(Day::Ahead(1)),
        ..When::default()
    })
}

fn not_due(text: &str, why: &str) -> Invalid {
    Invalid::new("/due", "invalid_due", format!("{:?} {why}.", clip(text))).hint(
        "Send a date (2026-12-01), a date-time (2026-12-01T09:00, or with its zone 2026-12-01T09:00[Europe/Rome]), \
         or words such as \"tomorrow 5pm\", \"next friday\", \"1 dec at 9\" or \"in 3 days\".",
    )
}

/// Reads a rule in words such as `every monday`, or its text such as `FREQ=WEEKLY;BYDAY=MO`; the whole text must be
/// one. Answers its first date too. Fails with `invalid_recurrence` or a code of [`Recurrence::check`].
pub fn rule(text: &str, context: &Context) -> Result<(Recurrence, Due), Invalid> {
    let ParsedRule {
        recurrence, start, ..
    } = parse_rule(text, context)?;
    Ok((recurrence, start))
}

/// A rule as words say it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedRule {
    /// The rule.
    pub recurrence: Recurrence,
    /// Its first date, from the present day on or from where the words say that it starts.
    pub start: Due,
    /// How long each occurrence takes.
    pub duration: Option<TaskDuration>,
    /// Whether the words say where it starts.
    pub names_start: bool,
    /// Other likely readings, as in the remarks on a line.
    pub doubts: Vec<String>,
}

/// Reads a rule, like [`rule`], and whether the words say where it starts. Fails as it does.
pub fn parse_rule(text: &str, context: &Context) -> Result<ParsedRule, Invalid> {
    let text = &*plain(text);
    let text = text.trim();
    if text.len() > RULE_MAX {
        return Err(not_rule(text, "is too long for a rule"));
    }
    let now = ParseContext::new(context, &ENGLISH);
    let mut doubts = Vec::new();
    let (repeat, minutes) = if looks_exact(text) {
        let repeat = Repeat {
            raw: Some(Recurrence::parse(text, Overflow::Clamp).map_err(of_text)?),
            ..Repeat::default()
        };
        (repeat, None)
    } else {
        let tokens = Tokens::new(text, &now, &[]);
        let chart = build::chart(&tokens, &now);
        doubts.extend(tokens.corrections().map(|(_, doubt)| doubt));
        match rules::repeat(&chart, 0, rules::Place::Whole)
            .and_then(|(repeat, next)| Some((repeat, duration::rest(&chart, next)?.minutes)))
        {
            Some(read) => read,
            None if rate::dayless(&chart, 0).is_some() => {
                return Err(not_rule(text, "names no days"));
            }
            None => return Err(not_rule(text, "is not a rule")),
        }
    };
    doubts.extend(resolve::doubts(&repeat, &now));
    let (recurrence, start) = resolve::resolve(&repeat, &When::default(), &now).map_err(of_text)?;
    let duration = lasting(minutes, repeat.minutes(), &start).map_err(of_text)?;
    Ok(ParsedRule {
        recurrence,
        start,
        duration,
        names_start: repeat.start.is_some(),
        doubts,
    })
}

/// Whether text begins like a rule in its exact form.
fn looks_exact(text: &str) -> bool {
    ["FREQ=", "RRULE"].iter().any(|name| {
        text.get(..name.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(name))
    })
}

fn of_text(invalid: Invalid) -> Invalid {
    invalid.at("/recurrence/text")
}

fn not_rule(text: &str, why: &str) -> Invalid {
    Invalid::new(
        "/recurrence/text",
        "invalid_recurrence",
        format!("{:?} {why}.", clip(text)),
    )
    .hint(
        "Send words such as \"every day\", \"every monday and thursday at 9\", \"every 2 weeks\", \
         \"every month on the 1st\", \"every 3rd friday\", \"every! 3 days\" (counted from the completion), or send an RRULE as \"rrule\".",
    )
}
