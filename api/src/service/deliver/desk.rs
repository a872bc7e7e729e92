//! Writes the message of each claimed delivery, or cancels what there is nothing to say about any more.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use jiff::Timestamp;
use taskwire_domain::contract::{ChannelSecrets, DeliveryClaim, DeliveryOrder, Message};
use taskwire_domain::{ChannelId, Ids, Task, UserId, Via};
use taskwire_store::{ChannelDelivery, ChannelRow, Ending, Tx, UserRow};

use crate::service::acting::acting_for;
use crate::service::message::Writer;
use crate::service::{Context, Error};

/// The name of the sender as an actor.
const SENDER: &str = "taskwire-sender";

/// Why nothing is sent over a channel.
const OFF: &str = "The channel is switched off.";
/// Why no digest is sent.
const NOTHING: &str = "There was nothing to tell.";

/// A message, or why there is none.
type Said = Result<Message, &'static str>;

/// Makes orders of claimed deliveries, and reads each channel and user once.
pub(super) struct Desk<'a> {
    ids: &'a Arc<Ids>,
    now: Timestamp,
    writer: Writer<'a>,
    channels: HashMap<ChannelId, Option<ChannelRow>>,
    users: HashMap<UserId, Option<UserRow>>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(ids: &'a Arc<Ids>, now: Timestamp, writer: Writer<'a>) -> Self {
        Self {
            ids,
            now,
            writer,
            channels: HashMap::new(),
            users: HashMap::new(),
        }
    }

    /// The order for deliveries over one channel; none if there is nothing to say any more.
    pub(super) async fn order(
        &mut self,
        mut tx: Tx,
        group: Vec<ChannelDelivery>,
    ) -> Result<(Tx, Option<DeliveryOrder>), Error> {
        let Some(first) = group.first() else {
            return Ok((tx, None));
        };
        let (owner, channel) = (first.owner, first.channel);
        let kind = first.kind.clone();
        if let Entry::Vacant(place) = self.channels.entry(channel) {
            place.insert(tx.find_channel(owner, channel).await?);
        }
        if let Entry::Vacant(place) = self.users.entry(owner) {
            place.insert(tx.find_user(owner).await?);
        }
        let (Some(Some(channel)), Some(Some(user))) =
            (self.channels.get(&channel), self.users.get(&owner))
        else {
            // Its rows are being deleted.
            return Ok((tx, None));
        };
        let mut context = acting_for(user, tx, self.ids, self.now, (Via::Consumer, SENDER));
        let (claims, message) = match kind.as_str() {
            "reminder" => self.reminder(&mut context, channel, &group).await?,
            "notice" => self.notice(&mut context, channel, &group).await?,
            kind => {
                let message = self.other(&mut context, channel, kind).await?;
                (group.iter().map(claim).collect(), message)
            }
        };
        let message = match message {
            Ok(message) => message,
            Err(why) => {
                for row in &group {
                    cancel(&mut context, row, why).await?;
                }
                return Ok((context.tx, None));
            }
        };
        if claims.is_empty() {
            return Ok((context.tx, None));
        }
        let secrets: ChannelSecrets = serde_json::from_str(&channel.secrets)
            .map_err(|error| Error::Internal(error.to_string()))?;
        let order = DeliveryOrder {
            claims,
            owner,
            channel: channel.id.0,
            kind: channel.kind.as_str().into(),
            address: channel.address.clone(),
            secrets,
            authorization: self.writer.authorization(channel, self.now),
            message: Message {
                due_at: group.first().map_or(self.now, |row| row.due_at),
                ..message
            },
        };
        Ok((context.tx, Some(order)))
    }

    async fn other(
        &self,
        context: &mut Context,
        channel: &ChannelRow,
        kind: &str,
    ) -> Result<Said, Error> {
        Ok(match kind {
            "verification" if channel.verified_at.is_none() => {
                Ok(self.writer.verification(context, channel))
            }
            "test" if channel.verified_at.is_some() => Ok(self.writer.test(context, channel)),
            "digest" if channel.is_open() => {
                let digest = self.writer.digest(context, channel).await?;
                digest.ok_or(NOTHING)
            }
            _ => Err(OFF),
        })
    }

    /// The changes among these that were not undone.
    async fn notice(
        &self,
        context: &mut Context,
        channel: &ChannelRow,
        group: &[ChannelDelivery],
    ) -> Result<(Vec<DeliveryClaim>, Said), Error> {
        if !channel.is_open() {
            return Ok((Vec::new(), Err(OFF)));
        }
        let (mut claims, mut changes) = (Vec::new(), Vec::new());
        for row in group {
            let id = row.occasion.strip_prefix("notice:");
            let change = match id.and_then(|id| id.parse().ok()) {
                Some(id) => context.tx.find_change(context.owner, id).await?,
                None => None,
            };
            match change.filter(|change| change.undone_by.is_none()) {
                Some(change) => {
                    claims.push(claim(row));
                    changes.push(change);
                }
                None => cancel(context, row, "It was undone.").await?,
            }
        }
        let message = self.writer.notice(context, channel, &changes);
        Ok((claims, Ok(message)))
    }

    /// The reminders among these that there is still something to say about.
    async fn reminder(
        &self,
        context: &mut Context,
        channel: &ChannelRow,
        group: &[ChannelDelivery],
    ) -> Result<(Vec<DeliveryClaim>, Said), Error> {
        if !channel.is_open() {
            return Ok((Vec::new(), Err(OFF)));
        }
        let (mut claims, mut tasks) = (Vec::new(), Vec::<Task>::new());
        for row in group {
            let notification = match row.notification {
                Some(id) => context.tx.find_notification(context.owner, id).await?,
                None => None,
            };
            let Some(notification) = notification.filter(|known| known.ended_at.is_none()) else {
                cancel(context, row, "There was nothing more to say.").await?;
                continue;
            };
            let waited = channel.wait_minutes > 0 && row.occasion.ends_with(":0");
            if waited && notification.read_at.is_some() {
                cancel(context, row, "It was seen elsewhere.").await?;
                continue;
            }
            let task = context
                .tx
                .find_task(context.owner, notification.task)
                .await?;
            let Some(task) = task else {
                cancel(context, row, "The task was deleted.").await?;
                continue;
            };
            claims.push(claim(row));
            if !tasks.iter().any(|known| known.id == task.id) {
                tasks.push(task);
            }
        }
        let message = self.writer.reminder(context, channel, &tasks);
        Ok((claims, Ok(message)))
    }
}

fn claim(row: &ChannelDelivery) -> DeliveryClaim {
    DeliveryClaim {
        id: row.id.0,
        attempt: row.attempts,
    }
}

async fn cancel(context: &mut Context, row: &ChannelDelivery, why: &str) -> Result<(), Error> {
    let ending = Ending {
        status: "cancelled",
        error: Some(why),
        at: context.now,
    };
    context
        .tx
        .end_channel_delivery(row.owner, row.id, row.attempts, ending)
        .await?;
    Ok(())
}
