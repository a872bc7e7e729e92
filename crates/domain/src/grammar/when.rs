//! A date and a time that belong together, and the words required around them.

use jiff::civil::Time;

use super::bounds::bound;
use super::dates::{DateExpr, Day, ParseContext, ParsedDate, day};
use super::lexicon::{Sense, Unit};
use super::time_zones::{doubt, zone};
use super::times::{Clock, MIDNIGHT, clock, part};
use super::tokens::Tokens;
use super::values::weekday;
use crate::{Due, Zone};

/// The due value of a phrase, or of several in one line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct When {
    pub day: Option<Day>,
    pub clock: Option<Clock>,
    /// The hour of a part of the day, which a stated time replaces.
    pub part: Option<Time>,
    /// The zone in which the time is meant.
    pub zone: Option<Zone>,
    /// `eod`, which is today's unless another day is said.
    pub end_of_day: bool,
    /// A complete due value; then nothing else is set.
    pub whole: Option<Due>,
    /// Another likely reading, for a person.
    pub doubts: Vec<String>,
}

impl When {
    /// Whether the phrase says a day.
    pub(super) fn is_dated(&self) -> bool {
        self.day.is_some() || self.whole.is_some() || self.end_of_day
    }

    /// Whether the phrase says a time.
    pub(super) fn is_timed(&self) -> bool {
        self.clock.is_some() || self.part.is_some() || self.whole.is_some()
    }

    /// The time of day and whether it falls on the day after: `tonight at 1`.
    pub(super) fn time(&self) -> (Option<Time>, bool) {
        let Some(clock) = self.clock else {
            return (self.part, false);
        };
        let hour = clock.time.hour();
        let moved = |hour: i8| clock.time.with().hour(hour).build().ok();
        match self.part.map(Time::hour) {
            Some(19..) if clock.open && (hour == 12 || hour < 5) => (moved(hour % 12), true),
            Some(19..) if hour == 0 => (Some(clock.time), true),
            Some(12..) if clock.open && hour < 12 => (moved(hour + 12), false),
            _ => (Some(clock.time), false),
        }
    }

    /// The due value: a time without a day is today's, or tomorrow's once it is past.
    pub(super) fn due(&self, now: &ParseContext) -> Option<Due> {
        if let Some(whole) = &self.whole {
            return Some(whole.clone());
        }
        let there = self.zone.as_ref().map(|zone| now.within(zone));
        let now = there.as_ref().unwrap_or(now);
        let (time, after) = self.time();
        let date = match (self.day, time) {
            (Some(day), time) => day.resolve(now, time)?,
            (None, Some(_)) if now.is_past(time) && !after && !self.end_of_day => {
                now.today.tomorrow().ok()?
            }
            (None, Some(_)) => now.today,
            (None, None) if self.end_of_day => now.today,
            (None, None) => return None,
        };
        let date = if after { date.tomorrow().ok()? } else { date };
        Some(match (time, &self.zone) {
            (Some(time), None) => Due::Floating(date.to_datetime(time)),
            (Some(time), Some(zone)) => Due::Zoned(date.to_datetime(time), zone.clone()),
            (None, _) => Due::Date(date),
        })
    }

    /// Other likely readings, with those that only the whole phrase shows.
    pub(super) fn all_doubts(&self, now: &ParseContext) -> Vec<String> {
        let mut doubts = self.doubts.clone();
        // A date in figures says already which year it is.
        if let Some(day) = self.day.filter(|_| doubts.is_empty()) {
            doubts.extend(day.next_year_doubt(now, self.time().0));
        }
        if let Some(clock) = self.clock {
            let midnight = clock.time == Time::midnight() && !clock.open;
            if self.day.is_some() && self.part.is_none() && midnight {
                doubts.push(MIDNIGHT.to_owned());
            }
            // "in the evening at 5" is plain.
            doubts.extend(
                clock
                    .doubt
                    .filter(|_| self.part.is_none() || !clock.open)
                    .map(str::to_owned),
            );
        }
        doubts
    }

    /// Adds what wins of another phrase.
    pub(super) fn join(&mut self, other: Self, takes_day: bool, takes_time: bool) {
        if other.whole.is_some() {
            // A complete value wins over a lone date or time before it; one after it changes only its own part.
            *self = Self {
                whole: other.whole,
                ..Self::default()
            };
            return;
        }
        if takes_day {
            self.day = other.day;
            self.end_of_day = other.end_of_day;
            self.whole = None;
        }
        if takes_time {
            match &self.whole {
                Some(whole) if !takes_day => {
                    if let (Some(time), _) = other.time() {
                        self.whole = Some(whole.at(whole.date().to_datetime(time)));
                    }
                }
                _ => {
                    self.clock = other.clock;
                    self.zone = other.zone;
                    self.part = other.part.or(self.part.filter(|_| other.clock.is_some()));
                }
            }
        } else if other.part.is_some() && self.clock.is_none() {
            self.part = other.part;
        }
    }
}

