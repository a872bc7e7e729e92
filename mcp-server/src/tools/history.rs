//! tasks_history: what was changed, when and by whom.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use taskwire_domain::contract::{ChangeQuery, ChangeView, HistoryEntry, HistoryQuery};
use taskwire_domain::filter::day_start;
use taskwire_domain::grammar::{self, Context};
use taskwire_domain::{Actor, Clock, Due, Zone};

use crate::answer::reply;
use crate::identity::CallContext;
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::task::DescribedElsewhere;

pub(super) const DESCRIPTION: &str = "What was changed, when and by whom, newest first: changes for \
changes_undo, or with `number` each event of one task with its fields before and after.";

/// Entries returned by default.
const LIMIT_DEFAULT: u32 = 20;

/// Pages of changes that one call reads, to find those that match.
const PAGES_MAX: usize = 10;

/// Longest value of a field shown, in characters.
const VALUE_MAX: usize = 200;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// The history of this task alone.
    #[schemars(range(min = 1))]
    number: Option<i64>,
    /// From this day or time on ("yesterday").
    since: Option<String>,
    /// Only those made through: mcp is AI clients, chat is Taskwire's own.
    #[schemars(extend("enum" = ["mcp", "chat", "web", "rest"]))]
    via: Option<String>,
    /// Default 20.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Answer {
    today: String,
    weekday: String,
    #[schemars(skip)]
    now: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    /// Each with at, what, via, client, change.
    #[schemars(with = "Vec<DescribedElsewhere>")]
    entries: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncated: Option<bool>,
}

/// One change, or one event of a task.
#[derive(Serialize)]
struct Entry {
    /// In `zone`.
    at: String,
    /// Such as complete, update, undo, or an event's type.
    what: String,
    via: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    change: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    turn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tasks: Option<Vec<Named>>,
    /// Where it is more than are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    task_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<String>>,
    /// As "field: before -> after".
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize)]
struct Named {
    number: i64,
    title: String,
}

pub(super) async fn run(
    call: &CallContext,
    clock: &dyn Clock,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    let moment = Moment::of(call, clock).await?;
    let since = match &arguments.since {
        Some(words) => Some(instant(words, &moment)?),
        None => None,
    };
    let wanted = Wanted {
        since,
        via: arguments.via,
        limit: usize::try_from(arguments.limit.unwrap_or(LIMIT_DEFAULT)).unwrap_or(usize::MAX),
    };
    let (entries, is_more) = match arguments.number {
        Some(number) => of_task(call, number, &wanted, &moment).await?,
        None => of_all(call, &wanted, &moment).await?,
    };
    reply(&Answer {
        today: moment.today(),
        weekday: moment.weekday(),
        now: moment.time(),
        zone: moment.zone,
        entries,
        truncated: is_more.then_some(true),
    })
}

/// Which entries to show.
struct Wanted {
    since: Option<jiff::Timestamp>,
    via: Option<String>,
    limit: usize,
}

impl Wanted {
    fn has(&self, actor: &Actor) -> bool {
        self.via
            .as_deref()
            .is_none_or(|via| via == actor.via.as_str())
    }

    /// Whether everything from this one on is too old.
    fn is_before(&self, at: jiff::Timestamp) -> bool {
        self.since.is_some_and(|since| at < since)
    }
}

/// The instant at which a day or time begins.
fn instant(words: &str, moment: &Moment) -> Result<jiff::Timestamp, Refusal> {
    if let Ok(at) = words.trim().parse() {
        return Ok(at);
    }
    let context = moment
        .words()
        .unwrap_or_else(|| Context::new(moment.instant(), Zone::utc()));
    let read = grammar::past_bound(words, &context).ok();
    let at = read.and_then(|due| match due {
        Due::Date(day) => day_start(day, &context.zone),
        timed => timed.instant(&context.zone),
    });
    at.ok_or_else(|| {
        let mistake = "`since` is not a day or time: send words such as \"yesterday\" or \"last monday\", or 2026-12-01.";
        Refusal::mistakes(&[mistake.to_owned()])
    })
}

