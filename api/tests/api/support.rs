//! The API on a database of its own, with a clock that stands still, and requests without a socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header, request};
use futures::StreamExt;
use serde_json::Value;
use taskwire_api::{Api, Config, Limits, admin, router};
use taskwire_domain::contract::UserView;
use taskwire_domain::{Clock, Ids, Secret, UserId, Zone};
use taskwire_store::{Db, Options};
use taskwire_testkit::{FixedClock, TestDb, seeded_ids};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::contract::declared;

/// The credential of Taskwire's own services.
pub(crate) const SERVICE: &str = "the-credential-of-the-services";
/// A test has failed when what it waits for takes longer.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A server of two people: Ada, who lives in Rome, and whoever [`App::person`] makes.
pub(crate) struct App {
    pub(crate) router: Router,
    pub(crate) db: Db,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) shutdown: CancellationToken,
    /// On whose behalf [`App::get`] and its like call.
    pub(crate) ada: Person,
    /// Up to where [`App::happened`] has told the events.
    told: AtomicI64,
    /// Last, so that it goes when nothing uses it any longer.
    pub(crate) test: TestDb,
}

/// A user with a token that may read and write.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) view: UserView,
    pub(crate) token: String,
}

impl Person {
    pub(crate) fn id(&self) -> UserId {
        UserId(self.view.id)
    }
}

impl App {
    /// Friday, 20 November 2026, 13:00 in Rome.
    pub(crate) async fn open(test: TestDb) -> Self {
        Self::limited(test, Limits::default()).await
    }

    /// The same with rate limits.
    pub(crate) async fn limited(test: TestDb, limits: Limits) -> Self {
        let db = Db::connect(&test.address, &Options::default())
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-20T12:00:00Z"));
        let ids = Arc::new(seeded_ids(1));
        let shutdown = CancellationToken::new();
        let router = start(&db, &clock, &ids, &shutdown, limits).await;
        let ada = person(&db, &ids, &*clock, "Ada").await;
        Self {
            router,
            db,
            clock,
            ids,
            shutdown,
            ada,
            told: AtomicI64::new(0),
            test,
        }
    }

    /// The router of a second process that starts now on the same database.
    pub(crate) async fn beside(&self) -> Router {
        let db = Db::connect(&self.test.address, &Options::default())
            .await
            .unwrap();
        start(
            &db,
            &self.clock,
            &self.ids,
            &self.shutdown,
            Limits::default(),
        )
        .await
    }

    /// Another user, in Rome too.
    pub(crate) async fn person(&self, name: &str) -> Person {
        person(&self.db, &self.ids, &*self.clock, name).await
    }

    /// Another token of a user.
    pub(crate) async fn token(&self, name: &str, scopes: &[&str]) -> String {
        let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
        let now = self.clock.now();
        admin::create_token(&self.db, &self.ids, now, name, "test", Some(&scopes))
            .await
            .unwrap()
            .expose()
            .to_owned()
    }

