//! The typed client has a method for every operation, and reads its response.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::extract::Request;
use axum::middleware;
use serde_json::{Value, json};
use taskwire_client::{AuditQuery, Client};
use taskwire_domain::Secret;
use taskwire_testkit::{TestDb, both_databases};
use uuid::Uuid;

use crate::contract::declared;
use crate::dead_letters;
use crate::hostile::{TURN, create_fixtures, operations};
use crate::support::App;

both_databases!(the_client_has_every_operation);

/// A stream without an end, which programs read with an `EventSource`.
const STREAMS: [&str; 1] = ["follow_events"];

/// The operations that were requested.
type Asked = Arc<Mutex<BTreeSet<&'static str>>>;

/// A client of the app that notes what it requests.
fn client(app: &App, asked: &Asked) -> Client {
    let asked = Arc::clone(asked);
    let note = middleware::from_fn(move |request: Request, next: middleware::Next| {
        let id = declared::operation_id(request.method(), request.uri().path());
        asked.lock().unwrap().extend(id);
        next.run(request)
    });
    Client::in_process(app.router.clone().layer(note))
}

/// A request body, or query parameters, of the contract's type.
fn of<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

async fn tasks(client: &Client) {
    let new = of(json!({"title": "Water", "due": "2026-12-01", "recurrence": "every day"}));
    let task = client.create_task(&new, Some("one")).await.unwrap().task;
    let number = task.number.to_string();
    let number = number.as_str();
    let line = of(json!({"text": "milk tomorrow"}));
    client.quick_preview(&line).await.unwrap();
    client.quick_add(&line, None).await.unwrap();
    client.list_tasks(&of(json!({}))).await.unwrap();
    client.count_tasks(&of(json!({}))).await.unwrap();
    client.get_task(number).await.unwrap();
    let patch = of(json!({"notes": "All"}));
    client
        .patch_task(number, &patch, Some(1), None)
        .await
        .unwrap();
    client.explain_task(number).await.unwrap();
    client.task_history(number, &of(json!({}))).await.unwrap();
    client.agenda(&of(json!({}))).await.unwrap();
    let series = client.list_series(&of(json!({}))).await.unwrap();
    let id = series.items[0].id;
    client.get_series(id, &of(json!({}))).await.unwrap();
    let later = of(json!({"due": "2026-12-03"}));
    client.reschedule_task(number, &later, None).await.unwrap();
    let snooze = of(json!({"minutes": 10}));
    client.snooze_task(number, &snooze, None).await.unwrap();
    client
        .skip_task(number, &of(json!({})), None)
        .await
        .unwrap();
    client.reopen_task(number, None).await.unwrap();
    let complete = of(json!({}));
    client.complete_task(number, &complete, None).await.unwrap();
    client.delete_task(number, None).await.unwrap();
    client.restore_task(number, None).await.unwrap();
    let batch = of(json!({"operations": [{"op": "delete", "task": 1}]}));
    let batch = client.batch(&batch, None).await.unwrap();
    let bulk = of(
        json!({"filter": {"status": "completed"}, "change": {"op": "delete"}, "expected_count": 1}),
    );
    client.bulk(&bulk, None).await.unwrap();
    let change = batch.change.unwrap();
    client.get_change(change).await.unwrap();
    client.undo_change(change, None).await.unwrap();
    client.list_changes(&of(json!({}))).await.unwrap();
    client.undo_turn(TURN, None).await.unwrap();
    client.empty_trash(None).await.unwrap();
    client.audit(&AuditQuery::default()).await.unwrap();
}

async fn tags_and_filters(client: &Client) {
    let new = |name: &str| of(json!({"name": name}));
    let tag = client.create_tag(&new("garden"), None).await.unwrap();
    let other = client.create_tag(&new("yard"), None).await.unwrap();
    client.get_tag(tag.id).await.unwrap();
    client.list_tags().await.unwrap();
    let usage = of(json!({"usage": true}));
    client.list_tags_with(&usage).await.unwrap();
    client
        .patch_tag(tag.id, &new_name("Garden"), None)
        .await
        .unwrap();
    let into = of(json!({"into": tag.id}));
    client.merge_tag(other.id, &into, None).await.unwrap();
    client.delete_tag(tag.id, None).await.unwrap();
    let filter = of(json!({"name": "urgent", "filter": "p1"}));
    let filter = client.create_filter(&filter, None).await.unwrap();
    client.list_filters().await.unwrap();
    client.get_filter(filter.id).await.unwrap();
    let patch = of(json!({"filter": "p1 & today"}));
    client
        .patch_filter(filter.id, &patch, Some(1), None)
        .await
        .unwrap();
    client.delete_filter(filter.id, None).await.unwrap();
}

fn new_name<T: serde::de::DeserializeOwned>(name: &str) -> T {
    of(json!({"name": name}))
}

async fn conversations(client: &Client) {
    let message = of(json!({"role": "user", "parts": []}));
    client.put_message("own", "hello", &message).await.unwrap();
    let approval = of(
        json!({"message": "hello", "tool_call": "call-1", "tool": "delete_task", "arguments": {},
        "expires_at": "2026-11-20T13:00:00Z"}),
    );
    client.put_approval("own", "ask", &approval).await.unwrap();
    let yes = of(json!({"approved": true}));
    client.claim_approval("own", "ask", &yes).await.unwrap();
    client.list_conversations().await.unwrap();
    client.conversation_for_model("own").await.unwrap();
    client.truncate_conversation("own", "hello").await.unwrap();
    client.delete_conversation("own").await.unwrap();
}

