//! Rules in words: `every monday at 9 until 1 june`, `every! 3 days`, `every mon at 8, tue at 9`.

mod leading;

use jiff::civil::{Time, Weekday};

use super::dates::{Day, ParseContext};
use super::day_sets::{self, DaySpec};
use super::frequencies::once;
use super::lexicon::{Sense, Unit};
use super::modifiers::{modifiers, times};
use super::pattern::{beside_day, counted, end_of_unit, frequency, interval, pattern, shifted};
use super::raw;
use super::rule_bounds::End;
use super::times::Clock;
use super::tokens::Tokens;
use super::unparsed;
use super::values::{number, unit};
use crate::recurrence::{CatchUp, Exclusion, Frequency, Moment, Overflow, RULES_MAX, Rule};
use crate::{Recurrence, Zone};

/// Some days with their own times: each part of `mon at 8, tue at 9`.
#[derive(Clone, Debug, Default)]
pub(super) struct Clause {
    /// The rules that name the days; often one.
    pub rules: Vec<Rule>,
    /// The times of day.
    pub clocks: Vec<Clock>,
    /// The hour of a part of the day, such as `every evening`, which a stated time replaces.
    pub part: Option<Time>,
    /// `always at 9`: the time is part of the rule even where one alone would be the start's.
    pub fixed: bool,
    /// `weeks from sunday`.
    pub week_start: Option<Weekday>,
    /// Another likely reading of the words after the times.
    pub zone_doubt: Option<String>,
}

/// A rule as it was said, before it is known when it begins.
#[derive(Clone, Debug, Default)]
pub(super) struct Repeat {
    /// The days and times.
    pub clauses: Vec<Clause>,
    /// `every!`: counted from the completion.
    pub completion: bool,
    /// `skip short months`.
    pub overflow: Overflow,
    /// `catch up`, `restarting when late`.
    pub catch_up: CatchUp,
    /// `starting`.
    pub start: Option<Day>,
    /// The zone of the times.
    pub zone: Option<Zone>,
    /// `until`.
    pub until: Option<End>,
    /// `5 times`.
    pub count: Option<u32>,
    /// `for 3 weeks`.
    pub length: Option<(u32, Unit)>,
    /// `plus 1 jul 2027`.
    pub extra: Vec<Moment>,
    /// `except`.
    pub exclude: Vec<Exclusion>,
    /// A recurrence in its exact text.
    pub raw: Option<Recurrence>,
    /// Another likely reading, for a person.
    pub doubts: Vec<String>,
}

impl Repeat {
    /// Other likely readings, with those that only the times show.
    pub(super) fn all_doubts(&self, now: &ParseContext) -> Vec<String> {
        let mut doubts = self.doubts.clone();
        doubts.extend(self.start.and_then(|day| day.next_year_doubt(now, None)));
        for clause in &self.clauses {
            doubts.extend(clause.zone_doubt.clone());
            let shown = clause.clocks.iter().filter_map(|clock| clock.doubt);
            if clause.part.is_none()
                && let Some(doubt) = shown.max()
            {
                doubts.push(doubt.to_owned());
            }
        }
        doubts
    }

    /// Adds a start or end from elsewhere in the line, unless the rule has its own; returns whether it did.
    pub(super) fn join(&mut self, bound: &Self) -> bool {
        let ended = self.until.is_some() || self.length.is_some() || self.count.is_some();
        let ends = bound.until.is_some() || bound.length.is_some();
        // "every month fast for 2 days" says how long it takes.
        let short = bound.length.is_some_and(|(count, unit)| {
            let steps = self.clauses.iter().flat_map(|clause| &clause.rules);
            steps.map(step).max().unwrap_or(u32::MAX) >= days(unit).saturating_mul(count)
        });
        if self.raw.is_some()
            || short
            || (ended && ends)
            || (self.start.is_some() && bound.start.is_some())
        {
            return false;
        }
        self.start = self.start.or(bound.start);
        self.until = self.until.or(bound.until);
        self.length = self.length.or(bound.length);
        true
    }

