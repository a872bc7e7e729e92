//! Requests, what the model expects of each, and how it is sent.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::row::{Row, Status, rule};
use super::rules::{Act, Ahead, Done, New, Op, Patch, Scope};
use super::state::{Model, Refused};

/// Which tasks a bulk change finds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Filter {
    Status(Status),
    Tag(usize),
    Priority(&'static str),
}

#[derive(Clone, Debug)]
pub(super) enum Request {
    One(Op),
    Batch(Vec<Op>, bool),
    /// With how many more tasks than there are it states.
    Bulk(Filter, Act, usize),
    CreateTag(&'static str, Option<&'static str>),
    PatchTag(usize, Option<&'static str>, Option<&'static str>),
    DeleteTag(usize),
    MergeTag(usize, usize),
    EmptyTrash,
    Undo(usize),
    UndoTurn(&'static str),
}

/// What a request is expected to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// The status, and the task that it shows, if it shows one.
    Task(u16, i64, bool),
    /// The result of each operation.
    Results(Vec<Result<(bool, i64), u16>>),
    /// How many tasks were found, and how many changed.
    Bulk(usize, usize),
    /// How many tasks changed with the tag.
    Tag(u16, Option<usize>),
    Purged(usize),
    /// The numbers of the tasks that are left out.
    Undone(Vec<i64>),
}

impl Filter {
    fn finds(self, model: &Model, row: &Row) -> bool {
        let is_open = row.status == Status::Open;
        match self {
            Self::Status(status) => row.status == status,
            Self::Priority(priority) => is_open && row.priority == priority,
            Self::Tag(tag) => {
                let key = model.tags.get(&tag).map(super::state::Tag::key);
                let has = |name: &String| Some(name.to_lowercase()) == key;
                is_open && row.tags.iter().any(has)
            }
        }
    }

    /// The numbers of the tasks.
    fn find(self, model: &Model) -> Vec<i64> {
        let all = model.visible().filter(|task| self.finds(model, &task.row));
        all.map(|task| task.number).collect()
    }

    fn body(self, model: &Model) -> Value {
        match self {
            Self::Status(status) => json!({"status": status.as_str()}),
            Self::Priority(priority) => json!({"priority": priority}),
            Self::Tag(tag) => json!({"tag": model.tags[&tag].name}),
        }
    }
}

impl Model {
    /// Carries out a request. After a refusal the model must be thrown away.
    pub(super) fn apply(&mut self, request: &Request) -> Result<Expected, Refused> {
        let answer = match request {
            Request::One(op) => {
                let (changed, number) = self.carry_out(op)?;
                let status = if matches!(op, Op::Create(_)) {
                    201
                } else {
                    200
                };
                Expected::Task(status, number, changed)
            }
            Request::Batch(ops, atomic) => self.batch(ops, *atomic)?,
            Request::Bulk(filter, act, more) => self.bulk(*filter, act, *more)?,
            Request::CreateTag(name, color) => {
                self.create_tag(name, *color)?;
                Expected::Tag(201, None)
            }
            Request::PatchTag(tag, name, color) => {
                let count = self.patch_tag(*tag, *name, *color)?;
                Expected::Tag(200, Some(count.unwrap_or_default()))
            }
            Request::DeleteTag(tag) => Expected::Tag(200, self.delete_tag(*tag)?),
            Request::MergeTag(tag, into) => Expected::Tag(200, self.merge_tag(*tag, *into)?),
            Request::EmptyTrash => self.empty_trash(),
            Request::Undo(change) => Expected::Undone(self.undo(*change)?),
            Request::UndoTurn(turn) => Expected::Undone(self.undo_turn(turn)?),
        };
        Ok(answer)
    }

    /// One step of several: if it is refused, it has no effect.
    fn step(&mut self, op: &Op) -> Done {
        let before = self.clone();
        let done = self.carry_out(op);
        if done.is_err() {
            *self = before;
        }
        done
    }

    fn batch(&mut self, ops: &[Op], atomic: bool) -> Result<Expected, Refused> {
        self.recorded.kind = "batch";
        let results: Vec<Done> = ops.iter().map(|op| self.step(op)).collect();
        if atomic && results.iter().any(Result::is_err) {
            return Err((422, "operation_failed"));
        }
        let shown = results
            .into_iter()
            .map(|done| done.map_err(|(status, _)| status));
        Ok(Expected::Results(shown.collect()))
    }

    fn bulk(&mut self, filter: Filter, act: &Act, more: usize) -> Result<Expected, Refused> {
        self.recorded.kind = "bulk";
        let found = filter.find(self);
        if more > 0 {
            return Err((409, "count_mismatch"));
        }
        let mut changed = 0;
        let mut has_failed = false;
        for number in &found {
            match self.step(&Op::On(*number, None, act.clone())) {
                Ok((true, _)) => changed += 1,
                Ok(_) => {}
                Err(_) => has_failed = true,
            }
        }
        if has_failed {
            return Err((422, "operation_failed"));
        }
        Ok(Expected::Bulk(found.len(), changed))
    }

    fn empty_trash(&mut self) -> Expected {
        self.recorded.kind = "empty_trash";
        self.recorded.is_final = true;
        let trash = Filter::Status(Status::Deleted).find(self);
        for number in &trash {
            self.purge(*number);
        }
        Expected::Purged(trash.len())
    }
}

fn set(fields: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        fields.insert(name.to_owned(), value.into());
    }
}

fn reminders(minutes: &[i64]) -> Value {
    let one = |minutes: &i64| json!({"minutes_before": minutes});
    minutes.iter().map(one).collect()
}

