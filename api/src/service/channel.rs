//! The channels over which people are reached.

mod address;

use taskwire_domain::contract::{
    ChannelCreated, ChannelPatch, ChannelSecrets, ChannelView, DeliveryQuery, DeliveryView,
    NewChannel, Page, PushKeys,
};
use taskwire_domain::{ChannelId, ChannelKind, DeliveryId, Invalid, Priority};
use taskwire_store::{ChannelDelivery, ChannelRow};
use url::Url;
use uuid::Uuid;

use self::address::{check_address, check_keys, check_token};
use super::deliver;
use super::draft::collect_err;
use super::task::lock_owner;
use super::{Context, Error, conflict, list, token};
use crate::notify::Notify;
use crate::secret;

/// Maximum number of channels of a user.
const CHANNELS_MAX: usize = 20;
/// Longest time to wait whether a reminder is seen elsewhere: a day.
const WAIT_MAX: i64 = 24 * 60;

/// The owner's channels, oldest first.
pub(crate) async fn all(context: &mut Context) -> Result<Vec<ChannelView>, Error> {
    let rows = context.tx.list_channels(context.owner).await?;
    Ok(rows.iter().map(view).collect())
}

/// A channel of the owner.
pub(crate) async fn get(context: &mut Context, id: ChannelId) -> Result<ChannelView, Error> {
    Ok(view(&find(context, id).await?))
}

/// Adds a channel. An e-mail address is written to at once, so that its owner can prove that it is theirs. A browser
/// that subscribes again has one channel still: it gets the new keys, and is switched on.
pub(crate) async fn create(
    context: &mut Context,
    input: &NewChannel,
    notify: &Notify,
) -> Result<ChannelCreated, Error> {
    let draft = draft(input, notify)?;
    if draft.kind == ChannelKind::Email {
        notify.check_mail().map_err(Error::Conflict)?;
    }
    lock_owner(context).await?;
    let all = context.tx.list_channels(context.owner).await?;
    let same = all
        .iter()
        .find(|own| own.kind == draft.kind && own.address == draft.address);
    match same {
        Some(same) if draft.kind == ChannelKind::WebPush => renew(context, same, draft).await,
        Some(same) => Err(Error::Conflict(
            Invalid::new(
                "/address",
                "channel_exists",
                "There is a channel to this address.",
            )
            .hint(format!(
                "Change that one with PATCH /api/v1/channels/{}.",
                same.id
            )),
        )),
        None if all.len() >= CHANNELS_MAX => Err(conflict(
            "too_many_channels",
            format!("There are {CHANNELS_MAX} channels."),
            "Delete one that is not needed first.",
        )),
        None => insert(context, draft).await,
    }
}

/// A channel that was sent, read and checked.
struct Draft {
    kind: ChannelKind,
    address: String,
    token: Option<String>,
    keys: Option<PushKeys>,
    label: String,
    priority_min: Priority,
    wait_minutes: i64,
}

fn draft(input: &NewChannel, notify: &Notify) -> Result<Draft, Error> {
    let mut refused = Vec::new();
    let kind = collect_err(&mut refused, ChannelKind::parse(&input.kind));
    let address = kind.and_then(|kind| {
        let address = check_address(kind, input.address.trim(), notify);
        collect_err(&mut refused, address)
    });
    let token = kind.and_then(|kind| {
        let token = check_token(kind, input.token.as_deref());
        collect_err(&mut refused, token)
    });
    let keys = kind.and_then(|kind| {
        let keys = check_keys(kind, input.keys.as_ref());
        collect_err(&mut refused, keys)
    });
    let label = match (&input.label, kind) {
        (Some(text), _) => collect_err(&mut refused, token::label(text)).map(ToOwned::to_owned),
        (None, kind) => kind.map(|kind| kind.as_str().to_owned()),
    };
    let priority = input.minimum_priority.as_deref();
    let priority = collect_err(&mut refused, priority.map(minimum).transpose());
    let wait = collect_err(&mut refused, wait(input.wait_minutes.unwrap_or_default()));
    match (kind, address, token, keys, label, priority, wait) {
        (
            Some(kind),
            Some(address),
            Some(token),
            Some(keys),
            Some(label),
            Some(priority),
            Some(wait_minutes),
        ) if refused.is_empty() => Ok(Draft {
            kind,
            address,
            token,
            keys,
            label,
            priority_min: priority.unwrap_or(Priority::None),
            wait_minutes,
        }),
        _ => Err(Error::Invalid(refused)),
    }
}

