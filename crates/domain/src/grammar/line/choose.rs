//! Lets the last rule, date and time of a line win, and takes what goes with them.

use std::ops::Range;

use jiff::civil::Date;

use super::found::{Found, What};
use super::lasting::range;
use super::remarks::SEVERAL_DAYS;
use super::taken::{Taken, shown};
use crate::grammar::compose::reminder::Leads;
use crate::grammar::context::ParseContext;
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::repeat::Repeat;
use crate::grammar::meaning::when::When;
use crate::grammar::parsed::{Doubt, SpanKind};
use crate::grammar::recognise::mark::Marker;
use crate::grammar::resolve::rule::{doubts, resolve};
use crate::grammar::resolve::{day, due};
use crate::grammar::token::lexicon::Unit;

/// Why a start or an end without its rule stays in the title.
const NO_BOUND: &str = "'{}' was left in the title; it does not begin or end a rule here";

/// The words of what wins, for remarks on what does not.
struct Winners {
    rule: Option<String>,
    day: Option<String>,
    time: Option<String>,
    priority: Option<String>,
    /// The date of the phrase that says the day.
    date: Option<Date>,
}

impl Taken<'_, '_> {
    /// Lets the last rule, date and time win; what loses stays in the title with a warning.
    pub(super) fn choose(&mut self, mut found: Vec<Found>) {
        let now = self.chart.now;
        self.settle_weak(&mut found);
        self.join_week(&mut found);
        let last = |test: &dyn Fn(&What) -> bool| found.iter().rposition(|found| test(&found.what));
        let rule = last(&|what| matches!(what, What::Repeat(_)));
        let dated = last(&|what| matches!(what, What::When(when) if when.is_dated()));
        let timed = last(&|what| matches!(what, What::When(when) if when.is_timed()));
        // A value in the rule itself is not repeated elsewhere.
        let (has_time, has_start) =
            rule.and_then(|rule| found.get(rule))
                .map_or((false, false), |found| match &found.what {
                    What::Repeat(repeat) => (repeat.is_timed(), repeat.start.is_some()),
                    _ => (false, false),
                });
        let dated = dated.filter(|_| !has_start);
        let timed = timed.filter(|timed| !has_time || dated == Some(*timed));
        let priority = last(&|what| matches!(what, What::Marker(Marker::Priority(_), _)));
        self.last_priority = priority.and_then(|index| match found.get(index)?.what {
            What::Marker(Marker::Priority(priority), _) => Some(priority),
            _ => None,
        });
        let winners = self.winners(&found, [rule, dated.or(rule), timed.or(rule), priority]);
        let mut joined = When::default();
        let mut repeat = None;
        let (mut bounds, mut aheads) = (Vec::new(), Vec::new());
        let range = range(timed.or(rule).and_then(|index| found.get(index)));
        let mut durations = Vec::new();
        let mut reminders = Vec::new();
        let mut timed_reminders = Vec::new();
        let mut openings = Vec::new();
        self.names_day = rule.is_some() || dated.is_some();
        let is_dueless = rule.is_none() && dated.is_none() && timed.is_none();
        let last_reminder = last(&|what| matches!(what, What::RemindAt(_)));
        for (index, Found { tokens, what }) in found.into_iter().enumerate() {
            match what {
                What::Reminders(leads) => {
                    self.doubt(&tokens, leads.doubts);
                    reminders.push((tokens, leads.list));
                }
                What::Duration(minutes, behind) => durations.push((tokens, minutes, behind)),
                What::RemindAt(when) if is_dueless && last_reminder == Some(index) => {
                    // Nothing else says when it is due.
                    self.take_date(&mut joined, (tokens.clone(), when), (true, true));
                    self.due_reminder = Some(tokens.clone());
                    reminders.push((tokens, Leads::at_due().list));
                }
                What::RemindAt(when) => {
                    self.doubt(&tokens, due::doubts(&when, now, None));
                    timed_reminders.push((tokens, when));
                }
                What::RemindThen => openings.push(tokens),
                What::LoneFrequency if rule.is_none() => {
                    let text = "'{}' was left in the title; write it at the end of the line if it is a rule";
                    self.remarks.not_understood(&tokens, text);
                }
                What::LoneFrequency | What::Weak(_) | What::Name(_) => {}
                What::Marker(marker, doubt) => {
                    let wins = priority == Some(index);
                    let winner = winners.priority.as_deref();
                    if self.add_marker(tokens.clone(), marker, wins, winner)
                        && let Some(doubt) = doubt
                    {
                        self.remarks.add(&tokens, Doubt::Unsure, doubt);
                    }
                }
                What::Repeat(found) if rule == Some(index) => repeat = Some((tokens, found)),
                What::Bound(bound) => bounds.push((tokens, bound)),
                What::Ahead(part) => aheads.push((tokens, part)),
                What::When(when) if dated == Some(index) || timed == Some(index) => {
                    let losses = [timed != Some(index) && timed > dated, dated != Some(index)];
                    self.tell_losses(&tokens, &when, losses, &winners);
                    let wins = (dated == Some(index), timed == Some(index));
                    self.take_date(&mut joined, (tokens, when), wins);
                }
                What::PartOfRule if rule.is_some_and(|rule| rule < index) => {
                    self.words.push((tokens, SpanKind::Recurrence));
                }
                What::Repeat(_) | What::PartOfRule => {
                    self.overruled(&tokens, winners.rule.as_deref());
                }
                What::When(when) if when.is_dated() => {
                    self.overruled(&tokens, winners.day.as_deref());
                }
                What::When(_) => self.overruled(&tokens, winners.time.as_deref()),
            }
        }
        self.join_aheads(repeat.as_mut().map(|(_, rule)| rule), aheads);
        self.join_bounds(repeat.as_mut().map(|(_, repeat)| repeat), bounds);
        self.resolve_rule(repeat, &joined, now);
        self.take_duration(range, durations);
        for (tokens, leads) in reminders {
            self.remind(tokens, &leads);
        }
        for (tokens, when) in timed_reminders {
            self.remind_at(tokens, &when, now);
        }
        for tokens in openings {
            self.remind_then(tokens);
        }
    }

