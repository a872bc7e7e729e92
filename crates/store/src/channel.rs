//! The channels over which people are reached when the page is closed.

use jiff::Timestamp;
use taskwire_domain::{ChannelId, ChannelKind, Priority, UserId};
use uuid::Uuid;

use crate::error::one_row;
use crate::row::row;
use crate::task::instant;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// A channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChannelRow {
    /// The id.
    pub id: ChannelId,
    /// The owner.
    pub owner: UserId,
    /// How it works.
    pub kind: ChannelKind,
    /// The name that its owner gave it.
    pub label: String,
    /// Where it leads: an e-mail address, a URL or a chat.
    pub address: String,
    /// What it needs besides, as JSON; never shown.
    pub secrets: String,
    /// Only tasks of at least this priority.
    pub priority_min: Priority,
    /// For how many minutes it waits whether the owner sees the reminder elsewhere.
    pub wait_minutes: i64,
    /// When its owner proved that the address is theirs, or when it was added if no proof is needed.
    pub verified_at: Option<Timestamp>,
    /// When it was switched off.
    pub disabled_at: Option<Timestamp>,
    /// When something was last sent.
    pub sent_at: Option<Timestamp>,
    /// When sending last failed, and why.
    pub failed: Option<(Timestamp, String)>,
    /// Grows by one with each change that its owner makes.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its owner last changed it.
    pub updated_at: Timestamp,
}

impl ChannelRow {
    /// Whether anything but a request to verify it is sent.
    pub fn is_open(&self) -> bool {
        self.verified_at.is_some() && self.disabled_at.is_none()
    }
}

row! {
    struct ChannelColumns, columns: channel_columns {
        key {
            owner_id: Uuid,
            id: Uuid,
        }
        read {
            kind: String,
            label: String,
            address: String,
            secrets: String,
            priority_min: i64,
            wait_minutes: i64,
            verified_at: Option<i64>,
            disabled_at: Option<i64>,
            sent_at: Option<i64>,
            failed_at: Option<i64>,
            failure: Option<String>,
            version: i64,
            created_at: i64,
            updated_at: i64,
        }
    }
}

pub(crate) mod sql {
    //! Statements on `channels`.

    use crate::statements::statements;

    statements! {
        INSERT = concat!("INSERT INTO channels (", channel_columns!(all), ") VALUES (", channel_columns!(values), ")");
        LIST = concat!("SELECT ", channel_columns!(read), " FROM channels WHERE owner_id = $1 ORDER BY created_at, id");
        FIND = concat!("SELECT ", channel_columns!(read), " FROM channels WHERE owner_id = $1 AND id = $2");
        UPDATE = "UPDATE channels SET label = $3, address = $4, secrets = $5, priority_min = $6, wait_minutes = $7,
            verified_at = $8, disabled_at = $9, version = $10, updated_at = $11
            WHERE owner_id = $1 AND id = $2 AND version = $10 - 1";
        DELETE = "DELETE FROM channels WHERE owner_id = $1 AND id = $2";
        SENT = "UPDATE channels SET sent_at = $3, failed_at = NULL, failure = NULL WHERE owner_id = $1 AND id = $2";
        FAILED = "UPDATE channels SET failed_at = $3, failure = $4 WHERE owner_id = $1 AND id = $2";
        VERIFY = "UPDATE channels SET verified_at = $3, version = version + 1, updated_at = $3
            WHERE owner_id = $1 AND id = $2 AND verified_at IS NULL";
        DISABLE = "UPDATE channels SET disabled_at = $3, version = version + 1, updated_at = $3
            WHERE owner_id = $1 AND id = $2 AND disabled_at IS NULL";
    }
}

impl TryFrom<ChannelColumns> for ChannelRow {
    type Error = Error;

    fn try_from(row: ChannelColumns) -> Result<Self, Error> {
        let bad = |column| Error::inconsistent("channels", row.id, column);
        let at = |micros, column| instant(micros, "channels", column);
        let maybe =
            |micros: Option<i64>, column| micros.map(|micros| at(micros, column)).transpose();
        let failed_at = maybe(row.failed_at, "failed_at")?;
        Ok(Self {
            kind: ChannelKind::parse(&row.kind).map_err(|_| bad("kind"))?,
            priority_min: Priority::from_rank(row.priority_min)
                .ok_or_else(|| bad("priority_min"))?,
            verified_at: maybe(row.verified_at, "verified_at")?,
            disabled_at: maybe(row.disabled_at, "disabled_at")?,
            sent_at: maybe(row.sent_at, "sent_at")?,
            failed: failed_at.map(|at| (at, row.failure.unwrap_or_default())),
            created_at: at(row.created_at, "created_at")?,
            updated_at: at(row.updated_at, "updated_at")?,
            id: ChannelId(row.id),
            owner: UserId(row.owner_id),
            label: row.label,
            address: row.address,
            secrets: row.secrets,
            wait_minutes: row.wait_minutes,
            version: row.version,
        })
    }
}

