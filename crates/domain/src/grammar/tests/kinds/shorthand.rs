//! Shorthand that people type: letters for weekdays, dates in bare figures, two times, words behind a rule.

use super::*;

#[test]
fn letters_for_weekdays_are_told() {
    check_remarks(&[
        (
            "gym m w f 6am",
            "gym m w f | 2027-01-07T06:00",
            "'m w f' was left",
        ),
        (
            "gym tu th 6am",
            "gym tu th | 2027-01-07T06:00",
            "'tu th' was left",
        ),
        (
            "gym m-f 6am",
            "gym m-f | 2027-01-07T06:00",
            "'m-f' was left in the title; write for example every mon to fri",
        ),
        (
            "gym MWF 6am",
            "gym MWF | 2027-01-07T06:00",
            "'MWF' was left in the title; write for example every mon, wed and fri",
        ),
        ("gym MWF", "gym MWF", "'MWF' was left"),
        (
            "class TTh 5pm",
            "class TTh | 2027-01-06T17:00",
            "'TTh' was left",
        ),
        (
            "class MW 5pm",
            "class MW | 2027-01-06T17:00",
            "'MW' was left",
        ),
        (
            "gym m/w/f 6am",
            "gym m/w/f | 2027-01-07T06:00",
            "'m/w/f' was left",
        ),
        (
            "yoga T/Th 5pm",
            "yoga T/Th | 2027-01-06T17:00",
            "'T/Th' was left",
        ),
    ]);
    for line in [
        "fix a/c",
        "buy MW radio",
        "repair TV",
        "send W/F report",
        "order 5 MW turbine",
    ] {
        assert_eq!(quick_add(line, &wednesday()).warnings(), [""; 0], "{line}");
    }
}

#[test]
fn dates_in_bare_figures_are_told() {
    for (line, figures) in [
        ("pay bill 31-12", "31-12"),
        ("library books due 12-08", "12-08"),
        ("insurance expires 3-2-27", "3-2-27"),
        ("file it 31.12.27", "31.12.27"),
        ("file it 20271231", "20271231"),
        ("file it 20271231 5pm", "20271231"),
    ] {
        let parsed = quick_add(line, &wednesday());
        let said = format!("'{figures}' was left in the title; write it like 31 dec or 2027-12-31");
        assert!(parsed.title.ends_with(figures), "{line}: {}", told(&parsed));
        assert!(
            parsed.warnings().iter().any(|text| text.starts_with(&said)),
            "{line}: {:?}",
            parsed.warnings()
        );
    }
    for line in [
        "read pages 12-25",
        "order 20129999",
        "won 3-1",
        "update to 3.2.27 of the kernel",
        "call 5551234",
        "flat 14-3b",
    ] {
        assert_eq!(quick_add(line, &wednesday()).warnings(), [""; 0], "{line}");
    }
}

#[test]
fn two_times_of_which_one_is_taken_or_none_are_told() {
    check_remarks(&[
        (
            "call 5/6pm",
            "call 5/6pm",
            "'5/6pm' was left in the title; write one time, or both as 5-6pm",
        ),
        (
            "call tomorrow 5/6pm",
            "call 5/6pm | 2027-01-07",
            "'5/6pm' was left",
        ),
        (
            "call tomorrow 5 or 6pm",
            "call 5 or | 2027-01-07T18:00",
            "'5 or' was left in the title; write one time",
        ),
        (
            "call tomorrow 5pm or later",
            "call or later | 2027-01-07T17:00",
            "'or later' was left",
        ),
    ]);
}

#[test]
fn a_rough_time_of_a_day_is_told() {
    check_remarks(&[
        (
            "meet tomorrow late morning",
            "meet late morning | 2027-01-07",
            "'late morning' was left in the title; write a time, such as at 11",
        ),
        (
            "meet early tomorrow",
            "meet early | 2027-01-07",
            "'early' was left",
        ),
        (
            "ring school at lunch",
            "ring school at lunch",
            "'at lunch' was left in the title; write a day beside it, or at 12:00",
        ),
        (
            "ring school at lunchtime",
            "ring school at lunchtime",
            "'at lunchtime' was left",
        ),
    ]);
    check(&[
        ("meet tomorrow aft", "meet | 2027-01-07T12:00"),
        ("meet mid day friday", "meet | 2027-01-08T12:00"),
        ("meet 12 noon friday", "meet | 2027-01-08T12:00"),
        ("meet friday at 12 noon", "meet | 2027-01-08T12:00"),
        ("meet at 12 midday", "meet | 2027-01-06T12:00"),
    ]);
}

#[test]
fn ordinals_of_two_words_are_days() {
    check(&[
        ("pay rent thirty first of december", "pay rent | 2027-12-31"),
        ("pay rent on the twenty-first", "pay rent | 2027-01-21"),
        ("pay rent december twenty first", "pay rent | 2027-12-21"),
        (
            "pay rent february twenty-eighth at 9",
            "pay rent | 2027-02-28T09:00",
        ),
        ("pay rent on the fifteenth", "pay rent | 2027-01-15"),
    ]);
}

#[test]
fn a_rule_leaves_out_the_days_behind_no() {
    check(&[
        (
            "gym every weekday no thurs",
            "gym | 2027-01-06 | RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\nX-TASKWIRE-EXCLUDE:TH",
        ),
        (
            "gym every day but no fridays",
            "gym | 2027-01-06 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:FR",
        ),
        (
            "gym every day no weekends",
            "gym | 2027-01-06 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:SA,SU",
        ),
    ]);
    check_remarks(&[(
        "gym no thurs",
        "gym no thurs",
        "'no thurs' was left in the title; only a rule has exceptions",
    )]);
}

