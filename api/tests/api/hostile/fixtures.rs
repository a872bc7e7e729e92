//! One resource of each kind, which requests name.

use serde_json::{Value, json};

use crate::dead_letters;
use crate::support::{App, Person};

/// One resource of each kind, so that a path can name it.
pub(crate) struct Fixtures {
    /// A task's id.
    pub(crate) task: String,
    /// The id of a token that is not in use.
    pub(crate) token: String,
    /// The id of an invitation.
    pub(crate) invitation: String,
    /// The id of a connected app.
    pub(crate) grant: String,
    /// The id of a conversation, with the message `hello` and the approval `ask`.
    pub(crate) conversation: String,
    /// The id of a tag.
    pub(crate) tag: String,
    /// The id of the task's series.
    pub(crate) series: String,
    /// The id of a saved filter.
    pub(crate) filter: String,
    /// The id of a channel.
    pub(crate) channel: String,
    /// The id of a dead-lettered event.
    pub(crate) event: String,
    /// The id of a change, which belongs to the chat turn [`TURN`].
    pub(crate) change: String,
}

/// A chat turn that changed something.
pub(crate) const TURN: &str = "turn-1";

/// Ada's resources.
pub(crate) async fn create_fixtures(app: &App) -> Fixtures {
    create_fixtures_of(app, &app.ada, "talk", 2).await
}

/// The resources of a user. The number makes the dead-lettered event unique.
pub(crate) async fn create_fixtures_of(
    app: &App,
    person: &Person,
    conversation: &str,
    number: u128,
) -> Fixtures {
    let ask = |method, path: &str, body| {
        let call = app.call(method, &format!("/api/v1/{path}"));
        call.token(&person.token).json(&body)
    };
    let id = |made: Value| made["id"].as_str().unwrap().to_owned();
    let task = json!({"title": "Stretch", "due": "2026-12-01T09:00", "recurrence": {"text": "every day"},
        "reminders": [{"minutes_before": 5}]});
    let task = ask("POST", "tasks", task).send().await.expect(201);
    let token = json!({"label": "spare"});
    let token = ask("POST", "tokens", token).send().await.expect(201);
    let invitation = json!({"label": "Zoe"});
    let invitation = ask("POST", "invitations", invitation);
    let invitation = invitation.send().await.expect(201);
    let grant = crate::oauth::grant(app, person).await;
    let place = format!("conversations/{conversation}");
    let hello = json!({"role": "user", "parts": [{"type": "text", "text": "Hi"}]});
    let hello = ask("PUT", &format!("{place}/messages/hello"), hello);
    hello.send().await.expect(200);
    let approval = json!({"message": "hello", "tool_call": "call-1", "tool": "delete_task", "arguments": {},
        "expires_at": "2026-11-20T13:00:00Z"});
    let approval = ask("PUT", &format!("{place}/approvals/ask"), approval);
    approval.send().await.expect(204);
    let event = dead_letters::give_up(app, number, "{}").await;
    let made = ask("POST", "tags", json!({"name": "Zoo"}))
        .header("taskwire-chat-turn", TURN)
        .send()
        .await;
    let tag = made.expect(201);
    let filter = json!({"name": "mine", "filter": "p1"});
    let filter = ask("POST", "filters", filter).send().await.expect(201);
    let channel = json!({"kind": "webhook", "address": "https://hook.example/"});
    let channel = ask("POST", "channels", channel).send().await.expect(201);
    Fixtures {
        change: made.header("taskwire-change").to_owned(),
        series: task["series"].as_str().unwrap().into(),
        task: id(task),
        token: id(token),
        invitation: id(invitation),
        grant,
        conversation: conversation.into(),
        filter: id(filter),
        tag: id(tag),
        channel: id(channel),
        event: event.to_string(),
    }
}
