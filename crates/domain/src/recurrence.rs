//! Recurring tasks: a rule (RFC 5545 RRULE) and what happens around it.

use jiff::Timestamp;

use crate::{Due, Invalid, OccurrenceKey, Zone};

mod advance;
mod calendar;
mod check;
mod cron;
mod describe;
mod expand;
mod expand_days;
mod occurrences;
mod parse;
mod plan;
mod recurrence_set;
mod rule;
mod series;
#[cfg(test)]
mod tests;

pub use expand::Occurrence;
pub use recurrence_set::{Exclusion, RULES_MAX};
pub use rule::{ByDay, COUNT_MAX, Frequency, INTERVAL_MAX, Moment, Rule, Shift};

/// What the next date is counted from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Anchor {
    /// From the scheduled date: "every".
    #[default]
    Schedule,
    /// From the day it was done: "every!".
    Completion,
}

/// What happens to occurrences that were missed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CatchUp {
    /// The first future occurrence, phase kept.
    #[default]
    NextFuture,
    /// One step, possibly still in the past.
    OneStep,
    /// Counted from the completion; the series restarts there.
    FromCompletion,
}

/// What happens to a month day that a month does not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Overflow {
    /// The last day of that month (RFC 7529 SKIP=BACKWARD).
    #[default]
    Clamp,
    /// No occurrence in that month (RFC 5545, RFC 7529 SKIP=OMIT).
    Skip,
    /// The first day of the next month (RFC 7529 SKIP=FORWARD).
    Forward,
}

/// Rules with what is added to and left out of them, and their policies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recurrence {
    /// The calendar rules, 1 to 8; the series is their union.
    pub rules: Vec<Rule>,
    /// Occurrences beside the rules (RDATE).
    pub extra: Vec<Moment>,
    /// What is left out (EXDATE, and days that never count).
    pub exclude: Vec<Exclusion>,
    /// What the next date is counted from.
    pub anchor: Anchor,
    /// What happens to missed occurrences.
    pub catch_up: CatchUp,
    /// What happens to a missing month day.
    pub overflow: Overflow,
}

/// Where a series stands: its start in this epoch and the occurrence it is at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OccurrencePosition {
    /// The first date of the epoch; it fixes phase, kind and zone.
    pub start: Due,
    /// The current occurrence.
    pub key: OccurrenceKey,
}

impl OccurrencePosition {
    /// The scheduled value of the current occurrence, with the series' zone.
    pub fn due(&self) -> Due {
        self.start.at(self.key.at.civil())
    }
}

/// How many occurrences of several rules are looked at for their pace.
const PACE_SAMPLE: usize = 400;

macro_rules! names {
    ($type:ident, $field:literal, $($variant:ident = $text:literal),*) => {
        impl $type {
            /// The name on the wire and in the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Reads the name.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(Invalid::new(
                        concat!("/recurrence/", $field),
                        concat!("invalid_", $field),
                        format!("{:?} is not one of {}.", crate::text::clip(text), [$($text),*].join(", ")),
                    )
                    .hint(format!("Send {}.", [$($text),*].join(" or ")))),
                }
            }
        }
    };
}

names!(
    Anchor,
    "anchor",
    Schedule = "schedule",
    Completion = "completion"
);
names!(
    CatchUp,
    "catch_up",
    NextFuture = "next_future",
    OneStep = "one_step",
    FromCompletion = "from_completion"
);
names!(
    Overflow,
    "overflow",
    Clamp = "clamp",
    Skip = "skip",
    Forward = "forward"
);

impl Recurrence {
    /// One rule with the default policies.
    pub fn of(rule: Rule) -> Self {
        Self {
            rules: vec![rule],
            extra: Vec::new(),
            exclude: Vec::new(),
            anchor: Anchor::default(),
            catch_up: CatchUp::default(),
            overflow: Overflow::default(),
        }
    }

    /// Reads a rule (`FREQ=WEEKLY;BYDAY=MO`), lines of RRULE, RDATE, EXDATE and X-TASKWIRE-EXCLUDE with policies among
    /// them, or a cron expression of five fields. `overflow` counts where the text has no SKIP.
    pub fn parse(text: &str, overflow: Overflow) -> Result<Self, Invalid> {
        recurrence_set::parse(text, overflow)
    }

    /// The text with all its policies, which [`Recurrence::parse`] reads back to the same value (RFC 5545, RFC 7529
    /// SKIP, and X-TASKWIRE lines for the rest).
    pub fn interchange(&self) -> String {
        recurrence_set::interchange(self)
    }

    /// Whether the rules themselves say at what time of day they occur.
    pub fn sets_time(&self) -> bool {
        self.rules.iter().any(Rule::sets_time)
    }

