//! Open tasks with nearly the same title as a new one.

use std::collections::BTreeSet;

use taskwire_client::Client;
use taskwire_domain::contract::{TaskQuery, TaskView};
use taskwire_domain::text::fold;

/// Maximum number of new tasks in a call that are compared: each is a request.
pub(super) const TASKS_MAX: usize = 10;

/// Number of open tasks that a new one is compared with.
const COMPARED: u32 = 20;

/// Words that make no difference.
const COMMON: [&str; 12] = [
    "a", "an", "and", "at", "for", "in", "my", "of", "on", "our", "the", "to",
];

/// The numbers of such tasks; none if they cannot be read, because the new one exists all the same.
pub(super) async fn to(client: &Client, task: &TaskView) -> Vec<i64> {
    let words = words(&task.title);
    // All candidates have at least the longest word.
    let Some(word) = words.iter().max_by_key(|word| word.chars().count()) else {
        return Vec::new();
    };
    let query = TaskQuery {
        search: Some(word.clone()),
        limit: Some(COMPARED),
        ..TaskQuery::default()
    };
    let Ok(page) = client.list_tasks(&query).await else {
        return Vec::new();
    };
    let others = page.items.into_iter().filter(|other| other.id != task.id);
    let alike = others.filter(|other| are_alike(&words, &self::words(&other.title)));
    alike.map(|other| other.number).collect()
}

fn words(title: &str) -> BTreeSet<String> {
    let folded = fold(title);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && !COMMON.contains(word));
    words.map(str::to_owned).collect()
}

/// Whether at least three of four words are the same.
fn are_alike(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    let same = a.intersection(b).count();
    same > 0 && same * 4 >= a.union(b).count() * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_alike_if_most_words_are_the_same() {
        for (a, b, expected) in [
            ("Pay rent", "pay the rent!", true),
            (
                "Call Bo about the new invoice",
                "call bo about invoice",
                true,
            ),
            ("Buy milk", "Buy oat milk", false),
            ("Buy milk", "Buy bread", false),
            ("the", "a", false),
            ("Zahnarzt anrufen", "zahnarzt ANRUFEN", true),
        ] {
            assert_eq!(are_alike(&words(a), &words(b)), expected, "{a} / {b}");
        }
    }
}
