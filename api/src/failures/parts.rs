//! The parts of operations, and how each fails.

use super::failing_parts;

failing_parts! {
    /// Whatever is asked for.
    Everywhere {
        403 { unknown_host: "The Host is not one under which this server may be called.", }
        413 { body_too_large: "The body is larger than 1048576 bytes.", }
        415 { unsupported_content_encoding: "A compressed body is not accepted.", }
        500 { internal: "Something went wrong on our side.", }
        503 { unavailable: "The database did not answer in time. Nothing was changed.", }
    }

    /// An operation reads nothing from the query string.
    NoQuery {
        422 { unknown_field: "Unknown query parameter.", }
    }

    /// An operation reads the query string.
    InQuery {
        422 {
            unknown_field: "Unknown query parameter.",
            duplicate_field: "The query parameter comes more than once.",
            invalid_type: "The query parameter cannot be read.",
        }
    }

    /// Somebody must be calling.
    Called {
        400 {
            malformed_actor: "The header Taskwire-Via has a value that is not known.",
            missing_user: "A service must name the user it acts for.",
        }
        401 { unauthorized: "This needs a token or a signed-in browser.", }
        403 {
            insufficient_scope: "The token lacks the scope that this needs.",
            forbidden_actor: "Only Taskwire's own services act as consumer.",
            foreign_origin: "A browser's session works only from this server's own page.",
        }
        404 { not_found: "There is no such thing, or it is somebody else's.", }
        429 { too_many_requests: "Too many requests in too short a time. Nothing was changed.", }
        503 { read_only: "The database can only be read at the moment. Nothing was changed.", }
        507 { disk_full: "The disk of the database is full. Nothing was changed.", }
    }

    /// The request may depend on a version.
    Conditional {
        400 {
            malformed_if_match: "If-Match is not a list of entity tags.",
            malformed_if_none_match: "If-None-Match is not a list of entity tags.",
        }
        412 { version_mismatch: "The current version is another one.", }
    }

    /// The request may not depend on a version, because there is none.
    Unversioned {
        400 {
            malformed_if_match: "If-Match is not a list of entity tags.",
            malformed_if_none_match: "If-None-Match is not a list of entity tags.",
        }
        412 { no_version: "This has no version of its own.", }
    }

    /// The request may carry an idempotency key.
    Keyed {
        400 { malformed_idempotency_key: "The key is not 1 to 255 visible ASCII characters.", }
        422 { idempotency_key_reused: "This key came before with another body or If-Match.", }
    }

    /// A name stands in the path.
    InPath {
        400 { malformed_path: "The path cannot be read.", }
    }

    /// A task's number or id stands in the path.
    TaskReference {
        422 { invalid_task_reference: "This is neither a task's number nor its id.", }
    }

    /// A body may be sent.
    JsonBody {
        400 {
            malformed_json: "The body is not JSON.",
            incomplete_body: "The body ended early.",
        }
        408 { body_too_slow: "The body did not arrive in time.", }
        415 { unsupported_media_type: "Content-Type must be application/json.", }
        422 {
            unknown_field: "There is no field of that name.",
            missing_field: "A field is missing.",
            duplicate_field: "A field comes more than once.",
            invalid_type: "A field has a value of another type.",
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
        422 { invalid_priority: "This is no priority.", }
    }

    /// Names of tags.
    TagFields {
        422 {
            empty_tag: "A tag needs a name.",
            invalid_tag: "The name contains a character that tags do not have.",
            too_many_tags: "There are more tags than one task can have.",
            conflicting_tags: "The fields for tags contradict each other.",
            too_long: "The text is too long.",
            invalid_character: "The text contains a character that is not accepted.",
        }
    }

    /// A date, written or in words.
    DueField {
        422 {
            invalid_due: "This is not a date that can be read.",
            unknown_zone: "There is no such time zone.",
        }
    }

    /// The weekday that a date is meant to fall on.
    WeekdayField {
        422 {
            invalid_weekday: "This is not a weekday.",
            weekday_mismatch: "The due date falls on another weekday.",
        }
    }

    /// A rule.
    RuleField {
        422 {
            invalid_recurrence: "This is not a rule that can be read.",
            invalid_rule: "The rule cannot be read.",
            invalid_until: "The end of the rule cannot be read.",
            invalid_anchor: "There is no such anchor.",
            invalid_overflow: "There is no such overflow.",
            invalid_catch_up: "There is no such way to catch up.",
            invalid_date_of_rule: "A date of the rule cannot be read.",
            invalid_cron: "The cron expression cannot be read.",
            ambiguous_rule: "Programs disagree about what the rule means.",
            rule_too_long: "The rule is too long.",
            unknown_rule_part: "A part of the rule is not known.",
            unsupported_rule_part: "A part of the rule is not supported.",
            rule_never_matches: "The rule has no dates.",
            rule_too_fine: "The rule comes too often.",
            two_rules: "Two fields say how the task repeats.",
            two_starts: "Two fields say when the rule begins.",
        }
    }

    /// Reminders.
    ReminderFields {
        422 {
            invalid_reminder: "This is not a reminder.",
            reminder_in_past: "A new reminder lies in the past.",
            reminder_without_due: "A reminder before the due time needs a due time.",
            too_many_reminders: "There are more reminders than one task can have.",
        }
    }

    /// The key of an occurrence.
    OccurrenceField {
        409 { wrong_occurrence: "Another occurrence of the series is the open one.", }
        422 {
            invalid_occurrence: "This is not the key of an occurrence.",
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

    /// How much of a series moves.
    MovedSeries {
        422 {
            invalid_scope: "There is no such scope.",
            rule_for_one: "One occurrence alone has no rule of its own.",
            ambiguous_move: "The rule names several days, so that the move can mean more than one thing.",
        }
    }

    /// Completing.
    Completes {
        409 {
            already_completed: "The task is done, and its series went on from there.",
            already_skipped: "The task was skipped.",
            task_deleted: "The task is in the trash.",
        }
    }

    /// Skipping.
    Skips {
        409 {
            already_completed: "The task is done.",
            task_deleted: "The task is in the trash.",
        }
    }

    /// Reopening.
    Reopens {
        409 {
            successor_changed: "The next occurrence has been changed or done since.",
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
            empty_title: "Nothing is left for the title.",
            too_long: "The line is too long.",
            invalid_preview: "The query parameter preview is neither true nor false.",
            invalid_ignore: "This is not a part of the line.",
            too_many_ignored: "There are too many parts to leave alone.",
        }
    }

    /// A filter of tasks.
    TaskFilter {
        422 {
            invalid_value: "A query parameter has a value that is not known.",
            invalid_limit: "The limit is out of range.",
            invalid_cursor: "This cursor does not belong to this list.",
            invalid_search: "This text cannot be searched for.",
            unknown_tag: "There is no tag of that name.",
        }
    }

    /// A page of a list.
    Paged {
        422 {
            invalid_limit: "The limit is out of range.",
            invalid_cursor: "This cursor does not belong to this list.",
        }
    }

    /// Notifications, by their ids.
    NotificationIds {
        422 {
            invalid_length: "The list is empty or too long.",
            unknown_notification: "There is no such notification.",
        }
    }

    /// A place in the event log.
    EventCursor {
        422 { invalid_cursor: "This is not an event cursor.", }
    }

    /// Days of the agenda.
    Days {
        422 {
            invalid_days: "The number of days is out of range.",
            invalid_due: "This is not a date that can be read.",
            unknown_zone: "There is no such time zone.",
        }
    }

    /// A new tag.
    NewTagFields {
        409 { tag_exists: "There is a tag of that name already.", }
        422 { invalid_color: "This is not a colour.", }
    }

    /// A new token.
    TokenFields {
        403 { outlives_its_maker: "A token cannot make one that expires later than itself.", }
        422 {
            invalid_label: "This is not a label.",
            unknown_scope: "There is no such scope.",
            invalid_expiry: "The number of days is out of range.",
        }
    }

    /// Settings.
    SettingFields {
        422 {
            unknown_zone: "There is no such time zone.",
            invalid_weekday: "This is not a weekday.",
            invalid_date_order: "There is no such order of dates.",
        }
    }

    /// Signing in.
    SignsIn {
        401 {
            wrong_name_or_password: "Wrong name or password.",
            sign_in_link_used: "This sign-in link has expired or was already used.",
        }
        403 { foreign_origin: "A browser signs in only on this server's own page.", }
        422 { invalid_sign_in: "This is neither a code nor a name with a password.", }
        429 {
            too_many_sign_ins: "Too many wrong sign-ins.",
            sign_in_busy: "Too many are signing in at this moment.",
            too_many_requests: "Too many requests in too short a time. Nothing was changed.",
        }
        503 { read_only: "The database can only be read at the moment. Nothing was changed.", }
        507 { disk_full: "The disk of the database is full. Nothing was changed.", }
    }

    /// What to include in a conversation.
    Includes {
        422 { invalid_value: "There is nothing of that name to include.", }
    }

    /// Ids that a client chose.
    ChosenIds {
        422 { invalid_id: "This id cannot be used.", }
    }

    /// A message of a conversation.
    MessageFields {
        422 {
            invalid_role: "There is no such role.",
            invalid_character: "The text contains the character U+0000.",
        }
    }

    /// A call that waits for a click.
    ApprovalFields {
        422 {
            invalid_name: "This name cannot be kept.",
            invalid_character: "The text contains the character U+0000.",
        }
    }

    /// An approval is given out once.
    Claims {
        409 { approval_used: "This has been answered before.", }
        410 { approval_expired: "This approval has expired.", }
    }
}

/// A read without query parameters.
pub(crate) type Reads = (Called, Conditional, Unversioned, NoQuery);
/// A read with query parameters.
pub(crate) type ReadsQuery = (Called, Conditional, Unversioned, InQuery);
/// A change of something that has a version.
pub(crate) type Changes = (Called, Conditional, Keyed, NoQuery);
/// A change of something that has none, or that is made by it.
pub(crate) type Makes = (Called, Unversioned, Keyed, NoQuery);
/// A task named in the path.
pub(crate) type TaskInPath = (InPath, TaskReference);
/// The fields of a task.
pub(crate) type TaskFields = (
    TitleField,
    PriorityField,
    TagFields,
    DueField,
    WeekdayField,
    RuleField,
    ReminderFields,
);
