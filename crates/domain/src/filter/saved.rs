//! Saved filters: what `@name` means in an expression.

use super::problem::Problem;
use crate::text::{FilterName, clip, label_key};

/// A filter that its owner has given a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SavedFilter {
    /// The name.
    pub name: FilterName,
    /// The expression. Its dates are read anew each time.
    pub text: String,
}

/// The saved filters that an expression may name.
#[derive(Clone, Copy, Debug)]
pub enum Saved<'a> {
    /// These.
    Known(&'a [SavedFilter]),
    /// None: the expression is itself saved, so that no filter can lead back to itself.
    Refused,
}

/// Most names of saved filters that an error lists.
const LISTED_MAX: usize = 10;

impl<'a> Saved<'a> {
    /// The filter that a name without its `@` means; `at` is where the `@` is.
    pub(super) fn find(self, name: &str, at: usize) -> Result<&'a SavedFilter, Problem> {
        let Self::Known(all) = self else {
            let tag = format!("#{}", clip(name));
            return Err(Problem::new(
                at,
                "A saved filter cannot use another one.",
                format!("Write its conditions here. A tag is written {tag:?}."),
            ));
        };
        let name = unquoted(name);
        let key = label_key(name);
        if key.is_empty() {
            return Err(Problem::new(
                at,
                "The name of a saved filter is missing.",
                "Write it after the @, such as @work.",
            ));
        }
        let found = all.iter().find(|saved| saved.name.key() == key);
        found.ok_or_else(|| unknown(name, &key, at, all))
    }
}

/// The name inside its quotes, if it has some.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text).trim()
}

fn unknown(name: &str, key: &str, at: usize, all: &[SavedFilter]) -> Problem {
    let detail = format!("There is no saved filter {:?}.", clip(name));
    let begins = all.iter().find(|saved| {
        key.strip_prefix(&saved.name.key())
            .is_some_and(|rest| rest.starts_with(' '))
    });
    if let Some(begins) = begins {
        let hint = format!(
            "Did you mean \"@{}\"? Write & (and) or | (or) between two conditions.",
            begins.name
        );
        return Problem::new(at, detail, hint);
    }
    let nearest = all
        .iter()
        .map(|saved| (strsim::osa_distance(key, &saved.name.key()), saved))
        .filter(|(distance, _)| *distance <= (key.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance);
    let tag = format!("A tag is written {:?}.", format!("#{}", clip(name)));
    let hint = match nearest {
        Some((_, saved)) => format!("Did you mean \"@{}\"? {tag}", saved.name),
        None if all.is_empty() => format!("No filter is saved. {tag}"),
        None => {
            let names: Vec<String> = all
                .iter()
                .take(LISTED_MAX)
                .map(|saved| format!("@{}", saved.name))
                .collect();
            let more = if all.len() > LISTED_MAX { ", …" } else { "" };
            format!("Saved filters: {}{more}. {tag}", names.join(", "))
        }
    };
    Problem::new(at, detail, hint)
}
