//! A due value: a day, a time, a part of the day and a zone in any order, each at most once, with the words between
//! them. Of all ways to fill them the one that takes most words is right, and of those the one with fewest pieces.

use jiff::civil::Time;

use super::chart::Chart;
use super::company::{is_met_behind, may_follow_mark, surroundings};
use super::item::{Item, Kind};
use super::link::{Joint, separated, skip_preposition};
use super::state::{Piece, State};
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::time::Clock;
use crate::grammar::meaning::when::When;
use crate::grammar::recognise::clock::{Setting, bare, bare_behind, clock};
use crate::grammar::recognise::need::Need;
use crate::grammar::recognise::part::{half_day, part};
use crate::grammar::recognise::surroundings::names_time;
use crate::grammar::recognise::zone::{doubt, zone_behind};
use crate::grammar::token::lexicon::{Sense, Unit};

/// Reads the longest phrase that begins at a token where a phrase may begin. Nothing before `taken` but marks belongs
/// to something else.
pub(crate) fn when(chart: &Chart<'_>, at: usize, taken: usize) -> Option<(When, usize)> {
    chart
        .at_phrase_start(at)
        .then(|| phrase(chart, at, taken))
        .flatten()
}

/// Reads the phrase at any position.
pub(crate) fn phrase(chart: &Chart<'_>, at: usize, taken: usize) -> Option<(When, usize)> {
    let start = skip_preposition(chart, at);
    let mut search = Search {
        chart,
        is_led: start > at,
        is_behind: taken > 0 && separated(chart, taken, at),
        best: None,
    };
    search.extend(start, &State::default());
    search.best.map(|best| (best.when, best.end))
}

/// Why a number before a part of the day deserves a look.
const BARE: &str = "the number was read as the hour; quote it if it belongs to the title";

/// The hour of `tonight`.
const NIGHT: Option<Time> = Some(Time::constant(22, 0, 0, 0));

/// A complete phrase.
struct Best {
    when: When,
    end: usize,
    pieces: usize,
}

struct Search<'c, 'a> {
    chart: &'c Chart<'a>,
    /// Whether a word that leads to a date is skipped before the phrase.
    is_led: bool,
    /// Whether a date or time was taken right before the phrase.
    is_behind: bool,
    best: Option<Best>,
}

impl Search<'_, '_> {
    /// Fills one more part at a token in each way that there is.
    fn extend(&mut self, at: usize, state: &State) {
        self.keep(state);
        if state.when.whole.is_some() || state.pieces.len() > 4 {
            return;
        }
        if state.pieces.is_empty() {
            // "the 8:30 train" and "my 9am meeting" say which one, not when.
            let is_name = names_time(self.chart, at);
            self.extend_at(at, state, !is_name);
            return;
        }
        let comma = usize::from(self.chart.is_mark(at, ",") || self.chart.is_mark(at, ";"));
        self.extend_at(at + comma, state, true);
        if let Some(joint) = Joint::at(self.chart, at) {
            let state = State {
                joint: Some(joint),
                ..state.clone()
            };
            self.extend_at(at + 1, &state, true);
        }
    }

    fn extend_at(&mut self, at: usize, state: &State, may_be_time: bool) {
        self.extend_day(at, state);
        if may_be_time {
            self.extend_clock(at, state);
        }
        self.extend_part(at, state);
    }

    /// Adds a piece and goes on behind it.
    fn push(&mut self, state: &State, mut piece: Piece, fill: impl FnOnce(&mut When)) {
        match state.joint {
            // "8pm - christmas party" is not on Christmas.
            Some(Joint::Dash | Joint::Colon) if !may_follow_mark(self.chart, &piece) => return,
            Some(Joint::Bracket) if !self.chart.is_mark(piece.end, ")") => return,
            Some(Joint::Bracket) => piece.end += 1,
            _ => {}
        }
        if !self.chart.at_phrase_end(piece.end) {
            return;
        }
        let mut longer = State {
            joint: None,
            ..state.clone()
        };
        fill(&mut longer.when);
        longer.end = piece.end;
        let next = piece.end;
        longer.pieces.push(piece);
        self.extend(next, &longer);
    }

