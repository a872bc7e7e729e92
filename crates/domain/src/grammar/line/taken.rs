//! What is taken of a line: its values, the words they took, and the rest as the title.

use std::ops::Range;

use jiff::civil::Time;

use super::found::{Known, Said};
use super::leftover::point_out;
use super::remarks::Remarks;
use super::title::title;
use crate::grammar::compose::chart::Chart;
use crate::grammar::context::ParseContext;
use crate::grammar::meaning::repeat::Repeat;
use crate::grammar::meaning::when::When;
use crate::grammar::parsed::{Doubt, Parsed, Span, SpanKind};
use crate::grammar::recognise::mark::Marker;
use crate::grammar::resolve::reminder::{Lead, own_time};
use crate::grammar::token::lexicon::{Sense, foreign_sign};
use crate::reminder::REMINDERS_MAX;
use crate::text::TAGS_MAX;
use crate::{Due, Priority, Trigger};

/// A line while its parts are taken.
pub(super) struct Taken<'c, 'a> {
    pub parsed: Parsed,
    /// The words that were taken, and what they mean.
    pub words: Vec<(Range<usize>, SpanKind)>,
    pub chart: &'c Chart<'a>,
    pub remarks: Remarks<'a>,
    /// The priority that wins; saying it twice is no contradiction.
    pub last_priority: Option<Priority>,
    /// Whether a day or a rule was taken.
    pub names_day: bool,
    /// The time of day that wins.
    pub time: Option<Time>,
    /// The words of a reminder that say when the task is due too.
    pub due_reminder: Option<Range<usize>>,
}

/// Words that win, as they are shown.
pub(super) fn shown(words: Option<&str>) -> String {
    words.map_or_else(|| "the last one".to_owned(), |words| format!("'{words}'"))
}

impl<'c, 'a> Taken<'c, 'a> {
    pub(super) fn new(chart: &'c Chart<'a>, remarks: Remarks<'a>) -> Self {
        Self {
            parsed: Parsed::default(),
            words: Vec::new(),
            chart,
            remarks,
            last_priority: None,
            names_day: false,
            time: None,
            due_reminder: None,
        }
    }

    /// Remarks on the first thing of a kind that was taken.
    pub(super) fn remark_on(&mut self, kind: SpanKind, doubt: Doubt, text: &str) {
        let taken = self.words.iter().find(|(_, other)| *other == kind);
        if let Some(tokens) = taken.map(|(tokens, _)| tokens.clone()) {
            self.remarks.add(&tokens, doubt, text.to_owned());
        }
    }

    /// Takes a reminder at a time of its own.
    pub(super) fn remind_at(&mut self, tokens: Range<usize>, when: &When, now: &ParseContext) {
        let repeats = self.parsed.recurrence.is_some();
        let set = match &self.parsed.due {
            Some(of) => own_time(when, of, repeats, now),
            None => Err("needs a due date"),
        };
        match set {
            Ok((trigger, doubt)) => {
                if let Some(doubt) = doubt {
                    self.remarks.add(&tokens, Doubt::Unsure, doubt);
                }
                self.add_reminder(tokens, trigger);
            }
            Err(why) => {
                let text = format!("'{}' {why}", self.remarks.quoted(&tokens));
                self.remarks.add(&tokens, Doubt::NotUnderstood, text);
            }
        }
    }

    /// Takes `remind me to`: a reminder when the task is due, unless the line says another one.
    pub(super) fn remind_then(&mut self, tokens: Range<usize>) {
        if self.parsed.due.is_none() {
            let text = "no reminder is set without a date or time; write for example 'remind me tomorrow at 9 to'";
            self.remarks
                .add(&tokens, Doubt::NotUnderstood, text.to_owned());
        } else if self.parsed.reminders.is_empty() {
            self.add_reminder(tokens, Trigger::Before(0));
        } else {
            self.words.push((tokens, SpanKind::Reminder));
        }
    }

    /// Takes reminders in words. What cannot be kept as it was said stays in the title, with a remark.
    pub(super) fn remind(&mut self, tokens: Range<usize>, leads: &[Lead]) {
        let Some(due) = &self.parsed.due else {
            let text = "a reminder needs a due date to count back from".to_owned();
            self.remarks.add(&tokens, Doubt::NotUnderstood, text);
            return;
        };
        let minutes: Option<Vec<u32>> = leads.iter().map(|lead| lead.minutes(due)).collect();
        let Some(minutes) = minutes else {
            let quoted = self.remarks.quoted(&tokens);
            let text = format!("'{quoted}' is after the task is due, or more than a year before");
            self.remarks.add(&tokens, Doubt::NotUnderstood, text);
            return;
        };
        for minutes in minutes {
            self.add_reminder(tokens.clone(), Trigger::Before(minutes));
        }
    }

    /// Adds what stood in front of the rule to it. Exceptions that no rule came behind stay in the title, with a remark.
    pub(super) fn join_aheads(
        &mut self,
        rule: Option<&mut Repeat>,
        aheads: Vec<(Range<usize>, Repeat)>,
    ) {
        if rule.is_some() {
            self.join_bounds(rule, aheads);
            return;
        }
        for (tokens, part) in aheads {
            if !part.exclude.is_empty() && !self.remarks.has_refused {
                let text = "'{}' was left in the title; only a rule has exceptions";
                self.remarks.not_understood(&tokens, text);
            }
        }
    }

    /// Says what was ignored, and what is used instead.
    pub(super) fn overruled(&mut self, tokens: &Range<usize>, winner: Option<&str>) {
        let quoted = self.remarks.quoted(tokens);
        let text = format!("'{quoted}' was ignored: {} is used", shown(winner));
        self.remarks.add(tokens, Doubt::Overruled, text);
    }

