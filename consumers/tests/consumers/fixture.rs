//! A database with events, and an API with scripted responses.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::json;
use taskwire_client::{Client, Secret};
use taskwire_consumers::{Consumer, Deps};
use taskwire_domain::contract::{ReminderView, TaskView};
use taskwire_domain::event::EventData;
use taskwire_domain::{Actor, ChangeId, Clock, Event, EventId, EventKind, Ids, UserId, Via};
use taskwire_messaging::CloudEvent;
use taskwire_store::{Db, Options, UserRow};
use taskwire_testkit::{FixedClock, TestDb, eventually, seeded_ids};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A call that the API received.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) task: String,
    pub(crate) user: String,
    pub(crate) key: String,
    pub(crate) via: String,
    pub(crate) token: String,
}

/// The internal part of the API.
#[derive(Clone, Default)]
pub(crate) struct Api {
    pub(crate) seen: Arc<Mutex<Vec<Seen>>>,
    /// Statuses of the next responses; then 200.
    pub(crate) answers: Arc<Mutex<VecDeque<u16>>>,
    /// Number of requests to fire reminders.
    pub(crate) fires: Arc<AtomicUsize>,
}

impl Api {
    pub(crate) fn client(&self) -> Client {
        let router = Router::new()
            .route("/api/v1/internal/tasks/{id}/advance", post(advance))
            .route("/api/v1/internal/reminders/fire", post(fire))
            .with_state(self.clone());
        Client::in_process(router).with_token(Secret::new("service"))
    }

    pub(crate) fn calls(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn fire(State(api): State<Api>) -> axum::Json<serde_json::Value> {
    api.fires.fetch_add(1, Ordering::SeqCst);
    axum::Json(json!({"fired": 0, "next_at": null}))
}

async fn advance(State(api): State<Api>, Path(task): Path<String>, headers: HeaderMap) -> Response {
    let text = |name: &str| {
        headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
            .to_owned()
    };
    api.seen.lock().unwrap().push(Seen {
        task,
        user: text("taskwire-user"),
        key: text("idempotency-key"),
        via: text("taskwire-via"),
        token: text(header::AUTHORIZATION.as_str()),
    });
    match api.answers.lock().unwrap().pop_front() {
        None | Some(200) => axum::Json(serde_json::Value::Null).into_response(),
        Some(status) => {
            let problem = json!({"type": "about:blank", "title": "No", "status": status, "detail": "No.", "code": "no"});
            (StatusCode::from_u16(status).unwrap(), axum::Json(problem)).into_response()
        }
    }
}

pub(crate) struct World {
    pub(crate) db: Db,
    pub(crate) ada: UserId,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) api: Api,
    ids: Ids,
    pub(crate) test: TestDb,
}

impl World {
    pub(crate) async fn open(test: TestDb) -> Self {
        let db = Db::connect(&test.address, &Options::default())
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let clock = Arc::new(FixedClock::default());
        let ids = seeded_ids(1);
        let zone = taskwire_domain::Zone::utc();
        let ada = UserRow::new(ids.next(clock.now()), "Ada".into(), zone);
        let mut tx = db.begin().await.unwrap();
        tx.insert_user(&ada, clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        Self {
            db,
            ada: ada.id,
            clock,
            api: Api::default(),
            ids,
            test,
        }
    }

    pub(crate) fn id<T: From<Uuid>>(&self) -> T {
        self.ids.next(self.clock.now())
    }

    pub(crate) fn task(&self, series: Option<Uuid>) -> TaskView {
        let at = self.clock.now();
        TaskView {
            id: self.id(),
            number: 1,
            title: "Water the plants".into(),
            notes: String::new(),
            status: "completed".into(),
            priority: "none".into(),
            tags: vec![],
            due: None,
            due_at: None,
            due_weekday: None,
            due_zone: None,
            duration_minutes: None,
            is_overdue: false,
            recurrence: None,
            series,
            occurrence: None,
            parent: None,
            subtasks: None,
            reminders: vec![],
            version: 2,
            created_at: at,
            updated_at: at,
            completed_at: Some(at),
            skipped_at: None,
            deleted_at: None,
            missed: None,
            change: self.id(),
        }
    }

    pub(crate) fn event(
        &self,
        kind: EventKind,
        task: TaskView,
        reminder: Option<ReminderView>,
    ) -> CloudEvent {
        CloudEvent::from_event(&Event {
            id: self.id(),
            kind,
            owner: self.ada,
            subject: task.id,
            key: task.series.unwrap_or(task.id),
            time: self.clock.now(),
            data: EventData {
                schema_version: 1,
                sequence: task.version,
                change: ChangeId(task.change),
                actor: Actor {
                    user: self.ada,
                    token: None,
                    via: Via::Web,
                    client: None,
                    chat_turn: None,
                    tool_call: None,
                },
                before: None,
                after: Some(task),
                reminder,
                reason: None,
                tag_before: None,
                tag: None,
            },
        })
    }

    /// Appends an event of a separate task.
    pub(crate) async fn happen(&self, kind: EventKind) -> CloudEvent {
        let event = self.event(kind, self.task(None), None);
        self.append(&event, &event.to_json()).await;
        event
    }

    pub(crate) async fn append(&self, event: &CloudEvent, payload: &str) {
        append_to(&self.db, event, payload).await;
    }

    pub(crate) fn deps(&self, cancel: &CancellationToken) -> Deps {
        Deps {
            db: self.db.clone(),
            client: self.api.client(),
            clock: Arc::<FixedClock>::clone(&self.clock),
            cancel: cancel.clone(),
            sender: None,
            seed: 1,
        }
    }

    pub(crate) fn run(&self, consumer: Consumer) -> Running {
        let cancel = CancellationToken::new();
        let consumer = taskwire_consumers::run(consumer, self.deps(&cancel));
        Running::start(cancel, consumer)
    }

    pub(crate) async fn dead_letters(&self, consumer: Consumer) -> i64 {
        let mut tx = self.db.read().await.unwrap();
        tx.count_dead_letters(consumer.as_str()).await.unwrap()
    }

    pub(crate) async fn was_received(&self, consumer: Consumer, event: EventId) -> bool {
        let mut tx = self.db.read().await.unwrap();
        tx.was_received(consumer.as_str(), event).await.unwrap()
    }

    pub(crate) async fn until_received(&self, consumer: Consumer, event: EventId) {
        eventually(LIMIT, || async {
            self.was_received(consumer, event).await.then_some(())
        })
        .await;
    }

    pub(crate) async fn position(&self, consumer: Consumer) -> i64 {
        let mut tx = self.db.read().await.unwrap();
        tx.consumer_position(consumer.as_str()).await.unwrap()
    }
}

pub(crate) async fn append_to(db: &Db, event: &CloudEvent, payload: &str) {
    let mut tx = db.begin().await.unwrap();
    tx.append_event(
        event.id,
        event.owner,
        &event.kind,
        event.partitionkey,
        payload,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// A consumer or a relay that runs.
pub(crate) struct Running {
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(
        cancel: CancellationToken,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self {
            cancel,
            task: tokio::spawn(work),
        }
    }

    pub(crate) async fn stop(self) {
        self.cancel.cancel();
        tokio::time::timeout(LIMIT, self.task)
            .await
            .unwrap()
            .unwrap();
    }

    pub(crate) async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}
