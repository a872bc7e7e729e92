//! A reminder fires on time, once, whatever happens before.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use taskwire_domain::{Clock, SystemClock};
use taskwire_testkit::Kind;

use crate::support::deployment::{Deployment, Shape};
use crate::support::rest::Rest;
use crate::support::stream::{Event, Follower};

/// Much longer than a reminder may be late; it only shows that it did not wait for the next tick of a slow timer.
const LATE_MAX: SignedDuration = SignedDuration::from_secs(5);

#[tokio::test]
async fn fires_on_time_on_sqlite() {
    fires_on_time(Shape::ServeSqlite).await;
}

#[tokio::test]
async fn fires_on_time_on_postgres() {
    fires_on_time(Shape::ServePostgres).await;
}

#[tokio::test]
async fn fires_on_time_in_a_separate_process() {
    fires_on_time(Shape::Processes).await;
}

async fn fires_on_time(shape: Shape) {
    let deployment = Deployment::start(shape, None).await;
    let rest = deployment.rest(&deployment.token("ana"));
    let live = Follower::start(&rest, "0").await;
    let at = SystemClock.now() + SignedDuration::from_millis(700);
    let task = remind(&rest, at).await;
    let due = live
        .until("the reminder", |event| is_due(event, &task))
        .await;
    let now = SystemClock.now();
    let time: Timestamp = due.data["time"].as_str().unwrap().parse().unwrap();
    assert!(time >= at, "told at {time}, too early for {at}");
    assert!(
        now.duration_since(at) < LATE_MAX,
        "told at {now}, too late for {at}"
    );
    eprintln!("{shape:?}: told {} after its time", now.duration_since(at));
    assert_eq!(due.data["data"]["actor"]["via"], "consumer");
    told_once(&rest, &task).await;
}

#[tokio::test]
async fn fires_once_across_a_kill_on_sqlite() {
    fires_once_across_a_kill(Kind::Sqlite).await;
}

#[tokio::test]
async fn fires_once_across_a_kill_on_postgres() {
    fires_once_across_a_kill(Kind::Postgres).await;
}

async fn fires_once_across_a_kill(kind: Kind) {
    let mut deployment = Deployment::serve(kind, None).await;
    let rest = deployment.rest(&deployment.token("ana"));
    let live = Follower::start(&rest, "0").await;
    let at = SystemClock.now() + SignedDuration::from_millis(400);
    let task = remind(&rest, at).await;
    deployment.api.kill();
    // The time passes while no process is running.
    while SystemClock.now() < at {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    deployment.api.restart().await;
    live.until("the reminder", |event| is_due(event, &task))
        .await;
    deployment.api.kill();
    deployment.api.restart().await;
    told_once(&rest, &task).await;
    assert_eq!(deployment.dead_letters().await, 0);
}

async fn remind(rest: &Rest, at: Timestamp) -> Value {
    rest.post(
        "/api/v1/tasks",
        &json!({"title": "call back", "reminders": [{"at": at.to_string()}]}),
    )
    .await
}

fn is_due(event: &Event, task: &Value) -> bool {
    event.kind == "reminder.due.v1" && task["id"] == event.subject()
}

/// Another reminder fires, and the first was still delivered only once.
async fn told_once(rest: &Rest, task: &Value) {
    let second = remind(rest, SystemClock.now() + SignedDuration::from_millis(300)).await;
    let all = Follower::start(rest, "0").await;
    all.until("the second reminder", |event| is_due(event, &second))
        .await;
    let told = all
        .events()
        .iter()
        .filter(|event| is_due(event, task))
        .count();
    assert_eq!(told, 1);
}
