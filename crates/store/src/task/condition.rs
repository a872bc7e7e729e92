//! A tree of conditions as SQL. Values are always bound.

use std::fmt::Write as _;

use jiff::Timestamp;
use sqlx::{Database, Encode, Type};
use taskwire_domain::UserId;
use taskwire_domain::filter::{Filter, Moment, Range, Term};
use uuid::Uuid;

use super::dialect::Dialect;
use super::sql;
use super::words::{Sought, query};

/// A value of a statement that is built at run time.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Id(Uuid),
    Number(i64),
    Text(String),
}

impl Value {
    pub(super) fn bind<D: Database, O>(
        self,
        query: sqlx::query::QueryAs<'_, D, O, D::Arguments>,
    ) -> sqlx::query::QueryAs<'_, D, O, D::Arguments>
    where
        Uuid: for<'t> Encode<'t, D> + Type<D>,
        i64: for<'t> Encode<'t, D> + Type<D>,
        String: for<'t> Encode<'t, D> + Type<D>,
    {
        match self {
            Self::Id(id) => query.bind(id),
            Self::Number(number) => query.bind(number),
            Self::Text(text) => query.bind(text),
        }
    }
}

/// The first and the last order of a due value.
pub(super) const ANY_DUE: (i64, i64) = (i64::MIN, i64::MAX);

/// The first and the last order of due values that a filter can find.
pub(super) fn due_range(filter: &Filter, now: Timestamp) -> (i64, i64) {
    let last = Timestamp::MAX.as_microsecond();
    match filter {
        Filter::Overdue => (ANY_DUE.0, now.as_microsecond() - 1),
        Filter::Undated => (last + 1, ANY_DUE.1),
        Filter::Within(Moment::Due, range) => (
            range.from.map_or(ANY_DUE.0, Timestamp::as_microsecond),
            range.before.map_or(last, |end| end.as_microsecond() - 1),
        ),
        Filter::All(parts) => parts
            .iter()
            .map(|part| due_range(part, now))
            .fold(ANY_DUE, |(from, to), part| {
                (from.max(part.0), to.min(part.1))
            }),
        Filter::Any(parts) => parts
            .iter()
            .map(|part| due_range(part, now))
            .reduce(|(from, to), part| (from.min(part.0), to.max(part.1)))
            .unwrap_or(ANY_DUE),
        _ => ANY_DUE,
    }
}

/// SQL text with its values; the first is the owner.
pub(super) struct Sql {
    owner: UserId,
    dialect: Dialect,
    /// Whether SQLite must not read due values from their index.
    pub(super) hides_due: bool,
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl Sql {
    pub(super) fn new(owner: UserId, dialect: &Dialect) -> Self {
        Self {
            owner,
            dialect: dialect.clone(),
            hides_due: false,
            text: String::new(),
            values: vec![Value::Id(owner.0)],
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends the placeholder of a value.
    pub(super) fn bind(&mut self, value: Value) {
        self.values.push(value);
        let _ = write!(self.text, "${}", self.values.len());
    }

    /// The column, or an expression that no index has.
    fn due_order(&self) -> &'static str {
        if self.hides_due {
            "+due_order"
        } else {
            "due_order"
        }
    }

    fn compare(&mut self, before: &str, value: Value) {
        self.push(before);
        self.bind(value);
    }

    /// Appends a tree as one condition.
    pub(super) fn condition(&mut self, filter: &Filter, now: Timestamp) {
        match filter {
            Filter::All(parts) => self.joined(parts, " AND ", "TRUE", now),
            Filter::Any(parts) => self.joined(parts, " OR ", "FALSE", now),
            Filter::Not(part) => {
                self.push("NOT (");
                self.condition(part, now);
                self.push(")");
            }
            Filter::Status(status) => {
                self.compare("status = ", Value::Text(status.as_str().into()));
            }
            Filter::Priority(priority) => {
                self.compare("priority = ", Value::Number(priority.rank()));
            }
            Filter::Tag(tag) => {
                self.push("EXISTS (SELECT 1 FROM task_tags WHERE task_tags.owner_id = $1 AND task_tags.task_id = tasks.id");
                self.compare(" AND name_key = ", Value::Text(tag.key()));
                // Postgres looks at each task in the order of the list. It might otherwise join all that have the tag.
                self.push(if self.dialect.is_postgres {
                    " OFFSET 0)"
                } else {
                    ")"
                });
            }
            Filter::Untagged => self.push("tags = '[]'"),
            Filter::Within(moment, range) => self.range(*moment, range),
            Filter::Overdue => {
                let before = format!("(status = 'open' AND {} < ", self.due_order());
                self.compare(&before, Value::Number(now.as_microsecond()));
                self.push(")");
            }
            Filter::Undated => {
                // An index has them after all dates, whatever an earlier version has written for "none".
                let last = Timestamp::MAX.as_microsecond();
                let after = format!("({} > ", self.due_order());
                self.compare(&after, Value::Number(last));
                self.push(" AND due IS NULL)");
            }
            // Never null, so that its negation finds the others.
            Filter::Fixed => self.push("(due IS NOT NULL AND due LIKE '%]')"),
            Filter::Recurring => self.push("series_id IS NOT NULL"),
            Filter::Parent(number) => {
                self.compare("(parent IS NOT NULL AND parent = ", Value::Number(*number));
                self.push(")");
            }
            Filter::NoParent => self.push("parent IS NULL"),
            Filter::Words(terms) => self.words(terms),
            Filter::Contains(text) => self.contains(&taskwire_domain::text::fold(text)),
            Filter::ChangedBy(kind) => {
                self.push("(derived_version IS NOT NULL AND derived_version = version AND changed_by IS NOT NULL");
                self.compare(" AND changed_by = ", Value::Text(kind.as_str().into()));
                self.push(")");
            }
        }
    }

    fn joined(&mut self, parts: &[Filter], operator: &str, empty: &str, now: Timestamp) {
        if parts.is_empty() {
            self.push(empty);
            return;
        }
        self.push("(");
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.push(operator);
            }
            self.condition(part, now);
        }
        self.push(")");
    }

