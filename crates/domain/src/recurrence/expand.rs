//! From a rule to dates: policies, COUNT, UNTIL, and the zone last of all.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::days::{Days, bounded, interval, tomorrow};
use super::rule::{Frequency, Moment};
use super::{Anchor, CatchUp, Overflow, Position, Recurrence};
use crate::{Due, Invalid, OccurrenceKey, Zone};

pub(super) fn first(recurrence: &Recurrence, due: &Due) -> Result<Position, Invalid> {
    check(recurrence, due)?;
    let days = Days::new(&recurrence.rules[0], recurrence.overflow, due.date());
    let series = Series {
        recurrence,
        start: due,
        days,
    };
    let never = |detail: &str, hint: &str| {
        Invalid::new("/recurrence/rrule", "rule_never_matches", detail).hint(hint)
    };
    let day = series.days.first().ok_or_else(|| {
        never(
            "The rule has no date in the years after the due value.",
            "Check its month days: 30 February does not exist, and 29 February with INTERVAL and \"overflow\": \
             \"skip\" may miss every leap year.",
        )
    })?;
    let owner = Zone::utc();
    let day = if series.is_shadowed(day, &owner) {
        tomorrow(day)
            .and_then(|next| series.days.from(next).next())
            .unwrap_or(day)
    } else {
        day
    };
    let first = series.due(day);
    if !within(recurrence.rules[0].until.as_ref(), &first, &owner) {
        return Err(never(
            &format!("The rule ends before its first date, {first}."),
            "Send a later UNTIL or an earlier due value.",
        ));
    }
    // A month day taken from the start must survive a shorter first month: YEARLY;BYMONTH=2,3 from the 31st.
    let keeps_day = series
        .days
        .month_day()
        .is_none_or(|wanted| wanted == day.day());
    Ok(Position {
        start: if keeps_day {
            first.clone()
        } else {
            due.clone()
        },
        key: OccurrenceKey::new(0, &first, None),
    })
}

/// Whether the policies and the kind of UNTIL fit the rule and its start.
fn check(recurrence: &Recurrence, due: &Due) -> Result<(), Invalid> {
    if recurrence.anchor == Anchor::Completion && recurrence.catch_up != CatchUp::FromCompletion {
        return Err(Invalid::new(
            "/recurrence/catch_up",
            "invalid_catch_up",
            format!(
                "A rule counted from the completion cannot catch up by {}.",
                recurrence.catch_up.as_str()
            ),
        )
        .hint("Send \"catch_up\": \"from_completion\" or leave it out."));
    }
    let hint = match (&recurrence.rules[0].until, due) {
        (None | Some(Moment::Date(_)), _)
        | (Some(Moment::Floating(_)), Due::Floating(_))
        | (Some(Moment::Instant(_)), Due::Zoned(..)) => return Ok(()),
        (Some(_), Due::Date(_)) => {
            "The due value is a date, so send a date such as UNTIL=20270601."
        }
        (Some(_), Due::Floating(_)) => {
            "The due value has a time but no zone, so send UNTIL=20270601T090000 or UNTIL=20270601."
        }
        (Some(_), Due::Zoned(..)) => {
            "The due value has a zone, so send UNTIL in UTC such as UNTIL=20270601T070000Z, or a date such as \
             UNTIL=20270601."
        }
    };
    Err(Invalid::new(
        "/recurrence/rrule",
        "invalid_until",
        "UNTIL is of another kind than the due value.",
    )
    .hint(hint))
}

pub(super) fn next(
    recurrence: &Recurrence,
    at: &Position,
    done: Timestamp,
    owner: &Zone,
) -> Option<Position> {
    let series = Series::at(recurrence, at);
    let today = done.to_zoned(series.zone(owner)).date();
    match recurrence.anchor {
        Anchor::Completion => series.after_completion(at, today, owner),
        Anchor::Schedule => {
            let after = series.after(&at.key, owner)?;
            if series.is_future(after, done, owner) {
                return Some(series.position(at, after));
            }
            match recurrence.catch_up {
                CatchUp::OneStep => Some(series.position(at, after)),
                CatchUp::NextFuture => series
                    .future(&at.key, done, today, owner)
                    .map(|day| series.position(at, day)),
                CatchUp::FromCompletion => series.restart(at, today, owner),
            }
        }
    }
}

