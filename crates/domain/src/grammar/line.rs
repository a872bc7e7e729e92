//! A whole line: finds what can be understood, lets the last of each kind win, and keeps the rest as the title.

use std::ops::Range;

use super::dates::{Day, ParseContext, YEARS, written};
use super::frequencies;
use super::lexicon::Sense;
use super::markers::{Marker, marker};
use super::monthdays::month_day;
use super::numeric::numeric;
use super::past;
use super::reminders::{self, Lead, is_asked, spoken};
use super::resolve::{recurrence_of, resolve};
use super::rule_bounds;
use super::rules::{Repeat, repeat};
use super::times::clock;
use super::title::title;
use super::tokens::Tokens;
use super::unparsed::{self, invalid_bound};
use super::values::{month, year};
use super::when::{When, phrase, when};
use super::{Doubt, Parsed, Remark, Span, SpanKind};
use crate::reminder::REMINDERS_MAX;
use crate::text::TAGS_MAX;
use crate::{Due, Recurrence, Trigger};

/// Why an hour of today that has passed deserves a look.
pub(super) const GONE: &str =
    "that time has already passed today; add pm if you mean the afternoon";

/// Longest line that is looked at; no title is nearly as long.
const LINE_MAX: usize = 8_192;

/// Something found in the line.
struct Found {
    tokens: Range<usize>,
    what: What,
}

enum What {
    When(When),
    Repeat(Repeat),
    /// `until 1 june` or `for 3 weeks`, which count only with a rule.
    Bound(Repeat),
    Marker(Marker),
    Reminders(Vec<Lead>),
    /// `remind me tomorrow at 9`; without another date it is when the task is due too.
    RemindAt(When),
    /// `remind me to` before all else: a reminder when the task is due.
    RemindThen,
}

pub(super) fn read(text: &str, now: &ParseContext, ignore: &[Range<usize>]) -> Parsed {
    if text.len() > LINE_MAX {
        return Parsed {
            title: text.trim().to_owned(),
            ..Parsed::default()
        };
    }
    let tokens = Tokens::new(text, now.language, ignore);
    let mut line = Line {
        parsed: Parsed::default(),
        taken: Vec::new(),
        tokens: &tokens,
        last_priority: None,
    };
    let found = line.scan(now);
    line.choose(found, now);
    line.finish()
}

/// A line while it is taken apart.
struct Line<'a> {
    parsed: Parsed,
    taken: Vec<(Range<usize>, SpanKind)>,
    tokens: &'a Tokens<'a>,
    /// The priority that wins; saying it twice is no contradiction.
    last_priority: Option<crate::Priority>,
}

