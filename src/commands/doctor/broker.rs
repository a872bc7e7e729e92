//! The sidecar and what it has loaded, the relay, the consumers and what they gave up.

use jiff::SignedDuration;
use taskwire_consumers::Consumer;
use taskwire_domain::EventId;
use taskwire_messaging::dapr::{Metadata, Sidecar, SidecarError, dead_letter_topic};
use taskwire_store::{Db, Error, RELAY};

use super::report::Finding;

/// How long an event may wait for the relay before somebody should look.
const RELAY_LAG: SignedDuration = SignedDuration::from_mins(1);
/// How many events a consumer may be behind.
const CONSUMER_LAG: i64 = 1000;
/// The app ids of consumers begin with this.
const APP_PREFIX: &str = "task-";

/// What the sidecar should have loaded.
pub(super) struct Expected<'a> {
    /// Where it is, for people.
    pub(super) place: String,
    /// The pub/sub component, if events go over it.
    pub(super) pubsub: Option<&'a str>,
    /// The state store, if the chat keeps its turns there.
    pub(super) state: Option<&'a str>,
}

impl Expected<'_> {
    fn is_needed(&self) -> bool {
        self.pubsub.is_some() || self.state.is_some()
    }
}

/// Findings about the sidecar, one per line.
pub(super) async fn sidecar(
    sidecar: &Sidecar,
    expected: &Expected<'_>,
) -> Vec<(&'static str, Finding)> {
    let place = &expected.place;
    let metadata = match sidecar.metadata().await {
        Ok(metadata) => metadata,
        Err(SidecarError::Unreachable { .. }) if !expected.is_needed() => {
            let why = format!("none at {place}; nothing here needs one");
            return vec![("sidecar", Finding::absent(why))];
        }
        Err(error) => {
            let remedy = match &error {
                SidecarError::Refused { status, .. } if status.as_u16() == 401 => {
                    "Set --dapr-api-token (DAPR_API_TOKEN) to the token that daprd was started with"
                }
                _ => "Start daprd, or set DAPR_HTTP_PORT; docs/runbooks/sidecar-missing.md",
            };
            return vec![("sidecar", Finding::fail(error.to_string(), remedy))];
        }
    };
    let text = format!(
        "{place}: Dapr {}, app {}",
        metadata.version, metadata.app_id
    );
    let own = match sidecar.check().await {
        Ok(()) => Finding::ok(text),
        Err(_) => Finding::fail(
            format!("{text}; it is not ready"),
            "Its log says which component cannot be loaded",
        ),
    };
    vec![
        ("sidecar", own),
        ("pub/sub", component(&metadata, "pubsub", expected.pubsub)),
        ("state store", component(&metadata, "state", expected.state)),
        ("secret store", component(&metadata, "secretstores", None)),
        ("subscriptions", subscriptions(&metadata)),
    ]
}

/// Whether the component of this name is loaded, or which of this kind are.
fn component(metadata: &Metadata, kind: &str, name: Option<&str>) -> Finding {
    let of_kind: Vec<String> = metadata
        .of_kind(kind)
        .map(|one| format!("{} ({})", one.name, one.kind))
        .collect();
    let all = if of_kind.is_empty() {
        "none".to_owned()
    } else {
        of_kind.join(", ")
    };
    let Some(name) = name else {
        return if of_kind.is_empty() {
            Finding::absent("none is loaded, and none is configured here")
        } else {
            Finding::ok(all)
        };
    };
    if metadata.of_kind(kind).any(|one| one.name == name) {
        Finding::ok(all)
    } else {
        Finding::fail(
            format!("{name} is not loaded; {all} is"),
            format!(
                "Add the component to the sidecar's resources, with {} in its scopes; dapr/README.md",
                metadata.app_id
            ),
        )
    }
}

