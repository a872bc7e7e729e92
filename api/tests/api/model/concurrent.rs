//! Several clients of one user act at once, on two processes, also on occurrences that are still to come. No model can say what each is answered, but at the end rows,
//! histories, events, changes and counts agree, and each acknowledged write is in the history exactly once.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use taskwire_testkit::TestDb;

use super::number;
use super::player::CLIENTS;
use super::shown::view_of;
use crate::races::{all_at_once, assert_counts, in_parallel};
use crate::support::{App, Call, Person, Reply};

in_parallel!(concurrent_clients_lose_nothing);

/// Sequences in the usual run.
const SEQUENCES: u64 = 4;
/// Rounds of each sequence, in which every client acts once.
const ROUNDS: usize = 10;
/// Clients, two of each kind.
const COUNT: usize = 6;
const TAGS: [&str; 3] = ["Work", "home", "Straße"];

/// What a client sends.
struct Sent {
    client: usize,
    method: &'static str,
    path: String,
    body: Value,
    key: String,
}

/// The clients of one user.
struct Clients<'a> {
    app: &'a App,
    second: Router,
    person: Person,
    tokens: Vec<String>,
    rng: StdRng,
    keys: usize,
    /// The changes that were acknowledged, and which client made each.
    acknowledged: BTreeMap<String, usize>,
    /// The number, version and change of each task that a response shows as changed.
    shown: Vec<(i64, i64, String)>,
    /// The changes that each client may undo.
    own: Vec<Vec<String>>,
    /// Occurrences that were still to come before this round: the number of the open task, and the key.
    coming: Vec<(i64, String)>,
}

async fn concurrent_clients_lose_nothing(db: TestDb) {
    let app = App::open(db).await;
    let sequences = number("TASKWIRE_MODEL_SEQUENCES", SEQUENCES * 25).div_ceil(25);
    let first = number("TASKWIRE_MODEL_SEED", 1);
    for seed in first..first + sequences {
        let mut clients = Clients::new(&app, seed).await;
        for _ in 0..ROUNDS {
            clients.round().await;
        }
        clients.check(seed).await;
    }
}

