//! Additions that are sent twice, and tasks that are there already.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::service::Service;

both_databases!(
    similar_open_tasks_are_named,
    a_repeat_by_request_id_is_marked,
    a_repeat_without_request_id_adds_nothing,
    what_is_no_repeat_is_added
);

fn rent() -> Value {
    json!({"tasks": [
        {"title": "Pay rent", "due": "tomorrow 9:00", "tags": ["home"], "priority": "high"},
        {"quick": "call Bo every monday"},
    ]})
}

async fn similar_open_tasks_are_named(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    pipe.call("tasks_add", json!({"tasks": [{"title": "Pay rent"}, {"title": "Pay the gas bill"}, {"title": "pay rent!"}]}))
        .await;
    pipe.call("tasks_complete", json!({"tasks": [3]})).await;
    let add = json!({"tasks": [{"title": "Pay the RENT"}, {"title": "Pay taxes"}]});
    let tried = {
        let mut add = add.clone();
        add["dry_run"] = json!(true);
        pipe.call("tasks_add", add).await
    };
    let added = pipe.call("tasks_add", add).await;
    for answer in [tried, added] {
        assert_eq!(answer["results"][0]["similar_open"], json!([1]));
        assert!(answer["results"][1].get("similar_open").is_none());
    }
}

async fn a_repeat_by_request_id_is_marked(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    let mut add = rent();
    add["request_id"] = json!("r");
    let first = pipe.call("tasks_add", add.clone()).await;
    let events = service.events().await;
    let again = pipe.call("tasks_add", add).await;
    assert_eq!(service.events().await, events);
    for index in 0..2 {
        assert!(first["results"][index].get("replayed").is_none());
        assert_eq!(again["results"][index]["replayed"], true);
        assert_eq!(
            again["results"][index]["task"],
            first["results"][index]["task"]
        );
    }
    let update = json!({"tasks": [{"number": 1, "title": "x"}], "request_id": "u"});
    pipe.call("tasks_update", update.clone()).await;
    let again = pipe.call("tasks_update", update).await;
    assert_eq!(again["results"][0]["replayed"], true);
}

async fn a_repeat_without_request_id_adds_nothing(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    pipe.call("tasks_add", rent()).await;
    let events = service.events().await;
    service.at("2026-11-20T12:01:30Z");
    let again = pipe.call("tasks_add", rent()).await;
    assert_eq!(service.events().await, events);
    assert!(
        again["hint"].as_str().unwrap().contains("ran already"),
        "{again}"
    );
    for (index, number) in [(0, 1), (1, 2)] {
        assert_eq!(again["results"][index]["task"]["number"], number);
        assert_eq!(again["results"][index]["changed"], false);
        assert!(again["results"][index].get("change").is_none());
    }
    // With a request_id it is meant.
    let mut meant = rent();
    meant["request_id"] = json!("once more");
    let added = pipe.call("tasks_add", meant).await;
    assert_eq!(added["results"][0]["task"]["number"], 3);
    assert_eq!(added["results"][0]["similar_open"], json!([1]));
}

async fn what_is_no_repeat_is_added(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    let number = async |add: Value| {
        let added = pipe.call("tasks_add", add).await;
        added["results"][0]["task"]["number"].as_i64().unwrap()
    };
    let milk = json!({"tasks": [{"title": "Buy milk"}]});
    assert_eq!(number(milk.clone()).await, 1);
    // Other fields, or more tasks.
    assert_eq!(
        number(json!({"tasks": [{"title": "Buy milk", "due": "monday"}]})).await,
        2
    );
    assert_eq!(
        number(
            json!({"tasks": [{"title": "Buy milk"}, {"title": "Buy milk"}, {"title": "Buy milk"}]})
        )
        .await,
        3
    );
    // It was changed, completed or undone since.
    for number_before in [1, 3, 4, 5] {
        let complete = json!({"tasks": [number_before]});
        pipe.call("tasks_complete", complete).await;
    }
    assert_eq!(number(milk.clone()).await, 6);
    pipe.call("changes_undo", json!({"changes": ["last"]}))
        .await;
    assert_eq!(number(milk.clone()).await, 7);
    // Later it is meant.
    service.at("2026-11-20T12:02:01Z");
    assert_eq!(number(milk).await, 8);
}
