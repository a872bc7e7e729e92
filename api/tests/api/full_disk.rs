//! A full disk, until there is space again.

use std::sync::Arc;

use serde_json::json;
use taskwire_testkit::{SmallDisk, TestDb, eventually};

use crate::support::{App, LIMIT};

#[tokio::test]
async fn is_named_and_passes() {
    let Some(disk) = SmallDisk::mount(6 * 1024, 3 * 1024) else {
        return;
    };
    let disk = Arc::new(disk);
    let app = App::open(TestDb::on_disk(&disk)).await;
    let notes = "x".repeat(9_000);
    let create = || app.post("/api/v1/tasks", json!({"title": "Fill", "notes": notes}));
    let mut made = 0;
    let full = loop {
        let reply = create().await;
        if reply.status.as_u16() != 201 {
            break reply;
        }
        made += 1;
    };
    assert!(made > 0);
    let problem = full.refused(507, "disk_full");
    assert_eq!(full.header("retry-after"), "30");
    insta::assert_json_snapshot!(problem, @r#"
    {
      "code": "disk_full",
      "detail": "The database's disk is full. Nothing was changed.",
      "hint": "Free some disk space, then send the same request again.",
      "status": 507,
      "title": "Insufficient Storage",
      "type": "/problems/disk-full"
    }
    "#);
    // While it is full, the server says so and continues to read.
    for _ in 0..3 {
        create().await.refused(507, "disk_full");
    }
    eventually(LIMIT, || async {
        let ready = app.anonymous("GET", "/readyz").send().await;
        (ready.status.as_u16() == 503).then(|| {
            let problem = ready.refused(503, "unavailable");
            assert_eq!(problem["detail"], "The database's disk is full.");
        })
    })
    .await;
    app.anonymous("GET", "/healthz").send().await.expect(200);
    app.get(&format!("/api/v1/tasks/{made}")).await.expect(200);

    disk.make_room();
    app.post(
        "/api/v1/tasks",
        json!({"title": "There is room", "notes": notes}),
    )
    .await
    .expect(201);
    eventually(LIMIT, || async {
        let ready = app.anonymous("GET", "/readyz").send().await;
        (ready.status.as_u16() == 200).then_some(())
    })
    .await;
    // Every acknowledged task exists, with its events, and no refused one.
    let last = app.get(&format!("/api/v1/tasks/{}", made + 1)).await;
    assert_eq!(last.expect(200)["title"], "There is room");
    let created = app.happened().await;
    let created = created.iter().filter(|kind| *kind == "task.created.v1");
    assert_eq!(created.count(), made + 1);
    app.db.close().await;
}

/// Small writes may fit when large ones do not.
#[tokio::test]
async fn is_not_ready_until_large_writes_fit_again() {
    let Some(disk) = SmallDisk::mount(6 * 1024, 3 * 1024) else {
        return;
    };
    let disk = Arc::new(disk);
    let app = App::open(TestDb::on_disk(&disk)).await;
    let say = async |id: usize, size: usize| {
        let body = json!({"role": "user", "parts": [{"type": "text", "text": "x".repeat(size)}]});
        let path = format!("/api/v1/conversations/talk/messages/m{id}");
        app.call("PUT", &path).json(&body).send().await
    };
    let ready = async || app.anonymous("GET", "/readyz").send().await;
    ready().await.expect(200);
    let mut id = 0;
    for size in [400_000, 100_000] {
        loop {
            id += 1;
            let reply = say(id, size).await;
            if reply.status.as_u16() != 200 {
                reply.refused(507, "disk_full");
                break;
            }
        }
    }
    // At once, although the last result is cached for a moment and a small write may fit.
    for _ in 0..3 {
        ready().await.refused(503, "unavailable");
        say(id, 100).await;
    }
    disk.make_room();
    eventually(LIMIT, || async {
        (ready().await.status.as_u16() == 200).then_some(())
    })
    .await;
    say(id, 100_000).await.expect(200);
    app.db.close().await;
}