impl From<&ChannelRow> for ChannelColumns {
    fn from(row: &ChannelRow) -> Self {
        Self {
            owner_id: row.owner.0,
            id: row.id.0,
            kind: row.kind.as_str().into(),
            label: row.label.clone(),
            address: row.address.clone(),
            secrets: row.secrets.clone(),
            priority_min: row.priority_min.rank(),
            wait_minutes: row.wait_minutes,
            verified_at: row.verified_at.map(Timestamp::as_microsecond),
            disabled_at: row.disabled_at.map(Timestamp::as_microsecond),
            sent_at: row.sent_at.map(Timestamp::as_microsecond),
            failed_at: row.failed.as_ref().map(|(at, _)| at.as_microsecond()),
            failure: row.failed.as_ref().map(|(_, why)| why.clone()),
            version: row.version,
            created_at: row.created_at.as_microsecond(),
            updated_at: row.updated_at.as_microsecond(),
        }
    }
}

impl Tx {
    /// Adds a channel.
    pub async fn insert_channel(&mut self, row: &ChannelRow) -> Result<(), Error> {
        let columns = ChannelColumns::from(row);
        one_row(with_connection!(self, |connection| columns
            .bind(sqlx::query(sql::INSERT))
            .execute(connection)
            .await?
            .rows_affected()))
    }

    /// A user's channels, oldest first.
    pub async fn list_channels(&mut self, owner: UserId) -> Result<Vec<ChannelRow>, Error> {
        let rows: Vec<ChannelColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST)
                .bind(owner.0)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(ChannelRow::try_from).collect()
    }

    /// A channel by its id.
    pub async fn find_channel(
        &mut self,
        owner: UserId,
        id: ChannelId,
    ) -> Result<Option<ChannelRow>, Error> {
        let row: Option<ChannelColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND)
                .bind(owner.0)
                .bind(id.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(ChannelRow::try_from).transpose()
    }

    /// Writes what the owner changed over the previous version.
    pub async fn update_channel(&mut self, row: &ChannelRow) -> Result<(), Error> {
        one_row(with_connection!(self, |connection| sqlx::query(
            sql::UPDATE
        )
        .bind(row.owner.0)
        .bind(row.id.0)
        .bind(&row.label)
        .bind(&row.address)
        .bind(&row.secrets)
        .bind(row.priority_min.rank())
        .bind(row.wait_minutes)
        .bind(row.verified_at.map(Timestamp::as_microsecond))
        .bind(row.disabled_at.map(Timestamp::as_microsecond))
        .bind(row.version)
        .bind(row.updated_at.as_microsecond())
        .execute(connection)
        .await?
        .rows_affected()))
    }

    /// Deletes a channel with all that was to be sent over it; false if there is none.
    pub async fn delete_channel(&mut self, owner: UserId, id: ChannelId) -> Result<bool, Error> {
        let deleted = with_connection!(self, |connection| sqlx::query(sql::DELETE)
            .bind(owner.0)
            .bind(id.0)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(deleted == 1)
    }

    /// Notes that the address of a channel is its owner's; false if that was known, or there is none.
    pub async fn verify_channel(
        &mut self,
        owner: UserId,
        id: ChannelId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.set_channel(sql::VERIFY, owner, id, now).await
    }

    /// Switches a channel off; false if it was, or there is none.
    pub async fn disable_channel(
        &mut self,
        owner: UserId,
        id: ChannelId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.set_channel(sql::DISABLE, owner, id, now).await
    }

    /// Notes that something was sent.
    pub async fn channel_sent(
        &mut self,
        owner: UserId,
        id: ChannelId,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.set_channel(sql::SENT, owner, id, now).await.map(drop)
    }

    /// Notes that sending failed.
    pub async fn channel_failed(
        &mut self,
        owner: UserId,
        id: ChannelId,
        now: Timestamp,
        why: &str,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::FAILED)
            .bind(owner.0)
            .bind(id.0)
            .bind(now.as_microsecond())
            .bind(why)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    async fn set_channel(
        &mut self,
        statement: &'static str,
        owner: UserId,
        id: ChannelId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let changed = with_connection!(self, |connection| sqlx::query(statement)
            .bind(owner.0)
            .bind(id.0)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(changed == 1)
    }
}