    /// Says which half of a phrase was ignored: its time, its day.
    fn tell_losses(
        &mut self,
        tokens: &Range<usize>,
        when: &When,
        [loses_time, loses_day]: [bool; 2],
        winners: &Winners,
    ) {
        if loses_time && when.clock.is_some() {
            let time = shown(winners.time.as_deref());
            let quoted = self.remarks.quoted(tokens);
            let text = format!("the time of '{quoted}' was ignored: {time} is used");
            self.remarks.add(tokens, Doubt::Overruled, text);
        }
        // "monday morning next week" names one day twice.
        let day = when
            .day
            .as_ref()
            .and_then(|day| day::date(day, self.chart.now, when.time().0));
        if loses_day && day.is_some() && day != winners.date {
            let day = shown(winners.day.as_deref());
            let quoted = self.remarks.quoted(tokens);
            let text = format!("the day of '{quoted}' was ignored: {day} is used");
            self.remarks.add(tokens, Doubt::Overruled, text);
        }
    }

    /// Adds starts and ends from elsewhere in the line to the rule.
    pub(super) fn join_bounds(
        &mut self,
        mut rule: Option<&mut Repeat>,
        bounds: Vec<(Range<usize>, Repeat)>,
    ) {
        for (tokens, bound) in bounds {
            if rule.as_mut().is_some_and(|rule| rule.join(&bound)) {
                self.words.push((tokens, SpanKind::Recurrence));
            } else if !self.remarks.has_refused {
                let is_span = bound.start.is_some() && bound.ends();
                let text = if is_span { SEVERAL_DAYS } else { NO_BOUND };
                self.remarks.not_understood(&tokens, text);
            }
        }
    }

    /// Lets a weak time count in a line with a day or a rule, and a vague day in one that has only a time. In a line
    /// whose date was refused no time counts: it would mean today.
    fn settle_weak(&mut self, found: &mut Vec<Found>) {
        let mut has_day = found.iter().any(|found| match &found.what {
            What::When(when) => when.is_dated(),
            What::Repeat(_) => true,
            _ => false,
        });
        let has_time = found.iter().any(|found| match &found.what {
            What::When(when) => when.is_timed(),
            What::Repeat(repeat) => repeat.is_timed(),
            _ => false,
        });
        for Found { tokens, what } in found.iter_mut() {
            if let What::Name(when) = what {
                let counts = if when.is_dated() {
                    has_time && !has_day && !self.remarks.has_refused
                } else {
                    has_day && !has_time
                };
                if counts {
                    has_day = true;
                    *what = What::When(std::mem::take(when));
                }
                continue;
            }
            let What::Weak(when) = what else {
                continue;
            };
            let counts = if when.is_dated() {
                has_time && !has_day
            } else {
                has_day && !has_time
            };
            if counts {
                has_day |= when.is_dated();
                *what = What::When(std::mem::take(when));
            } else if !self.remarks.has_refused && (has_day || when.part.is_none()) {
                // In a line without a day "at night" is ordinary prose.
                let text = if when.is_dated() {
                    "'{}' was left in the title; write by before it if it is due then"
                } else {
                    "'{}' was left in the title; write it right beside its day if it is due then"
                };
                self.remarks.not_understood(tokens, text);
            }
        }
        if self.remarks.has_refused && !has_day {
            found.retain(|found| {
                let is_time = matches!(found.what, What::When(_));
                if is_time {
                    let text = "'{}' was left in the title, because its date was not understood";
                    self.remarks.not_understood(&found.tokens, text);
                }
                !is_time
            });
        }
    }

