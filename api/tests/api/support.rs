//! The API on a separate database, with a fixed clock, and requests without a socket.

mod request;
pub(crate) mod schemas;
mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use taskwire_api::{Api, Config, Limits, Notify, OAuth, Retention, SignUp, admin, router};
use taskwire_domain::contract::UserView;
use taskwire_domain::{Clock, Ids, Secret, UserId, Zone};
use taskwire_http::{AccessLog, Guard, PublicUrl, Scrape};
use taskwire_store::{Db, Options};
use taskwire_testkit::{FixedClock, TestDb, seeded_ids};
use tokio_util::sync::CancellationToken;

pub(crate) use request::{Call, Reply, task_of};
pub(crate) use stream::Events;

/// The credential of Taskwire's own services.
pub(crate) const SERVICE: &str = "the-credential-of-the-services";
/// The address under which the server is known.
pub(crate) const ADDRESS: &str = "https://tasks.example";
/// Longest wait in a test.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A server with Ada, who lives in Rome, and the users that [`App::person`] creates.
pub(crate) struct App {
    pub(crate) router: Router,
    pub(crate) api: Api,
    pub(crate) db: Db,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) shutdown: CancellationToken,
    /// The caller of [`App::get`] and similar methods.
    pub(crate) ada: Person,
    /// The position up to which [`App::happened`] has returned the events.
    told: AtomicI64,
    /// Last, so that it is dropped when nothing uses it any longer.
    pub(crate) test: TestDb,
}

/// A user with a token that has all scopes, including `admin`.
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
    /// Friday, 20 November 2026, 13:00 in Rome. Anyone may sign up.
    pub(crate) async fn open(test: TestDb) -> Self {
        Self::with(test, Limits::default(), SignUp::Open).await
    }

    /// The same with rate limits.
    pub(crate) async fn limited(test: TestDb, limits: Limits) -> Self {
        Self::with(test, limits, SignUp::Open).await
    }

    /// The same where not everybody may sign up.
    pub(crate) async fn joined_by(test: TestDb, sign_up: SignUp) -> Self {
        Self::with(test, Limits::default(), sign_up).await
    }

    async fn with(test: TestDb, limits: Limits, sign_up: SignUp) -> Self {
        let db = Db::connect(&test.address, &Options::default())
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-20T12:00:00Z"));
        let ids = Arc::new(seeded_ids(1));
        let shutdown = CancellationToken::new();
        let settings = (limits, sign_up, oauth_at(ADDRESS));
        let api = start(&db, &clock, &ids, &shutdown, settings, scrape()).await;
        let ada = person(&db, &ids, &*clock, "Ada").await;
        Self {
            router: router(api.clone()),
            api,
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
    pub(crate) async fn second_instance(&self) -> Router {
        self.instance_at(ADDRESS).await
    }

    /// The same, known under another address.
    pub(crate) async fn instance_at(&self, address: &str) -> Router {
        let db = Db::connect(&self.test.address, &Options::default())
            .await
            .unwrap();
        let api = start(
            &db,
            &self.clock,
            &self.ids,
            &self.shutdown,
            (Limits::default(), SignUp::Open, oauth_at(address)),
            scrape(),
        );
        router(api.await)
    }

    /// The router of a process on the same database with these settings of OAuth.
    pub(crate) async fn instance_with(&self, oauth: OAuth) -> Router {
        let Self {
            db,
            clock,
            ids,
            shutdown,
            ..
        } = self;
        let settings = (Limits::default(), SignUp::Open, oauth);
        router(start(db, clock, ids, shutdown, settings, scrape()).await)
    }

    /// The router of a process that has an internal port too.
    pub(crate) async fn behind_internal_port(&self) -> Router {
        let Self {
            db,
            clock,
            ids,
            shutdown,
            ..
        } = self;
        let settings = (Limits::default(), SignUp::Open, OAuth::default());
        let api = start(db, clock, ids, shutdown, settings, None);
        router(api.await)
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

    /// Creates a task and returns it.
    pub(crate) async fn task(&self, body: Value) -> Value {
        task_of(self.post("/api/v1/tasks", body).await.expect(201))
    }

    /// Runs the recurrence consumer for a task.
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

    /// The kinds of Ada's events since the last call.
    pub(crate) async fn happened(&self) -> Vec<String> {
        self.events()
            .await
            .into_iter()
            .map(|event| event["type"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Ada's events since the last call, as CloudEvents, each checked against its schema.
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
            .inspect(schemas::check)
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
    (limits, sign_up, oauth): (Limits, SignUp, OAuth),
    scrape: Option<Scrape>,
) -> Api {
    Api::start(Config {
        db: db.clone(),
        clock: Arc::<FixedClock>::clone(clock),
        ids: ids.clone(),
        service: Some(Secret::new(SERVICE).into()),
        hosts: vec![],
        limits,
        consumers: vec!["audit", "recurrence", "reminder"],
        retention: Retention::default(),
        sign_up,
        oauth,
        notify: Notify {
            base_url: Some("https://tasks.example.com".into()),
            has_mail: true,
            guard: Guard::Any,
        },
        scrape,
        access_log: AccessLog::Writes,
        shutdown: shutdown.clone(),
    })
    .await
    .unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "what the configuration takes")]
fn scrape() -> Option<Scrape> {
    Some(Scrape::new(|| async { "taskwire_up 1\n".to_owned() }))
}

/// An authorization server at an address, with a few clients.
fn oauth_at(address: &str) -> OAuth {
    OAuth {
        public_url: PublicUrl::parse(address).unwrap(),
        registration: true,
        documents: Some(Arc::new(crate::oauth::FakeDocuments)),
        external: None,
    }
}

async fn person(db: &Db, ids: &Ids, clock: &dyn Clock, name: &str) -> Person {
    let rome = Zone::parse("Europe/Rome").unwrap();
    let now = clock.now();
    let view = admin::ensure_user(db, ids, now, name, &rome).await.unwrap();
    let scopes = ["read", "write", "admin"].map(str::to_owned);
    let token = admin::create_token(db, ids, now, name, "test", Some(&scopes))
        .await
        .unwrap();
    Person {
        view,
        token: token.expose().to_owned(),
    }
}