fn new_body(new: &New) -> Value {
    let mut body =
        json!({"title": new.title, "tags": new.tags, "reminders": reminders(&new.reminders)});
    let fields = body.as_object_mut().unwrap();
    set(fields, "due", new.due.map(|due| due.to_string()));
    let rrule = new.interval.map(|days| json!({"rrule": rule(days)}));
    set(fields, "recurrence", rrule);
    body
}

fn patch_body(patch: &Patch) -> Value {
    let mut fields = Map::new();
    set(&mut fields, "title", patch.title);
    set(&mut fields, "notes", patch.notes);
    set(&mut fields, "priority", patch.priority);
    set(&mut fields, "tags", patch.tags.clone());
    set(&mut fields, "add_tags", patch.add_tags.clone());
    set(&mut fields, "remove_tags", patch.remove_tags.clone());
    let due = patch.due.map(|due| json!(due.map(|due| due.to_string())));
    set(&mut fields, "due", due);
    let rrule = patch.interval.map(|days| match days {
        Some(days) => json!({"rrule": rule(days)}),
        None => Value::Null,
    });
    set(&mut fields, "recurrence", rrule);
    set(
        &mut fields,
        "reminders",
        patch.reminders.as_deref().map(reminders),
    );
    fields.into()
}

impl Act {
    fn name(&self) -> &'static str {
        match self {
            Self::Patch(_) => "patch",
            Self::Complete(_) | Self::Named(.., Ahead::Complete) => "complete",
            Self::Reopen => "reopen",
            Self::Skip | Self::Named(.., Ahead::Skip) => "skip",
            Self::Reschedule(..) | Self::Named(.., Ahead::Move(_)) => "reschedule",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }

    fn body(&self) -> Option<Value> {
        match self {
            Self::Patch(patch) => Some(patch_body(patch)),
            Self::Complete(false) | Self::Reopen | Self::Skip | Self::Delete | Self::Restore => {
                None
            }
            Self::Complete(true) => Some(json!({"series": true})),
            Self::Reschedule(due, scope) => {
                let scope = match scope {
                    Scope::This => "this",
                    Scope::Following => "this_and_following",
                    Scope::All => "all",
                };
                Some(json!({"due": due.to_string(), "scope": scope}))
            }
            Self::Named(epoch, date, what) => {
                let mut body = json!({"occurrence": format!("{epoch}/{date}")});
                if let Ahead::Move(to) = what {
                    body["due"] = to.to_string().into();
                }
                Some(body)
            }
        }
    }
}

/// A request as it is sent: method, path below `/api/v1`, body, and the version it expects.
pub(super) struct Sent {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    pub(super) expected: Option<i64>,
}

/// The ids that the API has given.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) tags: BTreeMap<usize, String>,
    pub(super) changes: BTreeMap<usize, String>,
}

impl Request {
    pub(super) fn sent(&self, model: &Model, names: &Names) -> Sent {
        let sent = |method, path: String, body| Sent {
            method,
            path,
            body,
            expected: None,
        };
        let tag = |tag: &usize| format!("tags/{}", names.tags[tag]);
        match self {
            Self::One(op) => one(op),
            Self::Batch(ops, atomic) => {
                let all: Vec<Value> = ops.iter().map(in_batch).collect();
                let body = json!({"operations": all, "atomic": atomic});
                sent("POST", "tasks/batch".into(), Some(body))
            }
            Self::Bulk(filter, act, more) => {
                let mut change = json!({"op": act.name()});
                set(change.as_object_mut().unwrap(), "body", act.body());
                let count = filter.find(model).len() + more;
                let body = json!({"filter": filter.body(model), "change": change, "expected_count": count});
                sent("POST", "tasks/bulk".into(), Some(body))
            }
            Self::CreateTag(name, color) => {
                let mut body = json!({"name": name});
                set(body.as_object_mut().unwrap(), "color", *color);
                sent("POST", "tags".into(), Some(body))
            }
            Self::PatchTag(own, name, color) => {
                let mut fields = Map::new();
                set(&mut fields, "name", *name);
                set(&mut fields, "color", *color);
                sent("PATCH", tag(own), Some(fields.into()))
            }
            Self::DeleteTag(own) => sent("DELETE", tag(own), None),
            Self::MergeTag(own, into) => {
                let body = json!({"into": names.tags[into]});
                sent("POST", format!("{}/merge", tag(own)), Some(body))
            }
            Self::EmptyTrash => sent("DELETE", "trash".into(), None),
            Self::Undo(change) => {
                let path = format!("changes/{}/undo", names.changes[change]);
                sent("POST", path, None)
            }
            Self::UndoTurn(turn) => sent("POST", format!("turns/{turn}/undo"), None),
        }
    }
}

fn one(op: &Op) -> Sent {
    let (path, body, expected, act) = match op {
        Op::Create(new) => ("tasks".into(), Some(new_body(new)), None, None),
        Op::On(number, expected, act) => {
            (format!("tasks/{number}"), act.body(), *expected, Some(act))
        }
    };
    let (method, path) = match act {
        None => ("POST", path),
        Some(Act::Patch(_)) => ("PATCH", path),
        Some(Act::Delete) => ("DELETE", path),
        Some(act) => ("POST", format!("{path}/{}", act.name())),
    };
    Sent {
        method,
        path,
        body,
        expected,
    }
}

fn in_batch(op: &Op) -> Value {
    match op {
        Op::Create(new) => json!({"op": "create", "body": new_body(new)}),
        Op::On(number, expected, act) => {
            let mut one = json!({"op": act.name(), "task": number});
            let fields = one.as_object_mut().unwrap();
            set(fields, "expected_version", *expected);
            set(fields, "body", act.body());
            one
        }
    }
}
