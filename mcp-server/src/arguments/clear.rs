//! Ways to clear a field: null, and words instead of a date or a rule.
//!
//! They become names in the item's `clear`, so that the code after this handles only one way.

use rmcp::model::JsonObject;
use serde_json::{Value, json};

/// Words that are neither a date nor a rule, and can only mean that there is none.
const NOTHING: [&str; 13] = [
    "none",
    "null",
    "nothing",
    "never",
    "no date",
    "no due date",
    "no recurrence",
    "no repeat",
    "remove",
    "clear",
    "delete",
    "unset",
    "n/a",
];

/// The values that `clear` of this schema accepts; empty if it has no such argument.
fn clearable(schema: &JsonObject) -> Vec<&str> {
    let names = schema.get("properties").and_then(|properties| {
        properties
            .get("clear")?
            .get("items")?
            .get("enum")?
            .as_array()
    });
    names
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// The name of the field in `clear`.
fn cleared_as(field: &str) -> &str {
    match field {
        "reminders_minutes_before" | "remind_at" => "reminders",
        other => other,
    }
}

/// A field and its error.
type Mistake = (String, String);

/// Returns true if null clears the field. For other fields a host that fills in every argument would lose their values.
fn null_empties(field: &str) -> bool {
    matches!(field, "due" | "recurrence")
}

/// Moves empty values into `clear`, and returns notes about ambiguous ones.
pub(super) fn normalize(schema: &JsonObject, object: &mut JsonObject) -> Vec<Mistake> {
    let clearable = clearable(schema);
    if clearable.is_empty() {
        return without_clear(schema, object);
    }
    // A host that fills in every argument sends null for those that should stay.
    let fills_in = object
        .iter()
        .any(|(name, value)| value.is_null() && !null_empties(name));
    let mut mistakes = Vec::new();
    let mut emptied: Vec<&str> = Vec::new();
    let before = object.clone();
    for (name, value) in &before {
        let clear = cleared_as(name);
        if !clearable.contains(&clear) {
            // Then a required argument is missing, and the check of required arguments reports it.
            if value.is_null() && !super::coerce::required(schema).any(|required| required == name)
            {
                mistakes.push((name.clone(), "is null: omit it.".to_owned()));
            }
            continue;
        }
        match reading(name, value) {
            Reading::Something => continue,
            Reading::Null if !null_empties(name) => {
                mistakes.push(unclear(name, clear, "is null"));
            }
            Reading::Null if fills_in => mistakes.push(unclear(
                name,
                clear,
                "is null, together with fields that null does not empty",
            )),
            Reading::Unclear => mistakes.push(unclear(name, clear, "has no value")),
            Reading::Null | Reading::Nothing => {
                if !emptied.contains(&clear) {
                    emptied.push(clear);
                }
            }
        }
        object.remove(name);
    }
    if !emptied.is_empty() {
        let list = object.entry("clear").or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            for name in emptied {
                if !list.iter().any(|known| known == name) {
                    list.push(json!(name));
                }
            }
        }
    }
    mistakes
}

enum Reading {
    Something,
    Null,
    /// Returns true for words that can only mean that the field is cleared.
    Nothing,
    /// Returns true for words that may mean that.
    Unclear,
}

fn reading(name: &str, value: &Value) -> Reading {
    let text = match value {
        Value::Null => return Reading::Null,
        Value::String(text) => text.trim(),
        _ => return Reading::Something,
    };
    match (name, text.is_empty(), is_nothing(text)) {
        ("notes", true, _) | ("due" | "recurrence", _, true) => Reading::Nothing,
        // Both are values.
        ("notes" | "priority", false, _) | (_, false, false) => Reading::Something,
        _ => Reading::Unclear,
    }
}

fn unclear(name: &str, clear: &str, what: &str) -> Mistake {
    let advice = format!("omit it to keep the value, or send \"{clear}\" in `clear` to empty it");
    (name.to_owned(), format!("{what}: {advice}."))
}

/// For a new task, an empty date or rule means none. To move a task, there must be a date; to skip it, there is none.
fn without_clear(schema: &JsonObject, object: &mut JsonObject) -> Vec<Mistake> {
    let says_nothing = |value: &Value| {
        matches!(
            reading("due", value),
            Reading::Null | Reading::Nothing | Reading::Unclear
        )
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    let is_move = properties.is_some_and(|properties| properties.contains_key("scope"));
    let skips = object.get("skip").is_some_and(|skip| !skip.is_null());
    if is_move && !skips {
        let is_undated = object.get("due").is_some_and(says_nothing);
        let advice = "names no date: tasks_update removes the date, with \"due\" in its `clear`.";
        return is_undated
            .then(|| ("due".to_owned(), advice.to_owned()))
            .into_iter()
            .collect();
    }
    for name in ["due", "recurrence"] {
        if object.get(name).is_some_and(says_nothing) {
            object.remove(name);
        }
    }
    Vec::new()
}

fn is_nothing(text: &str) -> bool {
    NOTHING
        .iter()
        .any(|word| text.trim().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(mut item: Value) -> (Value, Vec<String>) {
        let schema = json!({"type": "object", "properties": {"clear": {"type": "array", "items": {
            "type": "string", "enum": ["notes", "priority", "tags", "due", "recurrence", "reminders"]}}}});
        let mistakes = normalize(schema.as_object().unwrap(), item.as_object_mut().unwrap());
        let fields = mistakes.into_iter().map(|(field, _)| field).collect();
        (item, fields)
    }

    #[test]
    fn null_and_words_for_nothing_empty_a_field() {
        for (sent, meant) in [
            (
                json!({"title": "x", "due": null}),
                json!({"title": "x", "clear": ["due"]}),
            ),
            (
                json!({"due": null, "recurrence": null}),
                json!({"clear": ["due", "recurrence"]}),
            ),
            (json!({"due": " None "}), json!({"clear": ["due"]})),
            (
                json!({"recurrence": "no repeat"}),
                json!({"clear": ["recurrence"]}),
            ),
            (json!({"notes": ""}), json!({"clear": ["notes"]})),
            (json!({"notes": "none"}), json!({"notes": "none"})),
            (json!({"priority": "none"}), json!({"priority": "none"})),
            (
                json!({"due": null, "clear": ["due", "tags"]}),
                json!({"clear": ["due", "tags"]}),
            ),
        ] {
            let (item, mistakes) = normalized(sent.clone());
            assert_eq!(item, meant, "{sent}");
            assert!(mistakes.is_empty(), "{sent}: {mistakes:?}");
        }
    }

    #[test]
    fn ambiguous_values_are_reported() {
        for (sent, fields) in [
            (json!({"due": ""}), &["due"][..]),
            (json!({"recurrence": " "}), &["recurrence"]),
            (json!({"tags": "none"}), &["tags"]),
            (json!({"priority": ""}), &["priority"]),
            (json!({"title": null, "notes": "x"}), &["title"]),
            (json!({"title": null, "due": null}), &["due", "title"]),
            (json!({"notes": null}), &["notes"]),
            (json!({"tags": null, "priority": "high"}), &["tags"]),
            (json!({"clear": null, "title": "x"}), &["clear"]),
            (
                json!({"remind_at": ["x"], "reminders_minutes_before": null}),
                &["reminders_minutes_before"],
            ),
        ] {
            let (_, mistakes) = normalized(sent.clone());
            assert_eq!(mistakes, fields, "{sent}");
        }
    }
}
