//! Bad input: every endpoint refuses it with an explanation, and changes nothing.

mod address;
mod bodies;
mod body;
mod fixtures;
mod headers;
mod messages;
mod random;

use std::time::Duration;

use axum::body::Body;
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, Call, Reply};

pub(crate) use fixtures::{Fixtures, TURN, create_fixtures, create_fixtures_of};

const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// An endpoint of the contract, or one of the internal ones.
pub(crate) struct Operation {
    pub(crate) method: String,
    /// The path, with its parameters in braces.
    pub(crate) template: String,
    /// Its part of the document; null for an internal one.
    pub(crate) contract: Value,
}

impl Operation {
    /// Method and path, as the contract has them.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// The path with existing resources, see [`create_fixtures`].
    pub(crate) fn path(&self, fixtures: &Fixtures) -> String {
        self.path_with("", "", fixtures)
    }

    /// The path with one parameter replaced.
    pub(crate) fn path_with(&self, name: &str, value: &str, fixtures: &Fixtures) -> String {
        let mut path = self.template.clone();
        let id = if path.contains("/invitations/") {
            &fixtures.invitation
        } else if path.contains("/grants/") {
            &fixtures.grant
        } else {
            &fixtures.token
        };
        for (own, usual) in [
            ("task", fixtures.task.as_str()),
            ("conversation", &fixtures.conversation),
            ("message", "hello"),
            ("approval", "ask"),
            ("id", id),
            ("tag", fixtures.tag.as_str()),
            ("filter", fixtures.filter.as_str()),
            ("channel", fixtures.channel.as_str()),
            ("series", fixtures.series.as_str()),
            ("consumer", "audit"),
            ("event", fixtures.event.as_str()),
            ("change", fixtures.change.as_str()),
            ("turn", TURN),
        ] {
            let segment = if own == name { value } else { usual };
            path = path.replace(&format!("{{{own}}}"), segment);
        }
        path
    }

    /// The names of its parameters in the path.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.template
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect()
    }

    /// The names of its parameters of a kind: `query` or `header`.
    pub(crate) fn parameters(&self, kind: &str) -> Vec<&str> {
        self.contract["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == kind)
            .filter_map(|parameter| parameter["name"].as_str())
            .collect()
    }

    pub(crate) fn is_internal(&self) -> bool {
        self.template.starts_with("/api/v1/internal")
    }

    /// Returns true if it needs no credential.
    pub(crate) fn is_open(&self) -> bool {
        self.contract["security"] == json!([{}])
    }

    pub(crate) fn call(&self, app: &App, path: &str) -> Call {
        if self.is_internal() {
            app.service(&self.method, path, app.ada.id())
        } else {
            app.call(&self.method, path)
        }
    }
}

/// All operations: those of the document, then the internal ones.
pub(crate) fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(taskwire_api::document()).unwrap();
    let mut all: Vec<Operation> = Vec::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        for (method, contract) in item.as_object().unwrap() {
            all.push(Operation {
                method: method.to_uppercase(),
                template: template.clone(),
                contract: contract.clone(),
            });
        }
    }
    for template in [
        "/api/v1/internal/tasks/{task}/advance",
        "/api/v1/internal/reminders/fire",
    ] {
        all.push(Operation {
            method: "POST".into(),
            template: template.into(),
            contract: Value::Null,
        });
    }
    all
}

/// All resources of a user, and the number of events.
pub(crate) async fn everything(app: &App) -> Value {
    let mut all = serde_json::Map::new();
    for path in [
        "tasks?status=all&limit=200",
        "tags?usage=true",
        "filters",
        "channels",
        "deliveries",
        "notifications/settings",
        "changes",
        "tokens",
        "grants",
        "invitations",
        "notifications",
        "conversations",
        "conversations/talk?include=model",
        "session",
    ] {
        let mut answer = app.get(&format!("/api/v1/{path}")).await.expect(200);
        forget_last_use(&mut answer);
        all.insert(path.into(), answer);
    }
    let mut tx = app.db.read().await.unwrap();
    let end = tx.end_of_events().await.unwrap();
    all.insert("events".into(), end.into());
    let next = tx.next_reminder().await.unwrap();
    all.insert("reminder".into(), json!(next));
    all.into()
}

/// Removes the time at which a token was last used, which is written a little later.
pub(crate) fn forget_last_use(answer: &mut Value) {
    match answer {
        Value::Array(items) => items.iter_mut().for_each(forget_last_use),
        Value::Object(fields) => {
            fields.remove("last_used_at");
            fields.values_mut().for_each(forget_last_use);
        }
        _ => {}
    }
}