    /// Lets a weekday and `next week` elsewhere in the line be one day: `tuesday 9am dentist next week`.
    fn join_week(&mut self, found: &mut Vec<Found>) {
        let day_of = |found: &Found| match &found.what {
            What::When(when) => when.day.clone(),
            _ => None,
        };
        let days: Vec<(usize, Day)> = found
            .iter()
            .enumerate()
            .filter_map(|(index, found)| Some((index, day_of(found)?)))
            .collect();
        let [(first, one), (second, other)] = days.as_slice() else {
            return;
        };
        let (weekday, at, week, ahead) = match (one, other) {
            (Day::Weekday(weekday), Day::Opening(Unit::Week, ahead)) => {
                (weekday, first, second, ahead)
            }
            (Day::Opening(Unit::Week, ahead), Day::Weekday(weekday)) => {
                (weekday, second, first, ahead)
            }
            _ => return,
        };
        if let Some(What::When(when)) = found.get_mut(*week).map(|found| &mut found.what) {
            when.day = Some(Day::OfWeek(*weekday, *ahead));
        }
        if let Some(Found { tokens, what }) = found.get_mut(*at)
            && let What::When(when) = what
        {
            when.day = None;
            if !when.is_timed() {
                self.words.push((tokens.clone(), SpanKind::Due));
                found.remove(*at);
            }
        }
    }

    /// Adds other likely readings of what was taken.
    fn doubt(&mut self, tokens: &Range<usize>, doubts: Vec<String>) {
        for doubt in doubts {
            self.remarks.add(tokens, Doubt::Unsure, doubt);
        }
    }

    /// The words of the rule, day, time and priority that win, and the date; notes the time.
    fn winners(&mut self, found: &[Found], indices: [Option<usize>; 4]) -> Winners {
        let when = |index: Option<usize>| match &found.get(index?)?.what {
            What::When(when) => Some(when),
            _ => None,
        };
        let [_, day, time, _] = indices;
        self.time = when(time).and_then(|when| when.time().0);
        let due = when(day).and_then(|when| due::due(when, self.chart.now));
        let [rule, day, time, priority] = indices.map(|index| {
            let tokens = &found.get(index?)?.tokens;
            Some(self.remarks.quoted(tokens))
        });
        Winners {
            rule,
            day,
            time,
            priority,
            date: due.map(|due| due.date()),
        }
    }

    /// Takes the day, the time or both of a phrase.
    fn take_date(
        &mut self,
        joined: &mut When,
        (tokens, when): (Range<usize>, When),
        (takes_day, takes_time): (bool, bool),
    ) {
        let now = self.chart.now;
        self.doubt(&tokens, due::doubts(&when, now, self.time));
        due::join(joined, when, takes_day, takes_time, now);
        self.words.push((tokens, SpanKind::Due));
    }

    fn resolve_rule(
        &mut self,
        repeat: Option<(Range<usize>, Repeat)>,
        joined: &When,
        now: &ParseContext,
    ) {
        self.parsed.due = due::due(joined, now);
        let alone = repeat.is_none();
        if let Some((tokens, repeat)) = repeat {
            match resolve(&repeat, joined, now) {
                Ok((recurrence, first)) => {
                    self.doubt(&tokens, doubts(&repeat, now));
                    self.words.push((tokens, SpanKind::Recurrence));
                    self.moved(joined, &recurrence, &first);
                    self.doubt_first_day(joined, &repeat, &first);
                    self.parsed.recurrence = Some(recurrence);
                    self.parsed.due = Some(first);
                }
                Err(refused) => {
                    self.words.retain(|(_, kind)| *kind != SpanKind::Recurrence);
                    let quoted = self.remarks.quoted(&tokens);
                    self.remarks.add(
                        &tokens,
                        Doubt::NotUnderstood,
                        format!(
                            "did not understand '{quoted}' as a rule: {}",
                            refused.detail
                        ),
                    );
                }
            }
        }
        if self.parsed.recurrence.is_none() {
            if due::is_gone(joined, now) {
                self.remark_on(SpanKind::Due, Doubt::Unsure, due::GONE);
            } else if due::has_passed(joined, now) {
                self.remark_on(SpanKind::Due, Doubt::Unsure, due::PASSED);
            } else if self
                .parsed
                .due
                .as_ref()
                .is_some_and(|due| due.date() < now.today)
            {
                self.remark_on(SpanKind::Due, Doubt::Unsure, "this date is in the past");
            }
        }
        if self.parsed.due.is_none() {
            // A date beyond reach is not lost: its words stay in the title.
            if alone {
                self.remark_on(
                    SpanKind::Due,
                    Doubt::NotUnderstood,
                    "did not understand this as a date: the year is outside 1900 to 2200",
                );
            }
            self.words.retain(|(_, kind)| *kind != SpanKind::Due);
            if !self.parsed.reminders.is_empty() {
                self.remark_on(
                    SpanKind::Reminder,
                    Doubt::NotUnderstood,
                    "a reminder needs a due date to count back from",
                );
            }
        }
    }
}
