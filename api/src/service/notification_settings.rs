//! The owner's settings of notifications.

use jiff::civil::Time;
use taskwire_domain::contract::{NotificationSettings, NotificationSettingsPatch, TagReminder};
use taskwire_domain::preferences::{check_default_reminder, day_start_text, parse_clock};
use taskwire_domain::text::clip;
use taskwire_domain::{Invalid, Notice, QuietHours, TagName, Zone, notify};
use taskwire_store::{NotificationSettingsRow, TagReminderRow};

use super::draft::collect_err;
use super::task::lock_owner;
use super::{Context, Error};

/// The longest pause until a reminder is told again: a day.
const REPEAT_MINUTES_MAX: i64 = 24 * 60;
/// How often a reminder is told again at most.
const REPEAT_TIMES_MAX: i64 = 20;
/// How often by default.
const REPEAT_TIMES: i64 = 3;
/// Default reminders of tags.
const TAG_REMINDERS_MAX: usize = 50;

/// The owner's settings.
pub(crate) async fn get(context: &mut Context) -> Result<NotificationSettings, Error> {
    let row = find(context).await?;
    view(context, &row).await
}

/// Changes them. A patch that changes nothing does nothing.
pub(crate) async fn patch(
    context: &mut Context,
    input: &NotificationSettingsPatch,
) -> Result<NotificationSettings, Error> {
    lock_owner(context).await?;
    let before = find(context).await?;
    context.check_version(&before.version.to_string())?;
    let mut refused = Vec::new();
    let was = before.quiet;
    let from = was.map(|quiet| quiet.from);
    let from = clock(&mut refused, "/quiet_from", input.quiet_from.as_ref(), from);
    let until = was.map(|quiet| quiet.until);
    let until = clock(
        &mut refused,
        "/quiet_until",
        input.quiet_until.as_ref(),
        until,
    );
    // Null for one end, where the other is not named, is null for both.
    let (from, until) = match (&input.quiet_from, &input.quiet_until) {
        (Some(None), None) | (None, Some(None)) => (None, None),
        _ => (from, until),
    };
    let digest_at = input.digest_at.as_ref();
    let digest_at = clock(&mut refused, "/digest_at", digest_at, before.digest_at);
    let repeat = |minutes: Option<i64>| {
        let minutes = minutes.map(|minutes| within("/repeat_minutes", minutes, REPEAT_MINUTES_MAX));
        minutes.transpose()
    };
    let nag_minutes = collect_err(&mut refused, input.repeat_minutes.map(repeat).transpose());
    let times = input.repeat_times;
    let times = times.map(|times| within("/repeat_times", times, REPEAT_TIMES_MAX));
    let nag_times = collect_err(&mut refused, times.transpose());
    let quiet = match quiet(from, until) {
        Ok(quiet) => quiet,
        Err(why) => {
            refused.push(why);
            None
        }
    };
    let notices = match &input.notices {
        Some(sent) => read_notices(&mut refused, sent),
        None => before.notices.clone(),
    };
    let tag_reminders = match &input.tag_reminders {
        Some(sent) => read_tag_reminders(context, &mut refused, sent).await?,
        None => before.tag_reminders.clone(),
    };
    let (Some(nag_minutes), Some(nag_times)) = (nag_minutes, nag_times) else {
        return Err(Error::Invalid(refused));
    };
    if !refused.is_empty() {
        return Err(Error::Invalid(refused));
    }
    let mut after = NotificationSettingsRow {
        quiet,
        digest_at,
        nag_minutes: nag_minutes.unwrap_or(before.nag_minutes),
        nag_times: nag_times.unwrap_or(before.nag_times),
        tag_reminders,
        notices,
        ..before.clone()
    };
    if after == before {
        return view(context, &before).await;
    }
    if after.digest_at != before.digest_at {
        after.digest_next = next_digest(context, &after, &context.zone);
    }
    if after.quiet != before.quiet {
        let zone = context.zone.clone();
        move_quiet_end(context, &after, &zone).await?;
    }
    after.version += 1;
    context.tx.put_notification_settings(&after).await?;
    view(context, &after).await
}

/// Moves what waits for the end of quiet hours to their end as it is now.
async fn move_quiet_end(
    context: &mut Context,
    settings: &NotificationSettingsRow,
    zone: &Zone,
) -> Result<(), Error> {
    let end = settings
        .quiet
        .and_then(|quiet| quiet.end_after(context.now, zone));
    let until = end.unwrap_or(context.now);
    Ok(context.tx.move_quiet_end(context.owner, until).await?)
}

/// Moves the next digest, and what waits for the end of quiet hours, to their times in a new zone.
pub(super) async fn move_zone(context: &mut Context, zone: &Zone) -> Result<(), Error> {
    let Some(settings) = context.tx.find_notification_settings(context.owner).await? else {
        return Ok(());
    };
    move_quiet_end(context, &settings, zone).await?;
    let next = next_digest(context, &settings, zone);
    context.tx.set_next_digest(context.owner, next).await?;
    Ok(())
}

fn next_digest(
    context: &Context,
    settings: &NotificationSettingsRow,
    zone: &Zone,
) -> Option<jiff::Timestamp> {
    let at = settings.digest_at?;
    notify::next_at(at, context.now, zone)
}

