//! What people have set about notifications: quiet hours, the digest, and telling again.

use jiff::Timestamp;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use taskwire_domain::preferences::{day_start_text, parse_clock};
use taskwire_domain::{Notice, QuietHours, UserId};
use uuid::Uuid;

use crate::row::row;
use crate::task::instant;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// The settings of a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotificationSettingsRow {
    /// The user.
    pub owner: UserId,
    /// The quiet hours.
    pub quiet: Option<QuietHours>,
    /// When the digest of each day is sent.
    pub digest_at: Option<Time>,
    /// The next digest.
    pub digest_next: Option<Timestamp>,
    /// After how many minutes a reminder is told again.
    pub nag_minutes: Option<i64>,
    /// How often at most.
    pub nag_times: i64,
    /// The reminders that new tasks with a tag get.
    pub tag_reminders: Vec<TagReminderRow>,
    /// Which changes by programs are told.
    pub notices: Vec<Notice>,
    /// Grows by one with each change; 1 for settings that were never changed.
    pub version: i64,
}

/// The default reminder of a tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TagReminderRow {
    /// The tag.
    pub tag: Uuid,
    /// How many minutes before the due time.
    pub minutes_before: u32,
}

row! {
    struct SettingsColumns, columns: settings_columns {
        key {
            owner_id: Uuid,
        }
        read {
            quiet_from: Option<String>,
            quiet_until: Option<String>,
            digest_at: Option<String>,
            digest_next: Option<i64>,
            nag_minutes: Option<i64>,
            nag_times: i64,
            tag_reminders: String,
            notices: String,
            version: i64,
        }
    }
}

pub(crate) mod sql {
    //! Statements on `notification_settings`.

    use crate::statements::statements;

    statements! {
        FIND = concat!("SELECT ", settings_columns!(read), " FROM notification_settings WHERE owner_id = $1");
        PUT = concat!("INSERT INTO notification_settings (", settings_columns!(all), ") VALUES (", settings_columns!(values), ")
            ON CONFLICT (owner_id) DO UPDATE SET quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
                digest_at = excluded.digest_at, digest_next = excluded.digest_next, nag_minutes = excluded.nag_minutes,
                nag_times = excluded.nag_times, tag_reminders = excluded.tag_reminders, notices = excluded.notices, version = excluded.version");
        SET_DIGEST = "UPDATE notification_settings SET digest_next = $2 WHERE owner_id = $1";
        /// System: the sweep serves all owners; each row carries its own. SQLite has one writer.
        DUE_DIGESTS_SQLITE = concat!("SELECT ", settings_columns!(read), " FROM notification_settings
            WHERE digest_next IS NOT NULL AND digest_next <= $1 ORDER BY digest_next LIMIT $2");
        /// System: as above; two concurrent sweeps get different rows.
        DUE_DIGESTS_POSTGRES = concat!("SELECT ", settings_columns!(read), " FROM notification_settings
            WHERE digest_next IS NOT NULL AND digest_next <= $1 ORDER BY digest_next LIMIT $2 FOR UPDATE SKIP LOCKED");
        /// System: when the sweep must run next.
        NEXT_DIGEST = "SELECT MIN(digest_next) FROM notification_settings WHERE digest_next IS NOT NULL";
    }
}

impl TryFrom<SettingsColumns> for NotificationSettingsRow {
    type Error = Error;

    fn try_from(row: SettingsColumns) -> Result<Self, Error> {
        let time = |text: &Option<String>, column| {
            let time = text.as_deref().map(|text| parse_clock("", "", text));
            time.transpose()
                .map_err(|_| Error::inconsistent("notification_settings", row.owner_id, column))
        };
        let from = time(&row.quiet_from, "quiet_from")?;
        let until = time(&row.quiet_until, "quiet_until")?;
        let bad = |column| Error::inconsistent("notification_settings", row.owner_id, column);
        let notices: Vec<String> =
            serde_json::from_str(&row.notices).map_err(|_| bad("notices"))?;
        let notices = notices.iter().map(|text| Notice::parse(text));
        let notices = notices
            .collect::<Result<_, _>>()
            .map_err(|_| bad("notices"))?;
        let next = row.digest_next;
        let next = next.map(|micros| instant(micros, "notification_settings", "digest_next"));
        Ok(Self {
            quiet: from
                .zip(until)
                .map(|(from, until)| QuietHours { from, until }),
            digest_at: time(&row.digest_at, "digest_at")?,
            digest_next: next.transpose()?,
            owner: UserId(row.owner_id),
            nag_minutes: row.nag_minutes,
            nag_times: row.nag_times,
            tag_reminders: serde_json::from_str(&row.tag_reminders)
                .map_err(|_| bad("tag_reminders"))?,
            notices,
            version: row.version,
        })
    }
}

impl Tx {
    /// A user's settings, if they were ever changed.
    pub async fn find_notification_settings(
        &mut self,
        owner: UserId,
    ) -> Result<Option<NotificationSettingsRow>, Error> {
        let row: Option<SettingsColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND)
                .bind(owner.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(NotificationSettingsRow::try_from).transpose()
    }

    /// Writes a user's settings.
    pub async fn put_notification_settings(
        &mut self,
        row: &NotificationSettingsRow,
    ) -> Result<(), Error> {
        let notices: Vec<&str> = row.notices.iter().map(|one| one.as_str()).collect();
        let columns = SettingsColumns {
            owner_id: row.owner.0,
            quiet_from: row.quiet.map(|quiet| day_start_text(quiet.from)),
            quiet_until: row.quiet.map(|quiet| day_start_text(quiet.until)),
            digest_at: row.digest_at.map(day_start_text),
            digest_next: row.digest_next.map(Timestamp::as_microsecond),
            nag_minutes: row.nag_minutes,
            nag_times: row.nag_times,
            // Cannot fail: these are numbers and ids.
            tag_reminders: serde_json::to_string(&row.tag_reminders).unwrap_or_default(),
            notices: serde_json::to_string(&notices).unwrap_or_default(),
            version: row.version,
        };
        with_connection!(self, |connection| columns
            .bind(sqlx::query(sql::PUT))
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Sets when a user's next digest is sent.
    pub async fn set_next_digest(
        &mut self,
        owner: UserId,
        next: Option<Timestamp>,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::SET_DIGEST)
            .bind(owner.0)
            .bind(next.map(Timestamp::as_microsecond))
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The settings of users whose digest is due, which no other transaction gets before this one ends.
    pub async fn due_digests(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<NotificationSettingsRow>, Error> {
        let statement = if self.is_postgres() {
            sql::DUE_DIGESTS_POSTGRES
        } else {
            sql::DUE_DIGESTS_SQLITE
        };
        let rows: Vec<SettingsColumns> = with_connection!(self, |connection| {
            sqlx::query_as(statement)
                .bind(now.as_microsecond())
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter()
            .map(NotificationSettingsRow::try_from)
            .collect()
    }

    /// When the next digest is due.
    pub async fn next_digest(&mut self) -> Result<Option<Timestamp>, Error> {
        let next: Option<i64> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::NEXT_DIGEST)
                .fetch_one(connection)
                .await?
        });
        next.map(|micros| instant(micros, "notification_settings", "digest_next"))
            .transpose()
    }
}
