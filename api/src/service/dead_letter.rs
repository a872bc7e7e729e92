//! Events that consumers gave up on, of all users: for operators.

use jiff::Timestamp;
use taskwire_domain::EventId;
use taskwire_domain::contract::{DeadLetterQuery, DeadLetterView, Page};
use taskwire_store::DeadLetter;

use super::{Context, Error, list};

/// A dead letter without its event.
pub fn view(letter: &DeadLetter) -> DeadLetterView {
    DeadLetterView {
        consumer: letter.consumer.clone(),
        event_id: letter.event.0,
        owner: (!letter.owner.0.is_nil()).then_some(letter.owner.0),
        seq: (letter.seq > 0).then_some(letter.seq),
        attempts: letter.attempts,
        error: letter.error.clone(),
        dead_lettered_at: letter.at,
        replay_requested_at: letter.replay_at,
        topic: letter.place.as_ref().map(|place| place.topic.clone()),
        partition: letter.place.as_ref().and_then(|place| place.partition),
        offset: letter.place.as_ref().and_then(|place| place.offset),
        event: None,
    }
}

/// A dead letter with its event; a record that is not an event is shown as it is.
pub fn view_with_event(letter: &DeadLetter) -> DeadLetterView {
    DeadLetterView {
        event: Some(
            serde_json::from_str(&letter.payload).unwrap_or_else(|_| letter.payload.clone().into()),
        ),
        ..view(letter)
    }
}

/// A page of dead letters, oldest first.
pub(crate) async fn page(
    context: &mut Context,
    consumers: &[&'static str],
    query: &DeadLetterQuery,
) -> Result<Page<DeadLetterView>, Error> {
    let limit = list::limit(query.limit)?;
    let names: Vec<_> = consumers.iter().map(|name| (*name, *name)).collect();
    let consumer = query.consumer.as_deref();
    let consumer = consumer
        .map(|name| list::one_of("consumer", name, &names))
        .transpose()?;
    let after = match query.cursor.as_deref() {
        None => None,
        Some(text) => Some(parse_cursor(text).ok_or_else(list::bad_cursor)?),
    };
    let mut letters = context
        .tx
        .dead_letters(consumer, after, i64::from(limit) + 1)
        .await?;
    Ok(Page {
        next_cursor: list::cut(&mut letters, limit)
            .map(|end| format!("{}.{}", end.at.as_microsecond(), end.event)),
        items: letters.iter().map(view).collect(),
    })
}

/// Reads a cursor. It is not signed: whoever may list sees every dead letter.
fn parse_cursor(text: &str) -> Option<(Timestamp, EventId)> {
    let (at, event) = text.split_once('.')?;
    let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
    Some((at, event.parse().ok()?))
}

/// One dead letter.
pub(crate) async fn find(
    context: &mut Context,
    consumer: &str,
    event: EventId,
) -> Result<DeadLetterView, Error> {
    let found = context.tx.find_dead_letter(consumer, event).await?;
    found.as_ref().map(view_with_event).ok_or_else(unknown)
}

/// Asks the consumer to handle a dead letter again.
pub(crate) async fn replay(
    context: &mut Context,
    consumer: &str,
    event: EventId,
) -> Result<DeadLetterView, Error> {
    if !context
        .tx
        .request_replay(consumer, event, context.now)
        .await?
    {
        return Err(unknown());
    }
    find(context, consumer, event).await
}

/// Deletes a dead letter permanently.
pub(crate) async fn discard(
    context: &mut Context,
    consumer: &str,
    event: EventId,
) -> Result<(), Error> {
    if context.tx.remove_dead_letter(consumer, event).await? {
        Ok(())
    } else {
        Err(unknown())
    }
}

fn unknown() -> Error {
    Error::NotFound("such dead letter".into())
}