    fn extend_day(&mut self, start: usize, state: &State) {
        let chart = self.chart;
        let begun = !state.pieces.is_empty();
        let from = if begun {
            skip_preposition(chart, start)
        } else {
            start
        };
        for item in chart.items(from) {
            let piece = Piece::new(from, item.end).needing(item.need);
            if state.when.day.is_some() {
                // "tomorrow end of day" says no more than tomorrow.
                if item.kind == Kind::EndOfDay {
                    self.push(state, piece, |_| {});
                }
                continue;
            }
            self.fill_day(state, item, piece, begun);
        }
    }

    fn fill_day(&mut self, state: &State, item: &Item, mut piece: Piece, begun: bool) {
        let doubt = item.doubt.clone();
        match &item.kind {
            Kind::Tonight => {
                self.push(state, piece, |when| {
                    when.day = Some(Day::Ahead(0));
                    when.part = when.part.or(NIGHT);
                });
            }
            Kind::EndOfDay if state.when.end_of_day => {}
            Kind::EndOfDay => self.push(state, piece, |when| when.end_of_day = true),
            Kind::Whole(_) if begun => {}
            Kind::Whole(whole) => {
                let whole = whole.clone();
                self.push(state, piece, |when| {
                    when.whole = Some(whole);
                    when.doubts.extend(doubt);
                });
            }
            Kind::Day(day @ Day::Named(_)) => {
                piece.doubt_at_end = doubt;
                self.push(state, piece, |when| when.day = Some(day.clone()));
            }
            _ => {
                if let Some(day) = item.as_day() {
                    let day = self.same_day(piece.start, day);
                    let other = item.other.clone();
                    self.push(state, piece, |when| {
                        when.day = Some(day);
                        when.other_day = other;
                        when.doubts.extend(doubt);
                    });
                }
            }
        }
    }

    fn extend_clock(&mut self, start: usize, state: &State) {
        if state.when.clock.is_some() {
            return;
        }
        let begun = !state.pieces.is_empty();
        // "tomorrow before noon" is due by then.
        let is_before = begun && self.chart.is(start, Sense::Before);
        let start = start + usize::from(is_before);
        let setting = if begun || self.is_behind {
            Setting::Behind
        } else if self.is_led {
            Setting::Led
        } else {
            Setting::Alone
        };
        if let Some((clock, next)) = clock(self.chart, start, setting) {
            self.push_clock(state, (start, next), clock, Need::NONE);
        }
        if begun {
            // "tomorrow 5" at the end of a line.
            if let Some((clock, next)) = bare_behind(self.chart, start).filter(|_| !is_before) {
                self.push_clock(state, (start, next), clock, Need::END);
            }
            return;
        }
        if let Some((clock, next)) = self.this_time(start) {
            self.push_clock(state, (start, next), clock, Need::DAY);
        }
        // What could be anything is a time right before a day.
        if let Some((clock, next)) = clock(self.chart, start, Setting::Ahead) {
            // "work from 9 to 5 every day" says how long.
            let is_span =
                self.chart.any(start, &[Sense::From, Sense::Between]) || clock.minutes.is_some();
            let need = if is_span {
                Need::DAY
            } else {
                Need::DAY | Need::RULE
            };
            self.push_clock(state, (start, next), clock, need);
        }
        let for_whom = start
            .checked_sub(1)
            .is_some_and(|last| self.chart.is(last, Sense::For));
        let number = start + usize::from(self.chart.is(start, Sense::At));
        if let Some((clock, next)) = bare(self.chart, number).filter(|_| !for_whom) {
            self.push_clock(state, (start, next), clock, Need::PART);
        }
    }

