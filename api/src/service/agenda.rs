//! The agenda: tasks to do, day by day.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};
use taskwire_domain::contract::{Agenda, AgendaDay, AgendaOccurrence, AgendaQuery, render};
use taskwire_domain::filter::{Filter, Moment, Range};
use taskwire_domain::recurrence::{Anchor, OccurrencePosition};
use taskwire_domain::{
    Due, Invalid, OccurrenceKey, Recurrence, Status, TagName, Task, TaskDuration, TaskRef, Zone,
    grammar, weekday,
};
use taskwire_store::{Direction, Sort, TaskList};

use super::draft::collect_err;
use super::tag::Named;
use super::{Context, Error, other_zone, tag, task};

/// Days shown by default.
const DAYS: u32 = 7;
/// Maximum number of days.
const DAYS_MAX: u32 = 62;
/// Maximum number of days of one task or one tag.
const DAYS_OF_FEW_MAX: u32 = 366;
/// Maximum number of tasks read for the days, and for the time before.
const TASKS_MAX: usize = 1000;
/// Maximum number of future occurrences shown.
const UPCOMING_MAX: usize = 1000;
/// Maximum number of occurrences computed for all series together.
const STEPS_TOTAL_MAX: usize = 50_000;
/// Maximum number of occurrences computed for one series: every hour of the days, and some before.
const STEPS_MAX: usize = 2000;

/// The requested days, and the instants that bound them.
struct Window {
    first: Date,
    days: Vec<Date>,
    begin: Timestamp,
    end: Timestamp,
}

/// Which tasks are shown.
enum About {
    /// Those that meet these conditions.
    Filtered(Vec<Filter>),
    /// These.
    Chosen(Vec<Task>),
}

/// Open tasks by day, with the overdue ones before them and the future occurrences of series.
pub(crate) async fn agenda(context: &mut Context, query: &AgendaQuery) -> Result<Agenda, Error> {
    let shown = other_zone::shown(query.zone.as_deref(), &context.zone)?;
    let owner = std::mem::replace(&mut context.zone, shown);
    let window = window(context, query).map_err(Error::Invalid)?;
    let mut truncated = false;
    let tasks = match about(context, query).await? {
        About::Chosen(tasks) => tasks,
        About::Filtered(conditions) => {
            let mut tasks = Vec::new();
            for range in [(None, window.begin), (Some(window.begin), window.end)] {
                tasks.extend(list(context, &owner, &conditions, range, &mut truncated).await?);
            }
            if context.zone != owner {
                // They were read in the order of the owner's zone.
                let at = |task: &Task| task.due.as_ref()?.ordering_instant(&context.zone);
                tasks.sort_by_key(at);
            }
            tasks
        }
    };
    let mut overdue = Vec::new();
    let mut by_day: BTreeMap<Date, Vec<_>> = BTreeMap::new();
    let mut upcoming: Vec<(Due, AgendaOccurrence)> = Vec::new();
    let mut budget = STEPS_TOTAL_MAX;
    for task in &tasks {
        let Some(due) = &task.due else { continue };
        if task.is_overdue(context.now, &context.zone) {
            overdue.push(render(task, context.now, &context.zone));
        } else {
            let day = day_of(due, context);
            by_day
                .entry(day)
                .or_default()
                .push(render(task, context.now, &context.zone));
        }
        for (next, key) in projected(context, task, &window, &mut budget) {
            let occurrence = AgendaOccurrence {
                task: task.id.0,
                number: task.number,
                title: task.title.to_string(),
                due: next.to_string(),
                occurrence: key.map(|key| key.to_string()),
                duration_minutes: task
                    .duration
                    .filter(|duration| duration.check(Some(&next)).is_ok())
                    .map(TaskDuration::minutes),
            };
            upcoming.push((next, occurrence));
        }
    }
    // The soonest are kept, whichever series they belong to.
    upcoming.sort_by_key(|(due, _)| due.ordering_instant(&context.zone));
    truncated |= budget == 0 || upcoming.len() > UPCOMING_MAX;
    upcoming.truncate(UPCOMING_MAX);
    let mut coming: BTreeMap<Date, Vec<AgendaOccurrence>> = BTreeMap::new();
    for (due, occurrence) in upcoming {
        coming
            .entry(day_of(&due, context))
            .or_default()
            .push(occurrence);
    }
    let today = context
        .now
        .to_zoned_datetime(context.zone.rules().clone())
        .date();
    let days = window.days.iter().map(|date| AgendaDay {
        date: date.to_string(),
        weekday: weekday::name(date.weekday()).into(),
        week: weekday::week_of(*date, context.week_start).to_string(),
        tasks: by_day.remove(date).unwrap_or_default(),
        upcoming: coming.remove(date).unwrap_or_default(),
    });
    Ok(Agenda {
        days: days.collect(),
        today: today.to_string(),
        weekday: weekday::name(today.weekday()).into(),
        zone: context.zone.to_string(),
        week_start: weekday::key(context.week_start).into(),
        overdue,
        truncated,
    })
}

