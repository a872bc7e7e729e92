//! What the values of requests look like, in the document: ranges, patterns, choices, and examples that are accepted.
//!
//! A `format` names what no pattern can say, such as a date in words; the examples of the places with one format are all
//! accepted in each of them.

use super::value::{ANY, Value, between, line, named, one_of, pattern, text};

pub(super) const TAG: Value = named("tag-name", 50, &["home", "Work"]);
const TAGS: Value = between(0, 20);
const DUE: Value = named(
    "due",
    400,
    &[
        "2030-12-01",
        "2030-12-01T09:00",
        "2030-12-01T09:00[Europe/Rome]",
        "tomorrow 5pm",
        "next friday",
    ],
);
const DAY: Value = named(
    "day",
    400,
    &["2030-12-01", "2030-12-01T09:00", "today", "next monday"],
);
const PAST_DAY: Value = named("day", 400, &["2026-11-01", "yesterday", "monday"]);
const SERIES_DATES: Value = named("date", 400, &["2030-12-24"]);
const WEEKDAY: Value = one_of(&[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
]);
const RULE_IN_WORDS: Value = named(
    "recurrence",
    16_000,
    &[
        "every day",
        "every monday",
        "every 2 weeks",
        "every month on the 1st",
    ],
);
const RRULE: Value = named(
    "rrule",
    16_000,
    &[
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=MONTHLY;BYMONTHDAY=1",
    ],
);
const OCCURRENCE: Value = named("occurrence", 40, &["0/2030-12-01", "1/2030-12-01T09:00"]);
pub(super) const PRIORITY: Value =
    one_of(&["high", "medium", "low", "none", "p1", "p2", "p3", "p4"]);
const ZONE: Value = named(
    "time-zone",
    100,
    &["Europe/Rome", "America/New_York", "UTC"],
);
const REMINDERS: Value = between(0, 10);
const COLOR: Value = pattern("^#[0-9A-Fa-f]{6}$", &["#4878d0"]);
const FILTER: Value = named(
    "filter",
    1000,
    &[
        "today & p1",
        "overdue | due < +7d",
        "no:due & !recurring",
        "#Work",
    ],
);
const FILTER_NAME: Value = named("filter-name", 50, &["urgent"]);
const DURATION: Value = between(1, 10_080);
pub(super) const MINUTES: Value = between(0, 527_040);
const CHOSEN_ID: Value = pattern("^[A-Za-z0-9_-]{1,64}$", &["weekly-review"]);
const PASSWORD: Value = Value {
    range: Some((8, 256)),
    ..pattern("^[^\\u0000-\\u001f\\u007f-\\u009f]*$", &[])
};
const USER_NAME: Value = line(100, &["Ada"]);
/// An empty one, as a field of a form sends it, finds everything.
const SEARCHED: Value = Value {
    range: Some((0, 200)),
    ..named("words", 200, &["milk"])
};
const ETAGS: Value = Value {
    format: Some("entity-tags"),
    pattern: Some("^([*]|(W/)?\"[!#-~]*\"(, ?(W/)?\"[!#-~]*\")*)$"),
    examples: &["\"3\"", "*"],
    ..ANY
};
const CURSOR: Value = named("cursor", 2000, &[]);
const KEY: Value = pattern(
    "^[!-~]([ -~]{0,253}[!-~])?$",
    &["7b0b6b3e-6a0e-4d4b-9a55-0c1f6f0d7a11"],
);
/// A task's number, or its id.
const TASK: Value = named("task", 36, &["1"]);
const CONSUMER: Value = one_of(&["audit", "recurrence", "reminder"]);
const TAG_LIST: Value = named("tag-names", 1000, &["Work", "Work,Personal"]);

