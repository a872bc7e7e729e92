//! The parameters of a list as one tree of conditions.

use taskwire_domain::contract::TaskQuery;
use taskwire_domain::filter::{self, ChangedBy, Filter, Moment, Range, Saved, SavedFilter};
use taskwire_domain::text::clip;
use taskwire_domain::{Invalid, Priority, Status, TagName};
use taskwire_store::{Direction, Sort, TaskList};

use super::parameter::{LIMIT, limit, one_of};
use crate::service::Context;
use crate::service::dates::bound;
use crate::service::draft::collect_err;
use crate::service::tag::Named;

/// Longest text searched for, in characters.
const TEXT_MAX: usize = 200;

const STATUSES: [(&str, Option<Status>); 5] = [
    ("open", Some(Status::Open)),
    ("completed", Some(Status::Completed)),
    ("skipped", Some(Status::Skipped)),
    ("deleted", Some(Status::Deleted)),
    ("all", None),
];

const SORTS: [(&str, Sort); 9] = [
    ("due", Sort::Due),
    ("smart", Sort::Due),
    ("created", Sort::Created),
    ("updated", Sort::Updated),
    ("priority", Sort::Priority),
    ("title", Sort::Title),
    ("number", Sort::Number),
    ("completed", Sort::Completed),
    ("relevance", Sort::Relevance),
];

const ORDERS: [(&str, Direction); 2] = [
    ("asc", Direction::Ascending),
    ("desc", Direction::Descending),
];

/// The useful direction of a sort: urgent, recent and important first.
fn natural(sort: Sort) -> Direction {
    match sort {
        Sort::Due | Sort::Title | Sort::Number => Direction::Ascending,
        Sort::Created | Sort::Updated | Sort::Priority | Sort::Completed | Sort::Relevance => {
            Direction::Descending
        }
    }
}

/// The conditions read so far, and what was refused.
struct Parameters<'a> {
    context: &'a Context,
    query: &'a TaskQuery,
    saved: &'a [SavedFilter],
    named: Vec<Named>,
    parts: Vec<Filter>,
    refused: Vec<Invalid>,
}

/// Reads the parameters, which may name these filters. Returns the tags that they name too.
pub(super) fn read(
    context: &Context,
    query: &TaskQuery,
    saved: &[SavedFilter],
) -> Result<(TaskList, Vec<Named>), Vec<Invalid>> {
    let mut all = Parameters {
        context,
        query,
        saved,
        named: Vec::new(),
        parts: Vec::new(),
        refused: Vec::new(),
    };
    all.expression();
    let usual = if query.search.is_some() {
        "relevance"
    } else {
        "due"
    };
    let sort = query.sort.as_deref().unwrap_or(usual);
    let sort = collect_err(&mut all.refused, one_of("sort", sort, &SORTS)).unwrap_or(Sort::Due);
    let direction = match query.order.as_deref() {
        None => natural(sort),
        Some(text) => collect_err(&mut all.refused, one_of("order", text, &ORDERS))
            .unwrap_or(Direction::Ascending),
    };
    all.status(sort);
    all.priorities();
    all.tags();
    all.parent();
    all.yes_or_no();
    all.ranges();
    all.changed_by();
    all.search(sort);
    all.text();
    let limit = collect_err(&mut all.refused, limit(query.limit)).unwrap_or(LIMIT);
    if !all.refused.is_empty() {
        return Err(all.refused);
    }
    let list = TaskList {
        owner: context.owner,
        filter: Filter::All(all.parts),
        now: context.now,
        sort,
        direction,
        after: None,
        limit: i64::from(limit),
    };
    Ok((list, all.named))
}

