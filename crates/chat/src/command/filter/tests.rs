//! The tasks that a list command means.

use taskwire_domain::Zone;

use super::*;

fn read(rest: &str) -> Filter {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    Filter::read(rest, &Context::new(now, Zone::utc()))
        .unwrap_or_else(|part| panic!("{rest}: {part}"))
}

fn unclear(rest: &str) -> Option<String> {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    Filter::read(rest, &Context::new(now, Zone::utc())).err()
}

fn arguments(rest: &str) -> Value {
    let (tool, mut arguments) = read(rest).call();
    assert_eq!(tool, "tasks_find", "{rest}");
    arguments.as_object_mut().unwrap().remove("limit");
    arguments
}

#[test]
fn reads_which_tasks() {
    for (rest, expected) in [
        ("", json!({})),
        ("all my tasks", json!({})),
        ("open tasks", json!({})),
        ("overdue", json!({"due_before": "2026-11-20T12:00:00Z"})),
        ("skipped", json!({"status": "skipped"})),
        ("the trash", json!({"status": "deleted"})),
        ("#Work", json!({"tag": "work"})),
        ("tasks tagged health", json!({"tag": "health"})),
        (
            "tasks with the tag health and work",
            json!({"tag": "health,work"}),
        ),
        ("high priority", json!({"priority": "high"})),
        ("tasks with high priority", json!({"priority": "high"})),
        ("priority low tasks", json!({"priority": "low"})),
        ("p1", json!({"priority": "high"})),
        ("urgent", json!({"priority": "high"})),
        ("high", json!({"priority": "high"})),
        ("high tasks", json!({"priority": "high"})),
        (
            "\"tasks without a title\"",
            json!({"query": "tasks without a title"}),
        ),
        (
            "p1 “milk or bread”",
            json!({"priority": "high", "query": "milk or bread"}),
        ),
        ("milk and bread", json!({"query": "milk and bread"})),
        ("everything undone", json!({})),
        (
            "tomorrow or today #home",
            json!({"tag": "home", "due_after": "today", "due_before": "in 2 days"}),
        ),
        ("before monday", json!({"due_before": "2026-11-23"})),
        (
            "tasks due before tomorrow",
            json!({"due_before": "2026-11-21"}),
        ),
        (
            "#work after 3 dec p1",
            json!({"tag": "work", "priority": "high", "due_after": "2026-12-04"}),
        ),
        ("until monday", json!({"due_before": "2026-11-24"})),
        (
            "p2 #home today",
            json!({"priority": "medium", "tag": "home", "due_after": "today", "due_before": "tomorrow"}),
        ),
        (
            "high priority friday",
            json!({"priority": "high", "due_after": "2026-11-20", "due_before": "2026-11-21"}),
        ),
        (
            "completed tasks about rent",
            json!({"status": "completed", "query": "rent"}),
        ),
        ("the rent task", json!({"query": "rent"})),
        (
            "dentist appointment",
            json!({"query": "dentist appointment"}),
        ),
        ("pay the rent", json!({"query": "pay the rent"})),
        ("Friday report", json!({"query": "Friday report"})),
        ("high street shop", json!({"query": "high street shop"})),
    ] {
        assert_eq!(arguments(rest), expected, "{rest}");
    }
}

#[test]
fn completed_tasks_are_listed_by_completion_time() {
    for (rest, expected) in [
        (
            "completed today",
            json!({"status": "completed", "completed_after": "today", "completed_before": "tomorrow"}),
        ),
        (
            "done this week",
            json!({"status": "completed", "completed_after": "2026-11-16", "completed_before": "next week"}),
        ),
        (
            "done this month",
            json!({"status": "completed", "completed_after": "2026-11-01", "completed_before": "2026-12-01"}),
        ),
        (
            "completed yesterday",
            json!({"status": "completed", "completed_after": "2026-11-19", "completed_before": "2026-11-20"}),
        ),
        (
            "completed monday",
            json!({"status": "completed", "completed_after": "2026-11-16", "completed_before": "2026-11-17"}),
        ),
        (
            "tasks completed last week",
            json!({"status": "completed", "completed_after": "2026-11-09", "completed_before": "2026-11-16"}),
        ),
        (
            "completed since monday",
            json!({"status": "completed", "completed_after": "2026-11-16"}),
        ),
    ] {
        assert_eq!(arguments(rest), expected, "{rest}");
    }
}

#[test]
fn reads_numbers_and_days() {
    assert_eq!(read("2"), Filter::Numbers(vec![2]));
    assert_eq!(read("task #2 and 3"), Filter::Numbers(vec![2, 3]));
    for (rest, text, count) in [
        ("today?", "today", 1),
        ("today's tasks", "today", 1),
        ("my tasks for tomorrow", "tomorrow", 1),
        ("week", "today", 7),
        ("my tasks for this week", "today", 3),
        ("today and tomorrow", "today", 2),
        ("this month", "today", 11),
        ("november", "2026-11-20", 11),
        ("december", "2026-12-01", 31),
        ("in january", "2027-01-01", 31),
        ("friday", "friday", 1),
        ("next week", "next week", 7),
        ("in 3 days", "in 3 days", 1),
        ("due on 3 Dec", "on 3 dec", 1),
        ("next month", "next month", 31),
        ("yesterday", "yesterday", 1),
        ("last week", "last week", 7),
        ("saturday and sunday", "saturday", 2),
        ("everything due on 31 dec 2026", "on 31 dec 2026", 1),
    ] {
        assert_eq!(read(rest), Filter::Days(text.into(), count), "{rest}");
    }
}

#[test]
fn says_what_was_looked_for() {
    assert_eq!(
        read("high priority #work").no_match_text(),
        "There is no open task with priority high tagged #work."
    );
    assert_eq!(
        read("completed today").no_match_text(),
        "There is no completed task today."
    );
    assert_eq!(
        read("call mum").no_match_text(),
        "There is no open task containing \"call mum\". To create one, type: add call mum"
    );
}

#[test]
fn never_looks_for_what_it_did_not_understand() {
    for (rest, part) in [
        ("p1 or p2", "or p2"),
        ("p2 and p1", "and p1"),
        ("high or medium priority", "or"),
        ("high and medium priority", "high"),
        ("high and low", "high"),
        ("overdue or today", "or today"),
        ("today and friday", "friday"),
        ("monday and friday", "monday and friday"),
        ("rent and friday", "rent and friday"),
        ("not done", "not"),
        ("not overdue", "not"),
        ("done and skipped", "and skipped"),
        ("except #work", "except"),
        ("all but #work", "but"),
        ("!finance", "!finance"),
        ("-#work", "-#work"),
        ("no date", "no"),
        ("tasks without a title", "without"),
        ("that aren't done", "aren't"),
        ("#work or #home", "or"),
        ("between monday and friday", "between"),
        ("from monday to friday", "from monday to friday"),
        ("before the party", "before"),
        ("before 5pm", "before"),
        ("by priority", "by"),
        ("3 or 4", "or"),
        ("milk \"or bread\"", "milk"),
        ("p5", "p5"),
        ("p0 #work", "p0"),
        ("priority 7", "priority 7"),
        ("31 nov", "31 nov"),
        ("feb 30", "feb 30"),
    ] {
        assert_eq!(unclear(rest).as_deref(), Some(part), "{rest}");
    }
}
