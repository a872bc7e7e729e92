//! Resources, their templates, and links to them, on the API itself.

use rmcp::model::{
    ArgumentInfo, CompleteRequestParams, ContentBlock, ReadResourceRequestParams, Reference,
};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::pipe::Pipe;
use crate::service::Service;

both_databases!(
    a_resource_has_what_the_tool_shows,
    what_does_not_exist_is_refused,
    parameters_are_completed,
    results_link_to_what_they_are_about
);

async fn read(pipe: &Pipe, uri: &str) -> Value {
    let read = ReadResourceRequestParams::new(uri);
    let read = pipe.0.read_resource(read).await.unwrap();
    let read = serde_json::to_value(read).unwrap();
    assert_eq!(read["contents"][0]["uri"], uri);
    assert_eq!(read["contents"][0]["mimeType"], "application/json");
    serde_json::from_str(read["contents"][0]["text"].as_str().unwrap()).unwrap()
}

async fn filled(db: TestDb) -> Service {
    let service = Service::open(db).await;
    let notes = "x".repeat(1_000);
    let add = json!({"tasks": [
        {"title": "Pay rent", "due": "today", "notes": notes, "tags": ["home & garden"]},
        {"title": "Call Bo"},
        {"title": "Late", "due": "2026-11-16"},
    ]});
    service.pipe.call("tasks_add", add).await;
    service
}

async fn a_resource_has_what_the_tool_shows(db: TestDb) {
    let service = filled(db).await;
    let modern = Pipe::modern_to(service.server.clone()).await;
    for pipe in [&service.pipe, &modern] {
        let task = read(pipe, "task://1").await;
        assert_eq!(task, service.task(1).await);
        assert_eq!(task["notes"].as_str().unwrap().len(), 1_000);

        let agenda = pipe.call("tasks_agenda", json!({"days": 1})).await;
        assert_eq!(read(pipe, "agenda://today").await, agenda);
        assert_eq!(agenda["overdue"][0]["title"], "Late");

        let history = pipe.call("tasks_history", json!({})).await;
        assert_eq!(read(pipe, "changes://recent").await, history);

        let filter = "#\"home & garden\" | no:due";
        let found = pipe
            .call("tasks_find", json!({"filter": filter, "limit": 100}))
            .await;
        assert_eq!(found["tasks"].as_array().unwrap().len(), 2);
        let uri = "tasks://%23%22home%20%26%20garden%22%20%7C%20no%3Adue";
        assert_eq!(read(pipe, uri).await, found);
    }
}

async fn what_does_not_exist_is_refused(db: TestDb) {
    let service = filled(db).await;
    for (uri, named) in [
        ("task://9", "There is no task 9."),
        ("task://rent", "Unknown resource"),
        ("agenda://tomorrow", "Unknown resource"),
        ("tasks://due%3Asomeday-soon", "someday-soon"),
    ] {
        let read = ReadResourceRequestParams::new(uri);
        let error = service.pipe.0.read_resource(read).await.unwrap_err();
        let error = error.to_string();
        assert!(error.contains(named), "{uri}: {error}");
    }
}

async fn parameters_are_completed(db: TestDb) {
    let service = filled(db).await;
    let complete = async |uri: &str, name: &str, typed: &str| {
        let request = CompleteRequestParams::new(
            Reference::for_resource(uri),
            ArgumentInfo::new(name, typed),
        );
        let completed = service.pipe.0.complete(request).await;
        completed.map(|completed| completed.completion.values)
    };
    assert_eq!(
        complete("task://{number}", "number", "rent").await.unwrap(),
        ["1"]
    );
    assert_eq!(
        complete("tasks://{filter}", "filter", "No:").await.unwrap(),
        ["no:due", "no:priority"]
    );
    let tags = complete("tasks://{filter}", "filter", "#home")
        .await
        .unwrap();
    assert_eq!(tags, ["#home & garden"]);
    for (uri, name, named) in [
        ("task://{id}", "id", "Unknown template"),
        ("task://{number}", "id", "it has \\\"number\\\""),
    ] {
        let error = complete(uri, name, "1").await.unwrap_err();
        let error = format!("{error:?}");
        assert!(
            error.contains(named) || error.contains("it has \"number\""),
            "{error}"
        );
    }
}

async fn results_link_to_what_they_are_about(db: TestDb) {
    let service = filled(db).await;
    let links = async |tool: &str, arguments: Value| {
        let result = service.pipe.raw(tool, arguments, Value::Null).await;
        let links = result.content.iter().filter_map(|block| match block {
            ContentBlock::ResourceLink(link) => Some((link.uri.clone(), link.name.clone())),
            _ => None,
        });
        links.collect::<Vec<_>>()
    };
    let complete = json!({"tasks": [1, 2]});
    let linked = links("tasks_complete", complete).await;
    assert_eq!(
        linked,
        [
            ("task://1".to_owned(), "Pay rent".to_owned()),
            ("task://2".to_owned(), "Call Bo".to_owned())
        ]
    );
    for (uri, _) in linked {
        read(&service.pipe, &uri).await;
    }
    let many: Vec<Value> = (0..4).map(|_| json!({"title": "x"})).collect();
    assert_eq!(links("tasks_add", json!({"tasks": many})).await, []);
    let agenda = links("tasks_agenda", json!({})).await;
    assert_eq!(agenda[0].0, "agenda://today");
    // Nothing exists yet to link to.
    let tried = json!({"tasks": [{"title": "x"}], "dry_run": true});
    assert_eq!(links("tasks_add", tried).await, []);
}
