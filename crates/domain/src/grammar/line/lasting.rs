//! How long the task of a line takes.

use std::ops::Range;

use super::found::{Found, What};
use super::taken::Taken;
use crate::TaskDuration;
use crate::duration::DURATION_MAX;
use crate::grammar::parsed::{Doubt, SpanKind};

/// The minutes of a range of times, and its words.
type RangeOfTimes = (Range<usize>, u16);

/// The range of times that is said in what wins: `9:30-11:00`.
pub(super) fn range(timed: Option<&Found>) -> Option<RangeOfTimes> {
    let Found { tokens, what } = timed?;
    let minutes = match what {
        What::When(when) => when.clock?.minutes?,
        What::Repeat(repeat) => repeat.minutes()?,
        _ => return None,
    };
    Some((tokens.clone(), minutes))
}

impl Taken<'_, '_> {
    /// Takes the last duration, or that of a range of times, if the task is due at a time of day.
    pub(super) fn take_duration(
        &mut self,
        range: Option<RangeOfTimes>,
        durations: Vec<(Range<usize>, i64, bool)>,
    ) {
        let is_timed = self
            .parsed
            .due
            .as_ref()
            .is_some_and(|due| due.time().is_some());
        let last = durations.len().saturating_sub(1);
        let winner = durations
            .last()
            .map(|(tokens, ..)| self.remarks.quoted(tokens));
        for (index, (tokens, minutes, is_behind)) in durations.into_iter().enumerate() {
            let quoted = self.remarks.quoted(&tokens);
            if !is_timed {
                if is_behind {
                    let text =
                        format!("a duration needs a time of day, so '{quoted}' stays in the title");
                    self.remarks.add(&tokens, Doubt::Unsure, text);
                }
                continue;
            }
            if index < last {
                self.overruled(&tokens, winner.as_deref());
                continue;
            }
            let Some(duration) = u32::try_from(minutes)
                .ok()
                .and_then(TaskDuration::of_minutes)
            else {
                let days = DURATION_MAX / 24 / 60;
                let text =
                    format!("'{quoted}' stays in the title: a task takes at most {days} days");
                self.remarks.add(&tokens, Doubt::NotUnderstood, text);
                continue;
            };
            self.parsed.duration = Some(duration);
            if let Some((range, _)) = &range {
                let text = format!("the end of this range was ignored: '{quoted}' is used");
                self.remarks.add(range, Doubt::Overruled, text);
            }
            // "tomorrow 9am 100m sprint".
            let is_clear = quoted.contains(' ') || !self.is_before_word(tokens.end);
            if !is_clear {
                let text = "read as a duration; quote it if it belongs to the title".to_owned();
                self.remarks.add(&tokens, Doubt::Unsure, text);
            }
            self.words.push((tokens, SpanKind::Duration));
        }
        if is_timed && self.parsed.duration.is_none() {
            self.parsed.duration =
                range.and_then(|(_, minutes)| TaskDuration::of_minutes(minutes.into()));
        }
    }

    /// Whether a word of the title follows.
    fn is_before_word(&self, at: usize) -> bool {
        self.chart.get(at).is_some_and(|token| {
            token.spaced && token.senses.is_empty() && token.text.starts_with(char::is_alphabetic)
        })
    }
}
