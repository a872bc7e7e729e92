//! Webhooks, signed as Standard Webhooks says (standardwebhooks.com, specification 1.0.0).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder};
use serde_json::json;
use sha2::Sha256;
use taskwire_domain::contract::{DeliveryOrder, SendResult};
use uuid::Uuid;

use super::outcome::failed;

/// The prefix of a key in its written form.
const PREFIX: &str = "whsec_";

pub(super) fn request(
    http: &Client,
    id: Uuid,
    order: &DeliveryOrder,
    now: Timestamp,
) -> Result<RequestBuilder, SendResult> {
    let message = &order.message;
    let kind = match message.kind.as_str() {
        "reminder" => "reminder.due",
        other => other,
    };
    let body = json!({
        "type": kind,
        "timestamp": message.due_at,
        "data": {
            "title": message.title,
            "lines": message.lines,
            "urgent": message.is_urgent,
            "url": message.url,
            "actions": message.actions,
            "tasks": message.tasks,
        },
    })
    .to_string();
    let (id, seconds) = (format!("msg_{id}"), now.as_second());
    let key = order.secrets.signing_key.as_deref();
    let signature = key
        .and_then(|key| sign(key, &format!("{id}.{seconds}.{body}")))
        .ok_or_else(|| failed("The channel has no signing key.".into()))?;
    Ok(http
        .post(&order.address)
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds.to_string())
        .header("webhook-signature", signature)
        .body(body))
}

/// The signature of a text, with its version.
fn sign(key: &str, text: &str) -> Option<String> {
    let key = STANDARD.decode(key.strip_prefix(PREFIX)?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(text.as_bytes());
    Some(format!(
        "v1,{}",
        STANDARD.encode(mac.finalize().into_bytes())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_signed_as_the_specification_shows() {
        let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let text = r#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#;
        assert_eq!(
            sign(key, text).as_deref(),
            Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        );
        assert_eq!(sign("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", text), None);
    }
}
