use taskwire_domain::Zone;

use super::super::filter::Criteria;
use super::*;

fn read(text: &str) -> Command {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    parse(text, &Context::new(now, Zone::utc()))
}

fn add(line: &str) -> Command {
    Command::Add {
        line: line.into(),
        is_reminder: false,
    }
}

#[test]
fn reads_commands() {
    assert_eq!(read("add buy milk tomorrow"), add("buy milk tomorrow"));
    assert_eq!(read("New: pay rent"), add("pay rent"));
    assert_eq!(
        read("Remind me to call mom at 5pm"),
        add("Remind me to call mom at 5pm")
    );
    assert_eq!(
        read("Remind me about the call at 5pm"),
        Command::Add {
            line: "the call at 5pm".into(),
            is_reminder: true
        }
    );
    for (text, is_yes) in [
        ("y", true),
        ("Yes.", true),
        ("ok", true),
        ("n", false),
        ("No!", false),
        ("yes please", true),
        ("Yes, do it.", true),
        ("sure, go ahead", true),
        ("no thanks", false),
        ("No, don’t do it!", false),
        ("don't", false),
        ("cancel", false),
        ("never mind", false),
    ] {
        assert_eq!(decision(text), Some(is_yes), "{text}");
        assert_eq!(read(text), Command::Decision, "{text}");
    }
    for text in [
        "yes please add milk",
        "yes no",
        "no list",
        "please",
        "thanks",
        "year",
        "",
    ] {
        assert_eq!(decision(text), None, "{text}");
    }
    assert_eq!(
        read("list"),
        Command::List(Filter::Matching(Criteria::default()))
    );
    assert_eq!(read("done 3"), Command::Complete(vec![3]));
    assert_eq!(
        read("complete #3, 5 and 4"),
        Command::Complete(vec![3, 4, 5])
    );
    assert_eq!(read("delete 3-5"), Command::Delete(vec![3, 4, 5]));
    assert_eq!(read("undo"), Command::Undo);
    assert_eq!(read("reopen 7"), Command::Reopen(vec![7]));
    assert_eq!(read("restore task 7"), Command::Restore(vec![7]));
    assert_eq!(read("help"), Command::Help);
}

#[test]
fn reads_when_to_remind() {
    let line = "remind me 1 hour before the dentist tomorrow 3pm";
    assert_eq!(read(line), add(line));
}

#[test]
fn reads_what_happens_to_an_occurrence() {
    let skip = |numbers: &[i64], reason: Option<&str>| Command::Skip {
        numbers: numbers.to_vec(),
        reason: reason.map(Into::into),
    };
    assert_eq!(read("skip 3"), skip(&[3], None));
    assert_eq!(
        read("skip 3 because I am away"),
        skip(&[3], Some("I am away"))
    );
    assert_eq!(read("skip 3, 4: holidays"), skip(&[3, 4], Some("holidays")));
    assert_eq!(read("skip it"), Command::NoNumber("skip"));
    assert_eq!(read("why 3"), Command::Explain(vec![3]));
    assert_eq!(read("Why is #3 due?"), Command::Explain(vec![3]));
    assert_eq!(read("explain 3 and 4"), Command::Explain(vec![3, 4]));
    assert_eq!(read("why not"), Command::NoNumber("why"));
    assert_eq!(read("agenda"), Command::Agenda(String::new()));
    assert_eq!(
        read("agenda next week"),
        Command::Agenda("next week".into())
    );
}

#[test]
fn reads_where_tasks_go() {
    for (text, numbers, due, scope) in [
        ("move 3 to friday", vec![3], "friday", None),
        ("move 3 friday at 9", vec![3], "friday at 9", None),
        ("postpone #3, 4 to the 15th.", vec![3, 4], "the 15th", None),
        (
            "reschedule 3 to next monday all",
            vec![3],
            "next monday",
            Some("all"),
        ),
        (
            "Move 3 TO next monday, the whole series",
            vec![3],
            "next monday",
            Some("all"),
        ),
        (
            "move 3 to 1 dec (this and following)",
            vec![3],
            "1 dec",
            Some("this_and_following"),
        ),
        (
            "move 3 to 9:00 following",
            vec![3],
            "9:00",
            Some("this_and_following"),
        ),
        (
            "move 3 to friday, only this one",
            vec![3],
            "friday",
            Some("this"),
        ),
    ] {
        let due = due.to_owned();
        let expected = Command::Move(Move {
            numbers,
            due,
            scope,
        });
        assert_eq!(read(text), expected, "{text}");
    }
    assert_eq!(read("move 3"), Command::NoDate);
    assert_eq!(read("move 3 to all"), Command::NoDate);
    assert_eq!(read("move the piano to friday"), Command::NoNumber("move"));
}

