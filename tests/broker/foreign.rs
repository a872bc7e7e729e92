//! A consumer in another language: the example of `docs/events.md`, run as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;

use reqwest::Method;
use serde_json::{Value, json};
use taskwire_parts::AppId;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::LIMIT;
use crate::world::World;

/// A line of the example: the sequence, the key, the type, the id and the title.
#[derive(Clone, PartialEq, Debug)]
struct Line {
    sequence: u64,
    key: String,
    kind: String,
    id: String,
    title: String,
}

impl Line {
    fn read(text: &str) -> Self {
        let parts: Vec<&str> = text.split('\t').collect();
        let [sequence, key, kind, id, title] = parts[..] else {
            panic!("not a line of the example: {text:?}");
        };
        Self {
            sequence: sequence.parse().unwrap(),
            key: key.into(),
            kind: kind.into(),
            id: id.into(),
            title: title.into(),
        }
    }
}

/// The running example. Dropping it kills it.
struct Example {
    _child: Child,
    output: Lines<BufReader<ChildStdout>>,
    lines: Vec<Line>,
}

impl Example {
    fn start(world: &World, folder: &TempDir) -> Self {
        let python = std::env::var_os("TASKWIRE_TEST_PYTHON")
            .expect("TASKWIRE_TEST_PYTHON is set by scripts/clients.sh");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/consumer.py");
        let mut child = Command::new(python)
            .arg(script)
            .arg(world.cluster.kafka.as_ref().unwrap().address.to_string())
            .arg(folder.path().join("inbox.db"))
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self {
            output: BufReader::new(child.stdout.take().unwrap()).lines(),
            _child: child,
            lines: Vec::new(),
        }
    }

    /// Reads on until its lines fit.
    async fn until(&mut self, what: &str, fits: impl Fn(&[Line]) -> bool) {
        while !fits(&self.lines) {
            let line = tokio::time::timeout(LIMIT, self.output.next_line()).await;
            let line = line.unwrap_or_else(|_| panic!("no {what} in {:#?}", self.lines));
            let line = line.unwrap().expect("the example runs on");
            self.lines.push(Line::read(&line));
        }
    }
}

/// It reads each event of `task-events` once, in order for each key, whatever else is on the topic, and goes on where it
/// stopped.
pub(crate) async fn the_example_reads_what_is_audited(world: &World) {
    let task = world.create("read in another language").await;
    world.audited(&task).await;
    let log = world.rest.all("/api/v1/audit").await;
    let created = log.iter().find(|line| line["number"] == task["number"]);
    publish_again(world, created.unwrap()).await;
    let path = format!("/api/v1/tasks/{}/complete", task["number"]);
    world.rest.post(&path, &json!({})).await;
    let audited = audited(world, task["number"].as_i64().unwrap(), "task.completed.v1").await;

    let folder = tempfile::tempdir().unwrap();
    let mut example = Example::start(world, &folder);
    // The completion comes after the repeated creation, because it has the same key.
    example
        .until("event of the audit log", |lines| {
            let ids: BTreeSet<&str> = lines.iter().map(|line| &*line.id).collect();
            audited.keys().all(|id| ids.contains(&**id))
        })
        .await;
    let lines = std::mem::take(&mut example.lines);
    drop(example);
    let mut ids = BTreeSet::new();
    let mut sequences: BTreeMap<&str, u64> = BTreeMap::new();
    for line in &lines {
        assert!(ids.insert(&line.id), "{line:?} is there twice");
        // What the tests put there is not audited.
        let Some(known) = audited.get(&line.id) else {
            assert!(line.id.starts_with("00000000-0000-4000-8000-"), "{line:?}");
            continue;
        };
        assert_eq!(line.kind, known["type"]);
        assert_eq!(
            line.title,
            known["after"]["title"].as_str().unwrap_or_default()
        );
        let before = sequences.insert(&line.key, line.sequence);
        assert!(before < Some(line.sequence), "{line:?} is out of order");
    }

    let path = format!("/api/v1/tasks/{}/reopen", task["number"]);
    world.rest.post(&path, &json!({})).await;
    let mut example = Example::start(world, &folder);
    let is_reopened = |lines: &[Line]| lines.iter().any(|line| line.kind == "task.reopened.v1");
    example
        .until("event that came meanwhile", is_reopened)
        .await;
    // It may have been killed between the last effect and its commit.
    let last = lines.last().map(|line| &line.id);
    for line in &example.lines {
        assert!(
            !ids.contains(&line.id) || Some(&line.id) == last,
            "{line:?}"
        );
    }
}

/// The audit log by event, once it has an entry of this type about the task.
async fn audited(world: &World, number: i64, kind: &str) -> BTreeMap<String, Value> {
    taskwire_testkit::eventually(LIMIT, || async {
        let log = world.rest.all("/api/v1/audit").await;
        let is_it = |line: &Value| line["number"] == number && line["type"] == kind;
        let id = |line: &Value| line["event"].as_str().unwrap().to_owned();
        log.iter()
            .any(is_it)
            .then(|| log.iter().map(|line| (id(line), line.clone())).collect())
    })
    .await
}

/// Publishes an event a second time, as a relay does that was killed before it noted the first.
async fn publish_again(world: &World, entry: &Value) {
    let event = world
        .live
        .until("the event", |event| entry["event"] == event.id())
        .await;
    let mut event = event.data;
    event["sequence"] = json!("00000000000000000001");
    let key = event["partitionkey"].as_str().unwrap();
    let path = format!("/v1.0/publish/taskpubsub/task-events?metadata.partitionKey={key}");
    let headers = [("content-type", "application/cloudevents+json")];
    let answer = world
        .sidecar(AppId::Api, Method::POST, &path, &headers, event.to_string())
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}