#[test]
fn words_about_what_a_rule_counts_from_are_told() {
    check_remarks(&[
        (
            "water plants every 3 days strictly",
            "water plants strictly | 2027-01-06 | FREQ=DAILY;INTERVAL=3",
            "'strictly' was left in the title; every counts from the schedule, every! from the completion",
        ),
        (
            "water plants every 3 days from schedule",
            "water plants from schedule | 2027-01-06 | FREQ=DAILY;INTERVAL=3",
            "'from schedule' was left",
        ),
        (
            "standup daily!",
            "standup! | 2027-01-06 | FREQ=DAILY",
            "'!' was left in the title; write for example every! day if it counts from the completion",
        ),
    ]);
}

#[test]
fn a_rule_that_does_not_say_which_day_is_told_how() {
    check_remarks(&[
        (
            "dentist every 3 months on friday",
            "dentist every 3 months on friday",
            "write which one, such as on the first friday",
        ),
        (
            "pills three times daily",
            "pills three times daily",
            "names no times of day; write for example 'every day at 8, 14 and 20'",
        ),
        (
            "pills 3 times a day",
            "pills 3 times a day",
            "names no times of day",
        ),
        ("swim twice a week", "swim twice a week", "names no days"),
    ]);
}

#[test]
fn marks_join_a_day_and_a_time() {
    check(&[
        ("call bob friday/5pm", "call bob | 2027-01-08T17:00"),
        ("call bob 5pm/friday", "call bob | 2027-01-08T17:00"),
        ("report end of q2,5pm", "report | 2027-06-30T17:00"),
        ("call 5pm,@friday", "call | 2027-01-08T17:00"),
        (
            "call fri 3pm 1 1/2 hours",
            "call | 2027-01-08T15:00 |  | +90",
        ),
        ("call hmrc nxt wk", "call hmrc | 2027-01-11"),
    ]);
}

#[test]
fn words_that_make_a_date_vague_are_told() {
    check_remarks(&[
        (
            "follow up in a week or so",
            "follow up or so | 2027-01-13",
            "'or so' was left",
        ),
        (
            "book friday off",
            "book off | 2027-01-08",
            "'off' was left in the title; put the day in quotation marks",
        ),
        ("book 14 dec off", "book off | 2027-12-14", "'off' was left"),
    ]);
    assert_eq!(
        quick_add("turn the heating off friday", &wednesday()).warnings(),
        [""; 0]
    );
}

#[test]
fn a_weekday_that_begins_a_line_is_told() {
    check_remarks(&[
        (
            "mon call bank",
            "mon call bank",
            "'mon' was left in the title; write monday or 'mon:' if it is the day",
        ),
        (
            "chase builder wk on mon",
            "chase builder wk | 2027-01-11",
            "'wk' was left in the title; write a week on monday if it is the week after",
        ),
        (
            "mow lawn every week apr-oct",
            "mow lawn apr-oct | 2027-01-06 | FREQ=WEEKLY",
            "'apr-oct' was left",
        ),
    ]);
}

#[test]
fn vague_words_beside_a_day_are_told() {
    for (line, words) in [
        ("ring plumber first thing tomorrow", "first thing"),
        ("ring plumber first thing", "first thing"),
        ("send invoice last thing friday", "last thing"),
        ("sometime next week call bob", "sometime"),
        ("early next week call bob", "early"),
        ("call bob tomorrow from 10 for 1h", "from 10"),
        ("email legal by lunch", "by lunch"),
        ("feed cat 2x a day", "2x a day"),
        ("rent 1st of month £950", "1st of month"),
        ("call bob 3.1.", "3.1."),
        ("report due fortnight on friday", "fortnight"),
        ("report due end of the week after next", "after next"),
        ("report between xmas and new year", "between"),
        ("report due 15 jan-ish", "jan-ish"),
        ("lunch sunday 1-ish", "1-ish"),
        ("call sydney 9am their time", "their time"),
        ("call bob 20270203T1500", "20270203T1500"),
        (
            "check in for flight 24h before 14 jan 06:45",
            "before 14 jan 06:45",
        ),
    ] {
        let said = format!("'{words}' was left in the title");
        let parsed = quick_add(line, &wednesday());
        assert!(
            parsed.warnings().iter().any(|text| text.starts_with(&said)),
            "{line}: {} {:?}",
            told(&parsed),
            parsed.warnings()
        );
    }
    check_remarks(&[(
        "call bob 10 to 11 tomorrow",
        "call bob | 2027-01-07T10:50",
        "read as the time 10:50; quote it if it is something else",
    )]);
    check(&[
        (
            "put recycling out alt weds",
            "put recycling out | 2027-01-06 | FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
        ),
        ("report due no later than friday", "report | 2027-01-08"),
        ("lunch sunday at 1 o clock pm", "lunch | 2027-01-10T13:00"),
        ("lunch sunday one pm", "lunch | 2027-01-10T13:00"),
        ("lunch sunday one o'clock", "lunch | 2027-01-10T13:00"),
        ("lunch sunday half one", "lunch | 2027-01-10T13:30"),
        (
            "call bob ten to eleven tomorrow",
            "call bob | 2027-01-07T10:50",
        ),
        (
            "1:1 with tom fridays 3pm",
            "1:1 with tom | 2027-01-08T15:00 | FREQ=WEEKLY;BYDAY=FR",
        ),
    ]);
}
