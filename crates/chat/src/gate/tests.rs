use super::*;
use serde_json::json;

fn evaluate(changed_tasks: &mut ChangedTasks, calls: &[(&str, Value)]) -> Vec<Verdict> {
    let tools: Vec<ToolInfo> = calls
        .iter()
        .map(|(name, _)| ToolInfo {
            name: (*name).to_owned(),
            description: String::new(),
            schema: Value::Null,
            is_read_only: matches!(*name, "tasks_find" | "tasks_agenda" | "tags_list"),
            is_destructive: matches!(
                *name,
                "tasks_delete" | "tasks_reschedule" | "drop_everything"
            ),
        })
        .collect();
    let calls: Vec<_> = tools
        .iter()
        .zip(calls)
        .map(|(tool, (_, arguments))| (tool, arguments.as_object().unwrap()))
        .collect();
    changed_tasks.evaluate(&calls)
}

fn asks(calls: &[(&str, Value)]) -> bool {
    evaluate(&mut ChangedTasks::default(), calls)
        .iter()
        .any(|verdict| matches!(verdict, Verdict::Ask(_)))
}

#[test]
fn reading_adding_and_single_changes_run() {
    assert!(!asks(&[("tasks_find", json!({}))]));
    assert!(!asks(&[(
        "tasks_add",
        json!({"tasks": [{"title": "a"}, {"title": "b"}]})
    )]));
    assert!(!asks(&[(
        "tasks_complete",
        json!({"tasks": [{"number": 1}]})
    )]));
    assert!(!asks(&[("tasks_reopen", json!({"numbers": [1]}))]));
    assert!(!asks(&[("tasks_agenda", json!({}))]));
    let skip = json!({"tasks": [{"number": 1, "skip": 3}]});
    assert!(!asks(&[("tasks_reschedule", skip)]));
    let rename = json!({"tag": "a", "action": "rename", "to": "b"});
    assert!(!asks(&[("tags_change", rename)]));
    let series = json!({"tasks": [{"number": 1, "due": "friday", "scope": "all"}]});
    assert!(!asks(&[("tasks_reschedule", series)]));
}

#[test]
fn deleting_and_changing_several_asks() {
    assert!(asks(&[("tasks_delete", json!({"numbers": [1]}))]));
    assert!(asks(&[(
        "tasks_complete",
        json!({"tasks": [{"number": 1}, {"number": 2}]})
    )]));
    assert!(asks(&[("tasks_reopen", json!({"numbers": [1, 2]}))]));
    assert!(asks(&[("tasks_update", json!({"numbers": "1,2"}))]));
    let two = json!({"tasks": [{"number": 1}, {"number": 2}]});
    let skips = json!({"tasks": [{"number": 1, "skip": 1}, {"number": 2, "skip": 1}]});
    assert_eq!(
        evaluate(&mut ChangedTasks::default(), &[("tasks_reschedule", skips)]),
        [Verdict::Ask("Skip 2 tasks: #1, #2.".into())]
    );
    let filtered = json!({"filter": "overdue & #work", "expected_count": 7, "priority": "low"});
    let moved = json!({"tasks": [filtered, {"number": 3, "priority": "low"}]});
    for (tool, arguments, question) in [
        (
            "tasks_update",
            moved,
            "Change task #3, and the 7 tasks that match \"overdue & #work\".",
        ),
        (
            "tasks_complete",
            json!({"tasks": [{"filter": "today"}]}),
            "Complete all tasks that match \"today\".",
        ),
        (
            "tasks_delete",
            json!({"filter": "today", "expected_count": 1}),
            "Delete the 1 task that matches \"today\".",
        ),
        (
            "tasks_reopen",
            json!({"filter": "today", "numbers": [1]}),
            "Reopen task #1, and all tasks that match \"today\".",
        ),
    ] {
        assert_eq!(
            evaluate(&mut ChangedTasks::default(), &[(tool, arguments)]),
            [Verdict::Ask(question.into())]
        );
    }
    assert!(asks(&[("changes_undo", json!({"changes": ["last"]}))]));
    for (arguments, question) in [
        (
            json!({"tag": "a", "action": "merge", "to": "b"}),
            "Merge the tag a into b.",
        ),
        (json!({"tag": "a", "action": "delete"}), "Delete the tag a."),
        (json!({"tag": "a"}), "Run tags_change."),
    ] {
        assert_eq!(
            evaluate(&mut ChangedTasks::default(), &[("tags_change", arguments)]),
            [Verdict::Ask(question.into())]
        );
    }
    assert_eq!(
        evaluate(&mut ChangedTasks::default(), &[("tasks_reschedule", two)]),
        [Verdict::Ask("Move 2 tasks: #1, #2.".into())]
    );
    assert!(asks(&[("drop_everything", json!({}))]));
    assert!(!asks(&[("note_something", json!({}))]));
}

#[test]
fn a_dry_run_of_a_known_tool_runs() {
    let of = |is_dry: Value| json!({"numbers": [1, 2], "dry_run": is_dry});
    assert!(!asks(&[("tasks_delete", of(json!(true)))]));
    assert!(asks(&[("tasks_delete", of(json!(false)))]));
    assert!(asks(&[("tasks_delete", of(json!("true")))]));
    assert!(asks(&[("drop_everything", of(json!(true)))]));
}

#[test]
fn several_single_changes_are_one_bulk_change() {
    let one = |n: i64| ("tasks_complete", json!({"tasks": [{"number": n}]}));
    assert!(asks(&[one(1), one(2)]));
    assert!(!asks(&[one(1), one(1)]));
    let mut turn = ChangedTasks::default();
    assert_eq!(evaluate(&mut turn, &[one(1)]), [Verdict::Write]);
    assert_eq!(evaluate(&mut turn, &[one(1)]), [Verdict::Write]);
    assert!(matches!(evaluate(&mut turn, &[one(2)])[0], Verdict::Ask(_)));
}

#[test]
fn the_question_names_the_tasks() {
    let verdicts = evaluate(
        &mut ChangedTasks::default(),
        &[("tasks_delete", json!({"numbers": [3, 1, 2]}))],
    );
    assert_eq!(
        verdicts,
        [Verdict::Ask("Delete 3 tasks: #1, #2, #3.".into())]
    );
}
