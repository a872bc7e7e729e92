//! Converts values that several hosts send in another JSON type.
//!
//! Only if there is one interpretation: a list as text, one item instead of a list, a number or a boolean as text.
//! Everything else is left as it was sent, and then refused because of its type.

use rmcp::model::JsonObject;
use serde_json::{Value, json};

/// Turns `value` into the type that `schema` requires, if it can mean nothing else.
pub(super) fn coerce(schema: &JsonObject, value: &mut Value) {
    let wanted = kind(schema);
    let meant = match (wanted, &*value) {
        ("array", Value::Array(_)) => None,
        ("array", sent) => list(schema, sent),
        ("object", Value::String(text)) => parsed(text).filter(Value::is_object),
        ("integer", Value::String(_) | Value::Number(_)) => integer(value).map(Value::from),
        ("boolean", Value::String(text)) => boolean(text).map(Value::Bool),
        // A title may be a year, and a priority is often a number.
        ("string", Value::Number(number)) if number.is_i64() => Some(json!(number.to_string())),
        _ => None,
    };
    if let Some(meant) = meant {
        *value = meant;
    }
    // If an item has only a number, the plain number is one.
    if wanted == "object"
        && !value.is_object()
        && takes_number(schema)
        && let Some(number) = integer(value)
    {
        *value = json!({ "number": number });
    }
}

pub(super) fn kind(schema: &JsonObject) -> &str {
    schema
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

pub(super) fn required(schema: &JsonObject) -> impl Iterator<Item = &str> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str)
}

/// Whether an item can be a number alone.
fn takes_number(item: &JsonObject) -> bool {
    let properties = item.get("properties").and_then(Value::as_object);
    properties.is_some_and(|properties| properties.contains_key("number"))
        && required(item).all(|name| name == "number")
}

fn list(schema: &JsonObject, sent: &Value) -> Option<Value> {
    let items = schema.get("items").and_then(Value::as_object)?;
    match (kind(items), sent) {
        (_, Value::String(text)) if text.trim_start().starts_with('[') => {
            parsed(text).filter(Value::is_array)
        }
        ("object", Value::String(text)) if text.trim_start().starts_with('{') => {
            let item = parsed(text)?;
            item.is_object().then(|| json!([item]))
        }
        ("object", Value::Object(_)) | ("integer", Value::Number(_)) => Some(json!([sent])),
        ("object", _) => integer(sent)
            .filter(|_| takes_number(items))
            .map(|number| json!([number])),
        ("integer", Value::String(text)) => words(text, |c| c == ',' || c.is_whitespace())
            .map(|word| integer(&json!(word)))
            .collect::<Option<Vec<i64>>>()
            .filter(|numbers| !numbers.is_empty())
            .map(Value::from),
        // Neither a tag nor a time nor a field name contains a comma.
        ("string", Value::String(text)) => {
            let texts: Vec<&str> = words(text, |c| c == ',').collect();
            (!texts.is_empty()).then(|| json!(texts))
        }
        _ => None,
    }
}

fn words(text: &str, is_end: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
    text.split(is_end)
        .map(str::trim)
        .filter(|word| !word.is_empty())
}

fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

fn boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    let is = |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "yes"]) {
        return Some(true);
    }
    is(["false", "no"]).then_some(false)
}

/// A whole number, also as `5.0` (some models only write floats) and as `"5"` or `"#5"`.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().trim_start_matches('#').parse().ok(),
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            // Beyond 2^53 a float no longer identifies a whole number.
            if float.fract() != 0.0 || float.abs() > 9_007_199_254_740_992.0 {
                return None;
            }
            format!("{float:.0}").parse().ok()
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coerced(schema: &Value, mut value: Value) -> Value {
        coerce(schema.as_object().unwrap(), &mut value);
        value
    }

    #[test]
    fn knows_whole_numbers() {
        for (sent, read) in [
            (json!(7), Some(7)),
            (json!(7.0), Some(7)),
            (json!("12"), Some(12)),
            (json!("#12"), Some(12)),
            (json!(-3.0), Some(-3)),
            (json!(7.5), None),
            (json!(1e300), None),
            (json!("seven"), None),
            (json!(u64::MAX), None),
        ] {
            assert_eq!(integer(&sent), read, "{sent}");
        }
    }

    #[test]
    fn reads_lists_as_hosts_write_them() {
        let numbers = json!({"type": "array", "items": {"type": "integer"}});
        for (sent, meant) in [
            (json!(5), json!([5])),
            (json!("5"), json!([5])),
            (json!("5,6"), json!([5, 6])),
            (json!("#5 #6"), json!([5, 6])),
            (json!("[5, 6]"), json!([5, 6])),
            (json!([5]), json!([5])),
            (json!("five"), json!("five")),
            (json!("5-7"), json!("5-7")),
            (json!(""), json!("")),
            (json!({"a": 1}), json!({"a": 1})),
        ] {
            assert_eq!(coerced(&numbers, sent.clone()), meant, "{sent}");
        }
        let tags = json!({"type": "array", "items": {"type": "string"}});
        for (sent, meant) in [
            (json!("home"), json!(["home"])),
            (json!("home, work"), json!(["home", "work"])),
            (json!("[\"home\"]"), json!(["home"])),
            (json!("[home"), json!("[home")),
            (json!(" "), json!(" ")),
            (json!(true), json!(true)),
        ] {
            assert_eq!(coerced(&tags, sent.clone()), meant, "{sent}");
        }
        let item = json!({"type": "object", "required": ["number"], "properties": {"number": {"type": "integer"}}});
        let tasks = json!({"type": "array", "items": item});
        for (sent, meant) in [
            (json!("[{\"number\":5}]"), json!([{"number": 5}])),
            (json!("{\"number\":5}"), json!([{"number": 5}])),
            (json!({"number": 5}), json!([{"number": 5}])),
            (json!(5), json!([5])),
            (json!("#5"), json!([5])),
            (json!("[{"), json!("[{")),
            (json!("all"), json!("all")),
        ] {
            assert_eq!(coerced(&tasks, sent.clone()), meant, "{sent}");
        }
        assert_eq!(coerced(&item, json!(5)), json!({"number": 5}));
        assert_eq!(
            coerced(&item, json!("{\"number\":5}")),
            json!({"number": 5})
        );
        assert_eq!(coerced(&item, json!("buy milk")), json!("buy milk"));
    }

    #[test]
    fn reads_text_of_other_types() {
        let yes = json!({"type": "boolean"});
        assert_eq!(coerced(&yes, json!("True")), json!(true));
        assert_eq!(coerced(&yes, json!("no")), json!(false));
        assert_eq!(coerced(&yes, json!("maybe")), json!("maybe"));
        assert_eq!(coerced(&yes, json!(1)), json!(1));
        let text = json!({"type": "string"});
        assert_eq!(coerced(&text, json!(2048)), json!("2048"));
        assert_eq!(coerced(&text, json!(1.5)), json!(1.5));
        assert_eq!(coerced(&text, json!(true)), json!(true));
    }
}
