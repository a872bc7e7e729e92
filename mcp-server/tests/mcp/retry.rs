//! A repeated call returns the first result, whatever has happened since, and does nothing.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::pipe::Pipe;
use crate::service::Service;

both_databases!(
    every_change_is_made_once,
    words_stay_what_they_were_at_first,
    a_batch_that_broke_off_is_finished,
    a_part_may_be_sent_again_alone,
    other_arguments_under_the_same_id_are_refused,
    an_unchanged_task_is_reported_as_unchanged,
);

/// Four tasks: two single ones, a series, and one in the trash.
/// The result of a repeated call, which says that it is one.
async fn repeated(pipe: &Pipe, tool: &str, call: Value) -> Value {
    let answer = pipe.call(tool, call).await;
    let results = answer["results"].as_array();
    for done in results.into_iter().flatten() {
        assert_eq!(done["replayed"], true, "{tool} {answer}");
    }
    without_replayed(answer)
}

fn without_replayed(mut answer: Value) -> Value {
    let results = answer["results"].as_array_mut();
    for done in results.into_iter().flatten() {
        done.as_object_mut().unwrap().remove("replayed");
    }
    answer
}

async fn tasks(service: &Service) {
    service
        .pipe
        .call(
            "tasks_add",
            json!({"tasks": [
                {"title": "Pay rent", "tags": ["home"], "due": "2026-12-01"},
                {"title": "Call Bo"},
                {"title": "Stretch", "recurrence": "every day", "due": "2026-11-20"},
                {"title": "Old"},
            ]}),
        )
        .await;
    service
        .pipe
        .call("tasks_delete", json!({"numbers": [4]}))
        .await;
}

async fn every_change_is_made_once(db: TestDb) {
    let service = Service::open(db).await;
    tasks(&service).await;
    let pipe = &service.pipe;
    // Each call, and what happens to its task before it is sent again.
    for (tool, arguments, since, change) in [
        (
            "tasks_update",
            json!({"tasks": [{"number": 1, "add_tags": ["new"], "remove_tags": ["home"]}]}),
            "tasks_update",
            json!({"tasks": [{"number": 1, "remove_tags": ["new"], "add_tags": ["home"]}]}),
        ),
        (
            "tasks_update",
            json!({"tasks": [{"number": 1, "title": "Rent", "due": null, "expected_version": 3}]}),
            "tasks_update",
            json!({"tasks": [{"number": 1, "title": "Pay rent", "due": "friday"}]}),
        ),
        (
            "tasks_reschedule",
            json!({"tasks": [{"number": 1, "due": "tomorrow"}]}),
            "tasks_reschedule",
            json!({"tasks": [{"number": 1, "due": "2026-12-24"}]}),
        ),
        (
            "tasks_complete",
            json!({"tasks": [{"number": 2}]}),
            "tasks_reopen",
            json!({"numbers": [2]}),
        ),
        (
            "tasks_reschedule",
            json!({"tasks": [{"number": 3, "skip": 1, "reason": "ill"}]}),
            "tasks_reopen",
            json!({"numbers": [3]}),
        ),
        (
            "tasks_delete",
            json!({"numbers": [2]}),
            "tasks_reopen",
            json!({"numbers": [2]}),
        ),
        (
            "tasks_reopen",
            json!({"numbers": [4]}),
            "tasks_delete",
            json!({"numbers": [4]}),
        ),
        (
            "tasks_add",
            json!({"tasks": [{"title": "New"}, {"quick": "Milk tomorrow #shop"}]}),
            "tasks_delete",
            json!({"numbers": [5, 6]}),
        ),
    ] {
        let mut call = arguments.clone();
        call["request_id"] = json!(format!("{tool} {arguments}"));
        let first = pipe.call(tool, call.clone()).await;
        pipe.call(since, change).await;
        let events = service.events().await;
        assert_eq!(
            repeated(pipe, tool, call).await,
            first,
            "{tool} {arguments}"
        );
        assert_eq!(service.events().await, events, "{tool} {arguments}");
    }
    assert_eq!(service.task(1).await["tags"], json!(["home"]));

    // A completed occurrence gives the same result once the next one exists.
    let call = json!({"tasks": [3], "request_id": "r"});
    let first = pipe.call("tasks_complete", call.clone()).await;
    service.advance(3).await;
    let events = service.events().await;
    let mut again = without_replayed(pipe.call("tasks_complete", call).await);
    assert_eq!(again["results"][0]["next_task"]["number"], 7);
    again["results"][0]["next_task"] = first["results"][0]["next_task"].clone();
    assert_eq!(again, first);
    assert_eq!(service.events().await, events);

    // The response about a reopened task stays the same when the task is completed again.
    pipe.call("tasks_complete", json!({"tasks": [2]})).await;
    let call = json!({"numbers": 2, "request_id": "r"});
    let first = pipe.call("tasks_reopen", call.clone()).await;
    pipe.call("tasks_complete", json!({"tasks": [2]})).await;
    assert_eq!(repeated(pipe, "tasks_reopen", call).await, first);
    assert_eq!(service.task(2).await["status"], "completed");
}

