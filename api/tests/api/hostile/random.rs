//! Thousands of random requests.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};
use taskwire_testkit::{Kind, TestDb};
use tokio::runtime::Runtime;

use super::{Fixtures, Operation, assert_refused, create_fixtures, operations, percent, send};
use crate::support::App;

/// Known field names, because a random one is never known. Without the password, whose hashing is slow on purpose.
const NAMES: [&str; 39] = [
    "duration_minutes",
    "add_reminders",
    "series",
    "scope",
    "reason",
    "ignore",
    "parse",
    "expected_weekday",
    "exdate",
    "rdate",
    "week_start",
    "date_order",
    "preview",
    "title",
    "notes",
    "priority",
    "tags",
    "due",
    "recurrence",
    "reminders",
    "rrule",
    "text",
    "anchor",
    "catch_up",
    "overflow",
    "minutes_before",
    "at",
    "occurrence",
    "zone",
    "name",
    "color",
    "label",
    "scopes",
    "expires_in_days",
    "role",
    "parts",
    "approved",
    "code",
    "message",
];

/// Words that the grammar or a check knows.
const WORDS: [&str; 40] = [
    "tomorrow",
    "every",
    "day",
    "monday",
    "5pm",
    "2026-12-01",
    "2026-02-30",
    "T09:00",
    "[Europe/Rome]",
    "[",
    "]",
    "p1",
    "#home",
    "!",
    "remind",
    "me",
    "in",
    "3",
    "999999999",
    "weeks",
    "last",
    "of",
    "the",
    "month",
    "31st",
    "FREQ=",
    "DAILY",
    ";INTERVAL=",
    "0",
    "-1",
    ";BYDAY=MO",
    ";COUNT=",
    ";UNTIL=",
    "YEARLY",
    ";BYMONTHDAY=",
    "until",
    "starting",
    "every!",
    "high",
    "🙂",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        prop::collection::vec(prop::sample::select(&WORDS[..]), 0..8)
            .prop_map(|words| words.join(" ")),
        prop::collection::vec(prop::sample::select(&WORDS[..]), 0..8)
            .prop_map(|words| words.concat()),
        (
            "\\PC{0,20}",
            prop::sample::select(&WORDS[..]),
            any::<char>()
        )
            .prop_map(|(text, word, c)| format!("{word}{c}{text}")),
    ]
}

fn body() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let name = prop_oneof![
            9 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A server for all cases, and a runtime to call it on.
struct World {
    runtime: Runtime,
    app: App,
    fixtures: Fixtures,
    operations: Vec<Operation>,
}

impl World {
    fn new(kind: Kind) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let (app, fixtures) = runtime.block_on(async {
            let app = App::open(TestDb::create(kind)).await;
            let fixtures = create_fixtures(&app).await;
            (app, fixtures)
        });
        Self {
            runtime,
            app,
            fixtures,
            operations: operations(),
        }
    }
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    })
}

/// Fails on a response that is neither a success nor a valid error.
async fn answer(call: crate::support::Call, what: &str) -> crate::support::Reply {
    let reply = send(call).await;
    if !reply.status.is_success() {
        assert_refused(&reply, what);
    }
    reply
}

fn any_body_is_answered(kind: Kind, cases: u32) {
    let world = World::new(kind);
    let writers: Vec<&Operation> = world
        .operations
        .iter()
        .filter(|operation| operation.body().is_some())
        .collect();
    runner(cases)
        .run(
            &(body(), 0..writers.len(), any::<bool>()),
            |(body, index, whole)| {
                let operation = writers[index];
                let mut sent = body;
                // Half of them are nearly valid: a good body with one random field.
                if !whole && let Some(Value::Object(mut good)) = operation.body() {
                    let at = sent.to_string().len() % good.len();
                    let name = good.keys().nth(at).unwrap().clone();
                    good.insert(name, sent);
                    sent = good.into();
                }
                let path = operation.path(&world.fixtures);
                let what = format!("{} {path} {sent}", operation.method);
                world
                    .runtime
                    .block_on(answer(operation.call(&world.app, &path).json(&sent), &what));
                Ok(())
            },
        )
        .unwrap();
}

#[test]
fn any_body_is_answered_on_sqlite() {
    any_body_is_answered(Kind::Sqlite, 2000);
}

#[test]
fn any_body_is_answered_on_postgres() {
    any_body_is_answered(Kind::Postgres, 300);
}

/// An accepted task can be read, completed and followed by its next occurrence.
async fn live(app: &App, made: &Value) {
    let path = format!("/api/v1/tasks/{}", made["number"]);
    let mut made = made.clone();
    for of_the_line in ["changed", "warnings", "spans", "remarks"] {
        made.as_object_mut().unwrap().remove(of_the_line);
    }
    assert_eq!(app.get(&path).await.expect(200), made);
    app.get(&format!("{path}/explain")).await.expect(200);
    app.post(&format!("{path}/complete"), json!({}))
        .await
        .expect(200);
    let next = app.advance(&made).await;
    if let Some(number) = next["number"].as_i64() {
        app.get(&format!("/api/v1/tasks/{number}"))
            .await
            .expect(200);
        app.delete(&format!("/api/v1/tasks/{number}"))
            .await
            .expect(200);
    }
}

fn any_text_is_answered(kind: Kind, cases: u32) {
    let world = World::new(kind);
    let app = &world.app;
    runner(cases)
        .run(&(text(), 0..10_usize), |(text, place)| {
            let escaped = percent(&text);
            let with = |path: &str, body: Value| app.call("POST", path).json(&body);
            let task = |field: Value| {
                let mut body = json!({"title": "Anything"});
                body.as_object_mut()
                    .unwrap()
                    .extend(field.as_object().unwrap().clone());
                with("/api/v1/tasks", body)
            };
            let call = match place {
                0 => with("/api/v1/tasks/quick", json!({"text": text})),
                1 => with(
                    "/api/v1/tasks/quick",
                    json!({"text": "milk tomorrow", "zone": text}),
                ),
                2 => task(json!({"due": text})),
                3 => task(json!({"recurrence": {"rrule": text}})),
                4 => task(json!({"recurrence": {"text": text}})),
                5 => task(json!({"reminders": [{"at": text}], "title": text})),
                6 => app.call("GET", &format!("/api/v1/tasks?cursor={escaped}")),
                7 => app.call("GET", &format!("/api/v1/tasks?status=all&q={escaped}")),
                8 => app.call(
                    "GET",
                    &format!("/api/v1/tasks?due_before={escaped}&tag={escaped}"),
                ),
                _ => with(
                    &format!("/api/v1/tasks/{}/complete", world.fixtures.task),
                    json!({"occurrence": text}),
                ),
            };
            world.runtime.block_on(async {
                let reply = answer(call, &format!("{place} {text:?}")).await;
                if reply.status == 201 {
                    live(app, &reply.json()).await;
                }
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_text_is_answered_on_sqlite() {
    any_text_is_answered(Kind::Sqlite, 2000);
}

#[test]
fn any_text_is_answered_on_postgres() {
    any_text_is_answered(Kind::Postgres, 300);
}