async fn insert(context: &mut Context, draft: Draft) -> Result<ChannelCreated, Error> {
    let is_webhook = draft.kind == ChannelKind::Webhook;
    let signing_key = is_webhook.then(|| secret::signing_key(&context.ids));
    let secrets = ChannelSecrets {
        token: draft.token,
        signing_key: signing_key.clone(),
        push: draft.keys,
    };
    let row = ChannelRow {
        id: context.ids.next(context.now),
        owner: context.owner,
        kind: draft.kind,
        label: draft.label,
        address: draft.address,
        secrets: stored(&secrets)?,
        priority_min: draft.priority_min,
        wait_minutes: draft.wait_minutes,
        verified_at: (draft.kind != ChannelKind::Email).then_some(context.now),
        disabled_at: None,
        sent_at: None,
        failed: None,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
    };
    context.tx.insert_channel(&row).await?;
    if row.verified_at.is_none() {
        deliver::send_now(context, &row, "verification").await?;
    }
    Ok(ChannelCreated {
        view: view(&row),
        secret: signing_key,
    })
}

/// Gives the channel of a browser its new keys, and switches it on. What its owner has set about it stays.
async fn renew(
    context: &mut Context,
    before: &ChannelRow,
    draft: Draft,
) -> Result<ChannelCreated, Error> {
    let secrets = ChannelSecrets {
        push: draft.keys,
        ..ChannelSecrets::default()
    };
    let mut after = ChannelRow {
        secrets: stored(&secrets)?,
        disabled_at: None,
        ..before.clone()
    };
    if after != *before {
        after.version += 1;
        after.updated_at = context.now;
        context.tx.update_channel(&after).await?;
    }
    Ok(ChannelCreated {
        view: view(&after),
        secret: None,
    })
}

fn stored(secrets: &ChannelSecrets) -> Result<String, Error> {
    serde_json::to_string(secrets).map_err(|error| Error::Internal(error.to_string()))
}

/// Changes what a channel is for. A patch that changes nothing does nothing.
pub(crate) async fn patch(
    context: &mut Context,
    id: ChannelId,
    input: &ChannelPatch,
) -> Result<ChannelView, Error> {
    lock_owner(context).await?;
    let before = find(context, id).await?;
    context.check_version(&before.version.to_string())?;
    let mut refused = Vec::new();
    let label = input.label.as_deref().map(token::label).transpose();
    let label = collect_err(&mut refused, label);
    let priority = input.minimum_priority.as_deref().map(minimum).transpose();
    let priority = collect_err(&mut refused, priority);
    let waiting = collect_err(&mut refused, input.wait_minutes.map(wait).transpose());
    let (Some(label), Some(priority), Some(waiting)) = (label, priority, waiting) else {
        return Err(Error::Invalid(refused));
    };
    let disabled_at = match input.enabled {
        Some(true) => None,
        Some(false) => before.disabled_at.or(Some(context.now)),
        None => before.disabled_at,
    };
    let mut after = ChannelRow {
        label: label.map_or_else(|| before.label.clone(), ToOwned::to_owned),
        priority_min: priority.unwrap_or(before.priority_min),
        wait_minutes: waiting.unwrap_or(before.wait_minutes),
        disabled_at,
        ..before.clone()
    };
    if after == before {
        return Ok(view(&before));
    }
    after.version += 1;
    after.updated_at = context.now;
    context.tx.update_channel(&after).await?;
    Ok(view(&after))
}

