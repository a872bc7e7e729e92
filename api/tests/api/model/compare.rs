//! Compares what the API has stored with the model: rows, tags, changes, events and histories.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::player::{CLIENTS, Player};
use super::row::Status;
use super::shown::{assert_task, view_of};
use super::state::{Event, Subject, Task};

/// Everything that is stored for a player.
pub(super) async fn compare(player: &Player<'_>) {
    rows(player).await;
    tags(player).await;
    counts(player).await;
    changes(player).await;
    events(player).await;
    for task in player.model.visible() {
        history(player, task).await;
    }
}

async fn rows(player: &Player<'_>) {
    let told = player.told();
    let page = player
        .get("tasks?status=all&sort=number&order=asc&limit=200")
        .await;
    let shown = page["items"].as_array().unwrap();
    let own: Vec<&Task> = player.model.visible().collect();
    let numbers: Vec<i64> = own.iter().map(|task| task.number).collect();
    let listed: Vec<i64> = shown
        .iter()
        .map(|task| task["number"].as_i64().unwrap())
        .collect();
    assert_eq!(listed, numbers, "{told}");
    // The tasks of a series have one id, which no others have.
    let mut series: BTreeMap<usize, &Value> = BTreeMap::new();
    for (shown, task) in shown.iter().zip(&own) {
        assert_task(shown, task, &told);
        assert_eq!(shown["id"], *player.model.ids[&task.number], "{told}");
        if let Some(place) = &task.row.place {
            let id = series.entry(place.series).or_insert(&shown["series"]);
            assert_eq!(**id, shown["series"], "{told}");
        }
    }
    let ids: std::collections::BTreeSet<&str> =
        series.values().filter_map(|id| id.as_str()).collect();
    assert_eq!(ids.len(), series.len(), "{told}");
}

async fn tags(player: &Player<'_>) {
    let told = player.told();
    let shown = player.get("tags?usage=true").await;
    let mut own: Vec<Value> = vec![];
    for (handle, tag) in &player.model.tags {
        let tagged = player.model.tagged(&tag.key());
        let of_status = |is: fn(Status) -> bool| {
            let all = tagged
                .iter()
                .map(|number| player.model.tasks[number].row.status);
            all.filter(|status| is(*status)).count()
        };
        own.push(json!({
            "id": player.names.tags[handle],
            "name": tag.name,
            "color": tag.color,
            "task_count": of_status(|status| status != Status::Deleted),
            "open_task_count": of_status(|status| status == Status::Open),
        }));
    }
    let by_id = |tag: &Value| tag["id"].as_str().unwrap().to_owned();
    own.sort_by_key(by_id);
    let mut shown = shown["items"].as_array().unwrap().clone();
    shown.sort_by_key(by_id);
    assert_eq!(shown, own, "{told}");
    for tag in player.model.tags.values() {
        let open = player
            .get(&format!(
                "tasks?limit=200&sort=number&order=asc&tag={}",
                encoded(&tag.name)
            ))
            .await;
        let listed: Vec<Value> = open["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|task| task["number"].clone())
            .collect();
        let tagged = player.model.tagged(&tag.key()).into_iter();
        let tagged: Vec<i64> = tagged
            .filter(|number| player.model.tasks[number].row.status == Status::Open)
            .collect();
        assert_eq!(json!(listed), json!(tagged), "{}: {told}", tag.name);
    }
}

/// The open tasks, counted by priority, tag and due value.
async fn counts(player: &Player<'_>) {
    let told = player.told();
    let counts = player.get("tasks/counts?days=62").await;
    let open: Vec<&Task> = player
        .model
        .visible()
        .filter(|task| task.row.status == Status::Open)
        .collect();
    let of = |is: &dyn Fn(&Task) -> bool| open.iter().filter(|task| is(task)).count();
    assert_eq!(counts["open"], open.len(), "{told}");
    assert_eq!(
        counts["no_due"],
        of(&|task| task.row.due.is_none()),
        "{told}"
    );
    for (priority, count) in counts["priorities"].as_object().unwrap() {
        let expected = of(&|task| task.row.priority == priority);
        assert_eq!(*count, expected, "{priority}: {told}");
    }
    for day in counts["days"].as_array().unwrap() {
        let date = day["date"].as_str().unwrap();
        let expected = of(&|task| task.row.due.is_some_and(|due| due.to_string() == date));
        assert_eq!(day["count"], expected, "{date}: {told}");
    }
    let first = counts["days"][0]["date"].as_str().unwrap();
    let overdue = of(&|task| {
        task.row
            .due
            .is_some_and(|due| due.to_string().as_str() < first)
    });
    assert_eq!(counts["overdue"], overdue, "{told}");
}

fn encoded(text: &str) -> String {
    crate::hostile::percent(text)
}

/// The changes that can be undone.
async fn changes(player: &Player<'_>) {
    let told = player.told();
    let page = player.get("changes?limit=200").await;
    let shown: Vec<Value> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            json!([
                change["id"],
                change["kind"],
                change["undoes"],
                change["can_undo"]
            ])
        })
        .collect();
    let own = player.model.changes.iter().enumerate().rev();
    let own = own.filter(|(_, change)| !change.is_final && change.undone_by.is_none());
    let own: Vec<Value> = own
        .map(|(index, change)| {
            let undoes = change.undoes.map(|undone| &player.names.changes[&undone]);
            let id = &player.names.changes[&index];
            json!([id, change.kind, undoes, player.model.can_undo(change)])
        })
        .collect();
    assert_eq!(shown, own, "{told}");
}

