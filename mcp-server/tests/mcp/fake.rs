//! A fake API: it stores tasks in memory, records each request, and fails on demand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use taskwire_client::{Client, Secret};

/// The only token that the fake accepts.
pub(crate) const TOKEN: &str = "the-token";

/// The internal credential for it.
pub(crate) const CREDENTIAL: &str = "the-credential";

/// A request as the API received it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// The requests that identify the caller.
const OF_CALLER: [&str; 3] = [
    "/api/v1/session",
    "/api/v1/changes",
    "/api/v1/internal/credentials",
];

#[derive(Default)]
struct Inner {
    tasks: BTreeMap<i64, Value>,
    seen: Vec<Seen>,
    /// Responds to every write with this status and no problem details, like a broken gateway.
    broken: bool,
}

/// The fake API.
#[derive(Clone, Default)]
pub(crate) struct Fake(Arc<Mutex<Inner>>);

impl Fake {
    pub(crate) fn api(&self) -> Client {
        Client::in_process(Router::new().fallback(answer).with_state(self.clone()))
    }

    pub(crate) fn signed_in(&self) -> Client {
        self.api().with_token(Secret::new(TOKEN))
    }

    /// Adds a task, with these fields instead of the defaults.
    pub(crate) fn task(&self, number: i64, fields: &Value) -> &Self {
        let mut task = view(number, "Water the plants");
        for (name, value) in fields.as_object().unwrap() {
            task[name] = value.clone();
        }
        self.0.lock().unwrap().tasks.insert(number, task);
        self
    }

    pub(crate) fn break_down(&self) {
        self.0.lock().unwrap().broken = true;
    }

    /// The requests so far, without those that identify the caller, or look for tasks like a new one.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        let inner = self.0.lock().unwrap();
        inner
            .seen
            .iter()
            .filter(|seen| !OF_CALLER.contains(&seen.path.as_str()))
            .filter(|seen| !seen.query.contains("search="))
            .cloned()
            .collect()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }
}

/// A task without anything special.
pub(crate) fn view(number: i64, title: &str) -> Value {
    json!({
        "id": "018f0000-0000-7000-8000-000000000001", "number": number, "title": title, "notes": "",
        "status": "open", "priority": "none", "tags": [], "due": null, "due_at": null, "due_weekday": null,
        "due_zone": null, "is_overdue": false, "recurrence": null, "series": null, "occurrence": null,
        "reminders": [], "version": 1, "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T10:00:00Z",
        "completed_at": null, "deleted_at": null, "change": "018f0000-0000-7000-8000-000000000002",
    })
}

/// Fields of a weekly task.
pub(crate) fn weekly() -> Value {
    json!({
        "due": "2026-11-23", "due_weekday": "Monday", "due_zone": "Europe/Rome", "occurrence": "2026-11-23",
        "series": "018f0000-0000-7000-8000-000000000003",
        "recurrence": {
            "rrule": "FREQ=WEEKLY;BYDAY=MO", "anchor": "schedule", "catch_up": "next_future", "overflow": "clamp",
            "text": "every Monday", "next": ["2026-11-30", "2026-12-07", "2026-12-14"],
        },
    })
}

async fn answer(State(fake): State<Fake>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let seen = Seen {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: parse(&body),
    };
    let mut inner = fake.0.lock().unwrap();
    inner.seen.push(seen.clone());
    let token = seen.header("authorization");
    let accepted = [TOKEN, CREDENTIAL].map(|token| format!("Bearer {token}"));
    if !accepted.iter().any(|known| token == Some(known)) {
        return problem(401, "unauthorized", "The token is not known.", &[]);
    }
    if inner.broken && !OF_CALLER.contains(&seen.path.as_str()) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    inner.route(&seen)
}

fn session() -> Value {
    json!({
        "user": {"id": "018f0000-0000-7000-8000-000000000004", "name": "ada", "zone": "Europe/Rome"},
        "token": null,
    })
}

fn parse(body: &Bytes) -> Value {
    if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(body).unwrap()
    }
}

impl Inner {
    fn route(&mut self, seen: &Seen) -> Response {
        let path = seen.path.strip_prefix("/api/v1").unwrap();
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (seen.method.as_str(), segments.as_slice()) {
            ("GET", ["session"]) => ok(&session()),
            ("POST", ["internal", "credentials"]) => {
                ok(&json!({"credential": CREDENTIAL, "session": session(), "is_granted": false}))
            }
            ("GET", ["changes"]) => ok(&json!({"items": [], "next_cursor": null})),
            ("GET", ["tasks"]) if seen.query.contains("search=") => {
                ok(&json!({"items": [], "next_cursor": null}))
            }
            ("GET", ["tags"]) => {
                let tag = |name: &str| json!({"id": "018f0000-0000-7000-8000-000000000005", "name": name, "color": "#112233"});
                let tag = |name, open| {
                    let mut tag = tag(name);
                    tag["open_task_count"] = json!(open);
                    tag
                };
                ok(&json!({"items": [tag("Work", 2), tag("Shopping", 0)], "next_cursor": null}))
            }
            ("GET", ["tasks"]) => {
                if seen.query.contains("due_before=never") {
                    return problem(
                        422,
                        "invalid_due",
                        "One field is wrong.",
                        &[("due_before", "\"never\" is not a date.")],
                    );
                }
                let items: Vec<&Value> = self.tasks.values().collect();
                ok(&json!({"items": items, "next_cursor": "abc"}))
            }
            ("GET", ["series", _]) => ok(
                &json!({"id": "018f0000-0000-7000-8000-000000000003", "title": "Stretch", "recurrence": null,
                    "open": null, "coming": [], "past": [], "next_cursor": null}),
            ),
            ("GET", ["agenda"]) => self.agenda(),
            ("POST", ["tasks"]) => self.create(&seen.body),
            ("POST", ["tasks", "quick"]) => {
                let mut task = self.add(seen.body["text"].as_str().unwrap());
                task["warnings"] = json!(["blursday"]);
                ok(&task)
            }
            (_, ["tasks", number, rest @ ..]) => self.one(seen, number.parse().unwrap(), rest),
            other => panic!("the API has no {other:?}"),
        }
    }

