//! The statement of a list. Only this and `count` build SQL at run time, from an enum of columns; values are always bound.

use std::fmt::Write as _;

use jiff::Timestamp;
use taskwire_domain::filter::Filter;
use taskwire_domain::{Status, UserId};

use super::condition::{ANY_DUE, Sql, Value, due_range};
use super::dialect::Dialect;
use super::order::{Direction, Keyset, Sort, SortValue};
use super::sql;
use super::tag_key::TagKey;

/// The filter, order and length of a list.
#[derive(Clone, Debug)]
pub struct TaskList {
    /// The owner.
    pub owner: UserId,
    /// Which tasks.
    pub filter: Filter,
    /// Now, for what is overdue.
    pub now: Timestamp,
    /// The order.
    pub sort: Sort,
    /// The direction.
    pub direction: Direction,
    /// Only those after this position.
    pub after: Option<Keyset>,
    /// Maximum number of tasks.
    pub limit: i64,
}

pub(super) const STATUSES: [Status; 4] = [
    Status::Open,
    Status::Completed,
    Status::Skipped,
    Status::Deleted,
];

/// Few tasks, to which all in a list belong.
pub(super) enum Picked {
    /// None: the tasks are read in the order of the list, whatever other index there is.
    Order,
    /// None: the open tasks with this tag, or this pair of tags, are read in the order of the list.
    OrderOfTag(TagKey),
    /// Those with this tag, or this pair of tags.
    Tag(TagKey),
    /// Those that belong to a series.
    Recurring,
    /// The parts of the task with this number.
    Parent(i64),
    Words(FoundWords),
    /// None: so many are read in the order of the list, and their words compared by the program.
    Compared(i64),
}

impl Picked {
    /// Whether few tasks are picked, and not an order.
    fn is_of_few(&self) -> bool {
        !matches!(self, Self::Order | Self::OrderOfTag(_) | Self::Compared(_))
    }
}

/// The tasks with the words of one condition.
pub(super) struct FoundWords {
    pub(super) numbers: Vec<i64>,
    /// Those that have all the words in title and tags, for the order by relevance.
    pub(super) in_title: Vec<i64>,
    /// Whether these are all that have the words, not only the newest.
    pub(super) is_all: bool,
    /// The filter without that condition.
    pub(super) rest: Filter,
}

impl TaskList {
    /// The conditions, with what is picked.
    pub(super) fn conditions(&self, picked: Option<&Picked>, dialect: &Dialect) -> Sql {
        let mut sql = Sql::new(self.owner, dialect);
        self.push_conditions(&mut sql, picked);
        sql
    }

    fn push_conditions(&self, sql: &mut Sql, picked: Option<&Picked>) {
        let filter = match picked {
            Some(Picked::Words(found)) => &found.rest,
            _ => &self.filter,
        };
        sql.hides_due = matches!(picked, Some(Picked::Order));
        sql.condition(filter, self.now);
        sql.due_bounds(filter, self.now);
        let Some(picked) = picked.filter(|picked| picked.is_of_few()) else {
            return;
        };
        sql.push(" AND ");
        match picked {
            Picked::Order | Picked::OrderOfTag(_) | Picked::Compared(_) => {}
            Picked::Words(found) => sql.numbered(&found.numbers),
            Picked::Tag(tag) => sql.one_of(|sql| {
                sql.push("SELECT task_id FROM task_tags WHERE owner_id = $1 AND name_key = ");
                sql.bind(Value::Text(tag.as_str().to_owned()));
            }),
            Picked::Recurring => sql.one_of(|sql| sql.push(super::sql::OF_SERIES)),
            Picked::Parent(number) => sql.one_of(|sql| {
                sql.push(
                    "SELECT part.id FROM tasks AS part WHERE part.owner_id = $1 AND part.parent = ",
                );
                sql.bind(Value::Number(*number));
            }),
        }
    }

    /// The statement.
    pub(super) fn build(&self, picked: Option<&Picked>, dialect: &Dialect) -> Sql {
        let mut sql = Sql::new(self.owner, dialect);
        self.push_list(&mut sql, picked, dialect.is_postgres);
        sql
    }

