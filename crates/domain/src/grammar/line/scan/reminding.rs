//! Reminders at times of their own, and those that none can be.

use std::ops::Range;

use super::{Scan, range_end};
use crate::Trigger;
use crate::grammar::compose::link::is_separator;
use crate::grammar::compose::phrase::phrase;
use crate::grammar::compose::reminder::{Leads, clause, leads, opening, request};
use crate::grammar::compose::rule::{Place, repeat};
use crate::grammar::line::found::What;
use crate::grammar::parsed::Doubt;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::mark::{Marker, marker};
use crate::grammar::recognise::word::weekday;
use crate::grammar::token::lexicon::Sense;

impl Scan<'_, '_, '_> {
    /// A reminder at a time of its own, or by a rule, or when the task is due.
    pub(super) fn timed_reminder(&self, at: usize) -> Option<(Range<usize>, What)> {
        let chart = self.chart;
        if let Some(opening) = opening(chart, at) {
            return Some((opening, What::RemindThen));
        }
        let asked = request(chart, at, self.taken, self.dated > 0)?;
        // "party sat 8pm remind me thursday and friday" is no rule.
        let is_list = self.dated > 0 && weekday(chart, asked.end).is_some();
        if !is_list && repeat(chart, asked.end, Place::Line).is_some() {
            return Some((asked, What::Reminders(Leads::at_due())));
        }
        let (when, end) = phrase(chart, asked.end, 0)?;
        if range_end(chart, end).is_some() {
            return None;
        }
        let end = clause(chart, asked.start, end);
        Some((asked.start..end, What::RemindAt(when)))
    }

    /// One more reminder right behind another: `remind me friday and saturday at noon`.
    pub(super) fn another_reminder(&self, at: usize) -> Option<(Range<usize>, What)> {
        let chart = self.chart;
        if self.reminder != Some(at) {
            return None;
        }
        let and = chart.is(at, Sense::And) || chart.is_mark(at, "&");
        if !and && !chart.is_mark(at, ",") {
            return None;
        }
        if let Some((leads, end)) = leads(chart, at + 1, false) {
            return Some((at..end, What::Reminders(leads)));
        }
        let (when, end) = phrase(chart, at + 1, 0).filter(|_| and)?;
        let ends = chart.at_line_end(end)
            || is_separator(chart, end)
            || chart.any(end, &[Sense::To, Sense::And]);
        // "remind me friday and saturday to call" ends with the task.
        let start = if self
            .found
            .last()
            .is_some_and(|found| found.tokens.start == 0)
        {
            0
        } else {
            at
        };
        let next = clause(chart, start, end);
        ends.then_some((at..next, What::RemindAt(when)))
    }

    /// Warns of a reminder that no number of minutes can say, such as `!1 day before at 9` or `!monday 9am`, and
    /// returns the token after it.
    pub(super) fn unsupported_reminder(&mut self, at: usize) -> Option<usize> {
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
