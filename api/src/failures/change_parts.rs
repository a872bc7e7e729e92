//! The parts of operations that are about tags and changes, and the errors of each.

use super::failing_parts;

failing_parts! {
    /// The name and the colour of a tag.
    TagNameAndColor {
        409 { tag_exists: "A tag with that name already exists.", }
        422 { invalid_color: "Not a valid colour.", }
    }

    /// Merging.
    MergesTag {
        422 {
            unknown_tag: "There is no tag with this id.",
            same_tag: "A tag cannot be merged with itself.",
        }
    }

    /// Undoing.
    Undoes {
        409 {
            changed_since: "Something was changed since; each task and field is named.",
            already_undone: "The change was undone before.",
            cannot_undo: "This change cannot be undone.",
            task_purged: "A task was deleted for good.",
            successor_changed: "The next occurrence was changed or completed in the meantime.",
            series_has_open_task: "Another task of the same series is open.",
            occurrence_taken: "Another task has the place in the series.",
            tag_in_use: "A tag is used by tasks.",
            tag_exists: "Another tag has the name.",
            parent_not_open: "A task would be a subtask of one that is in the trash, or a subtask itself.",
            has_subtasks: "A task that would be removed, or become a subtask, has subtasks by now.",
        }
    }

    /// Several operations.
    Batches {
        422 {
            operation_failed: "An operation failed, so nothing was changed; each is named.",
            invalid_length: "There are no operations, or too many.",
        }
    }

    /// An operation on all tasks that a filter finds.
    Bulks {
        409 {
            count_mismatch: "The filter finds another number of tasks.",
            too_many_tasks: "The filter finds too many tasks.",
        }
        422 {
            operation_failed: "The operation failed on a task, so nothing was changed; each is named.",
            missing_count: "The expected number of tasks is missing.",
        }
    }
}