#[test]
fn does_not_read_more_than_is_there() {
    assert_eq!(read("address the audience"), Command::Unknown);
    assert_eq!(read("add"), Command::NoTitle);
    assert_eq!(read("remind me"), Command::NoTitle);
    assert_eq!(read("done with everything"), Command::NoNumber("done"));
    assert_eq!(read("delete all"), Command::NoNumber("delete"));
    assert_eq!(read("delete 1-999999999"), Command::NoNumber("delete"));
    assert_eq!(
        read("delete 99999999999999999999"),
        Command::NoNumber("delete")
    );
    assert_eq!(read("wie geht's"), Command::Unknown);
    assert_eq!(read("ĀĀĀ"), Command::Unknown);
}

#[test]
fn reads_what_people_say() {
    let list = |rest: &str| {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        Command::List(Filter::read(rest, &Context::new(now, Zone::utc())).unwrap())
    };
    assert_eq!(read("add a task call Bob"), add("call Bob"));
    assert_eq!(read("Create a new task to call Bob"), add("call Bob"));
    assert_eq!(read("add mom’s cake"), add("mom’s cake"));
    assert_eq!(read("mark 1 as done"), Command::Complete(vec![1]));
    assert_eq!(
        read("mark 1 and 2 completed."),
        Command::Complete(vec![1, 2])
    );
    assert_eq!(read("mark 3 as open"), Command::Reopen(vec![3]));
    assert_eq!(read("mark it"), Command::NoNumber("done"));
    assert_eq!(read("check off 2"), Command::Complete(vec![2]));
    assert_eq!(read("cancel 4"), Command::Delete(vec![4]));
    assert_eq!(read("Thanks!"), Command::Thanks);
    assert_eq!(read("undo that"), Command::Undo);
    assert_eq!(read("undo undo"), Command::SeveralUndos);
    assert_eq!(read("undo 3"), Command::Reopen(vec![3]));
    for (text, rest) in [
        ("show today's tasks", "today"),
        ("open tasks", "open"),
        ("what is overdue?", "overdue"),
        ("What’s overdue?", "overdue"),
        ("what's on my plate today?", "today"),
        ("which tasks are high priority?", "high priority"),
        ("what are my tasks for tomorrow?", "tomorrow"),
    ] {
        let (said, expected) = (read(text), list(rest));
        assert_eq!(said, expected, "{text}");
    }
    assert_eq!(read("list 31 nov"), Command::NoDay("31 nov".into()));
    for text in ["what is the meaning of life", "which way is up", "buy milk"] {
        assert_eq!(read(text), Command::Unknown, "{text}");
    }
}

#[test]
fn reads_how_long_a_reminder_is_put_off() {
    for (text, numbers, until) in [
        ("snooze 3", vec![3], "in 1 hour"),
        ("snooze 3 and 4", vec![3, 4], "in 1 hour"),
        ("Snooze 3 for an hour", vec![3], "in an hour"),
        ("snooze 3 10 minutes", vec![3], "in 10 minutes"),
        ("snooze 3 30m", vec![3], "in 30m"),
        ("snooze 3 until tomorrow 9am", vec![3], "tomorrow 9am"),
        ("snooze 3, 4 till monday", vec![3, 4], "monday"),
        ("snooze 3 to 18:00", vec![3], "18:00"),
        ("snooze 3 tomorrow", vec![3], "tomorrow"),
    ] {
        let expected = Command::Snooze {
            numbers,
            until: until.into(),
        };
        assert_eq!(read(text), expected, "{text}");
    }
    assert_eq!(read("snooze the rent"), Command::NoNumber("snooze"));
    assert_eq!(read("snooze"), Command::NoNumber("snooze"));
}
