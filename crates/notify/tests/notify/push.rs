//! Web push, read as a browser reads it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use taskwire_domain::contract::{DeliveryOrder, PushKeys, SendResult};
use web_push_native::p256::SecretKey;
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint;
use web_push_native::{Auth, decrypt};

use crate::support::{Receiver, is_sent, order, send, sender};

const AUTH: [u8; 16] = [7; 16];

/// A browser's subscription at an endpoint.
fn subscribed(endpoint: &str) -> (SecretKey, DeliveryOrder) {
    let secret = SecretKey::from_slice(&[9; 32]).unwrap();
    let point = secret.public_key().to_encoded_point(false);
    let mut order = order("web_push", endpoint);
    order.secrets.push = Some(PushKeys {
        p256dh: URL_SAFE_NO_PAD.encode(point.as_bytes()),
        auth: URL_SAFE_NO_PAD.encode(AUTH),
    });
    order.authorization = Some("vapid t=token, k=key".into());
    (secret, order)
}

fn read(secret: &SecretKey, sealed: &[u8]) -> Value {
    let plain = decrypt(sealed.to_vec(), secret, &Auth::from(AUTH)).unwrap();
    serde_json::from_slice(&plain).unwrap()
}

#[tokio::test]
async fn a_browser_can_read_what_its_push_service_cannot() {
    let service = Receiver::start().await;
    service.answers(201, &[]);
    let (secret, mut order) = subscribed(&format!("{}/send/abc", service.base));
    assert!(is_sent(&send(&sender(None), &order).await));
    let seen = service.only();
    assert_eq!(seen.path, "/send/abc");
    assert_eq!(seen.header("content-encoding"), "aes128gcm");
    assert_eq!(seen.header("ttl"), "86400");
    assert_eq!(seen.header("urgency"), "high");
    assert_eq!(seen.header("authorization"), "vapid t=token, k=key");
    let topic = seen.header("topic");
    assert!(topic.len() <= 32 && !topic.is_empty(), "{topic}");
    assert!(!String::from_utf8_lossy(&seen.body).contains("Ann"));
    let told = read(&secret, &seen.body);
    assert_eq!(told["web_push"], 8030);
    let notification = &told["notification"];
    assert_eq!(notification["title"], "Call <Ann> & Émile");
    assert_eq!(
        notification["body"],
        "Due today at 20:00\nhigh priority #Work"
    );
    assert_eq!(notification["navigate"], "https://tasks.example.com/");
    assert_eq!(
        notification["actions"][0],
        json!({"action": "done", "title": "Done", "navigate": "https://tasks.example.com/act/done"})
    );
    // The same message at another attempt replaces the first; it is encrypted anew.
    order.message.is_urgent = false;
    assert!(is_sent(&send(&sender(None), &order).await));
    let again = &service.seen()[1];
    assert_eq!(again.header("topic"), topic);
    assert_eq!(again.header("urgency"), "normal");
    assert_ne!(again.body, seen.body);
}

#[tokio::test]
async fn the_longest_message_is_accepted_everywhere() {
    let service = Receiver::start().await;
    let (secret, mut order) = subscribed(&service.base);
    order.message.title = "💡".repeat(500);
    order.message.lines = vec!["💡".repeat(500); 20];
    for action in &mut order.message.actions {
        action.url = format!("https://tasks.example.com/act/{}", "x".repeat(260));
    }
    assert!(is_sent(&send(&sender(None), &order).await));
    let body = service.only().body;
    assert!(body.len() <= 4096, "{}", body.len());
    let told = read(&secret, &body);
    assert!(
        told["notification"]["title"]
            .as_str()
            .unwrap()
            .ends_with('…')
    );
}

#[tokio::test]
async fn only_an_ended_subscription_is_given_up() {
    let service = Receiver::start().await;
    let (_, order) = subscribed(&service.base);
    for (status, ends) in [
        (404, true),
        (410, true),
        (403, false),
        (413, false),
        (429, false),
        (500, false),
    ] {
        service.answers(status, &[]);
        let result = send(&sender(None), &order).await;
        let is_gone = matches!(result, SendResult::Gone { .. });
        assert_eq!(is_gone, ends, "{status}: {result:?}");
    }
}
