//! Task numbers: parsed from words, and written as the items of a call.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Maximum number of tasks in a command.
const NUMBERS_MAX: i64 = 50;

/// Parses `3`, `#3`, `3, 4 and 5`, `3-5`; `None` if there is anything else.
pub(super) fn numbers(text: &str) -> Option<Vec<i64>> {
    let mut numbers = BTreeSet::new();
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '.' | '!'));
    for word in words.filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        if matches!(
            word.as_str(),
            "and" | "task" | "tasks" | "number" | "numbers" | "&"
        ) {
            continue;
        }
        let number = |text: &str| {
            text.trim_start_matches('#')
                .parse::<i64>()
                .ok()
                .filter(|number| *number > 0)
        };
        match word.split_once('-') {
            Some((from, to)) => {
                let (from, to) = (number(from)?, number(to)?);
                if from > to || to - from >= NUMBERS_MAX {
                    return None;
                }
                numbers.extend(from..=to);
            }
            None => {
                numbers.insert(number(&word)?);
            }
        }
    }
    let is_some =
        !numbers.is_empty() && i64::try_from(numbers.len()).is_ok_and(|count| count <= NUMBERS_MAX);
    is_some.then(|| numbers.into_iter().collect())
}

/// One item for each number, with these fields added; null is left out.
pub(super) fn items(numbers: &[i64], fields: &Value) -> Vec<Value> {
    let fields = fields.as_object().into_iter().flatten();
    let fields: Map<String, Value> = fields
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let item = |number: &i64| {
        let mut item = fields.clone();
        item.insert("number".into(), json!(number));
        Value::Object(item)
    };
    numbers.iter().map(item).collect()
}
