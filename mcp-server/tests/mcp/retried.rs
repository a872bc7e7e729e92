//! Any sequence of calls leaves the same state, however often and however late a call is sent again with its
//! `request_id`.

use serde_json::{Value, json};
use taskwire_testkit::{Kind, TestDb};

use crate::pipe::Pipe;
use crate::service::Service;

/// Sequences tried on each database.
const SEQUENCES: u64 = 6;

/// Calls of a sequence.
const CALLS: usize = 14;

#[tokio::test]
async fn retries_change_nothing_on_sqlite() {
    retries_change_nothing(Kind::Sqlite).await;
}

#[tokio::test]
async fn retries_change_nothing_on_postgres() {
    retries_change_nothing(Kind::Postgres).await;
}

/// Repeatable random numbers (Knuth's MMIX generator; the low bits are weak).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// A call that may be sent again.
#[derive(Clone)]
enum Call {
    Tool(&'static str, Value),
    /// Undoes the first change of an earlier call.
    Undo(usize),
}

fn sequence(random: &mut Random) -> Vec<Call> {
    let calls = (0..CALLS).map(|index| {
        let number = random.below(5) + 1;
        let other = number % 5 + 1;
        let when = random.pick(&["tomorrow", "next friday 9:00", "2026-12-24", "today"]);
        let due = random.pick(&["monday", "in 3 days", "2026-12-01T10:00", "25 nov"]);
        let word = random.pick(&["milk", "rent", "call", "read"]);
        // Some tasks first, so that the other calls find some.
        let kind = if index < 4 { index % 2 } else { random.below(10) };
        let (tool, arguments) = match kind {
            0 => (
                "tasks_add",
                json!({"tasks": [{"title": word, "due": when, "tags": ["home"]}, {"quick": format!("{word} {due} #work")}]}),
            ),
            1 => (
                "tasks_add",
                json!({"tasks": [{"title": word, "recurrence": "every day at 9", "priority": "high"}]}),
            ),
            2 => (
                "tasks_update",
                json!({"tasks": [{"number": number, "title": word, "add_tags": ["x"]}, {"number": other, "clear": ["tags"]}]}),
            ),
            3 => (
                "tasks_reschedule",
                json!({"tasks": [{"number": number, "due": due}, {"number": other, "due": when}]}),
            ),
            4 => ("tasks_reschedule", json!({"tasks": [{"number": number, "skip": 1}]})),
            5 => ("tasks_complete", json!({"tasks": [number, other]})),
            6 => ("tasks_reopen", json!({"numbers": [number]})),
            7 => ("tasks_delete", json!({"numbers": [number, other]})),
            8 => (
                "tags_change",
                json!({"tag": random.pick(&["home", "work", "x"]), "action": "rename", "to": random.pick(&["home", "work", "y"])}),
            ),
            _ => return Call::Undo(random.below(index)),
        };
        Call::Tool(tool, arguments)
    });
    calls.collect()
}

/// Sends a call, and returns its result if all of it succeeded: what was refused has not run, and may run later.
async fn send(pipe: &Pipe, index: usize, call: &Call, done: &[Option<Value>]) -> Option<Value> {
    let (tool, mut arguments) = match call {
        Call::Tool(tool, arguments) => (*tool, arguments.clone()),
        Call::Undo(earlier) => {
            let earlier = done[*earlier].as_ref()?;
            let change = earlier.pointer("/results/0/change")?;
            ("changes_undo", json!({ "changes": [change] }))
        }
    };
    arguments["request_id"] = json!(format!("call-{index}"));
    let result = pipe.raw(tool, arguments, Value::Null).await;
    let answer = result.structured_content?;
    let has_failed = answer["failures"]
        .as_array()
        .is_some_and(|failures| !failures.is_empty());
    // Renaming a tag that is not there, to one that is, sends no request that could be stored.
    let is_stored = tool != "tags_change" || answer.get("changed").is_none();
    (!has_failed && is_stored).then_some(answer)
}

/// Everything that people can see, without what is random.
async fn state(pipe: &Pipe) -> Value {
    let all = json!({"status": "all", "sort": "number", "detail": "full", "limit": 100});
    let mut found = pipe.call("tasks_find", all).await;
    let deleted = json!({"status": "deleted", "sort": "number", "detail": "full", "limit": 100});
    let trash = pipe.call("tasks_find", deleted).await["tasks"].clone();
    let history = pipe.call("tasks_history", json!({"limit": 100})).await;
    let history = history["entries"].as_array().unwrap().iter();
    let history: Vec<Value> = history
        .map(|entry| json!([entry["what"], entry["tasks"], entry["tags"]]))
        .collect();
    let tags = pipe.call("tags_list", json!({})).await;
    json!([found["tasks"].take(), trash, tags, history])
}

/// Runs a sequence; with `retries`, calls are sent again at random.
async fn run(db: TestDb, calls: &[Call], mut retries: Option<Random>) -> (Value, usize) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    let mut done: Vec<Option<Value>> = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        let answer = send(pipe, index, call, &done).await;
        done.push(answer);
        let Some(random) = &mut retries else { continue };
        // At once, even if it was refused.
        for _ in 0..random.below(3) {
            send(pipe, index, call, &done).await;
        }
        // Much later.
        let late = random.below(done.len());
        if done[late].is_some() {
            send(pipe, late, &calls[late], &done).await;
        }
    }
    (state(pipe).await, service.events().await)
}

async fn retries_change_nothing(kind: Kind) {
    for seed in 0..SEQUENCES {
        let mut random = Random(seed);
        let calls = sequence(&mut random);
        let once = run(TestDb::create(kind), &calls, None).await;
        let often = run(TestDb::create(kind), &calls, Some(random)).await;
        assert!(once.1 >= CALLS / 2, "sequence {seed} does little");
        assert_eq!(often, once, "sequence {seed}");
    }
}