/// All events of a player, as they are published.
async fn events(player: &Player<'_>) {
    let told = player.told();
    let mut tx = player.app.db.read().await.unwrap();
    let stored = tx
        .events_of(player.person.id(), 0, i64::MAX, 10_000)
        .await
        .unwrap();
    let stored: Vec<Value> = stored
        .iter()
        .map(|event| serde_json::from_str(&event.payload).unwrap())
        .inspect(crate::support::schemas::check)
        .collect();
    let is_reminder = |event: &&Value| event["type"].as_str().unwrap().starts_with("reminder.");
    let stored: Vec<&Value> = stored.iter().filter(|event| !is_reminder(event)).collect();
    // Those of a new user's first tags come before.
    let first = stored.len().checked_sub(player.model.events.len());
    let first = first.unwrap_or_else(|| panic!("fewer events than expected: {told}"));
    assert!(
        stored[..first]
            .iter()
            .all(|event| event["type"] == "tag.created.v1"),
        "{told}"
    );
    for (stored, own) in stored[first..].iter().zip(&player.model.events) {
        assert_event(player, stored, own, &told);
    }
}

fn assert_event(player: &Player<'_>, stored: &Value, own: &Event, told: &str) {
    let data = &stored["data"];
    let what = format!("{own:?}\n{stored:#}\n{told}");
    assert_eq!(stored["type"], own.kind, "{what}");
    assert_eq!(data["sequence"], own.sequence, "{what}");
    assert_eq!(data["change"], *player.names.changes[&own.change], "{what}");
    let (via, client) = match own.client {
        Some(client) => CLIENTS[client],
        None => ("consumer", None),
    };
    assert_eq!(data["actor"]["via"], via, "{what}");
    assert_eq!(data["actor"]["client"], json!(client), "{what}");
    assert_eq!(
        data["actor"]["user"],
        json!(player.person.view.id),
        "{what}"
    );
    match own.subject {
        Subject::Task(number) => {
            let shown = |name: &str| Some(&data[name]).filter(|task| task.is_object());
            let any = shown("after").or(shown("before")).unwrap();
            assert_eq!(any["number"], number, "{what}");
            assert_eq!(shown("before").map(view_of), own.before, "{what}");
            assert_eq!(shown("after").map(view_of), own.after, "{what}");
        }
        Subject::Tag(tag) => {
            if let Some(id) = player.names.tags.get(&tag) {
                assert_eq!(data["tag"]["id"], **id, "{what}");
            }
        }
    }
}

/// The history of a task, newest first, with what each event changed.
async fn history(player: &Player<'_>, task: &Task) {
    let page = player
        .get(&format!("tasks/{}/history?limit=200", task.number))
        .await;
    let shown = page["items"].as_array().unwrap().iter();
    let shown = shown.filter(|entry| entry["type"].as_str().unwrap().starts_with("task."));
    let own = player.model.events.iter().rev();
    let own = own.filter(|event| event.subject == Subject::Task(task.number));
    let told = || format!("task {}: {}", task.number, player.told());
    let shown: Vec<Value> = shown
        .map(|entry| {
            let all = entry["changes"].as_array().unwrap().iter();
            let all: BTreeMap<&str, Value> = all
                .map(|change| {
                    let field = change["field"].as_str().unwrap();
                    let plain = |value: &Value| match field {
                        "recurrence" => value["rrule"].clone(),
                        _ => value.clone(),
                    };
                    (field, json!([plain(&change["from"]), plain(&change["to"])]))
                })
                .collect();
            json!([entry["type"], entry["version"], entry["change"], all])
        })
        .collect();
    let own: Vec<Value> = own
        .map(|event| {
            let change = &player.names.changes[&event.change];
            json!([event.kind, event.sequence, change, differences(event)])
        })
        .collect();
    assert_eq!(shown, own, "{}", told());
}

fn differences(event: &Event) -> BTreeMap<&'static str, Value> {
    let Some(after) = &event.after else {
        return BTreeMap::new();
    };
    let is_empty = |value: &Value| {
        *value == Value::Null
            || *value == json!("")
            || *value == json!("none")
            || *value == json!([])
    };
    let from = |name: &str| event.before.as_ref().map(|before| &before[name]);
    let all = after.iter().filter(|(name, to)| match from(name) {
        Some(from) => from != *to,
        None => !is_empty(to),
    });
    all.map(|(name, to)| (*name, json!([from(name), to])))
        .collect()
}