    /// Takes a mark; whether it was taken.
    pub(super) fn add_marker(
        &mut self,
        tokens: Range<usize>,
        marker: Marker,
        wins: bool,
        winner: Option<&str>,
    ) -> bool {
        let kind = match marker {
            Marker::Priority(priority) if wins || self.last_priority == Some(priority) => {
                self.parsed.priority = Some(priority);
                SpanKind::Priority
            }
            Marker::Priority(_) => {
                self.overruled(&tokens, winner);
                return false;
            }
            Marker::Tag(tag) => {
                let known = self
                    .parsed
                    .tags
                    .iter()
                    .any(|known| known.key() == tag.key());
                if !known && self.parsed.tags.len() == TAGS_MAX {
                    self.remarks.add(
                        &tokens,
                        Doubt::Overruled,
                        format!("a task has at most {TAGS_MAX} tags"),
                    );
                    return false;
                }
                if !known {
                    self.parsed.tags.push(tag);
                }
                SpanKind::Tag
            }
            Marker::Reminder(trigger) => {
                self.add_reminder(tokens, trigger);
                return true;
            }
        };
        self.words.push((tokens, kind));
        true
    }

    pub(super) fn add_reminder(&mut self, tokens: Range<usize>, trigger: Trigger) {
        let known = self.parsed.reminders.contains(&trigger);
        if !known && self.parsed.reminders.len() == REMINDERS_MAX {
            let text = format!("a task has at most {REMINDERS_MAX} reminders");
            self.remarks.add(&tokens, Doubt::Overruled, text);
            return;
        }
        if !known {
            self.parsed.reminders.push(trigger);
        }
        // One phrase may say several reminders, one after the other, and when the task is due.
        let is_last = self.words.last().is_some_and(|(taken, _)| *taken == tokens);
        if !is_last && self.due_reminder.as_ref() != Some(&tokens) {
            self.words.push((tokens, SpanKind::Reminder));
        }
    }

    /// Says that dates are read in English, if a line without a day has words of one in another language.
    pub(super) fn doubt_language(&mut self) {
        if self.names_day {
            return;
        }
        let chart = self.chart;
        let word = (0..chart.list.len()).find(|at| chart.is(*at, Sense::Foreign));
        let word = word.map(|at| at..at + 1);
        let sign = || {
            let sign = foreign_sign(chart.text)?;
            let at = chart.list.iter().position(|token| token.end > sign)?;
            // The whole run of letters, since such a language does not separate words.
            let joined = |at: &usize| chart.joined_to_previous(*at);
            let start = (1..=at).rev().find(|at| !joined(at)).unwrap_or(0);
            let end = (at + 1..chart.list.len()).find(|at| !joined(at));
            Some(start..end.unwrap_or(chart.list.len()))
        };
        if let Some(tokens) = word.or_else(sign) {
            let text = "dates are read in English; write for example 'tomorrow at 9' or '5 march' instead of '{}'";
            self.remarks.not_understood(&tokens, text);
        }
    }

    /// Says what a misspelt word was read as, if it was taken.
    fn doubt_spelling(&mut self) {
        for (at, text) in self.chart.corrections() {
            if self.words.iter().any(|(taken, _)| taken.contains(&at)) {
                self.remarks.add(&(at..at + 1), Doubt::Unsure, text);
            }
        }
    }

    /// Points out what stayed in the title although it looks like a part of a date or a rule.
    fn doubt_leftovers(&mut self) {
        let mut is_known = vec![false; self.chart.list.len()];
        for (tokens, _) in &self.words {
            if let Some(known) = is_known.get_mut(tokens.clone()) {
                known.fill(true);
            }
        }
        for remark in &self.remarks.list {
            let tokens = &self.chart.list;
            let first = tokens.partition_point(|token| token.end <= remark.start);
            let end = tokens.partition_point(|token| token.start < remark.end);
            if let Some(known) = is_known.get_mut(first..end) {
                known.fill(true);
            }
        }
        let due = self.parsed.due.as_ref();
        let is_timed = |due: &Due| due.time().is_some();
        let due = match due {
            None => Said::Nothing,
            Some(due) if !is_timed(due) => Said::Day,
            Some(_) if self.names_day => Said::DayAndTime,
            Some(_) => Said::LoneTime,
        };
        let known = Known {
            due,
            repeats: self.parsed.recurrence.is_some(),
        };
        let is_date = |kind: &SpanKind| matches!(kind, SpanKind::Due | SpanKind::Recurrence);
        let dates = self.words.iter().filter(|(_, kind)| is_date(kind));
        let dates: Vec<Range<usize>> = dates.map(|(tokens, _)| tokens.clone()).collect();
        point_out(self.chart, &is_known, known, &dates, &mut self.remarks);
    }

    pub(super) fn finish(mut self) -> Parsed {
        self.doubt_spelling();
        self.doubt_language();
        self.doubt_leftovers();
        let mut spans: Vec<Span> = self
            .words
            .iter()
            .map(|(tokens, kind)| {
                let Range { start, end } = self.chart.span(tokens);
                Span {
                    start,
                    end,
                    kind: *kind,
                }
            })
            .collect();
        spans.sort_by_key(|span| span.start);
        self.parsed.title = title(self.chart.text, &self.chart.escapes, &spans);
        self.parsed.spans = spans;
        self.parsed.remarks = self.remarks.list;
        self.parsed
    }
}
