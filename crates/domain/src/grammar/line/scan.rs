//! Everything that can be understood in a line, from left to right, the longest phrase first.

use std::ops::Range;

use super::found::{Found, What};
use super::remarks::{Remarks, SEVERAL_DAYS};
use super::unread::{is_lone_frequency, unread};
use crate::Trigger;
use crate::grammar::compose::bound::{count, standalone_bound};
use crate::grammar::compose::chart::Chart;
use crate::grammar::compose::duration::{duration, is_ahead_of_date};
use crate::grammar::compose::link::separated;
use crate::grammar::compose::phrase::{phrase, when};
use crate::grammar::compose::refused::invalid_bound;
use crate::grammar::compose::reminder::{clause, is_asked, opening, request, spoken};
use crate::grammar::compose::rule::{Place, more, repeat};
use crate::grammar::compose::weak;
use crate::grammar::meaning::repeat::Repeat;
use crate::grammar::parsed::Doubt;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::mark::{Marker, marker};
use crate::grammar::resolve::reminder::Lead;
use crate::grammar::resolve::rule::recurrence_of;
use crate::grammar::token::Token;
use crate::grammar::token::lexicon::Sense;

/// A line while it is searched.
struct Scan<'c, 'r, 'a> {
    chart: &'c Chart<'a>,
    remarks: &'r mut Remarks<'a>,
    found: Vec<Found>,
    /// The token after everything that was taken.
    taken: usize,
    /// The token after the last date, time or rule that was taken.
    dated: usize,
    /// A token at which no date may begin.
    barred: Option<usize>,
    /// Where a rule begins behind "remind me", and the task behind its "to".
    clause: Option<usize>,
    /// The token after the last rule and what was taken right behind it.
    rule: Option<usize>,
}

/// What was found at a token, if anything, and where the search goes on.
type Step = (Option<What>, usize);

/// Finds everything.
pub(super) fn scan<'a>(chart: &Chart<'a>, remarks: &mut Remarks<'a>) -> Vec<Found> {
    let mut scan = Scan {
        chart,
        remarks,
        found: Vec::new(),
        taken: 0,
        dated: 0,
        barred: None,
        clause: None,
        rule: None,
    };
    let mut at = 0;
    while at < chart.list.len() {
        at = scan.step(at);
    }
    scan.found
}