async fn find(context: &mut Context) -> Result<NotificationSettingsRow, Error> {
    let found = context.tx.find_notification_settings(context.owner).await?;
    Ok(found.unwrap_or(NotificationSettingsRow {
        owner: context.owner,
        quiet: None,
        digest_at: None,
        digest_next: None,
        nag_minutes: None,
        nag_times: REPEAT_TIMES,
        tag_reminders: Vec::new(),
        notices: Vec::new(),
        version: 1,
    }))
}

/// A time of day after a patch: absent keeps, null is none.
fn clock(
    refused: &mut Vec<Invalid>,
    field: &str,
    sent: Option<&Option<String>>,
    before: Option<Time>,
) -> Option<Time> {
    let Some(sent) = sent else {
        return before;
    };
    let text = sent.as_deref();
    let time = text.map(|text| parse_clock(field, "invalid_time_of_day", text));
    collect_err(refused, time.transpose()).flatten()
}

/// The quiet hours after a patch, which have both ends or none.
fn quiet(from: Option<Time>, until: Option<Time>) -> Result<Option<QuietHours>, Invalid> {
    let lacks = |field: &'static str| {
        Err(Invalid::new(
            field,
            "incomplete_quiet_hours",
            "Quiet hours have two ends.",
        )
        .hint("Send \"quiet_from\" and \"quiet_until\", or null for both."))
    };
    match (from, until) {
        (Some(from), Some(until)) => Ok(Some(QuietHours { from, until })),
        (None, None) => Ok(None),
        (Some(_), None) => lacks("/quiet_until"),
        (None, Some(_)) => lacks("/quiet_from"),
    }
}

fn within(field: &str, value: i64, most: i64) -> Result<i64, Invalid> {
    if (1..=most).contains(&value) {
        return Ok(value);
    }
    Err(
        Invalid::new(field, "out_of_range", format!("{value} is out of range."))
            .hint(format!("Send 1 to {most}.")),
    )
}

fn read_notices(refused: &mut Vec<Invalid>, sent: &[String]) -> Vec<Notice> {
    let mut read = Vec::new();
    for (index, text) in sent.iter().enumerate() {
        let notice = Notice::parse(text).map_err(|why| why.at(format!("/notices/{index}")));
        if let Some(notice) = collect_err(refused, notice)
            && !read.contains(&notice)
        {
            read.push(notice);
        }
    }
    read
}

async fn read_tag_reminders(
    context: &mut Context,
    refused: &mut Vec<Invalid>,
    sent: &[TagReminder],
) -> Result<Vec<TagReminderRow>, Error> {
    if sent.len() > TAG_REMINDERS_MAX {
        let detail = format!("{} default reminders are too many.", sent.len());
        let most = Invalid::new("/tag_reminders", "out_of_range", detail);
        refused.push(most.hint(format!("Send at most {TAG_REMINDERS_MAX}.")));
        return Ok(Vec::new());
    }
    let mut read = Vec::new();
    for (index, one) in sent.iter().enumerate() {
        let at = |field| format!("/tag_reminders/{index}/{field}");
        let minutes = check_default_reminder(one.minutes_before);
        let minutes = minutes.map_err(|why| why.at(at("minutes_before")));
        let minutes = collect_err(refused, minutes);
        let tag = match TagName::parse(&one.tag) {
            Ok(name) => context.tx.find_tag(context.owner, &name).await?,
            Err(_) => None,
        };
        let unknown = || {
            let detail = format!("There is no tag {:?}.", clip(&one.tag));
            Invalid::new(at("tag"), "unknown_tag", detail).hint("Create the tag first.")
        };
        let tag = collect_err(refused, tag.ok_or_else(unknown));
        if let (Some(tag), Some(minutes_before)) = (tag, minutes) {
            let row = TagReminderRow {
                tag: tag.id.0,
                minutes_before,
            };
            if !read.contains(&row) {
                read.push(row);
            }
        }
    }
    Ok(read)
}

/// The default reminders of tags by their names today. A tag that was deleted has none.
async fn view(
    context: &mut Context,
    row: &NotificationSettingsRow,
) -> Result<NotificationSettings, Error> {
    let tags = if row.tag_reminders.is_empty() {
        Vec::new()
    } else {
        context.tx.list_tags(context.owner).await?
    };
    let named = |own: &TagReminderRow| {
        let tag = tags.iter().find(|tag| tag.id.0 == own.tag)?;
        Some(TagReminder {
            tag: tag.name.to_string(),
            minutes_before: own.minutes_before.into(),
        })
    };
    Ok(NotificationSettings {
        quiet_from: row.quiet.map(|quiet| day_start_text(quiet.from)),
        quiet_until: row.quiet.map(|quiet| day_start_text(quiet.until)),
        digest_at: row.digest_at.map(day_start_text),
        next_digest_at: row.digest_next,
        repeat_minutes: row.nag_minutes,
        repeat_times: row.nag_times,
        tag_reminders: row.tag_reminders.iter().filter_map(named).collect(),
        notices: row.notices.iter().map(|one| one.as_str().into()).collect(),
        version: row.version,
    })
}
