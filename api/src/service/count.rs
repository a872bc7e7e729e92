//! Counts open tasks: all of them, and by due value, priority and tag.

use std::collections::HashMap;

use jiff::ToSpan;
use taskwire_domain::contract::{CountsQuery, DayCount, PriorityCounts, TagCount, TaskCounts};
use taskwire_domain::filter::day_start;
use taskwire_domain::{Due, Invalid, Priority};

use super::{Context, Error};

/// Days counted by default.
const DAYS: u32 = 7;
/// Maximum number of days.
const DAYS_MAX: u32 = 62;

/// The counts.
pub(crate) async fn counts(
    context: &mut Context,
    query: &CountsQuery,
) -> Result<TaskCounts, Error> {
    let owner = context.owner;
    let days = query.days.unwrap_or(DAYS);
    if !(1..=DAYS_MAX).contains(&days) {
        let detail = format!("{days} is out of range.");
        let refused = Invalid::new("days", "invalid_days", detail);
        return Err(refused.hint(format!("Send 1 to {DAYS_MAX}.")).into());
    }
    let mut priorities = PriorityCounts::default();
    for (priority, count) in context.tx.count_by_priority(owner).await? {
        *match priority {
            Priority::High => &mut priorities.high,
            Priority::Medium => &mut priorities.medium,
            Priority::Low => &mut priorities.low,
            Priority::None => &mut priorities.none,
        } = count;
    }
    let with_tag: HashMap<String, i64> =
        context.tx.count_by_tag(owner).await?.into_iter().collect();
    let tags = context.tx.list_tags(owner).await?.into_iter();
    let tags = tags.map(|tag| TagCount {
        id: tag.id.0,
        count: with_tag.get(&tag.name.key()).copied().unwrap_or_default(),
        name: tag.name.to_string(),
        color: tag.color,
    });
    Ok(TaskCounts {
        open: priorities.high + priorities.medium + priorities.low + priorities.none,
        overdue: context.tx.count_due(owner, None, context.now).await?,
        no_due: context.tx.count_undated(owner).await?,
        priorities,
        tags: tags.collect(),
        days: by_day(context, days).await?,
    })
}

async fn by_day(context: &mut Context, days: u32) -> Result<Vec<DayCount>, Error> {
    let now = context.now.to_zoned_datetime(context.zone.rules().clone());
    let mut counts = Vec::new();
    for day in 0..days {
        let date = now.date().checked_add(i64::from(day).days()).ok();
        let after = date.and_then(|date| date.tomorrow().ok());
        let first = date.and_then(|date| day_start(date, &context.zone));
        let end = after.and_then(|after| day_start(after, &context.zone));
        let (Some(date), Some(end)) = (date, end) else {
            break;
        };
        let count = context.tx.count_due(context.owner, first, end).await?;
        counts.push(DayCount {
            date: date.to_string(),
            weekday: Due::Date(date).weekday().to_owned(),
            count,
        });
    }
    Ok(counts)
}