    /// Never null, so that its negation finds the others.
    fn range(&mut self, moment: Moment, range: &Range) {
        let (column, exists) = match moment {
            // Without a due value, the order is after all dates, whatever an earlier version has written for "none".
            Moment::Due if range.before.is_some() => (self.due_order(), "TRUE"),
            Moment::Due => (self.due_order(), "due IS NOT NULL"),
            Moment::Created => ("created_at", "TRUE"),
            Moment::Updated => ("updated_at", "TRUE"),
            Moment::Completed => ("completed_at", "completed_at IS NOT NULL"),
        };
        self.push("(");
        self.push(exists);
        for (sign, end) in [(" >= ", range.from), (" < ", range.before)] {
            if let Some(end) = end {
                let before = format!(" AND {column}{sign}");
                self.compare(&before, Value::Number(end.as_microsecond()));
            }
        }
        self.push(")");
    }

    /// For each row whether it has the words. Where few have, their numbers are looked up first, see [`super::list`].
    fn words(&mut self, terms: &[Term]) {
        if terms.is_empty() {
            self.push("FALSE");
            return;
        }
        let sought = query(self.owner, Sought::everywhere(terms), &self.dialect);
        if self.dialect.is_postgres {
            self.push("EXISTS (SELECT 1 FROM task_words WHERE task_words.owner_id = $1 AND task_words.number = tasks.number");
            self.compare(" AND words @@ CAST(CAST(", Value::Text(sought));
            self.push(" AS TEXT) AS TSQUERY))");
        } else {
            self.push("number IN (SELECT ");
            self.push(sql::FOUND_WORDS_SQLITE);
            self.compare(" AND task_words MATCH ", Value::Text(sought));
            self.push(")");
        }
    }

    /// Appends whether the number is one of these.
    pub(super) fn numbered(&mut self, numbers: &[i64]) {
        let mut text = String::new();
        for (index, number) in numbers.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let _ = write!(text, "{comma}{number}");
        }
        if self.dialect.is_postgres {
            self.compare("number = ANY(CAST(string_to_array(CAST(", Value::Text(text));
            self.push(" AS TEXT), ',') AS BIGINT[]))");
        } else {
            self.compare(
                "number IN (SELECT value FROM json_each(",
                Value::Text(format!("[{text}]")),
            );
            self.push("))");
        }
    }

    /// Appends whether the id is among those of a query, which is read first.
    pub(super) fn one_of(&mut self, query: impl FnOnce(&mut Self)) {
        let (begin, end) = if self.dialect.is_postgres {
            ("id = ANY(ARRAY(", "))")
        } else {
            ("id IN (", ")")
        };
        self.push(begin);
        query(self);
        self.push(end);
    }

    /// Appends bounds of the due value that follow from conditions of which one is met: an index is read between them.
    pub(super) fn due_bounds(&mut self, filter: &Filter, now: Timestamp) {
        let all = filter.conjuncts().into_iter();
        let any = all.filter(|part| matches!(part, Filter::Any(parts) if !parts.is_empty()));
        let (from, to) = any
            .map(|part| due_range(part, now))
            .fold(ANY_DUE, |(from, to), part| {
                (from.max(part.0), to.min(part.1))
            });
        if from > ANY_DUE.0 {
            let after = format!(" AND {} >= ", self.due_order());
            self.compare(&after, Value::Number(from));
        }
        if to < ANY_DUE.1 {
            let before = format!(" AND {} <= ", self.due_order());
            self.compare(&before, Value::Number(to));
        }
    }

    fn contains(&mut self, folded: &str) {
        let pattern = folded
            .replace('!', "!!")
            .replace('%', "!%")
            .replace('_', "!_");
        self.compare("search LIKE ", Value::Text(format!("%{pattern}%")));
        self.push(" ESCAPE '!'");
    }
}
