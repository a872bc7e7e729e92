//! Everything that can be understood in a line, from left to right, the longest phrase first.

mod reminding;
mod wording;

use std::ops::Range;

use super::found::{Found, What};
use super::remarks::{Remarks, SEVERAL_DAYS};
use super::unread::{is_lone_frequency, unread};
use crate::grammar::compose::attribute::ahead;
use crate::grammar::compose::bound::{count, standalone_bound};
use crate::grammar::compose::chart::Chart;
use crate::grammar::compose::duration::{duration, is_ahead_of_date};
use crate::grammar::compose::link::separated;
use crate::grammar::compose::phrase::{phrase, when};
use crate::grammar::compose::refused::invalid_bound;
use crate::grammar::compose::reminder::{clause, is_asked, spoken};
use crate::grammar::compose::rule::{Place, more, repeat};
use crate::grammar::compose::weak;
use crate::grammar::meaning::repeat::Repeat;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::mark::marker;
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
    /// The token after the last reminder.
    reminder: Option<usize>,
    /// The last word that may begin a rule.
    rule_word: Option<usize>,
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
        reminder: None,
        rule_word: (0..chart.list.len())
            .rev()
            .find(|at| may_begin_rule(chart, *at)),
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
        if let Some((tokens, what)) = self.another_reminder(at) {
            return self.take(tokens, what);
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
        } else if let Some((part, next)) = self.ahead(at) {
            (Some(What::Ahead(part)), next)
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
        if let What::Reminders(_) | What::RemindAt(_) = what {
            self.reminder = Some(next);
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
    fn rule(&mut self, at: usize, mut repeat: Repeat, next: usize) -> Step {
        if self.is_in_title_case(at) {
            let text = "read as the rule; quote it if it belongs to the title";
            repeat.doubts.push(text.to_owned());
        }
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

    /// An exception or a policy in front of its rule.
    fn ahead(&self, at: usize) -> Option<(Repeat, usize)> {
        let is_ahead = self.rule.is_none() && self.rule_word.is_some_and(|word| word > at);
        is_ahead.then(|| ahead(self.chart, at))?
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
        let is_topic = when.is_dated() && self.is_topic(at, next);
        if is_topic || self.is_in_title_case(at) || self.is_before_noun(at, next, &when) {
            when.doubts
                .push("read as the date; quote it if it belongs to the title".to_owned());
        }
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
}

/// Whether a word may begin a rule.
fn may_begin_rule(chart: &Chart<'_>, at: usize) -> bool {
    let begins = |sense| {
        let begins = matches!(
            sense,
            Sense::Every | Sense::Adverb(..) | Sense::Plural | Sense::Alternate | Sense::Rate(_)
        );
        begins.then_some(())
    };
    chart.sense(at, begins).is_some()
}

/// The token after the second half of a range of dates, if a first half ends here.
fn range_end(chart: &Chart<'_>, at: usize) -> Option<usize> {
    let joint =
        chart.any(at, &[Sense::To, Sense::Or]) || chart.is_mark(at, "-") || chart.is_mark(at, "–");
    let (last, end) = when(chart, at + 1, 0).filter(|_| joint)?;
    last.is_dated().then_some(end)
}
