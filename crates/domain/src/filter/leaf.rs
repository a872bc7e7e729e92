//! What stands between the operators: a tag, a field with a value, a word with a meaning, a day, or a text to search for.

use super::dates::{Direction, Span, mistake, span};
use super::problem::Problem;
use super::search::search;
use super::tree::{ChangedBy, Filter, Moment, Range};
use crate::grammar::Context;
use crate::text::clip;
use crate::{Priority, Status, TagName};

/// One condition and where it begins.
pub(super) struct Leaf<'a> {
    pub(super) at: usize,
    pub(super) text: &'a str,
}

/// Names before a colon or a comparison.
const FIELDS: [&str; 13] = [
    "changed",
    "completed",
    "contains",
    "created",
    "due",
    "is",
    "no",
    "parent",
    "priority",
    "status",
    "tag",
    "text",
    "updated",
];
const DATES: &str = "Write a date (2026-12-01, 2026-12-01T09:00), a distance (+7d, -2w), a period (this week, next month), \
     or words such as tomorrow, next friday or 3 days ago.";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Is,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// A field with the value that it is compared with, and where the value begins.
struct Field<'a> {
    name: String,
    comparison: Comparison,
    sign: &'a str,
    value: &'a str,
    value_at: usize,
}

impl<'a> Leaf<'a> {
    pub(super) fn read(&self, context: &Context) -> Result<Filter, Problem> {
        if let Some(name) = self.text.strip_prefix('#') {
            return tag(name, self.at + 1);
        }
        if let Some(field) = self.field() {
            return self.of_field(&field, context);
        }
        if let Some(known) = keyword(&self.text.to_lowercase()) {
            return Ok(known);
        }
        if let Some(span) = self.period(context) {
            return Ok(Filter::Within(Moment::Due, span.into()));
        }
        self.check_text(context)?;
        self.words(self.text, self.at)
    }

    /// A day, a time or a period; `7 days` are the next ones.
    fn period(&self, context: &Context) -> Option<Span> {
        if self.text.contains('"') {
            return None;
        }
        let ahead = || {
            let is_counted = self.text.starts_with(|c: char| c.is_ascii_digit());
            let text = format!("next {}", self.text);
            span(&text, Direction::Ahead, context).filter(|_| is_counted)
        };
        span(self.text, Direction::Ahead, context).or_else(ahead)
    }

    /// Whether this is a word with a meaning, a day or a period.
    pub(super) fn is_value(&self, context: &Context) -> bool {
        keyword(&self.text.to_lowercase()).is_some() || self.period(context).is_some()
    }

    /// Whether this is a condition by itself, and not words to search for.
    pub(super) fn is_condition(&self, context: &Context) -> bool {
        let is_name = self.text.starts_with(['#', '@']) && self.text.chars().count() > 1;
        is_name
            || self.field().is_some()
            || is_numbered_priority(self.text)
            || self.is_value(context)
    }

    /// Refuses a text to search for that looks like a condition, which would find nothing without a word about it.
    fn check_text(&self, context: &Context) -> Result<(), Problem> {
        const QUOTES: &str = "put a text to search for in double quotes";
        if self.text.contains('"') {
            return Ok(());
        }
        if is_numbered_priority(self.text) {
            return Err(Problem::new(
                self.at,
                format!("{:?} is not a priority.", clip(self.text)),
                format!("Write p1 (high), p2 (medium), p3 (low) or p4 (none); {QUOTES}."),
            ));
        }
        if let Some((detail, hint)) = mistake(self.text, context) {
            return Err(Problem::new(self.at, detail, hint));
        }
        match second_condition(self.text, context) {
            None => Ok(()),
            Some(second) => Err(Problem::new(
                self.at + second,
                "An operator is missing before this.",
                format!("Write & (and) or | (or) here; {QUOTES}."),
            )),
        }
    }

    fn words(&self, text: &str, at: usize) -> Result<Filter, Problem> {
        match search(text) {
            Filter::Words(terms) if terms.is_empty() && text != "\"\"" => Err(Problem::new(
                at,
                format!("There is no word in {:?}.", clip(self.text)),
                "Write a word, or remove this.",
            )),
            found => Ok(found),
        }
    }

