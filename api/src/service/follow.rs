//! Doing what a link in a message says. Doing it twice has the same result.

use std::sync::Arc;

use jiff::Timestamp;
use taskwire_domain::contract::{CompleteTask, SnoozeTask};
use taskwire_domain::{Ids, Status, TaskRef, Via};
use taskwire_store::{Db, Tx};

use super::acting::{LINK, acting_for};
use super::{Context, Error, change, task};
use crate::action_link::{Action, ActionLink};

/// What became of a link.
#[derive(Debug)]
pub(crate) enum Followed {
    /// What is now so, in a sentence.
    Done(String),
    /// What it is about no longer exists.
    Gone,
}

/// What a link is about, in a line; none if it no longer exists.
pub(crate) async fn about(tx: &mut Tx, link: ActionLink) -> Result<Option<String>, Error> {
    if tx.find_user(link.user).await?.is_none() {
        return Ok(None);
    }
    Ok(match link.action {
        Action::Complete { task } | Action::Snooze { task, .. } => {
            let task = tx.find_task(link.user, task).await?;
            task.map(|task| format!("{}. {}", task.number, task.title))
        }
        Action::Verify { channel } | Action::Disable { channel } => {
            let channel = tx.find_channel(link.user, channel).await?;
            channel.map(|channel| channel.label)
        }
    })
}

/// Does what a link says, in one transaction.
pub(crate) async fn follow(
    db: &Db,
    ids: &Arc<Ids>,
    now: Timestamp,
    link: ActionLink,
) -> Result<Followed, Error> {
    let mut tx = db.begin().await?;
    tx.set_changed_by(Via::Rest.into());
    let Some(user) = tx.find_user(link.user).await? else {
        return Ok(Followed::Gone);
    };
    let mut context = acting_for(&user, tx, ids, now, (Via::Rest, LINK));
    let followed = match carry_out(&mut context, link.action).await {
        Err(Error::NotFound(_)) => return Ok(Followed::Gone),
        followed => followed?,
    };
    change::store(&mut context).await?;
    context.tx.commit().await?;
    Ok(followed)
}

async fn carry_out(context: &mut Context, action: Action) -> Result<Followed, Error> {
    let said = match action {
        Action::Complete { task } => {
            let reference = TaskRef::Id(task);
            let found = task::find(context, reference).await?;
            match found.status {
                Status::Open => {
                    task::complete(context, reference, &CompleteTask::default()).await?;
                    format!("“{}” is completed.", found.title)
                }
                other => format!("“{}” was already {}.", found.title, other.as_str()),
            }
        }
        Action::Snooze { task, minutes } => {
            let reference = TaskRef::Id(task);
            let found = task::find(context, reference).await?;
            if found.status == Status::Open {
                let body = SnoozeTask {
                    minutes: Some(minutes),
                    until: None,
                };
                task::snooze(context, reference, &body).await?;
                format!(
                    "You will be reminded of “{}” in {minutes} minutes.",
                    found.title
                )
            } else {
                format!("“{}” is {} by now.", found.title, found.status.as_str())
            }
        }
        Action::Verify { channel } => {
            let (owner, now) = (context.owner, context.now);
            let Some(found) = context.tx.find_channel(owner, channel).await? else {
                return Ok(Followed::Gone);
            };
            context.tx.verify_channel(owner, channel, now).await?;
            format!("Reminders are now sent to {}.", found.address)
        }
        Action::Disable { channel } => {
            let (owner, now) = (context.owner, context.now);
            let Some(found) = context.tx.find_channel(owner, channel).await? else {
                return Ok(Followed::Gone);
            };
            context.tx.disable_channel(owner, channel, now).await?;
            format!(
                "Nothing more is sent over “{}”. Switch it on again in the settings.",
                found.label
            )
        }
    };
    Ok(Followed::Done(said))
}
