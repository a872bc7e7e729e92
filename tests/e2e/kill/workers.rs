//! The clients that continue to work while the server is killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use futures::StreamExt;
use jiff::{SignedDuration, ToSpan};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use taskwire_domain::{Clock, SystemClock};

use crate::support::rest::Rest;

/// Pause before a request is sent again.
const AGAIN: Duration = Duration::from_millis(5);
/// Occurrences completed before the next series is begun.
const OCCURRENCES: usize = 6;

/// The last acknowledged state of a task.
pub(super) struct Kept {
    pub(super) task: Value,
    /// Number of acknowledged changes, including its creation.
    pub(super) changes: i64,
}

/// The work of a client.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Creates tasks and changes them, over REST.
    Rest,
    /// Completes the occurrences of series, over REST.
    Series,
    /// Sets reminders for the next moment.
    Reminders,
    /// Creates and completes tasks over MCP.
    Mcp,
    /// Tells the chat to create tasks.
    Chat,
}

impl Kind {
    pub(super) const ALL: &'static [Self] = &[
        Self::Rest,
        Self::Series,
        Self::Reminders,
        Self::Mcp,
        Self::Chat,
    ];

    /// Returns true if it needs only the API.
    pub(super) fn is_rest(self) -> bool {
        matches!(self, Self::Rest | Self::Series | Self::Reminders)
    }
}

/// One client.
pub(super) struct Worker {
    rest: Rest,
    stop: Arc<AtomicBool>,
    /// Counts the acknowledged changes of all workers.
    acknowledged: Arc<AtomicI64>,
    rng: StdRng,
    keys: u32,
    kept: Vec<Kept>,
}

impl Worker {
    pub(super) fn new(
        rest: Rest,
        stop: Arc<AtomicBool>,
        acknowledged: Arc<AtomicI64>,
        seed: u64,
    ) -> Self {
        Self {
            rest,
            stop,
            acknowledged,
            rng: StdRng::seed_from_u64(seed),
            keys: 0,
            kept: Vec::new(),
        }
    }

    /// Works until it is stopped, and returns what was acknowledged.
    pub(super) async fn run(mut self, kind: Kind) -> Vec<Kept> {
        while !self.stop.load(Ordering::SeqCst) {
            let known = self.kept.len();
            match kind {
                Kind::Rest => self.plain().await,
                Kind::Series => self.series().await,
                Kind::Reminders => self.reminder().await,
                Kind::Mcp => self.mcp().await,
                Kind::Chat => self.chat().await,
            }
            let new = self.kept.iter().skip(known).map(|kept| kept.changes);
            self.acknowledged.fetch_add(new.sum(), Ordering::SeqCst);
        }
        self.kept
    }

    fn key(&mut self) -> String {
        self.keys += 1;
        format!("{:016x}-{}", self.rng.random::<u64>(), self.keys)
    }

