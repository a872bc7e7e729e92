//! Known complaints about other task lists, one test each, and the ways to leave words alone.

use super::*;

/// Nothing is found in any of these.
fn plain(lines: &[&str]) {
    for text in lines {
        let parsed = add(text);
        assert_eq!(parsed.title, *text);
        assert!(parsed.spans.is_empty(), "{text}: {:?}", parsed.spans);
        assert!(parsed.remarks.is_empty(), "{text}: {:?}", parsed.remarks);
    }
}

/// Nothing is taken of these, and it is said how to write what they may mean.
fn hinted(lines: &[&str]) {
    for text in lines {
        let parsed = add(text);
        assert_eq!(told(&parsed), *text);
        assert_eq!(parsed.remarks.len(), 1, "{text}: {:?}", parsed.remarks);
    }
}

#[test]
fn mark_is_no_march() {
    plain(&[
        "Mark",
        "call Mark",
        "mark the spot",
        "Mark 5 essays",
        "ask Mark at work",
    ]);
}

#[test]
fn paprika_is_no_april() {
    plain(&["paprika", "buy paprika", "paprika 250 g"]);
}

#[test]
fn monitor_is_no_monday() {
    plain(&[
        "monitor",
        "buy a monitor",
        "monitor 9 servers",
        "Monday.com",
    ]);
}

#[test]
fn a_date_that_is_reached_for_stays_text_with_a_remark() {
    hinted(&[
        "up to january 30th",
        "closed until friday",
        "away since 3 jan",
        "from monday to friday",
        "from 3 jan to 7 jan",
        "between monday and friday",
    ]);
}

#[test]
fn words_that_are_also_words_need_company() {
    plain(&[
        "may we go",
        "march on",
        "sun and sea",
        "sat down",
        "a second look",
        "fall leaves",
        "spring water",
        "now and then",
    ]);
    for (text, expected) in [
        ("go on may 5", "go | 2027-05-05"),
        ("go 5 march", "go | 2027-03-05"),
        ("go on sun", "go | 2027-01-10"),
        ("go sat", "go | 2027-01-09"),
        ("go every sun", "go | 2027-01-10 | FREQ=WEEKLY;BYDAY=SU"),
    ] {
        assert_eq!(told(&add(text)), expected, "{text}");
    }
}

#[test]
fn a_bare_month_is_no_date() {
    plain(&["june", "call June", "the june issue"]);
    hinted(&["in june", "plan june", "june 2027", "visit Rome by march"]);
}

#[test]
fn a_bare_number_is_no_time() {
    plain(&["buy 5", "room 9", "9 lives", "top 10"]);
    hinted(&["by 5", "call in 5"]);
}

#[test]
fn a_priority_is_a_word_of_its_own() {
    plain(&["the p1-report", "xp1", "p1x", "p5", "mp3"]);
    assert_eq!(
        add("fix it p1").priority,
        Some(Priority::parse("high").unwrap())
    );
}

#[test]
fn marks_count_at_the_start_of_a_word_only() {
    plain(&[
        "a#b",
        "C#",
        "me@home.example",
        "wow!high",
        "https://x.example/#home",
        "dir/#home/x",
        "`#home`",
    ]);
}

#[test]
fn links_paths_and_code_are_left_alone() {
    plain(&[
        "https://x.example/tomorrow/5pm",
        "/srv/monday/9am",
        "mail tomorrow@x.example",
        "run `every day at 9`",
        "www.friday.example",
    ]);
}

#[test]
fn quotation_marks_protect() {
    plain(&[
        "read \"every monday at 9\"",
        "sing “tomorrow”",
        "say `today`",
    ]);
}

#[test]
fn a_backslash_protects_one_word() {
    assert_eq!(told(&add("sing \\tomorrow")), "sing tomorrow");
    assert_eq!(
        told(&add("sing \\tomorrow friday")),
        "sing tomorrow | 2027-01-08"
    );
    assert_eq!(told(&add("use \\#home \\p1")), "use #home p1");
}

#[test]
fn the_last_date_wins_and_the_others_stay() {
    let parsed = add("move dentist friday tuesday");
    assert_eq!(told(&parsed), "move dentist friday | 2027-01-05");
    let [remark] = parsed.remarks.as_slice() else {
        panic!("{:?}", parsed.remarks);
    };
    assert_eq!(remark.doubt, Doubt::Overruled);
}

#[test]
fn ordinary_words_without_figures_are_no_dates() {
    for text in [
        "write to the landlord about the heating and ask when it gets repaired",
        "sort the photos of the trip and send the best to grandmother",
        "think about what to cook when the others come over",
        "read the contract again before signing it",
        "find out whether the train still runs at night time",
        "ask the neighbours to look after the plants",
        "the report needs another look by someone else",
        "put the bins out and bring them back in",
        "end the subscription before they charge again",
        "start over with the design in mind",
    ] {
        plain(&[text]);
    }
}
