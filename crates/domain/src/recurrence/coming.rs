//! Single occurrences that are still to come: their keys, and leaving one out of a recurrence or adding one.

use super::calendar;
use super::iterate::merge::Series;
use super::policies::Anchor;
use super::position::OccurrencePosition;
use super::recurrence_set::{Exclusion, Recurrence};
use super::rule::Moment;
use super::zones;
use crate::{Due, OccurrenceKey, Zone};

impl Recurrence {
    /// The key of the date that comes so many dates after the next occurrence; 0 is that one. None in a series counted
    /// from completions, where it depends on when the one before is done.
    pub fn coming_key(
        &self,
        next: &OccurrencePosition,
        index: usize,
        due: &Due,
    ) -> Option<OccurrenceKey> {
        if self.anchor == Anchor::Completion {
            return None;
        }
        let ordinal = match next.key.ordinal {
            Some(ordinal) => Some(ordinal.checked_add(u32::try_from(index).ok()?)?),
            None => None,
        };
        Some(OccurrenceKey::new(next.key.epoch, due, ordinal))
    }

    /// Whether a key is that of the next occurrence or of a later one. A series counted from completions has no later ones.
    pub fn is_coming(&self, next: &OccurrencePosition, key: &OccurrenceKey, owner: &Zone) -> bool {
        let is_of_kind = key.epoch == next.key.epoch
            && key.at.time().is_some() == next.key.at.time().is_some()
            && key.ordinal.is_some() == next.key.ordinal.is_some();
        if self.anchor == Anchor::Completion || !is_of_kind {
            return false;
        }
        let (first, at) = (seconds(&next.key.at), seconds(&key.at));
        let series = Series::new(self, &next.start, owner);
        match (next.key.ordinal, key.ordinal) {
            (Some(_), Some(ordinal)) => {
                // A restarted series with COUNT numbers its occurrences, so it has no more than COUNT.
                let dues = self.upcoming_from(Some(next), Self::numbered(self), owner);
                let found = dues.iter().position(|due| seconds(due) == at);
                let found = found.and_then(|index| self.coming_key(next, index, &key.at));
                found.is_some_and(|found| found.ordinal == Some(ordinal))
            }
            _ => at >= first && series.from(at).next() == Some(at),
        }
    }

    /// The greatest COUNT.
    fn numbered(&self) -> usize {
        let counts = self.rules.iter().filter_map(|rule| rule.count);
        let most = counts.max().unwrap_or_default();
        usize::try_from(most).unwrap_or(usize::MAX)
    }

    /// The recurrence without one of its occurrences (EXDATE), in a series that begins at `start`.
    #[must_use]
    pub fn without(&self, start: &Due, at: &Due, owner: &Zone) -> Self {
        let at = seconds(at);
        let mut changed = self.clone();
        let series = Series::new(self, start, owner);
        changed.extra.retain(|moment| series.civil(moment) != at);
        // One that the clocks move onto another comes in its place if only that one is left out.
        loop {
            let series = Series::new(&changed, start, owner);
            let found = series
                .from(at - CLOCK_CHANGE_MAX)
                .take_while(|other| *other <= at)
                .find(|other| *other == at || is_shown_at(&series, *other, at));
            let Some(moment) = found.and_then(|found| moment(&series, found)) else {
                break;
            };
            changed.exclude.push(Exclusion::On(moment));
        }
        changed.order_dates();
        changed
    }

    /// The recurrence without one of its occurrences and all that follow (UNTIL), in a series that begins at `start`.
    /// Where the occurrences are numbered, COUNT says how many are left.
    #[must_use]
    pub fn before(&self, start: &Due, key: &OccurrenceKey, owner: &Zone) -> Self {
        let at = seconds(&key.at);
        let mut changed = self.clone();
        let series = Series::new(self, start, owner);
        changed.extra.retain(|moment| series.civil(moment) < at);
        let is_date = matches!(start, Due::Date(_));
        let step = if is_date { calendar::DAY_SECONDS } else { 1 };
        let last = moment(&series, at - step);
        for rule in &mut changed.rules {
            let alone = Self {
                rules: vec![rule.clone()],
                extra: Vec::new(),
                exclude: Vec::new(),
                ..self.clone()
            };
            if key.ordinal.is_some() && rule.count.is_some() {
                rule.count = key.ordinal;
            } else if Series::new(&alone, start, owner).from(at).next().is_some() {
                // A rule that has ended by then keeps its own end.
                rule.count = None;
                rule.until = last;
            }
        }
        changed
    }

    /// The recurrence with one more occurrence (RDATE), or with one that was left out; none if its rule leaves the whole
    /// day out.
    #[must_use]
    pub fn with(&self, start: &Due, at: &Due, owner: &Zone) -> Option<Self> {
        let at = seconds(at);
        let mut changed = self.clone();
        let series = Series::new(self, start, owner);
        changed.exclude.retain(|out| match out {
            // In a series with times, a date leaves out the others of that day too.
            Exclusion::On(Moment::Date(_)) if start.time().is_some() => true,
            Exclusion::On(moment) => {
                let out = series.civil(moment);
                out != at && !is_shown_at(&series, out, at)
            }
            _ => true,
        });
        let series = Series::new(&changed, start, owner);
        if series.from(at).next() == Some(at) {
            return Some(changed);
        }
        let moment = moment(&series, at)?;
        changed.extra.push(moment);
        changed.order_dates();
        let series = Series::new(&changed, start, owner);
        (series.from(at).next() == Some(at)).then_some(changed)
    }

    /// Puts single dates in the order in which they are written, so that parsing gives the same value again.
    pub fn order_dates(&mut self) {
        self.exclude.sort_by_key(|exclusion| match exclusion {
            Exclusion::On(Moment::Date(_)) => 0,
            Exclusion::On(_) => 1,
            _ => 2,
        });
        self.extra
            .sort_by_key(|moment| !matches!(moment, Moment::Date(_)));
    }
}

/// Most seconds by which clocks go forward, with some to spare.
const CLOCK_CHANGE_MAX: i64 = 3 * 60 * 60;

/// Whether the clocks skip an occurrence and show another time instead.
fn is_shown_at(series: &Series<'_>, at: i64, shown: i64) -> bool {
    series.start.time().is_some() && zones::shown(at, series.zone()) == Some(shown)
}

fn seconds(due: &Due) -> i64 {
    calendar::seconds_of(due.civil())
}

/// A date of the kind that the series has.
fn moment(series: &Series<'_>, at: i64) -> Option<Moment> {
    let civil = calendar::date_time(at)?;
    Some(match series.start {
        Due::Date(_) => Moment::Date(civil.date()),
        Due::Floating(_) => Moment::Floating(civil),
        Due::Zoned(..) => match series.instant(at).map(Moment::Instant) {
            Some(instant) if series.civil(&instant) == at => instant,
            // The clocks skip this time.
            _ => Moment::Floating(civil),
        },
    })
}
