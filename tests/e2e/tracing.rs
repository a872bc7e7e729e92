//! Traces: from a user's message to all of its effects, over real processes.

use serde_json::{Value, json};
use taskwire_testkit::gemini::{FakeGemini, Reply, Script, tool_results};
use taskwire_testkit::{Collector, Kind, ReceivedSpan, Server, SpanKind, TestDb, free_port, tree};

use crate::support::deployment::{Deployment, Model, PROGRAM, clean};
use crate::support::rest::{Rest, http};

/// Words from tasks, messages and credentials; none of them may be in a span.
const TITLE: &str = "water the orchids";
const SENTENCE: &str = "The orchids have water now";
const KEY: &str = "the key of the collector";

fn environment(collector: &str) -> Vec<(String, String)> {
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "api-key=the%20key%20of%20the%20collector",
        ),
        // Neither the filter of the logs nor what it refuses may decide which spans exist.
        ("TASKWIRE_LOG", "info,taskwire_http=debug"),
        // The tests need not wait for the usual five seconds.
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// A model that completes the first task it finds.
async fn completer() -> FakeGemini {
    let script = Script::from_fn(|request| {
        let results = tool_results(request);
        match results.len() {
            0 => Reply::call("tasks_find", json!({"query": "orchids"})),
            1 => {
                let found = &results[0]["tasks"][0];
                let task = json!({"number": found["number"], "occurrence": found["occurrence"]});
                Reply::call("tasks_complete", json!({"tasks": [task]}))
            }
            _ => Reply::text("Noted."),
        }
    });
    FakeGemini::start(script).await.unwrap()
}

async fn say(rest: &Rest, sentence: &str) -> String {
    let body = json!({"id": "c1", "trigger": "submit-message", "messages": [
        {"id": "m1", "role": "user", "parts": [{"type": "text", "text": sentence}]},
    ]});
    let request = http()
        .post(format!("{}/api/v1/chat", rest.base))
        .bearer_auth(&rest.token)
        .header("x-request-id", "the-sentence")
        .json(&body);
    request.send().await.unwrap().text().await.unwrap()
}

/// A received trace.
struct Trace(Vec<ReceivedSpan>);

impl Trace {
    /// The only span of this name in this process whose parent is `parent`.
    #[track_caller]
    fn child(&self, parent: &ReceivedSpan, service: &str, name: &str) -> ReceivedSpan {
        let mut found = self.0.iter().filter(|span| {
            span.parent == parent.id && span.service == service && span.name.starts_with(name)
        });
        match (found.next(), found.next()) {
            (Some(span), None) => span.clone(),
            (None, _) => panic!(
                "no {service} {name} below {}:\n{}",
                parent.name,
                tree(&self.0)
            ),
            (Some(_), Some(_)) => panic!("two {service} {name}:\n{}", tree(&self.0)),
        }
    }
}

/// The spans of the trace that begins with this one.
fn trace_of(spans: &[ReceivedSpan], root: &ReceivedSpan) -> Trace {
    let of_trace = spans.iter().filter(|span| span.trace == root.trace);
    Trace(of_trace.cloned().collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_trace_leads_from_a_sentence_to_the_next_occurrence() {
    let collector = Collector::start().await;
    let gemini = completer().await;
    let model = Some(Model { url: gemini.url() });
    let mut deployment = Deployment::processes(model, environment(collector.url())).await;
    let token = deployment.token("ana");
    let rest = deployment.rest(&token);
    let task = json!({"title": TITLE, "due": "tomorrow", "recurrence": "every day"});
    rest.post("/api/v1/tasks", &task).await;

    assert!(say(&rest, SENTENCE).await.contains("Noted."));

    // The audit line of the next occurrence is the last thing that happens.
    let is_root = |span: &&ReceivedSpan| span.parent.is_empty() && span.name.contains("/chat");
    collector
        .until("delivery of the next occurrence", |spans| {
            let root = spans.iter().find(is_root)?;
            let audited = trace_of(spans, root)
                .0
                .into_iter()
                .filter(|span| span.service == "taskwire-audit");
            (audited.count() == 2).then_some(())
        })
        .await;
    // Concurrent work ends with the processes, and all its spans are sent.
    deployment.chat.as_mut().unwrap().stop().await;
    deployment.mcp.as_mut().unwrap().stop().await;
    let spans = collector.spans();
    let root = spans.iter().find(is_root).unwrap();
    let trace = trace_of(&spans, root);

    assert_eq!(root.service, "taskwire-api");
    assert_eq!(root.kind, SpanKind::Server);
    assert_eq!(root.name, "POST /api/v1/chat");
    assert_eq!(root.attributes["http.request.method"], "POST");
    assert_eq!(root.attributes["http.route"], "/api/v1/chat");
    assert_eq!(root.attributes["http.response.status_code"], "200");
    assert_eq!(root.attributes["request.id"], "the-sentence");
    let chat = trace.child(root, "taskwire-chat", "POST /api/v1/chat");
    trace.child(&chat, "taskwire-api", "GET /api/v1/session");
    let turn = trace.child(&chat, "taskwire-chat", "chat turn");
    let models = trace
        .0
        .iter()
        .filter(|span| span.parent == turn.id && span.name == "chat");
    let models: Vec<_> = models.collect();
    assert_eq!(models.len(), 3, "{}", tree(&trace.0));
    assert_eq!(models[0].kind, SpanKind::Client);
    assert_eq!(models[0].attributes["gen_ai.response.model"], "gemini-test");
    trace.child(&turn, "taskwire-chat", "execute_tool tasks_find");
    let call = trace.child(&turn, "taskwire-chat", "execute_tool tasks_complete");
    assert_eq!(call.kind, SpanKind::Client);
    let tool = trace.child(&call, "taskwire-mcp", "tools/call tasks_complete");
    assert_eq!(tool.kind, SpanKind::Server);
    let write = trace.child(&tool, "taskwire-api", "POST /api/v1/tasks/");
    let audited = trace.child(&write, "taskwire-audit", "delivery audit");
    assert_eq!(audited.kind, SpanKind::Consumer);
    assert_eq!(audited.attributes["event.kind"], "task.completed.v1");
    let delivery = trace.child(&write, "taskwire-recurrence", "delivery recurrence");
    let advance = trace.child(&delivery, "taskwire-api", "POST ");
    assert_eq!(advance.kind, SpanKind::Server);
    let audited = trace.child(&advance, "taskwire-audit", "delivery audit");
    assert_eq!(audited.attributes["event.kind"], "task.created.v1");
    // All spans of the trace are connected.
    for span in &trace.0 {
        let is_known = trace.0.iter().any(|other| other.id == span.parent);
        assert!(is_known || span.id == root.id, "{}", tree(&trace.0));
        assert!(!span.is_failed, "{span:?}");
    }

    // The event says which request led to it.
    let events = rest.get("/api/v1/audit").await.to_string();
    assert!(events.contains("task.completed.v1"), "{events}");

    // The logs have the same ids.
    let log = deployment.chat.as_ref().unwrap().log();
    for line in log.lines().filter(|line| line.contains("\"chat turn\"")) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["trace_id"], root.trace.as_str(), "{line}");
        assert_eq!(line["span_id"].as_str().unwrap().len(), 16, "{line}");
    }

    // The collector gets its key, and no user input is in any span.
    for headers in collector.headers() {
        assert_eq!(headers["api-key"], KEY);
    }
    for span in &spans {
        let text = format!("{span:?}");
        for secret in ["orchids", SENTENCE, "Noted", KEY, &token] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    for server in [&deployment.api, deployment.chat.as_ref().unwrap()] {
        assert!(!server.log().contains(KEY));
        assert!(!server.log().contains("the%20key"));
    }
}

/// One process on a file, with traces.
async fn serve(db: &TestDb, env: Vec<(String, String)>, more: &'static [&'static str]) -> Server {
    let port = free_port();
    let address = db.address.clone();
    Server::start(PROGRAM, port, move |command| {
        clean(command);
        command
            .args(["api", "--listen", &format!("127.0.0.1:{port}")])
            .args(["--database-url", &address])
            .args(more)
            .envs(env.iter().map(|(name, value)| (name, value)));
    })
    .await
}

