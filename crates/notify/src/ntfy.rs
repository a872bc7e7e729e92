//! Messages to a topic of an ntfy server, published as JSON (docs.ntfy.sh/publish/#publish-as-json).

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use taskwire_domain::contract::{DeliveryOrder, SendResult};
use url::Url;

use super::outcome::failed;

/// The most buttons that ntfy shows.
const ACTIONS_MAX: usize = 3;

pub(super) fn request(http: &Client, order: &DeliveryOrder) -> Result<RequestBuilder, SendResult> {
    let wrong = || failed("The address is not that of a topic.".into());
    let mut server = Url::parse(&order.address).map_err(|_| wrong())?;
    let topic = {
        let segments = server.path_segments().ok_or_else(wrong)?;
        let topic = segments.rev().find(|segment| !segment.is_empty());
        topic.ok_or_else(wrong)?.to_owned()
    };
    if let Ok(mut segments) = server.path_segments_mut() {
        // The server itself is addressed, and the topic named in the message.
        segments.pop_if_empty().pop();
    }
    let message = &order.message;
    let actions: Vec<Value> = message
        .actions
        .iter()
        .take(ACTIONS_MAX)
        .map(|action| json!({"action": "view", "label": action.title, "url": action.url}))
        .collect();
    let text = if message.lines.is_empty() {
        message.title.clone()
    } else {
        message.lines.join("\n")
    };
    let mut body = json!({
        "topic": topic,
        "title": message.title,
        "message": text,
        "priority": if message.is_urgent { 4 } else { 3 },
        "actions": actions,
    });
    if let (Some(url), Some(fields)) = (&message.url, body.as_object_mut()) {
        fields.insert("click".into(), json!(url));
    }
    let request = http.post(server).json(&body);
    Ok(match &order.secrets.token {
        Some(token) => request.bearer_auth(token),
        None => request,
    })
}