async fn notifications(app: &App, client: &Client) {
    let task = of(
        json!({"title": "Call", "due": "2026-11-20T13:31", "reminders": [{"minutes_before": 30}]}),
    );
    client.create_task(&task, None).await.unwrap();
    app.at("2026-11-20T12:01:01Z");
    let fire = "/api/v1/internal/reminders/fire";
    let fire = app.service("POST", fire, app.ada.id());
    fire.send().await.expect(200);
    let all = client.list_notifications(&of(json!({}))).await.unwrap();
    let ids: Vec<Uuid> = all.items.iter().map(|one| one.id).collect();
    assert_eq!(ids.len(), 1);
    let read = of(json!({"ids": ids}));
    client.read_notifications(&read, None).await.unwrap();
}

async fn channels(client: &Client) {
    let new = of(json!({"kind": "webhook", "address": "https://home.example/"}));
    client.list_channel_kinds().await.unwrap();
    let id = client.create_channel(&new).await.unwrap().view.id;
    client.list_channels().await.unwrap();
    client.get_channel(id).await.unwrap();
    let patch = of(json!({"label": "Hook"}));
    let patched = client.patch_channel(id, &patch, Some(1), None).await;
    assert_eq!(patched.unwrap().version, 2);
    client.test_channel(id, None).await.unwrap();
    let sent = client.list_deliveries(&of(json!({}))).await.unwrap();
    assert!(sent.items.iter().any(|one| one.kind == "test"));
    client.delete_channel(id, None).await.unwrap();
    client.notification_settings().await.unwrap();
    let patch = of(json!({"digest_at": "08:00"}));
    client
        .patch_notification_settings(&patch, None, None)
        .await
        .unwrap();
}

async fn people(app: &App, anonymous: &Client, client: &Client) {
    let user = of(json!({"name": "Zoe", "password": "correct horse"}));
    anonymous.sign_up_policy().await.unwrap();
    anonymous.sign_up(&user).await.unwrap();
    let sign_in = of(json!({"name": "Zoe", "password": "correct horse"}));
    anonymous.sign_in(&sign_in).await.unwrap();
    client.session().await.unwrap();
    client.me().await.unwrap();
    let patch = of(json!({"theme": "dark"}));
    client.patch_me(&patch).await.unwrap();
    assert!(!client.export_account().await.unwrap().is_empty());
    let token = of(json!({"label": "x"}));
    let token = client.create_token(&token).await.unwrap();
    client.list_tokens().await.unwrap();
    client.get_token(token.view.id).await.unwrap();
    client.revoke_token(token.view.id).await.unwrap();
    crate::oauth::grant(app, &app.ada).await;
    let grants = client.list_grants().await.unwrap();
    client.end_grant(grants.items[0].id).await.unwrap();
    let invitation = of(json!({"label": "Max"}));
    let invitation = client.create_invitation(&invitation).await.unwrap();
    client.list_invitations().await.unwrap();
    let id = invitation.view.id;
    client.get_invitation(id).await.unwrap();
    client.revoke_invitation(id).await.unwrap();
    client.end_sessions(&of(json!({}))).await.unwrap();
    // Zoe leaves.
    let zoes = app.token("Zoe", &["read", "write"]).await;
    let zoe = anonymous.with_token(Secret::new(zoes.as_str()));
    let change = json!({"current_password": "correct horse", "new_password": "battery staple"});
    zoe.set_password(&of(change)).await.unwrap();
    let leave = of(json!({"name": "Zoe", "password": "battery staple"}));
    zoe.delete_account(&leave).await.unwrap();
    let spare = app.token("Ada", &["read", "write"]).await;
    let spare = anonymous.with_token(Secret::new(spare.as_str()));
    spare.sign_out().await.unwrap();
    assert!(spare.session().await.is_err());
}

async fn the_client_has_every_operation(db: TestDb) {
    let app = App::open(db).await;
    create_fixtures(&app).await;
    let asked = Asked::default();
    let anonymous = client(&app, &asked);
    let client = anonymous.with_token(Secret::new(app.ada.token.as_str()));
    tasks(&client).await;
    tags_and_filters(&client).await;
    conversations(&client).await;
    notifications(&app, &client).await;
    channels(&client).await;
    people(&app, &anonymous, &client).await;
    let letter = dead_letters::give_up(&app, 9, "{}").await.0;
    client.list_dead_letters(&of(json!({}))).await.unwrap();
    client.get_dead_letter("audit", letter).await.unwrap();
    client
        .replay_dead_letter("audit", letter, None)
        .await
        .unwrap();
    client
        .discard_dead_letter("audit", letter, None)
        .await
        .unwrap();
    anonymous.check().await.unwrap();
    anonymous.check_ready().await.unwrap();
    assert!(anonymous.metrics().await.unwrap().contains("taskwire_up"));
    let all = operations();
    let all = all.iter().filter(|operation| !operation.is_internal());
    let all: BTreeSet<&str> = all
        .map(|operation| operation.contract["operationId"].as_str().unwrap())
        .filter(|id| !STREAMS.contains(id))
        .collect();
    let asked = asked.lock().unwrap();
    let missing: Vec<_> = all.difference(&asked).collect();
    assert!(missing.is_empty(), "the client lacks {missing:?}");
}