pub(super) fn upcoming(recurrence: &Recurrence, at: &Position, count: usize) -> Vec<Due> {
    let owner = Zone::utc();
    let series = Series::at(recurrence, at);
    match recurrence.anchor {
        Anchor::Schedule => series
            .scheduled(&at.key, at.key.at.date(), &owner)
            .take(count)
            .map(|day| series.due(day))
            .collect(),
        Anchor::Completion => {
            let mut dues = Vec::new();
            let mut position = at.clone();
            while dues.len() < count {
                let day = position.key.at.date();
                let Some(next) = series.after_completion(&position, day, &owner) else {
                    break;
                };
                dues.push(next.due());
                position = next;
            }
            dues
        }
    }
}

/// A recurrence and where it is counted from.
struct Series<'a> {
    recurrence: &'a Recurrence,
    start: &'a Due,
    days: Days<'a>,
}

impl<'a> Series<'a> {
    fn at(recurrence: &'a Recurrence, position: &'a Position) -> Self {
        Self {
            recurrence,
            start: &position.start,
            days: Days::new(
                &recurrence.rules[0],
                recurrence.overflow,
                position.start.date(),
            ),
        }
    }

    /// The occurrence of a day, at the start's time of day and of its kind.
    fn due(&self, day: Date) -> Due {
        self.start.at(day.to_datetime(self.start.civil().time()))
    }

    fn zone(&self, owner: &Zone) -> TimeZone {
        self.start.zone_or(owner).rules().clone()
    }

    /// The position at `day` in the same epoch.
    fn position(&self, at: &Position, day: Date) -> Position {
        let ordinal = at.key.ordinal.map(|_| {
            // Only a restarted series with COUNT carries its number along.
            u32::try_from(self.generated(&at.key) + self.between(at.key.at.date(), day))
                .unwrap_or(u32::MAX)
                - 1
        });
        Position {
            start: at.start.clone(),
            key: OccurrenceKey::new(at.key.epoch, &self.due(day), ordinal),
        }
    }

    /// How many occurrences there were up to and including the key.
    fn generated(&self, key: &OccurrenceKey) -> usize {
        match key.ordinal {
            Some(ordinal) => usize::try_from(ordinal)
                .unwrap_or(usize::MAX)
                .saturating_add(1),
            None => self
                .days
                .from(self.start.date())
                .take_while(|day| *day <= key.at.date())
                .take(self.limit())
                .count(),
        }
    }

    /// How many occurrences lie after `from`, up to and including `to`.
    fn between(&self, from: Date, to: Date) -> usize {
        tomorrow(from).map_or(0, |next| {
            self.days
                .from(next)
                .take_while(|day| *day <= to)
                .take(self.limit())
                .count()
        })
    }

    fn limit(&self) -> usize {
        self.recurrence.rules[0]
            .count
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(usize::MAX)
    }

    /// The days after the key, none before `from`, within COUNT and UNTIL.
    fn scheduled(
        &self,
        key: &OccurrenceKey,
        from: Date,
        owner: &Zone,
    ) -> impl Iterator<Item = Date> {
        let after_key = tomorrow(key.at.date());
        let counted = self.recurrence.rules[0].count.is_some();
        let left = if counted {
            self.limit().saturating_sub(self.generated(key))
        } else {
            usize::MAX
        };
        let until = self.recurrence.rules[0].until.as_ref();
        after_key
            .into_iter()
            // With COUNT each occurrence on the way has to be counted; without it, the way is jumped over.
            .flat_map(move |after_key| {
                self.days.from(if counted {
                    after_key
                } else {
                    after_key.max(from)
                })
            })
            .take(left)
            .skip_while(move |day| *day < from)
            .filter(|day| !self.is_shadowed(*day, owner))
            .take_while(move |day| within(until, &self.due(*day), owner))
    }

    /// The first occurrence strictly after the key.
    fn after(&self, key: &OccurrenceKey, owner: &Zone) -> Option<Date> {
        self.scheduled(key, key.at.date(), owner).next()
    }

    /// The first occurrence after the key that is not yet past.
    fn future(
        &self,
        key: &OccurrenceKey,
        done: Timestamp,
        today: Date,
        owner: &Zone,
    ) -> Option<Date> {
        // No clock change moves a time by more than a day, so nothing before yesterday can be future.
        let from = today.checked_sub(2.days()).ok()?.max(key.at.date());
        self.scheduled(key, from, owner)
            .find(|day| self.is_future(*day, done, owner))
    }

