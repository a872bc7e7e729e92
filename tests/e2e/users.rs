//! Two users on one server: neither can read, change, or even notice the other's data.

mod tools;

use reqwest::Method;
use serde_json::{Value, json};
use taskwire_testkit::{Kind, eventually};

use crate::support::LIMIT;
use crate::support::deployment::Deployment;
use crate::support::rest::{Answer, Rest};
use crate::support::stream::Follower;

#[tokio::test]
async fn on_sqlite() {
    live_side_by_side(Kind::Sqlite).await;
}

#[tokio::test]
async fn on_postgres() {
    live_side_by_side(Kind::Postgres).await;
}

/// Words in Ana's data; no response to Bob may contain one.
const SECRETS: [&str; 5] = ["xylophone", "ana's own", "anatag", "ana-talk", "ana-token"];

/// An unused id.
const NOBODYS_ID: &str = "01890000-0000-7000-8000-000000000000";

/// Ana's resources.
struct Hers {
    task: Value,
    series: Value,
    tag: Value,
    token: Value,
    session: Value,
    events: Vec<String>,
}

async fn live_side_by_side(kind: Kind) {
    let deployment = Deployment::serve(kind, None).await;
    let ana = deployment.rest(&deployment.token("ana"));
    let bob = deployment.rest(&deployment.token("bob"));
    let heard = Follower::start(&bob, "0").await;
    let own = bob
        .post("/api/v1/tasks", &json!({"title": "bob's task"}))
        .await;
    let hers = create_resources(&ana).await;

    for about in [&hers.task, &hers.series] {
        by_reference(&bob, about).await;
    }
    by_list(&bob, &own, &hers).await;
    settings(&bob, &ana, &hers).await;
    conversations(&bob, &ana).await;
    chat(&bob, &ana).await;
    tools::check(&bob, &hers).await;
    streams(&bob, &heard, &hers).await;

    for (path, before) in [("tasks", &hers.task), ("tasks", &hers.series)] {
        let after = ana
            .get(&format!(
                "/api/v1/{path}/{}",
                before["id"].as_str().unwrap()
            ))
            .await;
        assert_eq!(&after, before, "what is Ana's is as it was");
    }
    let tokens = ana.all("/api/v1/tokens").await;
    assert!(tokens.iter().any(|token| token["id"] == hers.token["id"]));
    assert_eq!(
        bob.get("/api/v1/tasks/1").await["id"],
        own["id"],
        "numbers are counted for each"
    );
}

/// Creates one resource of each kind for Ana.
async fn create_resources(ana: &Rest) -> Hers {
    let follower = Follower::start(ana, "0").await;
    let task = json!({"title": "xylophone lesson", "notes": "ana's own", "tags": ["anatag"], "due": "2031-01-02"});
    ana.post("/api/v1/tasks", &json!({"title": "xylophone case"}))
        .await;
    let task = ana.post("/api/v1/tasks", &task).await;
    let series = json!({"title": "xylophone practice", "due": "2031-01-03", "recurrence": {"rrule": "FREQ=DAILY"}});
    let series = ana.post("/api/v1/tasks", &series).await;
    // As returned by a read: the response to a change contains more.
    let as_read = async |made: &Value| {
        let path = format!("/api/v1/tasks/{}", made["id"].as_str().unwrap());
        ana.get(&path).await
    };
    let (task, series) = (as_read(&task).await, as_read(&series).await);
    let tag = ana
        .post("/api/v1/tags", &json!({"name": "anatag two"}))
        .await;
    let token = ana
        .post("/api/v1/tokens", &json!({"label": "ana-token"}))
        .await;
    let words = json!({"role": "user", "parts": [{"type": "text", "text": "xylophone"}]});
    ana.send(
        Method::PUT,
        "/api/v1/conversations/ana-talk/messages/m1",
        Some(&words),
    )
    .await
    .ok();
    let asked = json!({"message": "m1", "tool_call": "c1", "tool": "tasks_delete", "arguments": {"numbers": [1]},
        "expires_at": "2999-01-01T00:00:00Z"});
    ana.send(
        Method::PUT,
        "/api/v1/conversations/ana-talk/approvals/a1",
        Some(&asked),
    )
    .await
    .ok();
    follower
        .until("Ana's tag", |event| tag["id"] == event.subject())
        .await;
    let events: Vec<String> = follower
        .events()
        .iter()
        .map(|event| event.id().to_owned())
        .collect();
    eventually(LIMIT, || async {
        (ana.all("/api/v1/audit").await.len() >= events.len()).then_some(())
    })
    .await;
    Hers {
        task,
        series,
        tag,
        token,
        session: ana.get("/api/v1/session").await,
        events,
    }
}