/// The values of the fields of request bodies, of parameters and of headers, perhaps of one operation. `[]` stands for the items of a list.
pub(super) const PLACES: &[(&str, Value)] = &[
    ("NewTask.title", line(500, &["Pay rent"])),
    ("NewTask.notes", text(20_000, &["By bank transfer"])),
    ("NewTask.priority", PRIORITY),
    ("NewTask.tags", TAGS),
    ("NewTask.tags[]", TAG),
    ("NewTask.due", DUE),
    ("NewTask.duration_minutes", DURATION),
    ("NewTask.expected_weekday", WEEKDAY),
    ("NewTask.reminders", REMINDERS),
    ("TaskPatch.title", line(500, &["Pay the rent"])),
    ("TaskPatch.notes", text(20_000, &["By bank transfer"])),
    ("TaskPatch.priority", PRIORITY),
    ("TaskPatch.tags", TAGS),
    ("TaskPatch.tags[]", TAG),
    ("TaskPatch.add_tags", TAGS),
    ("TaskPatch.add_tags[]", TAG),
    ("TaskPatch.remove_tags", TAGS),
    ("TaskPatch.remove_tags[]", TAG),
    ("TaskPatch.due", DUE),
    ("TaskPatch.duration_minutes", DURATION),
    ("TaskPatch.expected_weekday", WEEKDAY),
    ("TaskPatch.reminders", REMINDERS),
    ("TaskPatch.add_reminders", REMINDERS),
    ("ReminderInput.minutes_before", MINUTES),
    (
        "ReminderInput.at",
        named(
            "reminder-time",
            400,
            &["2030-11-30T20:00:00Z", "2030-11-30T20:00"],
        ),
    ),
    ("RecurrenceInput.rrule", RRULE),
    ("RecurrenceInput.text", RULE_IN_WORDS),
    (
        "RecurrenceInput.anchor",
        one_of(&["schedule", "completion"]),
    ),
    (
        "RecurrenceInput.catch_up",
        one_of(&["next_future", "one_step", "from_completion"]),
    ),
    (
        "RecurrenceInput.overflow",
        one_of(&["clamp", "skip", "forward"]),
    ),
    ("RecurrenceInput.exdate", between(0, 500)),
    ("RecurrenceInput.exdate[]", SERIES_DATES),
    ("RecurrenceInput.rdate", between(0, 500)),
    ("RecurrenceInput.rdate[]", SERIES_DATES),
    ("RuleOrWords", RULE_IN_WORDS),
    ("TaskReference", TASK),
    (
        "QuickAdd.text",
        // An empty line has a preview.
        Value {
            range: Some((0, 8192)),
            ..line(8192, &["buy milk tomorrow 5pm p1 #shopping"])
        },
    ),
    ("QuickAdd.zone", ZONE),
    ("QuickAdd.ignore", between(0, 50)),
    ("QuickAdd.ignore[]", between(2, 2)),
    ("QuickAdd.expected_weekday", WEEKDAY),
    ("CompleteTask.completed_on", PAST_DAY),
    ("CompleteTask.occurrence", OCCURRENCE),
    ("CompleteTask.subtasks", one_of(&["complete", "keep"])),
    ("SkipTask.occurrence", OCCURRENCE),
    ("SkipTask.reason", text(500, &["Away"])),
    ("SnoozeTask.minutes", between(1, 527_040)),
    (
        "SnoozeTask.until",
        named("due", 400, &["tomorrow 9am", "next friday", "in 3 hours"]),
    ),
    ("RescheduleTask.due", DUE),
    (
        "RescheduleTask.scope",
        one_of(&["this", "this_and_following", "all"]),
    ),
    ("RescheduleTask.occurrence", OCCURRENCE),
    ("RescheduleTask.expected_weekday", WEEKDAY),
    ("Batch.operations", between(1, 100)),
    (
        "BatchOperation.op",
        one_of(&[
            "create",
            "patch",
            "complete",
            "reopen",
            "skip",
            "reschedule",
            "snooze",
            "delete",
            "restore",
        ]),
    ),
    (
        "BulkOperation.op",
        one_of(&[
            "patch",
            "complete",
            "reopen",
            "skip",
            "reschedule",
            "snooze",
            "delete",
            "restore",
        ]),
    ),
    ("NewTag.name", TAG),
    ("NewTag.color", COLOR),
    ("TagPatch.name", TAG),
    ("TagPatch.color", COLOR),
    ("NewFilter.name", FILTER_NAME),
    ("NewFilter.filter", FILTER),
    ("FilterPatch.name", FILTER_NAME),
    ("FilterPatch.filter", FILTER),
    ("ReadNotifications.ids", between(1, 200)),
    ("NewToken.label", line(100, &["backup script"])),
    (
        "NewToken.scopes",
        Value {
            is_set: true,
            ..between(1, 4)
        },
    ),
    (
        "NewToken.scopes[]",
        one_of(&["read", "write", "delete", "no-delete"]),
    ),
    ("NewToken.expires_in_days", between(1, 3650)),
    ("NewInvitation.label", line(100, &["Zoe"])),
    ("NewInvitation.expires_in_days", between(1, 90)),
    ("NewUser.name", USER_NAME),
    ("NewUser.password", PASSWORD),
    ("NewUser.zone", ZONE),
    ("PasswordChange.new_password", PASSWORD),
    ("UserPatch.zone", ZONE),
    ("UserPatch.week_start", WEEKDAY),
    (
        "UserPatch.date_order",
        one_of(&["day_first", "month_first"]),
    ),
    (
        "UserPatch.day_start",
        pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$", &["06:00"]),
    ),
    (
        "UserPatch.language",
        pattern("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", &["en", "pt-BR"]),
    ),
    ("UserPatch.default_reminder", MINUTES),
    ("UserPatch.theme", one_of(&["system", "light", "dark"])),
    ("UserPatch.density", one_of(&["comfortable", "compact"])),
    ("MessageInput.role", one_of(&["user", "assistant"])),
    ("NewApproval.message", CHOSEN_ID),
    ("NewApproval.tool_call", line(1000, &["call-1"])),
    ("NewApproval.tool", line(1000, &["delete_task"])),
    (
        "query status",
        one_of(&["open", "completed", "skipped", "deleted", "all"]),
    ),
    (
        "query priority",
        pattern(
            "^(high|medium|low|none|p[1-4])(,(high|medium|low|none|p[1-4]))*$",
            &["high", "p1,p2"],
        ),
    ),
    ("query tag", TAG_LIST),
    ("query tag_any", TAG_LIST),
    ("query filter", FILTER),
    ("query due_before", DAY),
    ("query due_after", DAY),
    ("query completed_before", DAY),
    ("query completed_after", DAY),
    ("query created_before", DAY),
    ("query created_after", DAY),
    ("query updated_before", DAY),
    ("query updated_after", DAY),
    (
        "query changed_by",
        one_of(&["ai", "person", "program", "taskwire"]),
    ),
    (
        "query search",
        named("search", 200, &["milk", "\"pay rent\" -bank"]),
    ),
    ("query q", SEARCHED),
    (
        "query sort",
        one_of(&[
            "due",
            "smart",
            "created",
            "updated",
            "priority",
            "title",
            "number",
            "completed",
            "relevance",
        ]),
    ),
    ("query order", one_of(&["asc", "desc"])),
    ("query parent", named("parent", 36, &["1", "none"])),
    ("query limit", between(1, 200)),
    ("query days", between(1, 366)),
    ("count_tasks query days", between(1, 62)),
    ("query coming", between(0, 100)),
    ("query cursor", CURSOR),
    ("query after", CURSOR),
    ("query from", DAY),
    ("query zone", ZONE),
    ("query task", TASK),
    ("query include", one_of(&["model"])),
    ("query consumer", CONSUMER),
    ("header If-Match", ETAGS),
    ("header If-None-Match", ETAGS),
    (
        "header Prefer",
        Value {
            examples: &["strict"],
            ..ANY
        },
    ),
    ("header Idempotency-Key", KEY),
    ("header Last-Event-ID", CURSOR),
    ("path task", TASK),
    ("path turn", pattern("^[A-Za-z0-9._-]{1,100}$", &["turn-1"])),
    ("path conversation", CHOSEN_ID),
    ("path message", CHOSEN_ID),
    ("path approval", CHOSEN_ID),
    ("path consumer", CONSUMER),
];