    /// Sends a change until there is a response, which must be a success.
    async fn change(&mut self, method: Method, path: &str, body: &Value) -> Value {
        let key = self.key();
        let body = (!body.is_null()).then_some(body);
        loop {
            let sent = self
                .rest
                .try_send(method.clone(), path, body, Some(&key))
                .await;
            match sent {
                Ok(answer) if answer.status != 503 => return answer.ok(),
                _ => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    async fn read(&self, path: &str) -> Value {
        loop {
            match self.rest.try_send(Method::GET, path, None, None).await {
                Ok(answer) if answer.status != 503 => return answer.ok(),
                _ => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    async fn create(&mut self, body: &Value) -> Value {
        self.change(Method::POST, "/api/v1/tasks", body).await
    }

    async fn plain(&mut self) {
        let title = format!("rest {}", self.key());
        let mut task = self
            .create(&json!({"title": title, "tags": ["Kept"], "priority": "low"}))
            .await;
        let path = format!("/api/v1/tasks/{}", task["number"]);
        let mut changes = 1;
        let edit = json!({"notes": self.key(), "due": "2031-05-06T07:08"});
        for (method, path, body) in [
            (Method::PATCH, path.clone(), edit),
            (Method::DELETE, path.clone(), Value::Null),
            (Method::POST, format!("{path}/restore"), Value::Null),
            (Method::POST, format!("{path}/complete"), json!({})),
            (Method::POST, format!("{path}/reopen"), Value::Null),
        ] {
            // Not every task goes through all states, so that some are left in each.
            if self.rng.random_range(0..6) == 0 {
                break;
            }
            task = self.change(method, &path, &body).await;
            changes += 1;
        }
        self.kept.push(Kept { task, changes });
    }

    async fn series(&mut self) {
        let title = format!("series {}", self.key());
        let due = (SystemClock.now() + SignedDuration::from_hours(48))
            .to_zoned_datetime(jiff::tz::TimeZone::UTC)
            .date();
        let rule = json!({"rrule": "FREQ=WEEKLY"});
        let mut open = self
            .create(&json!({"title": title, "due": due.to_string(), "recurrence": rule, "reminders": [{"minutes_before": 5}]}))
            .await;
        for week in 0..OCCURRENCES {
            let path = format!("/api/v1/tasks/{}/complete", open["number"]);
            let body = json!({"occurrence": open["occurrence"]});
            let done = self.change(Method::POST, &path, &body).await;
            assert_eq!(
                done["due"],
                (due + i64::try_from(week).unwrap().weeks()).to_string()
            );
            self.kept.push(Kept {
                task: done.clone(),
                changes: 2,
            });
            open = loop {
                let found = self
                    .read(&format!("/api/v1/tasks?q={}", title.replace(' ', "%20")))
                    .await;
                match found["items"].as_array().unwrap().as_slice() {
                    [] => tokio::time::sleep(AGAIN).await,
                    [next] => break next.clone(),
                    several => panic!("several open occurrences: {several:#?}"),
                }
            };
            assert_eq!(open["series"], done["series"]);
        }
    }

    async fn reminder(&mut self) {
        let wait = SignedDuration::from_millis(self.rng.random_range(50..800));
        let at = SystemClock.now() + wait;
        let title = format!("remind {}", self.key());
        let task = self
            .create(&json!({"title": title, "reminders": [{"at": at.to_string()}]}))
            .await;
        self.kept.push(Kept { task, changes: 1 });
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    /// Calls a tool until there is a response.
    async fn tool(&mut self, name: &str, mut arguments: Value) -> Value {
        arguments["request_id"] = json!(self.key());
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": name, "arguments": arguments}});
        loop {
            let sent = self
                .rest
                .http
                .post(format!("{}/mcp", self.rest.base))
                .bearer_auth(&self.rest.token)
                .header("accept", "application/json, text/event-stream")
                .header("mcp-protocol-version", "2025-11-25")
                .json(&call)
                .send()
                .await;
            if let Ok(answer) = sent
                && let Ok(answer) = answer.json::<Value>().await
                && answer["result"]["isError"] == false
            {
                return answer["result"]["structuredContent"]["results"][0]["task"].clone();
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn mcp(&mut self) {
        let title = format!("mcp {}", self.key());
        let added = self
            .tool("tasks_add", json!({"tasks": [{"title": title}]}))
            .await;
        let done = self
            .tool(
                "tasks_complete",
                json!({"tasks": [{"number": added["number"]}]}),
            )
            .await;
        // A tool shows less of a task than the API keeps.
        let task = self
            .read(&format!("/api/v1/tasks/{}", done["number"]))
            .await;
        assert_eq!(
            (&task["status"], &task["title"]),
            (&json!("completed"), &json!(title))
        );
        self.kept.push(Kept { task, changes: 2 });
    }

    /// Sends the same message with the same id until the response has been read to its end. A turn that died between
    /// the model's call and its outcome is shown as it was left; the call must never run twice.
    async fn chat(&mut self) {
        let (title, id) = (format!("chat {}", self.key()), self.key());
        let body = json!({"id": format!("c-{id}"), "trigger": "submit-message", "messages": [
            {"id": id, "role": "user", "parts": [{"type": "text", "text": format!("Note down \"{title}\".")}]}]});
        let output = loop {
            if let Some(output) = self.turn(&body).await {
                break output;
            }
            tokio::time::sleep(AGAIN).await;
        };
        let number = &output["results"][0]["task"]["number"];
        if number.is_i64() {
            let task = self.read(&format!("/api/v1/tasks/{number}")).await;
            assert_eq!(task["title"], title);
            self.kept.push(Kept { task, changes: 1 });
        }
    }

    /// The outcome of the only call of a turn; `None` if the turn is incomplete.
    async fn turn(&self, body: &Value) -> Option<Value> {
        let sent = self
            .rest
            .http
            .post(format!("{}/api/v1/chat", self.rest.base))
            .bearer_auth(&self.rest.token)
            .json(body)
            .send()
            .await
            .ok()?;
        if !sent.status().is_success() {
            return None;
        }
        let mut text = Vec::new();
        let mut bytes = sent.bytes_stream();
        while let Some(chunk) = bytes.next().await {
            text.extend_from_slice(&chunk.ok()?);
        }
        let text = String::from_utf8(text).unwrap();
        let frames: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .collect();
        if frames.last() != Some(&"[DONE]") {
            return None;
        }
        let mut outputs = frames.iter().rev().filter_map(|frame| {
            let frame: Value = serde_json::from_str(frame).ok()?;
            (frame["type"] == "tool-output-available").then(|| frame["output"].clone())
        });
        outputs.next().or(Some(Value::Null))
    }
}
