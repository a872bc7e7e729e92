//! Where a phrase may begin and end, also at a mark without spaces: `friday,5pm`, `tomorrow(17:00)`.

use super::lexicon::Sense;
use super::{Token, Tokens};

impl Tokens<'_> {
    /// Whether a phrase may begin here: not inside a word, a number or a hyphenated name.
    pub(crate) fn at_phrase_start(&self, index: usize) -> bool {
        let Some(token) = self.get(index).filter(|token| !token.literal) else {
            return false;
        };
        let before = self
            .text
            .get(..token.start)
            .and_then(|text| text.chars().next_back());
        token.spaced || before.is_none_or(|c| "([{,;:—@)".contains(c) || is_picture(c))
    }

    /// Whether a phrase may end before the token at `index`: `tomorrow.` ends there, `tomorrow.txt` does not.
    pub(crate) fn at_phrase_end(&self, index: usize) -> bool {
        let Some(last) = index.checked_sub(1).and_then(|last| self.get(last)) else {
            return false;
        };
        let mut rest = self.text.get(last.end..).unwrap_or_default().chars();
        match rest.next() {
            None => true,
            Some(c) if c.is_whitespace() => true,
            Some(c) if ")]}—…".contains(c) || is_picture(c) => true,
            Some(c) if ",;.:!?".contains(c) => {
                rest.next()
                    .is_none_or(|next| next.is_whitespace() || ")]}.!?\"”".contains(next))
                    || self.divides(index)
            }
            Some(_) => self.divides(index),
        }
    }

    /// Whether the token at `index` is a mark without spaces that divides two parts of a date: `friday,5pm`,
    /// `5pm(friday)`, `friday-5pm`. In `2,5 kg`, `today(ish)` and `fri-13` it does not.
    pub(crate) fn divides(&self, index: usize) -> bool {
        let Some([last, mark, next]) = index
            .checked_sub(1)
            .and_then(|last| self.list.get(last..last + 3))
        else {
            return false;
        };
        if mark.spaced || next.spaced || mark.literal || next.literal {
            return false;
        }
        let is_word = |token: &Token<'_>| token.text.starts_with(char::is_alphabetic);
        // "fri3pm" was cut at its figures.
        if mark.digits().is_some() {
            return is_word(last) && self.is_whole_time(index);
        }
        let is_number = next.digits().is_some();
        match mark.text {
            "," | ";" if is_word(next) || !next.senses.is_empty() => true,
            // "friday,#work", "5pm,@friday"
            "," | ";" if matches!(next.text, "#" | "@" | "!") => self.joined_to_previous(index + 2),
            "," | ";" => {
                is_number
                    && (is_word(last)
                        || self.is_whole_time(index + 1)
                        || self.is_day_number(index + 1))
            }
            // In "task(s)" and "today(ish)" the bracket belongs to the word.
            "(" | "[" => is_number || !next.senses.is_empty(),
            ":" if is_word(next) => {
                (is_part(last) || self.ends_part(index)) && (is_part(next) || is_lead(next))
            }
            // "14/4:5pm", but not "9:30:15"
            ":" if is_number && !is_word(last) => {
                !self.ends_minutes(index)
                    && self.ends_slashed(index)
                    && self.is_whole_time(index + 1)
            }
            "." | ":" => is_word(last) && self.is_whole_time(index + 1),
            "@" => is_word(last) && is_number,
            "-" | "–" | "/" => {
                let is_time_behind = is_word(last) && self.is_whole_time(index + 1);
                let is_time_ahead = is_half(last) || self.ends_minutes(index);
                is_time_behind || (is_time_ahead && is_part(next))
            }
            _ => false,
        }
    }

    /// Whether a part of a date, a time or a rule ends before the token at `index`: `10 a.m.`, `14/4`, `17:00`.
    fn ends_part(&self, index: usize) -> bool {
        let last = index.checked_sub(1).and_then(|last| self.list.get(last));
        // "10 a.m."
        let dotted = || {
            let word = index.checked_sub(2).and_then(|word| self.list.get(word));
            word.is_some_and(is_half)
        };
        // "1h", "90m"
        let is_length = last.is_some_and(|last| !last.spaced && matches!(last.text, "h" | "m"));
        is_length
            || last.is_some_and(|last| is_end(last) || (last.text == "." && dotted()))
            || self.ends_minutes(index)
            || self.ends_slashed(index)
    }

    /// Whether `14/4` ends before the token at `index`.
    fn ends_slashed(&self, index: usize) -> bool {
        let is_digits = |token: &Token<'_>| token.digits().is_some();
        index
            .checked_sub(3)
            .and_then(|from| self.list.get(from..index))
            .is_some_and(|tokens| match tokens {
                [day, slash, month] => {
                    is_digits(day) && slash.text == "/" && !slash.spaced && is_digits(month)
                }
                _ => false,
            })
    }

    /// Whether the minutes of a time end before the token at `index`: `17:00`.
    fn ends_minutes(&self, index: usize) -> bool {
        let is_digits = |token: &Token<'_>| token.digits().is_some();
        index
            .checked_sub(3)
            .and_then(|from| self.list.get(from..index))
            .is_some_and(|tokens| match tokens {
                [hour, colon, minute] => {
                    is_digits(hour) && colon.text == ":" && !colon.spaced && is_digits(minute)
                }
                _ => false,
            })
    }

    /// Whether a number of a day begins here: `5 feb`, `14/4`, `15th`, `2027-04-14`, `3 days`.
    fn is_day_number(&self, index: usize) -> bool {
        let is_year = self
            .list
            .get(index)
            .is_some_and(|token| token.text.len() == 4);
        // "20.03.2027", "20-03-2027"
        let is_repeated = |mark: &str| {
            let third = self.list.get(index + 3);
            third.is_some_and(|token| token.text == mark && !token.spaced)
        };
        self.list.get(index + 1).is_some_and(|token| {
            let is_unit = token
                .senses
                .iter()
                .any(|sense| matches!(sense, Sense::Month(_) | Sense::Unit(_) | Sense::Weekday(_)));
            let is_joined = match token.text {
                "/" => true,
                "-" => is_year || is_repeated("-"),
                "." => is_repeated("."),
                _ => token.senses.contains(&Sense::Suffix),
            };
            is_unit || (is_joined && !token.spaced)
        })
    }

    /// Whether a time that can be nothing else begins here: `5pm`, `17:00`, `15h`, `9.30am`, `0900`, `5 o'clock`.
    fn is_whole_time(&self, index: usize) -> bool {
        let joined = |at: usize| self.list.get(at).filter(|token| !token.spaced);
        let is_digits = |token: &Token<'_>| token.digits().is_some();
        let Some(hour) = self.list.get(index).filter(|token| is_digits(token)) else {
            return false;
        };
        let is_worded = self.list.get(index + 1).is_some_and(|token| {
            is_half(token)
                || token.senses.contains(&Sense::OClock)
                // "8 in the evening"
                || (token.senses.contains(&Sense::In)
                    && self
                        .list
                        .get(index + 2)
                        .is_some_and(|the| the.senses.contains(&Sense::The)))
        });
        let is_run = hour.text.len() == 4 && hour.text.starts_with('0');
        let is_joined = joined(index + 1).is_some_and(|token| match token.text {
            ":" => joined(index + 2).is_some_and(is_digits),
            "." => joined(index + 3).is_some_and(is_half),
            "h" | "H" | "a" | "p" | "ish" => true,
            // "2-3pm", "9-10:30"
            "-" | "–" => {
                joined(index + 2).is_some_and(is_digits)
                    && joined(index + 3).is_some_and(|end| is_half(end) || end.text == ":")
            }
            _ => false,
        });
        is_worded || is_run || is_joined
    }
}

