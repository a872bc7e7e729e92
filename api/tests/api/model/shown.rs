//! Compares a task that the API shows with that of the model.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::state::Task;

type View = BTreeMap<&'static str, Value>;

/// What a response or an event shows of a task, as far as the model has it.
pub(super) fn view_of(task: &Value) -> View {
    let same = [
        "title",
        "notes",
        "status",
        "priority",
        "tags",
        "due",
        "occurrence",
    ];
    let mut view: View = same
        .into_iter()
        .map(|name| (name, task[name].clone()))
        .collect();
    view.insert("recurrence", task["recurrence"]["rrule"].clone());
    let reminders = task["reminders"].as_array().unwrap().iter();
    let reminders = reminders.map(|one| json!({"minutes_before": one["minutes_before"]}));
    view.insert("reminders", reminders.collect());
    view
}

#[track_caller]
pub(super) fn assert_task(shown: &Value, task: &Task, told: &str) {
    assert_eq!(
        view_of(shown),
        task.row.view(),
        "task {}: {told}",
        task.number
    );
    let row = &task.row;
    let own = json!({
        "number": task.number,
        "version": task.version,
        "updated_at": task.updated_at,
        "completed_at": row.completed_at,
        "skipped_at": row.skipped_at,
        "deleted_at": row.deleted_at,
    });
    for (name, value) in own.as_object().unwrap() {
        assert_eq!(
            shown[name], *value,
            "{name} of task {}: {told}",
            task.number
        );
    }
    let missed = shown["missed"]["count"].as_u64().unwrap_or_default();
    assert_eq!(
        missed,
        u64::try_from(row.missed).unwrap(),
        "task {}: {told}",
        task.number
    );
    assert_eq!(shown["series"].is_null(), row.place.is_none(), "{told}");
}
