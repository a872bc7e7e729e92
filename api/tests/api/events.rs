//! `GET /api/v1/events`

use serde_json::json;
use taskwire_domain::EventId;
use taskwire_testkit::{Kind, TestDb, both_databases};
use uuid::Uuid;

use crate::support::App;

both_databases!(
    replays_what_happened_and_continues,
    resumes_where_it_was_left,
    from_now_on,
    lists_each_users_own,
    ends_at_the_shutdown,
    ends_when_the_token_is_revoked,
    ends_when_another_process_revokes_the_token,
    ends_when_the_token_expires,
    a_stream_of_a_service_stays_open,
    refuses_what_it_cannot_accept,
    a_cursor_beyond_the_end_begins_now,
    a_cursor_older_than_what_is_kept_is_refused,
    a_stream_that_resumes_too_late_is_reset,
    the_oldest_event_kept_is_a_place_to_begin,
    events_that_were_not_read_are_kept,
);

const EVENTS: &str = "/api/v1/events";

async fn replays_what_happened_and_continues(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Pay rent", "tags": ["new"]}))
        .await;
    app.patch("/api/v1/tasks/1", json!({"title": "Rent"}))
        .await
        .expect(200);
    let mut events = app.call("GET", "/api/v1/events?after=0").listen().await;
    let tag = events.next().await.unwrap();
    assert_eq!(tag.event, "tag.created.v1");
    let created = events.next().await.unwrap();
    assert_eq!(created.event, "task.created.v1");
    assert_ne!(created.id, tag.id);
    assert_eq!(created.data["specversion"], "1.0");
    assert_eq!(created.data["type"], "task.created.v1");
    assert_eq!(created.data["subject"], task["id"]);
    assert_eq!(created.data["data"]["after"], task);
    assert_eq!(events.kinds(1).await, ["task.updated.v1"]);
    // Live, on the same stream.
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    app.task(json!({"title": "Next"})).await;
    assert_eq!(
        events.kinds(2).await,
        ["task.completed.v1", "task.created.v1"]
    );
}

async fn resumes_where_it_was_left(db: TestDb) {
    let app = App::open(db).await;
    for n in 1..=4 {
        app.task(json!({"title": format!("{n}")})).await;
    }
    let mut events = app.call("GET", "/api/v1/events?after=0").listen().await;
    let mut ids = vec![];
    for _ in 0..4 {
        ids.push(events.next().await.unwrap().id);
    }
    drop(events);
    let mut events = app
        .call("GET", &format!("{EVENTS}?after={}", ids[1]))
        .listen()
        .await;
    assert_eq!(events.next().await.unwrap().id, ids[2]);
    // The header that a browser sends when it reconnects is newer than the address.
    let mut events = app
        .call("GET", "/api/v1/events?after=0")
        .header("last-event-id", &ids[2])
        .listen()
        .await;
    assert_eq!(events.next().await.unwrap().id, ids[3]);
    app.task(json!({"title": "5"})).await;
    let live = events.next().await.unwrap();
    assert_eq!(live.data["data"]["after"]["number"], 5);
}

async fn from_now_on(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "before"})).await;
    // Once that has arrived, the end of the log is known.
    let mut first = app.call("GET", "/api/v1/events?after=0").listen().await;
    first.next().await.unwrap();
    let mut events = app.call("GET", EVENTS).listen().await;
    app.task(json!({"title": "after"})).await;
    loop {
        let event = events.next().await.unwrap();
        if event.data["data"]["after"]["title"] == "after" {
            break;
        }
    }
}

async fn lists_each_users_own(db: TestDb) {
    let app = App::open(db).await;
    let bob = app.person("Bob").await;
    let create = |token: &str, title: &str| {
        app.anonymous("POST", "/api/v1/tasks")
            .token(token)
            .json(&json!({"title": title}))
            .send()
    };
    create(&app.ada.token, "of Ada").await.expect(201);
    create(&bob.token, "of Bob").await.expect(201);
    let mut events = app
        .anonymous("GET", "/api/v1/events?after=0")
        .token(&bob.token)
        .listen()
        .await;
    let first = events.next().await.unwrap();
    assert_eq!(first.data["data"]["after"]["title"], "of Bob");
    create(&app.ada.token, "of Ada too").await.expect(201);
    create(&bob.token, "of Bob too").await.expect(201);
    let second = events.next().await.unwrap();
    assert_eq!(second.data["data"]["after"]["title"], "of Bob too");
    // A cursor is not valid for another user.
    app.get(&format!("{EVENTS}?after={}", first.id))
        .await
        .refused(422, "invalid_cursor");
    app.get(&format!("/api/v1/audit?cursor={}", first.id))
        .await
        .refused(422, "invalid_cursor");
}

