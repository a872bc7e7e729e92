//! Notifications of browsers: Web Push (RFC 8030), encrypted for the browser (RFC 8291).
//!
//! The payload has the form of declarative web push: a browser that knows it shows it by itself, others by the page's service
//! worker.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use taskwire_domain::contract::{DeliveryOrder, Message, PushKeys, SendResult};
use uuid::Uuid;
use web_push_native::p256::PublicKey;
use web_push_native::{Auth, encrypt};

use super::outcome::failed;
use super::text::cut;

/// How long a push service keeps a message for a browser that is off: a day, in seconds.
const TTL_SECONDS: u32 = 24 * 60 * 60;
/// Longest title, in characters.
const TITLE_MAX: usize = 200;
/// Longest text, in characters. With the title, and at most four bytes for each, it leaves room for links in the 3,993
/// bytes that a push service has to accept (RFC 8291, section 4).
const BODY_MAX: usize = 400;
/// The number that says that a message is a notification in itself.
const DECLARATIVE: u32 = 8030;

pub(super) fn request(
    http: &Client,
    id: Uuid,
    order: &DeliveryOrder,
) -> Result<RequestBuilder, SendResult> {
    let keys = order.secrets.push.as_ref();
    let sealed = keys.and_then(|keys| seal(&order.message, id, keys));
    let sealed = sealed.ok_or_else(|| failed("The channel has no valid keys.".into()))?;
    let request = http
        .post(&order.address)
        .header(CONTENT_ENCODING, "aes128gcm")
        .header(CONTENT_TYPE, "application/octet-stream")
        .header("TTL", TTL_SECONDS)
        .header(
            "Urgency",
            if order.message.is_urgent {
                "high"
            } else {
                "normal"
            },
        )
        // A repeated attempt replaces the first at the push service.
        .header("Topic", topic(id))
        .body(sealed);
    Ok(match &order.authorization {
        Some(authorization) => request.header(AUTHORIZATION, authorization),
        None => request,
    })
}

/// At most 32 characters of base64url (RFC 8030, section 5.4).
fn topic(id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(id.as_bytes())
}

fn seal(message: &Message, id: Uuid, keys: &PushKeys) -> Option<Vec<u8>> {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let public = PublicKey::from_sec1_bytes(&decode(&keys.p256dh)?).ok()?;
    let auth: [u8; 16] = decode(&keys.auth)?.try_into().ok()?;
    let auth = Auth::from(auth);
    let payload = payload(message, id).to_string();
    encrypt(payload.into_bytes(), &public, &auth).ok()
}

fn payload(message: &Message, id: Uuid) -> Value {
    let actions: Vec<Value> = message
        .actions
        .iter()
        .map(|action| json!({"action": action.name, "title": action.title, "navigate": action.url}))
        .collect();
    let tasks = message.tasks.iter();
    let tasks: Vec<i64> = tasks.map(|task| task.number).collect();
    // One notification for each task, so that what is told again replaces what was told.
    let tag = match tasks.as_slice() {
        [task] => format!("task-{task}"),
        _ => format!("message-{id}"),
    };
    let navigate = message.url.as_deref().unwrap_or("/");
    json!({
        "web_push": DECLARATIVE,
        "notification": {
            "title": cut(&message.title, TITLE_MAX),
            "body": cut(&message.lines.join("\n"), BODY_MAX),
            "lang": "en",
            "tag": tag,
            "navigate": navigate,
            "actions": actions,
            "data": {"kind": message.kind, "id": id, "task": tasks.first().filter(|_| tasks.len() == 1)},
        },
    })
}