async fn words_stay_what_they_were_at_first(db: TestDb) {
    let service = Service::open(db).await;
    tasks(&service).await;
    let pipe = &service.pipe;
    let add = json!({"tasks": [{"title": "a", "due": "tomorrow"}, {"quick": "b in 3 days"}], "request_id": "r"});
    let update = json!({"tasks": [{"number": 1, "due": "next monday"}], "request_id": "r"});
    let shift = json!({"tasks": [{"number": 2, "due": "in 2 hours"}], "request_id": "r"});
    let mut first = Vec::new();
    for (tool, call) in [
        ("tasks_add", &add),
        ("tasks_update", &update),
        ("tasks_reschedule", &shift),
    ] {
        first.push(pipe.call(tool, call.clone()).await);
    }
    assert_eq!(first[0]["results"][0]["task"]["due"], "2026-11-21");
    service.at("2026-11-20T23:30:00Z");
    let events = service.events().await;
    for ((tool, call), first) in [
        ("tasks_add", add),
        ("tasks_update", update),
        ("tasks_reschedule", shift),
    ]
    .into_iter()
    .zip(first)
    {
        assert_eq!(repeated(pipe, tool, call).await, first, "{tool}");
    }
    assert_eq!(service.events().await, events);
}

async fn a_batch_that_broke_off_is_finished(db: TestDb) {
    let service = Service::open(db).await;
    tasks(&service).await;
    let pipe = &service.pipe;
    let titles = |answer: &Value| {
        let results = answer["results"].as_array().unwrap().clone();
        results
            .into_iter()
            .map(|done| done["task"]["title"].clone())
            .collect::<Vec<_>>()
    };
    let add = json!({"tasks": [{"title": "a", "due": "tomorrow"}, {"title": "b"}, {"title": "c"}], "request_id": "r"});
    service.ends_after(2);
    let broken = pipe.call("tasks_add", add.clone()).await;
    assert_eq!(titles(&broken), ["a", "b"]);
    assert_eq!(broken["failures"][0]["code"], "unreachable");
    service.ends_after(i64::MAX);
    service.at("2026-11-22T12:00:00Z");
    let events = service.events().await;
    let finished = without_replayed(pipe.call("tasks_add", add).await);
    assert_eq!(titles(&finished), ["a", "b", "c"]);
    assert_eq!(finished["results"][0], broken["results"][0]);
    assert_eq!(finished["results"][1], broken["results"][1]);
    assert_eq!(service.events().await, events + 1);

    let complete = json!({"tasks": [1, 2], "request_id": "r"});
    service.ends_after(1);
    let broken = pipe.call("tasks_complete", complete.clone()).await;
    service.ends_after(i64::MAX);
    pipe.call("tasks_reopen", json!({"numbers": [1]})).await;
    let finished = without_replayed(pipe.call("tasks_complete", complete).await);
    assert_eq!(finished["results"][0], broken["results"][0]);
    assert_eq!(finished["succeeded"], 2);
    assert_eq!(service.task(1).await["status"], "open");
    assert_eq!(service.task(2).await["status"], "completed");
}

async fn a_part_may_be_sent_again_alone(db: TestDb) {
    let service = Service::open(db).await;
    tasks(&service).await;
    let pipe = &service.pipe;
    let call = |numbers: Value| json!({"numbers": numbers, "request_id": "r"});
    let first = pipe.call("tasks_delete", call(json!([1, 2]))).await;
    pipe.call("tasks_reopen", json!({"numbers": [1, 2]})).await;
    let events = service.events().await;
    let alone = pipe.call("tasks_delete", call(json!([2]))).await;
    assert_eq!(alone["results"][0]["task"], first["results"][1]["task"]);
    let turned = pipe.call("tasks_delete", call(json!([2, 1]))).await;
    assert_eq!(turned["results"][1]["task"], first["results"][0]["task"]);
    assert_eq!(service.events().await, events);
}

async fn other_arguments_under_the_same_id_are_refused(db: TestDb) {
    let service = Service::open(db).await;
    tasks(&service).await;
    let pipe = &service.pipe;
    for (tool, first, other) in [
        ("tasks_add", json!({"title": "a"}), json!({"title": "b"})),
        (
            "tasks_update",
            json!({"number": 1, "title": "a"}),
            json!({"number": 1, "title": "b"}),
        ),
        (
            "tasks_update",
            json!({"number": 2, "add_tags": ["a"]}),
            json!({"number": 2, "add_tags": ["a"], "expected_version": 2}),
        ),
    ] {
        pipe.call(tool, json!({"tasks": [first], "request_id": "r"}))
            .await;
        let events = service.events().await;
        let refused = pipe
            .refused(tool, json!({"tasks": [other], "request_id": "r"}))
            .await;
        assert!(
            refused.contains(
                "- request_id: It was already used with different arguments. Send a new `request_id`"
            ),
            "{refused}"
        );
        assert_eq!(service.events().await, events, "{tool}");
    }
}

async fn an_unchanged_task_is_reported_as_unchanged(db: TestDb) {
    let service = Service::open(db).await;
    tasks(&service).await;
    let pipe = &service.pipe;
    let skip = json!({"tasks": [{"number": 3, "skip": 1}]});
    let first = pipe.call("tasks_reschedule", skip.clone()).await;
    assert!(first["results"][0].get("changed").is_none());
    service.advance(3).await;
    let events = service.events().await;
    for (tool, arguments) in [
        ("tasks_reschedule", skip),
        ("tasks_reopen", json!({"numbers": [1]})),
        ("tasks_delete", json!({"numbers": [4]})),
        (
            "tasks_update",
            json!({"tasks": [{"number": 1, "add_tags": ["home"]}]}),
        ),
    ] {
        let answer = pipe.call(tool, arguments).await;
        assert_eq!(answer["results"][0]["changed"], false, "{tool}");
        if tool == "tasks_reschedule" {
            let open = &answer["results"][0]["open"];
            assert_eq!(
                (&open["number"], &open["due"]),
                (&json!(5), &json!("2026-11-21"))
            );
        }
    }
    assert_eq!(service.events().await, events);
}