    /// In `this time next week` and `this time next month` the day is that of today.
    fn same_day(&self, at: usize, day: Day) -> Day {
        let chart = self.chart;
        let is_same = at > 1 && chart.is(at - 1, Sense::Time) && chart.is(at - 2, Sense::This);
        match day {
            Day::Opening(Unit::Week, ahead) if is_same => Day::Ahead(7 * ahead),
            Day::Opening(Unit::Month, ahead) if is_same => {
                Day::OfMonth(chart.now.today.day(), ahead)
            }
            day => day,
        }
    }

    /// `this time tomorrow`: the present time of day.
    fn this_time(&self, at: usize) -> Option<(Clock, usize)> {
        let chart = self.chart;
        let this = chart.is(at, Sense::This) && chart.is(at + 1, Sense::Time);
        let now = chart.now.time;
        let clock = Clock::plain(now.hour(), now.minute()).filter(|_| this)?;
        Some((clock, at + 2))
    }

    fn push_clock(
        &mut self,
        state: &State,
        (start, end): (usize, usize),
        clock: Clock,
        need: Need,
    ) {
        let chart = self.chart;
        let sharp = chart.is(end, Sense::Sharp) && chart.at_phrase_end(end + 1);
        let end = end + usize::from(sharp);
        let zone_doubt = doubt(chart, end);
        let zone = zone_behind(chart, end).filter(|(_, next)| chart.at_phrase_end(*next));
        let end = zone.as_ref().map_or(end, |(_, next)| *next);
        let piece = Piece::new(start, end).needing(need);
        // An early hour has its own remark.
        let is_bare = need == Need::PART || need == Need::END;
        self.push(state, piece, |when| {
            when.clock = Some(clock);
            when.doubts
                .extend((is_bare && !clock.early).then(|| BARE.to_owned()));
            when.doubts.extend(zone_doubt);
            when.zone = zone.map(|(zone, _)| zone);
        });
    }

    fn extend_part(&mut self, start: usize, state: &State) {
        // "tonight in the evening" is no later than the evening.
        if state.when.part.is_some_and(|part| Some(part) != NIGHT) {
            return;
        }
        let chart = self.chart;
        let begun = !state.pieces.is_empty();
        let piece = |end: usize| Piece::new(start, end);
        if state.when.day.is_none()
            && chart.is(start, Sense::This)
            && let Some((time, next)) = part(chart, start + 1, true)
        {
            self.push(state, piece(next), |when| {
                when.day = Some(Day::Ahead(0));
                when.part = Some(time);
            });
            return;
        }
        // "tomorrow am"
        if begun
            && state.when.clock.is_none()
            && let Some((time, next)) = half_day(chart, start)
        {
            self.push(state, piece(next), |when| when.part = Some(time));
            return;
        }
        if let Some((time, next)) = part(chart, start, begun || self.is_behind) {
            self.push(state, piece(next), |when| when.part = Some(time));
            return;
        }
        // "in the evening, on friday".
        let is_led = chart.any(start, &[Sense::In, Sense::At]);
        if let Some((time, next)) = part(chart, start, true).filter(|_| is_led) {
            let piece = piece(next).needing(Need::BEFORE | Need::RULE);
            self.push(state, piece, |when| when.part = Some(time));
        }
    }

    /// Keeps a phrase that is better than the best so far, if each of its pieces has what it needs around it.
    fn keep(&mut self, state: &State) {
        let pieces = state.pieces.len();
        let is_better = self.best.as_ref().is_none_or(|best| {
            state.end > best.end || (state.end == best.end && pieces < best.pieces)
        });
        if pieces == 0 || !is_better {
            return;
        }
        let mut when = state.when.clone();
        for (index, piece) in state.pieces.iter().enumerate() {
            let has = surroundings(self.chart, state, index, self.is_behind);
            if !piece.need.is_met_by(has) && !is_met_behind(self.chart, state, index) {
                return;
            }
            let alone = !piece.need.is_met_by(has.without(Need::END));
            if piece.doubt_at_end.is_some() && alone && !is_met_behind(self.chart, state, index) {
                when.doubts.extend(piece.doubt_at_end.clone());
            }
        }
        self.best = Some(Best {
            when,
            end: state.end,
            pieces,
        });
    }
}