impl Scan<'_, '_, '_> {
    /// Takes what begins at a token, and returns where the search goes on.
    fn step(&mut self, at: usize) -> usize {
        let chart = self.chart;
        if let Some(reminder) = spoken(chart, at, self.taken) {
            return self.take(reminder.tokens, What::Reminders(reminder.leads));
        }
        if let Some((tokens, what)) = self.timed_reminder(at) {
            if let What::Reminders(_) = what {
                self.clause = (tokens.start == 0).then_some(tokens.end);
            }
            return self.take(tokens, what);
        }
        if is_asked(chart, at) {
            self.remarks.not_understood(
                &(at..at + 2),
                "did not understand a reminder here; write for example 'remind me 1 hour before' or !1h",
            );
        }
        if chart.get(at).is_none_or(Token::is_plain) {
            return at + 1;
        }
        if let Some(next) = self.unsupported_reminder(at) {
            return next;
        }
        if let Some(next) = self.duration(at) {
            return next;
        }
        let (what, next) = if let Some(step) = self.behind_mark(at) {
            step
        } else if let Some((marker, next)) = marker(chart, at, &chart.now.tags) {
            let doubt = self.doubt_mark(at, &marker, next);
            (Some(What::Marker(marker, doubt)), next)
        } else if let Some((repeat, next)) = repeat(chart, at, self.place(at)) {
            self.rule(at, repeat, next)
        } else if let Some(step) = self.part_of_rule(at) {
            step
        } else if let Some((bound, next)) = self.bound(at) {
            (Some(What::Bound(bound)), next)
        } else if let Some(step) = self.date(at) {
            step
        } else {
            (None, unread(chart, at, self.remarks))
        };
        let Some(what) = what else {
            if next == at + 1 && is_lone_frequency(chart, at) {
                let (tokens, what) = (at..at + 1, What::LoneFrequency);
                self.found.push(Found { tokens, what });
            }
            return next;
        };
        let next = if self.clause == Some(at) {
            clause(chart, 0, next)
        } else {
            next
        };
        self.take(at..next, what)
    }

    /// Where a rule at a token is.
    fn place(&self, at: usize) -> Place {
        let is_time = |found: &Found| matches!(&found.what, What::When(when) if when.is_timed());
        if at > 0 && at == self.dated && self.found.last().is_some_and(is_time) {
            Place::BehindTime
        } else {
            Place::Line
        }
    }

    fn take(&mut self, tokens: Range<usize>, what: What) -> usize {
        let next = tokens.end;
        self.taken = next;
        // "tomorrow p1 evening": a mark parts nothing.
        let is_mark = matches!(what, What::Marker(..)) && self.dated > 0;
        if what.is_temporal() || (is_mark && separated(self.chart, self.dated, tokens.start)) {
            self.dated = next;
        }
        if let What::Repeat(_) = what {
            self.rule = Some(next);
        } else if let Some(end) = &mut self.rule
            && separated(self.chart, *end, tokens.start)
        {
            *end = next;
        }
        self.found.push(Found { tokens, what });
        next
    }

    /// Points out a priority or tag before a noun, which may be a part of the title: `hire p1 engineer`.
    fn doubt_mark(&self, at: usize, marker: &Marker, next: usize) -> Option<String> {
        let kind = match marker {
            Marker::Priority(_) if !self.chart.is_mark(at, "!") => "priority",
            Marker::Tag(_) if self.chart.is_mark(at, "@") => "tag",
            _ => return None,
        };
        self.is_inside(at, next)
            .then(|| format!("read as a {kind}; quote it if it belongs to the title"))
    }

    /// Whether a phrase stands between two words of the title.
    fn is_inside(&self, at: usize, next: usize) -> bool {
        let chart = self.chart;
        let word = |at: usize| {
            chart.get(at).filter(|token| {
                token.spaced
                    && token.senses.is_empty()
                    && token.text.starts_with(char::is_lowercase)
            })
        };
        let before = at.checked_sub(1).filter(|last| *last >= self.taken);
        let is_word = |last: usize| {
            chart.get(last).is_some_and(|token| {
                token.text.ends_with(char::is_alphanumeric) || token.text == "#"
            })
        };
        before.is_some_and(is_word) && word(next).is_some_and(|token| token.text.len() > 2)
    }

    /// A date or rule behind `@`, which otherwise begins a tag: `@friday 9:00`, `@every friday`.
    fn behind_mark(&mut self, at: usize) -> Option<Step> {
        let chart = self.chart;
        let is_mark = chart.is_mark(at, "@") && chart.at_phrase_start(at);
        // "@5pm" is a time.
        let is_time = clock(chart, at, Setting::Alone).is_some();
        if !is_mark || is_time || !chart.joined_to_previous(at + 1) {
            return None;
        }
        let text = format!(
            "read as a date; write #{} for a tag",
            chart.get(at + 1)?.text
        );
        if let Some((mut repeat, next)) = repeat(chart, at + 1, Place::Line) {
            repeat.doubts.push(text);
            return Some(self.rule(at, repeat, next));
        }
        let (mut when, next) = phrase(chart, at + 1, 0)?;
        when.is_dated().then_some(())?;
        when.doubts.push(text);
        Some((Some(What::When(when)), next))
    }

    /// Takes how long something takes, beside a date, a time or a rule or at the end of the line, and returns where the
    /// search goes on. Elsewhere it stays in the title.
    fn duration(&mut self, at: usize) -> Option<usize> {
        let chart = self.chart;
        let is_behind = self.dated > 0 && separated(chart, self.dated, at);
        let (minutes, next) = duration(chart, at, is_behind)?;
        let is_ahead = is_ahead_of_date(chart, next);
        let is_beside = is_behind || chart.at_line_end(next) || is_ahead;
        Some(if is_beside {
            // "5pm, for 1h": the comma goes too.
            let comma = is_behind && at > self.dated && chart.is_mark(at - 1, ",");
            let start = at - usize::from(comma);
            self.take(start..next, What::Duration(minutes, is_behind || is_ahead))
        } else {
            next
        })
    }

    /// A rule, unless words behind it say something that no rule can have.
    fn rule(&mut self, at: usize, repeat: Repeat, next: usize) -> Step {
        if let Some((end, why)) = invalid_bound(self.chart, next) {
            let text = format!("did not understand '{{}}' as a rule: {why}");
            self.remarks.not_understood(&(at..end), &text);
            return (None, end);
        }
        let rule = recurrence_of(&repeat, self.chart.now);
        if rule.is_some_and(|rule| rule.check_min_interval().is_err()) {
            self.remarks.not_understood(
                &(at..next),
                "'{}' is more than once an hour, so it was left in the title",
            );
            return (None, next);
        }
        (Some(What::Repeat(repeat)), next)
    }

    /// What belongs to a rule before it.
    fn part_of_rule(&mut self, at: usize) -> Option<Step> {
        self.rule?;
        let rule = self
            .found
            .iter_mut()
            .rev()
            .find_map(|found| match &mut found.what {
                What::Repeat(rule) => Some(rule),
                _ => None,
            })?;
        let (longer, next) = more(self.chart, at, rule)?;
        let recurrence = recurrence_of(&longer, self.chart.now)?;
        recurrence.check_min_interval().ok()?;
        *rule = longer;
        Some((Some(What::PartOfRule), next))
    }

    /// How often a rule happens, right before it, or behind it with nothing of the title between them.
    fn count(&self, at: usize) -> Option<(Repeat, usize)> {
        let chart = self.chart;
        let (bound, next) = count(chart, at)?;
        let is_behind = self.rule.is_some_and(|end| separated(chart, end, at));
        let ahead = next + usize::from(chart.is_mark(next, ","));
        (is_behind || repeat(chart, ahead, Place::Line).is_some()).then_some((bound, next))
    }

    /// A bound of a rule that is apart from it, if it is a whole phrase and not a date by itself.
    fn bound(&self, at: usize) -> Option<(Repeat, usize)> {
        if let Some(found) = self.count(at) {
            return Some(found);
        }
        let (bound, next) = standalone_bound(self.chart, at)?;
        // "until friday 5pm" says more than the last day; "starting tomorrow" is a date without a rule too.
        let more = phrase(self.chart, at + 1, 0).is_some_and(|(_, end)| end > next);
        let dated = !bound.ends() && when(self.chart, at, 0).is_some_and(|(_, end)| end >= next);
        (!more && !dated).then_some((bound, next))
    }

    /// A date or time.
    fn date(&mut self, at: usize) -> Option<Step> {
        let chart = self.chart;
        let Some((mut when, next)) = when(chart, at, self.dated) else {
            if let Some((weak, next)) = weak::weak(chart, at) {
                return Some((Some(What::Weak(weak)), next));
            }
            let (name, next) = weak::name(chart, at)?;
            let tokens = at..next;
            self.found.push(Found {
                tokens,
                what: What::Name(name),
            });
            // What follows may still be said about it.
            return None;
        };
        if let Some(end) = range_end(chart, next).filter(|_| when.is_dated()) {
            // "friday to monday" is a time that passes, not one at which something is due.
            self.remarks.refused(&(at..end), SEVERAL_DAYS);
            return Some((None, end));
        }
        // A word that was taken for something else blocks nothing.
        let is_blocked = self.barred == Some(at)
            || at
                .checked_sub(1)
                .is_some_and(|last| last >= self.taken && chart.is(last, Sense::DateBlocker));
        if !is_blocked {
            let bare = when.clock.is_some() && !when.is_dated() && chart.is_mark(at + 1, ":");
            if bare && self.is_inside(at, next) {
                // "fix the bug in 15:00 parser" names something.
                if at
                    .checked_sub(1)
                    .is_some_and(|last| chart.is(last, Sense::In))
                {
                    let text = "'{}' was left in the title; write at before it if it is the time";
                    self.remarks.not_understood(&(at..next), text);
                    return Some((None, next));
                }
                let text = "read as the time; quote it if it belongs to the title".to_owned();
                when.doubts.push(text);
            }
            return Some((Some(What::When(when)), next));
        }
        let moves = chart.is(0, Sense::MoveVerb);
        if moves && chart.is(at.saturating_sub(1), Sense::To) {
            // "move the monday call to tuesday" is done on neither day.
            self.found
                .retain(|found| !matches!(found.what, What::When(_)));
        }
        // The whole phrase stays, not only its first word. "between monday and friday" blocks both.
        self.barred = chart.is(next, Sense::And).then_some(next + 1);
        Some((None, next))
    }

    /// A reminder at a time of its own, or by a rule, or when the task is due.
    fn timed_reminder(&self, at: usize) -> Option<(Range<usize>, What)> {
        let chart = self.chart;
        if let Some(opening) = opening(chart, at) {
            return Some((opening, What::RemindThen));
        }
        let asked = request(chart, at, self.taken)?;
        if repeat(chart, asked.end, Place::Line).is_some() {
            return Some((asked, What::Reminders(vec![Lead::Minutes(0)])));
        }
        let (when, end) = phrase(chart, asked.end, 0)?;
        if range_end(chart, end).is_some() {
            return None;
        }
        let end = clause(chart, asked.start, end);
        Some((asked.start..end, What::RemindAt(when)))
    }

    /// Warns of a reminder that no number of minutes can say, such as `!1 day before at 9` or `!monday 9am`, and
    /// returns the token after it.
    fn unsupported_reminder(&mut self, at: usize) -> Option<usize> {
        let chart = self.chart;
        let is_marked =
            chart.at_phrase_start(at) && chart.is_mark(at, "!") && chart.joined_to_previous(at + 1);
        is_marked.then_some(())?;
        let end = match marker(chart, at, &[]) {
            Some((Marker::Reminder(Trigger::Before(minutes)), next))
                if minutes >= 24 * 60 && chart.is(next, Sense::At) =>
            {
                clock(chart, next, Setting::Behind)?.1
            }
            Some(_) => return None,
            None => {
                let clocked = clock(chart, at + 1, Setting::Behind).map(|(_, next)| next);
                clocked.or_else(|| Some(phrase(chart, at + 1, 0)?.1))?
            }
        };
        let text = format!(
            "'{}' is not a reminder; write for example !30m, !2h or !1 day before",
            self.remarks.quoted(&(at..end))
        );
        self.remarks.add(&(at..end), Doubt::NotUnderstood, text);
        Some(end)
    }
}

/// The token after the second half of a range of dates, if a first half ends here.
fn range_end(chart: &Chart<'_>, at: usize) -> Option<usize> {
    let joint =
        chart.any(at, &[Sense::To, Sense::Or]) || chart.is_mark(at, "-") || chart.is_mark(at, "–");
    let (last, end) = when(chart, at + 1, 0).filter(|_| joint)?;
    last.is_dated().then_some(end)
}
