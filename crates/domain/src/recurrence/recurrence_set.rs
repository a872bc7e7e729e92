//! A whole recurrence and its text: RRULE, RDATE, EXDATE (RFC 5545 section 3.8.5) and Taskwire's own lines.

use std::fmt;
use std::fmt::Write as _;

use jiff::civil::{Date, Weekday};

use super::policies::{Anchor, CatchUp, Overflow};
use super::rule::{Moment, Rule, weekday_code};

/// Most rules in one recurrence.
pub const RULES_MAX: usize = 8;

/// Rules with what is added to and left out of them, and their policies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recurrence {
    /// The calendar rules, 1 to 8; the series is their union.
    pub rules: Vec<Rule>,
    /// Occurrences in addition to the rules (RDATE).
    pub extra: Vec<Moment>,
    /// The exclusions (EXDATE, and days that never count).
    pub exclude: Vec<Exclusion>,
    /// The base from which the next date is counted.
    pub anchor: Anchor,
    /// The treatment of missed occurrences.
    pub catch_up: CatchUp,
    /// The treatment of a missing month day.
    pub overflow: Overflow,
}

/// An exclusion of a recurrence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exclusion {
    /// One occurrence (EXDATE); a date leaves out the whole day.
    On(Moment),
    /// Each such weekday.
    Weekday(Weekday),
    /// Each such month, 1 to 12.
    Month(i8),
    /// This day of every year: month and day.
    YearDay(i8, i8),
    /// All days from the first to the last.
    Range(Date, Date),
    /// All days from one day of the year to another, in every year: month and day of both. The last may be in the next
    /// year.
    YearRange((i8, i8), (i8, i8)),
}

impl Exclusion {
    /// Whether a day is one of those from one day of the year to another.
    pub(in crate::recurrence) fn is_within_year_range(
        date: Date,
        first: (i8, i8),
        last: (i8, i8),
    ) -> bool {
        let day = (date.month(), date.day());
        if first <= last {
            (first..=last).contains(&day)
        } else {
            day >= first || day <= last
        }
    }
}

impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(moment) => moment.fmt(f),
            Self::Weekday(weekday) => f.write_str(weekday_code(*weekday)),
            Self::Month(month) => write!(f, "--{month:02}"),
            Self::YearDay(month, day) => write!(f, "--{month:02}{day:02}"),
            Self::Range(first, last) => {
                write!(f, "{}/{}", Moment::Date(*first), Moment::Date(*last))
            }
            Self::YearRange(first, last) => write!(
                f,
                "--{:02}{:02}/--{:02}{:02}",
                first.0, first.1, last.0, last.1
            ),
        }
    }
}

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

    /// Whether the rules themselves say at what time of day they occur.
    pub fn sets_time(&self) -> bool {
        self.rules.iter().any(Rule::sets_time)
    }

    /// The text with all its policies, which [`Recurrence::parse`] reads back to the same value (RFC 5545, RFC 7529
    /// SKIP, and X-TASKWIRE lines for the rest).
    pub fn interchange(&self) -> String {
        let skip = match self.overflow {
            Overflow::Clamp => ";RSCALE=GREGORIAN;SKIP=BACKWARD",
            Overflow::Skip => ";RSCALE=GREGORIAN;SKIP=OMIT",
            Overflow::Forward => ";RSCALE=GREGORIAN;SKIP=FORWARD",
        };
        let wire = |name: &str| name.to_ascii_uppercase().replace('_', "-");
        format!(
            "{}\nX-TASKWIRE-ANCHOR:{}\nX-TASKWIRE-CATCH-UP:{}",
            lines(self, skip),
            wire(self.anchor.as_str()),
            wire(self.catch_up.as_str())
        )
    }
}

/// The rules and dates without the policies: a plain rule alone is one line, otherwise each part has a line.
impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let ([rule], [], []) = (
            self.rules.as_slice(),
            self.extra.as_slice(),
            self.exclude.as_slice(),
        ) {
            return rule.fmt(f);
        }
        f.write_str(&lines(self, ""))
    }
}

fn lines(recurrence: &Recurrence, skip: &str) -> String {
    let mut lines: Vec<String> = recurrence
        .rules
        .iter()
        .map(|rule| format!("RRULE:{rule}{skip}"))
        .collect();
    dates(&mut lines, "RDATE", recurrence.extra.iter().copied());
    let dates_out = recurrence.exclude.iter().filter_map(|out| match out {
        Exclusion::On(moment) => Some(*moment),
        _ => None,
    });
    dates(&mut lines, "EXDATE", dates_out);
    let mut days_out = String::new();
    for out in &recurrence.exclude {
        if !matches!(out, Exclusion::On(_)) {
            let comma = if days_out.is_empty() { "" } else { "," };
            // Writing into a string does not fail.
            let _ = write!(days_out, "{comma}{out}");
        }
    }
    if !days_out.is_empty() {
        lines.push(format!("X-TASKWIRE-EXCLUDE:{days_out}"));
    }
    lines.join("\n")
}

/// One line for the dates and one for the times, as their value types differ.
fn dates(lines: &mut Vec<String>, name: &str, moments: impl Iterator<Item = Moment>) {
    let (days, times): (Vec<Moment>, Vec<Moment>) =
        moments.partition(|moment| matches!(moment, Moment::Date(_)));
    for (moments, kind) in [(days, ";VALUE=DATE"), (times, "")] {
        if !moments.is_empty() {
            let texts: Vec<String> = moments.iter().map(ToString::to_string).collect();
            lines.push(format!("{name}{kind}:{}", texts.join(",")));
        }
    }
}
