//! Counts open tasks: all of them, or those that a filter finds, and by due value, priority and tag.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use taskwire_domain::contract::{
    CountsQuery, DayCount, PriorityCounts, TagCount, TaskCounts, TaskQuery, WordCorrection,
};
use taskwire_domain::filter::day_start;
use taskwire_domain::{Due, Invalid, Priority};
use taskwire_store::ListedCount;

use super::{Context, Error, list};

/// Days counted by default.
const DAYS: u32 = 7;
/// Maximum number of days.
const DAYS_MAX: u32 = 62;

/// A day in the owner's zone.
struct Day {
    date: Date,
    first: Timestamp,
    after: Timestamp,
}

/// What was counted.
struct Counted {
    priorities: Vec<(Priority, i64)>,
    /// By the tag's key.
    tags: HashMap<String, i64>,
    overdue: i64,
    no_due: i64,
    /// Of each day.
    days: Vec<i64>,
    corrections: Vec<WordCorrection>,
}

/// The counts.
pub(crate) async fn counts(
    context: &mut Context,
    query: &CountsQuery,
) -> Result<TaskCounts, Error> {
    let count = query.days.unwrap_or(DAYS);
    if !(1..=DAYS_MAX).contains(&count) {
        let detail = format!("{count} is out of range.");
        let refused = Invalid::new("days", "invalid_days", detail);
        return Err(refused.hint(format!("Send 1 to {DAYS_MAX}.")).into());
    }
    let days = days(context, count);
    let counted = match &query.filter {
        None => all(context, &days).await?,
        Some(filter) => found(context, filter, &days).await?,
    };
    let mut priorities = PriorityCounts::default();
    for (priority, count) in counted.priorities {
        *match priority {
            Priority::High => &mut priorities.high,
            Priority::Medium => &mut priorities.medium,
            Priority::Low => &mut priorities.low,
            Priority::None => &mut priorities.none,
        } += count;
    }
    let tags = context.tx.list_tags(context.owner).await?.into_iter();
    let tags = tags.map(|tag| TagCount {
        id: tag.id.0,
        count: counted
            .tags
            .get(&tag.name.key())
            .copied()
            .unwrap_or_default(),
        name: tag.name.to_string(),
        color: tag.color,
    });
    let by_day = days.iter().zip(counted.days).map(|(day, count)| DayCount {
        date: day.date.to_string(),
        weekday: Due::Date(day.date).weekday().to_owned(),
        count,
    });
    Ok(TaskCounts {
        open: priorities.high + priorities.medium + priorities.low + priorities.none,
        overdue: counted.overdue,
        no_due: counted.no_due,
        priorities,
        tags: tags.collect(),
        days: by_day.collect(),
        corrections: counted.corrections,
    })
}

/// So many days from today on.
fn days(context: &Context, count: u32) -> Vec<Day> {
    let today = context
        .now
        .to_zoned_datetime(context.zone.rules().clone())
        .date();
    let day = |n: u32| {
        let date = today.checked_add(i64::from(n).days()).ok()?;
        Some(Day {
            date,
            first: day_start(date, &context.zone)?,
            after: day_start(date.tomorrow().ok()?, &context.zone)?,
        })
    };
    (0..count).map_while(day).collect()
}

/// Of all open tasks, which are counted already.
async fn all(context: &mut Context, days: &[Day]) -> Result<Counted, Error> {
    let owner = context.owner;
    let mut by_day = Vec::new();
    for day in days {
        let count = context.tx.count_due(owner, Some(day.first), day.after);
        by_day.push(count.await?);
    }
    Ok(Counted {
        priorities: context.tx.count_by_priority(owner).await?,
        tags: context.tx.count_by_tag(owner).await?.into_iter().collect(),
        overdue: context.tx.count_due(owner, None, context.now).await?,
        no_due: context.tx.count_undated(owner).await?,
        days: by_day,
        corrections: Vec::new(),
    })
}

/// Of the open tasks that a filter finds.
async fn found(context: &mut Context, filter: &str, days: &[Day]) -> Result<Counted, Error> {
    let query = TaskQuery {
        filter: Some(filter.to_owned()),
        status: Some("open".into()),
        ..TaskQuery::default()
    };
    let (list, corrections) = list::read(context, &query).await?;
    let mut instants: Vec<Timestamp> = days.iter().flat_map(|day| [day.first, day.after]).collect();
    instants.push(context.now);
    instants.sort_unstable();
    instants.dedup();
    let counts = context.tx.count_listed(&list, &instants).await?;
    let sum = |is_meant: &dyn Fn(Option<usize>) -> bool| -> i64 {
        let meant = counts.iter().filter(|count| is_meant(count.passed));
        meant.map(|count| count.count).sum()
    };
    let before = |instant: Timestamp| instants.partition_point(|other| *other < instant);
    let now = before(context.now);
    let of_day = |day: &Day| {
        let (first, after) = (before(day.first), before(day.after));
        sum(&|passed| passed.is_some_and(|passed| first < passed && passed <= after))
    };
    Ok(Counted {
        priorities: counts
            .iter()
            .map(
                |ListedCount {
                     priority, count, ..
                 }| (*priority, *count),
            )
            .collect(),
        overdue: sum(&|passed| passed.is_some_and(|passed| passed <= now)),
        no_due: sum(&|passed| passed.is_none()),
        days: days.iter().map(of_day).collect(),
        tags: context
            .tx
            .count_listed_by_tag(&list)
            .await?
            .into_iter()
            .collect(),
        corrections,
    })
}
