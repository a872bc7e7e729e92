//! One trace from a request to everything that happens because of it, through the log, the relay, sidecars and the broker.

use serde_json::json;
use taskwire_testkit::{ReceivedSpan, SpanKind, tree};

use crate::world::World;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// The spans of one trace.
struct Trace(Vec<ReceivedSpan>);

impl Trace {
    fn of(spans: &[ReceivedSpan]) -> Self {
        let of_trace = spans.iter().filter(|span| span.trace == TRACE);
        Self(of_trace.cloned().collect())
    }

    fn find(&self, parent: &str, service: &str, name: &str) -> Vec<&ReceivedSpan> {
        let fits = |span: &&ReceivedSpan| {
            span.parent == parent && span.service == service && span.name.starts_with(name)
        };
        self.0.iter().filter(fits).collect()
    }

    /// The only such span below this one.
    #[track_caller]
    fn child(&self, parent: &str, service: &str, name: &str) -> &ReceivedSpan {
        match self.find(parent, service, name)[..] {
            [span] => span,
            _ => panic!(
                "not one {service} {name} below {parent}:\n{}",
                tree(&self.0)
            ),
        }
    }
}

/// A completion by a caller that traces: its events, the next occurrence, and its event.
pub(crate) async fn one_trace_leads_over_the_broker(world: &World) {
    let task =
        json!({"title": "trace the orchids", "due": "2031-01-07", "recurrence": "every day"});
    let task = world.rest.post("/api/v1/tasks", &task).await;
    let url = format!(
        "{}/api/v1/tasks/{}/complete",
        world.rest.base, task["number"]
    );
    let request = world.rest.http.post(url).bearer_auth(&world.rest.token);
    let answer = request
        .header("traceparent", format!("00-{TRACE}-{CALLER}-01"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);

    // The audit line of the next occurrence is the last thing that happens, after it was published.
    let spans = world
        .collector
        .until("delivery of the next occurrence", |spans| {
            let trace = Trace::of(spans);
            let of_service = |service: &str, name: &str| {
                let fits =
                    |span: &&ReceivedSpan| span.service == service && span.name.starts_with(name);
                trace.0.iter().filter(fits).count()
            };
            let is_all = of_service("taskwire-audit", "delivery") == 2
                && of_service("taskwire-api", "publish") == 3
                && of_service("taskwire-api", "delivery relay") == 2
                && of_service("taskwire-recurrence", "delivery") == 1;
            is_all.then(|| spans.to_vec())
        })
        .await;
    let trace = Trace::of(&spans);
    let write = trace.child(CALLER, "taskwire-api", "POST /api/v1/tasks/");
    assert_eq!(write.kind, SpanKind::Server);
    let relay = trace.child(&write.id, "taskwire-api", "delivery relay");
    for topic in ["task-events", "task-updates"] {
        let publish = trace.child(&relay.id, "taskwire-api", &format!("publish {topic}"));
        assert_eq!(publish.kind, SpanKind::Producer);
    }
    let audited = trace.child(&write.id, "taskwire-audit", "delivery audit");
    assert_eq!(audited.kind, SpanKind::Consumer);
    assert_eq!(audited.attributes["event.kind"], "task.completed.v1");
    trace.child(&write.id, "taskwire-recurrence", "delivery recurrence");
    // The consumer's call goes through two sidecars, which put spans of their own between, and keep the trace.
    let is_advance = |span: &&ReceivedSpan| {
        span.service == "taskwire-api"
            && span.kind == SpanKind::Server
            && span.name.contains("/advance")
    };
    let advances: Vec<_> = trace.0.iter().filter(is_advance).collect();
    assert_eq!(advances.len(), 1, "{}", tree(&trace.0));
    let audited = trace.child(&advances[0].id, "taskwire-audit", "delivery audit");
    assert_eq!(audited.attributes["event.kind"], "task.created.v1");
    for span in &trace.0 {
        assert!(!span.is_failed, "{span:?}");
    }
    for span in &spans {
        assert!(!format!("{span:?}").contains("orchids"), "{span:?}");
    }
}
