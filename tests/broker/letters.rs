//! Records on the broker that are not events, or not known to this version.

use reqwest::Method;
use serde_json::{Value, json};
use taskwire_parts::AppId;
use taskwire_store::DeadLetter;

use crate::world::World;

/// A CloudEvent of this type with this payload.
fn event(id: u32, kind: &str, data: &Value) -> String {
    let id = format!("00000000-0000-4000-8000-{id:012}");
    json!({
        "specversion": "1.0", "id": id, "source": "/taskwire", "type": kind, "subject": id,
        "time": "2031-01-01T00:00:00Z", "datacontenttype": "application/json", "partitionkey": id,
        "taskwireowner": id, "sequence": "00000000000000000001", "data": data,
    })
    .to_string()
}

/// Anybody on the machine can reach a consumer's port; only its sidecar knows the token.
pub(crate) async fn a_forged_event_is_refused(world: &World) {
    let audit = world.cluster.apps(AppId::Audit).next().unwrap();
    let url = format!("{}/events/task-events", audit.url());
    let forged = event(1, "task.created.v1", &json!({}));
    for token in [None, Some("a guess"), Some("")] {
        let mut request = world.rest.http.request(Method::POST, &url);
        if let Some(token) = token {
            request = request.header("dapr-api-token", token);
        }
        let answer = request.body(forged.clone()).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{token:?}");
    }
    let log = audit.process.log();
    let refusals = log.matches("Refused a request without the app's token");
    assert_eq!(refusals.count(), 3, "{log}");
}

/// Each is stored with its reason, and later records are handled.
pub(crate) async fn an_event_that_cannot_be_handled_is_dead_lettered(world: &World) {
    let records = [
        ("this is not JSON".to_owned(), "not JSON"),
        (
            json!({"specversion": "1.0", "id": "1", "source": "x", "type": "y"}).to_string(),
            "attribute `id` is not a UUID",
        ),
        (
            event(2, "task.archived.v1", &json!({"archive": "attic"})),
            "a type that this version does not know",
        ),
        (
            event(3, "task.created.v1", &json!({"schema_version": 2})),
            "schema version 2",
        ),
    ];
    for (record, _) in &records {
        world.put("task-events", record.clone()).await;
    }
    let after = world.create("what comes after").await;
    world.audited(&after).await;

    let letters = world.dead_letters(records.len()).await;
    assert_eq!(letters.len(), records.len(), "{letters:#?}");
    for (record, reason) in &records {
        let is_it = |letter: &&DeadLetter| letter.error.contains(reason);
        let letter = letters.iter().find(is_it);
        let letter = letter.unwrap_or_else(|| panic!("no {reason:?} in {letters:#?}"));
        assert_eq!(letter.consumer, "audit");
        let kept: Option<Value> = serde_json::from_str(&letter.payload).ok();
        match serde_json::from_str::<Value>(record).ok() {
            // The sidecar adds its own attributes.
            Some(sent) => assert_eq!(kept.unwrap()["id"], sent["id"]),
            None => assert_eq!(&letter.payload, record),
        }
    }
}
