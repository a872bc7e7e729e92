//! The dates in a list command. Some words are sent as written and resolved by the server.

use jiff::civil::Date;
use taskwire_domain::grammar::{self, Context};

use super::words::fold;

/// A range of due values: from one date, before another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::command) struct Window {
    pub(super) from: Option<String>,
    pub(super) before: Option<String>,
    /// The beginning of the whole period, if that is before `from`: tasks completed this week were completed before
    /// today.
    pub(super) begin: Option<String>,
    /// The range as shown to the user.
    pub(super) text: String,
}

impl Window {
    fn new(from: Option<&str>, before: &str, text: &str) -> Self {
        Self {
            from: from.map(str::to_owned),
            before: Some(before.to_owned()),
            begin: None,
            text: text.to_owned(),
        }
    }

    fn beginning(self, begin: &impl ToString) -> Self {
        Self {
            begin: Some(begin.to_string()),
            ..self
        }
    }

    /// The range as a number of days, if it has a beginning and an end.
    pub(super) fn days(&self, context: &Context) -> Option<(String, u32)> {
        /// Maximum number of days in a list.
        const LONGEST: i32 = 62;
        let from = self.from.as_deref()?;
        let first = grammar::bound(from, context).ok()?.date();
        let after = grammar::bound(self.before.as_deref()?, context)
            .ok()?
            .date();
        let days = first.until(after).ok()?.get_days();
        let is_list = (1..=LONGEST).contains(&days);
        let days = is_list.then(|| u32::try_from(days).ok()).flatten()?;
        Some((from.to_owned(), days))
    }

    /// Both ranges joined, if one begins where the other ends.
    pub(super) fn joined(&self, next: &Self) -> Option<Self> {
        let (first, last) = if self.before.is_some() && self.before == next.from {
            (self, next)
        } else if next.before.is_some() && next.before == self.from {
            (next, self)
        } else {
            return None;
        };
        Some(Self {
            from: first.from.clone(),
            before: last.before.clone(),
            begin: None,
            text: format!("{} and {}", first.text, last.text),
        })
    }
}

/// Returns true if a word joins two items of a list.
pub(super) fn is_joiner(word: &str) -> bool {
    matches!(word, "and" | "or" | "&")
}

/// The due range at the beginning of these words, and how many words it has; `folded` are the same words.
pub(super) fn take(
    words: &[&str],
    folded: &[&str],
    is_first: bool,
    context: &Context,
) -> Option<(Window, usize)> {
    let today = context
        .now
        .to_zoned_datetime(context.zone.rules().clone())
        .date();
    Some(match folded {
        ["overdue" | "late", ..] => (Window::new(None, &context.now.to_string(), "before now"), 1),
        ["today", ..] => (Window::new(Some("today"), "tomorrow", "today"), 1),
        ["tomorrow", ..] => (Window::new(Some("tomorrow"), "in 2 days", "tomorrow"), 1),
        ["this", "week", ..] => {
            let into = i64::from(context.week_start.until(today.weekday()));
            let begin = today.checked_sub(jiff::Span::new().days(into)).ok()?;
            let week = Window::new(Some("today"), "next week", "this week");
            (week.beginning(&begin), 2)
        }
        ["this", "month", ..] => {
            let after = today.last_of_month().tomorrow().ok()?.to_string();
            let month = Window::new(Some("today"), &after, "this month");
            (month.beginning(&today.first_of_month()), 2)
        }
        [name] if is_first && month(name).is_some() => (whole_month(name, today)?, 1),
        ["in", name] if is_first && month(name).is_some() => (whole_month(name, today)?, 2),
        ["week"] if is_first => {
            let week = Window::new(Some("today"), "in 7 days", "within 7 days");
            (week.beginning(&"7 days ago"), 1)
        }
        _ => return bound(words, context),
    })
}