#[tokio::test]
async fn a_caller_decides_whether_its_trace_is_recorded() {
    let collector = Collector::start().await;
    let db = TestDb::create(Kind::Sqlite);
    let mut env = environment(collector.url());
    // The last spans are sent when the process ends, however long it would have kept them.
    env.push(("OTEL_BSP_SCHEDULE_DELAY".into(), "600000".into()));
    env.push(("OTEL_SERVICE_NAME".into(), "tasks of the test".into()));
    let more: &[&str] = &[
        "--otel-headers",
        "api-key=flag",
        "--log",
        "taskwire_http=debug",
    ];
    let mut server = serve(&db, env, more).await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    for (span, flags) in [("00f067aa0ba902b1", "01"), ("00f067aa0ba902b2", "00")] {
        let request = http().get(format!("{}/api/v1/tasks", server.url()));
        let parent = format!("00-{trace}-{span}-{flags}");
        let answer = request.header("traceparent", parent).send().await.unwrap();
        assert_eq!(answer.status(), 401);
    }
    assert!(server.stop().await.success());
    let spans = collector.spans();
    let of_trace: Vec<_> = spans.iter().filter(|span| span.trace == trace).collect();
    assert_eq!(of_trace.len(), 1, "{}", tree(&spans));
    assert_eq!(of_trace[0].parent, "00f067aa0ba902b1");
    assert_eq!(of_trace[0].service, "tasks of the test");
    // A flag takes precedence over the environment.
    assert_eq!(collector.headers()[0]["api-key"], "flag");
    // Lines about a request that is not recorded name their trace too.
    let lines: Vec<Value> = server
        .log()
        .lines()
        .filter(|line| line.contains("Handled request") && line.contains(trace))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        assert_eq!(line["trace_id"], trace, "{line}");
    }
    assert_eq!(lines[0]["span_id"], of_trace[0].id.as_str());
}

#[tokio::test]
async fn an_unreachable_collector_is_only_logged() {
    let db = TestDb::create(Kind::Sqlite);
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let mut server = serve(&db, environment(&nowhere), &[]).await;
    server
        .wait_for_line("Cannot send spans to the trace collector")
        .await;
    for _ in 0..50 {
        let request = http().get(format!("{}/api/v1/tasks", server.url()));
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    assert!(server.stop().await.success());
    let log = server.log();
    assert_eq!(log.matches("Cannot send spans").count(), 1, "{log}");
    assert!(!log.contains("ERROR"), "{log}");
}

#[tokio::test]
async fn a_collector_that_does_not_answer_does_not_delay_the_shutdown() {
    // It accepts connections, but never responds.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let db = TestDb::create(Kind::Sqlite);
    let mut server = serve(&db, environment(&address), &[]).await;
    let accepted = silent.accept().await.unwrap();
    let request = http().get(format!("{}/api/v1/tasks", server.url()));
    assert_eq!(request.send().await.unwrap().status(), 401);
    assert!(server.stop().await.success());
    // It did not wait until its request to the collector timed out, which it would have logged.
    let log = server.log();
    assert!(!log.contains("Cannot send spans"), "{log}");
    drop(accepted);
}