/// Whether a word is a half of the day.
fn is_half(token: &Token<'_>) -> bool {
    token
        .senses
        .iter()
        .any(|sense| matches!(sense, Sense::Am | Sense::Pm))
}

/// Whether a word names a day or begins a rule.
fn is_part(token: &Token<'_>) -> bool {
    token.senses.iter().any(|sense| {
        matches!(
            sense,
            Sense::Weekday(_)
                | Sense::Month(_)
                | Sense::Today
                | Sense::Tomorrow
                | Sense::Tonight
                | Sense::Every
                | Sense::Hour(_)
                | Sense::NamedDay
                | Sense::Next
        )
    })
}

/// Whether a word may end a part of a date, a time or a rule.
fn is_end(token: &Token<'_>) -> bool {
    is_half(token)
        || token.senses.iter().any(|sense| {
            matches!(
                sense,
                Sense::Part(_) | Sense::Unit(_) | Sense::Suffix | Sense::OClock
            )
        })
}

/// Whether a word leads to a part of a date: `first of march:by 5pm`.
fn is_lead(token: &Token<'_>) -> bool {
    let leads = [Sense::By, Sense::At, Sense::On];
    token.senses.iter().any(|sense| leads.contains(sense))
}

/// Whether a character is an emoji or another symbol that is no part of a word.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}