impl<'a> Clients<'a> {
    async fn new(app: &'a App, seed: u64) -> Self {
        let name = format!("Cleo {seed}");
        let person = app.person(&name).await;
        let mut tokens = vec![];
        for _ in 0..COUNT {
            tokens.push(app.token(&name, &["read", "write"]).await);
        }
        Self {
            app,
            second: app.second_instance().await,
            person,
            tokens,
            rng: StdRng::seed_from_u64(seed),
            keys: 0,
            acknowledged: BTreeMap::new(),
            shown: vec![],
            own: vec![vec![]; COUNT],
            coming: vec![],
        }
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.random_range(0..of.len())]
    }

    /// A random request, mostly about the same few tasks.
    fn request(&mut self, client: usize) -> Sent {
        self.keys += 1;
        let key = format!("key-{}", self.keys);
        let task = self.rng.random_range(1..=8);
        let tag = self.one(&TAGS);
        let due = format!("2026-12-{:02}", self.rng.random_range(1..29));
        let (method, path, body) = match self.rng.random_range(0..30) {
            24.. if !self.coming.is_empty() => self.ahead(&due),
            0..4 => {
                let mut body = json!({"title": key, "tags": [tag], "due": due});
                if self.rng.random_ratio(1, 2) {
                    body["recurrence"] = "every day".into();
                }
                ("POST", "tasks".to_owned(), body)
            }
            4..9 => {
                let priority = self.one(&["high", "low", "none"]);
                let body = json!({"title": key, "priority": priority, "add_tags": [tag]});
                ("PATCH", format!("tasks/{task}"), body)
            }
            9..12 => ("POST", format!("tasks/{task}/complete"), json!({})),
            12 => ("POST", format!("tasks/{task}/reopen"), Value::Null),
            13 => ("POST", format!("tasks/{task}/skip"), json!({})),
            14 => {
                let body = json!({"due": due, "scope": "all"});
                ("POST", format!("tasks/{task}/reschedule"), body)
            }
            15 => ("DELETE", format!("tasks/{task}"), Value::Null),
            16 => ("POST", format!("tasks/{task}/restore"), Value::Null),
            17 => {
                let ops = json!([{"op": "create", "body": {"title": key}},
                    {"op": "complete", "task": task},
                    {"op": "patch", "task": task % 8 + 1, "body": {"notes": key}}]);
                let body = json!({"operations": ops, "atomic": self.rng.random_ratio(1, 2)});
                ("POST", "tasks/batch".to_owned(), body)
            }
            18 => {
                let body = json!({"filter": {"tag": tag}, "expected_count": self.rng.random_range(0..6),
                    "change": {"op": "patch", "body": {"priority": "medium"}}});
                ("POST", "tasks/bulk".to_owned(), body)
            }
            _ => match self.own[client].pop() {
                Some(change) => ("POST", format!("changes/{change}/undo"), Value::Null),
                None => ("POST", "tasks".to_owned(), json!({"title": key})),
            },
        };
        Sent {
            client,
            method,
            path,
            body,
            key,
        }
    }

    /// Something about an occurrence that is still to come, or was.
    fn ahead(&mut self, due: &str) -> (&'static str, String, Value) {
        let at = self.rng.random_range(0..self.coming.len());
        let (number, key) = self.coming[at].clone();
        let mut body = json!({"occurrence": key});
        let what = self.one(&["skip", "complete", "reschedule"]);
        if what == "reschedule" {
            body["due"] = due.into();
        }
        ("POST", format!("tasks/{number}/{what}"), body)
    }

    fn call(&self, sent: &Sent) -> Call {
        let (via, name) = CLIENTS[sent.client % CLIENTS.len()];
        let path = format!("/api/v1/{}", sent.path);
        let mut call = self.app.call(sent.method, &path);
        call = call
            .token(&self.tokens[sent.client])
            .header("taskwire-via", via);
        if let Some(name) = name {
            call = call.header("taskwire-client", name);
        }
        if sent.client % 2 == 1 {
            call = call.to(&self.second);
        }
        call = call.header("idempotency-key", &sent.key);
        if sent.body.is_null() {
            call
        } else {
            call.json(&sent.body)
        }
    }

    /// Every client acts at once, some of them twice with the same key, and the consumer continues series.
    async fn round(&mut self) {
        self.coming = self.coming().await;
        let mut sent: Vec<Sent> = (0..COUNT).map(|client| self.request(client)).collect();
        let twice = self.rng.random_range(0..COUNT);
        let again = &sent[twice];
        let again = Sent {
            path: again.path.clone(),
            body: again.body.clone(),
            key: again.key.clone(),
            ..*again
        };
        sent.push(again);
        let ended = self.list("status=completed&sort=number").await;
        let calls: Vec<Call> = sent.iter().map(|sent| self.call(sent)).collect();
        let advances = ended.iter().map(|task| {
            let path = format!(
                "/api/v1/internal/tasks/{}/advance",
                task["id"].as_str().unwrap()
            );
            self.app.service("POST", &path, self.person.id())
        });
        let replies = all_at_once(calls.into_iter().chain(advances)).await;
        for (index, reply) in replies.iter().enumerate() {
            self.note(sent.get(index), reply);
        }
    }

    fn note(&mut self, sent: Option<&Sent>, reply: &Reply) {
        let told = || {
            format!(
                "{} {}",
                sent.map_or("advance", |sent| &sent.path),
                reply.text()
            )
        };
        if !reply.status.is_success() {
            assert!(
                [404, 409, 412, 422].contains(&reply.status.as_u16()),
                "{}",
                told()
            );
            return;
        }
        let Some(change) = reply.headers.get("taskwire-change") else {
            return;
        };
        let change = change.to_str().unwrap().to_owned();
        let client = sent.map_or(COUNT, |sent| sent.client);
        let known = self.acknowledged.insert(change.clone(), client);
        assert_eq!(known, known.filter(|by| *by == client), "{}", told());
        let body = reply.json();
        if body["changed"] == true && body["number"].is_i64() {
            let number = |name: &str| body[name].as_i64().unwrap();
            let shown = (number("number"), number("version"), change.clone());
            self.shown.push(shown);
        }
        if known.is_none() && client < COUNT {
            self.own[client].push(change);
        }
    }

    /// The next occurrences of a few series. No ended one comes again, and no series has two open tasks.
    async fn coming(&self) -> Vec<(i64, String)> {
        let tasks = self.list("status=all&recurring=true&sort=number").await;
        let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut open: BTreeSet<&str> = BTreeSet::new();
        for task in &tasks {
            let text = |name: &str| task[name].as_str().unwrap();
            assert!(seen.insert((text("series"), text("occurrence"))), "{task}");
            assert!(
                task["status"] != "open" || open.insert(text("series")),
                "{task}"
            );
        }
        let mut coming = vec![];
        for id in open.into_iter().take(3) {
            let series = self.get(&format!("series/{id}?coming=3")).await;
            for one in series["coming"].as_array().unwrap() {
                let key = one["occurrence"].as_str().unwrap();
                assert!(!seen.contains(&(id, key)), "{key} of {series}");
                let number = series["open"]["number"].as_i64().unwrap();
                coming.push((number, key.to_owned()));
            }
        }
        coming
    }

    async fn get(&self, path: &str) -> Value {
        let call = self.app.call("GET", &format!("/api/v1/{path}"));
        call.token(&self.person.token).send().await.expect(200)
    }

    async fn list(&self, query: &str) -> Vec<Value> {
        let page = self.get(&format!("tasks?limit=200&{query}")).await;
        assert_eq!(page["next_cursor"], Value::Null);
        page["items"].as_array().unwrap().clone()
    }

    async fn check(&self, seed: u64) {
        self.coming().await;
        let tasks = self.list("status=all&sort=number").await;
        let mut told: BTreeSet<(i64, i64, String)> = BTreeSet::new();
        for task in &tasks {
            let number = task["number"].as_i64().unwrap();
            let path = format!("tasks/{number}/history?limit=200");
            let page = self.get(&path).await;
            let entries = page["items"].as_array().unwrap().iter().rev();
            let entries = entries.filter(|one| one["type"].as_str().unwrap().starts_with("task."));
            let mut version = 0;
            for entry in entries {
                version += 1;
                assert_eq!(entry["version"], version, "task {number}, seed {seed}");
                let change = entry["change"].as_str().unwrap().to_owned();
                self.assert_actor(entry, &change, seed);
                assert!(told.insert((number, version, change)));
            }
            assert_eq!(task["version"], version, "task {number}, seed {seed}");
        }
        let listed: BTreeSet<i64> = told.iter().map(|(number, ..)| *number).collect();
        for shown in self
            .shown
            .iter()
            .filter(|(number, ..)| listed.contains(number))
        {
            assert!(told.contains(shown), "{shown:?}, seed {seed}");
        }
        self.check_events(&tasks, seed).await;
        self.check_changes(seed).await;
        assert_counts(self.app, &self.person.token).await;
    }

    /// The entry names the client that was told of its change.
    fn assert_actor(&self, entry: &Value, change: &str, seed: u64) {
        let client = self.acknowledged.get(change);
        let client = *client.unwrap_or_else(|| panic!("nobody was told: {entry}, seed {seed}"));
        let (via, name) = match client {
            COUNT => ("consumer", None),
            client => CLIENTS[client % CLIENTS.len()],
        };
        assert_eq!(entry["actor"]["via"], via, "{entry}, seed {seed}");
        assert_eq!(
            entry["actor"]["client"],
            json!(name),
            "{entry}, seed {seed}"
        );
    }

    /// Each event continues where the one before of its task ended, and the last one is the row.
    async fn check_events(&self, tasks: &[Value], seed: u64) {
        let mut tx = self.app.db.read().await.unwrap();
        let stored = tx.events_of(self.person.id(), 0, i64::MAX, 10_000).await;
        let mut changes: BTreeSet<String> = BTreeSet::new();
        let mut last: BTreeMap<i64, (i64, Value)> = BTreeMap::new();
        for event in stored.unwrap() {
            let event: Value = serde_json::from_str(&event.payload).unwrap();
            let (kind, data) = (event["type"].as_str().unwrap(), &event["data"]);
            if !kind.starts_with("task.") {
                continue;
            }
            changes.insert(data["change"].as_str().unwrap().to_owned());
            let number = data["after"]["number"].as_i64().unwrap();
            let sequence = data["sequence"].as_i64().unwrap();
            let before = last.insert(number, (sequence, data["after"].clone()));
            let (version, after) = before.unwrap_or((0, Value::Null));
            assert_eq!(sequence, version + 1, "task {number}, seed {seed}");
            if !after.is_null() {
                assert_eq!(
                    view_of(&data["before"]),
                    view_of(&after),
                    "{event}, seed {seed}"
                );
            }
        }
        for task in tasks {
            let (version, after) = &last[&task["number"].as_i64().unwrap()];
            assert_eq!(task["version"], *version, "seed {seed}");
            assert_eq!(view_of(task), view_of(after), "seed {seed}");
        }
        let acknowledged: BTreeSet<String> = self.acknowledged.keys().cloned().collect();
        assert_eq!(changes, acknowledged, "seed {seed}");
    }

    /// What can be undone, and what was, are the acknowledged changes, each once.
    async fn check_changes(&self, seed: u64) {
        let page = self.get("changes?limit=200").await;
        assert_eq!(page["next_cursor"], Value::Null);
        let mut all: Vec<&str> = vec![];
        for change in page["items"].as_array().unwrap() {
            all.push(change["id"].as_str().unwrap());
            all.extend(change["undoes"].as_str());
        }
        let once: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(once.len(), all.len(), "seed {seed}");
        for change in all {
            assert!(
                self.acknowledged.contains_key(change),
                "{change}, seed {seed}"
            );
        }
    }
}
