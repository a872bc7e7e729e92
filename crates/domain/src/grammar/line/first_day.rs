//! What a day elsewhere in the line means for the rule that begins there.

use super::taken::Taken;
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::repeat::Repeat;
use crate::grammar::meaning::when::When;
use crate::grammar::parsed::{Doubt, SpanKind};
use crate::grammar::resolve::rule::LEAP_DAY;
use crate::recurrence::{Frequency, Overflow, Rule};
use crate::{Due, Recurrence};

impl Taken<'_, '_> {
    /// Adds a remark if a day given with a rule is not one of its dates.
    pub(super) fn moved(&mut self, joined: &When, recurrence: &Recurrence, due: &Due) {
        let names_day = joined.day.is_some() || joined.whole.is_some();
        if let Some(named) = self.parsed.due.as_ref().filter(|_| names_day)
            && named.date() != due.date()
        {
            let note = recurrence.moved_start_note(named, due);
            self.remark_on(SpanKind::Due, Doubt::Unsure, &note);
        }
    }

    /// Adds a remark if a rule that names no days repeats another day than the words may mean: `on friday every 3
    /// months` is a day of the month, and `29 feb every year` is the 28th in most years.
    pub(super) fn doubt_first_day(&mut self, joined: &When, repeat: &Repeat, first: &Due) {
        let mut rules = repeat.clauses.iter().flat_map(|clause| &clause.rules);
        let is_plain = |rule: &Rule| {
            rule.by_day.is_empty() && rule.by_month_day.is_empty() && rule.by_month.is_empty()
        };
        let Some(rule) = rules.next().filter(|rule| is_plain(rule)) else {
            return;
        };
        let date = first.date();
        let is_weekday = matches!(joined.day, Some(Day::Weekday(_) | Day::OfWeek(..)));
        if is_weekday && rule.frequency == Frequency::Monthly {
            let months = match rule.interval {
                1 => "every month".to_owned(),
                interval => format!("every {interval} months"),
            };
            let day = date.strftime("%A").to_string().to_lowercase();
            let text = format!(
                "repeats on day {} of the month; write for example '{months} on the 1st {day}'",
                date.day()
            );
            self.remark_on(SpanKind::Recurrence, Doubt::Unsure, &text);
        }
        let is_leap_day = date.month() == 2 && date.day() == 29;
        if is_leap_day && rule.frequency == Frequency::Yearly && repeat.overflow == Overflow::Clamp
        {
            self.remark_on(SpanKind::Recurrence, Doubt::Unsure, LEAP_DAY);
        }
    }
}