/// Which tasks are asked for.
async fn about(context: &mut Context, query: &AgendaQuery) -> Result<About, Error> {
    let names: Vec<&str> = query.tag.iter().flat_map(|tags| tags.split(',')).collect();
    let tags = TagName::parse_all(&names).map_err(|why| why.at("tag"))?;
    let sent: Vec<Named> = tags
        .iter()
        .map(|name| Named {
            field: "tag",
            column: None,
            name: name.clone(),
        })
        .collect();
    tag::check_known(context, &sent).await?;
    let Some(text) = &query.task else {
        return Ok(About::Filtered(tags.into_iter().map(Filter::Tag).collect()));
    };
    let reference = TaskRef::parse(text).map_err(|why| why.at("task"))?;
    let task = task::find(context, reference).await?;
    let open = match &task.series {
        Some(series) if task.status != Status::Open => {
            let id = series.id;
            context.tx.find_open_of_series(context.owner, id).await?
        }
        _ => Some(task),
    };
    let has_tags = |task: &Task| {
        let has = |tag: &TagName| task.tags.iter().any(|own| own.key() == tag.key());
        tags.iter().all(has)
    };
    let shown = open.filter(|task| task.status == Status::Open && has_tags(task));
    Ok(About::Chosen(shown.into_iter().collect()))
}

fn window(context: &Context, query: &AgendaQuery) -> Result<Window, Vec<Invalid>> {
    let mut refused = Vec::new();
    let is_of_few = query.tag.is_some() || query.task.is_some();
    let (longest, hint) = if is_of_few {
        (DAYS_OF_FEW_MAX, format!("Send 1 to {DAYS_OF_FEW_MAX}."))
    } else {
        (
            DAYS_MAX,
            format!("Send 1 to {DAYS_MAX}, or up to {DAYS_OF_FEW_MAX} with tag or task."),
        )
    };
    let words = context.words();
    let first = match query.from.as_deref() {
        None => Ok(context
            .now
            .to_zoned_datetime(context.zone.rules().clone())
            .date()),
        Some(text) => grammar::bound(text, &words)
            .map(|due| due.date())
            .map_err(|why| why.at("from")),
    };
    let first = collect_err(&mut refused, first);
    let count = match query.days {
        None => Ok(DAYS),
        Some(days) if (1..=longest).contains(&days) => Ok(days),
        Some(days) => {
            Err(Invalid::new("days", "invalid_days", format!("{days} is out of range.")).hint(hint))
        }
    };
    let count = collect_err(&mut refused, count);
    let (Some(first), Some(count)) = (first, count) else {
        return Err(refused);
    };
    let midnight = |date: Date| {
        Due::Floating(date.to_datetime(Time::midnight()))
            .instant(&context.zone)
            .ok_or_else(|| {
                vec![
                    Invalid::new("from", "invalid_due", "The date is out of range.")
                        .hint("Send a date closer to today."),
                ]
            })
    };
    let days: Vec<Date> = (0..count)
        .map_while(|day| first.checked_add(i64::from(day).days()).ok())
        .collect();
    let end = first
        .checked_add(i64::from(count).days())
        .unwrap_or(Date::MAX);
    Ok(Window {
        first,
        days,
        begin: midnight(first)?,
        end: midnight(end)?,
    })
}