async fn ends_at_the_shutdown(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x"})).await;
    let mut events = app.call("GET", "/api/v1/events?after=0").listen().await;
    events.next().await.unwrap();
    app.shutdown.cancel();
    assert_eq!(events.next().await, None);
}

/// A token, its path, and a stream that has sent a first event.
async fn followed(app: &App, days: Option<i64>) -> (String, crate::support::Events) {
    let made = app
        .post(
            "/api/v1/tokens",
            json!({"label": "x", "expires_in_days": days}),
        )
        .await
        .expect(201);
    let mut events = app
        .call("GET", "/api/v1/events?after=0")
        .token(made["token"].as_str().unwrap())
        .listen()
        .await;
    app.task(json!({"title": "before"})).await;
    assert_eq!(events.kinds(1).await, ["task.created.v1"]);
    let path = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
    (path, events)
}

async fn ends_when_the_token_is_revoked(db: TestDb) {
    let app = App::open(db).await;
    let (path, mut events) = followed(&app, None).await;
    let mut others = app.call("GET", EVENTS).listen().await;
    app.delete(&path).await.expect(204);
    app.task(json!({"title": "after"})).await;
    assert_eq!(events.next().await, None);
    // Those of other tokens continue.
    assert_eq!(others.kinds(1).await, ["task.created.v1"]);
}

async fn ends_when_another_process_revokes_the_token(db: TestDb) {
    let app = App::open(db).await;
    let (path, mut events) = followed(&app, None).await;
    let other = app.second_instance().await;
    app.call("DELETE", &path)
        .to(&other)
        .send()
        .await
        .expect(204);
    assert_eq!(events.next().await, None);
}

async fn ends_when_the_token_expires(db: TestDb) {
    let app = App::open(db).await;
    let (_, mut events) = followed(&app, Some(1)).await;
    app.at("2026-11-21T12:00:00Z");
    assert_eq!(events.next().await, None);
}

async fn a_stream_of_a_service_stays_open(db: TestDb) {
    let app = App::open(db).await;
    let mut events = app.service("GET", EVENTS, app.ada.id()).listen().await;
    let (path, mut ended) = followed(&app, None).await;
    app.delete(&path).await.expect(204);
    assert_eq!(ended.next().await, None);
    assert_eq!(events.kinds(1).await, ["task.created.v1"]);
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    for (query, code) in [
        ("after=-1", "invalid_cursor"),
        ("after=x", "invalid_cursor"),
        ("after=1", "invalid_cursor"),
        ("since=1", "unknown_field"),
    ] {
        app.get(&format!("{EVENTS}?{query}"))
            .await
            .refused(422, code);
    }
    for id in ["x", "-1", "1", ""] {
        app.call("GET", EVENTS)
            .header("last-event-id", id)
            .send()
            .await
            .refused(422, "invalid_cursor");
    }
    app.anonymous("GET", EVENTS)
        .send()
        .await
        .refused(401, "unauthorized");
    let writer = app.token("Ada", &["write"]).await;
    app.call("GET", EVENTS)
        .token(&writer)
        .send()
        .await
        .refused(403, "insufficient_scope");
}

/// A second process starts, and a client subscribes there, while an event is being committed whose number is
/// lower than others that are visible. Only Postgres commits out of order.
#[tokio::test]
async fn an_event_committed_while_a_process_starts_is_delivered() {
    let app = App::open(TestDb::create(Kind::Postgres)).await;
    let mut slow = app.db.begin().await.unwrap();
    let late = EventId(Uuid::from_u128(7));
    slow.append_event(
        late,
        app.ada.id(),
        "task.updated.v1",
        Uuid::nil(),
        "\"late\"",
    )
    .await
    .unwrap();
    app.task(json!({"title": "before"})).await;
    let other = app.second_instance().await;
    let all = app
        .call("GET", "/api/v1/events?after=0")
        .to(&other)
        .listen();
    let now = app.call("GET", EVENTS).to(&other).listen();
    let (mut all, mut now) = (tokio::spawn(all), tokio::spawn(now));
    // A stream does not report that it is connected while an event may still appear before its start.
    for _ in 0..20 {
        tokio::task::yield_now().await;
        assert!(!all.is_finished() && !now.is_finished());
    }
    slow.commit().await.unwrap();
    let (mut all, mut now) = ((&mut all).await.unwrap(), (&mut now).await.unwrap());
    app.task(json!({"title": "after"})).await;
    let first = all.next().await.unwrap();
    assert_eq!(first.data, "late");
    assert_eq!(all.kinds(2).await, ["task.created.v1", "task.created.v1"]);
    let told = now.next().await.unwrap();
    assert_eq!(told.data["data"]["after"]["title"], "after");
}

