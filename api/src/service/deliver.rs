//! What is sent over channels: planned in the transaction in which something happens, claimed by a sender, and marked by
//! what became of it.

mod desk;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::contract::{DeliveryExchange, DeliveryOrders, DeliveryOutcome, SendResult};
use taskwire_domain::{ChannelId, DeliveryId, Ids, Notice, NotificationId, Priority, Task, UserId};
use taskwire_store::{
    ChangeRow, ChannelDelivery, ChannelRow, Db, Ending, NotificationSettingsRow, Tx,
};
use taskwire_telemetry::metric;
use uuid::Uuid;

use self::desk::Desk;
use super::message::Writer;
use super::{Context, Error};

/// How long a sender has for one message, with its wait for others of its channel.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// The pause after the first failure; it doubles with each.
const PAUSE_FIRST: SignedDuration = SignedDuration::from_secs(5);
/// The longest pause, unless the receiver asks for a longer one.
const PAUSE_MAX: SignedDuration = SignedDuration::from_mins(5);
/// The longest pause that a receiver can ask for.
const ASKED_MAX: SignedDuration = SignedDuration::from_hours(1);
/// The pause of a channel that is slow.
const BUSY_PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// How long sending is tried.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(24);
/// The most deliveries that are claimed at once.
const CLAIM_MAX: u32 = 100;

/// How a person is reached.
#[derive(Clone, Debug)]
pub(super) struct Reach {
    pub(super) settings: Option<NotificationSettingsRow>,
    channels: Vec<ChannelRow>,
}

impl Reach {
    pub(super) async fn of(tx: &mut Tx, owner: UserId) -> Result<Self, Error> {
        let mut channels = tx.list_channels(owner).await?;
        channels.retain(ChannelRow::is_open);
        Ok(Self {
            settings: tx.find_notification_settings(owner).await?,
            channels,
        })
    }

    /// The end of the quiet hours in which an instant lies.
    fn quiet_until(&self, context: &Context, at: Timestamp) -> Option<Timestamp> {
        let quiet = self.settings.as_ref()?.quiet?;
        quiet.end_after(at, &context.zone)
    }

    /// When a reminder is told once more that was told `nags` times so.
    pub(super) fn next_nag(&self, now: Timestamp, nags: i64) -> Option<Timestamp> {
        let settings = self.settings.as_ref()?;
        let pause = SignedDuration::from_mins(settings.nag_minutes?);
        (nags < settings.nag_times).then(|| now + pause)
    }
}

/// Plans what is sent about a notification, once over each channel for each round; returns how much.
pub(super) async fn plan(
    context: &mut Context,
    reach: &Reach,
    (notification, round): (NotificationId, i64),
    task: &Task,
) -> Result<u32, Error> {
    let mut planned = 0;
    for channel in &reach.channels {
        if task.priority < channel.priority_min {
            continue;
        }
        let wait = if round == 0 { channel.wait_minutes } else { 0 };
        let due_at = context.now + SignedDuration::from_mins(wait);
        let quiet_until = match task.priority {
            Priority::High => None,
            _ => reach.quiet_until(context, due_at),
        };
        let row = ChannelDelivery {
            notification: Some(notification),
            due_at: quiet_until.unwrap_or(due_at),
            not_before: quiet_until.unwrap_or(due_at),
            quiet_until,
            ..new(
                context,
                channel,
                "reminder",
                format!("reminder:{notification}:{round}"),
            )
        };
        planned += u32::from(context.tx.insert_channel_delivery(&row).await?);
    }
    Ok(planned)
}

/// Plans the digest of a day over every channel; returns how many.
pub(super) async fn plan_digest(
    context: &mut Context,
    reach: &Reach,
    day: &str,
) -> Result<u32, Error> {
    let mut planned = 0;
    for channel in &reach.channels {
        let row = new(context, channel, "digest", format!("digest:{day}"));
        planned += u32::from(context.tx.insert_channel_delivery(&row).await?);
    }
    Ok(planned)
}

