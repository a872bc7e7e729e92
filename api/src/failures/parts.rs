//! The parts of operations, and the errors of each.

use super::failing_parts;

failing_parts! {
    /// Every request.
    Everywhere {
        400 { repeated_header: "A header with one value appears more than once.", }
        403 { unknown_host: "The Host is not allowed.", }
        413 { body_too_large: "The body is larger than 1048576 bytes.", }
        415 { unsupported_content_encoding: "Compressed bodies are not accepted.", }
        500 { internal: "Internal server error.", }
        503 { unavailable: "The database could not be reached, or did not respond in time. Nothing was changed.", }
    }

    /// The operation takes no query parameters.
    NoQuery {
        422 { unknown_field: "Unknown query parameter.", }
    }

    /// The operation takes query parameters.
    QueryString {
        422 {
            unknown_field: "Unknown query parameter.",
            duplicate_field: "The query parameter appears more than once.",
            invalid_type: "The query parameter cannot be read.",
        }
    }

    /// A credential is required.
    Authenticated {
        400 {
            malformed_actor: "Unknown value for Taskwire-Via.",
            missing_user: "A service must name the user it acts for.",
        }
        401 { unauthorized: "Authentication is required.", }
        403 {
            insufficient_scope: "The token lacks a required scope.",
            delete_excluded: "The request would delete, and its Taskwire-No-Delete excludes that.",
            forbidden_actor: "Only Taskwire's own services may act as a consumer.",
            foreign_origin: "A browser session can be used only from this server's own page.",
        }
        404 { not_found: "It does not exist, or it belongs to another user.", }
        429 { too_many_requests: "Too many requests. Nothing was changed.", }
        503 {
            read_only: "The database is read-only at the moment. Nothing was changed.",
            outcome_unknown: "The database did not confirm the change, so it may be stored or not.",
        }
        507 { disk_full: "The database's disk is full. Nothing was changed.", }
    }

    /// The request may depend on a version.
    Conditional {
        400 {
            malformed_if_match: "If-Match is not a list of entity tags.",
            malformed_if_none_match: "If-None-Match is not a list of entity tags.",
        }
        412 { version_mismatch: "The current version is a different one.", }
    }

    /// The caller may want to be refused without `If-Match`.
    Strict {
        428 { precondition_required: "Prefer: strict needs If-Match.", }
    }

    /// The request may not depend on a version, because there is none.
    Unversioned {
        400 {
            malformed_if_match: "If-Match is not a list of entity tags.",
            malformed_if_none_match: "If-None-Match is not a list of entity tags.",
        }
        412 { no_version: "This resource has no version.", }
    }

    /// The request may carry an idempotency key.
    Keyed {
        400 { malformed_idempotency_key: "The key is not 1 to 255 printable ASCII characters.", }
        422 { idempotency_key_reused: "This key was already used with a different body or If-Match.", }
    }

    /// The request may not carry an idempotency key.
    NoKey {
        400 { idempotency_key_not_supported: "This operation does not take an Idempotency-Key.", }
    }

    /// A name in the path.
    PathParameter {
        400 { malformed_path: "The path is not valid.", }
    }

    /// A task's number or id in the path.
    TaskReference {
        422 { invalid_task_reference: "Not a task number or id.", }
    }

    /// No body may be sent.
    NoBody {
        400 { unexpected_body: "This operation does not accept a body.", }
    }

    /// A body may be sent.
    JsonBody {
        400 {
            malformed_json: "The body is not JSON.",
            incomplete_body: "The body is incomplete.",
        }
        408 { body_too_slow: "Timed out while reading the body.", }
        415 { unsupported_media_type: "Content-Type must be application/json.", }
        422 {
            unknown_field: "Unknown field.",
            missing_field: "A field is missing.",
            duplicate_field: "A field appears more than once.",
            invalid_type: "A field has a value of the wrong type.",
            not_nullable: "A field cannot be null.",
        }
    }

    /// A title.
    TitleField {
        422 {
            empty_title: "A title needs at least one character.",
            too_long: "The text is too long.",
            invalid_character: "The text contains a character that is not accepted.",
        }
    }

    /// Other text.
    TextField {
        422 {
            too_long: "The text is too long.",
            invalid_character: "The text contains a character that is not accepted.",
        }
    }

    /// A priority.
    PriorityField {
        422 { invalid_priority: "Unknown priority.", }
    }

    /// Names of tags.
    TagFields {
        422 {
            empty_tag: "A tag needs a name.",
            invalid_tag: "The name contains a character that is not allowed in tags.",
            too_many_tags: "There are more tags than one task can have.",
            conflicting_tags: "The tag fields contradict each other.",
            too_long: "The text is too long.",
            invalid_character: "The text contains a character that is not accepted.",
        }
    }

    /// A date, written or in words.
    DueField {
        422 {
            invalid_due: "The date is not understood.",
            unknown_zone: "Unknown time zone.",
        }
    }

    /// The weekday that a date is meant to fall on.
    WeekdayField {
        422 {
            invalid_weekday: "Unknown weekday.",
            weekday_mismatch: "The due date falls on another weekday.",
        }
    }

    /// How long it takes.
    DurationField {
        422 {
            invalid_duration: "The duration is out of range.",
            duration_without_time: "A duration in minutes needs a due time.",
            two_durations: "Two fields say how long it takes.",
        }
    }

    /// A rule.
    RuleField {
        422 {
            invalid_recurrence: "The rule is not understood.",
            invalid_rule: "The rule is not valid.",
            invalid_until: "The end of the rule is not valid.",
            invalid_anchor: "Unknown anchor.",
            invalid_overflow: "Unknown overflow.",
            invalid_catch_up: "Unknown catch_up.",
            invalid_date_of_rule: "A date of the rule is not valid.",
            invalid_cron: "The cron expression is not valid.",
            ambiguous_rule: "The rule is ambiguous: calendar programs interpret it differently.",
            rule_too_long: "The rule is too long.",
            unknown_rule_part: "The rule has an unknown part.",
            unsupported_rule_part: "The rule has an unsupported part.",
            rule_never_matches: "The rule has no dates.",
            rule_too_fine: "The task would repeat too often.",
            two_rules: "Two fields define how the task repeats.",
            two_starts: "Two fields define when the rule starts.",
        }
    }

    /// Reminders.
    ReminderFields {
        422 {
            invalid_reminder: "The reminder is not valid.",
            reminder_in_past: "A new reminder is in the past.",
            reminder_without_due: "A reminder before the due time needs a due time.",
            conflicting_reminders: "Reminders are both replaced and added.",
            too_many_reminders: "There are more reminders than one task can have.",
        }
    }

    /// The task that a task is a part of.
    ParentField {
        422 {
            invalid_task_reference: "Not a task number or id.",
            unknown_parent: "There is no such task.",
            own_parent: "A task cannot be a part of itself.",
            parent_is_subtask: "The task is a subtask itself.",
            parent_not_open: "The task is not open.",
            has_subtasks: "The task that is to become a subtask has subtasks itself.",
            too_many_subtasks: "The task has as many subtasks as one can have.",
            subtask_repeats: "A subtask cannot repeat.",
        }
    }

    /// The key of an occurrence.
    OccurrenceField {
        409 { wrong_occurrence: "A different occurrence of the series is open.", }
        422 {
            invalid_occurrence: "Not an occurrence key.",
            not_recurring: "The task does not repeat.",
        }
    }

    /// Only an open task can be changed.
    OpenTask {
        409 { task_not_open: "The task is not open.", }
    }

    /// A repeating task has a due date.
    SeriesNeedsDue {
        422 { series_without_due: "A repeating task needs a due date.", }
    }

    /// The scope of a move in a series.
    MovedSeries {
        409 { occurrence_exists: "The series has an occurrence on that date already.", }
        422 {
            invalid_scope: "Unknown scope.",
            rule_for_one: "A single occurrence cannot have its own rule.",
            ambiguous_move: "The rule names several days, so the move is ambiguous.",
        }
    }

    /// Completing.
    Completes {
        409 {
            already_completed: "The task is completed: its series has continued, or it was done on another day.",
            already_skipped: "The task was skipped.",
            task_deleted: "The task is in the trash.",
        }
        422 {
            invalid_value: "Unknown value for subtasks.",
            invalid_due: "The day is not understood.",
            unknown_zone: "Unknown time zone.",
            completed_in_future: "The day is in the future.",
        }
    }

    /// Skipping.
    Skips {
        409 {
            already_completed: "The task is completed.",
            task_deleted: "The task is in the trash.",
        }
    }

    /// Putting off a reminder.
    Snoozes {
        422 {
            invalid_snooze: "The time until which to put off is missing, given twice, past, or more than 366 days away.",
            invalid_reminder: "Not a time.",
        }
    }

    /// Reopening.
    Reopens {
        409 {
            successor_changed: "The next occurrence was changed or completed in the meantime.",
            series_has_open_task: "Another task of the same series is open.",
            task_deleted: "The task is in the trash.",
        }
    }

    /// Restoring.
    Restores {
        409 { series_has_open_task: "Another task of the same series is open.", }
    }

    /// A line with everything in it.
    LineField {
        422 {
            empty_title: "The title would be empty.",
            too_long: "The line is too long.",
            invalid_preview: "The query parameter preview must be true or false.",
            invalid_ignore: "The range is outside the line.",
            too_many_ignored: "Too many ranges in ignore.",
        }
    }

    /// A consumer to choose.
    ConsumerFilter { 422 { invalid_value: "There is no consumer of this name.", } }

    /// Notifications, by their ids.
    NotificationIds {
        422 {
            invalid_length: "The list is empty or too long.",
            unknown_notification: "Unknown notification.",
        }
    }

    /// A position in the event log.
    EventCursor {
        410 { cursor_expired: "Events after this cursor are no longer kept.", }
        422 { invalid_cursor: "Not an event cursor.", }
    }

    /// Parts of a conversation to include.
    Includes { 422 { invalid_value: "Unknown value for include.", } }

    /// Ids that a client chose.
    ChosenIds {
        422 { invalid_id: "The id is not valid.", }
    }

    /// A message of a conversation.
    MessageFields {
        422 {
            invalid_role: "Unknown role.",
            invalid_character: "The text contains the character U+0000.",
        }
    }

    /// A call that needs approval.
    ApprovalFields {
        422 {
            invalid_name: "The name is not valid.",
            invalid_character: "The text contains the character U+0000.",
        }
    }

    /// An approval can be claimed once.
    Claims {
        409 { approval_used: "This approval was already answered.", }
        410 { approval_expired: "This approval has expired.", }
    }
}

/// A read without query parameters.
pub(crate) type Reads = (Authenticated, Conditional, Unversioned, NoQuery, NoBody);
/// A read with query parameters.
pub(crate) type ReadsQuery = (Authenticated, Conditional, Unversioned, QueryString, NoBody);
/// A change of something that has a version.
pub(crate) type Changes = (Authenticated, Conditional, Strict, Keyed, QueryString);
/// A change of a resource without a version, or that creates it.
pub(crate) type Creates = (Authenticated, Unversioned, Keyed, QueryString);
/// A change whose response holds a secret.
pub(crate) type CreatesSecret = (Authenticated, Unversioned, NoKey, QueryString);
/// A task named in the path.
pub(crate) type TaskInPath = (PathParameter, TaskReference);
/// The fields of a task.
pub(crate) type TaskFields = (
    TitleField,
    PriorityField,
    TagFields,
    (DueField, DurationField),
    WeekdayField,
    RuleField,
    (ReminderFields, ParentField),
);