    /// The statement of several lists with the same order, which may have tasks in common.
    pub(super) fn build_parts(&self, parts: &[(Self, Option<Picked>)], dialect: &Dialect) -> Sql {
        let mut sql = Sql::new(self.owner, dialect);
        let mut texts = Vec::new();
        for (list, picked) in parts {
            list.push_list(&mut sql, picked.as_ref(), dialect.is_postgres);
            texts.push(std::mem::take(&mut sql.text));
        }
        for (index, text) in texts.iter().enumerate() {
            let union = if index > 0 { " UNION " } else { "" };
            let _ = write!(sql.text, "{union}SELECT * FROM ({text}) AS choice_{index}");
        }
        let order = self.order(self.sort.keys(dialect.is_postgres).len(), "id", &mut sql);
        sql.push(&order);
        sql
    }

    /// The order and the length, by `keys` columns; among equals by `tie`.
    fn order(&self, keys: usize, tie: &str, sql: &mut Sql) -> String {
        let word = self.direction.word();
        let mut order = String::from(" ORDER BY ");
        for index in 0..keys {
            let comma = if index > 0 { ", " } else { "" };
            let _ = write!(order, "{comma}sort_{index} {word}");
        }
        if !self.sort.is_unique() {
            let _ = write!(order, ", {tie} {word}");
        }
        let _ = write!(order, " LIMIT ${}", sql.values.len() + 1);
        sql.values.push(Value::Number(self.limit));
        order
    }

    fn push_list(&self, sql: &mut Sql, picked: Option<&Picked>, is_postgres: bool) {
        if let Some(Picked::OrderOfTag(tag)) = picked
            && let Some(keys) = self.sort.keys_of_tag()
        {
            return self.push_list_of_tag(sql, picked, (tag, keys), is_postgres);
        }
        self.push_conditions(sql, picked);
        if !is_postgres && picked.is_none() && self.is_range_by_priority() {
            return self.push_range_by_priority(sql);
        }
        let picked = picked.filter(|picked| picked.is_of_few());
        if self.sort == Sort::Completed {
            sql.push(" AND completed_at IS NOT NULL");
        }
        let keys = self.keys(sql, picked, is_postgres);
        self.push_position(sql, &keys, "id");
        let conditions = std::mem::take(&mut sql.text);
        // SQLite must not choose the index of the order where few tasks are picked.
        let plus = if picked.is_some() && !is_postgres {
            "+"
        } else {
            ""
        };
        // A picked number is found by owner and number.
        let owner_plus = match picked {
            Some(Picked::Words(_)) => "",
            _ => plus,
        };
        let statuses = self.statuses();
        let is_one_order = picked.is_some()
            || self.sort == Sort::Completed
            || statuses.len() == STATUSES.len()
                && matches!(self.sort, Sort::Number | Sort::Created | Sort::Relevance);
        let arms = if is_one_order {
            vec![None]
        } else {
            statuses.into_iter().map(Some).collect()
        };
        let order = self.order(keys.len(), "id", sql);
        // SQLite merges the parts. Postgres might read them whole and sort them, so each is cut to a page.
        let is_cut = is_postgres && arms.len() > 1;
        for (index, status) in arms.into_iter().enumerate() {
            if index > 0 {
                sql.push(" UNION ALL ");
            }
            sql.push(if is_cut { "SELECT * FROM (" } else { "" });
            sql.push(sql::LIST);
            for (index, key) in keys.iter().enumerate() {
                let _ = write!(sql.text, ", {plus}{key} AS sort_{index}");
            }
            let _ = write!(sql.text, " FROM tasks WHERE {owner_plus}owner_id = $1");
            // None is open, and without this condition the other conditions can be checked in an index.
            if status != Some(Status::Open) {
                sql.push(" AND NOT withdrawn");
            }
            if let Some(status) = status {
                // A literal, because a generic plan has to know that each part is of one status.
                let _ = write!(sql.text, " AND status = '{}'", status.as_str());
            }
            sql.push(" AND ");
            sql.push(&conditions);
            if is_cut {
                let _ = write!(sql.text, "{order}) AS part_{index}");
            }
        }
        sql.push(&order);
    }

