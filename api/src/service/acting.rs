//! The context of what this installation does for a person without a request of theirs.

use std::sync::Arc;

use jiff::Timestamp;
use taskwire_domain::{Actor, Ids, Via};
use taskwire_store::{Tx, UserRow};

use super::precondition::Precondition;
use super::recorded::Recorded;
use super::{Context, MayDelete};

/// The name of links in messages as an actor.
pub(super) const LINK: &str = "taskwire-link";

/// A context in which a part of this installation acts for a user.
pub(crate) fn acting_for(
    user: &UserRow,
    tx: Tx,
    ids: &Arc<Ids>,
    now: Timestamp,
    (via, client): (Via, &str),
) -> Context {
    Context {
        tx,
        owner: user.id,
        zone: user.zone.clone(),
        week_start: user.week_start,
        date_order: user.date_order,
        day_start: user.preferences.day_start,
        // Nothing is created.
        default_reminder: None,
        actor: Actor {
            user: user.id,
            token: None,
            via,
            client: Some(client.into()),
            chat_turn: None,
            tool_call: None,
        },
        precondition: Precondition::default(),
        // The clock asked for it, not a request.
        traceparent: None,
        now,
        change: ids.next(now),
        ids: Arc::clone(ids),
        written: Vec::new(),
        stale: None,
        recorded: Recorded::default(),
        may_delete: MayDelete::Yes,
    }
}
