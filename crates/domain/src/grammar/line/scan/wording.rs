//! Words of a title that a date or a mark may be part of.

use super::Scan;
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::when::When;
use crate::grammar::recognise::mark::Marker;
use crate::grammar::token::lexicon::Sense;

/// Verbs that name a film or a book behind them.
const MEDIA_VERBS: [&str; 6] = ["watch", "rewatch", "read", "reread", "stream", "listen to"];

impl Scan<'_, '_, '_> {
    /// Points out a priority or tag before a noun, which may be a part of the title: `hire p1 engineer`.
    pub(super) fn doubt_mark(&self, at: usize, marker: &Marker, next: usize) -> Option<String> {
        let kind = match marker {
            Marker::Priority(_) if !self.chart.is_mark(at, "!") => "priority",
            Marker::Tag(_) if self.chart.is_mark(at, "@") => "tag",
            _ => return None,
        };
        self.is_inside(at, next)
            .then(|| format!("read as a {kind}; quote it if it belongs to the title"))
    }

    /// Whether a phrase stands between two words of the title.
    pub(super) fn is_inside(&self, at: usize, next: usize) -> bool {
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

    /// Whether a phrase stands in what may be the name of a film or a book: `watch Tomorrow Never Dies`.
    pub(super) fn is_in_title_case(&self, at: usize) -> bool {
        let chart = self.chart;
        let verb = MEDIA_VERBS
            .iter()
            .find_map(|verb| chart.match_name(0, verb));
        let Some(start) = verb.filter(|start| *start <= at) else {
            return false;
        };
        let is_capital = |at: usize| {
            chart
                .get(at)
                .is_some_and(|token| token.text.starts_with(char::is_uppercase))
        };
        // "The Man Who Was Thursday", but not "the Expanse friday".
        is_capital(at) && (start..at).all(is_capital) && self.taken <= start
    }

    /// Whether a lone weekday stands right before the last word, which it may describe: `cancel friday delivery`.
    pub(super) fn is_before_noun(&self, at: usize, next: usize, when: &When) -> bool {
        // "prep for monday meeting"
        let day = at + usize::from(self.chart.is(at, Sense::For));
        let is_lone = matches!(when.day, Some(Day::Weekday(_)))
            && when.clock.is_none()
            && when.part.is_none()
            && next == day + 1;
        is_lone && self.chart.at_line_end(next + 1) && self.is_inside(at, next)
    }

    /// Whether a date is what words are about: `ask about 4th of july party`.
    pub(super) fn is_topic(&self, at: usize, next: usize) -> bool {
        let is_about = at.checked_sub(1).is_some_and(|last| {
            last >= self.taken && self.chart.match_name(last, "about").is_some()
        });
        let word = self.chart.get(next).filter(|token| token.spaced);
        let is_word = word.is_some_and(|token| token.text.starts_with(char::is_alphabetic));
        is_about && is_word && !self.chart.at_line_end(next)
    }
}