    /// Refuses rules with occurrences less than an hour apart, which no task may have.
    pub fn check_min_interval(&self) -> Result<(), Invalid> {
        let each = self.rules.iter().any(Rule::is_finer_than_hour);
        // Several rules may come close to each other only together; they are looked at from some day on, as far as
        // their patterns take to show it.
        let together = || {
            let start = Due::Floating(jiff::civil::date(2027, 1, 1).at(0, 0, 0, 0));
            let found = self.expand(&start, PACE_SAMPLE);
            found.windows(2).any(|pair| match pair {
                [earlier, later] => {
                    let gap = later
                        .scheduled
                        .civil()
                        .duration_since(earlier.scheduled.civil());
                    gap < jiff::SignedDuration::from_hours(1)
                }
                _ => false,
            })
        };
        if each || (self.rules.len() > 1 && together()) {
            return Err(Invalid::new(
                "/recurrence",
                "rule_too_fine",
                "A task cannot repeat more often than once an hour.",
            )
            .hint("Send a rule of an hour or longer, such as \"every 90 minutes\" or FREQ=HOURLY;INTERVAL=2."));
        }
        Ok(())
    }

    /// The first occurrence at or after `due`, which becomes the start of the series. `due` itself counts only if it
    /// matches the rule. Refuses a rule that has no occurrence within its horizon (30 February, for one).
    pub fn first(&self, due: &Due) -> Result<OccurrencePosition, Invalid> {
        expand::first(self, due)
    }

    /// Where the series goes after the current occurrence was done at `done`; none when it is over.
    pub fn next(
        &self,
        at: &OccurrencePosition,
        done: Timestamp,
        owner: &Zone,
    ) -> Option<OccurrencePosition> {
        advance::next(self, at, done, owner)
    }

    /// What is scheduled after the current occurrence and has passed at `done`, where the series goes on without it: the
    /// earliest `limit` dates, and how many there are.
    pub fn passed_over(
        &self,
        at: &OccurrencePosition,
        done: Timestamp,
        owner: &Zone,
        limit: usize,
    ) -> (Vec<Due>, usize) {
        advance::passed_over(self, at, done, owner, limit)
    }

    /// Where the series goes after the current occurrence, due at `due`, if that is done on its day; one whose day has
    /// passed is done now.
    pub fn next_if_on_time(
        &self,
        at: &OccurrencePosition,
        due: &Due,
        now: Timestamp,
        owner: &Zone,
    ) -> Option<OccurrencePosition> {
        let done = due.ordering_instant(owner).map_or(now, |due| due.max(now));
        self.next(at, done, owner)
    }

    /// The next `count` dates after `next_if_on_time`'s answer `next`, and that one, if each is done on its day.
    pub fn upcoming_from(
        &self,
        next: Option<&OccurrencePosition>,
        count: usize,
        owner: &Zone,
    ) -> Vec<Due> {
        let Some(next) = next else {
            return Vec::new();
        };
        std::iter::once(next.due())
            .chain(self.upcoming(next, count.saturating_sub(1), owner))
            .take(count)
            .collect()
    }

    /// The next `count` dates after the current occurrence, as they stand if each is done on its day. The owner's zone
    /// says which wall-clock times of a floating series a clock change moves onto one another.
    pub fn upcoming(&self, at: &OccurrencePosition, count: usize, owner: &Zone) -> Vec<Due> {
        advance::upcoming(self, at, count, owner)
    }

    /// What to tell somebody who named a date that is none of the rule's, so that the first one after it was taken.
    pub fn moved_start_note(&self, named: &Due, taken: &Due) -> String {
        format!(
            "{} is not a date of the rule ({}), so the task is due on {}, the first one from then on.",
            named.in_words(),
            self.describe(),
            taken.in_words()
        )
    }

    /// Refuses policies or an UNTIL that do not fit a start, and a rule that has no date in the years after it, in
    /// bounded time.
    pub fn check(&self, start: &Due) -> Result<(), Invalid> {
        expand::check(self, start)
    }

    /// The first `limit` occurrences from `start` on, with their place in time where `start` has a zone.
    pub fn expand(&self, start: &Due, limit: usize) -> Vec<Occurrence> {
        expand::expand(self, start, None, limit)
    }

    /// The first `limit` occurrences after a civil value, in a series that begins at `start`. What it costs does not
    /// depend on how far the two lie apart.
    pub fn expand_after(&self, start: &Due, after: Option<&Due>, limit: usize) -> Vec<Occurrence> {
        expand::expand(self, start, after, limit)
    }

    /// The rule as a short English phrase that quick add reads back to the same rule.
    pub fn describe(&self) -> String {
        describe::describe(self)
    }
}
