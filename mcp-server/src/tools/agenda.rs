//! tasks_agenda: the tasks to do, day by day.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use taskwire_domain::contract::{AgendaDay, AgendaOccurrence, AgendaQuery, TaskView};
use taskwire_domain::{Clock, Zone};

use crate::answer::reply;
use crate::identity::CallContext;
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::task::{DescribedElsewhere, Detail, LocalDue, NOTES_BRIEF, NOTES_CLIP, TaskAnswer};

pub(super) const DESCRIPTION: &str = "What is to be done, day by day: overdue tasks, and each day's tasks with the occurrences of recurring tasks to come.";

/// Most days of all tasks together.
const DAYS_MAX: u32 = 62;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// First day, in words ("monday", "next week") or YYYY-MM-DD; default today.
    from: Option<String>,
    /// Default 7; above 62 only with number or tag.
    #[schemars(range(min = 1, max = 366))]
    days: Option<u32>,
    /// Only this task and its series.
    #[schemars(range(min = 1))]
    number: Option<i64>,
    tag: Option<String>,
    /// As in tasks_find.
    zone: Option<String>,
    /// Default: if today is among the days.
    overdue: Option<bool>,
    detail: Option<Detail>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Answer {
    today: String,
    weekday: String,
    #[schemars(skip)]
    now: String,
    zone: String,
    week_start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<DescribedElsewhere>>")]
    overdue: Option<Vec<TaskAnswer>>,
    /// Each with date, weekday, tasks, and upcoming occurrences with the number of the open task.
    #[schemars(with = "Vec<DescribedElsewhere>")]
    days: Vec<Day>,
    /// There was more.
    #[serde(skip_serializing_if = "Option::is_none")]
    truncated: Option<bool>,
}

#[derive(Serialize)]
struct Day {
    date: String,
    weekday: String,
    tasks: Vec<TaskAnswer>,
    /// Of recurring tasks, named by their open one.
    upcoming: Vec<Upcoming>,
}

#[derive(Serialize)]
struct Upcoming {
    number: i64,
    title: String,
    due: String,
    /// For tasks_complete and tasks_reschedule, with the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_local: Option<LocalDue>,
}

impl Day {
    fn of(day: AgendaDay, detail: Detail, zone: Option<&Zone>) -> Self {
        let upcoming = day.upcoming.into_iter();
        Self {
            date: day.date,
            weekday: day.weekday,
            tasks: shown(day.tasks, detail, zone),
            upcoming: upcoming.map(|one| Upcoming::of(one, zone)).collect(),
        }
    }
}

impl Upcoming {
    fn of(occurrence: AgendaOccurrence, zone: Option<&Zone>) -> Self {
        Self {
            due_local: zone.and_then(|zone| LocalDue::of(&occurrence.due, zone)),
            number: occurrence.number,
            title: occurrence.title,
            due: occurrence.due,
            occurrence: occurrence.occurrence,
            duration_minutes: occurrence.duration_minutes,
        }
    }
}

fn shown(tasks: Vec<TaskView>, detail: Detail, zone: Option<&Zone>) -> Vec<TaskAnswer> {
    let notes = match detail {
        Detail::Concise => NOTES_BRIEF,
        Detail::Full => NOTES_CLIP,
    };
    let shown = tasks.into_iter();
    shown
        .map(|task| TaskAnswer::new(task, notes).listed(detail).seen_in(zone))
        .collect()
}

pub(super) async fn run(
    call: &CallContext,
    clock: &dyn Clock,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    let is_of_few = arguments.number.is_some() || arguments.tag.is_some();
    if !is_of_few && arguments.days.is_some_and(|days| days > DAYS_MAX) {
        let mistake = format!("`days` above {DAYS_MAX} also needs `number` or `tag`.");
        return Err(Refusal::mistakes(&[mistake]));
    }
    let detail = arguments.detail.unwrap_or_default();
    let query = AgendaQuery {
        from: arguments.from,
        days: arguments.days,
        tag: arguments.tag,
        task: arguments.number.map(|number| number.to_string()),
        zone: arguments.zone,
    };
    let agenda = call
        .client
        .agenda(&query)
        .await
        .map_err(|error| Refusal::of_read(call.vocabulary, &error))?;
    let has_today = agenda.days.iter().any(|day| day.date == agenda.today);
    let has_overdue = arguments.overdue.unwrap_or(has_today);
    let moment = Moment::of(call, clock).await?;
    let moment = moment.seen_in(query.zone.as_deref())?;
    let other = moment.known_zone().filter(|_| query.zone.is_some());
    let other = other.as_ref();
    reply(&Answer {
        today: agenda.today,
        weekday: agenda.weekday,
        now: moment.time(),
        zone: agenda.zone,
        week_start: agenda.week_start,
        overdue: has_overdue.then(|| shown(agenda.overdue, detail, other)),
        days: agenda
            .days
            .into_iter()
            .filter(|day| !day.tasks.is_empty() || !day.upcoming.is_empty())
            .map(|day| Day::of(day, detail, other))
            .collect(),
        truncated: agenda.truncated.then_some(true),
    })
}
