//! Moving a series: what becomes of its rule when an occurrence goes to another date.

use jiff::civil::{Date, DateTime};

use crate::recurrence::{Anchor, ByDay, Frequency, OccurrencePosition, Recurrence, Rule};
use crate::task::SeriesRef;
use crate::{Due, Invalid, OccurrenceKey, Zone};

/// How much of a series moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scope {
    /// This occurrence alone; the next date is counted from where it was.
    #[default]
    This,
    /// The series continues from the new date.
    Following,
    /// The whole series, as if it had always been so.
    All,
}

impl Scope {
    /// Reads the name on the wire. Fails with `invalid_scope`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "this" => Ok(Self::This),
            "this_and_following" => Ok(Self::Following),
            "all" => Ok(Self::All),
            _ => Err(Invalid::new(
                "/scope",
                "invalid_scope",
                format!("Unknown scope {:?}.", crate::text::clip(text)),
            )
            .hint("Send this, this_and_following or all.")),
        }
    }
}

/// A new date for what is due at `from`, as it is meant: a date without a time keeps the time of day, a time keeps the
/// zone.
#[must_use]
pub fn target(from: Option<&Due>, to: Due) -> Due {
    match (from, to) {
        (Some(from), Due::Date(date)) => match from.time() {
            Some(time) => from.at(date.to_datetime(time)),
            None => Due::Date(date),
        },
        (Some(Due::Zoned(_, zone)), Due::Floating(at)) => Due::Zoned(at, zone.clone()),
        (_, to) => to,
    }
}

/// The recurrence and the place in it when the current occurrence of a series, and what follows, is moved to `to`. The
/// epoch of the key is the caller's to choose. Refuses a rule that does not say which of its days moves.
pub fn series(
    series: &SeriesRef,
    to: &Due,
    scope: Scope,
) -> Result<(Recurrence, OccurrencePosition), Invalid> {
    let position = &series.position;
    let mut recurrence = moved(&series.recurrence, &position.due(), to)?;
    let start = match scope {
        Scope::All => shifted_start(&recurrence, position, to),
        // Another time on the same day keeps the month day that a short month hides.
        Scope::Following if position.due().date() == to.date() => {
            shifted_start(&recurrence, position, to)
        }
        Scope::This | Scope::Following => None,
    };
    let Some(start) = start else {
        // It is counted again from here, so what has been is taken off.
        count_from_here(&mut recurrence, series);
        let position = recurrence.first(to)?;
        return Ok((recurrence, position));
    };
    // The requirements of a start apply to this one too: UNTIL of the same kind, and at least one date.
    recurrence.first(&start)?;
    let key = OccurrenceKey::new(position.key.epoch, to, position.key.ordinal);
    Ok((recurrence, OccurrencePosition { start, key }))
}

/// The start of a series as it would have been, if `to` is one of its dates then; none where a series of other dates
/// would come out, which then has to begin at `to`.
fn shifted_start(recurrence: &Recurrence, position: &OccurrencePosition, to: &Due) -> Option<Due> {
    if recurrence.anchor == Anchor::Completion || recurrence.rules.iter().any(is_finer_than_day) {
        return None;
    }
    let moved = position.due().date().until(to.date()).ok()?;
    let date = position.start.date().checked_add(moved).ok()?;
    // It is kept as text, and a start before all dates that are read could not be read again.
    let start = Due::parse(
        &to.at(DateTime::from_parts(date, to.civil().time()))
            .to_string(),
    )
    .ok()?;
    if start == *to {
        return Some(start);
    }
    let before = OccurrencePosition {
        key: OccurrenceKey::new(0, &to.at(to.civil().yesterday().ok()?), None),
        start: start.clone(),
    };
    (recurrence.upcoming(&before, 1, &Zone::utc()).first() == Some(to)).then_some(start)
}

fn is_finer_than_day(rule: &Rule) -> bool {
    rule.frequency < Frequency::Daily
}

