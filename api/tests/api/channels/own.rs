//! Channels are added, changed and deleted by their owners.

use jiff::SignedDuration;
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use super::support::{HOOK, deliveries, failed, orders, press, remind, sent, webhook};
use crate::support::App;

/// A key of a browser.
const P256DH: &str =
    "BLn9b-VR0ca83knDNZ32dCHGyjJp-1riX9ZTN40MqV8K_LpQmLqxC_DoHvqvFXO_nGdAB4W9dogZb_sM-uV4JbY";

both_databases!(
    channels_are_added_changed_and_deleted,
    addresses_and_tokens_are_checked,
    secrets_are_shown_once_or_never,
    there_is_one_channel_to_an_address,
    belong_to_their_owner,
    an_email_address_is_confirmed_by_a_link,
    a_browser_has_one_channel,
    messages_to_others_are_limited,
);

async fn channels_are_added_changed_and_deleted(db: TestDb) {
    let app = App::open(db).await;
    let made = webhook(&app, json!({"minimum_priority": "p1", "wait_minutes": 5})).await;
    assert_eq!(made["label"], "webhook");
    assert_eq!(made["minimum_priority"], "high");
    assert_eq!(
        (&made["enabled"], &made["verified"]),
        (&json!(true), &json!(true))
    );
    let path = format!("/api/v1/channels/{}", made["id"].as_str().unwrap());
    let reply = app.get(&path).await;
    assert_eq!(reply.header("etag"), "\"1\"");
    let mut known = made.clone();
    known.as_object_mut().unwrap().remove("secret");
    assert_eq!(reply.expect(200), known);
    let body =
        json!({"label": "Pager", "minimum_priority": "none", "wait_minutes": 0, "enabled": false});
    let changed = app.patch(&path, body.clone()).await.expect(200);
    assert_eq!(changed["label"], "Pager");
    assert_eq!(changed["enabled"], false);
    assert_eq!(changed["version"], 2);
    let same = app.patch(&path, body).await.expect(200);
    assert_eq!(same["version"], 2);
    let all = app.get("/api/v1/channels").await.expect(200);
    assert_eq!(all["items"], json!([changed]));
    app.patch(&path, json!({"wait_minutes": 1441}))
        .await
        .refused(422, "invalid_wait");
    app.delete(&path).await.expect(204);
    app.get(&path).await.refused(404, "not_found");
}

async fn addresses_and_tokens_are_checked(db: TestDb) {
    let app = App::open(db).await;
    for (kind, address, token, pointer) in [
        ("fax", "1", None, "/kind"),
        ("email", "ann", None, "/address"),
        ("email", "ann@example", None, "/address"),
        ("email", "ann@@example.com", None, "/address"),
        ("email", "Ann <ann@example.com>", None, "/address"),
        (
            "email",
            "ann@example.com\r\nBcc: x@example.com",
            None,
            "/address",
        ),
        ("email", "a..b@example.com", None, "/address"),
        ("email", "ann@-example.com", None, "/address"),
        ("email", "ann@example.com", Some("x"), "/token"),
        ("webhook", "example.com", None, "/address"),
        ("webhook", "ftp://example.com", None, "/address"),
        ("webhook", "https://u:p@example.com/", None, "/address"),
        ("webhook", "https://example.com/#x", None, "/address"),
        ("webhook", "", None, "/address"),
        ("ntfy", "https://ntfy.sh", None, "/address"),
        ("ntfy", "https://ntfy.sh/", None, "/address"),
        ("ntfy", "https://ntfy.sh/topic", Some("a b"), "/token"),
        ("telegram", "123", None, "/token"),
        ("telegram", "12a", Some("1:x"), "/address"),
        ("telegram", "@", Some("1:x"), "/address"),
        ("telegram", "1", Some(""), "/token"),
        ("slack", "hooks.slack.com/x", None, "/address"),
    ] {
        let body = json!({"kind": kind, "address": address, "token": token});
        let refused = app.post("/api/v1/channels", body.clone()).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{body} {refused}");
        assert!(refused["errors"][0]["detail"].is_string(), "{body}");
    }
    let all = app.get("/api/v1/channels").await.expect(200);
    assert_eq!(all["items"], json!([]));
    for (kind, address, token) in [
        ("email", "ann.b+tasks@mail.example.com", None),
        ("webhook", "https://example.com/hook?x=1", None),
        ("ntfy", "https://ntfy.sh/topic", None),
        ("ntfy", "https://ntfy.example.com/sub/topic", Some("tk_1")),
        ("telegram", "-100123", Some("123:abc")),
        ("telegram", "@channel_1", Some("123:abc")),
        ("slack", "https://hooks.slack.com/services/T/B/X", None),
        ("discord", "https://discord.com/api/webhooks/1/x", None),
    ] {
        let body = json!({"kind": kind, "address": address, "token": token});
        app.post("/api/v1/channels", body).await.expect(201);
    }
}