    /// The open tasks of a tag in an order that is stored for each tag.
    fn push_list_of_tag(
        &self,
        sql: &mut Sql,
        picked: Option<&Picked>,
        (tag, keys): (&TagKey, &[&str]),
        is_postgres: bool,
    ) {
        self.push_conditions(sql, picked);
        let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
        self.push_position(sql, &keys, "task_id");
        let conditions = std::mem::take(&mut sql.text);
        sql.push(sql::LIST);
        for (index, key) in keys.iter().enumerate() {
            let _ = write!(sql.text, ", {key} AS sort_{index}");
        }
        let columns = keys.join(", ");
        let _ = write!(
            sql.text,
            " FROM (SELECT task_id, {columns} FROM tagged_tasks"
        );
        sql.push(" WHERE owner_id = $1 AND name_key = ");
        sql.bind(Value::Text(tag.as_str().to_owned()));
        let (from, to) = due_range(&self.filter, self.now);
        for (sign, end, none) in [(">=", from, ANY_DUE.0), ("<=", to, ANY_DUE.1)] {
            if end != none {
                let _ = write!(sql.text, " AND by_due {sign} ");
                sql.bind(Value::Number(end));
            }
        }
        // SQLite reads the tables of a cross join as they are written.
        let join = if is_postgres { "JOIN" } else { "CROSS JOIN" };
        let _ = write!(
            sql.text,
            ") AS tagged {join} tasks ON tasks.id = task_id WHERE owner_id = $1 AND status = 'open' AND {conditions}"
        );
        let order = self.order(keys.len(), "task_id", sql);
        sql.push(&order);
    }

    /// Whether these are the open tasks in a range of due values in the order of priorities.
    fn is_range_by_priority(&self) -> bool {
        self.sort == Sort::Priority
            && self.statuses() == [Status::Open]
            && due_range(&self.filter, self.now) != ANY_DUE
    }

    /// Continues the conditions. SQLite sorts what it reads from the index by due value, which has the priorities too, and
    /// reads only the rows of the page.
    fn push_range_by_priority(&self, sql: &mut Sql) {
        self.push_position(sql, &["-urgency".to_owned()], "id");
        let conditions = std::mem::take(&mut sql.text);
        let order = self.order(1, "id", sql);
        let _ = write!(
            sql.text,
            "{}, priority AS sort_0 FROM tasks WHERE +owner_id = $1 AND id IN (
                SELECT id FROM (SELECT id, -urgency AS sort_0 FROM tasks INDEXED BY tasks_by_due_and_priority
                    WHERE owner_id = $1 AND status = 'open' AND {conditions}{order})){order}",
            sql::LIST
        );
    }
}

impl TaskList {
    /// Appends that a task comes after the previous page.
    fn push_position(&self, sql: &mut Sql, keys: &[String], tie: &str) {
        let Some(after) = &self.after else {
            return;
        };
        let sign = match self.direction {
            Direction::Ascending => ">",
            Direction::Descending => "<",
        };
        let mut columns = keys.join(", ");
        if !self.sort.is_unique() {
            let _ = write!(columns, ", {tie}");
        }
        sql.push(&format!(" AND ({columns}) {sign} ("));
        let values = match after.value.clone() {
            SortValue::Number(number) => vec![Value::Number(number)],
            SortValue::Pair(first, second) => {
                vec![Value::Number(first), Value::Number(second)]
            }
            SortValue::Text(text) => vec![Value::Text(text)],
        };
        for (index, value) in values.into_iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" });
            sql.bind(value);
        }
        if !self.sort.is_unique() {
            sql.push(", ");
            sql.bind(Value::Id(after.id.0));
        }
        sql.push(")");
    }

    /// What is compared, before the id.
    fn keys(&self, sql: &mut Sql, picked: Option<&Picked>, is_postgres: bool) -> Vec<String> {
        let mut keys: Vec<String> = self
            .sort
            .keys(is_postgres)
            .iter()
            .map(ToString::to_string)
            .collect();
        if self.sort == Sort::Relevance {
            let conditions = std::mem::take(&mut sql.text);
            match picked {
                Some(Picked::Words(found)) => {
                    sql.push("(CASE WHEN ");
                    sql.numbered(&found.in_title);
                    sql.push(" THEN 1 ELSE 0 END)");
                }
                _ => sql.push("0"),
            }
            keys.insert(0, std::mem::replace(&mut sql.text, conditions));
        }
        keys
    }
}
