//! How long results are: every model reads them again with each request that follows.

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::service::Service;

/// Fifty tasks of one week, in bytes. The aim is 2,500 tokens at most; a token is 3 bytes of such JSON or more.
const WEEK_BYTES_MAX: usize = 6_500;

/// The result of adding fifty tasks, in bytes.
const ADDED_BYTES_MAX: usize = 7_500;

both_databases!(long_results_stay_short);

async fn long_results_stay_short(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    let tasks: Vec<_> = (0..50)
        .map(|index| {
            let due = format!("2026-11-{}T{:02}:00", 23 + index % 7, 8 + index % 10);
            let priority = ["none", "high", "low"][index % 3];
            json!({"title": format!("Call supplier {index} about the invoice"), "due": due, "priority": priority,
                "tags": if index % 2 == 0 { vec!["work"] } else { vec![] }})
        })
        .collect();
    let added = pipe.call("tasks_add", json!({"tasks": tasks})).await;
    let length = added.to_string().len();
    assert!(length <= ADDED_BYTES_MAX, "an add of 50 is {length} bytes");
    let week = json!({"due_after": "2026-11-23", "due_before": "2026-11-30", "limit": 50});
    let found = pipe.call("tasks_find", week).await;
    assert_eq!(found["tasks"].as_array().unwrap().len(), 50);
    let length = found.to_string().len();
    assert!(length <= WEEK_BYTES_MAX, "a week of 50 is {length} bytes");
}
