//! Channels over HTTP.

use serde_json::json;
use taskwire_domain::contract::SendResult;
use taskwire_domain::{Clock, SystemClock};
use taskwire_http::Guard;
use taskwire_notify::Sender;

use crate::support::{ID, Receiver, is_sent, order, send, sender};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::test]
async fn a_webhook_can_be_verified_by_its_receiver() {
    let receiver = Receiver::start().await;
    let mut webhook = order("webhook", &format!("{}/hook?x=1", receiver.base));
    webhook.secrets.signing_key = Some(KEY.into());
    assert!(is_sent(&send(&sender(None), &webhook).await));
    let seen = receiver.only();
    assert_eq!(seen.path, "/hook?x=1");
    assert_eq!(seen.header("webhook-id"), format!("msg_{ID}"));
    let body = seen.json();
    assert_eq!(body["type"], "reminder.due");
    assert_eq!(body["timestamp"], "2026-11-20T18:00:00Z");
    assert_eq!(body["data"]["title"], "Call <Ann> & Émile");
    assert_eq!(body["data"]["actions"][0]["name"], "done");
    let verifier = standardwebhooks::Webhook::new(KEY).unwrap();
    verifier.verify(&seen.body, &seen.headers).unwrap();
    let seconds: i64 = seen.header("webhook-timestamp").parse().unwrap();
    assert!((SystemClock.now().as_second() - seconds).abs() < 60);
    // Each attempt has the same id.
    assert!(is_sent(&send(&sender(None), &webhook).await));
    assert_eq!(receiver.seen()[1].header("webhook-id"), format!("msg_{ID}"));
}

#[tokio::test]
async fn ntfy_gets_a_title_a_text_and_buttons() {
    let receiver = Receiver::start().await;
    let mut ntfy = order("ntfy", &format!("{}/sub/my-topic", receiver.base));
    ntfy.secrets.token = Some("tk_1".into());
    assert!(is_sent(&send(&sender(None), &ntfy).await));
    let seen = receiver.only();
    assert_eq!(seen.path, "/sub");
    assert_eq!(seen.header("authorization"), "Bearer tk_1");
    assert_eq!(
        seen.json(),
        json!({"topic": "my-topic", "title": "Call <Ann> & Émile", "message": "Due today at 20:00\nhigh priority #Work",
            "priority": 4, "click": "https://tasks.example.com/",
            "actions": [{"action": "view", "label": "Done", "url": "https://tasks.example.com/act/done"},
                {"action": "view", "label": "Snooze 1 hour", "url": "https://tasks.example.com/act/snooze"}]})
    );
}

#[tokio::test]
async fn chats_get_a_text() {
    let receiver = Receiver::start().await;
    let own = sender(None).with_telegram(&receiver.base.parse().unwrap());
    let mut telegram = order("telegram", "123");
    telegram.secrets.token = Some("1:abc".into());
    assert!(is_sent(&send(&own, &telegram).await));
    for kind in ["slack", "discord"] {
        let hook = order(kind, &format!("{}/{kind}", receiver.base));
        assert!(is_sent(&send(&own, &hook).await));
    }
    let seen = receiver.seen();
    assert_eq!(seen[0].path, "/bot1:abc/sendMessage");
    let message = seen[0].json();
    assert_eq!(message["chat_id"], "123");
    assert!(
        message["text"]
            .as_str()
            .unwrap()
            .starts_with("Call <Ann> & Émile\n")
    );
    assert_eq!(
        message["reply_markup"]["inline_keyboard"][0][0]["text"],
        "Done"
    );
    // Slack reads these characters as markup.
    let text = seen[1].json()["text"].as_str().unwrap().to_owned();
    assert!(text.contains("Call &lt;Ann&gt; &amp; Émile"), "{text}");
    let content = seen[2].json();
    assert!(
        content["content"].as_str().unwrap().contains("Call <Ann>"),
        "{content}"
    );
    // A title cannot call everyone in a channel.
    assert_eq!(content["allowed_mentions"]["parse"], json!([]));
}