/// Open tasks that meet the conditions and are due between two instants, earliest first, of an owner in another zone.
async fn list(
    context: &mut Context,
    owner: &Zone,
    conditions: &[Filter],
    (after, before): (Option<Timestamp>, Timestamp),
    truncated: &mut bool,
) -> Result<Vec<Task>, Error> {
    let range = Range {
        from: after,
        before: Some(before),
    };
    let due = Filter::Within(Moment::Due, range);
    let mut all = vec![
        Filter::Status(Status::Open),
        other_zone::stored(due, &context.zone, owner, context.now),
    ];
    all.extend_from_slice(conditions);
    let list = TaskList {
        owner: context.owner,
        filter: Filter::All(all),
        now: context.now,
        sort: Sort::Due,
        direction: Direction::Ascending,
        after: None,
        limit: i64::try_from(TASKS_MAX).unwrap_or(i64::MAX) + 1,
    };
    let mut tasks = context.tx.list_tasks(&list).await?;
    *truncated |= tasks.len() > TASKS_MAX;
    tasks.truncate(TASKS_MAX);
    Ok(tasks)
}

/// The day of a due value as a calendar in the zone of the agenda shows it.
fn day_of(due: &Due, context: &Context) -> Date {
    match due.instant(&context.zone) {
        Some(at) => at.to_zoned_datetime(context.zone.rules().clone()).date(),
        None => due.date(),
    }
}

/// The future occurrences of a task's series in the window, if each is completed on its day, with their keys.
fn projected(
    context: &Context,
    task: &Task,
    window: &Window,
    budget: &mut usize,
) -> Vec<(Due, Option<OccurrenceKey>)> {
    let Some(series) = task.series.as_ref().filter(|_| *budget > 0) else {
        return Vec::new();
    };
    let Some(next) = task.next_if_on_time(context.now, &context.zone) else {
        return Vec::new();
    };
    let recurrence = &series.recurrence;
    until(&context.zone, recurrence, &next, window, budget)
        .into_iter()
        .enumerate()
        .map(|(index, due)| {
            let key = recurrence.coming_key(&next, index, &due);
            (due, key)
        })
        .filter(|(due, _)| due.ordering_instant(&context.zone) >= Some(window.begin))
        .take_while(|(due, _)| due.ordering_instant(&context.zone) < Some(window.end))
        .collect()
}

/// The dates of a series from `next` to the end of the window. Most series have few there, and each date costs
/// time.
fn until(
    zone: &Zone,
    recurrence: &Recurrence,
    next: &OccurrencePosition,
    window: &Window,
    budget: &mut usize,
) -> Vec<Due> {
    let jumped = jumped(recurrence, next, window.first);
    let mut count = 2;
    loop {
        let dates = match &jumped {
            Some(from) => recurrence.upcoming(from, count, zone),
            None => recurrence.upcoming_from(Some(next), count, zone),
        };
        *budget = budget.saturating_sub(count);
        let is_enough = dates.len() < count
            || dates.last().and_then(|due| due.ordering_instant(zone)) >= Some(window.end);
        if is_enough || count >= STEPS_MAX || *budget == 0 {
            return dates;
        }
        count *= 4;
    }
}

/// A position in a schedule shortly before `first`, to skip the dates before it; `None` where `next` is nearer.
fn jumped(
    recurrence: &Recurrence,
    next: &OccurrencePosition,
    first: Date,
) -> Option<OccurrencePosition> {
    let before = first.checked_sub(2.days()).ok()?;
    let key = &next.key;
    let is_near = before <= key.at.date();
    if recurrence.anchor == Anchor::Completion || is_near || key.ordinal.is_some() {
        return None;
    }
    let at = key.at.at(before.to_datetime(Time::midnight()));
    Some(OccurrencePosition {
        start: next.start.clone(),
        key: OccurrenceKey::new(key.epoch, &at, None),
    })
}