impl Line<'_> {
    /// Everything that can be understood, from left to right.
    fn scan(&mut self, now: &ParseContext) -> Vec<Found> {
        let tokens = self.tokens;
        let mut found: Vec<Found> = Vec::new();
        let (mut at, mut taken, mut barred) = (0, 0, None);
        // Where a rule begins behind "remind me", and the task behind its "to".
        let mut clause = None;
        let moves = tokens.is(0, Sense::MoveVerb);
        while let Some(token) = tokens.get(at) {
            if let Some(reminder) = spoken(tokens, at, taken) {
                (at, taken) = (reminder.tokens.end, reminder.tokens.end);
                found.push(Found {
                    tokens: reminder.tokens,
                    what: What::Reminders(reminder.leads),
                });
                continue;
            }
            if let Some((asked, next)) = self.timed_reminder(at, taken, now) {
                if let What::Reminders(_) = asked.what {
                    clause = (asked.tokens.start == 0).then_some(next);
                }
                (at, taken) = (next, next);
                found.push(asked);
                continue;
            }
            if is_asked(tokens, at) {
                self.remark(
                    &(at..at + 2),
                    Doubt::NotUnderstood,
                    "did not understand a reminder here; write for example 'remind me 1 hour before' or !1h"
                        .to_owned(),
                );
            }
            if token.is_plain() {
                at += 1;
                continue;
            }
            // A word that was taken for something else blocks nothing.
            let blocked = barred == Some(at)
                || at
                    .checked_sub(1)
                    .is_some_and(|last| last >= taken && tokens.is(last, Sense::DateBlocker));
            if let Some(next) = self.unsupported_reminder(at, now) {
                at = next;
                continue;
            }
            let (what, next) = if let Some((found, next)) = marker(tokens, at) {
                (What::Marker(found), next)
            } else if let Some((repeat, next)) = repeat(tokens, at, now, false) {
                if let Some((end, why)) = invalid_bound(tokens, next) {
                    let quoted = self.quoted(&(at..end));
                    self.remark(
                        &(at..end),
                        Doubt::NotUnderstood,
                        format!("did not understand '{quoted}' as a rule: {why}"),
                    );
                    at = end;
                    continue;
                }
                let rule = recurrence_of(&repeat, now);
                if rule.is_some_and(|rule| rule.check_min_interval().is_err()) {
                    let text = self.quoted(&(at..next));
                    self.remark(
                        &(at..next),
                        Doubt::NotUnderstood,
                        format!("'{text}' is more than once an hour, so it was left in the title"),
                    );
                    at = next;
                    continue;
                }
                (What::Repeat(repeat), next)
            } else if let Some((bound, next)) = bound(tokens, at, now) {
                (What::Bound(bound), next)
            } else if let Some((when, next)) = when(tokens, at, now) {
                if let Some(end) = range_end(tokens, next, now) {
                    // "friday to monday" is a time that passes, not one at which something is due.
                    at = end;
                    continue;
                }
                if blocked {
                    if moves && tokens.is(at.saturating_sub(1), Sense::To) {
                        // "move the monday call to tuesday" is done on neither day.
                        found.retain(|found| !matches!(found.what, What::When(_)));
                    }
                    // The whole phrase stays, not only its first word.
                    // "between monday and friday" blocks both.
                    barred = tokens.is(next, Sense::And).then_some(next + 1);
                    at = next;
                    continue;
                }
                (What::When(when), next)
            } else {
                at = self.warn_of_unparsed(at, now);
                continue;
            };
            let next = if clause == Some(at) {
                reminders::clause(tokens, 0, next)
            } else {
                next
            };
            found.push(Found {
                tokens: at..next,
                what,
            });
            at = next;
            taken = next;
        }
        found
    }

    /// A reminder at a time of its own, or by a rule, or when the task is due; and the token after it.
    fn timed_reminder(&self, at: usize, free: usize, now: &ParseContext) -> Option<(Found, usize)> {
        let tokens = self.tokens;
        let of = |tokens: Range<usize>, what| {
            let next = tokens.end;
            Some((Found { tokens, what }, next))
        };
        if let Some(opening) = reminders::opening(tokens, at) {
            return of(opening, What::RemindThen);
        }
        let asked = reminders::request(tokens, at, free)?;
        if repeat(tokens, asked.end, now, false).is_some() {
            return of(asked, What::Reminders(vec![Lead::Minutes(0)]));
        }
        let (when, end) = phrase(tokens, asked.end, now)?;
        if range_end(tokens, end, now).is_some() {
            return None;
        }
        let end = reminders::clause(tokens, asked.start, end);
        of(asked.start..end, What::RemindAt(when))
    }

    /// Warns of a reminder that no number of minutes can say, such as `!1 day before at 9` or `!monday 9am`, and
    /// returns the token after it.
    fn unsupported_reminder(&mut self, at: usize, now: &ParseContext) -> Option<usize> {
        let tokens = self.tokens;
        let has_preposition = tokens.at_phrase_start(at)
            && tokens.is_mark(at, "!")
            && tokens.joined_to_previous(at + 1);
        has_preposition.then_some(())?;
        let end = match marker(tokens, at) {
            Some((Marker::Reminder(Trigger::Before(minutes)), next))
                if minutes >= 24 * 60 && tokens.is(next, Sense::At) =>
            {
                clock(tokens, next, true)?.1
            }
            Some(_) => return None,
            None => {
                let clocked = clock(tokens, at + 1, true).map(|(_, next)| next);
                clocked.or_else(|| Some(phrase(tokens, at + 1, now)?.1))?
            }
        };
        let quoted = self.quoted(&(at..end));
        self.remark(
            &(at..end),
            Doubt::NotUnderstood,
            format!("'{quoted}' is not a reminder; write for example !30m, !2h or !1 day before"),
        );
        Some(end)
    }

    /// Warns of text that looks like a rule or date but is not, and returns where to continue.
    fn warn_of_unparsed(&mut self, at: usize, now: &ParseContext) -> usize {
        let tokens = self.tokens;
        if let Some(end) = frequencies::dayless(tokens, at) {
            // "twice a day at 8" keeps its time.
            let timed = clock(tokens, end, true).filter(|_| tokens.is(end, Sense::At));
            let end = timed.map_or(end, |(_, next)| next);
            let on = tokens.is(end, Sense::On) && unparsed::is_temporal(tokens, end + 1);
            let end = if on {
                unparsed::skip_unparsed(tokens, end)
            } else {
                end
            };
            let quoted = self.quoted(&(at..end));
            self.remark(
                &(at..end),
                Doubt::NotUnderstood,
                format!("'{quoted}' names no days; write for example 'every mon, wed and fri'"),
            );
            return end;
        }
        if unparsed::begins(tokens, at) && tokens.get(at + 1).is_some() {
            let end = unparsed::skip_unparsed(tokens, at + 1);
            let quoted = self.quoted(&(at..end.max(at + 2)));
            let range = at..end.max(at + 2);
            // "except 24 dec 2300".
            let far = range.clone().any(|at| {
                let named = at.checked_sub(1).and_then(|last| month(tokens, last));
                named
                    .and_then(|_| year(tokens, at))
                    .is_some_and(|year| !YEARS.contains(&year))
            });
            let why = if far {
                ": only the years 1900 to 2200 are supported"
            } else {
                ""
            };
            self.remark(
                &range,
                Doubt::NotUnderstood,
                format!("did not understand '{quoted}' as a rule{why}"),
            );
            return end;
        }
        if !tokens.at_phrase_start(at) {
            return at + 1;
        }
        if let Some(end) = unparsed::nonexistent_time(tokens, at) {
            let quoted = self.quoted(&(at..end));
            self.remark(
                &(at..end),
                Doubt::NotUnderstood,
                format!("did not understand '{quoted}': there is no such time of day"),
            );
            return end;
        }
        if let Some(past) = past::in_line(tokens, at) {
            let quoted = self.quoted(&past);
            self.remark(
                &past,
                Doubt::NotUnderstood,
                format!("'{quoted}' is in the past, so it was left in the title; write a past date with its year"),
            );
            return past.end;
        }
        if let Some((Err(refused), next)) = written(tokens, at) {
            let quoted = self.quoted(&(at..next));
            self.remark(
                &(at..next),
                Doubt::NotUnderstood,
                format!("did not understand '{quoted}': {}", refused.detail),
            );
            return next;
        }
        if let Some(Err(why)) = numeric(tokens, at, now, false) {
            let end = (at + 1..tokens.list.len())
                .find(|next| !tokens.joined_to_previous(*next))
                .unwrap_or(tokens.list.len());
            let quoted = self.quoted(&(at..end));
            self.remark(
                &(at..end),
                Doubt::NotUnderstood,
                format!("did not understand '{quoted}' as a date: {why}"),
            );
            return end;
        }
        let named = month_day(tokens, at).filter(|(_, next)| tokens.at_phrase_end(*next));
        if let Some((_, next)) = named.filter(|(named, _)| named.day().is_none()) {
            let quoted = self.quoted(&(at..next));
            self.remark(
                &(at..next),
                Doubt::NotUnderstood,
                format!("'{quoted}' is not a date"),
            );
            return next;
        }
        at + 1
    }

    fn remark(&mut self, tokens: &Range<usize>, doubt: Doubt, text: String) {
        let span = self.tokens.span(tokens);
        if self.parsed.remarks.len() < 10 {
            self.parsed.remarks.push(Remark {
                start: span.start,
                end: span.end,
                doubt,
                text,
            });
        }
    }

    /// Remarks on the first thing of a kind that was taken.
    fn remark_on(&mut self, kind: SpanKind, doubt: Doubt, text: &str) {
        let taken = self.taken.iter().find(|(_, other)| *other == kind);
        if let Some(tokens) = taken.map(|(tokens, _)| tokens.clone()) {
            self.remark(&tokens, doubt, text.to_owned());
        }
    }

    fn quoted(&self, range: &Range<usize>) -> String {
        let text = self
            .tokens
            .text
            .get(self.tokens.span(range))
            .unwrap_or_default();
        crate::text::clip(text)
    }

    /// Lets the last rule, date and time win; what loses stays in the title with a warning.
    fn choose(&mut self, found: Vec<Found>, now: &ParseContext) {
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
        let priority = last(&|what| matches!(what, What::Marker(Marker::Priority(_))));
        self.last_priority = priority.and_then(|index| match found.get(index)?.what {
            What::Marker(Marker::Priority(priority)) => Some(priority),
            _ => None,
        });
        let mut joined = When::default();
        let mut repeat = None;
        let mut bounds = Vec::new();
        let mut reminders = Vec::new();
        let mut timed_reminders = Vec::new();
        let mut openings = Vec::new();
        let is_dueless = rule.is_none() && dated.is_none() && timed.is_none();
        let last_reminder = last(&|what| matches!(what, What::RemindAt(_)));
        for (index, Found { tokens, what }) in found.into_iter().enumerate() {
            match what {
                What::Reminders(leads) => reminders.push((tokens, leads)),
                What::RemindAt(when) => {
                    for doubt in when.all_doubts(now) {
                        self.remark(&tokens, Doubt::Unsure, doubt);
                    }
                    if is_dueless && last_reminder == Some(index) {
                        // Nothing else says when it is due.
                        joined.join(when, true, true);
                        self.taken.push((tokens.clone(), SpanKind::Due));
                        reminders.push((tokens, vec![Lead::Minutes(0)]));
                    } else {
                        timed_reminders.push((tokens, when));
                    }
                }
                What::RemindThen => openings.push(tokens),
                What::Marker(marker) => self.add_marker(tokens, marker, priority == Some(index)),
                What::Repeat(found) if rule == Some(index) => repeat = Some((tokens, found)),
                What::Bound(bound) => bounds.push((tokens, bound)),
                What::When(when) if dated == Some(index) || timed == Some(index) => {
                    for doubt in when.all_doubts(now) {
                        self.remark(&tokens, Doubt::Unsure, doubt);
                    }
                    if when.clock.is_some() && timed != Some(index) && timed > dated {
                        self.remark(
                            &tokens,
                            Doubt::Overruled,
                            "its time was ignored: the last time in the line is used".to_owned(),
                        );
                    }
                    joined.join(when, dated == Some(index), timed == Some(index));
                    self.taken.push((tokens, SpanKind::Due));
                }
                What::Repeat(_) | What::When(_) => self.ambiguous(&tokens),
            }
        }
        if let Some((_, repeat)) = &mut repeat {
            for (tokens, bound) in bounds {
                if repeat.join(&bound) {
                    self.taken.push((tokens, SpanKind::Recurrence));
                }
            }
        }
        self.resolve_rule(repeat, &joined, now);
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

    /// Takes a reminder at a time of its own.
    fn remind_at(&mut self, tokens: Range<usize>, when: &When, now: &ParseContext) {
        let repeats = self.parsed.recurrence.is_some();
        let set = match &self.parsed.due {
            Some(due) => reminders::own_time(when, due, repeats, now),
            None => Err("needs a due date"),
        };
        match set {
            Ok((trigger, doubt)) => {
                if let Some(doubt) = doubt {
                    self.remark(&tokens, Doubt::Unsure, doubt);
                }
                self.add_marker(tokens, Marker::Reminder(trigger), true);
            }
            Err(why) => {
                let text = format!("'{}' {why}", self.quoted(&tokens));
                self.remark(&tokens, Doubt::NotUnderstood, text);
            }
        }
    }

    /// Takes `remind me to`: a reminder when the task is due, unless the line says another one.
    fn remind_then(&mut self, tokens: Range<usize>) {
        if self.parsed.due.is_none() {
            let text = "no reminder is set without a date or time; write for example 'remind me tomorrow at 9 to'";
            self.remark(&tokens, Doubt::NotUnderstood, text.to_owned());
        } else if self.parsed.reminders.is_empty() {
            self.add_marker(tokens, Marker::Reminder(Trigger::Before(0)), true);
        } else {
            self.taken.push((tokens, SpanKind::Reminder));
        }
    }

    /// Takes reminders in words. What cannot be kept as it was said stays in the title, with a remark.
    fn remind(&mut self, tokens: Range<usize>, leads: &[Lead]) {
        let Some(due) = &self.parsed.due else {
            let text = "a reminder needs a due date to count back from".to_owned();
            self.remark(&tokens, Doubt::NotUnderstood, text);
            return;
        };
        let minutes: Option<Vec<u32>> = leads.iter().map(|lead| lead.minutes(due)).collect();
        let Some(minutes) = minutes else {
            let quoted = self.quoted(&tokens);
            let text = format!("'{quoted}' is after the task is due, or more than a year before");
            self.remark(&tokens, Doubt::NotUnderstood, text);
            return;
        };
        for minutes in minutes {
            self.add_marker(
                tokens.clone(),
                Marker::Reminder(Trigger::Before(minutes)),
                true,
            );
        }
    }

    fn ambiguous(&mut self, tokens: &Range<usize>) {
        let quoted = self.quoted(tokens);
        self.remark(
            tokens,
            Doubt::Overruled,
            format!("'{quoted}' was ignored: the last value in the line is used"),
        );
    }

    fn add_marker(&mut self, tokens: Range<usize>, marker: Marker, wins: bool) {
        let kind = match marker {
            Marker::Priority(priority) if wins || self.last_priority == Some(priority) => {
                self.parsed.priority = Some(priority);
                SpanKind::Priority
            }
            Marker::Priority(_) => {
                self.ambiguous(&tokens);
                return;
            }
            Marker::Tag(tag) => {
                let known = self
                    .parsed
                    .tags
                    .iter()
                    .any(|known| known.key() == tag.key());
                if !known && self.parsed.tags.len() == TAGS_MAX {
                    self.remark(
                        &tokens,
                        Doubt::Overruled,
                        format!("a task has at most {TAGS_MAX} tags"),
                    );
                    return;
                }
                if !known {
                    self.parsed.tags.push(tag);
                }
                SpanKind::Tag
            }
            Marker::Reminder(trigger) => {
                let known = self.parsed.reminders.contains(&trigger);
                if !known && self.parsed.reminders.len() == REMINDERS_MAX {
                    self.remark(
                        &tokens,
                        Doubt::Overruled,
                        format!("a task has at most {REMINDERS_MAX} reminders"),
                    );
                    return;
                }
                if !known {
                    self.parsed.reminders.push(trigger);
                }
                SpanKind::Reminder
            }
        };
        // One phrase may say several reminders.
        if !self.taken.iter().any(|(taken, _)| *taken == tokens) {
            self.taken.push((tokens, kind));
        }
    }

    /// Adds a remark if a day given with a rule is not one of its dates.
    fn moved(&mut self, joined: &When, recurrence: &Recurrence, due: &Due) {
        let names_day = joined.day.is_some() || joined.whole.is_some();
        if let Some(named) = self.parsed.due.as_ref().filter(|_| names_day)
            && named.date() != due.date()
        {
            let note = recurrence.moved_start_note(named, due);
            self.remark_on(SpanKind::Due, Doubt::Unsure, &note);
        }
    }

    fn resolve_rule(
        &mut self,
        repeat: Option<(Range<usize>, Repeat)>,
        joined: &When,
        now: &ParseContext,
    ) {
        self.parsed.due = joined.due(now);
        let alone = repeat.is_none();
        if let Some((tokens, repeat)) = repeat {
            match resolve(&repeat, joined, now) {
                Ok((recurrence, due)) => {
                    for doubt in repeat.all_doubts(now) {
                        self.remark(&tokens, Doubt::Unsure, doubt);
                    }
                    self.taken.push((tokens, SpanKind::Recurrence));
                    self.moved(joined, &recurrence, &due);
                    self.parsed.recurrence = Some(recurrence);
                    self.parsed.due = Some(due);
                }
                Err(refused) => {
                    self.taken.retain(|(_, kind)| *kind != SpanKind::Recurrence);
                    let quoted = self.quoted(&tokens);
                    self.remark(
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
            if is_gone(joined, now) {
                self.remark_on(SpanKind::Due, Doubt::Unsure, GONE);
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
            self.taken.retain(|(_, kind)| *kind != SpanKind::Due);
            if !self.parsed.reminders.is_empty() {
                self.remark_on(
                    SpanKind::Reminder,
                    Doubt::NotUnderstood,
                    "a reminder needs a due date to count back from",
                );
            }
        }
    }

    fn finish(mut self) -> Parsed {
        let mut spans: Vec<Span> = self
            .taken
            .iter()
            .map(|(tokens, kind)| {
                let Range { start, end } = self.tokens.span(tokens);
                Span {
                    start,
                    end,
                    kind: *kind,
                }
            })
            .collect();
        spans.sort_by_key(|span| span.start);
        self.parsed.title = title(self.tokens, &spans);
        self.parsed.spans = spans;
        self.parsed
    }
}

/// A bound of a rule that is apart from it, if it is a whole phrase and not a date by itself.
fn bound(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<(Repeat, usize)> {
    let (bound, next) = rule_bounds::standalone_bound(tokens, at, now)?;
    // "until friday 5pm" says more than the last day; "starting tomorrow" is a date without a rule too.
    let more = phrase(tokens, at + 1, now).is_some_and(|(_, end)| end > next);
    let dated = bound.until.is_none()
        && bound.length.is_none()
        && when(tokens, at, now).is_some_and(|(_, end)| end >= next);
    (!more && !dated).then_some((bound, next))
}

/// The token after the second half of a range of dates, if a first half ends here.
fn range_end(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<usize> {
    let joint = tokens.is(at, Sense::To) || tokens.is_mark(at, "-") || tokens.is_mark(at, "–");
    let (last, end) = when(tokens, at + 1, now).filter(|_| joint)?;
    last.is_dated().then_some(end)
}

/// Whether a bare hour of today, which may be meant for the afternoon, has passed.
pub(super) fn is_gone(when: &When, now: &ParseContext) -> bool {
    // An early hour has its own remark.
    let open = when
        .clock
        .is_some_and(|clock| clock.open && clock.doubt.is_none());
    open && when.day == Some(Day::On(now.today))
        && matches!(when.time(), (time, false) if now.is_past(time))
}