    fn is_future(&self, day: Date, done: Timestamp, owner: &Zone) -> bool {
        match self.due(day) {
            Due::Date(day) => day > done.to_zoned(self.zone(owner)).date(),
            timed => timed.instant(owner).is_some_and(|instant| instant > done),
        }
    }

    /// Whether a clock change puts this occurrence on the instant of the one after it, which then stands for both.
    fn is_shadowed(&self, day: Date, owner: &Zone) -> bool {
        let due = self.due(day);
        let Some(instant) = due.instant(owner) else {
            return false;
        };
        if instant.to_zoned(self.zone(owner)).datetime() == due.civil() {
            return false;
        }
        tomorrow(day)
            .and_then(|next| self.days.from(next).next())
            .and_then(|next| self.due(next).instant(owner))
            == Some(instant)
    }

    /// The occurrence after one that was done on `base`, in a series counted from completions.
    fn after_completion(&self, at: &Position, base: Date, owner: &Zone) -> Option<Position> {
        let ordinal = at.key.ordinal.unwrap_or_default().checked_add(1)?;
        if self.recurrence.rules[0]
            .count
            .is_some_and(|count| ordinal >= count)
        {
            return None;
        }
        let due = self.counted_from(base)?;
        within(self.recurrence.rules[0].until.as_ref(), &due, owner).then(|| Position {
            start: at.start.clone(),
            key: OccurrenceKey::new(at.key.epoch, &due, Some(ordinal)),
        })
    }

    /// A new epoch counted from a completion on `base`. With COUNT the number already used goes along, or else a
    /// series that is always late would never end.
    fn restart(&self, at: &Position, base: Date, owner: &Zone) -> Option<Position> {
        let ordinal = match self.recurrence.rules[0].count {
            Some(_) => Some(u32::try_from(self.generated(&at.key)).ok()?),
            None => None,
        };
        let due = self.counted_from(base)?;
        within(self.recurrence.rules[0].until.as_ref(), &due, owner).then(|| Position {
            key: OccurrenceKey::new(at.key.epoch.saturating_add(1), &due, ordinal),
            start: due,
        })
    }

    /// The date that a completion on `base` leads to: one interval later, or the first named day after it.
    fn counted_from(&self, base: Date) -> Option<Due> {
        let rule = &self.recurrence.rules[0];
        let day = if rule.is_pure() {
            self.stepped(base)
        } else {
            Days::new(rule, self.recurrence.overflow, base)
                .from(tomorrow(base)?)
                .next()
        };
        day.and_then(bounded).map(|day| self.due(day))
    }

    fn stepped(&self, base: Date) -> Option<Date> {
        let rule = &self.recurrence.rules[0];
        let interval = interval(rule);
        let months = match rule.frequency {
            Frequency::Secondly | Frequency::Minutely | Frequency::Hourly | Frequency::Daily => {
                return base
                    .checked_add(SignedDuration::from_hours(24 * i64::from(interval)))
                    .ok();
            }
            Frequency::Weekly => {
                return base
                    .checked_add(SignedDuration::from_hours(24 * 7 * i64::from(interval)))
                    .ok();
            }
            Frequency::Monthly => interval,
            Frequency::Yearly => interval.checked_mul(12)?,
        };
        // The year bound ends this long before the twelve steps that any month day needs do.
        (1..=12_i32)
            .map_while(|step| base.checked_add(months.checked_mul(step)?.months()).ok())
            .find(|day| self.recurrence.overflow == Overflow::Clamp || day.day() == base.day())
    }
}

/// Whether an occurrence lies within the inclusive bound.
fn within(until: Option<&Moment>, due: &Due, owner: &Zone) -> bool {
    match until {
        None => true,
        Some(Moment::Date(last)) => due.date() <= *last,
        Some(Moment::Floating(last)) => match due {
            Due::Date(day) => *day <= last.date(),
            timed => timed.civil() <= *last,
        },
        Some(Moment::Instant(last)) => match due.instant(owner) {
            Some(instant) => instant <= *last,
            None => due.date() <= last.to_zoned(owner.rules().clone()).date(),
        },
    }
}