type Entries = (Vec<Entry>, bool);

async fn of_task(
    call: &CallContext,
    number: i64,
    wanted: &Wanted,
    moment: &Moment,
) -> Result<Entries, Refusal> {
    let mut entries = Vec::new();
    let mut query = HistoryQuery {
        limit: Some(100),
        cursor: None,
    };
    for _ in 0..PAGES_MAX {
        let page = call.client.task_history(&number.to_string(), &query).await;
        let page = page.map_err(|error| Refusal::of_read(call.vocabulary, &error))?;
        for line in page.items {
            if wanted.is_before(line.at) {
                return Ok((entries, false));
            }
            if !wanted.has(&line.actor) {
                continue;
            }
            if entries.len() == wanted.limit {
                return Ok((entries, true));
            }
            entries.push(event(line, moment));
        }
        if page.next_cursor.is_none() {
            return Ok((entries, false));
        }
        query.cursor = page.next_cursor;
    }
    Ok((entries, true))
}

async fn of_all(call: &CallContext, wanted: &Wanted, moment: &Moment) -> Result<Entries, Refusal> {
    let mut entries = Vec::new();
    let mut query = ChangeQuery {
        limit: Some(100),
        cursor: None,
    };
    for _ in 0..PAGES_MAX {
        let page = call.client.list_changes(&query).await;
        let page = page.map_err(|error| Refusal::of_read(call.vocabulary, &error))?;
        for change in page.items {
            if wanted.is_before(change.at) {
                return Ok((entries, false));
            }
            if !wanted.has(&change.actor) {
                continue;
            }
            if entries.len() == wanted.limit {
                return Ok((entries, true));
            }
            entries.push(shown(change, moment));
        }
        if page.next_cursor.is_none() {
            return Ok((entries, false));
        }
        query.cursor = page.next_cursor;
    }
    Ok((entries, true))
}

fn shown(change: ChangeView, moment: &Moment) -> Entry {
    let listed = u64::try_from(change.tasks.len()).unwrap_or(u64::MAX);
    let tasks = change.tasks.into_iter().map(|task| Named {
        number: task.number,
        title: task.title,
    });
    let tasks: Vec<Named> = tasks.collect();
    Entry {
        at: moment.local(change.at),
        what: change.kind,
        via: change.actor.via.as_str().to_owned(),
        client: change.actor.client,
        change: change.id.to_string(),
        turn: change.actor.chat_turn,
        tasks: Some(tasks).filter(|tasks| !tasks.is_empty()),
        task_count: (change.task_count > listed).then_some(change.task_count),
        tags: Some(change.tags).filter(|tags| !tags.is_empty()),
        fields: None,
        reason: None,
    }
}

fn event(line: HistoryEntry, moment: &Moment) -> Entry {
    let fields = line.changes.iter().map(|field| {
        let (from, to) = (value(&field.from), value(&field.to));
        format!("{}: {from} -> {to}", field.field)
    });
    let fields: Vec<String> = fields.collect();
    Entry {
        at: moment.local(line.at),
        what: line.kind,
        via: line.actor.via.as_str().to_owned(),
        client: line.actor.client,
        change: line.change.to_string(),
        turn: line.actor.chat_turn,
        tasks: None,
        task_count: None,
        tags: None,
        fields: Some(fields).filter(|fields| !fields.is_empty()),
        reason: line.reason,
    }
}

/// A value of a field, shortened.
fn value(value: &Value) -> String {
    let text = match value {
        Value::Null => return "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Object(rule) => match rule.get("text") {
            Some(Value::String(words)) => words.clone(),
            _ => value.to_string(),
        },
        other => other.to_string(),
    };
    match text.char_indices().nth(VALUE_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