async fn secrets_are_shown_once_or_never(db: TestDb) {
    let app = App::open(db).await;
    let made = webhook(&app, json!({})).await;
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let slack = json!({"kind": "slack", "address": "https://hooks.slack.com/services/T/B/secret"});
    app.post("/api/v1/channels", slack).await.expect(201);
    let bot = json!({"kind": "telegram", "address": "1", "token": "1:secret"});
    app.post("/api/v1/channels", bot).await.expect(201);
    let all = app.get("/api/v1/channels").await.expect(200).to_string();
    assert!(!all.contains("secret"), "{all}");
    assert!(all.contains("https://hooks.slack.com/…"), "{all}");
    let dry = app.post(
        "/api/v1/channels?dry_run=true",
        json!({"kind": "webhook", "address": "https://a.example/"}),
    );
    assert_eq!(dry.await.expect(201).get("secret"), None);
    app.call("POST", "/api/v1/channels")
        .header("idempotency-key", "one")
        .json(&json!({"kind": "webhook", "address": HOOK}))
        .send()
        .await
        .refused(400, "idempotency_key_not_supported");
}

async fn there_is_one_channel_to_an_address(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    app.post(
        "/api/v1/channels",
        json!({"kind": "webhook", "address": HOOK}),
    )
    .await
    .refused(409, "channel_exists");
    for number in 1..20 {
        webhook(&app, json!({"address": format!("{HOOK}/{number}")})).await;
    }
    app.post(
        "/api/v1/channels",
        json!({"kind": "webhook", "address": "https://b.example/"}),
    )
    .await
    .refused(409, "too_many_channels");
}

async fn belong_to_their_owner(db: TestDb) {
    let app = App::open(db).await;
    let bob = app.person("Bob").await;
    let made = webhook(&app, json!({})).await;
    let path = format!("/api/v1/channels/{}", made["id"].as_str().unwrap());
    let test = format!("{path}/test");
    for (method, path) in [
        ("GET", &path),
        ("PATCH", &path),
        ("DELETE", &path),
        ("POST", &test),
    ] {
        let mut call = app.call(method, path).token(&bob.token);
        if method == "PATCH" {
            call = call.json(&json!({"enabled": false}));
        }
        call.send().await.refused(404, "not_found");
    }
    remind(&app, json!({})).await;
    let of_bob = app.call("GET", "/api/v1/deliveries").token(&bob.token);
    assert_eq!(of_bob.send().await.expect(200)["items"], json!([]));
    assert_eq!(deliveries(&app).await.len(), 1);
}