    /// Whether the words say a time of day, or the rule itself does.
    pub(super) fn is_timed(&self) -> bool {
        self.raw.as_ref().is_some_and(Recurrence::sets_time)
            || self.clauses.iter().any(|clause| {
                !clause.clocks.is_empty()
                    || clause.part.is_some()
                    || clause.rules.iter().any(Rule::sets_time)
            })
    }
}

/// About how many days a unit has.
fn days(unit: Unit) -> u32 {
    match unit {
        Unit::Week => 7,
        Unit::Fortnight => 14,
        Unit::Month => 30,
        Unit::Quarter => 91,
        Unit::Year => 365,
        _ => 1,
    }
}

/// About how many days lie between two dates of a rule.
fn step(rule: &Rule) -> u32 {
    let unit = match rule.frequency {
        Frequency::Weekly => 7,
        Frequency::Monthly => 30,
        Frequency::Yearly => 365,
        _ => 1,
    };
    rule.interval.saturating_mul(unit)
}

/// Reads a rule. With `whole` a phrase such as `after 3 days` counts too, which in a sentence means something else.
pub(super) fn repeat(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    whole: bool,
) -> Option<(Repeat, usize)> {
    if !tokens.at_phrase_start(at) {
        return None;
    }
    if let Some((recurrence, next)) = raw::recurrence(tokens, at) {
        let repeat = Repeat {
            raw: Some(recurrence),
            ..Repeat::default()
        };
        return Some((repeat, next));
    }
    if let Some(found) = times_first(tokens, at, now, whole) {
        return Some(found);
    }
    let mut repeat = Repeat::default();
    let (opened, next) = every(tokens, at, whole, &mut repeat)
        .map(|next| (Opened::Every, next))
        .or_else(|| adverb(tokens, at, &mut repeat).map(|next| (Opened::Adverb, next)))
        .or_else(|| of_every(tokens, at, &mut repeat).map(|next| (Opened::Every, next)))
        .or_else(|| after(tokens, at, &mut repeat).map(|next| (Opened::After, next)))
        .or_else(|| leading::leading(tokens, at, &mut repeat))
        .or_else(|| once(tokens, at, &mut repeat).map(|next| (Opened::Every, next)))
        .or_else(|| week_span(tokens, at, &mut repeat).map(|next| (Opened::Every, next)))
        .or_else(|| plural(tokens, at, &mut repeat))?;
    let end = clauses(tokens, next, now, &mut repeat)?;
    let clear = match opened {
        Opened::Every | Opened::Preposition => true,
        // `daily` ends a thought; in `daily report` it is an adjective.
        Opened::Adverb => end > next || tokens.at_line_end(end) || follows_adverb(tokens, end),
        Opened::Plural => end > next || tokens.at_line_end(end),
        // "after 3 days of rain".
        Opened::After => tokens.at_line_end(end),
    };
    // "daily 1001 times" is a rule, though a wrong one.
    let clear = clear || unparsed::invalid_bound(tokens, end).is_some();
    let plain = tokens.at_phrase_end(end) && clear && !unparsed::has_unparsed_tail(tokens, end);
    (plain && share_times(&mut repeat)).then_some((repeat, end))
}

/// How a rule began, which says what must follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    Every,
    Adverb,
    Plural,
    Preposition,
    After,
}

/// Reads what follows the first days: their times and ends, and more days with times of their own.
fn clauses(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    repeat: &mut Repeat,
) -> Option<usize> {
    let mut end = modifiers(tokens, at, now, repeat)?;
    while repeat.clauses.len() < RULES_MAX {
        let next = day_sets::separated(tokens, end);
        if next == end {
            break;
        }
        let Some(after) = another(tokens, next, repeat) else {
            break;
        };
        end = modifiers(tokens, after, now, repeat)?;
    }
    Some(end)
}

