//! A date and a time that belong together, and what must stand around them.

use jiff::civil::Time;

use super::dates::{Dated, Day, Now, day};
use super::lexicon::Sense;
use super::times::{Clock, clock, part};
use super::tokens::Tokens;
use crate::Due;

/// What a phrase, or several of one line, say about when something is due.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct When {
    pub day: Option<Day>,
    pub clock: Option<Clock>,
    /// The hour of a part of the day, which a stated time replaces.
    pub part: Option<Time>,
    /// A complete due value; then nothing else is set.
    pub whole: Option<Due>,
}

impl When {
    /// Whether the phrase says a day.
    pub(super) fn is_dated(&self) -> bool {
        self.day.is_some() || self.whole.is_some()
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
    pub(super) fn due(&self, now: &Now) -> Option<Due> {
        if let Some(whole) = &self.whole {
            return Some(whole.clone());
        }
        let (time, after) = self.time();
        let date = match (self.day, time) {
            (Some(day), time) => day.resolve(now, time)?,
            (None, Some(_)) if now.is_past(time) && !after => now.today.tomorrow().ok()?,
            (None, Some(_)) => now.today,
            (None, None) => return None,
        };
        let date = if after { date.tomorrow().ok()? } else { date };
        Some(match time {
            Some(time) => Due::Floating(date.to_datetime(time)),
            None => Due::Date(date),
        })
    }
}

/// Reads the longest phrase that begins at a token. Words before it are not looked at, except by the day itself.
pub(super) fn when(tokens: &Tokens<'_>, at: usize, now: &Now) -> Option<(When, usize)> {
    if !tokens.opens(at) {
        return None;
    }
    let mut when = When::default();
    let mut end = None;
    let mut next = led(tokens, at);
    let beside = next > at;
    loop {
        let mut longer = when.clone();
        let Some(after) =
            more(tokens, next, now, &mut longer, beside).filter(|after| tokens.closes(*after))
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
fn led(tokens: &Tokens<'_>, at: usize) -> usize {
    let at = if tokens.is(at, Sense::Due) {
        at + 1
    } else {
        at
    };
    let leads = [Sense::On, Sense::By, Sense::For, Sense::Starting]
        .iter()
        .any(|sense| tokens.is(at, *sense));
    // An `at` belongs to the time, except in "at the end of the month".
    let end = at + 1 + usize::from(tokens.is(at + 1, Sense::The));
    let leads = leads || (tokens.is(at, Sense::At) && tokens.is(end, Sense::End));
    if leads { at + 1 } else { at }
}

/// Adds one more part of the phrase and answers the token after it.
fn more(tokens: &Tokens<'_>, at: usize, now: &Now, when: &mut When, beside: bool) -> Option<usize> {
    if when.whole.is_some() {
        return None;
    }
    let begun = when.is_dated() || when.is_timed();
    let beside = beside || begun;
    let comma = usize::from(begun && tokens.mark(at, ","));
    let start = at + comma;
    if when.day.is_none() {
        let from = if begun { led(tokens, start) } else { start };
        if let Some((dated, next)) = day(tokens, from, now).filter(|(_, next)| tokens.closes(*next))
        {
            match dated {
                Dated::Day(day) => when.day = Some(day),
                Dated::Tonight => {
                    when.day = Some(Day::On(now.today));
                    when.part = Time::new(22, 0, 0, 0).ok();
                }
                Dated::Whole(due) if !begun => when.whole = Some(due),
                Dated::Whole(_) => return None,
            }
            return Some(next);
        }
    }
    // "the 8:30 train" and "my 9am meeting" say which one, not when.
    let named = !begun
        && start
            .checked_sub(1)
            .is_some_and(|last| tokens.is(last, Sense::Names));
    if when.clock.is_none()
        && !named
        && let Some((clock, next)) = clock(tokens, start, beside)
    {
        when.clock = Some(clock);
        return Some(next);
    }
    if when.part.is_none() {
        if when.day.is_none()
            && tokens.is(start, Sense::This)
            && let Some((time, next)) = part(tokens, start + 1, true)
        {
            when.day = Some(Day::On(now.today));
            when.part = Some(time);
            return Some(next);
        }
        if let Some((time, next)) =
            part(tokens, start, begun).filter(|(_, next)| tokens.closes(*next))
        {
            when.part = Some(time);
            return Some(next);
        }
    }
    None
}