    /// A request with Ada's token.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        self.anonymous(method, path).token(&self.ada.token)
    }

    /// A request without a credential.
    pub(crate) fn anonymous(&self, method: &str, path: &str) -> Call {
        Call {
            router: self.router.clone(),
            request: Request::builder().method(method).uri(path),
            body: Body::empty(),
        }
    }

    /// A request of one of Taskwire's own services for a user.
    pub(crate) fn service(&self, method: &str, path: &str, user: UserId) -> Call {
        self.anonymous(method, path)
            .token(SERVICE)
            .header("taskwire-user", &user.to_string())
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call("GET", path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.call("POST", path).json(&body).send().await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.call("PATCH", path).json(&body).send().await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.call("PUT", path).json(&body).send().await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.call("DELETE", path).send().await
    }

    /// Creates a task and answers it.
    pub(crate) async fn task(&self, body: Value) -> Value {
        task_of(self.post("/api/v1/tasks", body).await.expect(201))
    }

    /// Lets the recurrence consumer have its turn at a task.
    pub(crate) async fn advance(&self, task: &Value) -> Value {
        let path = format!(
            "/api/v1/internal/tasks/{}/advance",
            task["id"].as_str().unwrap()
        );
        self.service("POST", &path, self.ada.id())
            .send()
            .await
            .expect(200)
    }

    /// The kinds of Ada's events since this was asked last.
    pub(crate) async fn happened(&self) -> Vec<String> {
        self.events()
            .await
            .into_iter()
            .map(|event| event["type"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Ada's events since this was asked last, as CloudEvents.
    pub(crate) async fn events(&self) -> Vec<Value> {
        let after = self.told.load(Ordering::SeqCst);
        let mut tx = self.db.read().await.unwrap();
        let events = tx
            .events_of(self.ada.id(), after, i64::MAX, 10_000)
            .await
            .unwrap();
        if let Some(last) = events.last() {
            self.told.store(last.seq, Ordering::SeqCst);
        }
        events
            .iter()
            .map(|event| serde_json::from_str(&event.payload).unwrap())
            .collect()
    }

    /// Moves the clock to an instant.
    pub(crate) fn at(&self, instant: &str) {
        self.clock.set(instant.parse().unwrap());
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // Ends the task that follows the event log.
        self.shutdown.cancel();
    }
}

async fn start(
    db: &Db,
    clock: &Arc<FixedClock>,
    ids: &Arc<Ids>,
    shutdown: &CancellationToken,
    limits: Limits,
) -> Router {
    let api = Api::start(Config {
        db: db.clone(),
        clock: Arc::<FixedClock>::clone(clock),
        ids: ids.clone(),
        service: Some(Secret::new(SERVICE)),
        hosts: vec![],
        limits,
        metrics: Arc::new(|| "taskwire_up 1\n".into()),
        shutdown: shutdown.clone(),
    })
    .await
    .unwrap();
    router(api)
}

async fn person(db: &Db, ids: &Ids, clock: &dyn Clock, name: &str) -> Person {
    let rome = Zone::parse("Europe/Rome").unwrap();
    let now = clock.now();
    let view = admin::ensure_user(db, ids, now, name, &rome).await.unwrap();
    let token = admin::create_token(db, ids, now, name, "test", None)
        .await
        .unwrap();
    Person {
        view,
        token: token.expose().to_owned(),
    }
}

/// A request to be sent.
#[must_use]
pub(crate) struct Call {
    router: Router,
    request: request::Builder,
    body: Body,
}

impl Call {
    /// With this bearer token, instead of any before.
    pub(crate) fn token(mut self, token: &str) -> Self {
        let value = format!("Bearer {token}").parse().unwrap();
        self.request
            .headers_mut()
            .unwrap()
            .insert(header::AUTHORIZATION, value);
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Over a connection from this address.
    pub(crate) fn from(mut self, address: &str) -> Self {
        let peer = SocketAddr::new(address.parse().unwrap(), 50_000);
        self.request = self.request.extension(ConnectInfo(peer));
        self
    }

    /// To another process.
    pub(crate) fn to(mut self, router: &Router) -> Self {
        self.router = router.clone();
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(crate) fn body(mut self, kind: &str, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    /// Sends it and reads the whole answer.
    pub(crate) async fn send(self) -> Reply {
        let request = self.request.body(self.body).unwrap();
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let response = self.router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        declared::check(&method, uri.path(), parts.status, &parts.headers, &bytes);
        Reply {
            asked: format!("{method} {uri}"),
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    /// Sends it and reads the answer event by event.
    pub(crate) async fn listen(self) -> Events {
        let request = self.request.body(self.body).unwrap();
        let response = self.router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events {
            body: response.into_body().into_data_stream(),
            text: String::new(),
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// Method and path.
    asked: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Reply {
    /// The body as JSON; null when empty.
    pub(crate) fn json(&self) -> Value {
        if self.bytes.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.to_vec()).unwrap()
    }

    /// The value of a header that must be there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self
            .headers
            .get(name)
            .unwrap_or_else(|| panic!("{}: no header {name}", self.asked));
        value.to_str().unwrap()
    }

    /// The body, if the status is this one.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}: {}",
            self.asked,
            String::from_utf8_lossy(&self.bytes)
        );
        self.json()
    }

    /// The same task as `first` answered, and that it was so already.
    #[track_caller]
    pub(crate) fn repeats(&self, first: &Self) {
        assert_eq!(self.status, first.status, "{}", self.asked);
        let again = self.json();
        assert_eq!(again["changed"], false, "{}", self.asked);
        assert_eq!(task_of(again), task_of(first.json()), "{}", self.asked);
    }

    /// A refusal with this status and code, in the shape that all have; without the request's id, which differs.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        let mut problem = self.expect(status);
        assert_eq!(problem["code"], code, "{}: {problem}", self.asked);
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{problem}"
        );
        let id = problem.as_object_mut().unwrap().remove("request_id");
        assert_eq!(id.unwrap(), self.header("x-request-id"), "{problem}");
        // The header for HTTP clients says the same as the member for programs behind them.
        let wait = problem
            .as_object_mut()
            .unwrap()
            .remove("retry_after_seconds");
        let header = self.headers.get("retry-after");
        assert_eq!(
            wait.map(|wait| wait.to_string()).as_deref(),
            header.map(|wait| wait.to_str().unwrap()),
            "{problem}"
        );
        problem
    }
}

/// The task alone, of what came of a change.
pub(crate) fn task_of(mut change: Value) -> Value {
    if let Some(change) = change.as_object_mut() {
        for beside in ["changed", "open", "warnings"] {
            change.remove(beside);
        }
    }
    change
}

/// An event stream being read.
pub(crate) struct Events {
    body: BodyDataStream,
    text: String,
}

/// One server-sent event.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Frame {
    /// Opaque.
    pub(crate) id: String,
    pub(crate) event: String,
    pub(crate) data: Value,
}

impl Events {
    /// The next event; none when the stream has ended. Comments are passed over.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let rest = self.text.split_off(end + 2);
                let frame = parse(&std::mem::replace(&mut self.text, rest));
                match frame {
                    Some(frame) => return Some(frame),
                    None => continue,
                }
            }
            let chunk = tokio::time::timeout(LIMIT, self.body.next())
                .await
                .expect("something is sent in time")?;
            self.text
                .push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
    }

    /// The kinds of the next events.
    pub(crate) async fn kinds(&mut self, count: usize) -> Vec<String> {
        let mut kinds = Vec::new();
        while kinds.len() < count {
            kinds.push(self.next().await.expect("another event").event);
        }
        kinds
    }
}

fn parse(block: &str) -> Option<Frame> {
    let field = |name: &str| {
        block
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    Some(Frame {
        id: field("id")?.to_owned(),
        event: field("event")?.to_owned(),
        data: serde_json::from_str(field("data")?).unwrap(),
    })
}