/// One more clause: `every tuesday`, or behind a clause with a time `tue at 9`.
fn another(tokens: &Tokens<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    if tokens.is(at, Sense::Every) {
        let bang = tokens.is_mark(at + 1, "!") && tokens.joined_to_previous(at + 1);
        (bang == repeat.completion || !bang).then_some(())?;
        let (clause, next) = pattern(tokens, at + 1 + usize::from(bang), &mut repeat.doubts)?;
        repeat.clauses.push(clause);
        return Some(next);
    }
    let before = repeat.clauses.last()?;
    let [rule] = before.rules.as_slice() else {
        return None;
    };
    let (frequency, interval) = (rule.frequency, rule.interval);
    if before.clocks.is_empty() && before.part.is_none() {
        return None;
    }
    let (specs, next) = day_sets::list(tokens, at)?;
    let rules = day_sets::rules(&specs, None, interval)?;
    let alike = rules.iter().all(|rule| rule.frequency == frequency);
    let mut clause = Clause {
        rules,
        ..Clause::default()
    };
    times(tokens, next, &mut clause, &mut None)?;
    (alike || interval == 1).then_some(())?;
    repeat.clauses.push(Clause {
        clocks: Vec::new(),
        part: None,
        ..clause
    });
    Some(next)
}

/// Whether the clauses' times go together: each has its own, or the last has one for all.
fn share_times(repeat: &mut Repeat) -> bool {
    let rules: usize = repeat.clauses.iter().map(|clause| clause.rules.len()).sum();
    if rules > RULES_MAX || (rules > 1 && repeat.count.is_some()) {
        return false;
    }
    let fine = |rule: &Rule| rule.frequency < Frequency::Daily;
    let is_consistent = repeat
        .clauses
        .iter()
        .all(|clause| !(clause.rules.iter().any(fine) && clause.clocks.len() > 1));
    if repeat.clauses.len() < 2 {
        return is_consistent;
    }
    let timed = |clause: &Clause| {
        clause.fixed
            || !clause.clocks.is_empty()
            || clause.part.is_some()
            || clause.rules.iter().any(Rule::sets_time)
    };
    let fixed = repeat.clauses.iter().any(|clause| clause.fixed);
    let all = repeat.clauses.iter().all(timed);
    let Some((last, before)) = repeat.clauses.split_last_mut() else {
        return is_consistent;
    };
    if all && !fixed {
        for clause in before.iter_mut().chain([last]) {
            let parsed = !clause.clocks.is_empty() || clause.part.is_some();
            clause.fixed = parsed && !clause.rules.iter().any(fine);
        }
        return is_consistent;
    }
    // A rule of hours has no need of a time.
    let own = |clause: &Clause| clause.fixed || clause.rules.iter().all(Rule::sets_time);
    is_consistent && before.iter().all(|clause| own(clause) || !timed(clause))
}

/// `every …` without its modifiers.
fn every(tokens: &Tokens<'_>, at: usize, whole: bool, repeat: &mut Repeat) -> Option<usize> {
    let (completion, next) = if tokens.is(at, Sense::Every) {
        let completion = tokens.is_mark(at + 1, "!") && tokens.joined_to_previous(at + 1);
        (completion, at + 1 + usize::from(completion))
    } else if whole && tokens.is(at, Sense::After) && number(tokens, at + 1).is_some() {
        (true, at + 1)
    } else {
        return None;
    };
    let (clause, next) = pattern(tokens, next, &mut repeat.doubts)?;
    repeat.clauses.push(clause);
    if completion {
        repeat.completion = true;
        repeat.catch_up = CatchUp::FromCompletion;
    }
    Some(next)
}

