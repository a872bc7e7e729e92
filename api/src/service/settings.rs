//! A user's settings, and their version.

use taskwire_domain::contract::{UserPatch, UserView};
use taskwire_domain::grammar::DateOrder;
use taskwire_domain::{Zone, weekday};
use taskwire_store::UserRow;

use super::draft::collect_err;
use super::{Context, Error, user};
use crate::secret;

/// Length of a version, in hexadecimal digits.
const VERSION: usize = 16;

/// The version of a user's settings: no column counts their changes, so it is a digest of them.
pub(crate) fn version(view: &UserView) -> Result<String, Error> {
    let text = serde_json::to_string(view).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(secret::digest(&text).chars().take(VERSION).collect())
}

/// The owner's settings.
pub(crate) async fn get(context: &mut Context) -> Result<UserView, Error> {
    let user = context.tx.find_user(context.owner).await?;
    user.as_ref()
        .map(user::view)
        .ok_or_else(|| Error::Internal("user not found".into()))
}

/// Changes the owner's settings. With a new zone, floating due values and reminders move along; existing rules
/// keep the week with which they were created.
pub(crate) async fn patch(context: &mut Context, input: &UserPatch) -> Result<UserView, Error> {
    let mut refused = Vec::new();
    let zone = input.zone.as_deref().map(Zone::parse);
    let zone = zone.and_then(|zone| collect_err(&mut refused, zone));
    let week_start = input.week_start.as_deref();
    let week_start = week_start.map(|text| weekday::parse("/week_start", text));
    let week_start = week_start.and_then(|start| collect_err(&mut refused, start));
    let date_order = input.date_order.as_deref().map(DateOrder::parse);
    let date_order = date_order.and_then(|order| collect_err(&mut refused, order));
    if !refused.is_empty() {
        return Err(Error::Invalid(refused));
    }
    context.tx.lock_user(context.owner).await?;
    let before = context
        .tx
        .find_user(context.owner)
        .await?
        .ok_or_else(|| Error::Internal("user not found".into()))?;
    context.check_version(&version(&user::view(&before))?)?;
    let after = UserRow {
        zone: zone.unwrap_or_else(|| before.zone.clone()),
        week_start: week_start.unwrap_or(before.week_start),
        date_order: date_order.unwrap_or(before.date_order),
        ..before.clone()
    };
    context.tx.set_settings(&after).await?;
    if after.zone != before.zone {
        move_zone(context, &before.zone, &after.zone).await?;
    }
    Ok(user::view(&after))
}

/// Updates the order of the owner's open tasks and their reminders, in the transaction in which the zone changes.
async fn move_zone(context: &mut Context, old: &Zone, new: &Zone) -> Result<(), Error> {
    context.zone = new.clone();
    for listed in context.tx.open_timed_tasks(context.owner).await? {
        // A task listed before the lock was acquired may have been moved or completed since.
        context.tx.lock_task(context.owner, listed.id).await?;
        let Some(task) = context.tx.find_task(context.owner, listed.id).await? else {
            continue;
        };
        context.tx.update_due_order(&task, new).await?;
        if !task.reminders.is_empty() {
            super::reminder::schedule(context, &task, Some((&task, old))).await?;
        }
    }
    Ok(())
}
