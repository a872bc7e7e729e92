//! The API itself on a separate database, with a fixed clock.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use taskwire_api::{Api, Config, Limits, admin, router};
use taskwire_client::Client;
use taskwire_domain::{Clock, GrantId, Secret, TaskId, UserId, Zone};
use taskwire_http::PublicUrl;
use taskwire_mcp::{HttpOptions, StateKey, TaskServer};
use taskwire_store::{Db, Options, TokenRow};
use taskwire_testkit::{FixedClock, TestDb, seeded_ids};
use tokio_util::sync::CancellationToken;

use crate::pipe::Pipe;

/// The credential of Taskwire's own services.
const SERVICE: &str = "the-credential-of-the-services";

/// A server with one user, who lives in Rome, and her MCP client.
pub(crate) struct Service {
    pub(crate) pipe: Pipe,
    /// For further connections.
    pub(crate) server: TaskServer,
    /// The API without a token.
    pub(crate) api: Client,
    pub(crate) token: Secret,
    pub(crate) clock: Arc<FixedClock>,
    db: Db,
    owner: UserId,
    /// Acts for the consumers.
    consumers: Client,
    /// How many more changes get through before the API cannot be reached.
    changes_left: Arc<AtomicI64>,
    shutdown: CancellationToken,
    _test: TestDb,
}

impl Service {
    /// Friday, 20 November 2026, 13:00 in Rome.
    pub(crate) async fn open(test: TestDb) -> Self {
        let db = Db::connect(&test.address, &Options::default())
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-20T12:00:00Z"));
        let ids = Arc::new(seeded_ids(1));
        let shutdown = CancellationToken::new();
        let api = Api::start(Config {
            db: db.clone(),
            clock: Arc::<FixedClock>::clone(&clock),
            ids: ids.clone(),
            service: Some(Secret::new(SERVICE).into()),
            hosts: vec![],
            limits: Limits::default(),
            consumers: Vec::new(),
            retention: taskwire_api::Retention::default(),
            sign_up: taskwire_api::SignUp::Closed,
            oauth: taskwire_api::OAuth::default(),
            notify: taskwire_api::Notify::default(),
            scrape: None,
            access_log: taskwire_http::AccessLog::Off,
            shutdown: shutdown.clone(),
        })
        .await
        .unwrap();
        let rome = Zone::parse("Europe/Rome").unwrap();
        let now = clock.now();
        let ada = admin::ensure_user(&db, &ids, now, "Ada", &rome)
            .await
            .unwrap();
        let token = admin::create_token(&db, &ids, now, "Ada", "test", None)
            .await
            .unwrap();
        let changes_left = Arc::new(AtomicI64::new(i64::MAX));
        let app = router(api);
        let owner = UserId(ada.id);
        let consumers = Client::in_process(app.clone())
            .with_token(Secret::new(SERVICE))
            .on_behalf_of(owner);
        let app = app.layer(middleware::from_fn_with_state(changes_left.clone(), count));
        let api = Client::in_process(app);
        let server = TaskServer::fixed(api.with_token(token.clone()))
            .with_clock(Arc::<FixedClock>::clone(&clock));
        Self {
            pipe: Pipe::to(server.clone()).await,
            server,
            api,
            token,
            clock,
            db,
            owner,
            consumers,
            changes_left,
            shutdown,
            _test: test,
        }
    }

    /// The endpoint over HTTP, known as `https://tasks.example`.
    pub(crate) fn endpoint(&self) -> Router {
        self.endpoint_with(StateKey::from([3; 32]))
    }

    /// The same of another installation.
    pub(crate) fn endpoint_with(&self, key: StateKey) -> Router {
        let options = HttpOptions {
            allowed_hosts: vec!["tasks.example".into()],
            service: Some(Secret::new(SERVICE).into()),
            public_url: PublicUrl::parse("https://tasks.example").unwrap(),
            state_key: Some(key),
            clock: Some(Arc::<FixedClock>::clone(&self.clock)),
            ..HttpOptions::default()
        };
        taskwire_mcp::router(self.api.clone(), options)
    }

    /// A token of another user.
    pub(crate) async fn another_user(&self, name: &str) -> String {
        let (now, ids) = (self.clock.now(), seeded_ids(99));
        let rome = Zone::parse("Europe/Rome").unwrap();
        let user = admin::ensure_user(&self.db, &ids, now, name, &rome).await;
        user.unwrap();
        let token = admin::create_token(&self.db, &ids, now, name, "test", None).await;
        token.unwrap().expose().to_owned()
    }

    /// An access token with these scopes, from a grant of OAuth, for the server at an address.
    pub(crate) async fn granted(&self, scopes: &str, audience: &str) -> String {
        let (now, token) = (
            self.clock.now(),
            format!("two_{scopes}_{audience}").replace(' ', "+"),
        );
        let digest = Sha256::digest(token.as_bytes());
        let hash = digest.iter().fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        let mut tx = self.db.begin().await.unwrap();
        let row = TokenRow {
            id: seeded_ids(token.len() as u64 + 10).next(now),
            owner: self.owner,
            hash,
            kind: "oauth".into(),
            label: "host".into(),
            scopes: scopes.into(),
            created_at: now,
            expires_at: None,
            last_used_at: None,
            client: None,
            grant: Some(GrantId(self.owner.0)),
            audience: Some(audience.into()),
        };
        tx.insert_token(&row).await.unwrap();
        tx.commit().await.unwrap();
        token
    }

    /// Moves the clock to an instant.
    pub(crate) fn at(&self, instant: &str) {
        self.clock.set(instant.parse().unwrap());
    }

    /// Lets this many more changes through, and none after them.
    pub(crate) fn ends_after(&self, changes: i64) {
        self.changes_left.store(changes, Ordering::SeqCst);
    }

    /// How many events there are of the person's tasks.
    pub(crate) async fn events(&self) -> usize {
        let mut tx = self.db.read().await.unwrap();
        let events = tx.events_of(self.owner, 0, i64::MAX, 10_000).await.unwrap();
        events.len()
    }

    /// One task as the tools show it, with its number.
    pub(crate) async fn task(&self, number: i64) -> Value {
        let found = self
            .pipe
            .call("tasks_find", json!({"numbers": [number]}))
            .await;
        found["tasks"][0].clone()
    }

    /// Runs the recurrence consumer for a task that has ended.
    pub(crate) async fn advance(&self, number: i64) {
        let ended = self.consumers.get_task(&number.to_string()).await.unwrap();
        self.consumers
            .advance_series(
                TaskId(ended.id),
                &format!("advance/{number}/{}", ended.version),
            )
            .await
            .unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Ends the task that follows the event log.
        self.shutdown.cancel();
    }
}

/// A gateway in front of a process that has died responds without problem details.
async fn count(State(left): State<Arc<AtomicI64>>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET && left.fetch_sub(1, Ordering::SeqCst) <= 0 {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    next.run(request).await
}