    fn agenda(&self) -> Response {
        let day = |date: &str, weekday: &str, tasks: Vec<&Value>| json!({"date": date, "weekday": weekday, "week": "2026-11-23", "tasks": tasks, "upcoming": []});
        let mut days = [
            day("2026-11-27", "Friday", self.tasks.values().collect()),
            day("2026-11-28", "Saturday", Vec::new()),
            day("2026-11-29", "Sunday", Vec::new()),
        ];
        let task = "018f0000-0000-7000-8000-000000000001";
        days[2]["upcoming"] = json!([{"task": task, "number": 1, "title": "Stretch", "due": "2026-11-29T07:00",
                "occurrence": "0/2026-11-29"}]);
        ok(&json!({
            "today": "2026-11-27", "weekday": "Friday", "zone": "Europe/Rome", "week_start": "monday",
            "overdue": [], "days": days, "truncated": false,
        }))
    }

    fn add(&mut self, title: &str) -> Value {
        let number = self.tasks.keys().max().unwrap_or(&0) + 1;
        let task = view(number, title);
        self.tasks.insert(number, task.clone());
        task
    }

    fn create(&mut self, body: &Value) -> Response {
        if body["due"] == "blursday" {
            return problem(
                422,
                "invalid_due",
                "One field is wrong.",
                &[("/due", "\"blursday\" is not a date.")],
            );
        }
        let mut task = self.add(body["title"].as_str().unwrap());
        for name in ["notes", "priority", "tags", "due"] {
            if !body[name].is_null() {
                task[name] = body[name].clone();
            }
        }
        ok(&task)
    }

    fn one(&mut self, seen: &Seen, number: i64, rest: &[&str]) -> Response {
        let Some(task) = self.tasks.get_mut(&number) else {
            return problem(
                404,
                "not_found",
                &format!("There is no task {number}."),
                &[],
            );
        };
        let version = task["version"].as_i64().unwrap();
        match (seen.method.as_str(), rest) {
            ("GET", []) => return ok(task),
            ("PATCH", []) => {
                if seen
                    .header("if-match")
                    .is_some_and(|expected| expected != format!("\"{version}\""))
                {
                    return problem(
                        412,
                        "version_conflict",
                        "The task has changed meanwhile.",
                        &[],
                    );
                }
                for (name, value) in seen.body.as_object().unwrap() {
                    if name.ends_with("_tags") {
                        continue;
                    }
                    task[name] = match (name.as_str(), value) {
                        ("notes", Value::Null) => json!(""),
                        ("priority", Value::Null) => json!("none"),
                        ("tags" | "reminders", Value::Null) => json!([]),
                        ("reminders" | "recurrence", _) => task[name].clone(),
                        _ => value.clone(),
                    };
                }
            }
            ("GET", ["explain"]) => {
                return ok(&json!({
                    "due": task["due"], "weekday": task["due_weekday"], "kind": "date", "zone": "Europe/Rome",
                    "zone_from": "owner", "due_at": null, "today": "2026-11-20", "is_overdue": false,
                    "shifted": null, "series": null, "next": [],
                    "reasons": ["It repeats every Monday.", "The last one was done on Monday 2026-11-16."],
                }));
            }
            ("POST", ["reschedule"]) => {
                if seen.body["expected_weekday"] == "friday" {
                    return problem(
                        422,
                        "wrong_weekday",
                        "One field is wrong.",
                        &[(
                            "/expected_weekday",
                            "2026-11-25 is a Wednesday, not a Friday.",
                        )],
                    );
                }
                task["due"] = seen.body["due"].clone();
            }
            ("POST", ["skip"]) => task["status"] = json!("skipped"),
            ("POST", ["snooze"]) => {}
            ("DELETE", []) => task["status"] = json!("deleted"),
            ("POST", ["complete"]) => {
                task["status"] = json!("completed");
                task["completed_at"] = json!("2026-11-20T12:00:00Z");
            }
            ("POST", ["restore"]) if task["status"] != "deleted" => {
                task["changed"] = json!(false);
                return ok(task);
            }
            ("POST", ["reopen" | "restore"]) => task["status"] = json!("open"),
            other => panic!("the API has no {other:?}"),
        }
        task["version"] = json!(version + 1);
        task["changed"] = json!(true);
        ok(task)
    }
}

fn ok(body: &Value) -> Response {
    axum::Json(body).into_response()
}

fn problem(status: u16, code: &str, detail: &str, errors: &[(&str, &str)]) -> Response {
    let errors: Vec<Value> = errors
        .iter()
        .map(|(pointer, detail)| json!({"pointer": pointer, "detail": detail}))
        .collect();
    let hint = (status == 422).then_some("Send a date such as 2026-12-01.");
    let body = json!({
        "type": "about:blank", "title": "Refused", "status": status, "detail": detail, "code": code,
        "errors": errors, "hint": hint,
    });
    (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
}
