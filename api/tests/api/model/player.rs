//! A user with several clients, whose requests are random, and who knows what each must answer.

use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use taskwire_domain::Clock;

use super::random::{Random, TURNS};
use super::request::{Expected, Names, Request, Sent};
use super::shown::assert_task;
use super::state::{Model, Refused};
use crate::support::{App, Person, Reply};

/// The clients: through which interface they act, and their names.
pub(super) const CLIENTS: [(&str, Option<&str>); 3] = [
    ("web", None),
    ("rest", Some("cron/1.0")),
    ("mcp", Some("claude-code/2.1")),
];

pub(super) struct Player<'a> {
    pub(super) app: &'a App,
    pub(super) person: Person,
    /// The token of each client.
    tokens: Vec<String>,
    pub(super) model: Model,
    pub(super) names: Names,
    random: Random,
    keys: usize,
    /// What was done, for the message of a failure.
    pub(super) story: Vec<String>,
}

impl<'a> Player<'a> {
    pub(super) async fn new(app: &'a App, name: &str, random: Random) -> Self {
        let person = app.person(name).await;
        let mut tokens = vec![];
        for _ in CLIENTS {
            tokens.push(app.token(name, &["read", "write"]).await);
        }
        let tags = app.call("GET", "/api/v1/tags").token(&person.token);
        let tags = tags.send().await.expect(200);
        let text = |tag: &Value, name: &str| tag[name].as_str().unwrap().to_owned();
        let first: Vec<(String, String)> = tags["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| (text(tag, "name"), text(tag, "color")))
            .collect();
        let first: Vec<(&str, &str)> = first
            .iter()
            .map(|(name, color)| (name.as_str(), color.as_str()))
            .collect();
        let mut player = Self {
            app,
            person,
            tokens,
            model: Model::new(app.clock.now(), &first),
            names: Names::default(),
            random,
            keys: 0,
            story: vec![],
        };
        player.learn_tags().await;
        player
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let call = self.app.call("GET", &format!("/api/v1/{path}"));
        call.token(&self.person.token).send().await.expect(200)
    }

    async fn send(
        &self,
        client: usize,
        sent: &Sent,
        headers: &[(&str, &str)],
        query: &str,
    ) -> Reply {
        let path = format!("/api/v1/{}{query}", sent.path);
        let (via, name) = CLIENTS[client];
        let mut call = self.app.call(sent.method, &path);
        call = call.token(&self.tokens[client]).header("taskwire-via", via);
        for (header, value) in name.iter().map(|name| ("taskwire-client", *name)) {
            call = call.header(header, value);
        }
        for (header, value) in headers {
            call = call.header(header, value);
        }
        if let Some(version) = sent.expected {
            call = call.header("if-match", &format!("\"{version}\""));
        }
        if let Some(body) = &sent.body {
            call = call.json(body);
        }
        call.send().await
    }

    /// One random request of one client, or one call of the recurrence consumer.
    pub(super) async fn step(&mut self) {
        let now = self.app.clock.now().checked_add(1.second()).unwrap();
        self.app.clock.set(now);
        if self.random.chance(22) {
            return self.advance(now).await;
        }
        let request = self.random.request(&self.model);
        let client = self.random.one(&[0, 1, 2]);
        let is_undo = matches!(request, Request::Undo(_) | Request::UndoTurn(_));
        let turn = (!is_undo && self.random.chance(30)).then(|| self.random.one(&TURNS));
        let mut next = self.model.clone();
        next.now = now;
        next.client = Some(client);
        next.recorded.turn = turn;
        let expected = next.apply(&request);
        let change = expected.as_ref().ok().and_then(|_| next.commit());
        let sent = request.sent(&self.model, &self.names);
        self.keys += 1;
        let key = format!("key-{}", self.keys);
        let mut headers = vec![("idempotency-key", key.as_str())];
        headers.extend(turn.map(|turn| ("taskwire-chat-turn", turn)));
        self.story.push(format!(
            "{} {} {} -> {expected:?}",
            sent.method,
            sent.path,
            sent.body
                .as_ref()
                .map_or_else(String::new, Value::to_string)
        ));
        if self.random.chance(8) {
            let dry = self.send(client, &sent, &headers, "?dry_run=true").await;
            self.assert_answer(&dry, &expected);
            assert!(!dry.headers.contains_key("taskwire-change"));
            if let Ok(Expected::Results(_) | Expected::Bulk(..) | Expected::Undone(_)) = expected {
                assert_eq!(dry.json()["change"], Value::Null, "{}", self.told());
            }
        }
        let reply = self.send(client, &sent, &headers, "").await;
        self.assert_answer(&reply, &expected);
        if self.random.chance(20) {
            self.repeat(client, &sent, &headers, &reply).await;
        }
        let Ok(expected) = expected else {
            return;
        };
        self.model = next;
        let named = reply.headers.get("taskwire-change");
        let named = named.map(|id| id.to_str().unwrap().to_owned());
        assert_eq!(named.is_some(), change.is_some(), "{}", self.told());
        self.names.changes.extend(change.zip(named));
        self.learn(&reply.json(), &expected);
        self.learn_tags().await;
    }

    /// Sends a request again under its key, and another one.
    async fn repeat(&self, client: usize, sent: &Sent, headers: &[(&str, &str)], first: &Reply) {
        let again = self.send(client, sent, headers, "").await;
        if !first.status.is_success() {
            assert_eq!(again.status, first.status, "{}", self.told());
            return;
        }
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
        let change = |reply: &Reply| reply.headers.get("taskwire-change").cloned();
        assert_eq!(change(&again), change(first));
        if let Some(body) = &sent.body {
            let mut other = body.clone();
            other["nobody_knows"] = 1.into();
            let other = Sent {
                body: Some(other),
                path: sent.path.clone(),
                ..*sent
            };
            let refused = self.send(client, &other, headers, "").await;
            assert_eq!(refused.status, 422, "{}", self.told());
        }
    }

    /// What the recurrence consumer does about some task, sooner or later.
    async fn advance(&mut self, now: Timestamp) {
        let ended = |status: &str| status == "completed" || status == "skipped";
        let all = self.model.tasks.values();
        let all = all.filter(|task| ended(task.row.status.as_str()) || task.row.hidden);
        let all: Vec<i64> = all.map(|task| task.number).collect();
        if all.is_empty() {
            return;
        }
        let number = self.random.one(&all);
        let mut next = self.model.clone();
        next.now = now;
        next.client = None;
        let expected = next.advance(number);
        let change = next.commit();
        self.story.push(format!("advance {number} -> {expected:?}"));
        let path = format!("/api/v1/internal/tasks/{}/advance", self.model.ids[&number]);
        let call = self.app.service("POST", &path, self.person.id());
        let reply = call.send().await;
        let view = reply.expect(200);
        assert_eq!(
            view["number"].as_i64(),
            expected.unwrap(),
            "{}",
            self.told()
        );
        self.model = next;
        if let (Some(successor), Some(change)) = (expected.unwrap(), change) {
            let id = view["id"].as_str().unwrap().to_owned();
            self.model.ids.insert(successor, id);
            let change_id = reply.header("taskwire-change").to_owned();
            self.names.changes.insert(change, change_id);
            assert_task(&view, &self.model.tasks[&successor], &self.told());
        }
    }

    fn assert_answer(&self, reply: &Reply, expected: &Result<Expected, Refused>) {
        let told = || format!("{}\n{}", self.told(), reply.text());
        let (status, body) = match expected {
            Err((status, code)) => {
                assert_eq!(reply.status, *status, "{}", told());
                assert!(
                    code.is_empty() || reply.json()["code"] == *code,
                    "{}",
                    told()
                );
                return;
            }
            Ok(Expected::Task(status, ..) | Expected::Tag(status, _)) => (*status, reply.json()),
            Ok(_) => (200, reply.json()),
        };
        assert_eq!(reply.status, status, "{}", told());
        match expected {
            Ok(Expected::Task(_, number, changed)) => {
                assert_eq!(body["number"], *number, "{}", told());
                assert_eq!(body["changed"], *changed, "{}", told());
            }
            Ok(Expected::Results(results)) => {
                let shown = body["results"].as_array().unwrap();
                assert_eq!(shown.len(), results.len());
                for (shown, result) in shown.iter().zip(results) {
                    let status = shown["status"].as_u64().unwrap();
                    match result {
                        Ok((changed, number)) => {
                            assert!(matches!(status, 200 | 201), "{}", told());
                            assert_eq!(shown["task"]["number"], *number, "{}", told());
                            assert_eq!(shown["task"]["changed"], *changed, "{}", told());
                        }
                        Err(refused) => assert_eq!(status, u64::from(*refused), "{}", told()),
                    }
                }
            }
            Ok(Expected::Bulk(matched, changed)) => {
                assert_eq!(body["matched"], *matched, "{}", told());
                assert_eq!(body["changed"], *changed, "{}", told());
            }
            Ok(Expected::Tag(_, Some(count))) => {
                assert_eq!(body["task_count"], *count, "{}", told());
            }
            Ok(Expected::Purged(count)) => assert_eq!(body["purged"], *count, "{}", told()),
            Ok(Expected::Undone(left_out)) => {
                let shown = body["left_out"].as_array();
                let shown = shown.into_iter().flatten().map(|task| &task["number"]);
                let mut shown: Vec<i64> = shown.map(|number| number.as_i64().unwrap()).collect();
                shown.sort_unstable();
                assert_eq!(shown, *left_out, "{}", told());
            }
            Ok(Expected::Tag(..)) | Err(_) => {}
        }
    }

    /// Notes the ids that a response names, and compares the tasks that it shows.
    fn learn(&mut self, body: &Value, expected: &Expected) {
        let mut shown: Vec<Value> = vec![];
        match expected {
            Expected::Task(..) => shown.push(body.clone()),
            Expected::Results(_) => {
                let all = body["results"].as_array().unwrap().iter();
                shown.extend(all.map(|result| result["task"].clone()));
            }
            Expected::Undone(_) | Expected::Bulk(..) => {
                shown.extend(body["tasks"].as_array().unwrap().iter().cloned());
            }
            Expected::Tag(..) | Expected::Purged(_) => {}
        }
        for view in shown.iter().filter(|view| view.is_object()) {
            let number = view["number"].as_i64().unwrap();
            let id = view["id"].as_str().unwrap().to_owned();
            let known = self.model.ids.entry(number).or_insert_with(|| id.clone());
            assert_eq!(*known, id);
            // A batch shows each task as it was then.
            let is_batch = matches!(expected, Expected::Results(_));
            let task = &self.model.tasks[&number];
            if !is_batch || view["version"] == task.version {
                assert_task(view, task, &self.told());
            }
        }
    }

    /// Learns the ids and colours of tags that tasks have created.
    async fn learn_tags(&mut self) {
        let is_known =
            |tag: &usize| self.names.tags.contains_key(tag) && self.model.tags[tag].color.is_some();
        if self.model.tags.keys().all(is_known) {
            return;
        }
        let tags = self.get("tags").await;
        for tag in tags["items"].as_array().unwrap() {
            let text = |name: &str| tag[name].as_str().unwrap();
            let Some(handle) = self.model.tag_named(text("name")) else {
                panic!("{tag}\n{}", self.told());
            };
            self.names.tags.insert(handle, text("id").to_owned());
            self.model.learn_color(text("name"), text("color"));
        }
    }

    pub(super) fn told(&self) -> String {
        format!("{}:\n{}", self.person.view.name, self.story.join("\n"))
    }
}
