use super::*;
use serde_json::json;

fn described(tool: &str, value: Value) -> String {
    let zone = Zone::parse("Europe/Rome").unwrap();
    describe(tool, &Map::new(), &ToolOutcome::success(value), &zone)
}

#[test]
fn says_number_title_and_resolved_date() {
    let task = json!({"number": 12, "title": "Buy milk", "due": "2026-12-01T17:00[Europe/Rome]",
        "due_weekday": "Tuesday", "priority": "high", "tags": ["shopping"], "recurrence": {"text": "every week"}});
    let value = json!({"results": [{"index": 0, "task": task}], "failures": []});
    let expected = "Added #12 Buy milk, due Tuesday 2026-12-01 17:00, high, #shopping, every week.";
    assert_eq!(described("tasks_add", value), expected);
}

#[test]
fn says_what_follows_and_what_was_not_understood() {
    let task = json!({"number": 3, "title": "Pay rent evry tues", "due": "2026-12-31", "due_weekday": "Thursday",
        "recurrence": {"text": "every last workday", "next": ["2027-01-29", "2027-02-26"]}});
    let warnings = json!(["\"evry tues\" looks like a rule but is none."]);
    let value =
        json!({"results": [{"index": 0, "task": task, "warnings": warnings}], "failures": []});
    assert_eq!(
        described("tasks_add", value),
        "Added #3 Pay rent evry tues, due Thursday 2026-12-31, every last workday. Next: 2027-01-29, 2027-02-26.\n\
         \"evry tues\" looks like a rule but is none."
    );
}

#[test]
fn says_why() {
    let task = json!({"number": 3, "title": "Water", "due": "2026-11-30", "due_weekday": "Monday",
        "why": ["It repeats every Monday."]});
    let value = json!({"tasks": [task], "not_found": [9]});
    assert_eq!(
        described("tasks_find", value),
        "#3 Water, due Monday 2026-11-30\n  It repeats every Monday.\nThere is no task 9."
    );
}

#[test]
fn describes_the_days() {
    let late =
        json!({"number": 1, "title": "Late", "due": "2026-11-19", "due_weekday": "Thursday"});
    let task =
        json!({"number": 2, "title": "Call", "due": "2026-11-20T09:00", "due_weekday": "Friday"});
    let again = json!({"number": 3, "title": "Stretch", "due": "2026-11-20T07:00"});
    let value = json!({"overdue": [late], "truncated": true,
        "days": [{"date": "2026-11-20", "weekday": "Friday", "tasks": [task], "upcoming": [again]}]});
    assert_eq!(
        described("tasks_agenda", value),
        "Overdue:\n#1 Late, due Thursday 2026-11-19\nFriday 2026-11-20:\n#2 Call, due Friday 2026-11-20 09:00\n\
         #3 Stretch, again 2026-11-20 07:00\nThe list is truncated."
    );
    assert_eq!(
        described("tasks_agenda", json!({"overdue": [], "days": []})),
        "Nothing is due."
    );
}

#[test]
fn says_what_failed() {
    let value = json!({"results": [], "failures": [{"index": 0, "code": "not_found", "message": "No task 9.", "hint": "List them."}]});
    assert_eq!(described("tasks_complete", value), "No task 9. List them.");
    let value = json!({"results": [], "failures": [{"index": 0, "code": "not_found", "message": "There is no task 9.",
        "hint": "tasks_find lists the existing numbers."}]});
    assert_eq!(
        described("tasks_complete", value),
        "There is no task 9. To see the numbers: list."
    );
    assert_eq!(
        described("tasks_find", json!({"tasks": []})),
        "No matching tasks."
    );
}

#[test]
fn names_a_foreign_zone() {
    let zone = Zone::utc();
    assert_eq!(
        civil("2026-12-01T17:00[Europe/Rome]", &zone),
        "2026-12-01 17:00 (Europe/Rome)"
    );
    assert_eq!(civil("2026-12-01", &zone), "2026-12-01");
}

#[test]
fn says_when_the_reminders_are() {
    for (at, said) in [
        ("2026-11-30T20:00", "2026-11-30 20:00"),
        ("2026-11-30T20:00[Europe/Rome]", "2026-11-30 20:00"),
        ("2026-11-30T19:00:00Z", "2026-11-30 20:00"),
        (
            "2026-12-01T09:00[Asia/Tokyo]",
            "2026-12-01 09:00 (Asia/Tokyo)",
        ),
    ] {
        let task = json!({"number": 1, "title": "Train", "reminders": [{"at": at}]});
        let value = json!({"tasks": [task]});
        assert_eq!(
            described("tasks_find", value),
            format!("#1 Train, reminder at {said}")
        );
    }
}