impl Parameters<'_> {
    fn expression(&mut self) {
        if let Some(text) = &self.query.filter {
            let words = self.context.words();
            let read = filter::parse_with_tags(text, &words, Saved::Known(self.saved));
            if let Some((filter, tags)) = collect_err(&mut self.refused, read) {
                self.parts.push(filter);
                self.named.extend(Named::in_filter(tags));
            }
        }
    }

    /// Only the expression was read so far, which may name statuses itself.
    fn status(&mut self, sort: Sort) {
        let is_about_completion = sort == Sort::Completed
            || self.query.completed_before.is_some()
            || self.query.completed_after.is_some();
        let status = match self.query.status.as_deref() {
            Some(text) => {
                let status = one_of("status", text, &STATUSES);
                collect_err(&mut self.refused, status).flatten()
            }
            None if is_about_completion => Some(Status::Completed),
            None if self.parts.is_empty() => Some(Status::Open),
            None => {
                let parts = std::mem::take(&mut self.parts);
                let parts = parts.into_iter().map(Filter::with_usual_status);
                self.parts = parts.collect();
                None
            }
        };
        self.parts.extend(status.map(Filter::Status));
    }

    fn priorities(&mut self) {
        let Some(text) = &self.query.priority else {
            return;
        };
        let mut any = Vec::new();
        for text in text.split(',') {
            let priority = Priority::parse(text).map_err(|why| why.at("priority"));
            any.extend(collect_err(&mut self.refused, priority).map(Filter::Priority));
        }
        self.parts.push(any_of(any));
    }

    fn tags(&mut self) {
        let mut names = |field: &'static str, text: &Option<String>| {
            let names: Vec<&str> = text.as_deref()?.split(',').collect();
            let tags = TagName::parse_all(&names).map_err(|why| why.at(field));
            let tags = collect_err(&mut self.refused, tags)?;
            self.named.extend(tags.iter().map(|name| Named {
                field,
                column: None,
                name: name.clone(),
            }));
            Some(tags.into_iter().map(Filter::Tag).collect::<Vec<_>>())
        };
        let all = names("tag", &self.query.tag);
        let any = names("tag_any", &self.query.tag_any);
        self.parts.extend(all.into_iter().flatten());
        self.parts.extend(any.map(any_of));
    }

    fn parent(&mut self) {
        let number = |text: &str| text.parse().ok().filter(|number: &i64| *number > 0);
        match self.query.parent.as_deref() {
            None => {}
            Some("none") => self.parts.push(Filter::NoParent),
            Some(text) => match number(text) {
                Some(number) => self.parts.push(Filter::Parent(number)),
                None => self.refused.push(
                    Invalid::new(
                        "parent",
                        "invalid_value",
                        format!("Invalid value for parent: {:?}.", clip(text)),
                    )
                    .hint("Send a task's number for its subtasks, or none for tasks that are no subtasks."),
                ),
            },
        }
    }

    fn yes_or_no(&mut self) {
        let query = self.query;
        if let (Some(overdue), Some(is_overdue)) = (query.overdue, query.is_overdue)
            && overdue != is_overdue
        {
            self.refused.push(
                Invalid::new(
                    "overdue",
                    "conflicting_parameters",
                    "overdue and is_overdue are the same parameter, and these differ.",
                )
                .hint("Send one of them."),
            );
        }
        for (is, condition) in [
            (query.is_overdue.or(query.overdue), Filter::Overdue),
            (query.no_due, Filter::Undated),
            (query.recurring, Filter::Recurring),
        ] {
            match is {
                Some(true) => self.parts.push(condition),
                Some(false) => self.parts.push(Filter::Not(Box::new(condition))),
                None => {}
            }
        }
    }

    fn ranges(&mut self) {
        let query = self.query;
        for (moment, (after_name, after), (before_name, before)) in [
            (
                Moment::Due,
                ("due_after", &query.due_after),
                ("due_before", &query.due_before),
            ),
            (
                Moment::Completed,
                ("completed_after", &query.completed_after),
                ("completed_before", &query.completed_before),
            ),
            (
                Moment::Created,
                ("created_after", &query.created_after),
                ("created_before", &query.created_before),
            ),
            (
                Moment::Updated,
                ("updated_after", &query.updated_after),
                ("updated_before", &query.updated_before),
            ),
        ] {
            let mut instant = |field: &str, text: &Option<String>| {
                let text = text.as_deref()?;
                let words = self.context.words();
                let is_past = moment != Moment::Due;
                collect_err(&mut self.refused, bound(field, text, is_past, &words))
            };
            let range = Range {
                from: instant(after_name, after),
                before: instant(before_name, before),
            };
            if range.from.is_some() || range.before.is_some() {
                self.parts.push(Filter::Within(moment, range));
            }
        }
    }

    fn changed_by(&mut self) {
        if let Some(text) = &self.query.changed_by {
            let known = ChangedBy::ALL.map(|kind| (kind.as_str(), kind));
            let kind = one_of("changed_by", text, &known);
            let kind = collect_err(&mut self.refused, kind);
            self.parts.extend(kind.map(Filter::ChangedBy));
        }
    }

    fn search(&mut self, sort: Sort) {
        let Some(text) = self.query.search.as_deref().map(str::trim) else {
            if sort == Sort::Relevance {
                let detail = "Only a search can be sorted by relevance.";
                let refused = Invalid::new("sort", "invalid_value", detail);
                let hint = "Send \"search\", or another sort.";
                self.refused.push(refused.hint(hint));
            }
            return;
        };
        let count = text.chars().count();
        let is_long_enough = count > 1 || text.chars().all(is_word_alone) && count == 1;
        if !is_long_enough || count > TEXT_MAX || text.contains('\0') {
            let detail = "This text cannot be searched for.";
            let hint = format!(
                "Send 2 to {TEXT_MAX} characters without control characters; a single one only if it is a word, such as 水 or an emoji."
            );
            let refused = Invalid::new("search", "invalid_search", detail);
            self.refused.push(refused.hint(hint));
        }
        self.parts.push(filter::search(text));
    }

    fn text(&mut self) {
        let text = self.query.q.as_deref().map(str::trim);
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return;
        };
        if text.chars().count() > TEXT_MAX || text.contains('\0') {
            self.refused.push(
                Invalid::new("q", "invalid_search", "This text cannot be searched for.").hint(
                    format!("Send at most {TEXT_MAX} characters without control characters."),
                ),
            );
        }
        self.parts.push(Filter::Contains(text.to_owned()));
    }
}

/// Whether a character can be a word by itself: one of a script that has no upper and lower case, or an emoji.
fn is_word_alone(c: char) -> bool {
    !c.is_ascii() && !c.is_lowercase() && !c.is_uppercase()
}

fn any_of(parts: Vec<Filter>) -> Filter {
    match <[Filter; 1]>::try_from(parts) {
        Ok([only]) => only,
        Err(parts) => Filter::Any(parts),
    }
}
