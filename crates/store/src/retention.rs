//! Deletes old rows. Each call deletes one batch, so that no transaction blocks other writers for long; callers
//! repeat it until nothing is left. The caller decides which rows are old.
//!
//! The audit log and dead letters are never deleted.

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::UserId;
use uuid::Uuid;

use crate::event::{EventColumns, StoredEvent};
use crate::tx::with_connection;
use crate::{AuditRow, Error, Tx};

/// How far the clocks of processes may differ, where the order of ids stands for the order of events.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);

/// The result of deleting a batch of events.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrunedEvents {
    /// Number of deleted events.
    pub deleted: u64,
    /// The reader of the log that has not yet read the next event, which is old enough.
    pub waits_for: Option<String>,
}

pub(crate) mod sql {
    //! Statements that delete old rows.

    use crate::event::event_columns;
    use crate::statements::statements;

    statements! {
        /// System: the beginning of the log of all owners.
        FIRST_EVENTS = "SELECT seq, id FROM events ORDER BY seq LIMIT $1";
        /// System: events of all owners expire alike; these are kept in the audit log of their owners.
        REMINDERS_THROUGH = concat!("SELECT ", event_columns!(), " FROM events WHERE seq <= $1 AND kind LIKE 'reminder.%'
            ORDER BY owner_id, seq");
        /// System: events of all owners expire alike.
        PRUNE_EVENTS = "DELETE FROM events WHERE seq <= $1";
        /// System: the position up to which the log of all owners was deleted.
        PRUNED_THROUGH = "SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'events_pruned_through'";
        /// System: see above. It never moves back.
        SET_PRUNED_THROUGH = "INSERT INTO meta (name, value) VALUES ('events_pruned_through', $1)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            WHERE CAST(meta.value AS BIGINT) < CAST(excluded.value AS BIGINT)";
        /// System: the consumers with an inbox. One name at a time is found in the key, where DISTINCT would read the
        /// whole table.
        NEXT_CONSUMER = "SELECT MIN(consumer) FROM inbox WHERE consumer > $1";
        /// System: the event carries its owner.
        PRUNE_INBOX = "DELETE FROM inbox WHERE consumer = $1 AND event_id IN (
                SELECT event_id FROM inbox WHERE consumer = $1 AND event_id < $2 AND handled_at < $3 ORDER BY event_id LIMIT $4)";
        /// System: notifications of all owners expire alike. One that was not read is kept.
        PRUNE_NOTIFICATIONS = "DELETE FROM notifications WHERE id IN (
                SELECT id FROM notifications WHERE read_at IS NOT NULL AND read_at < $1 ORDER BY read_at LIMIT $2)";
        /// System: the oldest changes of all owners.
        FIRST_CHANGES = "SELECT seq, at FROM changes ORDER BY seq LIMIT $1";
        /// System: changes of all owners expire alike.
        PRUNE_CHANGES = "DELETE FROM changes WHERE seq <= $1";
        /// System: the event carries its owner.
        PRUNE_FAILURES = "DELETE FROM failed_deliveries WHERE (consumer, event_id) IN (
                SELECT consumer, event_id FROM failed_deliveries WHERE failed_at < $1 ORDER BY failed_at LIMIT $2)";
        /// System: deliveries of all owners expire alike.
        PRUNE_DELIVERIES = "DELETE FROM deliveries WHERE (reminder_id, fire_at, channel) IN (
                SELECT reminder_id, fire_at, channel FROM deliveries WHERE delivered_at < $1 ORDER BY delivered_at LIMIT $2)";
        /// System: deliveries over channels of all owners expire alike.
        PRUNE_CHANNEL_DELIVERIES = "DELETE FROM channel_deliveries WHERE id IN (
                SELECT id FROM channel_deliveries WHERE ended_at IS NOT NULL AND ended_at < $1 ORDER BY ended_at LIMIT $2)";
    }
}

