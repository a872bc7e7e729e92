//! tasks_agenda: the tasks to do, day by day.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use taskwire_domain::contract::{AgendaDay, AgendaOccurrence, AgendaQuery, TaskView};

use crate::answer::{DescribedElsewhere, reply};
use crate::identity::CallContext;
use crate::refusal::Refusal;
use crate::task::TaskAnswer;

pub(super) const DESCRIPTION: &str = "What is to be done, day by day in the user's zone and week: overdue tasks, and \
each day's tasks with the occurrences of recurring tasks to come. Days without any are left out.";

/// Characters of notes shown: an agenda is an overview.
const NOTES_CLIP: usize = 80;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// First day, in words ("monday", "next week") or YYYY-MM-DD; default today.
    from: Option<String>,
    /// Default 7.
    #[schemars(range(min = 1, max = 62))]
    days: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Answer {
    today: String,
    weekday: String,
    zone: String,
    week_start: String,
    /// As tasks_find shows them.
    #[schemars(with = "Vec<DescribedElsewhere>")]
    overdue: Vec<TaskAnswer>,
    days: Vec<Day>,
    /// Present when there was more than is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    truncated: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
struct Day {
    date: String,
    weekday: String,
    #[schemars(with = "Vec<DescribedElsewhere>")]
    tasks: Vec<TaskAnswer>,
    /// Of recurring tasks, named by their open one.
    upcoming: Vec<Occurrence>,
}

#[derive(Serialize, JsonSchema)]
struct Occurrence {
    number: i64,
    title: String,
    due: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_minutes: Option<u32>,
}

impl From<AgendaDay> for Day {
    fn from(day: AgendaDay) -> Self {
        Self {
            date: day.date,
            weekday: day.weekday,
            tasks: day.tasks.into_iter().map(shown).collect(),
            upcoming: day.upcoming.into_iter().map(Occurrence::from).collect(),
        }
    }
}

impl From<AgendaOccurrence> for Occurrence {
    fn from(occurrence: AgendaOccurrence) -> Self {
        Self {
            number: occurrence.number,
            title: occurrence.title,
            due: occurrence.due,
            duration_minutes: occurrence.duration_minutes,
        }
    }
}

fn shown(task: TaskView) -> TaskAnswer {
    TaskAnswer::new(task, NOTES_CLIP)
}

pub(super) async fn run(
    call: &CallContext,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    let query = AgendaQuery {
        from: arguments.from,
        days: arguments.days,
    };
    let agenda = call
        .client
        .agenda(&query)
        .await
        .map_err(|error| Refusal::of_read(call.vocabulary, &error))?;
    reply(&Answer {
        today: agenda.today,
        weekday: agenda.weekday,
        zone: agenda.zone,
        week_start: agenda.week_start,
        overdue: agenda.overdue.into_iter().map(shown).collect(),
        days: agenda
            .days
            .into_iter()
            .filter(|day| !day.tasks.is_empty() || !day.upcoming.is_empty())
            .map(Day::from)
            .collect(),
        truncated: agenda.truncated.then_some(true),
    })
}
