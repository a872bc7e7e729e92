//! Users.

use jiff::Timestamp;
use taskwire_domain::contract::UserView;
use taskwire_domain::text::clean;
use taskwire_domain::{Ids, Invalid, TagId, TagName, UserId, Zone, preferences, weekday};
use taskwire_store::{TagRow, Tx, UserRow};

use super::{Error, conflict, tag};

/// Longest user name, in characters.
const NAME_MAX: usize = 100;

/// A user as clients see it.
pub(crate) fn view(user: &UserRow) -> UserView {
    let preferences = &user.preferences;
    UserView {
        id: user.id.0,
        name: user.name.clone(),
        zone: user.zone.to_string(),
        week_start: weekday::key(user.week_start).into(),
        date_order: user.date_order.as_str().into(),
        day_start: preferences::day_start_text(preferences.day_start),
        language: preferences.language.as_str().into(),
        default_reminder: preferences.default_reminder.map(i64::from),
        theme: preferences.theme.as_str().into(),
        density: preferences.density.as_str().into(),
        has_password: user.password_hash.is_some(),
    }
}

/// Checks the name of a new user.
pub(crate) fn name(text: &str) -> Result<String, Invalid> {
    let cleaned = clean(text.trim());
    let name = cleaned.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || text.trim().chars().any(is_deceptive) {
        return Err(
            Invalid::new("/name", "invalid_name", "The user name is not valid.")
                .hint(format!("Send 1 to {NAME_MAX} characters on one line.")),
        );
    }
    Ok(name.to_owned())
}

/// Finds a user by name, or creates one with the initial tags.
pub(crate) async fn ensure(
    tx: &mut Tx,
    ids: &Ids,
    now: Timestamp,
    text: &str,
    zone: &Zone,
) -> Result<UserRow, Error> {
    let name = name(text)?;
    if let Some(user) = tx.find_user_by_name(&name).await? {
        return Ok(user);
    }
    let user = UserRow::new(ids.next::<UserId>(now), name.clone(), zone.clone());
    if create(tx, ids, now, &user).await? {
        return Ok(user);
    }
    // Another process created it in between.
    let created = tx.find_user_by_name(&name).await?;
    created.ok_or_else(|| {
        conflict(
            "name_taken",
            format!("The account {name:?} is being deleted."),
            "Try again in a moment.",
        )
    })
}

/// Creates a user with the initial tags; false if the name is taken.
pub(crate) async fn create(
    tx: &mut Tx,
    ids: &Ids,
    now: Timestamp,
    user: &UserRow,
) -> Result<bool, Error> {
    if !tx.insert_user(user, now).await? {
        return Ok(false);
    }
    for (name, color) in tag::FIRST_TAGS {
        let name = TagName::parse(name)?;
        let color = color.to_owned();
        let tag = TagRow {
            id: ids.next::<TagId>(now),
            name,
            color,
            version: 1,
        };
        tx.insert_tag(user.id, &tag).await?;
    }
    Ok(true)
}

/// Control characters, and the bidirectional overrides that make a text look like a different one.
pub(crate) fn is_deceptive(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