#[tokio::test]
async fn an_answer_says_whether_to_try_again() {
    let receiver = Receiver::start().await;
    let sender = sender(None);
    let hook = order("slack", &receiver.base);
    let date = "Fri, 20 Nov 2026 18:00:00 GMT";
    for (status, headers, expected) in [
        (204, vec![], None),
        (500, vec![], Some(("retry", None))),
        (
            503,
            vec![("retry-after", "120")],
            Some(("retry", Some(120))),
        ),
        (
            429,
            vec![
                ("retry-after", "Fri, 20 Nov 2026 18:10:00 GMT"),
                ("date", date),
            ],
            Some(("retry", Some(600))),
        ),
        (429, vec![("retry-after", "soon")], Some(("retry", None))),
        (408, vec![], Some(("retry", None))),
        // A redirect is not followed.
        (
            302,
            vec![("location", "http://127.0.0.1:1/")],
            Some(("failed", None)),
        ),
        (400, vec![], Some(("failed", None))),
        (404, vec![], Some(("failed", None))),
        (410, vec![], Some(("gone", None))),
    ] {
        receiver.answers(status, &headers);
        let result = send(&sender, &hook).await;
        let read = match &result {
            SendResult::Sent { .. } => None,
            SendResult::Retry { after_seconds, .. } => Some(("retry", *after_seconds)),
            SendResult::Failed { .. } => Some(("failed", None)),
            SendResult::Gone { .. } => Some(("gone", None)),
            SendResult::Busy => Some(("busy", None)),
        };
        assert_eq!(read, expected, "{status} {headers:?}");
        if let SendResult::Retry { reason, .. } | SendResult::Failed { reason } = result {
            assert_eq!(reason, format!("It answered {status}."));
        }
    }
}

#[tokio::test]
async fn who_does_not_answer_is_tried_again() {
    let receiver = Receiver::start().await;
    receiver.hangs();
    let hook = order("discord", &receiver.base);
    let sender = sender(None);
    // The limit is the sender's own; the clock of this test jumps over it once the request has arrived.
    let sending = tokio::spawn(async move { sender.send(&hook).await });
    while receiver.seen().is_empty() {
        tokio::task::yield_now().await;
    }
    tokio::time::pause();
    let late = sending.await.unwrap();
    assert_eq!(
        late,
        SendResult::Retry {
            reason: "It did not answer in time.".into(),
            after_seconds: None
        }
    );
    tokio::time::resume();
    let nobody = taskwire_testkit::free_port();
    let hook = order("discord", &format!("http://127.0.0.1:{nobody}/secret"));
    let refused = send(&self::sender(None), &hook).await;
    assert_eq!(
        refused,
        SendResult::Retry {
            reason: "It cannot be reached.".into(),
            after_seconds: None
        }
    );
}

#[tokio::test]
async fn private_addresses_are_not_called() {
    let receiver = Receiver::start().await;
    let public = Sender::new(Guard::Public, std::sync::Arc::new(SystemClock), None).unwrap();
    let port = receiver.base.rsplit(':').next().unwrap();
    for address in [
        receiver.base.clone(),
        format!("https://127.0.0.1:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        "https://169.254.169.254/latest/meta-data".into(),
        "https://10.0.0.1/".into(),
    ] {
        let result = send(&public, &order("slack", &address)).await;
        let SendResult::Failed { reason } = result else {
            panic!("{address}: {result:?}");
        };
        assert_eq!(reason, "It is not at a public https address.", "{address}");
    }
    assert!(receiver.seen().is_empty());
}

#[tokio::test]
async fn what_is_unknown_or_incomplete_fails() {
    let sender = sender(None);
    for (kind, reason) in [
        ("fax", "This version knows no channel \"fax\"."),
        ("webhook", "The channel has no signing key."),
        ("telegram", "The channel has no token."),
        ("web_push", "The channel has no valid keys."),
    ] {
        let result = send(&sender, &order(kind, "https://hook.example/")).await;
        assert_eq!(
            result,
            SendResult::Failed {
                reason: reason.into()
            }
        );
    }
    let mail = send(&sender, &order("email", "ann@example.com")).await;
    assert!(matches!(mail, SendResult::Retry { .. }), "{mail:?}");
}
