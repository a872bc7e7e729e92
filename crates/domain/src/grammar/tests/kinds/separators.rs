//! Marks without spaces between the parts of a date.

use super::*;

#[test]
fn a_day_stays_beside_a_time_at_any_mark() {
    let mut wrong = Vec::new();
    let days = [
        ("friday", "2027-01-08"),
        ("Fri", "2027-01-08"),
        ("tomorrow", "2027-01-07"),
        ("20 march", "2027-03-20"),
        ("march 20", "2027-03-20"),
        ("20/3", "2027-03-20"),
    ];
    for (day, date) in days {
        for time in ["5pm", "17:00"] {
            let apart = [
                "{}, {}",
                "{}; {}",
                "{}: {}",
                "{} - {}",
                "{} – {}",
                "{} ({})",
            ];
            let tight = ["{},{}", "{};{}", "{}({})"];
            // Between figures a dash, a point or a colon may be a part of them.
            let worded = ["{}-{}", "{}.{}", "{}:{}"];
            let is_worded = day.ends_with(char::is_alphabetic);
            let forms = apart.iter().chain(&tight);
            for form in forms.chain(worded.iter().filter(|_| is_worded)) {
                let phrase = form.replacen("{}", day, 1).replacen("{}", time, 1);
                let parsed = quick_add(&format!("call {phrase}"), &wednesday());
                if told(&parsed) != format!("call | {date}T17:00") {
                    wrong.push(format!(
                        "{phrase:?}: {:?} {:?}",
                        told(&parsed),
                        parsed.warnings()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_time_stays_beside_a_day_at_any_mark() {
    for line in [
        "call 5pm,friday",
        "call 5pm;friday",
        "call 5pm(friday)",
        "call 17:00,friday",
        "call (friday)5pm",
        "call fri3pm",
        "call friday,at 5pm",
    ] {
        let parsed = quick_add(line, &wednesday());
        let hour = if line.contains('3') { "15" } else { "17" };
        assert_eq!(
            told(&parsed),
            format!("call | 2027-01-08T{hour}:00"),
            "{line}"
        );
    }
}

#[test]
fn a_mark_inside_a_word_or_number_parts_nothing() {
    for line in [
        "buy 2,5 kg",
        "today(ish)",
        "read tomorrow.txt",
        "ask monday.com",
        "see v2.10",
        "task(s)",
        "at 2,5 bar",
    ] {
        assert_eq!(told(&quick_add(line, &wednesday())), line);
    }
    check(&[(
        "buy 2,5 kg of rice friday",
        "buy 2,5 kg of rice | 2027-01-08",
    )]);
}

#[test]
fn a_day_in_figures_stays_beside_a_time() {
    check(&[("read 3/4 of the book", "read 3/4 of the book")]);
    check_remarks(&[
        ("pay 1/3 5pm", "pay | 2027-03-01T17:00", "not 3 January"),
        ("pay 3/4 at 2pm", "pay | 2027-04-03T14:00", "not 4 March"),
        ("pay 1/2, 17:00", "pay | 2027-02-01T17:00", "not 2 January"),
        ("pay 3/4, 2pm", "pay | 2027-04-03T14:00", "not 4 March"),
    ]);
}

#[test]
fn a_mark_such_as_a_tag_parts_no_date() {
    check(&[
        (
            "call tomorrow p1 evening",
            "call | 2027-01-07T19:00 |  | !high",
        ),
        (
            "call friday #home 9-10",
            "call | 2027-01-08T09:00 |  | #home +60",
        ),
        (
            "call tomorrow #a !30m at 17",
            "call | 2027-01-07T17:00 |  | #a -30",
        ),
    ]);
}

#[test]
fn what_is_a_time_only_beside_a_day_is_one_at_any_mark() {
    let mut wrong = Vec::new();
    let times = [
        ("noon", "12:00"),
        ("half past 9", "09:30"),
        ("quarter to 8", "07:45"),
        ("17h", "17:00"),
        ("15h30", "15:30"),
        ("0900", "09:00"),
        ("at 9", "09:00"),
        ("5p", "17:00"),
    ];
    for (day, date) in [
        ("friday", "2027-01-08"),
        ("20 march", "2027-03-20"),
        ("in 3 days", "2027-01-09"),
        ("feb13", "2027-02-13"),
    ] {
        for (time, at) in times {
            for mark in [" ", ", ", ",", "; ", ";", " - "] {
                for line in [
                    format!("call {day}{mark}{time}"),
                    format!("call {time}{mark}{day}"),
                ] {
                    let parsed = quick_add(&line, &wednesday());
                    if told(&parsed) != format!("call | {date}T{at}") {
                        wrong.push(format!("{line:?}: {:?}", told(&parsed)));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    check(&[
        ("call 17:00,20.03.2027", "call | 2027-03-20T17:00"),
        ("call at 9,3 days from now", "call | 2027-01-09T09:00"),
        ("call 14/4,9.30am", "call | 2027-04-14T09:30"),
        (
            "call 20 march 2028;8 in the evening",
            "call | 2028-03-20T20:00",
        ),
        ("tomorrow at 1730 pay rent", "pay rent | 2027-01-07T17:30"),
        (
            "eurostar 12th jan 0801 St Pancras",
            "eurostar St Pancras | 2027-01-12T08:01",
        ),
        (
            "call 17:00:00 day after tomorrow",
            "call | 2027-01-08T17:00",
        ),
        ("call in 3 days, 17h", "call | 2027-01-09T17:00"),
        ("call in 3 days and 2h", "call | 2027-01-09T12:00"),
    ]);
}

#[test]
fn a_list_without_spaces_is_one_phrase() {
    check(&[
        ("submit friday / 5pm", "submit | 2027-01-08T17:00"),
        ("friday/5pm submit", "submit | 2027-01-08T17:00"),
        ("submit 17:00/friday", "submit | 2027-01-08T17:00"),
        (
            "report tomorrow,5pm,p1,#x",
            "report | 2027-01-07T17:00 |  | !high #x",
        ),
        ("report friday,#work", "report | 2027-01-08 |  | #work"),
        (
            "report friday,!30m,5pm",
            "report | 2027-01-08T17:00 |  | -30",
        ),
        ("report #work,friday", "report | 2027-01-08 |  | #work"),
        (
            "report #work,#home friday",
            "report | 2027-01-08 |  | #work #home",
        ),
        ("buy 2,5 kg flour", "buy 2,5 kg flour"),
        ("read src/friday/5pm.txt", "read src/friday/5pm.txt"),
    ]);
}
