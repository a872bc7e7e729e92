//! changes_undo, tasks_history and dry runs, on the API itself.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::service::Service;

both_databases!(
    a_change_is_undone_by_the_name_in_its_result,
    last_is_the_last_change_of_this_program_and_is_undone_once,
    what_stands_in_the_way_is_named,
    the_history_says_what_when_and_by_whom,
    a_dry_run_changes_nothing
);

async fn a_change_is_undone_by_the_name_in_its_result(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    let add = json!({"tasks": [{"title": "Call Bo", "due": "2026-11-27", "tags": ["home"]}, {"title": "b"}]});
    let added = pipe.call("tasks_add", add).await;
    let update = json!({"tasks": [{"number": 1, "title": "Call Al", "clear": ["due"]}]});
    let updated = pipe.call("tasks_update", update).await;
    let change = &updated["results"][0]["change"];

    let call = json!({"changes": [change], "request_id": "u"});
    let undone = pipe.call("changes_undo", call.clone()).await;
    assert_eq!(undone["undone"], json!([change]));
    assert_eq!(undone["tasks"][0]["title"], "Call Bo");
    assert_eq!(service.task(1).await["due"], "2026-11-27");
    // Sent again, it is not a redo.
    let events = service.events().await;
    assert_eq!(pipe.call("changes_undo", call).await, undone);
    assert_eq!(service.events().await, events);
    let redo = json!({"changes": undone["changes"]});
    pipe.call("changes_undo", redo).await;
    assert_eq!(service.task(1).await["title"], "Call Al");

    // Several, the latest first.
    let delete = json!({"numbers": [2]});
    let deleted = pipe.call("tasks_delete", delete).await;
    let both = json!({"changes": [added["results"][1]["change"], deleted["results"][0]["change"]]});
    let undone = pipe.call("changes_undo", both).await;
    assert_eq!(undone["removed"], json!([2]));
    let found = pipe.call("tasks_find", json!({"numbers": [2]})).await;
    assert_eq!(found["not_found"], json!([2]));
}

async fn last_is_the_last_change_of_this_program_and_is_undone_once(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    let last = json!({"changes": ["last"]});
    let refused = pipe.refused("changes_undo", last.clone()).await;
    assert!(refused.contains("has made no change"), "{refused}");
    pipe.call("tasks_add", json!({"tasks": [{"title": "a"}]}))
        .await;
    pipe.call("tasks_add", json!({"tasks": [{"title": "b"}]}))
        .await;
    let undone = pipe.call("changes_undo", last.clone()).await;
    assert_eq!(undone["removed"], json!([2]));
    let events = service.events().await;
    let refused = pipe.refused("changes_undo", last).await;
    assert!(refused.contains("nothing more was undone"), "{refused}");
    assert_eq!(service.events().await, events);
}

async fn what_stands_in_the_way_is_named(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    pipe.call("tasks_add", json!({"tasks": [{"title": "a"}]}))
        .await;
    let rename = |title: &str| json!({"tasks": [{"number": 1, "title": title}]});
    let first = pipe.call("tasks_update", rename("b")).await;
    pipe.call("tasks_update", rename("c")).await;
    let change = &first["results"][0]["change"];
    let refused = pipe
        .refused("changes_undo", json!({"changes": [change]}))
        .await;
    assert!(refused.contains("title"), "{refused}");
    assert_eq!(service.task(1).await["title"], "c");
}

async fn the_history_says_what_when_and_by_whom(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    pipe.call(
        "tasks_add",
        json!({"tasks": [{"title": "a", "due": "2026-11-27"}]}),
    )
    .await;
    service.at("2026-11-21T12:30:00Z");
    pipe.call(
        "tasks_update",
        json!({"tasks": [{"number": 1, "due": "monday"}]}),
    )
    .await;
    let history = pipe.call("tasks_history", json!({"number": 1})).await;
    let entries = history["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["at"], "2026-11-21 13:30");
    assert_eq!(entries[0]["via"], "mcp");
    assert_eq!(entries[0]["client"], "tester/1.2");
    assert_eq!(
        entries[0]["fields"],
        json!(["due: 2026-11-27 -> 2026-11-23"])
    );

    let all = pipe.call("tasks_history", json!({})).await;
    let kinds = |answer: &Value| {
        let entries = answer["entries"].as_array().unwrap().clone();
        entries
            .into_iter()
            .map(|entry| entry["what"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(&all), ["update", "create"]);
    assert_eq!(
        all["entries"][0]["tasks"],
        json!([{"number": 1, "title": "a"}])
    );
    for (arguments, expected) in [
        (json!({"since": "today"}), &["update"][..]),
        (json!({"since": "yesterday"}), &["update", "create"]),
        (json!({"via": "web"}), &[]),
        (json!({"via": "mcp", "limit": 1}), &["update"]),
    ] {
        let answer = pipe.call("tasks_history", arguments.clone()).await;
        assert_eq!(kinds(&answer), expected, "{arguments}");
        assert_eq!(answer.get("truncated").is_some(), arguments["limit"] == 1);
    }
}

async fn a_dry_run_changes_nothing(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    let add = json!({"tasks": [
        {"title": "a", "tags": ["home"]}, {"title": "b", "recurrence": "every day", "due": "today"},
        {"title": "c"},
    ]});
    let added = pipe.call("tasks_add", add).await;
    pipe.call("tasks_delete", json!({"numbers": [3]})).await;
    let events = service.events().await;
    for (tool, mut arguments) in [
        (
            "tasks_add",
            json!({"tasks": [{"title": "x", "due": "2026-11-27"}, {"quick": "y tomorrow"}]}),
        ),
        (
            "tasks_update",
            json!({"tasks": [{"number": 1, "title": "x"}]}),
        ),
        (
            "tasks_reschedule",
            json!({"tasks": [{"number": 1, "due": "friday"}, {"number": 2, "skip": 3}]}),
        ),
        ("tasks_complete", json!({"tasks": [1, 2]})),
        ("tasks_reopen", json!({"numbers": [3]})),
        ("tasks_delete", json!({"numbers": [1]})),
        (
            "changes_undo",
            json!({"changes": [added["results"][0]["change"]]}),
        ),
        (
            "tags_change",
            json!({"tag": "home", "action": "rename", "to": "errands"}),
        ),
    ] {
        arguments["dry_run"] = json!(true);
        arguments["request_id"] = json!("r");
        let answer = pipe.call(tool, arguments).await;
        assert_eq!(answer["dry_run"], true, "{tool}: {answer}");
        assert!(
            !answer.to_string().contains("\"change\":"),
            "{tool}: {answer}"
        );
        if tool == "tasks_add" {
            assert_eq!(answer["results"][0]["task"]["due"], "2026-11-27");
            assert_eq!(answer["results"][0]["task"].get("number"), None);
        }
        assert_eq!(service.events().await, events, "{tool}");
    }
    // Nothing is kept of the key either.
    let real = json!({"tasks": [{"title": "x"}], "request_id": "r"});
    assert_eq!(
        pipe.call("tasks_add", real).await["results"][0]["task"]["number"],
        4
    );
}