/// The next month of this name, or the rest of the current one.
fn whole_month(name: &str, today: Date) -> Option<Window> {
    let number = month(name)?;
    let year = today.year() + i16::from(number < today.month());
    let first = Date::new(year, number, 1).ok()?;
    let after = first.last_of_month().tomorrow().ok()?.to_string();
    let from = first.max(today).to_string();
    let phrase = format!("in {name}");
    Some(Window::new(Some(&from), &after, &phrase).beginning(&first))
}

/// The number of a month by its full name, or by a short one that is not another word.
pub(super) fn month(name: &str) -> Option<i8> {
    const MONTHS: &[&str] = &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = MONTHS
        .iter()
        .position(|month| *month == name || (month.get(..3) == Some(name) && name != "mar"));
    i8::try_from(at? + 1).ok()
}

/// Parses `before friday`, `after 3 dec`, `until next week`, and returns the number of words.
fn bound(words: &[&str], context: &Context) -> Option<(Window, usize)> {
    /// Maximum number of words in a date.
    const LONGEST: usize = 6;
    let direction = fold(words.first()?);
    if !matches!(
        direction.as_str(),
        "before" | "after" | "until" | "till" | "by" | "since"
    ) {
        return None;
    }
    (1..words.len().min(LONGEST + 1)).rev().find_map(|count| {
        let dates = words.get(1..=count)?;
        // "since monday" begins on the last one.
        let last = (direction == "since").then(|| days(&[&["last"], dates].concat(), context));
        let (text, days) = last.flatten().or_else(|| days(dates, context))?;
        // A list has a limited number of days.
        if grammar::bound(&text, context).ok()?.time().is_some() {
            return None;
        }
        let (first, after) = range(&text, days, context)?;
        let (first, after) = (first.to_string(), after.to_string());
        let (from, before) = match direction.as_str() {
            "before" => (None, Some(first)),
            "after" => (Some(after), None),
            "since" => (Some(first), None),
            _ => (None, Some(after)),
        };
        let text = format!("{direction} {text}");
        let window = Window {
            from,
            before,
            begin: None,
            text,
        };
        Some((window, count + 1))
    })
}

/// The words as a date, if they are one: `friday`, `next week`, `on 3 dec`.
pub(super) fn days(words: &[&str], context: &Context) -> Option<(String, u32)> {
    let text = words.join(" ").to_lowercase();
    grammar::bound(&text, context).ok()?;
    let count = match text.split_whitespace().next_back() {
        Some("week") => 7,
        Some("weekend") => 2,
        Some("month") => 31,
        _ => 1,
    };
    Some((text, count))
}

/// Consecutive days: `friday and saturday`.
pub(super) fn joined_days(words: &[&str], context: &Context) -> Option<(String, u32)> {
    let mut whole: Option<(String, u32, Date)> = None;
    for part in parts(words) {
        let (text, count) = days(&part, context)?;
        let (first, after) = range(&text, count, context)?;
        whole = Some(match whole {
            None => (text, count, after),
            Some((from, before, end)) if end == first => (from, before + count, after),
            Some(_) => return None,
        });
    }
    whole.map(|(from, count, _)| (from, count))
}

/// The items between commas and joining words.
pub(super) fn parts<'a>(words: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut parts = vec![Vec::new()];
    for word in words {
        let bare = word.trim_end_matches(',');
        let is_joining = is_joiner(&fold(word));
        if let Some(part) = parts.last_mut().filter(|_| !is_joining && !bare.is_empty()) {
            part.push(bare);
        }
        if is_joining || bare.len() < word.len() {
            parts.push(Vec::new());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// These days as two dates: a list with other filters accepts no number of days.
pub(super) fn window(from: &str, days: u32, context: &Context) -> Option<Window> {
    let (first, after) = range(from, days, context)?;
    Some(Window::new(
        Some(&first.to_string()),
        &after.to_string(),
        from,
    ))
}

/// The first of these days, and the one after the last.
pub(super) fn range(from: &str, days: u32, context: &Context) -> Option<(Date, Date)> {
    let first = grammar::bound(from, context).ok()?.date();
    let after = first.checked_add(jiff::Span::new().days(days)).ok()?;
    Some((first, after))
}
