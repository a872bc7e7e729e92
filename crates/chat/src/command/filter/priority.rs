//! The priority in a list command.

use taskwire_domain::Priority;

/// Parses `p1`, `high priority`, `priority high`, `urgent`, and `high` before the word for tasks.
pub(super) fn priority(words: &[&str], left: usize) -> Option<(Priority, usize)> {
    let is_noun = |word: &&str| matches!(*word, "priority" | "prio" | "priorities");
    let value = |word: &str| match word {
        "no" => Some(Priority::None),
        word => Priority::parse(word).ok(),
    };
    let first = *words.first()?;
    if is_noun(&first) {
        let value = value(words.get(1)?)?;
        return Some((value, 2));
    }
    let is_level = matches!(
        first,
        "high" | "medium" | "low" | "none" | "no" | "1" | "2" | "3" | "4"
    );
    let has_noun = words.get(1).is_some_and(is_noun);
    let is_all = matches!(first, "high" | "medium" | "low")
        && (left == 1
            || left == 2 && matches!(words.get(1), Some(&("task" | "tasks" | "todos" | "ones"))));
    let priority = value(first)?;
    match (is_level, has_noun) {
        (_, true) => Some((priority, 2)),
        (true, false) => is_all.then_some((priority, 1)),
        // "p1" and "urgent" need no noun; "!" is punctuation.
        (false, false) => first
            .starts_with(char::is_alphabetic)
            .then_some((priority, 1)),
    }
}