/// Deletes a channel, with all that was to be sent over it.
pub(crate) async fn delete(context: &mut Context, id: ChannelId) -> Result<(), Error> {
    lock_owner(context).await?;
    let before = find(context, id).await?;
    context.check_version(&before.version.to_string())?;
    context.tx.delete_channel(context.owner, id).await?;
    Ok(())
}

/// Sends a message that shows whether a channel works, or asks once more for proof of its address.
pub(crate) async fn test(context: &mut Context, id: ChannelId) -> Result<DeliveryView, Error> {
    lock_owner(context).await?;
    let channel = find(context, id).await?;
    let kind = match channel.verified_at {
        Some(_) => "test",
        None => "verification",
    };
    let sent = deliver::send_now(context, &channel, kind).await?;
    Ok(delivery(&sent))
}

async fn find(context: &mut Context, id: ChannelId) -> Result<ChannelRow, Error> {
    let found = context.tx.find_channel(context.owner, id).await?;
    found.ok_or_else(|| Error::NotFound("such channel".into()))
}

/// A page of deliveries, newest first.
pub(crate) async fn deliveries(
    context: &mut Context,
    query: &DeliveryQuery,
) -> Result<Page<DeliveryView>, Error> {
    let limit = list::limit(query.limit)?;
    let before = match query.cursor.as_deref() {
        None => DeliveryId(Uuid::max()),
        // A cursor is an id: it reveals nothing to its owner, and gives no access to other users' rows.
        Some(text) => text.parse().map_err(|_| list::bad_cursor())?,
    };
    let mut rows = context
        .tx
        .list_channel_deliveries(context.owner, before, i64::from(limit) + 1)
        .await?;
    Ok(Page {
        next_cursor: list::cut(&mut rows, limit).map(|end| end.id.to_string()),
        items: rows.iter().map(delivery).collect(),
    })
}

/// A delivery as its owner sees it.
pub(crate) fn delivery(row: &ChannelDelivery) -> DeliveryView {
    let is_pending = row.status == "pending";
    DeliveryView {
        id: row.id.0,
        channel: row.channel.0,
        kind: row.kind.clone(),
        notification: row.notification.map(|id| id.0),
        status: row.status.clone(),
        attempts: row.attempts,
        due_at: row.due_at,
        next_attempt_at: is_pending.then_some(row.not_before),
        ended_at: row.ended_at,
        error: row.error.clone(),
    }
}

/// A channel as its owner sees it.
pub(crate) fn view(row: &ChannelRow) -> ChannelView {
    ChannelView {
        id: row.id.0,
        kind: row.kind.as_str().into(),
        label: row.label.clone(),
        address: shown(row.kind, &row.address),
        minimum_priority: row.priority_min.as_str().into(),
        wait_minutes: row.wait_minutes,
        enabled: row.disabled_at.is_none(),
        verified: row.verified_at.is_some(),
        last_sent_at: row.sent_at,
        last_failed_at: row.failed.as_ref().map(|(at, _)| *at),
        last_failure: row.failed.as_ref().map(|(_, why)| why.clone()),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// An address without what must stay secret: whoever has the URL of such a webhook can write to it.
fn shown(kind: ChannelKind, address: &str) -> String {
    let is_secret = matches!(
        kind,
        ChannelKind::WebPush | ChannelKind::Slack | ChannelKind::Discord
    );
    match Url::parse(address) {
        Ok(url) if is_secret => format!("{}/…", url.origin().ascii_serialization()),
        _ => address.to_owned(),
    }
}

fn minimum(text: &str) -> Result<Priority, Invalid> {
    Priority::parse(text).map_err(|why| why.at("/minimum_priority"))
}

fn wait(minutes: i64) -> Result<i64, Invalid> {
    if (0..=WAIT_MAX).contains(&minutes) {
        return Ok(minutes);
    }
    Err(Invalid::new(
        "/wait_minutes",
        "invalid_wait",
        format!("{minutes} minutes is out of range."),
    )
    .hint(format!("Send 0 to {WAIT_MAX}.")))
}