/// `water plants after 10 days`: as other lists read it, so many days after each completion.
fn after(tokens: &Tokens<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let last = at.checked_sub(1)?;
    let blocked = tokens.any(last, &[Sense::DateBlocker, Sense::NamePrefix]);
    if blocked || !tokens.is(at, Sense::After) {
        return None;
    }
    let count = tokens.get(at + 1)?.digits()?;
    let (unit, next) = unit(tokens, at + 2)?;
    // "take a break after 2 hours" happens once.
    let long = !matches!(
        unit,
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Weekend
    );
    let (clause, next) = counted(tokens, next, unit, count).filter(|_| long)?;
    repeat.clauses.push(clause);
    repeat.completion = true;
    repeat.catch_up = CatchUp::FromCompletion;
    repeat.doubts.push(
        "read as a rule that counts from each completion; quote it if it happens only once"
            .to_owned(),
    );
    Some(next)
}

/// `daily` ends a thought; in `daily report` it is an adjective.
fn follows_adverb(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.any(at, &[Sense::ClauseStart, Sense::Today, Sense::Tomorrow])
        || tokens
            .get(at)
            .is_some_and(|token| matches!(token.text, "," | "." | ")" | ":"))
}

/// `monthly on the 1st`.
fn adverb(tokens: &Tokens<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let named = is_named(tokens, at);
    // "bi-weekly".
    let bi = tokens.is(at, Sense::Bi)
        && tokens.joined_to_previous(at + 1)
        && tokens.is_mark(at + 1, "-")
        && tokens.joined_to_previous(at + 2);
    let at = if bi { at + 2 } else { at };
    let (unit, interval) = tokens.sense(at, |sense| match sense {
        Sense::Adverb(unit, interval) => Some((unit, interval)),
        _ => None,
    })?;
    let bi = bi && interval == 1 && matches!(unit, Unit::Week | Unit::Month);
    if named || (tokens.joined_to_previous(at) && !bi && at > 0 && !tokens.at_phrase_start(at)) {
        return None;
    }
    let interval = if bi { 2 } else { interval };
    let (mut clause, next) = counted(tokens, at + 1, unit, interval)?;
    clause.part = clause.part.or_else(|| {
        tokens.sense(at, |sense| match sense {
            Sense::Nightly(hour) => Time::new(hour, 0, 0, 0).ok(),
            _ => None,
        })
    });
    if bi || tokens.is(at, Sense::Biweekly) {
        let every = if unit == Unit::Week {
            "2 weeks"
        } else {
            "2 months"
        };
        repeat.doubts.push(format!(
            "read as every {every}; it can also mean twice per period"
        ));
    }
    repeat.clauses.push(clause);
    Some(next)
}

/// `mon-fri at 8`: a range of weekdays with a time repeats, one without may be a trip.
fn week_span(tokens: &Tokens<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let last = day_sets::span(tokens, at)?;
    let blocked = at
        .checked_sub(1)
        .is_some_and(|last| tokens.any(last, &[Sense::DateBlocker, Sense::NamePrefix]));
    let timed = super::times::clock(tokens, at + 3, true);
    // "6am mon-fri" has its time before.
    let before = at
        .checked_sub(1)
        .is_some_and(|last| tokens.any(last, &[Sense::Am, Sense::Pm]))
        || (at > 1 && tokens.is(at - 2, Sense::At))
        || (at > 2 && tokens.is_mark(at - 2, ":"));
    if blocked || !(timed.is_some() || (before && tokens.at_line_end(at + 3))) {
        return None;
    }
    let (specs, next) = day_sets::list(tokens, at)?;
    repeat.clauses.push(Clause {
        rules: day_sets::rules(&specs, None, 1)?,
        ..Clause::default()
    });
    repeat.doubts.push(format!(
        "read as every week from {} to {}",
        day_sets::name(super::values::any_weekday(tokens, at)?),
        day_sets::name(last)
    ));
    Some(next)
}