/// Every request about one of her tasks gets the response for a task that does not exist, byte for byte.
async fn by_reference(bob: &Rest, hers: &Value) {
    let id = hers["id"].as_str().unwrap();
    let number = hers["number"].to_string();
    assert_eq!(
        bob.send(Method::GET, "/api/v1/tasks/1", None).await.status,
        200
    );
    assert_ne!(number, "1", "Bob has a task of that number himself");
    for names in [[id, NOBODYS_ID], [number.as_str(), "4711"]] {
        for (method, tail, body) in [
            (Method::GET, "", None),
            (Method::PATCH, "", Some(json!({"title": "mine now"}))),
            (Method::PATCH, "", Some(json!({"title": ""}))),
            (Method::DELETE, "", None),
            (Method::POST, "/complete", Some(json!({}))),
            (
                Method::POST,
                "/complete",
                Some(json!({"occurrence": hers["occurrence"]})),
            ),
            (Method::POST, "/reopen", None),
            (Method::POST, "/restore", None),
        ] {
            let path = |task: &str| format!("/api/v1/tasks/{task}{tail}");
            same(bob, &method, path, names, body.as_ref()).await;
        }
        let path = |task: &str| format!("/api/v1/audit?task={task}");
        same(bob, &Method::GET, path, names, None).await;
        let path = |task: &str| format!("/api/v1/internal/tasks/{task}/advance");
        same(bob, &Method::POST, path, names, None).await;
    }
}

/// Removes the request's id, which differs for every request.
fn without_request_id(answer: &Answer) -> String {
    let text = answer.text();
    match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(mut problem)) => {
            problem.remove("request_id");
            Value::Object(problem).to_string()
        }
        _ => text,
    }
}

/// Requests something of hers and something that does not exist. Except for the requested id, the responses
/// must be the same, byte for byte.
async fn same(
    bob: &Rest,
    method: &Method,
    path: impl Fn(&str) -> String,
    names: [&str; 2],
    body: Option<&Value>,
) {
    let [hers, nobodys] = names;
    let known = bob.send(method.clone(), &path(hers), body).await;
    let unknown = bob.send(method.clone(), &path(nobodys), body).await;
    let what = format!("{method} {}", path(hers));
    assert_eq!(known.status, unknown.status, "{what}: {}", known.text());
    let [known_text, unknown_text] = [&known, &unknown].map(without_request_id);
    assert_eq!(known_text, unknown_text.replace(nobodys, hers), "{what}");
    assert!(known.status >= 400, "{what}: {}", known.text());
    assert_silent(&known.text());
}

#[track_caller]
fn assert_silent(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret:?} is in {text}");
    }
}

/// Lists and searches show only Bob's data.
async fn by_list(bob: &Rest, own: &Value, hers: &Hers) {
    let other = bob
        .send(Method::GET, "/api/v1/tasks?tag=anatag", None)
        .await;
    assert_eq!(other.status, 422, "a tag of somebody else is unknown");
    for (query, count) in [
        ("?status=all", 1),
        ("?status=all&q=xylophone", 0),
        ("?status=all&q=a", 1),
        ("?status=all&due_after=2000-01-01", 0),
        ("?status=completed", 0),
        ("?status=deleted", 0),
    ] {
        let found = bob.all(&format!("/api/v1/tasks{query}")).await;
        assert_eq!(found.len(), count, "{query}: {found:#?}");
        assert!(found.iter().all(|task| task["id"] == own["id"]));
    }
    let log = bob.all("/api/v1/audit").await;
    assert!(
        log.iter()
            .all(|line| line["task"] == own["id"] || line["task"].is_null()),
        "{log:#?}"
    );
    let tags = Value::from(bob.all("/api/v1/tags").await);
    assert_silent(&tags.to_string());
    // A tag of the same name is a separate tag of Bob's, with its own id.
    let mine = bob
        .post("/api/v1/tags", &json!({"name": hers.tag["name"]}))
        .await;
    assert_ne!(mine["id"], hers.tag["id"]);
}

