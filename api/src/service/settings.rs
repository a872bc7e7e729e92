//! A user's settings, and their version.

use taskwire_domain::contract::{UserPatch, UserView};
use taskwire_domain::grammar::DateOrder;
use taskwire_domain::preferences::{self, Density, Language, Theme};
use taskwire_domain::{Invalid, Preferences, Zone, weekday};
use taskwire_store::UserRow;

use super::draft::collect_err;
use super::{Context, Error, notification_settings, user};
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
    user.as_ref().map(user::view).ok_or(Error::AccountDeleted)
}

/// Changes the owner's settings. With a new zone, floating due values and reminders move along; existing rules
/// keep the week with which they were created.
pub(crate) async fn patch(context: &mut Context, input: &UserPatch) -> Result<UserView, Error> {
    let mut refused = Vec::new();
    let zone = read(&mut refused, input.zone.as_deref(), Zone::parse);
    let week_start = read(&mut refused, input.week_start.as_deref(), |text| {
        weekday::parse("/week_start", text)
    });
    let date_order = read(&mut refused, input.date_order.as_deref(), DateOrder::parse);
    let day_start = read(
        &mut refused,
        input.day_start.as_deref(),
        preferences::parse_day_start,
    );
    let language = read(&mut refused, input.language.as_deref(), Language::parse);
    let default_reminder = read(&mut refused, input.default_reminder, |minutes| {
        let minutes = minutes.map(preferences::check_default_reminder);
        minutes.transpose()
    });
    let theme = read(&mut refused, input.theme.as_deref(), Theme::parse);
    let density = read(&mut refused, input.density.as_deref(), Density::parse);
    if !refused.is_empty() {
        return Err(Error::Invalid(refused));
    }
    context.tx.lock_user(context.owner).await?;
    let before = context
        .tx
        .find_user(context.owner)
        .await?
        .ok_or(Error::AccountDeleted)?;
    context.check_version(&version(&user::view(&before))?)?;
    let after = UserRow {
        zone: zone.unwrap_or_else(|| before.zone.clone()),
        week_start: week_start.unwrap_or(before.week_start),
        date_order: date_order.unwrap_or(before.date_order),
        preferences: Preferences {
            day_start: day_start.unwrap_or(before.preferences.day_start),
            language: language.unwrap_or_else(|| before.preferences.language.clone()),
            default_reminder: default_reminder.unwrap_or(before.preferences.default_reminder),
            theme: theme.unwrap_or(before.preferences.theme),
            density: density.unwrap_or(before.preferences.density),
        },
        ..before.clone()
    };
    context.tx.set_settings(&after).await?;
    if after.zone != before.zone {
        move_zone(context, &before.zone, &after.zone).await?;
    }
    Ok(user::view(&after))
}

/// Reads a setting that was sent, or collects the error.
fn read<T, U>(
    refused: &mut Vec<Invalid>,
    sent: Option<T>,
    parse: impl FnOnce(T) -> Result<U, Invalid>,
) -> Option<U> {
    sent.and_then(|sent| collect_err(refused, parse(sent)))
}

/// Updates the order of the owner's open tasks and their reminders, in the transaction in which the zone changes.
async fn move_zone(context: &mut Context, old: &Zone, new: &Zone) -> Result<(), Error> {
    context.zone = new.clone();
    notification_settings::move_zone(context, new).await?;
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