/// Takes what has been off the COUNT of a rule, so that as many are left as there were.
fn count_from_here(recurrence: &mut Recurrence, series: &SeriesRef) {
    if recurrence.rules.iter().all(|rule| rule.count.is_none()) {
        return;
    }
    let most = recurrence.rules.iter().filter_map(|rule| rule.count).max();
    let most = most.and_then(|count| usize::try_from(count).ok());
    let left = series
        .recurrence
        .upcoming(&series.position, most.unwrap_or_default(), &Zone::utc());
    if let [rule] = recurrence.rules.as_mut_slice() {
        rule.count = u32::try_from(left.len() + 1).ok();
    }
}

/// The recurrence whose occurrence `from` is at `to` instead. A date that the rule has anyway leaves it as it is; where
/// the rule names exactly one weekday, month day, month or time of day, that part moves along.
pub fn moved(recurrence: &Recurrence, from: &Due, to: &Due) -> Result<Recurrence, Invalid> {
    let counted = |recurrence: &Recurrence| {
        recurrence
            .first(to)
            .is_ok_and(|position| position.due() == *to)
    };
    if counted(recurrence) {
        return Ok(recurrence.clone());
    }
    let moved = match recurrence.rules.as_slice() {
        [rule] => move_rule(rule, from, to).map(|rule| Recurrence {
            rules: vec![rule],
            ..recurrence.clone()
        }),
        _ => None,
    };
    if let Some(moved) = &moved {
        // Of a kind that the new date does not have: UNTIL with a time for a date without a time.
        if let Err(why) = moved.first(to)
            && why.code == "invalid_until"
        {
            return Err(why);
        }
    }
    moved.filter(counted).ok_or_else(|| {
        Invalid::new(
            "/recurrence",
            "ambiguous_move",
            format!(
                "The rule ({}) has no occurrence at {to}, so it is not clear which of its days or times moves there.",
                recurrence.describe()
            ),
        )
        .hint("Send the rule from then on as \"recurrence\", or \"scope\": \"this\" to move only this occurrence.")
    })
}

fn move_rule(rule: &Rule, from: &Due, to: &Due) -> Option<Rule> {
    let mut rule = rule.clone();
    let (old, new) = (from.date(), to.date());
    if let Some(at) = to.time()
        && from.time() != Some(at)
    {
        move_time(&mut rule, at);
    }
    if old == new {
        return Some(rule);
    }
    if rule.workdays || rule.shift.is_some() || !rule.by_set_pos.is_empty() {
        return None;
    }
    if let [day] = rule.by_day.as_mut_slice() {
        move_weekday(day, rule.frequency, rule.by_month.is_empty(), new)?;
    }
    if let [day] = rule.by_month_day.as_mut_slice() {
        *day = if *day < 0 {
            new.day() - new.days_in_month() - 1
        } else {
            new.day()
        };
    }
    if let [day] = rule.by_year_day.as_mut_slice() {
        *day = if *day < 0 {
            new.day_of_year() - new.days_in_year() - 1
        } else {
            new.day_of_year()
        };
    }
    if let [month] = rule.by_month.as_mut_slice() {
        *month = new.month();
    }
    Some(rule)
}

/// Moves a time of day that the rule itself names.
fn move_time(rule: &mut Rule, at: jiff::civil::Time) {
    if let [hour] = rule.by_hour.as_mut_slice() {
        *hour = at.hour();
    }
    if let [minute] = rule.by_minute.as_mut_slice() {
        *minute = at.minute();
    }
    if let [second] = rule.by_second.as_mut_slice() {
        *second = at.second();
    }
}

/// Moves a weekday; its ordinal is counted from the same end of the month as before.
fn move_weekday(day: &mut ByDay, frequency: Frequency, whole_year: bool, new: Date) -> Option<()> {
    day.weekday = new.weekday();
    let Some(ordinal) = day.ordinal else {
        return Some(());
    };
    if frequency == Frequency::Yearly && whole_year {
        // Counted through the whole year: nobody means the 17th Tuesday by moving one.
        return None;
    }
    let week = |day: i8| i16::from((day - 1) / 7) + 1;
    day.ordinal = Some(match week(new.day()) {
        _ if ordinal < 0 => -week(new.days_in_month() - new.day() + 1),
        // Few months have a fifth; a move to one means the last.
        5 => -1,
        nth => nth,
    });
    Some(())
}

#[cfg(test)]
mod tests;