/// A cursor from before the database was restored to an earlier state is ahead of every event.
async fn a_cursor_beyond_the_end_begins_now(db: TestDb) {
    // Both have the same users and sign cursors with the same key, like a database and its copy.
    let (later, earlier) = (
        App::open(TestDb::create(db.kind)).await,
        App::open(db).await,
    );
    for n in 0..5 {
        later.task(json!({"title": n.to_string()})).await;
    }
    let mut events = later.call("GET", "/api/v1/events?after=0").listen().await;
    let mut ahead = String::new();
    for _ in 0..5 {
        ahead = events.next().await.unwrap().id;
    }
    earlier.task(json!({"title": "x"})).await;
    let path = format!("{EVENTS}?after={ahead}");
    let mut resumed = earlier.call("GET", &path).listen().await;
    earlier.task(json!({"title": "y"})).await;
    let next = resumed.next().await.unwrap();
    assert_eq!(next.data["data"]["after"]["title"], "y");
}

/// Four tasks, with the events of the first two deleted. Returns the cursors of all, oldest first.
async fn shortened(app: &App) -> Vec<String> {
    let mut events = app.call("GET", "/api/v1/events?after=0").listen().await;
    let mut cursors = vec![];
    for n in 1..=4 {
        if n == 3 {
            app.at("2026-12-10T12:00:00Z");
        }
        app.task(json!({"title": n.to_string()})).await;
        cursors.push(events.next().await.unwrap().id);
    }
    let mut tx = app.db.begin().await.unwrap();
    let end = tx.end_of_events().await.unwrap();
    for consumer in ["audit", "recurrence", "reminder"] {
        tx.advance_consumer(consumer, end).await.unwrap();
    }
    tx.commit().await.unwrap();
    app.at("2026-12-31T12:00:00Z");
    let pruned = app.api.prune().await.unwrap();
    assert_eq!(pruned.events, 2);
    assert_eq!(
        app.api.prune().await.unwrap(),
        taskwire_api::Pruned::default()
    );
    cursors
}

async fn a_cursor_older_than_what_is_kept_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let cursors = shortened(&app).await;
    let refused = app.get(&format!("{EVENTS}?after={}", cursors[0])).await;
    let problem = refused.refused(410, "cursor_expired");
    assert_eq!(problem["errors"][0]["pointer"], "after");
    // The last deleted event has been seen: nothing is missing after it.
    let path = format!("{EVENTS}?after={}", cursors[1]);
    let mut events = app.call("GET", &path).listen().await;
    let next = events.next().await.unwrap();
    assert_eq!(next.data["data"]["after"]["title"], "3");
    assert_eq!(next.id, cursors[2]);
}

async fn a_stream_that_resumes_too_late_is_reset(db: TestDb) {
    let app = App::open(db).await;
    let cursors = shortened(&app).await;
    let mut events = app
        .call("GET", EVENTS)
        .header("last-event-id", &cursors[0])
        .listen()
        .await;
    let reset = events.next().await.unwrap();
    assert_eq!(reset.event, "reset");
    assert_eq!(reset.data["code"], "cursor_expired");
    // The data to reload includes everything until now.
    assert_eq!(reset.id, cursors[3]);
    app.task(json!({"title": "5"})).await;
    let next = events.next().await.unwrap();
    assert_eq!(next.data["data"]["after"]["title"], "5");
    // A client that reconnects with the cursor of the reset continues from there.
    let mut events = app
        .call("GET", EVENTS)
        .header("last-event-id", &reset.id)
        .listen()
        .await;
    assert_eq!(events.next().await.unwrap(), next);
}

async fn the_oldest_event_kept_is_a_place_to_begin(db: TestDb) {
    let app = App::open(db).await;
    let cursors = shortened(&app).await;
    let mut events = app.call("GET", "/api/v1/events?after=0").listen().await;
    let reset = events.next().await.unwrap();
    assert_eq!((reset.event.as_str(), &reset.id), ("reset", &cursors[1]));
    for cursor in &cursors[2..] {
        assert_eq!(events.next().await.unwrap().id, *cursor);
    }
}

async fn events_that_were_not_read_are_kept(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "1"})).await;
    app.at("2027-12-31T12:00:00Z");
    assert_eq!(app.api.prune().await.unwrap().events, 0);
    let mut events = app.call("GET", "/api/v1/events?after=0").listen().await;
    assert_eq!(events.kinds(1).await, ["task.created.v1"]);
}
