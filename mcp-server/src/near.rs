//! Which field somebody probably meant.

/// What models call our fields elsewhere, and what the field is called here.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("title", &["content", "name", "summary", "task", "text"]),
    ("notes", &["body", "comment", "description", "details"]),
    ("number", &["id", "task_id", "task_number"]),
    (
        "numbers",
        &["id", "ids", "number", "task_ids", "task_numbers"],
    ),
    ("tasks", &["items", "todos"]),
    ("priority", &["importance", "prio"]),
    ("tag", &["label", "labels", "tags"]),
    ("tags", &["label", "labels", "tag"]),
    (
        "due",
        &[
            "date",
            "deadline",
            "due_at",
            "due_date",
            "due_datetime",
            "due_string",
            "new_date",
            "new_due",
            "to",
            "when",
        ],
    ),
    ("expected_weekday", &["day", "weekday"]),
    ("scope", &["apply_to", "mode"]),
    ("recurrence", &["recurring", "repeat", "repeats", "rrule"]),
    (
        "reminders_minutes_before",
        &["remind", "reminder", "reminders"],
    ),
    ("query", &["filter", "q", "search", "text"]),
    ("cursor", &["next_cursor", "page", "page_token"]),
    ("limit", &["count", "page_size", "per_page"]),
    ("expected_version", &["version"]),
    ("client_ref", &["ref", "reference"]),
    ("request_id", &["idempotency_key"]),
];

/// The one of `known` that `name` was probably meant to be.
pub(crate) fn nearest<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let name: String = name.to_lowercase().chars().take(40).collect();
    let synonym = known.clone().find(|known| {
        SYNONYMS
            .iter()
            .any(|(field, others)| field == known && others.contains(&name.as_str()))
    });
    synonym.or_else(|| {
        known
            .map(|known| (distance(&name, known), known))
            .filter(|(distance, known)| *distance <= (known.len() / 3).max(1))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, known)| known)
    })
}

/// Levenshtein's edit distance.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (index, a) in from.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (b, above) in to.chars().zip(row.iter().skip(1)) {
            let cost = (diagonal + usize::from(a != b))
                .min(above + 1)
                .min(left + 1);
            diagonal = *above;
            left = cost;
            next.push(cost);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = [
            "title",
            "notes",
            "priority",
            "tags",
            "due",
            "recurrence",
            "reminders_minutes_before",
        ];
        for (sent, meant) in [
            ("prio", Some("priority")),
            ("Title", Some("title")),
            ("tittle", Some("title")),
            ("due_date", Some("due")),
            ("recurence", Some("recurrence")),
            ("reminders", Some("reminders_minutes_before")),
            ("wait_for_previous", None),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(sent, known.into_iter()), meant, "{sent}");
        }
    }

    #[test]
    fn measures_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
