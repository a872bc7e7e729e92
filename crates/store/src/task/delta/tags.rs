//! The tags of a task before and after a change, one by one: the others do not stand in the way of undoing it.

use serde_json::Value;

/// The names in a stored list.
fn names(list: Option<&Value>) -> Vec<String> {
    list.and_then(Value::as_str)
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

/// What a change added, and what it took off, in order. A tag that it spelled otherwise is in both.
pub(super) fn difference(before: Option<&Value>, after: &Value) -> (Vec<String>, Vec<String>) {
    let (before, after) = (names(before), names(Some(after)));
    let without = |all: &[String], others: &[String]| -> Vec<String> {
        all.iter()
            .filter(|name| !others.contains(name))
            .cloned()
            .collect()
    };
    (without(&after, &before), without(&before, &after))
}

/// The stored list of now without what the change added, and with what it took off: a tag that replaced another gives
/// its place back. Fails with those that were taken off, or are back, by now.
pub(super) fn revert(
    before: Option<&Value>,
    after: &Value,
    now: Option<&Value>,
) -> Result<String, Vec<String>> {
    let (added, removed) = difference(before, after);
    let current = names(now);
    let key = taskwire_domain::text::label_key;
    let is_back = |name: &&String| {
        let is_respelled = added.iter().any(|other| key(other) == key(name));
        !is_respelled && current.iter().any(|other| key(other) == key(name))
    };
    let changed: Vec<String> = added
        .iter()
        .filter(|name| !current.contains(name))
        .chain(removed.iter().filter(is_back))
        .cloned()
        .collect();
    if !changed.is_empty() {
        return Err(changed);
    }
    let reverted = if current == names(Some(after)) {
        names(before)
    } else {
        let mut back = removed.iter();
        let mut kept: Vec<String> = Vec::new();
        for name in current {
            if added.contains(&name) {
                kept.extend(back.next().cloned());
            } else {
                kept.push(name);
            }
        }
        kept.extend(back.cloned());
        kept
    };
    serde_json::to_string(&reverted).map_err(|_| added)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reverted(before: &[&str], after: &[&str], now: &[&str]) -> Result<Vec<String>, Vec<String>> {
        let list = |names: &[&str]| Value::from(serde_json::to_string(names).unwrap());
        let text = revert(Some(&list(before)), &list(after), Some(&list(now)))?;
        Ok(serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn other_tags_stay_as_they_are() {
        for (before, after, now, expected) in [
            (
                vec!["home", "x"],
                vec!["house", "x"],
                vec!["house", "x"],
                vec!["home", "x"],
            ),
            (
                vec!["home"],
                vec!["house"],
                vec!["y", "house", "z"],
                vec!["y", "home", "z"],
            ),
            (
                vec!["a", "b"],
                vec!["b"],
                vec!["b", "c"],
                vec!["b", "c", "a"],
            ),
            (vec!["b"], vec!["b", "a"], vec!["c", "a"], vec!["c"]),
            (
                vec!["Home"],
                vec!["home"],
                vec!["home", "x"],
                vec!["Home", "x"],
            ),
            (
                vec!["a", "b"],
                vec!["b", "a"],
                vec!["b", "a", "c"],
                vec!["b", "a", "c"],
            ),
        ] {
            assert_eq!(
                reverted(&before, &after, &now).unwrap(),
                expected,
                "{now:?}"
            );
        }
    }

    #[test]
    fn a_tag_that_was_changed_since_is_named() {
        for (before, after, now, expected) in [
            (vec!["home"], vec!["house"], vec!["x"], vec!["house"]),
            (vec!["home"], vec![], vec!["HOME"], vec!["home"]),
            (vec!["home"], vec!["Home"], vec!["HOME"], vec!["Home"]),
        ] {
            assert_eq!(
                reverted(&before, &after, &now).unwrap_err(),
                expected,
                "{now:?}"
            );
        }
    }
}
