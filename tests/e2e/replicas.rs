//! Two replicas of the chat as processes, with real sidecars over Redis: one is killed or paused in the middle of a
//! turn.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::StreamExt;
use serde_json::{Value, json};
use taskwire_parts::{App, AppId, Broker, Cluster, DatabaseChoice, Installed, Model, Plan};
use taskwire_testkit::gemini::{FakeGemini, Fault, Reply, Script, last_user_text, tool_results};
use taskwire_testkit::{Kind, TestDb, eventually};

use crate::support::LIMIT;
use crate::support::deployment::PROGRAM;
use crate::support::rest::Rest;

/// Tasks in one call, so that there is a middle.
const TASKS: usize = 25;
/// Longer than a lease, and the reader's wait for an end that does not come.
const TAKEOVER: Duration = Duration::from_mins(1);

/// A model that adds many tasks for a message "batch …", and otherwise replies "noted". While it hangs, it does not
/// reply after a call, so that no turn ends by itself.
async fn adder(hangs: Arc<AtomicBool>) -> FakeGemini {
    let script = Script::from_fn(move |request| {
        let content = last_user_text(request);
        let batch = content.lines().last().unwrap_or_default();
        if !batch.starts_with("batch") {
            return Reply::text("noted");
        }
        if !tool_results(request).is_empty() {
            return if hangs.load(Ordering::SeqCst) {
                Reply::Fault(Fault::Hang("so".into()))
            } else {
                Reply::text("noted")
            };
        }
        let tasks: Vec<Value> = (0..TASKS)
            .map(|item| json!({"title": format!("{batch} item {item}")}))
            .collect();
        Reply::call("tasks_add", json!({"tasks": tasks}))
    });
    FakeGemini::start(script).await.unwrap()
}

/// The API, MCP and two replicas of the chat; `None` if this machine lacks a sidecar or Redis.
async fn cluster(database: &TestDb, gemini: &FakeGemini) -> Option<Cluster> {
    if let Err(missing) = Installed::find().and_then(|found| found.redis().map(drop)) {
        taskwire_testkit::skip(missing);
        return None;
    }
    let database = DatabaseChoice::At(database.address.clone());
    let mut plan = Plan::new(PROGRAM, Broker::Redis, database).with_replicas(AppId::Chat, 2);
    let is_needed = |id: &AppId| matches!(id, AppId::Api | AppId::Mcp | AppId::Chat);
    plan.replicas.retain(|id, _| is_needed(id));
    plan.model = Some(Model {
        key: "key".into(),
        url: Some(gemini.url().into()),
        name: None,
    });
    Some(Cluster::start(&plan).await.unwrap())
}

fn chat_of(cluster: &mut Cluster, number: usize) -> &mut App {
    let chats = cluster.apps.iter_mut().filter(|app| app.id == AppId::Chat);
    chats.into_iter().nth(number).unwrap()
}

fn message(conversation: &str, id: &str, text: &str) -> Value {
    json!({"id": conversation, "trigger": "submit-message", "messages": [
        {"id": id, "role": "user", "parts": [{"type": "text", "text": text}]},
    ]})
}

async fn post(rest: &Rest, body: &Value) -> reqwest::Response {
    let url = format!("{}/api/v1/chat", rest.base);
    let request = rest.http.post(url).bearer_auth(&rest.token).json(body);
    request.send().await.unwrap()
}

/// Posts until no other turn is running, and returns the stream.
async fn post_in_the_end(rest: &Rest, body: &Value) -> String {
    let response = eventually(TAKEOVER, || async {
        let response = post(rest, body).await;
        (response.status() != 409).then_some(response)
    })
    .await;
    response.text().await.unwrap()
}

/// How a replica fails.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Failure {
    /// In the middle of a call.
    Killed,
    /// While the model replies, and it resumes later.
    Paused,
}

