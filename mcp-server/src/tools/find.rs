//! tasks_find: lists tasks by filter, or reads some by number.

use std::collections::BTreeMap;

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use taskwire_client::Error;
use taskwire_domain::Clock;
use taskwire_domain::contract::{SeriesQuery, TaskQuery, TaskView};
use taskwire_domain::grammar;
use uuid::Uuid;

use super::input;
use crate::answer::reply;
use crate::identity::CallContext;
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::task::{ComingAnswer, Detail, NOTES_BRIEF, NOTES_CLIP, TaskAnswer, TaskOutline};

pub(super) const DESCRIPTION: &str = "Search and list the user's tasks (to-dos): open ones by default, soonest due \
first. Also tells the user's date and time. All filters must match. For coming days use \
tasks_agenda.";

/// Number of tasks returned by default.
const LIMIT_DEFAULT: u32 = 20;

/// Tasks of any status that an answer without tasks counts.
const ELSEWHERE_MAX: u32 = 100;

/// Characters of notes in one result; beyond it the remaining notes are clipped, so that the result fits a context.
const NOTES_TOTAL: usize = 40_000;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// Text in title or notes.
    query: Option<String>,
    /// Expression: "(today | overdue) & #work & !p3", "due < +7d".
    filter: Option<String>,
    #[schemars(extend("enum" = ["open", "completed", "skipped", "deleted", "all"]))]
    status: Option<String>,
    /// high, medium, low or none.
    priority: Option<String>,
    /// Tag name; several with commas must all be present.
    tag: Option<String>,
    /// Open, and its time or day has passed.
    overdue: Option<bool>,
    recurring: Option<bool>,
    no_due: Option<bool>,
    /// Date, date-time or words ("next monday", "yesterday"), exclusive.
    due_before: Option<String>,
    /// The same, inclusive.
    due_after: Option<String>,
    /// When it was completed; status completed.
    completed_before: Option<String>,
    completed_after: Option<String>,
    updated_after: Option<String>,
    /// Instead of filters: exactly these tasks, in any status, with full notes.
    #[schemars(length(min = 1, max = 50), inner(range(min = 1)))]
    numbers: Option<Vec<i64>>,
    /// With numbers: `why` each is due.
    explain: Option<bool>,
    /// With numbers: how many later dates to list.
    #[schemars(range(min = 1, max = 100))]
    coming: Option<u32>,
    /// Days in this zone ("Asia/Tokyo") instead.
    zone: Option<String>,
    #[schemars(extend("enum" = ["due", "created", "updated", "priority", "title", "number"]))]
    sort: Option<String>,
    #[schemars(extend("enum" = ["asc", "desc"]))]
    order: Option<String>,
    /// Default 20.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
    /// next_cursor of the page before.
    cursor: Option<String>,
    /// Default concise; with numbers full.
    detail: Option<Detail>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Answer {
    /// YYYY-MM-DD in `zone`.
    today: String,
    weekday: String,
    #[schemars(skip)]
    now: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    /// The days and times that words in the arguments stand for.
    #[serde(skip_serializing_if = "Bounds::is_empty")]
    #[schemars(skip)]
    bounds: Bounds,
    /// Also priority, tags, recurrence, where set.
    #[schemars(with = "Vec<TaskOutline>")]
    tasks: Vec<TaskAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_found: Option<Vec<i64>>,
    /// Present when there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// Why there may be none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    hint: Option<String>,
}

/// Resolved arguments, by name.
type Bounds = BTreeMap<&'static str, String>;