/// Whether a consumer's topics are delivered, and whether what it gives up is kept.
fn subscriptions(metadata: &Metadata) -> Finding {
    let name = metadata.app_id.strip_prefix(APP_PREFIX);
    let Some(consumer) = name.and_then(Consumer::parse) else {
        return match metadata.subscriptions.len() {
            0 => Finding::absent(format!("none, and {} needs none", metadata.app_id)),
            count => Finding::ok(format!("{count} of {}", metadata.app_id)),
        };
    };
    let mut missing = Vec::new();
    let mut found = Vec::new();
    for &topic in consumer.topics() {
        let dead_letters = dead_letter_topic(topic, consumer.as_str());
        let of = |name: &str| metadata.subscriptions.iter().find(|one| one.topic == name);
        match of(topic.as_str()) {
            Some(one) if one.dead_letter_topic == dead_letters => {
                found.push(format!("{topic} with dead letters in {dead_letters}"));
            }
            Some(_) => missing.push(format!("{topic} is not given up to {dead_letters}")),
            None => missing.push(format!("{topic} is not delivered")),
        }
        if of(&dead_letters).is_none() {
            missing.push(format!("{dead_letters} is not delivered"));
        }
    }
    if missing.is_empty() {
        Finding::ok(found.join(", "))
    } else {
        Finding::fail(
            missing.join(", "),
            "The sidecar asks the consumer at its start, and delivers once that is healthy; restart both, and look at their logs",
        )
    }
}

/// How far the relay is, and who runs it.
pub(super) async fn relay(db: &Db, now: jiff::Timestamp) -> Finding {
    match try_relay(db, now).await {
        Ok(finding) => finding,
        Err(error) => Finding::bad(error.to_string()),
    }
}

async fn try_relay(db: &Db, now: jiff::Timestamp) -> Result<Finding, Error> {
    let mut tx = db.read().await?;
    let holder = tx.lease_holder(RELAY).await?;
    let positions = tx.consumer_positions().await?;
    let position = positions.iter().find(|(name, _)| name == RELAY);
    let Some((_, position)) = position else {
        return Ok(match holder {
            Some(holder) => Finding::ok(format!("{holder} begins")),
            None => Finding::absent("none has run on this database"),
        });
    };
    let end = tx.end_of_events().await?;
    let oldest = tx.first_event_after(*position).await?;
    let age = oldest.and_then(created_at).map(|at| now.duration_since(at));
    let age = age.unwrap_or_default().max(SignedDuration::ZERO);
    let behind = end - position;
    let who = holder.as_deref().unwrap_or("nobody");
    let text = format!(
        "{behind} events behind, for {} s; run by {who}",
        age.as_secs()
    );
    Ok(match (holder.is_some(), age > RELAY_LAG) {
        (true, false) => Finding::ok(text),
        (true, true) => Finding::warn(
            text,
            "The log of that process says why; docs/runbooks/broker-down.md",
        ),
        (false, false) => Finding::absent(text),
        (false, true) => Finding::warn(
            text,
            "Start `taskwire relay`, or `taskwire api --bus dapr`, unless this database has gone back to embedded consumers",
        ),
    })
}

/// When an event was created: its id contains the time.
fn created_at(event: EventId) -> Option<jiff::Timestamp> {
    let (seconds, nanos) = event.0.get_timestamp()?.to_unix();
    jiff::Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
}

/// How far the consumers are that read the log.
pub(super) async fn consumers(db: &Db) -> Finding {
    let read = async {
        let mut tx = db.read().await?;
        let end = tx.end_of_events().await?;
        Ok::<_, Error>((end, tx.consumer_positions().await?))
    };
    let (end, positions) = match read.await {
        Ok(read) => read,
        Err(error) => return Finding::bad(error.to_string()),
    };
    let behind: Vec<_> = positions
        .into_iter()
        .filter(|(name, _)| name != RELAY)
        .map(|(name, position)| (name, end - position))
        .collect();
    if behind.is_empty() {
        return Finding::absent("none reads the log; the broker knows how far those behind it are");
    }
    let text: Vec<String> = behind
        .iter()
        .map(|(name, count)| format!("{name} {count} behind"))
        .collect();
    let text = text.join(", ");
    if behind.iter().any(|(_, count)| *count > CONSUMER_LAG) {
        Finding::warn(text, "See docs/runbooks/backlog-growing.md")
    } else {
        Finding::ok(text)
    }
}