/// One replica fails, while a client reads on the other.
async fn fail(
    cluster: &mut Cluster,
    token: &str,
    victim: usize,
    failure: Failure,
    (gemini, hangs): (&FakeGemini, &AtomicBool),
) {
    hangs.store(true, Ordering::SeqCst);
    let name = format!("batch {failure:?} {victim}");
    let conversation = name.replace(' ', "-");
    let [near, far] = [victim, 1 - victim].map(|number| {
        let url = chat_of(cluster, number).url();
        Rest::new(&url, token)
    });
    // The turn waits for its tools until the reader is connected.
    cluster.app(AppId::Mcp).unwrap().process.pause().unwrap();
    let content = message(&conversation, "u1", &name);
    let running = post(&near, &content).await;
    assert_eq!(running.status(), 200);
    assert_eq!(
        post(&far, &message(&conversation, "u2", "and?"))
            .await
            .status(),
        409
    );
    let url = format!("{}/api/v1/chat/{conversation}/stream", far.base);
    let reader = far.http.get(url).bearer_auth(token).send().await.unwrap();
    assert_eq!(reader.status(), 200);
    cluster.app(AppId::Mcp).unwrap().process.resume().unwrap();
    let mut bytes = running.bytes_stream();
    let mut read = String::new();
    while !read.contains("tool-input-available") {
        let chunk = bytes.next().await.expect("the stream continues").unwrap();
        read.push_str(&String::from_utf8_lossy(&chunk));
    }
    let process = &mut chat_of(cluster, victim).process;
    match failure {
        Failure::Killed => process.kill(),
        Failure::Paused => {
            let answers = || async { (gemini.open_streams() == 1).then_some(()) };
            eventually(LIMIT, answers).await;
            process.pause().unwrap();
        }
    }
    let read = reader.text().await.unwrap();
    assert!(read.contains("The turn was interrupted"), "{read}");
    assert!(read.ends_with("data: [DONE]\n\n"), "{read}");
    hangs.store(false, Ordering::SeqCst);
    // The user's client sends the same message again.
    let answer = post_in_the_end(&far, &content).await;
    assert!(answer.contains("noted"), "{failure:?}: {answer}");
    let path = format!("/api/v1/conversations/{conversation}");
    let rest = Rest::new(&cluster.url(), token);
    let kept = rest.get(&path).await;
    match failure {
        Failure::Killed => chat_of(cluster, victim).process.restart().await.unwrap(),
        Failure::Paused => {
            let process = &mut chat_of(cluster, victim).process;
            process.resume().unwrap();
            process.until_logged("Lost the lease").await.unwrap();
        }
    }
    // It continues to work in the same conversation.
    let answer = post_in_the_end(&near, &message(&conversation, "u2", "thanks")).await;
    assert!(answer.contains("noted"), "{failure:?}: {answer}");
    let now = rest.get(&path).await;
    assert_eq!(
        now["messages"][1], kept["messages"][1],
        "nothing was stored over it"
    );
    let count = now["messages"].as_array().unwrap().len();
    assert_eq!(count, 4, "{failure:?}: {now:#}");
    let tasks = rest.all("/api/v1/tasks").await;
    let titles = tasks.iter().filter_map(|task| task["title"].as_str());
    let titles: Vec<&str> = titles.filter(|title| title.starts_with(&name)).collect();
    assert_eq!(titles.len(), TASKS, "{failure:?}");
    let different: BTreeSet<&&str> = titles.iter().collect();
    assert_eq!(
        different.len(),
        TASKS,
        "{failure:?}: something was done twice"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_fails_in_a_turn_is_replaced_and_nothing_happens_twice() {
    let hangs = Arc::new(AtomicBool::new(false));
    let gemini = adder(Arc::clone(&hangs)).await;
    let database = TestDb::create(Kind::Postgres);
    let Some(mut cluster) = cluster(&database, &gemini).await else {
        return;
    };
    let token = cluster.token("ana").await.unwrap();
    for (victim, failure) in [(0, Failure::Killed), (1, Failure::Paused)] {
        fail(&mut cluster, &token, victim, failure, (&gemini, &hangs)).await;
    }
    // One address for both: the balancer chooses.
    let rest = Rest::new(&cluster.url(), &token);
    for number in 0..6 {
        let content = message("c", &format!("u{number}"), "hello");
        let answer = tokio::time::timeout(LIMIT, post_in_the_end(&rest, &content)).await;
        assert!(answer.unwrap().contains("noted"));
    }
}