/// Reads the longest phrase that begins at a token. Words before it are not looked at, except by the day itself.
pub(super) fn when(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<(When, usize)> {
    tokens
        .at_phrase_start(at)
        .then(|| phrase(tokens, at, now))
        .flatten()
}

/// Reads the phrase at any position.
pub(super) fn phrase(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<(When, usize)> {
    let mut when = When::default();
    let mut end = None;
    let mut next = skip_preposition(tokens, at);
    let has_date_context = next > at;
    loop {
        let mut longer = when.clone();
        let Some(after) = more(tokens, next, now, &mut longer, has_date_context)
            .filter(|after| tokens.at_phrase_end(*after))
        else {
            break;
        };
        when = longer;
        end = Some(after);
        next = after;
    }
    end.map(|end| (when, end))
}

/// The token after words that lead to a date and go with it: `by`, `due on`, `for`.
fn skip_preposition(tokens: &Tokens<'_>, at: usize) -> usize {
    let at = if tokens.is(at, Sense::Due) {
        at + 1
    } else {
        at
    };
    let leads = tokens.any(
        at,
        &[
            Sense::On,
            Sense::By,
            Sense::For,
            Sense::Starting,
            Sense::Over,
        ],
    );
    // "beginning of may" leads to nothing.
    let edge = tokens.is(at, Sense::Start) && tokens.is(at + 1, Sense::Of);
    // An `at` belongs to the time, except in "at the end of the month".
    let end = at + 1 + usize::from(tokens.is(at + 1, Sense::The));
    let edges = tokens.any(end, &[Sense::End, Sense::Start, Sense::Mid])
        || tokens.is(end, Sense::Unit(Unit::Weekend))
        || tokens.is(end + 1, Sense::End);
    let leads = (leads && !edge) || (tokens.any(at, &[Sense::At, Sense::In]) && edges);
    if leads { at + 1 } else { at }
}

/// Adds one more part of the phrase and returns the token after it.
fn more(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    when: &mut When,
    has_date_context: bool,
) -> Option<usize> {
    if when.whole.is_some() {
        return None;
    }
    let begun = when.is_dated() || when.is_timed();
    let comma = usize::from(begun && tokens.is_mark(at, ","));
    let start = at + comma;
    date(tokens, start, now, when, begun)
        .or_else(|| {
            // "the 8:30 train" and "my 9am meeting" say which one, not when.
            let named = !begun && is_named(tokens, start);
            if named {
                None
            } else {
                clock_or_part(tokens, start, when, has_date_context || begun)
            }
        })
        .or_else(|| part_of_day(tokens, start, now, when, begun))
}

/// Whether the words before make a time part of a name: `the 8:30 train`, `my monday 9am call`, `today's 5pm call`.
fn is_named(tokens: &Tokens<'_>, at: usize) -> bool {
    let Some(last) = at.checked_sub(1) else {
        return false;
    };
    let names = |at: usize| tokens.is(at, Sense::NamePrefix);
    let owner = tokens.get(last).and_then(|token| {
        token
            .text
            .strip_suffix("'s")
            .or(token.text.strip_suffix("’s"))
    });
    let day = |sense: &Sense| matches!(sense, Sense::Weekday(_) | Sense::Today | Sense::Tomorrow);
    names(last)
        || (weekday(tokens, last).is_some() && last.checked_sub(1).is_some_and(names))
        || owner.is_some_and(|owner| tokens.language.senses(owner).iter().any(day))
}

fn date(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    when: &mut When,
    begun: bool,
) -> Option<usize> {
    if when.day.is_some() {
        // "tomorrow end of day" says no more than tomorrow.
        let from = skip_preposition(tokens, at);
        let end =
            bound(tokens, from, now, true).filter(|parsed| parsed.dated == DateExpr::EndOfDay)?;
        return tokens.at_phrase_end(end.next).then_some(end.next);
    }
    let from = if begun {
        skip_preposition(tokens, at)
    } else {
        at
    };
    let ParsedDate { dated, doubt, next } = day(tokens, from, now, begun || from > at)
        .filter(|said| tokens.at_phrase_end(said.next))?;
    match dated {
        DateExpr::Day(day) => when.day = Some(day),
        DateExpr::Tonight => {
            when.day = Some(Day::On(now.today));
            when.part = Time::new(22, 0, 0, 0).ok();
        }
        DateExpr::EndOfDay if when.end_of_day => return None,
        DateExpr::EndOfDay => when.end_of_day = true,
        DateExpr::Exact(due) if !begun => when.whole = Some(due),
        DateExpr::Exact(_) => return None,
    }
    when.doubts.extend(doubt);
    Some(next)
}

fn clock_or_part(
    tokens: &Tokens<'_>,
    at: usize,
    when: &mut When,
    has_date_context: bool,
) -> Option<usize> {
    if when.clock.is_some() {
        return None;
    }
    let (clock, next) = clock(tokens, at, has_date_context)?;
    when.clock = Some(clock);
    let next = next + usize::from(tokens.is(next, Sense::Sharp) && tokens.at_phrase_end(next + 1));
    when.doubts.extend(doubt(tokens, next));
    if let Some((zone, next)) = zone(tokens, next).filter(|(_, next)| tokens.at_phrase_end(*next)) {
        when.zone = Some(zone);
        return Some(next);
    }
    Some(next)
}

fn part_of_day(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    when: &mut When,
    begun: bool,
) -> Option<usize> {
    if when.part.is_some() {
        return None;
    }
    if when.day.is_none()
        && tokens.is(at, Sense::This)
        && let Some((time, next)) = part(tokens, at + 1, true)
    {
        when.day = Some(Day::On(now.today));
        when.part = Some(time);
        return Some(next);
    }
    // "tomorrow am" as the end of a line.
    let half = begun && when.clock.is_none() && tokens.at_line_end(at + 1);
    if half && tokens.any(at, &[Sense::Am, Sense::Pm]) {
        when.part = Time::new(if tokens.is(at, Sense::Am) { 9 } else { 12 }, 0, 0, 0).ok();
        return Some(at + 1);
    }
    let (time, next) = part(tokens, at, begun).filter(|(_, next)| tokens.at_phrase_end(*next))?;
    when.part = Some(time);
    Some(next)
}
