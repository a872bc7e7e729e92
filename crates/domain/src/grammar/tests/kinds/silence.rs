//! What is not understood is said, and what a person means by an hour without am or pm.

use super::*;

#[test]
fn an_hour_without_its_half_of_the_day_is_the_likely_one() {
    check_remarks(&[
        (
            "call half past 3",
            "call | 2027-01-06T15:30",
            "write 3:30am for the morning",
        ),
        (
            "call tomorrow at 5",
            "call | 2027-01-07T17:00",
            "write 5am for the morning",
        ),
        (
            "call friday 2-3",
            "call | 2027-01-08T14:00 |  | +60",
            "write 2am for the morning",
        ),
    ]);
    check(&[
        ("call tomorrow at 8", "call | 2027-01-07T08:00"),
        ("call tomorrow 05:00", "call | 2027-01-07T05:00"),
    ]);
}

#[test]
fn a_weekday_that_contradicts_its_date_is_told() {
    check_remarks(&[(
        "pay Jul 18, Fri",
        "pay | 2027-07-18",
        "18 July 2027 is a Sunday",
    )]);
}

#[test]
fn tom_alone_is_tomorrow() {
    assert_eq!(due("tom", &wednesday()).unwrap().to_string(), "2027-01-07");
    assert_eq!(
        due("tom 5pm", &wednesday()).unwrap().to_string(),
        "2027-01-07T17:00"
    );
}

#[test]
fn elapsed_hours_are_counted_across_a_clock_change() {
    // The clock goes from 02:00 to 03:00 in Rome.
    let spring = Context::new("2027-03-28T00:30:00Z".parse().unwrap(), rome());
    assert_eq!(
        told(&quick_add("call in 2 hours", &spring)),
        "call | 2027-03-28T04:30"
    );
    // It goes back from 03:00 to 02:00.
    let autumn = Context::new("2027-10-30T23:30:00Z".parse().unwrap(), rome());
    assert_eq!(
        told(&quick_add("call in 2 hours", &autumn)),
        "call | 2027-10-31T02:30"
    );
}

#[test]
fn a_frequency_that_may_be_an_adjective_is_told() {
    for line in [
        "daily pay rent",
        "mondays pay rent",
        "write weekly report",
        "hourly rate",
        "weekdays are long",
    ] {
        let parsed = quick_add(line, &wednesday());
        assert_eq!(told(&parsed), line);
        let said = parsed.warnings();
        assert!(
            said.iter()
                .any(|said| said.contains("at the end of the line")),
            "{line}: {said:?}"
        );
    }
    check_remarks(&[(
        "daily standup at 17",
        "daily standup | 2027-01-06T17:00",
        "'daily' was left in the title",
    )]);
    // It names something else, or another rule is in the line.
    for line in [
        "prepare the weekly report",
        "my daily",
        "read the daily news",
        "weekly review every friday",
    ] {
        assert_eq!(quick_add(line, &wednesday()).warnings(), [""; 0], "{line}");
    }
}

#[test]
fn a_tag_of_several_words_is_the_longest_of_the_writer() {
    let tags = ["home", "home office", "Home Office Berlin", "R&D lab"]
        .map(|name| crate::TagName::parse(name).unwrap());
    let context = Context {
        tags: tags.into(),
        ..wednesday()
    };
    for (line, expected) in [
        (
            "buy desk #home office friday",
            "buy desk | 2027-01-08 |  | #home office",
        ),
        (
            "buy desk #home office berlin, friday",
            "buy desk | 2027-01-08 |  | #Home Office Berlin",
        ),
        ("buy desk @HOME OFFICE.", "buy desk. |  |  | #home office"),
        ("buy desk #home offices", "buy desk offices |  |  | #home"),
        ("buy desk #home", "buy desk |  |  | #home"),
        ("order lasers #r&d lab", "order lasers |  |  | #R&D lab"),
        (
            "buy desk #home \"office\"",
            "buy desk \"office\" |  |  | #home",
        ),
    ] {
        assert_eq!(told(&quick_add(line, &context)), expected);
    }
}

#[test]
fn a_tag_that_stays_in_the_title_is_told() {
    let long = format!("buy desk #{}", "a".repeat(crate::text::TAG_MAX + 1));
    let parsed = quick_add(&long, &wednesday());
    assert_eq!(parsed.title, long);
    assert!(
        parsed.warnings()[0].contains("was not read as a tag"),
        "{:?}",
        parsed.warnings()
    );
}

#[test]
fn words_of_dates_in_other_languages_are_told() {
    for line in [
        "Zahnarzt am Freitag um 15:00",
        "jeden Montag Müll rausbringen",
        "nächste Woche anrufen",
        "каждую пятницу спортзал",
        "позвонить через 3 дня",
        "встреча 5 мая",
        "会議 3月5日",
        "買い物 午後3時",
        "毎週 ゴミ",
        "周五 开会",
        "회의 3월 5일",
        "comprar pan el próximo martes",
        "köp mjölk imorgon",
        "yarın süt al",
        "לקנות חלב מחר",
    ] {
        let parsed = quick_add(line, &wednesday());
        let said = parsed.warnings();
        assert!(
            said.iter()
                .any(|said| said.starts_with("dates are read in English")),
            "{line}: {} {said:?}",
            told(&parsed)
        );
    }
}

#[test]
fn a_reminder_that_says_when_the_task_is_due_is_one_part_of_the_line() {
    let line = "remind me @ 1h 2nd, milk + paris #home";
    let parsed = quick_add(line, &wednesday());
    let mut ends = 0;
    for span in &parsed.spans {
        assert!(span.start >= ends, "{:?}", parsed.spans);
        ends = span.end;
    }
}