/// Sends, and fails if there is no response in time.
pub(crate) async fn send(call: Call) -> Reply {
    tokio::time::timeout(ANSWER_TIMEOUT, call.send())
        .await
        .expect("an answer in time")
}

/// Checks the properties of every error: 4xx, problem details, a code, and a hint if a field was refused.
#[track_caller]
pub(crate) fn assert_refused(reply: &Reply, what: &str) -> Value {
    let shown = String::from_utf8_lossy(&reply.bytes);
    let shown: String = shown.chars().take(1000).collect();
    assert!(
        reply.status.is_client_error(),
        "{what}: {} {shown}",
        reply.status
    );
    assert_eq!(
        reply.header("content-type"),
        "application/problem+json",
        "{what}"
    );
    let problem = reply.json();
    assert_eq!(problem["status"], reply.status.as_u16(), "{what}: {shown}");
    let code = problem["code"].as_str().unwrap_or_default();
    assert!(
        !code.is_empty()
            && code
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
        "{what}: {shown}"
    );
    for name in ["type", "title", "detail"] {
        assert!(
            problem[name].as_str().is_some_and(|text| !text.is_empty()),
            "{what}: {name}: {shown}"
        );
    }
    if reply.status == 422 {
        assert!(
            problem["hint"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{what}: no advice: {shown}"
        );
        assert!(
            problem["errors"]
                .as_array()
                .is_some_and(|errors| !errors.is_empty()),
            "{what}: no field: {shown}"
        );
    }
    if reply.status == 401 {
        assert_eq!(reply.header("www-authenticate"), "Bearer", "{what}");
    }
    assert!(reply.bytes.len() < 4000, "{what}: a long refusal: {shown}");
    problem
}

/// Returns true if an error is about this field, a parent, or a child.
pub(crate) fn is_about(problem: &Value, field: &str) -> bool {
    problem["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|error| {
            let pointer = error["pointer"].as_str().unwrap_or_default();
            field.starts_with(pointer) || pointer.starts_with(field)
        })
}

both_databases!(text_that_looks_dangerous_is_only_text);

async fn text_that_looks_dangerous_is_only_text(db: TestDb) {
    let app = App::open(db).await;
    let long = "🙂".repeat(500);
    let texts = [
        "'; DROP TABLE tasks; --",
        "Robert\"); DELETE FROM users WHERE ('1'='1",
        "$1 $2 ? :name @name",
        "<script>alert('x')</script><img src=x onerror=alert(1)>",
        "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
        "100% _sure_ !really \\ back\\slash",
        "%%%___!!!",
        "👩‍👩‍👧‍👦 🏳️‍🌈 é ñ",
        "שלום مرحبا 你好 नमस्ते",
        "İSTANBUL ΟΔΟΣ STRASSE ẞ",
        "mark \u{FFFF} \u{10FFFF} \u{E000}",
        "\\u0000 \\x00 %00 &#0;",
        "milk & bread | ! (a test",
        "null",
        "../../etc/passwd",
        long.as_str(),
    ];
    for text in texts {
        let made = app
            .task(json!({"title": text, "notes": format!("line\n\t{text}\r\n")}))
            .await;
        let path = format!("/api/v1/tasks/{}", made["id"].as_str().unwrap());
        let read = app.get(&path).await.expect(200);
        assert_eq!(read["title"], text);
        assert_eq!(read["notes"], format!("line\n\t{text}\r\n"));
        let searched: String = text.chars().take(200).collect();
        let query = percent(&searched);
        let found = app
            .get(&format!("/api/v1/tasks?q={query}"))
            .await
            .expect(200);
        let numbers: Vec<&Value> = found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|task| &task["number"])
            .collect();
        assert_eq!(numbers, [&made["number"]], "{text}");
        // The same in a conversation, where a literal backslash sequence is only text too.
        let message = json!({"role": "user", "parts": [{"type": "text", "text": text}], "model": {text: [text]}});
        app.put("/api/v1/conversations/talk/messages/one", message.clone())
            .await
            .expect(200);
        let kept = app
            .get("/api/v1/conversations/talk?include=model")
            .await
            .expect(200);
        assert_eq!(kept["messages"][0]["parts"], message["parts"]);
        assert_eq!(kept["messages"][0]["model"], message["model"]);
    }
}

/// A percent-encoded query value.
pub(crate) fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut escaped, byte| {
        let _ = write!(escaped, "%{byte:02X}");
        escaped
    })
}

/// A request with a body that `serde_json` would not write.
pub(crate) fn raw(call: Call, body: impl Into<Body>) -> Call {
    call.body("application/json", body)
}