/// Tokens and sessions.
async fn settings(bob: &Rest, ana: &Rest, hers: &Hers) {
    assert_silent(&Value::from(bob.all("/api/v1/tokens").await).to_string());
    for token in [&hers.token["id"], &hers.session["token"]["id"]] {
        let path = |token: &str| format!("/api/v1/tokens/{token}");
        same(
            bob,
            &Method::DELETE,
            path,
            [token.as_str().unwrap(), NOBODYS_ID],
            None,
        )
        .await;
    }
    bob.send(
        Method::PATCH,
        "/api/v1/me",
        Some(&json!({"zone": "Asia/Tokyo"})),
    )
    .await
    .ok();
    assert_eq!(
        ana.get("/api/v1/session").await["user"]["zone"],
        hers.session["user"]["zone"]
    );
    // The same key of another user is a different key.
    for user in [ana, bob] {
        let body = json!({"title": format!("made with {}", &user.token[..8])});
        let sent = user
            .try_send(Method::POST, "/api/v1/tasks", Some(&body), Some("one key"))
            .await
            .unwrap();
        let made = sent.ok();
        assert_eq!(made["title"], body["title"]);
        user.send(
            Method::DELETE,
            &format!("/api/v1/tasks/{}", made["number"]),
            None,
        )
        .await
        .ok();
    }
    // A user cannot act for another by naming them.
    let sent = bob
        .http
        .get(format!("{}/api/v1/tasks?status=all", bob.base))
        .bearer_auth(&bob.token)
        .header(
            "taskwire-user",
            hers.session["user"]["id"].as_str().unwrap(),
        )
        .send()
        .await
        .unwrap();
    assert_silent(&sent.text().await.unwrap());
}

async fn conversations(bob: &Rest, ana: &Rest) {
    assert_silent(&Value::from(bob.all("/api/v1/conversations").await).to_string());
    let claim = json!({"approved": true});
    for (method, tail, body) in [
        (Method::GET, "", None),
        (Method::DELETE, "", None),
        (Method::DELETE, "/messages/m1", None),
        (Method::POST, "/approvals/a1/claim", Some(&claim)),
    ] {
        let path = |name: &str| format!("/api/v1/conversations/{name}{tail}");
        let hers = bob.send(method.clone(), &path("ana-talk"), body).await;
        let nobodys = bob.send(method.clone(), &path("who-talk"), body).await;
        assert_eq!(hers.status, nobodys.status, "{method} {tail}");
        assert_eq!(
            without_request_id(&hers),
            without_request_id(&nobodys).replace("who-talk", "ana-talk"),
            "{method} {tail}"
        );
        assert_silent(&hers.text().replace("ana-talk", ""));
    }
    // The same id is a different conversation for another user.
    let words = json!({"role": "user", "parts": [{"type": "text", "text": "hello"}]});
    bob.send(
        Method::PUT,
        "/api/v1/conversations/ana-talk/messages/m1",
        Some(&words),
    )
    .await
    .ok();
    let kept = ana.get("/api/v1/conversations/ana-talk").await;
    assert_eq!(kept["messages"][0]["parts"][0]["text"], "xylophone");
    let asked = ana
        .post("/api/v1/conversations/ana-talk/approvals/a1/claim", &claim)
        .await;
    assert_eq!(
        asked["tool"], "tasks_delete",
        "still there to be answered by Ana"
    );
}

/// The chat of another user does not find her conversation, nor her running turn.
async fn chat(bob: &Rest, ana: &Rest) {
    let body = |text: &str, id: &str| {
        json!({"id": "ana-talk", "trigger": "submit-message", "messages": [
            {"id": id, "role": "user", "parts": [{"type": "text", "text": text}]}]})
    };
    ana.send(Method::POST, "/api/v1/chat", Some(&body("list", "m2")))
        .await;
    let answer = bob
        .send(Method::POST, "/api/v1/chat", Some(&body("list", "m3")))
        .await;
    assert_eq!(answer.status, 200);
    assert_silent(&answer.text());
    assert_eq!(
        bob.send(Method::GET, "/api/v1/chat/ana-talk/stream", None)
            .await
            .status,
        204
    );
}

/// Bob's stream contains none of Ana's events, neither live nor from the beginning.
async fn streams(bob: &Rest, heard: &Follower, hers: &Hers) {
    let last = bob
        .post("/api/v1/tags", &json!({"name": "bob's last"}))
        .await;
    let replayed = Follower::start(bob, "0").await;
    for follower in [heard, &replayed] {
        follower
            .until("Bob's tag", |event| last["id"] == event.subject())
            .await;
        for event in follower.events() {
            assert!(!hers.events.contains(&event.id().to_owned()), "{event:#?}");
            assert_silent(&event.data.to_string().replace("anatag two", ""));
        }
    }
    assert_eq!(heard.events(), replayed.events());
}