/// What consumers gave up.
pub(super) async fn dead_letters(db: &Db) -> Finding {
    let count = async {
        let mut tx = db.read().await?;
        let mut counts = Vec::new();
        for consumer in Consumer::ALL {
            let count = tx.count_dead_letters(consumer.as_str()).await?;
            if count > 0 {
                counts.push(format!("{count} of {}", consumer.as_str()));
            }
        }
        Ok::<_, Error>(counts)
    };
    match count.await {
        Ok(counts) if counts.is_empty() => Finding::ok("none"),
        Ok(counts) => Finding::warn(
            counts.join(", "),
            "`taskwire deadletter list` says why; docs/runbooks/dead-letters.md",
        ),
        Err(error) => Finding::bad(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use taskwire_messaging::dapr::{Component, Subscribed};

    use super::*;

    fn metadata(app_id: &str, subscriptions: &[(&str, &str)]) -> Metadata {
        let component = |name: &str, kind: &str| Component {
            name: name.into(),
            kind: kind.into(),
        };
        Metadata {
            app_id: app_id.into(),
            version: "1.18.3".into(),
            components: vec![
                component("taskpubsub", "pubsub.kafka"),
                component("vault", "secretstores.local.file"),
            ],
            subscriptions: subscriptions
                .iter()
                .map(|(topic, dead_letters)| Subscribed {
                    pubsub: "taskpubsub".into(),
                    topic: (*topic).into(),
                    dead_letter_topic: (*dead_letters).into(),
                })
                .collect(),
        }
    }

    fn json(finding: &Finding) -> serde_json::Value {
        serde_json::to_value(finding).unwrap()
    }

    #[test]
    fn a_component_is_found_by_its_kind_and_name() {
        let metadata = metadata("task-api", &[]);
        for (kind, name, status, part) in [
            ("pubsub", Some("taskpubsub"), "ok", "pubsub.kafka"),
            (
                "pubsub",
                Some("other"),
                "fail",
                "other is not loaded; taskpubsub",
            ),
            (
                "state",
                Some("taskstate"),
                "fail",
                "taskstate is not loaded; none is",
            ),
            ("state", None, "absent", "none is loaded"),
            (
                "secretstores",
                None,
                "ok",
                "vault (secretstores.local.file)",
            ),
        ] {
            let found = json(&component(&metadata, kind, name));
            assert_eq!(found["status"], status, "{kind} {name:?}");
            assert!(found["detail"].as_str().unwrap().contains(part), "{found}");
        }
    }

    #[test]
    fn a_consumer_needs_its_topic_and_the_dead_letters_of_it() {
        const DEAD: &str = "task-events.audit.dlq";
        for (subscriptions, missing) in [
            (&[("task-events", DEAD), (DEAD, "")][..], None),
            (
                &[("task-events", ""), (DEAD, "")],
                Some("task-events is not given up to"),
            ),
            (
                &[("task-events", DEAD)],
                Some("task-events.audit.dlq is not delivered"),
            ),
            (&[], Some("task-events is not delivered")),
        ] {
            let found = json(&super::subscriptions(&metadata(
                "task-audit",
                subscriptions,
            )));
            let status = if missing.is_some() { "fail" } else { "ok" };
            assert_eq!(found["status"], status, "{found}");
            let detail = found["detail"].as_str().unwrap();
            assert!(detail.contains(missing.unwrap_or(DEAD)), "{found}");
        }
        let api = json(&super::subscriptions(&metadata("task-api", &[])));
        assert_eq!(api["status"], "absent");
    }
}
