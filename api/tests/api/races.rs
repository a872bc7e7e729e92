//! Concurrent requests: the outcome is always one that some sequential order could have had.

mod account;
mod chat;
mod series;
mod task;

use std::collections::HashMap;

use serde_json::Value;

use crate::support::{App, Call, Reply};

/// Turns each function that takes a `TestDb` into two tests, on separate threads: `name::sqlite` and
/// `name::postgres`.
macro_rules! in_parallel {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                super::$name(taskwire_testkit::TestDb::create(taskwire_testkit::Kind::Sqlite)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                super::$name(taskwire_testkit::TestDb::create(taskwire_testkit::Kind::Postgres)).await;
            }
        }
    )+};
}
pub(crate) use in_parallel;

/// Sends all of them at once. None may cause a server error.
pub(crate) async fn all_at_once(calls: impl IntoIterator<Item = Call>) -> Vec<Reply> {
    let running: Vec<_> = calls
        .into_iter()
        .map(|call| tokio::spawn(call.send()))
        .collect();
    let mut replies = Vec::new();
    for call in running {
        let reply = call.await.unwrap();
        assert!(
            !reply.status.is_server_error(),
            "{} {}",
            reply.status,
            reply.text()
        );
        replies.push(reply);
    }
    replies
}

/// How many of the replies have this status.
pub(crate) fn with_status(replies: &[Reply], status: u16) -> usize {
    replies
        .iter()
        .filter(|reply| reply.status.as_u16() == status)
        .count()
}

/// What is counted is what is listed.
pub(crate) async fn assert_counts(app: &App, token: &str) {
    let get = async |path: &str| app.call("GET", path).token(token).send().await.expect(200);
    let counts = get("/api/v1/tasks/counts").await;
    for (query, count) in [
        ("limit=200", &counts["open"]),
        ("limit=200&no_due=true", &counts["no_due"]),
        ("limit=200&is_overdue=true", &counts["overdue"]),
        ("limit=200&priority=none", &counts["priorities"]["none"]),
    ] {
        let page = get(&format!("/api/v1/tasks?{query}")).await;
        assert_eq!(page["items"].as_array().unwrap().len(), *count, "{query}");
    }
    for tag in counts["tags"].as_array().unwrap() {
        let name = crate::hostile::percent(tag["name"].as_str().unwrap());
        let path = format!("/api/v1/tasks?limit=200&tag={name}");
        let page = get(&path).await;
        assert_eq!(page["items"].as_array().unwrap().len(), tag["count"]);
    }
}

/// The events of each task have its versions one by one, in the order of the log, and the last one is the current task.
pub(crate) async fn assert_versions_in_order(app: &App) {
    assert_counts(app, &app.ada.token).await;
    let mut versions: HashMap<String, Value> = HashMap::new();
    for event in app.events().await {
        if !event["type"].as_str().unwrap().starts_with("task.") {
            continue;
        }
        let data = &event["data"];
        let after = &data["after"];
        assert_eq!(data["sequence"], after["version"]);
        let id = after["id"].as_str().unwrap().to_owned();
        let known = versions.insert(id, after.clone());
        let before = known
            .as_ref()
            .map_or(0, |task| task["version"].as_i64().unwrap());
        assert_eq!(after["version"], before + 1, "{event}");
        if let Some(known) = known
            && known["status"] != "deleted"
        {
            assert_eq!(data["before"], known);
        }
    }
    for (id, last) in versions {
        let reply = app.get(&format!("/api/v1/tasks/{id}")).await;
        // A withdrawn successor does not exist for its owner; its last event says that it was deleted.
        if reply.status == 404 {
            assert_eq!(last["status"], "deleted");
        } else {
            assert_eq!(reply.expect(200), last);
        }
    }
}

/// The open tasks of each series: never more than one.
pub(crate) async fn assert_one_open_of_each_series(app: &App) {
    let open = app.get("/api/v1/tasks?limit=200").await.expect(200);
    let mut series: Vec<&str> = open["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|task| task["series"].as_str())
        .collect();
    let count = series.len();
    series.sort_unstable();
    series.dedup();
    assert_eq!(series.len(), count, "two tasks of one series are open");
}
