//! Random writes, undone in reverse order, give the rows of the start; a redo gives those after.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, Person, Reply};

both_databases!(any_writes_are_undone_in_reverse_order);

/// Sequences of writes, each of another user.
const SEQUENCES: u64 = 12;
/// Writes in each.
const WRITES: usize = 14;

/// A user whose writes are random.
struct Player<'a> {
    app: &'a App,
    person: Person,
    random: StdRng,
}

impl Player<'_> {
    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let path = format!("/api/v1/{path}");
        let call = self.app.call(method, &path).token(&self.person.token);
        match body {
            Some(body) => call.json(&body).send().await,
            None => call.send().await,
        }
    }

    fn one<'b, T: ?Sized>(&mut self, of: &[&'b T]) -> &'b T {
        of[self.random.random_range(0..of.len())]
    }

    /// Everything that the user sees, without what every write changes.
    async fn state(&self) -> Value {
        let mut tasks = self
            .ask("GET", "tasks?status=all&sort=number&limit=200", None)
            .await
            .expect(200);
        for task in tasks["items"].as_array_mut().unwrap() {
            for field in ["version", "updated_at", "change"] {
                task[field] = Value::Null;
            }
        }
        let tags = self.ask("GET", "tags?usage=true", None).await.expect(200);
        let mut counts = vec![];
        for tag in tags["items"].as_array().unwrap() {
            let name = tag["name"].as_str().unwrap();
            let path = format!("tasks?status=all&sort=number&tag={name}");
            let found = self.ask("GET", &path, None).await.expect(200);
            let numbers = found["items"].as_array().unwrap().iter();
            let numbers: Vec<Value> = numbers.map(|task| task["number"].clone()).collect();
            counts.push(json!([tag, numbers]));
        }
        json!({"tasks": tasks["items"], "tags": counts})
    }

    fn tags(&mut self) -> Vec<&'static str> {
        let count = self.random.random_range(0..3);
        (0..count)
            .map(|_| self.one(&["Work", "home", "errands", "garden"]))
            .collect()
    }

    fn new_task(&mut self) -> Value {
        let mut task = json!({"title": self.one(&["Milk", "Water", "Read"]), "tags": self.tags()});
        match self.random.random_range(0..3) {
            0 => {}
            1 => task["due"] = json!("2026-12-01T09:00"),
            _ => {
                task["due"] = json!("2026-11-20");
                task["recurrence"] = json!({"text": self.one(&["every day", "every friday"])});
            }
        }
        if task.get("recurrence").is_none() && self.random.random_bool(0.3) {
            task["parent"] = json!(self.random.random_range(1..=4));
        }
        if task.get("due").is_some() {
            task["reminders"] = json!([{"minutes_before": 10}]);
        }
        task
    }

    fn patch(&mut self) -> Value {
        match self.random.random_range(0..9) {
            7 => json!({"parent": self.random.random_range(1..=4)}),
            8 => json!({"parent": null}),
            0 => json!({"title": self.one(&["Milk", "Tea", "Read more"])}),
            1 => json!({"tags": self.tags()}),
            2 => json!({"add_tags": self.tags()}),
            3 => json!({"priority": self.one(&["high", "low", "none"]), "notes": "Soon"}),
            4 => json!({"due": "2026-12-03"}),
            5 => json!({"due": "2026-12-04", "recurrence": {"text": "every week"}}),
            _ => json!({"recurrence": null, "reminders": []}),
        }
    }

    /// One random write; the answer, if it was accepted.
    async fn write(&mut self, count: usize) -> Option<Reply> {
        let number = self.random.random_range(1..=count.max(1) + 1);
        let task = format!("tasks/{number}");
        let reply = match self.random.random_range(0..14) {
            0..3 => {
                let body = self.new_task();
                self.ask("POST", "tasks", Some(body)).await
            }
            3..6 => {
                let body = self.patch();
                self.ask("PATCH", &task, Some(body)).await
            }
            6 | 7 => {
                let path = format!("{task}/complete");
                let subtasks = self.one(&["keep", "complete"]);
                let body = json!({"series": self.random.random_bool(0.2), "subtasks": subtasks});
                let reply = self.ask("POST", &path, Some(body)).await;
                if reply.status == 422 {
                    let body = json!({"subtasks": subtasks});
                    self.ask("POST", &path, Some(body)).await
                } else {
                    reply
                }
            }
            8 => self.ask("POST", &format!("{task}/skip"), None).await,
            9 => self.ask("POST", &format!("{task}/reopen"), None).await,
            10 => {
                let scope = self.one(&["this", "this_and_following", "all"]);
                let body = json!({"due": "2026-12-05", "scope": scope});
                self.ask("POST", &format!("{task}/reschedule"), Some(body))
                    .await
            }
            11 => self.ask("DELETE", &task, None).await,
            12 => self.ask("POST", &format!("{task}/restore"), None).await,
            _ => self.change_tag().await,
        };
        assert!(reply.status.as_u16() < 500, "{}", reply.text());
        let has_changed = reply.headers.contains_key("taskwire-change");
        (reply.status.is_success() && has_changed).then_some(reply)
    }

    async fn change_tag(&mut self) -> Reply {
        let tags = self.ask("GET", "tags", None).await.expect(200);
        let all = tags["items"].as_array().unwrap();
        let at = |index: usize| all[index % all.len()]["id"].as_str().unwrap().to_owned();
        let index = self.random.random_range(0..all.len());
        let path = format!("tags/{}", at(index));
        match self.random.random_range(0..4) {
            0 => {
                let body = json!({"name": self.one(&["Office", "HOME", "house"])});
                self.ask("PATCH", &path, Some(body)).await
            }
            1 => {
                let body = json!({"color": self.one(&["#111111", "#222222"])});
                self.ask("PATCH", &path, Some(body)).await
            }
            2 => self.ask("DELETE", &path, None).await,
            _ => {
                let body = json!({"into": at(index + 1)});
                self.ask("POST", &format!("{path}/merge"), Some(body)).await
            }
        }
    }

    /// What the recurrence consumer does after a completion or a skip.
    async fn advance(&self, reply: &Reply) {
        let task = reply.json();
        if !matches!(task["status"].as_str(), Some("completed" | "skipped")) {
            return;
        }
        let path = format!(
            "/api/v1/internal/tasks/{}/advance",
            task["id"].as_str().unwrap()
        );
        self.app
            .service("POST", &path, self.person.id())
            .send()
            .await
            .expect(200);
    }

    async fn undo(&self, change: &str) -> Reply {
        self.ask("POST", &format!("changes/{change}/undo"), None)
            .await
    }
}