/// Plans what is told of a change that a program made, over the channels for all priorities.
pub(super) async fn plan_notice(context: &mut Context, change: &ChangeRow) -> Result<(), Error> {
    let settings = context.tx.find_notification_settings(context.owner).await?;
    let notice = match change.kind.as_str() {
        "complete" => Notice::Completed,
        _ => Notice::Changed,
    };
    if !settings.is_some_and(|settings| settings.notices.contains(&notice)) {
        return Ok(());
    }
    let reach = Reach::of(&mut context.tx, context.owner).await?;
    for channel in &reach.channels {
        if channel.priority_min != Priority::None {
            continue;
        }
        let quiet_until = reach.quiet_until(context, context.now);
        let row = ChannelDelivery {
            not_before: quiet_until.unwrap_or(context.now),
            due_at: quiet_until.unwrap_or(context.now),
            quiet_until,
            ..new(context, channel, "notice", format!("notice:{}", change.id))
        };
        context.tx.insert_channel_delivery(&row).await?;
    }
    Ok(())
}

/// Sends a message that its owner asked for.
pub(super) async fn send_now(
    context: &mut Context,
    channel: &ChannelRow,
    kind: &str,
) -> Result<ChannelDelivery, Error> {
    let id: DeliveryId = context.ids.next(context.now);
    let row = ChannelDelivery {
        id,
        ..new(context, channel, kind, format!("{kind}:{id}"))
    };
    context.tx.insert_channel_delivery(&row).await?;
    Ok(row)
}

fn new(context: &Context, channel: &ChannelRow, kind: &str, occasion: String) -> ChannelDelivery {
    ChannelDelivery {
        id: context.ids.next(context.now),
        owner: context.owner,
        channel: channel.id,
        kind: kind.into(),
        occasion,
        notification: None,
        due_at: context.now,
        not_before: context.now,
        quiet_until: None,
        attempts: 0,
        status: "pending".into(),
        error: None,
        ended_at: None,
    }
}

/// Notes what became of earlier orders, and claims new ones, in one transaction.
pub(crate) async fn exchange(
    db: &Db,
    ids: &Arc<Ids>,
    now: Timestamp,
    writer: Writer<'_>,
    input: &DeliveryExchange,
) -> Result<DeliveryOrders, Error> {
    let mut tx = db.begin().await?;
    let mut channels = BTreeMap::new();
    for outcome in &input.outcomes {
        settle(&mut tx, ids, now, outcome, &mut channels).await?;
    }
    // Each channel once, and in the same order in every process: two that note the same channels do not lock each other out.
    for ((owner, channel), news) in channels {
        note(&mut tx, now, (UserId(owner), ChannelId(channel)), news).await?;
    }
    let limit = i64::from(input.limit.min(CLAIM_MAX));
    let claimed = match limit {
        0 => Vec::new(),
        limit => tx.claim_channel_deliveries(now, now + LEASE, limit).await?,
    };
    let mut desk = Desk::new(ids, now, writer);
    let mut orders = Vec::new();
    for group in merged(claimed) {
        let order;
        (tx, order) = desk.order(tx, group).await?;
        orders.extend(order);
    }
    let next_at = tx.next_channel_delivery().await?;
    tx.commit().await?;
    Ok(DeliveryOrders { orders, next_at })
}