    fn field(&self) -> Option<Field<'a>> {
        let end = self
            .text
            .find(|c: char| !c.is_ascii_alphabetic() && c != '_')?;
        let (name, rest) = self.text.split_at_checked(end)?;
        let rest = rest.trim_start();
        let signs = [
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("<", Comparison::Less),
            (">", Comparison::More),
            (":", Comparison::Is),
            ("=", Comparison::Is),
        ];
        let (sign, comparison) = signs.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
        if name.is_empty() {
            return None;
        }
        let value = rest.get(sign.len()..)?.trim_start();
        let before = self.text.len() - value.len();
        Some(Field {
            name: name.to_lowercase(),
            comparison,
            sign,
            value,
            value_at: self.at + self.text.get(..before)?.chars().count(),
        })
    }

    fn of_field(&self, field: &Field<'_>, context: &Context) -> Result<Filter, Problem> {
        let value = field.value.to_lowercase();
        let known = |what: &str, names: &str| {
            Problem::new(
                field.value_at,
                format!("{:?} is not {what}.", clip(field.value)),
                format!("Write {names}."),
            )
        };
        let moment = match field.name.as_str() {
            "due" | "date" => Moment::Due,
            "created" | "added" => Moment::Created,
            "updated" | "modified" => Moment::Updated,
            "completed" | "done" => Moment::Completed,
            name => {
                if !FIELDS.contains(&name) {
                    return Err(self.unknown(name));
                }
                if field.comparison != Comparison::Is {
                    return Err(Problem::new(
                        self.at,
                        format!("{name} cannot be compared with {}.", field.sign),
                        format!("Write {name}: and a value."),
                    ));
                }
                if value.is_empty() {
                    return Err(Problem::new(
                        field.value_at,
                        format!("A value is missing after {name}:"),
                        "Write one, or remove this.",
                    ));
                }
                return match name {
                    "priority" => Priority::parse(&value)
                        .map(Filter::Priority)
                        .map_err(|_| known("a priority", "high, medium, low or none, or p1 to p4")),
                    "status" => Status::parse(&value)
                        .map(Filter::Status)
                        .ok_or_else(|| known("a status", "open, completed, skipped or deleted")),
                    "is" => keyword(&value).ok_or_else(|| {
                        known(
                            "known",
                            "overdue, recurring, open, completed, skipped or deleted",
                        )
                    }),
                    "no" => none(&value).ok_or_else(|| {
                        known("known", "due, tag, priority, recurrence or parent")
                    }),
                    "parent" => parent(&value).ok_or_else(|| {
                        known(
                            "the number of a task",
                            "a number, such as parent:12, or no:parent for tasks that are no subtasks",
                        )
                    }),
                    "changed" => ChangedBy::parse(&value)
                        .map(Filter::ChangedBy)
                        .ok_or_else(|| known("known", "ai, person, program or taskwire")),
                    "tag" => tag(field.value, field.value_at),
                    "contains" => Ok(Filter::Contains(unquoted(field.value).to_owned())),
                    _ => self.words(field.value, field.value_at),
                };
            }
        };
        if moment == Moment::Due && field.comparison == Comparison::Is && value == "none" {
            return Ok(Filter::Undated);
        }
        let direction = if moment == Moment::Due {
            Direction::Ahead
        } else {
            Direction::Back
        };
        range(field, direction, context).map(|range| Filter::Within(moment, range))
    }

    fn unknown(&self, name: &str) -> Problem {
        let nearest = FIELDS
            .iter()
            .map(|known| (strsim::osa_distance(name, known), *known))
            .filter(|(distance, _)| *distance <= (name.len() / 3).max(1))
            .min_by_key(|(distance, _)| *distance);
        let hint = match nearest {
            Some((_, known)) => format!("Did you mean {known:?}?"),
            None => format!(
                "Known fields: {}. To search for this text, put it in double quotes.",
                FIELDS.join(", ")
            ),
        };
        Problem::new(
            self.at,
            format!("There is no field {:?}.", clip(name)),
            hint,
        )
    }
}

