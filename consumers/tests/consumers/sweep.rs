//! The sweep, in tokio's paused time, over an API in memory.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::{SignedDuration, Timestamp};
use taskwire_client::Client;
use taskwire_consumers::{Sweep, Timer};
use taskwire_domain::Clock;
use taskwire_domain::contract::FiredReminders;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// Follows tokio's time.
#[derive(Clone, Copy, Debug)]
struct Paused(Instant);

impl Clock for Paused {
    fn now(&self) -> Timestamp {
        let begin: Timestamp = "2026-12-01T09:00:00Z".parse().unwrap();
        begin + SignedDuration::try_from(self.0.elapsed()).unwrap()
    }
}

/// An API that fires at most 100 reminders at once.
#[derive(Clone)]
struct Api {
    clock: Paused,
    /// How far its clock is behind.
    behind: SignedDuration,
    pending: Arc<Mutex<Vec<Timestamp>>>,
    /// How late each reminder fired.
    late: Arc<Mutex<Vec<SignedDuration>>>,
    calls: Arc<Mutex<u32>>,
    down: Arc<Mutex<bool>>,
}

async fn fire(State(api): State<Api>) -> Response {
    *api.calls.lock().unwrap() += 1;
    if *api.down.lock().unwrap() {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let now = api.clock.now() - api.behind;
    let mut pending = api.pending.lock().unwrap();
    pending.sort_unstable();
    let due = pending.iter().take_while(|at| **at <= now).count().min(100);
    let fired: Vec<Timestamp> = pending.drain(..due).collect();
    let late = fired.iter().map(|at| now.duration_since(*at));
    api.late.lock().unwrap().extend(late);
    axum::Json(FiredReminders {
        fired: u32::try_from(due).unwrap(),
        next_at: pending.first().copied(),
        deliveries: 0,
    })
    .into_response()
}

struct World {
    api: Api,
    timer: Timer,
    clock: Paused,
}

impl World {
    fn start(behind: SignedDuration, reminders: impl IntoIterator<Item = i64>) -> Self {
        let clock = Paused(Instant::now());
        let pending = reminders
            .into_iter()
            .map(|ms| clock.now() + SignedDuration::from_millis(ms))
            .collect();
        let api = Api {
            clock,
            behind,
            pending: Arc::new(Mutex::new(pending)),
            late: Arc::default(),
            calls: Arc::default(),
            down: Arc::default(),
        };
        let router = axum::Router::new()
            .route("/api/v1/internal/reminders/fire", post(fire))
            .with_state(api.clone());
        let timer = Timer::default();
        let sweep = Sweep::new(
            &Client::in_process(router),
            Arc::new(clock),
            timer.clone(),
            1,
        );
        tokio::spawn(sweep.run(CancellationToken::new()));
        Self { api, timer, clock }
    }

    /// Adds a reminder, and reports it like its event.
    fn schedule(&self, ms: i64) {
        let at = self.clock.now() + SignedDuration::from_millis(ms);
        self.api.pending.lock().unwrap().push(at);
        self.timer.not_later_than(at);
    }

    fn calls(&self) -> u32 {
        *self.api.calls.lock().unwrap()
    }

    /// The largest delay, once this many reminders have fired.
    fn worst(&self, count: usize) -> SignedDuration {
        let late = self.api.late.lock().unwrap();
        assert_eq!(late.len(), count);
        late.iter().max().copied().unwrap()
    }
}

/// Timers are exact to a millisecond.
const EXACT: SignedDuration = SignedDuration::from_millis(2);

#[tokio::test(start_paused = true)]
async fn reminders_fire_at_their_time() {
    let world = World::start(SignedDuration::ZERO, (0..100).map(|n| n * 1_357));
    sleep(Duration::from_mins(5)).await;
    assert!(world.worst(100) <= EXACT);
    assert!(world.calls() < 250, "{}", world.calls());
}

#[tokio::test(start_paused = true)]
async fn a_sooner_reminder_wakes_the_sweep() {
    let world = World::start(SignedDuration::ZERO, [25_000]);
    sleep(Duration::from_secs(1)).await;
    world.schedule(3_000);
    world.schedule(2_000);
    world.schedule(9_000);
    sleep(Duration::from_mins(1)).await;
    assert!(world.worst(4) <= EXACT);
}

#[tokio::test(start_paused = true)]
async fn a_reminder_without_a_notification_is_found_too() {
    let world = World::start(SignedDuration::ZERO, []);
    sleep(Duration::from_secs(1)).await;
    let at = world.clock.now();
    world.api.pending.lock().unwrap().push(at);
    sleep(Duration::from_mins(1)).await;
    assert!(world.worst(1) <= SignedDuration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn many_due_reminders_fire_without_pauses() {
    let world = World::start(SignedDuration::ZERO, (0..1_000).map(|_| 5_000));
    sleep(Duration::from_secs(6)).await;
    assert!(world.worst(1_000) <= EXACT);
}

#[tokio::test(start_paused = true)]
async fn an_idle_sweep_sleeps() {
    let world = World::start(SignedDuration::ZERO, []);
    sleep(Duration::from_hours(1)).await;
    assert!(world.calls() <= 121, "{}", world.calls());
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_api_is_retried_with_growing_pauses_and_catches_up() {
    let world = World::start(SignedDuration::ZERO, (0..50).map(|n| n * 10_000));
    *world.api.down.lock().unwrap() = true;
    sleep(Duration::from_hours(1)).await;
    assert!(world.calls() < 800, "{}", world.calls());
    *world.api.down.lock().unwrap() = false;
    sleep(Duration::from_secs(11)).await;
    assert_eq!(world.api.late.lock().unwrap().len(), 50);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_runs_behind_is_waited_for() {
    let world = World::start(SignedDuration::from_secs(2), [10_000]);
    sleep(Duration::from_mins(1)).await;
    assert!(world.worst(1) <= SignedDuration::from_millis(25));
    assert!(world.calls() < 110, "{}", world.calls());
}