pub(super) async fn run(
    call: &CallContext,
    clock: &dyn Clock,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    let moment = Moment::of(call, clock).await?;
    let moment = moment.seen_in(arguments.zone.as_deref())?;
    let other = moment.known_zone().filter(|_| arguments.zone.is_some());
    let bounds = bounds(&moment, &arguments);
    let found = match arguments.numbers {
        Some(_) => by_number(call, &arguments).await?,
        None if arguments.explain == Some(true) => {
            let mistake = "`explain` also needs `numbers`: the tasks to explain.".to_owned();
            return Err(Refusal::mistakes(&[mistake]));
        }
        None if arguments.coming.is_some() => {
            let mistake = "`coming` also needs `numbers`: the recurring tasks. For all tasks of some days use tasks_agenda.";
            return Err(Refusal::mistakes(&[mistake.to_owned()]));
        }
        None => by_filter(call, arguments).await?,
    };
    let numbers = found.unknown;
    reply(&Answer {
        today: moment.today(),
        weekday: moment.weekday(),
        now: moment.time(),
        zone: moment.zone,
        bounds,
        tasks: found
            .tasks
            .into_iter()
            .map(|task| task.seen_in(other.as_ref()))
            .collect(),
        not_found: Some(numbers).filter(|numbers| !numbers.is_empty()),
        next_cursor: found.next_cursor,
        hint: found.hint,
    })
}

#[derive(Default)]
struct Found {
    tasks: Vec<TaskAnswer>,
    /// The unknown numbers.
    unknown: Vec<i64>,
    next_cursor: Option<String>,
    hint: Option<String>,
}

/// What words in the arguments stand for, as the API reads them; those that it refuses are left to it.
fn bounds(moment: &Moment, arguments: &Arguments) -> Bounds {
    let Some(words) = moment.words() else {
        return Bounds::new();
    };
    let sent = [
        ("due_before", &arguments.due_before),
        ("due_after", &arguments.due_after),
        ("completed_before", &arguments.completed_before),
        ("completed_after", &arguments.completed_after),
        ("updated_after", &arguments.updated_after),
    ];
    let read = sent.into_iter().filter_map(|(name, text)| {
        let text = text.as_deref()?.trim();
        let resolved = if name.starts_with("due") {
            grammar::bound(text, &words)
        } else {
            grammar::past_bound(text, &words)
        };
        let resolved = resolved.ok()?.to_string();
        (resolved != text).then_some((name, resolved))
    });
    read.collect()
}

async fn by_filter(call: &CallContext, arguments: Arguments) -> Result<Found, Refusal> {
    let detail = arguments.detail.unwrap_or_default();
    let query = TaskQuery {
        filter: arguments.filter,
        status: arguments.status,
        priority: arguments.priority,
        tag: arguments.tag,
        overdue: arguments.overdue,
        recurring: arguments.recurring,
        no_due: arguments.no_due,
        due_before: arguments.due_before,
        due_after: arguments.due_after,
        completed_before: arguments.completed_before,
        completed_after: arguments.completed_after,
        updated_after: arguments.updated_after,
        q: arguments.query,
        zone: arguments.zone,
        sort: arguments.sort,
        order: arguments.order,
        limit: Some(arguments.limit.unwrap_or(LIMIT_DEFAULT)),
        cursor: arguments.cursor,
        ..TaskQuery::default()
    };
    let page = call
        .client
        .list_tasks(&query)
        .await
        .map_err(|error| Refusal::of_read(call.vocabulary, &error))?;
    let notes = match detail {
        Detail::Concise => NOTES_BRIEF,
        Detail::Full => NOTES_CLIP,
    };
    let is_empty = page.items.is_empty();
    let tasks = page
        .items
        .into_iter()
        .map(|task| TaskAnswer::new(task, notes).listed(detail))
        .collect();
    let hint = if is_empty {
        elsewhere(call, &query).await
    } else {
        None
    };
    Ok(Found {
        tasks,
        next_cursor: page.next_cursor,
        hint,
        ..Found::default()
    })
}

