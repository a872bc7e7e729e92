//! The audit consumer.

use taskwire_consumers::Consumer;
use taskwire_domain::EventKind;
use taskwire_store::{AuditRow, Db, Options};
use taskwire_testkit::{TestDb, both_databases, eventually};

use crate::fixture::{LIMIT, World, append_to};

async fn lines(world: &World) -> Vec<AuditRow> {
    let mut tx = world.db.read().await.unwrap();
    tx.list_audit(world.ada, None, i64::MAX, 10_000)
        .await
        .unwrap()
}

async fn until_lines(world: &World, count: usize) -> Vec<AuditRow> {
    eventually(LIMIT, || async {
        let lines = lines(world).await;
        (lines.len() >= count).then_some(lines)
    })
    .await
}

async fn each_event_becomes_a_line(db: TestDb) {
    let world = World::open(db).await;
    let before = world.happen(EventKind::TaskCreated).await;
    let running = world.run(Consumer::Audit);
    until_lines(&world, 1).await;
    world.happen(EventKind::ReminderScheduled).await;
    let after = world.happen(EventKind::TaskDeleted).await;
    let lines = until_lines(&world, 2).await;
    assert_eq!(
        (lines[1].entry.event, lines[0].entry.event),
        (before.id.0, after.id.0)
    );
    assert_eq!(lines[0].entry.kind, "task.deleted.v1");
    let data = after.data().unwrap();
    assert_eq!(lines[0].entry.actor, data.actor);
    assert_eq!(lines[0].entry.after, data.after);
    assert_eq!(lines[0].entry.at, after.time);
    assert_eq!(lines[0].seq, 3);
    running.stop().await;
    assert_eq!(world.position(Consumer::Audit).await, 3);
    assert!(world.was_received(Consumer::Audit, before.id).await);
}

async fn an_unreadable_event_is_dead_lettered(db: TestDb) {
    let world = World::open(db).await;
    let torn = world.event(EventKind::TaskCreated, world.task(None), None);
    world.append(&torn, "{\"specversion\": \"1.0\"").await;
    let newer = world.event(EventKind::TaskCreated, world.task(None), None);
    let mut payload: serde_json::Value = serde_json::from_str(&newer.to_json()).unwrap();
    payload["data"] = serde_json::json!({"schema_version": 2});
    world.append(&newer, &payload.to_string()).await;
    // Its shape can be read, but only a newer version knows what it means.
    let newer = world.event(EventKind::TaskCreated, world.task(None), None);
    let mut payload: serde_json::Value = serde_json::from_str(&newer.to_json()).unwrap();
    payload["data"]["schema_version"] = 2.into();
    world.append(&newer, &payload.to_string()).await;
    let mut unknown = world.event(EventKind::TaskCreated, world.task(None), None);
    unknown.kind = "task.created.v9".into();
    world.append(&unknown, &unknown.to_json()).await;
    let good = world.happen(EventKind::TaskCreated).await;
    let running = world.run(Consumer::Audit);
    let lines = until_lines(&world, 1).await;
    assert_eq!(lines[0].entry.event, good.id.0);
    eventually(LIMIT, || async {
        (world.dead_letters(Consumer::Audit).await == 4).then_some(())
    })
    .await;
    running.stop().await;
    assert_eq!(world.position(Consumer::Audit).await, 5);
}

async fn kills_and_duplicates_have_no_double_effect(db: TestDb) {
    let world = World::open(db).await;
    let mut kinds = [
        EventKind::TaskCreated,
        EventKind::TaskUpdated,
        EventKind::TaskCompleted,
    ]
    .iter()
    .cycle();
    for _ in 0..3 {
        let running = world.run(Consumer::Audit);
        for kind in kinds.by_ref().take(30) {
            world.happen(*kind).await;
        }
        // In the middle of its work.
        running.kill().await;
    }
    let (one, two) = (world.run(Consumer::Audit), world.run(Consumer::Audit));
    for kind in kinds.by_ref().take(60) {
        world.happen(*kind).await;
    }
    let lines = until_lines(&world, 150).await;
    one.stop().await;
    two.stop().await;
    assert_eq!(lines.len(), 150);
    let mut seqs: Vec<i64> = lines.iter().map(|line| line.seq).collect();
    seqs.sort_unstable();
    seqs.dedup();
    assert_eq!(seqs.len(), 150);
    assert_eq!(world.dead_letters(Consumer::Audit).await, 0);
}

async fn cut_connections_cost_time_only(db: TestDb) {
    let world = World::open(db).await;
    let running = world.run(Consumer::Audit);
    // With one connection it is clear when the broken one has been replaced.
    let writer = Db::connect(
        &world.test.address,
        &Options {
            connections: 1,
            ..Options::default()
        },
    )
    .await
    .unwrap();
    let mut count = 0;
    for _ in 0..5 {
        for _ in 0..20 {
            let event = world.event(EventKind::TaskUpdated, world.task(None), None);
            append_to(&writer, &event, &event.to_json()).await;
            count += 1;
        }
        world.test.cut_connections();
        eventually(LIMIT, || async { writer.begin().await.ok().map(drop) }).await;
    }
    writer.close().await;
    let lines = eventually(LIMIT, || async {
        let mut tx = world.db.read().await.ok()?;
        let lines = tx
            .list_audit(world.ada, None, i64::MAX, 10_000)
            .await
            .ok()?;
        (lines.len() >= count).then_some(lines)
    })
    .await;
    running.stop().await;
    assert_eq!(lines.len(), count);
    let dead = eventually(LIMIT, || async {
        let mut tx = world.db.read().await.ok()?;
        tx.count_dead_letters("audit").await.ok()
    })
    .await;
    assert_eq!(dead, 0);
}

both_databases!(
    cut_connections_cost_time_only,
    each_event_becomes_a_line,
    an_unreadable_event_is_dead_lettered,
    kills_and_duplicates_have_no_double_effect,
);
