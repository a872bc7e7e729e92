//! A whole line: finds what can be understood, lets the last of each kind win, and keeps the rest as the title.

use std::ops::Range;

use super::dates::{Day, Now, written};
use super::lexicon::Sense;
use super::marks::{Mark, mark};
use super::monthdays::month_day;
use super::muddle;
use super::numeric::numeric;
use super::rules::{self, Repeat, repeat};
use super::series::settle;
use super::title::title;
use super::tokens::Tokens;
use super::when::{When, when};
use super::{Doubt, Parsed, Remark, Span, SpanKind};
use crate::reminder::REMINDERS_MAX;
use crate::text::TAGS_MAX;

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
    Mark(Mark),
}

pub(super) fn read(text: &str, now: &Now, ignore: &[Range<usize>]) -> Parsed {
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
}

impl Line<'_> {
    /// Everything that can be understood, from left to right.
    fn scan(&mut self, now: &Now) -> Vec<Found> {
        let tokens = self.tokens;
        let mut found = Vec::new();
        let (mut at, mut taken, mut barred) = (0, 0, None);
        while let Some(token) = tokens.get(at) {
            if token.is_plain() {
                at += 1;
                continue;
            }
            // A word that was taken for something else blocks nothing.
            let blocked = barred == Some(at)
                || at
                    .checked_sub(1)
                    .is_some_and(|last| last >= taken && tokens.is(last, Sense::Blocks));
            let (what, next) = if let Some((mark, next)) = mark(tokens, at) {
                (What::Mark(mark), next)
            } else if let Some((repeat, next)) = repeat(tokens, at, now, false) {
                (What::Repeat(repeat), next)
            } else if let Some((when, next)) = when(tokens, at, now) {
                if let Some(end) = range_end(tokens, next, now) {
                    // "friday to monday" is a time that passes, not one at which something is due.
                    at = end;
                    continue;
                }
                if blocked {
                    // The whole phrase stays, not only its first word.
                    // "between monday and friday" blocks both.
                    barred = tokens.is(next, Sense::And).then_some(next + 1);
                    at = next;
                    continue;
                }
                (What::When(when), next)
            } else {
                at = self.suspect(at, now);
                continue;
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

    /// Warns of what looks like a rule or date but is none, and answers where to go on.
    fn suspect(&mut self, at: usize, now: &Now) -> usize {
        let tokens = self.tokens;
        if let Some(end) = rules::dayless(tokens, at) {
            let said = self.said(&(at..end));
            self.remark(
                &(at..end),
                Doubt::NotUnderstood,
                format!("'{said}' names no days; write for example 'every mon, wed and fri'"),
            );
            return end;
        }
        if muddle::begins(tokens, at) && tokens.get(at + 1).is_some() {
            let end = muddle::muddle(tokens, at + 1);
            let said = self.said(&(at..end.max(at + 2)));
            let tokens = at..end.max(at + 2);
            self.remark(
                &tokens,
                Doubt::NotUnderstood,
                format!("did not understand '{said}' as a rule"),
            );
            return end;
        }
        if !tokens.opens(at) {
            return at + 1;
        }
        if let Some((Err(refused), next)) = written(tokens, at) {
            let said = self.said(&(at..next));
            self.remark(
                &(at..next),
                Doubt::NotUnderstood,
                format!("did not understand '{said}': {}", refused.detail),
            );
            return next;
        }
        if let Some(Err(why)) = numeric(tokens, at, now, false) {
            let end = (at + 1..tokens.list.len())
                .find(|next| !tokens.glued(*next))
                .unwrap_or(tokens.list.len());
            let said = self.said(&(at..end));
            self.remark(
                &(at..end),
                Doubt::NotUnderstood,
                format!("did not understand '{said}' as a date: {why}"),
            );
            return end;
        }
        let named = month_day(tokens, at).filter(|(_, next)| tokens.closes(*next));
        if let Some((_, next)) = named.filter(|(named, _)| named.day().is_none()) {
            let said = self.said(&(at..next));
            self.remark(
                &(at..next),
                Doubt::NotUnderstood,
                format!("'{said}' is not a date"),
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

    fn said(&self, range: &Range<usize>) -> String {
        let text = self
            .tokens
            .text
            .get(self.tokens.span(range))
            .unwrap_or_default();
        crate::zone::clip(text)
    }

    /// Lets the last rule, date and time win; what loses stays in the title with a warning.
    fn choose(&mut self, found: Vec<Found>, now: &Now) {
        let last = |test: &dyn Fn(&What) -> bool| found.iter().rposition(|found| test(&found.what));
        let rule = last(&|what| matches!(what, What::Repeat(_)));
        let dated = last(&|what| matches!(what, What::When(when) if when.is_dated()));
        let timed = last(&|what| matches!(what, What::When(when) if when.is_timed()));
        // What the rule says itself is not said again elsewhere.
        let (has_time, has_start) =
            rule.and_then(|rule| found.get(rule))
                .map_or((false, false), |found| match &found.what {
                    What::Repeat(repeat) => (repeat.is_timed(), repeat.start.is_some()),
                    _ => (false, false),
                });
        let dated = dated.filter(|_| !has_start);
        let timed = timed.filter(|timed| !has_time || dated == Some(*timed));
        let priority = last(&|what| matches!(what, What::Mark(Mark::Priority(_))));
        let mut beside = When::default();
        let mut repeat = None;
        for (index, Found { tokens, what }) in found.into_iter().enumerate() {
            match what {
                What::Mark(mark) => self.mark(tokens, mark, priority == Some(index)),
                What::Repeat(said) if rule == Some(index) => repeat = Some((tokens, said)),
                What::When(said) if dated == Some(index) || timed == Some(index) => {
                    for doubt in said.all_doubts() {
                        self.remark(&tokens, Doubt::Unsure, doubt);
                    }
                    join(
                        &mut beside,
                        said,
                        dated == Some(index),
                        timed == Some(index),
                    );
                    self.taken.push((tokens, SpanKind::Due));
                }
                What::Repeat(_) | What::When(_) => self.ambiguous(&tokens),
            }
        }
        self.settle(repeat, &beside, now);
    }

    fn ambiguous(&mut self, tokens: &Range<usize>) {
        let said = self.said(tokens);
        self.remark(
            tokens,
            Doubt::Overruled,
            format!("'{said}' is ambiguous: the last of its kind was taken"),
        );
    }

    fn mark(&mut self, tokens: Range<usize>, mark: Mark, wins: bool) {
        let kind = match mark {
            Mark::Priority(priority) if wins => {
                self.parsed.priority = Some(priority);
                SpanKind::Priority
            }
            Mark::Priority(_) => {
                self.ambiguous(&tokens);
                return;
            }
            Mark::Tag(tag) => {
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
            Mark::Reminder(minutes) => {
                let known = self.parsed.reminders.contains(&minutes);
                if !known && self.parsed.reminders.len() == REMINDERS_MAX {
                    self.remark(
                        &tokens,
                        Doubt::Overruled,
                        format!("a task has at most {REMINDERS_MAX} reminders"),
                    );
                    return;
                }
                if !known {
                    self.parsed.reminders.push(minutes);
                }
                SpanKind::Reminder
            }
        };
        self.taken.push((tokens, kind));
    }

    fn settle(&mut self, repeat: Option<(Range<usize>, Repeat)>, beside: &When, now: &Now) {
        self.parsed.due = beside.due(now);
        if let Some((tokens, repeat)) = repeat {
            match settle(&repeat, beside, now) {
                Ok((recurrence, due)) => {
                    for doubt in repeat.all_doubts() {
                        self.remark(&tokens, Doubt::Unsure, doubt);
                    }
                    self.parsed.recurrence = Some(recurrence);
                    self.parsed.due = Some(due);
                    self.taken.push((tokens, SpanKind::Recurrence));
                }
                Err(refused) => {
                    let said = self.said(&tokens);
                    self.remark(
                        &tokens,
                        Doubt::NotUnderstood,
                        format!("did not understand '{said}' as a rule: {}", refused.detail),
                    );
                }
            }
        }
        if self.parsed.recurrence.is_none() && is_gone(beside, now) {
            self.remark_on(
                SpanKind::Due,
                Doubt::Unsure,
                "that time of today is over; add pm if the afternoon is meant",
            );
        }
        if self.parsed.due.is_none() {
            // A date beyond reach is not lost: its words stay in the title.
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

/// The token after the second half of a range of dates, if a first half ends here.
fn range_end(tokens: &Tokens<'_>, at: usize, now: &Now) -> Option<usize> {
    let joint = tokens.is(at, Sense::To) || tokens.mark(at, "-") || tokens.mark(at, "–");
    let (last, end) = when(tokens, at + 1, now).filter(|_| joint)?;
    last.is_dated().then_some(end)
}

/// Whether a bare hour of today, which may be meant for the afternoon, has passed.
fn is_gone(said: &When, now: &Now) -> bool {
    // An early hour has its own remark.
    let open = said
        .clock
        .is_some_and(|clock| clock.open && clock.doubt.is_none());
    open && said.day == Some(Day::On(now.today))
        && matches!(said.time(), (time, false) if now.is_past(time))
}

/// Adds what wins of a phrase to the due value.
fn join(beside: &mut When, said: When, dated: bool, timed: bool) {
    if said.whole.is_some() {
        // A complete value wins over a lone date or time before it; one after it changes only its own part.
        *beside = When {
            whole: said.whole,
            ..When::default()
        };
        return;
    }
    if dated {
        beside.day = said.day;
        beside.end_of_day = said.end_of_day;
        beside.whole = None;
    }
    if timed {
        match &beside.whole {
            Some(whole) if !dated => {
                if let (Some(time), _) = said.time() {
                    beside.whole = Some(whole.at(whole.date().to_datetime(time)));
                }
            }
            _ => {
                beside.clock = said.clock;
                beside.zone = said.zone;
                beside.part = said.part.or(beside.part.filter(|_| said.clock.is_some()));
            }
        }
    } else if said.part.is_some() && beside.clock.is_none() {
        beside.part = said.part;
    }
}