/// What would match in another status; nothing if the call already asks for one.
async fn elsewhere(call: &CallContext, query: &TaskQuery) -> Option<String> {
    if query
        .status
        .as_deref()
        .is_some_and(|status| status != "open")
        || query.cursor.is_some()
    {
        return None;
    }
    let query = TaskQuery {
        status: Some("all".to_owned()),
        limit: Some(ELSEWHERE_MAX),
        ..query.clone()
    };
    // A filter that names a status itself is refused here.
    let page = call.client.list_tasks(&query).await.ok()?;
    let statuses = ["completed", "skipped", "deleted"];
    let counts = statuses.into_iter().filter_map(|status| {
        let tasks = page.items.iter();
        let count = tasks.filter(|task| task.status == status).count();
        (count > 0).then(|| format!("{count} {status}"))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() {
        return None;
    }
    let more = if page.next_cursor.is_some() {
        "at least "
    } else {
        ""
    };
    Some(format!(
        "No open task matches, but {more}{}: send status all.",
        counts.join(", ")
    ))
}

async fn by_number(call: &CallContext, arguments: &Arguments) -> Result<Found, Refusal> {
    // Numbers find a task in any status, like "all".
    let limits_status = arguments
        .status
        .as_ref()
        .is_some_and(|status| status != "all");
    let filters = [
        ("query", arguments.query.is_some()),
        ("filter", arguments.filter.is_some()),
        ("status", limits_status),
        ("priority", arguments.priority.is_some()),
        ("tag", arguments.tag.is_some()),
        ("overdue", arguments.overdue.is_some()),
        ("recurring", arguments.recurring.is_some()),
        ("no_due", arguments.no_due.is_some()),
        ("updated_after", arguments.updated_after.is_some()),
        ("due_before", arguments.due_before.is_some()),
        ("due_after", arguments.due_after.is_some()),
        ("completed_before", arguments.completed_before.is_some()),
        ("completed_after", arguments.completed_after.is_some()),
        ("sort", arguments.sort.is_some()),
        ("order", arguments.order.is_some()),
        ("limit", arguments.limit.is_some()),
        ("cursor", arguments.cursor.is_some()),
    ];
    let mut mistakes: Vec<String> = filters
        .iter()
        .filter(|(_, is_sent)| *is_sent)
        .map(|(name, _)| {
            format!("`{name}` and `numbers` exclude each other: send only one of them.")
        })
        .collect();
    let numbers = arguments.numbers.as_deref().unwrap_or_default();
    let explain = arguments.explain.unwrap_or_default();
    input::distinct("numbers", "", numbers.iter().copied(), &mut mistakes);
    input::no_mistakes(&mistakes)?;

    let mut tasks = Vec::new();
    let mut unknown = Vec::new();
    let mut left = NOTES_TOTAL;
    for number in numbers {
        match call.client.get_task(&number.to_string()).await {
            Ok(task) => {
                let detail = arguments.detail.unwrap_or(Detail::Full);
                let series = task.series.filter(|_| task.status == "open");
                let mut answer = with_notes(task, &mut left).listed(detail);
                if let (Some(count), Some(series)) = (arguments.coming, series) {
                    answer.coming = Some(coming(call, series, count).await?);
                }
                if explain {
                    answer.why = Some(why(call, *number).await?);
                }
                tasks.push(answer);
            }
            Err(Error::Problem(problem)) if problem.status == 404 => unknown.push(*number),
            Err(error) => return Err(Refusal::of_read(call.vocabulary, &error)),
        }
    }
    Ok(Found {
        tasks,
        unknown,
        ..Found::default()
    })
}

/// The dates of a series after its open task.
async fn coming(
    call: &CallContext,
    series: Uuid,
    count: u32,
) -> Result<Vec<ComingAnswer>, Refusal> {
    let query = SeriesQuery {
        coming: Some(count),
        limit: Some(1),
        cursor: None,
    };
    let series = call.client.get_series(series, &query).await;
    let series = series.map_err(|error| Refusal::of_read(call.vocabulary, &error))?;
    Ok(series.coming.into_iter().map(ComingAnswer::from).collect())
}

async fn why(call: &CallContext, number: i64) -> Result<Vec<String>, Refusal> {
    let explanation = call.client.explain_task(&number.to_string()).await;
    Ok(explanation
        .map_err(|error| Refusal::of_read(call.vocabulary, &error))?
        .reasons)
}

fn with_notes(task: TaskView, left: &mut usize) -> TaskAnswer {
    let length = task.notes.chars().count();
    let shown = length.min((*left).max(NOTES_CLIP));
    *left = left.saturating_sub(shown);
    TaskAnswer::new(task, shown)
}