/// Whether the word before makes this one part of a name: `my daily`.
pub(super) fn is_named(tokens: &Tokens<'_>, at: usize) -> bool {
    at.checked_sub(1)
        .is_some_and(|last| tokens.is(last, Sense::NamePrefix))
}

/// `the last day of every month`, `1st of each month`.
fn of_every(tokens: &Tokens<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let start = at + usize::from(tokens.is(at, Sense::Due));
    let has_preposition = tokens.any(start, &[Sense::On, Sense::By, Sense::At]);
    let start = start + usize::from(has_preposition);
    // "at the end of every month".
    if let Some((clause, next)) = end_of_unit(tokens, start)
        .filter(|(_, next)| *next >= 2 && tokens.is(next - 2, Sense::Every))
    {
        repeat.clauses.push(clause);
        return Some(next);
    }
    if let Some((specs, shift, next)) = beside_day(tokens, start) {
        // "2 days before the end of every month" repeats, "of the month" does not.
        let every = next >= 2 && tokens.is(next - 2, Sense::Every);
        every.then_some(())?;
        let rules = day_sets::rules(&specs, Some(Frequency::Monthly), 1)?;
        repeat.clauses.push(shifted(rules, shift));
        return Some(next);
    }
    let (specs, next) = day_sets::list(tokens, start)?;
    if !(tokens.is(next, Sense::Of) && tokens.is(next + 1, Sense::Every)) {
        return None;
    }
    let (interval, unit_at) = interval(tokens, next + 2);
    let (unit, next) = unit(tokens, unit_at)?;
    let (frequency, interval) = frequency(unit, interval.unwrap_or(1))?;
    repeat.clauses.push(Clause {
        rules: day_sets::rules(&specs, Some(frequency), interval)?,
        ..Clause::default()
    });
    Some(next)
}

/// `at 8 and 18 every day`: times before their rule, where one alone would be the line's.
fn times_first(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    whole: bool,
) -> Option<(Repeat, usize)> {
    let (mut parsed, mut within) = (Clause::default(), None);
    let next = times(tokens, at, &mut parsed, &mut within).filter(|_| parsed.clocks.len() > 1)?;
    let adverb = |sense| matches!(sense, Sense::Adverb(..)).then_some(());
    (tokens.is(next, Sense::Every) || tokens.sense(next, adverb).is_some()).then_some(())?;
    let (mut rest, end) = repeat(tokens, next, now, whole)?;
    let [clause] = rest.clauses.as_mut_slice() else {
        return None;
    };
    if rest.raw.is_some() || !clause.clocks.is_empty() || clause.part.is_some() {
        return None;
    }
    clause.clocks = parsed.clocks;
    clause.zone_doubt = parsed.zone_doubt;
    rest.zone = within.or(rest.zone);
    share_times(&mut rest).then_some((rest, end))
}

/// `on mondays`, `mondays and thursdays`, `weekdays at 9`.
fn plural(tokens: &Tokens<'_>, at: usize, repeat: &mut Repeat) -> Option<(Opened, usize)> {
    let has_preposition = tokens.is(at, Sense::On);
    let start = at + usize::from(has_preposition);
    if !tokens.is(start, Sense::Plural) || is_named(tokens, at) {
        return None;
    }
    let blocked = at
        .checked_sub(1)
        .is_some_and(|last| tokens.is(last, Sense::DateBlocker));
    if blocked {
        return None;
    }
    let (specs, next) = match unit(tokens, start) {
        Some((Unit::Workday, next)) => (day_sets::WORKWEEK.map(DaySpec::Weekday).to_vec(), next),
        Some((_, next)) => (vec![DaySpec::Weekday(Weekday::Saturday)], next),
        None => day_sets::list(tokens, start)?,
    };
    repeat.clauses.push(Clause {
        rules: day_sets::rules(&specs, None, 1)?,
        ..Clause::default()
    });
    let opened = if has_preposition {
        Opened::Preposition
    } else {
        Opened::Plural
    };
    Some((opened, next))
}
