//! What follows an occurrence that was completed or skipped, on the API itself.

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::service::Service;

both_databases!(
    the_next_task_is_named_when_it_is_there,
    several_occurrences_are_skipped_once,
    an_occurrence_to_come_is_skipped_by_its_key
);

async fn daily(service: &Service) {
    let add =
        json!({"tasks": [{"title": "Stretch", "recurrence": "every day", "due": "2026-11-20"}]});
    service.pipe.call("tasks_add", add).await;
}

async fn the_next_task_is_named_when_it_is_there(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    daily(&service).await;
    let complete = json!({"tasks": [1], "request_id": "c"});
    let answer = pipe.call("tasks_complete", complete.clone()).await;
    // Its date is known before it is there.
    assert_eq!(
        answer["results"][0]["next_task"],
        json!({"due": "2026-11-21"})
    );
    service.advance(1).await;
    let answer = pipe.call("tasks_complete", complete).await;
    let next = &answer["results"][0]["next_task"];
    assert_eq!(next["number"], 2);
    assert_eq!(next["due"], "2026-11-21");
    assert_eq!(service.task(2).await["occurrence"], next["occurrence"]);

    // Nothing follows a single task, or the end of a series.
    let add = json!({"tasks": [
        {"title": "Once"}, {"title": "Two", "recurrence": "FREQ=DAILY;COUNT=1", "due": "2026-11-20"}]});
    let added = pipe.call("tasks_add", add).await;
    let numbers = [0, 1].map(|index: usize| added["results"][index]["task"]["number"].clone());
    let answer = pipe.call("tasks_complete", json!({"tasks": numbers})).await;
    for done in answer["results"].as_array().unwrap() {
        assert_eq!(done.get("next_task"), None, "{done}");
    }
}

async fn several_occurrences_are_skipped_once(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    daily(&service).await;
    let skip = json!({"tasks": [{"number": 1, "skip": 3, "reason": "away"}], "request_id": "s"});
    let answer = pipe.call("tasks_reschedule", skip.clone()).await;
    let done = &answer["results"][0];
    assert_eq!(done["task"]["status"], "skipped");
    assert_eq!(
        done["warnings"],
        json!(["Also skipped: 2026-11-21, 2026-11-22."])
    );
    assert_eq!(done["next_task"]["due"], "2026-11-23");
    let events = service.events().await;
    let again = pipe.call("tasks_reschedule", skip).await;
    assert_eq!(again["results"][0]["changed"], false);
    assert_eq!(service.events().await, events);
    service.advance(1).await;
    assert_eq!(service.task(2).await["due"], "2026-11-23");
}

async fn an_occurrence_to_come_is_skipped_by_its_key(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    daily(&service).await;
    let agenda = pipe.call("tasks_agenda", json!({"days": 4})).await;
    let coming = &agenda["days"][2]["upcoming"][0];
    assert_eq!(coming["due"], "2026-11-22");
    let skip = json!({"tasks": [{"number": 1, "skip": 1, "occurrence": coming["occurrence"]}]});
    let answer = pipe.call("tasks_reschedule", skip).await;
    assert_eq!(answer["results"][0].get("next_task"), None);
    let task = service.task(1).await;
    assert_eq!(
        task["recurrence"]["next"],
        json!(["2026-11-21", "2026-11-23", "2026-11-24"])
    );
}