async fn any_writes_are_undone_in_reverse_order(db: TestDb) {
    let app = App::open(db).await;
    for seed in 0..SEQUENCES {
        let mut player = Player {
            app: &app,
            person: app.person(&format!("Player {seed}")).await,
            random: StdRng::seed_from_u64(seed),
        };
        // Each change, with what it was called for, and the state before it.
        let mut done: Vec<(String, String, Value)> = vec![];
        let mut state = player.state().await;
        while done.len() < WRITES {
            let count = state["tasks"].as_array().unwrap().len();
            let Some(reply) = player.write(count).await else {
                continue;
            };
            player.advance(&reply).await;
            let change = reply.header("taskwire-change").to_owned();
            done.push((change, reply.text(), state));
            state = player.state().await;
        }
        while let Some((change, what, before)) = done.pop() {
            let undone = player.undo(&change).await;
            assert!(
                undone.status.is_success(),
                "sequence {seed}, after {} writes: {}\n{what}",
                done.len(),
                undone.text()
            );
            let now = player.state().await;
            assert_eq!(
                now,
                before,
                "sequence {seed}, after {} writes: {what}",
                done.len()
            );
            if player.random.random_bool(0.3) {
                let redone = player.undo(undone.header("taskwire-change")).await;
                redone.expect(200);
                assert_eq!(player.state().await, state, "sequence {seed}: {what}");
                let again = player.undo(redone.header("taskwire-change")).await;
                again.expect(200);
                assert_eq!(player.state().await, before, "sequence {seed}: {what}");
            }
            state = before;
        }
    }
}
