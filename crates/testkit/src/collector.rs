//! A trace collector that receives spans over OTLP with HTTP and protobuf, and stores them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode as SpanStatus;
use prost::Message;
use tokio::net::TcpListener;

/// Longest wait for a span.
const LIMIT: Duration = Duration::from_mins(1);

/// A received span.
#[derive(Clone, Debug)]
pub struct ReceivedSpan {
    /// The name of the process.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Its role.
    pub kind: SpanKind,
    /// The trace, as hexadecimal digits.
    pub trace: String,
    /// The span, as hexadecimal digits.
    pub id: String,
    /// Its parent; empty at the root of a trace.
    pub parent: String,
    /// Whether it failed.
    pub is_failed: bool,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
struct Received {
    spans: Mutex<Vec<ReceivedSpan>>,
    headers: Mutex<Vec<HeaderMap>>,
}

/// A running collector; it ends when this is dropped.
#[derive(Debug)]
pub struct Collector {
    url: String,
    received: Arc<Received>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Collector {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start() -> Self {
        let received = Arc::<Received>::default();
        let app = Router::new()
            .route("/v1/traces", post(receive))
            .with_state(Arc::clone(&received));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let server = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("it serves");
        });
        Self {
            url: format!("http://{address}"),
            received,
            server,
        }
    }

    /// The base address, in the form of `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The spans received so far.
    pub fn spans(&self) -> Vec<ReceivedSpan> {
        let spans = self.received.spans.lock();
        spans.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The headers of each request so far.
    pub fn headers(&self) -> Vec<HeaderMap> {
        let headers = self.received.headers.lock();
        headers.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until `look` returns a value for the spans. Shows all spans if it does not.
    pub async fn until<T: Send>(
        &self,
        what: &str,
        look: impl Fn(&[ReceivedSpan]) -> Option<T> + Send + Sync,
    ) -> T {
        let wait = async {
            loop {
                if let Some(found) = look(&self.spans()) {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(LIMIT, wait)
            .await
            .unwrap_or_else(|_| panic!("no {what} among the spans:\n{}", tree(&self.spans())))
    }
}

/// A readable tree of spans.
pub fn tree(spans: &[ReceivedSpan]) -> String {
    fn write(text: &mut String, spans: &[ReceivedSpan], span: &ReceivedSpan, depth: usize) {
        let _ = writeln!(
            text,
            "{:indent$}{} {} ({})",
            "",
            span.service,
            span.name,
            span.kind.as_str_name(),
            indent = depth * 2
        );
        for child in spans.iter().filter(|child| child.parent == span.id) {
            write(text, spans, child, depth + 1);
        }
    }
    let mut text = String::new();
    let is_root = |span: &&ReceivedSpan| !spans.iter().any(|other| other.id == span.parent);
    for root in spans.iter().filter(is_root) {
        let _ = writeln!(text, "trace {} parent {:?}", root.trace, root.parent);
        write(&mut text, spans, root, 1);
    }
    text
}

async fn receive(
    State(received): State<Arc<Received>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, [(header::HeaderName, &'static str); 1], Vec<u8>) {
    let content_type = (header::CONTENT_TYPE, "application/x-protobuf");
    let Ok(request) = ExportTraceServiceRequest::decode(body) else {
        return (StatusCode::BAD_REQUEST, [content_type], Vec::new());
    };
    let mut spans = Vec::new();
    for of_resource in request.resource_spans {
        let resource = of_resource.resource.unwrap_or_default().attributes;
        let service = texts(&resource).remove("service.name").unwrap_or_default();
        let all = of_resource.scope_spans.into_iter();
        for span in all.flat_map(|scope| scope.spans) {
            spans.push(ReceivedSpan {
                service: service.clone(),
                kind: span.kind(),
                name: span.name,
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                is_failed: span.status.is_some_and(|s| s.code() == SpanStatus::Error),
                attributes: texts(&span.attributes),
            });
        }
    }
    let keep = |mutex: &Mutex<Vec<ReceivedSpan>>| {
        mutex
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(spans);
    };
    keep(&received.spans);
    received
        .headers
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(headers);
    // An empty response means that all were accepted.
    (StatusCode::OK, [content_type], Vec::new())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn texts(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    attributes
        .iter()
        .map(|attribute| {
            let value = attribute.value.clone().and_then(|AnyValue { value }| value);
            let text = match value {
                Some(Value::StringValue(text)) => text,
                Some(Value::IntValue(number)) => number.to_string(),
                other => format!("{other:?}"),
            };
            (attribute.key.clone(), text)
        })
        .collect()
}
