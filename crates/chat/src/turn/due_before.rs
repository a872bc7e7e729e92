//! Records the due values of tasks before a call moves them: the result shows only the new date, and an undo needs the
//! old one.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::gate;
use crate::model::Call;
use crate::tools::Tools;

use super::Turn;

impl Turn {
    /// Adds the due values of the tasks that a call moves to its record. If they cannot be read, the move cannot be
    /// undone later, which does not prevent it.
    pub(super) async fn record_due(&mut self, tools: &Tools, call: &Call) {
        if call.name != "tasks_reschedule" || gate::skips(&call.arguments) {
            return;
        }
        let moves = moves(&call.arguments);
        let numbers: Vec<i64> = moves.keys().copied().collect();
        let look = Call {
            id: call.id.clone(),
            name: "tasks_find".to_owned(),
            arguments: Map::from_iter([("numbers".to_owned(), json!(numbers))]),
        };
        let found = tools.call(&self.message, &look, None).await;
        if let (false, Some(write)) = (found.is_error, self.record.writes.get_mut(&call.id)) {
            write.due = due(&found.value, &moves);
        }
    }
}

/// The tasks of a move, and whether it moves only one occurrence.
fn moves(arguments: &Map<String, Value>) -> BTreeMap<i64, bool> {
    let items = arguments.get("tasks").and_then(Value::as_array);
    let moves = items.into_iter().flatten().filter_map(|item| {
        let scope = item.get("scope").and_then(Value::as_str);
        let is_one = scope.is_none_or(|scope| scope == "this");
        Some((item.get("number")?.as_i64()?, is_one))
    });
    moves.collect()
}

/// The due values of these tasks. A series that moves as a whole is left out: a date does not restore its earlier rule.
fn due(found: &Value, moves: &BTreeMap<i64, bool>) -> BTreeMap<i64, Option<String>> {
    let tasks = found.get("tasks").and_then(Value::as_array);
    let due = tasks.into_iter().flatten().filter_map(|task| {
        let number = task.get("number")?.as_i64()?;
        let is_one = moves.get(&number)?;
        let due = task.get("due").and_then(Value::as_str).map(str::to_owned);
        (*is_one || task.get("recurrence").is_none()).then_some((number, due))
    });
    due.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_a_series_that_moves_as_a_whole() {
        let Value::Object(arguments) = json!({"tasks": [
            {"number": 1, "due": "friday"}, {"number": 2, "due": "friday", "scope": "this"},
            {"number": 3, "due": "friday", "scope": "all"}, {"number": 4, "due": "friday", "scope": "all"},
        ]}) else {
            unreachable!()
        };
        let found = json!({"tasks": [
            {"number": 1, "due": "2026-12-01"}, {"number": 2, "recurrence": {}, "due": "2026-12-02T09:00"},
            {"number": 3}, {"number": 4, "recurrence": {}, "due": "2026-12-04"}, {"number": 5},
        ]});
        let expected = BTreeMap::from([
            (1, Some("2026-12-01".to_owned())),
            (2, Some("2026-12-02T09:00".to_owned())),
            (3, None),
        ]);
        assert_eq!(due(&found, &moves(&arguments)), expected);
    }
}