fn range(field: &Field<'_>, direction: Direction, context: &Context) -> Result<Range, Problem> {
    let read = |text: &str, at: usize| {
        let text = unquoted(text);
        span(text, direction, context).ok_or_else(|| match mistake(text, context) {
            Some((detail, hint)) => Problem::new(at, detail, hint),
            None => Problem::new(at, format!("{:?} is not a date.", clip(text)), DATES),
        })
    };
    if let Some((first, last)) = field.value.split_once("..")
        && field.comparison == Comparison::Is
    {
        let at = field.value_at + first.chars().count() + 2;
        let (is_open, last) = match last.strip_prefix('<') {
            Some(last) => (true, last),
            None => (false, last),
        };
        let Span { first, .. } = read(first, field.value_at)?;
        let end = read(last, at + usize::from(is_open))?;
        // "completed:1 nov..5 dec" in November ends in the days to come.
        let next = span(unquoted(last), Direction::Ahead, context);
        let last = next.filter(|_| end.after <= first).unwrap_or(end);
        let before = if is_open { last.first } else { last.after };
        if before <= first {
            return Err(Problem::new(
                field.value_at,
                "This range ends before it begins.",
                "Write the earlier date first.",
            ));
        }
        return Ok(Range {
            from: Some(first),
            before: Some(before),
        });
    }
    let span = read(field.value, field.value_at)?;
    let from = |at| Range {
        from: Some(at),
        before: None,
    };
    let before = |at| Range {
        from: None,
        before: Some(at),
    };
    Ok(match field.comparison {
        Comparison::Is => span.into(),
        Comparison::Less => before(span.first),
        Comparison::AtMost => before(span.after),
        Comparison::More => from(span.after),
        Comparison::AtLeast => from(span.first),
    })
}

fn tag(text: &str, at: usize) -> Result<Filter, Problem> {
    TagName::parse(unquoted(text))
        .map(Filter::Tag)
        .map_err(|why| {
            let hint = why.hint.unwrap_or_default();
            Problem::new(at, why.detail, hint)
        })
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text)
}

fn keyword(text: &str) -> Option<Filter> {
    Some(match text {
        "overdue" | "late" => Filter::Overdue,
        "recurring" | "repeating" => Filter::Recurring,
        "p1" | "p2" | "p3" | "p4" => Filter::Priority(Priority::parse(text).ok()?),
        "no due date" => Filter::Undated,
        other => match other.split_once(' ') {
            Some(("no", what)) => none(what.trim_start())?,
            _ => Filter::Status(Status::parse(other)?),
        },
    })
}

/// Whether this is written like `p1`.
fn is_numbered_priority(text: &str) -> bool {
    let number = text.strip_prefix(['p', 'P']).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Most words of a text in which conditions without an operator are looked for.
const SPLIT_MAX: usize = 8;

/// Where a second condition begins in a text that is conditions without an operator between them, or words with a tag or
/// a saved filter among them; in characters.
fn second_condition(text: &str, context: &Context) -> Option<usize> {
    let begins: Vec<usize> = text
        .char_indices()
        .zip(text.chars().skip(1))
        .filter(|((_, c), next)| c.is_whitespace() && !next.is_whitespace())
        .map(|((at, c), _)| at + c.len_utf8())
        .collect();
    let column = |at: usize| text.get(..at).map(|before| before.chars().count());
    let named = begins.iter().copied().find(|at| {
        let mut rest = text.get(*at..).unwrap_or_default().chars();
        matches!(rest.next(), Some('#' | '@')) && rest.next().is_some_and(char::is_alphabetic)
    });
    if let Some(at) = named {
        return column(at);
    }
    if begins.len() >= SPLIT_MAX {
        return None;
    }
    begins.into_iter().find_map(|at| {
        let (first, rest) = text.split_at_checked(at)?;
        let is = |text: &str| Leaf { at: 0, text }.is_condition(context);
        let rest = match rest.split_once(' ') {
            Some((not, rest)) if not.eq_ignore_ascii_case("not") => rest,
            _ => rest,
        };
        let are_two =
            is(first.trim_end()) && (is(rest) || second_condition(rest, context).is_some());
        are_two.then(|| column(at)).flatten()
    })
}

fn none(text: &str) -> Option<Filter> {
    Some(match text {
        "due" | "date" => Filter::Undated,
        "tag" | "tags" => Filter::Untagged,
        "priority" => Filter::Priority(Priority::None),
        "recurrence" | "repeat" => Filter::Not(Box::new(Filter::Recurring)),
        "parent" => Filter::NoParent,
        _ => return None,
    })
}

fn parent(text: &str) -> Option<Filter> {
    if text == "none" {
        return Some(Filter::NoParent);
    }
    let number = text.parse().ok().filter(|number: &i64| *number > 0);
    number.map(Filter::Parent)
}