async fn an_email_address_is_confirmed_by_a_link(db: TestDb) {
    let app = App::open(db).await;
    let body = json!({"kind": "email", "address": "ann@example.com"});
    let made = app.post("/api/v1/channels", body).await.expect(201);
    assert_eq!(made["verified"], false);
    remind(&app, json!({})).await;
    let found = orders(&app).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let message = &found[0]["message"];
    assert_eq!(message["kind"], "verification");
    assert_eq!(message["tasks"], json!([]));
    assert_eq!(message["unsubscribe_url"], Value::Null);
    sent(&app, &found).await;
    let said = press(&app, &message["actions"][0]["url"]).await;
    assert!(said.contains("ann@example.com"), "{said}");
    let path = format!("/api/v1/channels/{}", made["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.expect(200)["verified"], true);
    // Again it is the same.
    press(&app, &message["actions"][0]["url"]).await;
    let test = app.call("POST", &format!("{path}/test")).send().await;
    assert_eq!(test.expect(202)["kind"], "test");
    let found = orders(&app).await;
    assert_eq!(found[0]["message"]["kind"], "test");
    assert_eq!(found[0]["address"], "ann@example.com");
}

async fn a_browser_has_one_channel(db: TestDb) {
    let app = App::open(db).await;
    let kinds = app.get("/api/v1/channels/kinds").await.expect(200);
    let push_key = kinds["push_key"].as_str().unwrap();
    assert_eq!(push_key.len(), 87, "{push_key}");
    assert_eq!(kinds["kinds"][0], "web_push");
    let endpoint = "https://push.example/send/secret";
    let body = |auth: &str| {
        json!({"kind": "web_push", "address": endpoint, "label": "Firefox on Linux",
            "keys": {"p256dh": P256DH, "auth": auth}})
    };
    let made = app
        .post("/api/v1/channels", body("_ordMnz7uTCmrpBTeUV4Bw"))
        .await
        .expect(201);
    assert_eq!(made["address"], "https://push.example/…");
    assert_eq!(made["verified"], true);
    let path = format!("/api/v1/channels/{}", made["id"].as_str().unwrap());
    app.patch(&path, json!({"enabled": false, "label": "Laptop"}))
        .await
        .expect(200);
    // The browser subscribes again, with other keys.
    let again = app
        .post("/api/v1/channels", body("AAECAwQFBgcICQoLDA0ODw"))
        .await
        .expect(201);
    assert_eq!(again["id"], made["id"]);
    assert_eq!(
        (&again["enabled"], &again["label"], &again["version"]),
        (&json!(true), &json!("Laptop"), &json!(3))
    );
    remind(&app, json!({})).await;
    let found = orders(&app).await;
    assert_eq!(
        found[0]["secrets"]["push"]["auth"],
        "AAECAwQFBgcICQoLDA0ODw"
    );
    let authorization = found[0]["authorization"].as_str().unwrap();
    assert!(authorization.starts_with("vapid t="), "{authorization}");
    assert!(authorization.ends_with(&format!(", k={push_key}")));
    // The push service says that there is no such subscription any more.
    let gone = json!({"result": "gone", "reason": "It answered 410."});
    failed(&app, &found[0], gone).await;
    let channel = app.get(&path).await.expect(200);
    assert_eq!(channel["enabled"], false);
    assert_eq!(channel["last_failure"], "It answered 410.");
    assert_eq!(deliveries(&app).await[0]["status"], "failed");
    for (keys, pointer) in [
        (Value::Null, "/keys"),
        (json!({"p256dh": P256DH, "auth": "AAAA"}), "/keys"),
        (
            json!({"p256dh": "AAAA", "auth": "AAECAwQFBgcICQoLDA0ODw"}),
            "/keys",
        ),
    ] {
        let body = json!({"kind": "web_push", "address": endpoint, "keys": keys});
        let refused = app.post("/api/v1/channels", body).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    let body =
        json!({"kind": "webhook", "address": HOOK, "keys": {"p256dh": P256DH, "auth": "AA"}});
    app.post("/api/v1/channels", body)
        .await
        .refused(422, "invalid_push_keys");
}

async fn messages_to_others_are_limited(db: TestDb) {
    let app = App::open(db).await;
    let email =
        |number: u32| json!({"kind": "email", "address": format!("ann{number}@example.com")});
    let first = app.post("/api/v1/channels", email(0)).await.expect(201);
    let path = format!("/api/v1/channels/{}", first["id"].as_str().unwrap());
    for _ in 1..10 {
        let test = app.call("POST", &format!("{path}/test")).send().await;
        assert_eq!(test.expect(202)["kind"], "verification");
    }
    let refused = app.call("POST", &format!("{path}/test")).send().await;
    assert_eq!(refused.header("retry-after"), "360");
    refused.refused(429, "too_many_messages");
    app.post("/api/v1/channels", email(1))
        .await
        .refused(429, "too_many_messages");
    // Adding another kind sends nothing.
    webhook(&app, json!({})).await;
    app.clock.advance(SignedDuration::from_mins(6));
    app.post("/api/v1/channels", email(1)).await.expect(201);
}