/// The lowest id (UUIDv7) of the millisecond: those of earlier instants are lower.
fn lowest_id(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or_default();
    Uuid::from_u128(u128::from(millis) << 80)
}

/// When an id was created, if it contains the time.
fn made_at(id: Uuid) -> Option<Timestamp> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
}

impl Tx {
    /// Deletes the first `limit` events of the log if all of these consumers have read them, or the relay has that reads
    /// them for consumers behind a broker, and they are older than `before`. Nothing is deleted without a reader.
    ///
    /// Only the beginning of the log is deleted: a position is either in the rest, or at or before
    /// [`Tx::events_pruned_through`]. No reader is ever before the latter, because unread events are not deleted;
    /// a new one has position 0 and keeps the log until it has read it.
    ///
    /// Events about reminders have no audit line: `line` makes the one that keeps them in the history of their task.
    pub async fn prune_events(
        &mut self,
        before: Timestamp,
        consumers: &[&str],
        limit: i64,
        line: impl Fn(&StoredEvent) -> Option<AuditRow> + Send,
    ) -> Result<PrunedEvents, Error> {
        let Some((slowest, position)) = self.slowest_reader(consumers).await? else {
            return Ok(PrunedEvents {
                deleted: 0,
                waits_for: None,
            });
        };
        let first: Vec<(i64, Uuid)> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIRST_EVENTS)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        // Event ids contain the time. They decide, and not only the numbers, so that one index or column less has
        // to be maintained; a prefix is deleted rather than single events, so that no event is left among deleted ones.
        let end = lowest_id(before);
        let old = first.iter().take_while(|(_, id)| *id < end);
        let waits_for = old
            .clone()
            .any(|(seq, _)| *seq > position)
            .then(|| slowest.to_owned());
        let Some((through, _)) = old.take_while(|(seq, _)| *seq <= position).last() else {
            return Ok(PrunedEvents {
                deleted: 0,
                waits_for,
            });
        };
        let through = *through;
        self.audit_reminders(through, line).await?;
        let deleted = with_connection!(self, |connection| {
            let deleted = sqlx::query(sql::PRUNE_EVENTS)
                .bind(through)
                .execute(&mut *connection)
                .await?
                .rows_affected();
            sqlx::query(sql::SET_PRUNED_THROUGH)
                .bind(through.to_string())
                .execute(connection)
                .await?
                .rows_affected();
            deleted
        });
        Ok(PrunedEvents { deleted, waits_for })
    }

    /// Writes the audit lines of the events about reminders at the beginning of the log.
    async fn audit_reminders(
        &mut self,
        through: i64,
        line: impl Fn(&StoredEvent) -> Option<AuditRow> + Send,
    ) -> Result<(), Error> {
        let rows: Vec<EventColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::REMINDERS_THROUGH)
                .bind(through)
                .fetch_all(connection)
                .await?
        });
        let mut held: Option<(UserId, bool)> = None;
        for row in rows {
            let event = StoredEvent::try_from(row)?;
            let is_held = match held {
                Some((owner, is_held)) if owner == event.owner => is_held,
                _ => self.hold_user(event.owner).await?,
            };
            held = Some((event.owner, is_held));
            if let Some(line) = line(&event).filter(|_| is_held) {
                self.insert_audit(&line).await?;
            }
        }
        Ok(())
    }

    /// The position up to which the log was deleted; 0 if it is complete.
    pub async fn events_pruned_through(&mut self) -> Result<i64, Error> {
        let through: Option<i64> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::PRUNED_THROUGH)
                .fetch_optional(connection)
                .await?
        });
        Ok(through.unwrap_or(0))
    }

    /// Deletes inbox rows of events that were handled before `before`, up to `limit` of each consumer; returns how
    /// many.
    ///
    /// A row is kept as long as one of these consumers, or the relay, has not yet read an event of about the same time or
    /// an earlier one: until then the event may still be delivered again, however old it is.
    pub async fn prune_inbox(
        &mut self,
        before: Timestamp,
        consumers: &[&str],
        limit: i64,
    ) -> Result<u64, Error> {
        let position = self.slowest_reader(consumers).await?;
        let position = position.map_or(0, |(_, position)| position);
        let unread = self.first_event_after(position).await?;
        let unread = unread
            .and_then(|event| made_at(event.0))
            .and_then(|at| at.checked_sub(CLOCK_TOLERANCE).ok());
        let end = lowest_id(unread.map_or(before, |unread| unread.min(before)));
        let mut deleted = 0;
        let mut consumer = String::new();
        loop {
            let next: Option<String> = with_connection!(self, |connection| {
                sqlx::query_scalar(sql::NEXT_CONSUMER)
                    .bind(&consumer)
                    .fetch_one(connection)
                    .await?
            });
            let Some(next) = next else {
                return Ok(deleted);
            };
            consumer = next;
            deleted += with_connection!(self, |connection| sqlx::query(sql::PRUNE_INBOX)
                .bind(&consumer)
                .bind(end)
                .bind(before.as_microsecond())
                .bind(limit)
                .execute(connection)
                .await?
                .rows_affected());
        }
    }

    /// Deletes up to `limit` notifications that were read before `before`; returns how many.
    pub async fn prune_notifications(
        &mut self,
        before: Timestamp,
        limit: i64,
    ) -> Result<u64, Error> {
        Ok(with_connection!(self, |connection| sqlx::query(
            sql::PRUNE_NOTIFICATIONS
        )
        .bind(before.as_microsecond())
        .bind(limit)
        .execute(connection)
        .await?
        .rows_affected()))
    }

    /// Deletes the first `limit` changes if they were made before `before`; returns how many. They can no longer be
    /// undone.
    pub async fn prune_changes(&mut self, before: Timestamp, limit: i64) -> Result<u64, Error> {
        let first: Vec<(i64, i64)> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIRST_CHANGES)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        let end = before.as_microsecond();
        let old = first.iter().take_while(|(_, at)| *at < end);
        let Some((through, _)) = old.last() else {
            return Ok(0);
        };
        Ok(with_connection!(self, |connection| sqlx::query(
            sql::PRUNE_CHANGES
        )
        .bind(through)
        .execute(connection)
        .await?
        .rows_affected()))
    }

    /// Forgets the failures of up to `limit` events that failed last before `before`; returns how many.
    pub async fn prune_failures(&mut self, before: Timestamp, limit: i64) -> Result<u64, Error> {
        Ok(with_connection!(self, |connection| sqlx::query(
            sql::PRUNE_FAILURES
        )
        .bind(before.as_microsecond())
        .bind(limit)
        .execute(connection)
        .await?
        .rows_affected()))
    }

    /// Deletes up to `limit` deliveries older than `before`, and up to as many that were sent over channels; returns how many.
    pub async fn prune_deliveries(&mut self, before: Timestamp, limit: i64) -> Result<u64, Error> {
        let mut deleted = 0;
        for statement in [sql::PRUNE_DELIVERIES, sql::PRUNE_CHANNEL_DELIVERIES] {
            deleted += with_connection!(self, |connection| sqlx::query(statement)
                .bind(before.as_microsecond())
                .bind(limit)
                .execute(connection)
                .await?
                .rows_affected());
        }
        Ok(deleted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_ordered_by_their_instant() {
        let ids = taskwire_testkit::seeded_ids(1);
        let at: Timestamp = "2026-12-01T09:00:00.5Z".parse().unwrap();
        let millisecond = SignedDuration::from_millis(1);
        assert!(ids.uuid(at - millisecond) < lowest_id(at));
        assert!(ids.uuid(at) >= lowest_id(at));
        assert_eq!(made_at(ids.uuid(at)), Some(at));
        assert_eq!(made_at(Uuid::from_u128(7)), None);
    }
}
