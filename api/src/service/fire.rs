//! What happens because its time has come: reminders, reminders that are told once more, and digests.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use taskwire_domain::contract::FiredReminders;
use taskwire_domain::{EventId, EventKind, Ids, Status, UserId, Via, notify};
use taskwire_store::{Db, DueReminder, NotificationRow, NotificationSettingsRow, Tx};
use taskwire_telemetry::metric;

use super::acting::acting_for;
use super::deliver::{self, Reach};
use super::{Context, Error};

/// Maximum number of reminders fired in one transaction.
pub(crate) const BATCH: u32 = 200;

/// Fires the due reminders of all users, at most [`BATCH`] of them, with their events, in one
/// transaction that also stores the notification and what is sent about it: each fires once, even if a process is killed.
/// Then plans what is told once more, and the digests that are due. Returns the events too.
pub(crate) async fn fire(
    db: &Db,
    ids: &Arc<Ids>,
    now: Timestamp,
) -> Result<(FiredReminders, Vec<EventId>), Error> {
    let mut round = Round {
        ids,
        now,
        reaches: HashMap::new(),
        planned: 0,
        written: Vec::new(),
    };
    let mut tx = db.begin().await?;
    let due = tx.claim_reminders(now, i64::from(BATCH)).await?;
    let mut late = Vec::new();
    for claimed in due {
        let fired;
        (tx, fired) = round.fire(tx, &claimed).await?;
        if fired {
            late.push(now.duration_since(claimed.fire_at));
        }
    }
    for notification in tx.claim_nags(now, i64::from(BATCH)).await? {
        tx = round.tell_again(tx, &notification).await?;
    }
    for settings in tx.due_digests(now, i64::from(BATCH)).await? {
        tx = round.digest(tx, &settings).await?;
    }
    let next = [
        tx.next_reminder().await?,
        tx.next_nag().await?,
        tx.next_digest().await?,
    ];
    let next_at = next.into_iter().flatten().min();
    tx.commit().await?;
    let lateness = metrics::histogram!(metric::REMINDER_LATENESS);
    for late in &late {
        lateness.record(late.as_secs_f64());
    }
    let fired = FiredReminders {
        fired: u32::try_from(late.len()).unwrap_or(u32::MAX),
        next_at,
        deliveries: round.planned,
    };
    Ok((fired, round.written))
}

/// One round of firing, which reads once how each person is reached.
struct Round<'a> {
    ids: &'a Arc<Ids>,
    now: Timestamp,
    reaches: HashMap<UserId, Reach>,
    /// How many deliveries were planned.
    planned: u32,
    written: Vec<EventId>,
}

impl Round<'_> {
    /// A context for a user, who may be gone.
    async fn context(
        &mut self,
        mut tx: Tx,
        owner: UserId,
    ) -> Result<Result<(Context, Reach), Tx>, Error> {
        let Some(user) = tx.find_user(owner).await? else {
            return Ok(Err(tx));
        };
        let reach = if let Some(known) = self.reaches.get(&owner) {
            known.clone()
        } else {
            let reach = Reach::of(&mut tx, owner).await?;
            self.reaches.insert(owner, reach.clone());
            reach
        };
        let by = (Via::Consumer, "taskwire-reminder");
        Ok(Ok((acting_for(&user, tx, self.ids, self.now, by), reach)))
    }

    async fn fire(&mut self, tx: Tx, claimed: &DueReminder) -> Result<(Tx, bool), Error> {
        let (mut context, reach) = match self.context(tx, claimed.owner).await? {
            Ok(found) => found,
            Err(tx) => return Ok((tx, false)),
        };
        let task = context.tx.find_task(context.owner, claimed.task).await?;
        let found = task.and_then(|task| {
            let reminder = task.reminders.iter().find(|own| own.id == claimed.id);
            reminder.copied().map(|reminder| (task, reminder))
        });
        let Some((task, reminder)) = found else {
            return Ok((context.tx, false));
        };
        let id = context.ids.next(self.now);
        context
            .tx
            .insert_notification(&NotificationRow {
                id,
                owner: context.owner,
                task: task.id,
                reminder: reminder.id,
                fire_at: claimed.fire_at,
                created_at: self.now,
                read_at: None,
                ended_at: None,
                nag_at: reach.next_nag(self.now, 0),
                nags: 0,
            })
            .await?;
        self.planned += deliver::plan(&mut context, &reach, (id, 0), &task).await?;
        context
            .record_reminder(EventKind::ReminderDue, &task, &reminder)
            .await?;
        self.written.append(&mut context.written);
        Ok((context.tx, true))
    }

    async fn tell_again(&mut self, tx: Tx, notification: &NotificationRow) -> Result<Tx, Error> {
        let (mut context, reach) = match self.context(tx, notification.owner).await? {
            Ok(found) => found,
            Err(tx) => return Ok(tx),
        };
        let task = context
            .tx
            .find_task(context.owner, notification.task)
            .await?;
        let Some(task) = task.filter(|task| task.status == Status::Open) else {
            return Ok(context.tx);
        };
        let round = (notification.id, notification.nags);
        self.planned += deliver::plan(&mut context, &reach, round, &task).await?;
        if let Some(at) = reach.next_nag(self.now, notification.nags) {
            context
                .tx
                .set_nag(context.owner, notification.id, at)
                .await?;
        }
        Ok(context.tx)
    }

    async fn digest(&mut self, tx: Tx, settings: &NotificationSettingsRow) -> Result<Tx, Error> {
        let (mut context, reach) = match self.context(tx, settings.owner).await? {
            Ok(found) => found,
            Err(tx) => return Ok(tx),
        };
        let day = self
            .now
            .to_zoned_datetime(context.zone.rules().clone())
            .date();
        self.planned += deliver::plan_digest(&mut context, &reach, &day.to_string()).await?;
        let next = settings
            .digest_at
            .and_then(|at| notify::next_at(at, self.now, &context.zone));
        context.tx.set_next_digest(context.owner, next).await?;
        Ok(context.tx)
    }
}
