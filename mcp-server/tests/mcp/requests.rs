//! What people ask for, and how the tasks are afterwards: each request in `requests.json` is played by the calls that a
//! model should make for it.
//!
//! `say` is the request, `tasks` are there before it, `"@title"` in the arguments is the number of a task. Then: `after` has
//! fields of tasks by the title they began with, `answer` has values in the last answer (each a name or a pointer, null for
//! one that is absent), `shows` and `hides` are texts in it, and `refused` is part of the error of the last call.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::service::Service;

both_databases!(
    new_tasks,
    moved_tasks,
    ended_tasks,
    changed_tasks,
    found_tasks
);

/// The requests from one on, until the number of the next group.
async fn play(db: TestDb, group: std::ops::Range<usize>) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mcp/requests.json");
    let text = std::fs::read_to_string(file).unwrap();
    let requests: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(requests.len() >= 60);
    let service = Service::open(db).await;
    for request in requests
        .get(group.start..group.end.min(requests.len()))
        .unwrap()
    {
        let mut session = Session {
            service: &service,
            request,
            numbers: BTreeMap::new(),
        };
        session.play().await;
    }
}

async fn new_tasks(db: TestDb) {
    play(db, 0..13).await;
}

async fn moved_tasks(db: TestDb) {
    play(db, 13..26).await;
}

async fn ended_tasks(db: TestDb) {
    play(db, 26..39).await;
}

async fn changed_tasks(db: TestDb) {
    play(db, 39..53).await;
}

async fn found_tasks(db: TestDb) {
    play(db, 53..usize::MAX).await;
}

/// One request.
struct Session<'a> {
    service: &'a Service,
    request: &'a Value,
    /// Of tasks, by the titles that they began with.
    numbers: BTreeMap<String, i64>,
}

impl Session<'_> {
    async fn play(&mut self) {
        let say = self.request["say"].as_str().unwrap();
        if let Some(tasks) = self.request.get("tasks") {
            let added = self
                .service
                .pipe
                .call("tasks_add", json!({"tasks": tasks}))
                .await;
            assert_eq!(added["failures"], json!([]), "{say}");
            self.note(&added);
        }
        let calls = self.request["calls"].as_array().unwrap();
        let mut last = Value::Null;
        for (index, call) in calls.iter().enumerate() {
            let tool = call[0].as_str().unwrap();
            let arguments = self.with_numbers(&call[1]);
            let is_last = index + 1 == calls.len();
            if let Some(reason) = self.request.get("refused").filter(|_| is_last) {
                let refused = self.service.pipe.refused(tool, arguments).await;
                assert!(
                    refused.contains(reason.as_str().unwrap()),
                    "{say}: {refused}"
                );
            } else {
                last = self.service.pipe.call(tool, arguments).await;
                self.note(&last);
            }
        }
        self.check_answer(say, &last);
        for (title, fields) in self.request["after"].as_object().into_iter().flatten() {
            let number = self.numbers.get(title);
            let task = self
                .service
                .task(*number.unwrap_or_else(|| panic!("{say}: {title}")))
                .await;
            for (field, expected) in fields.as_object().unwrap() {
                let found = at(&task, field);
                // An open task says no status, in lists.
                let found = found
                    .filter(|found| *found != "open")
                    .unwrap_or(&Value::Null);
                assert_eq!(found, expected, "{say}: {field} of {task}");
            }
        }
    }

    fn check_answer(&self, say: &str, last: &Value) {
        for (place, expected) in self.request["answer"].as_object().into_iter().flatten() {
            let found = at(last, place).unwrap_or(&Value::Null);
            assert_eq!(found, expected, "{say}: {place} of {last}");
        }
        let text = last.to_string();
        for (list, is_shown) in [("shows", true), ("hides", false)] {
            for part in self.request[list].as_array().into_iter().flatten() {
                let part = part.as_str().unwrap();
                assert_eq!(text.contains(part), is_shown, "{say}: {part} in {text}");
            }
        }
    }

    /// Notes the numbers of tasks in a result.
    fn note(&mut self, answer: &Value) {
        for result in answer["results"].as_array().into_iter().flatten() {
            let task = &result["task"];
            if let (Some(title), Some(number)) = (task["title"].as_str(), task["number"].as_i64())
                && !self.numbers.values().any(|known| *known == number)
            {
                self.numbers.insert(title.to_owned(), number);
            }
        }
    }

    /// The arguments with numbers instead of titles.
    fn with_numbers(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => match text.strip_prefix('@') {
                Some(title) => json!(self.numbers[title]),
                None => value.clone(),
            },
            Value::Array(items) => items.iter().map(|item| self.with_numbers(item)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, value)| (name.clone(), self.with_numbers(value)));
                Value::Object(fields.collect())
            }
            other => other.clone(),
        }
    }
}

/// A field by its name, or a value by its pointer.
fn at<'a>(value: &'a Value, place: &str) -> Option<&'a Value> {
    if place.starts_with('/') {
        value.pointer(place)
    } else {
        value.get(place)
    }
}