/// What waited for the end of the same quiet hours goes into one message.
fn merged(claimed: Vec<ChannelDelivery>) -> Vec<Vec<ChannelDelivery>> {
    let mut groups: Vec<Vec<ChannelDelivery>> = Vec::new();
    for row in claimed {
        let same = groups.iter_mut().find(|group| {
            row.quiet_until.is_some()
                && group.first().is_some_and(|first| {
                    first.channel == row.channel
                        && first.kind == row.kind
                        && first.quiet_until == row.quiet_until
                })
        });
        match same {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

async fn settle(
    tx: &mut Tx,
    ids: &Ids,
    now: Timestamp,
    outcome: &DeliveryOutcome,
    channels: &mut BTreeMap<(Uuid, Uuid), News>,
) -> Result<(), Error> {
    for claim in &outcome.claims {
        let (owner, id) = (outcome.owner, DeliveryId(claim.id));
        let Some(row) = tx.find_channel_delivery(owner, id).await? else {
            continue;
        };
        let Some(channel) = tx.find_channel(owner, row.channel).await? else {
            continue;
        };
        let news = channels.entry((owner.0, row.channel.0)).or_default();
        let end = |status, error, at| Ending { status, error, at };
        let result = match &outcome.result {
            SendResult::Sent { at } => {
                let ending = end("sent", None, *at);
                if tx
                    .end_channel_delivery(owner, id, claim.attempt, ending)
                    .await?
                {
                    news.sent_at = news.sent_at.max(Some(*at));
                    let late = at.duration_since(row.due_at).as_secs_f64().max(0.0);
                    metrics::histogram!(metric::CHANNEL_LATENESS, "taskwire_channel" => channel.kind.as_str())
                        .record(late);
                }
                "sent"
            }
            SendResult::Retry {
                reason,
                after_seconds,
            } if now.duration_since(row.due_at) < GIVE_UP => {
                let until = now + pause(ids, claim.attempt, *after_seconds);
                let is_last = tx
                    .retry_channel_delivery(owner, id, claim.attempt, until, reason)
                    .await?;
                if is_last {
                    news.delay_until = news.delay_until.max(Some(until));
                    news.failure = Some(reason.clone());
                }
                "retry"
            }
            SendResult::Busy => {
                let until = now + BUSY_PAUSE;
                tx.release_channel_delivery(owner, id, claim.attempt, until)
                    .await?;
                news.delay_until = news.delay_until.max(Some(until));
                "busy"
            }
            SendResult::Retry { reason, .. }
            | SendResult::Failed { reason }
            | SendResult::Gone { reason } => {
                let ending = end("failed", Some(reason.as_str()), now);
                if tx
                    .end_channel_delivery(owner, id, claim.attempt, ending)
                    .await?
                {
                    news.failure = Some(reason.clone());
                    news.is_gone |= matches!(outcome.result, SendResult::Gone { .. });
                }
                "failed"
            }
        };
        metrics::counter!(metric::CHANNEL_DELIVERIES, "taskwire_channel" => channel.kind.as_str(), "taskwire_outcome" => result)
            .increment(1);
    }
    Ok(())
}

/// What the outcomes of deliveries say about a channel.
#[derive(Default)]
struct News {
    sent_at: Option<Timestamp>,
    failure: Option<String>,
    delay_until: Option<Timestamp>,
    is_gone: bool,
}

async fn note(
    tx: &mut Tx,
    now: Timestamp,
    (owner, channel): (UserId, ChannelId),
    news: News,
) -> Result<(), Error> {
    if let Some(at) = news.sent_at {
        tx.channel_sent(owner, channel, at).await?;
    }
    if let Some(reason) = &news.failure {
        tx.channel_failed(owner, channel, now, reason).await?;
    }
    if let Some(until) = news.delay_until {
        tx.delay_channel(owner, channel, now, until).await?;
    }
    if news.is_gone {
        tx.disable_channel(owner, channel, now).await?;
    }
    Ok(())
}

/// How long to wait after a failed attempt: longer each time, at random so that not all try at once, and at least as long
/// as the receiver asks.
fn pause(ids: &Ids, attempt: i64, asked_seconds: Option<i64>) -> SignedDuration {
    let doublings = u32::try_from(attempt - 1).unwrap_or_default().min(10);
    let full = PAUSE_FIRST.saturating_mul(1 << doublings).min(PAUSE_MAX);
    let mut byte = [0];
    ids.fill(&mut byte);
    // Between three quarters of it and the whole.
    let quarter = full / 4;
    let some = quarter.saturating_mul(i32::from(byte[0])) / 255;
    let own = full - quarter + some;
    let asked = SignedDuration::from_secs(asked_seconds.unwrap_or_default()).min(ASKED_MAX);
    own.max(asked)
}
