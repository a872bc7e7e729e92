//! A time beside something like a day that was not read does not silently mean today.

use super::*;

#[test]
fn a_misspelt_day_is_read_with_a_remark() {
    for (word, name, date) in [
        ("wensday", "wednesday", "2027-01-06"),
        ("wendsday", "wednesday", "2027-01-06"),
        ("Wednsday", "wednesday", "2027-01-06"),
        ("thrusday", "thursday", "2027-01-07"),
        ("thurday", "thursday", "2027-01-07"),
        ("firday", "friday", "2027-01-08"),
        ("teusday", "tuesday", "2027-01-12"),
        ("saterday", "saturday", "2027-01-09"),
        ("tomorrrow", "tomorrow", "2027-01-07"),
        ("tommorrow", "tomorrow", "2027-01-07"),
    ] {
        for line in [
            format!("meeting {word} 3pm"),
            format!("meeting 3pm {word}"),
            format!("meeting on {word}, 3pm"),
            format!("{word},3pm meeting"),
        ] {
            let parsed = quick_add(&line, &wednesday());
            assert_eq!(told(&parsed), format!("meeting | {date}T15:00"), "{line}");
            let known = lexicon::ENGLISH.senses(&word.to_lowercase()).is_empty();
            let said = parsed.warnings().iter().any(|said| said.contains(name));
            assert_eq!(said, known, "{line}: {:?}", parsed.warnings());
        }
    }
    check_remarks(&[
        ("gym 5 Febuary 3pm", "gym | 2027-02-05T15:00", "february"),
        (
            "gym every firday 8pm",
            "gym | 2027-01-08T20:00 | FREQ=WEEKLY;BYDAY=FR",
            "friday",
        ),
    ]);
    let said = whole_due("wensday 3pm", &wednesday()).unwrap();
    assert_eq!(said.due.to_string(), "2027-01-06T15:00");
    assert_eq!(said.doubts, ["'wensday' was read as wednesday"]);
}

#[test]
fn other_words_are_not_misspelt_days() {
    for line in [
        "buy sundae cups",
        "sort sundry items",
        "meet Frida",
        "saturate the sponge",
        "ask everybody",
        "stop the deceiver",
        "read Tuesdays with Morrie",
    ] {
        assert_eq!(told(&quick_add(line, &wednesday())), line);
    }
}

#[test]
fn short_forms_of_tomorrow_and_today_are_read() {
    for word in ["tomoz", "tmw", "2moro", "2mrw", "2morrow"] {
        check(&[(
            format!("call {word} 5pm").as_str(),
            "call | 2027-01-07T17:00",
        )]);
    }
    check(&[
        ("call tdy 5pm", "call | 2027-01-06T17:00"),
        ("call 2nite", "call | 2027-01-06T22:00"),
    ]);
}

#[test]
fn a_day_in_a_name_is_the_day_of_a_lone_time() {
    check_remarks(&[
        (
            "saturday football 10am",
            "football | 2027-01-09T10:00",
            "read as the date",
        ),
        (
            "sat football 10am",
            "football | 2027-01-09T10:00",
            "read as the date",
        ),
        (
            "wed meeting 3pm",
            "meeting | 2027-01-06T15:00",
            "read as the date",
        ),
        (
            "boxing day football 3pm",
            "football | 2027-12-26T15:00",
            "read as the date",
        ),
        (
            "christmas eve drinks 6pm",
            "drinks | 2027-12-24T18:00",
            "read as the date",
        ),
    ]);
    check(&[
        (
            "call mum 3pm boxing day walk",
            "call mum walk | 2027-12-26T15:00",
        ),
        ("order sunday roast", "order sunday roast"),
        ("boxing day walk", "boxing day walk"),
        (
            "christmas party friday 8pm",
            "christmas party | 2027-01-08T20:00",
        ),
    ]);
}

#[test]
fn what_is_like_a_day_is_pointed_out_beside_a_lone_time() {
    check_remarks(&[
        (
            "order the Sunday Times 9pm",
            "order the Sunday Times | 2027-01-06T21:00",
            "'Sunday' was left",
        ),
        (
            "christmas shopping 5pm",
            "christmas shopping | 2027-01-06T17:00",
            "'christmas' was left",
        ),
        (
            "pay 32 march 5pm",
            "pay 32 march | 2027-01-06T17:00",
            "'march' was left",
        ),
        (
            "pay april 5pm",
            "pay april | 2027-01-06T17:00",
            "'april' was left",
        ),
        (
            "pay week 12 5pm",
            "pay week 12 | 2027-01-06T17:00",
            "'week 12' was left",
        ),
        (
            "pay this month 5pm",
            "pay this month | 2027-01-06T17:00",
            "'this month' was left",
        ),
        (
            "clean weekend 5pm",
            "clean weekend | 2027-01-06T17:00",
            "'weekend' was left",
        ),
        (
            "party on my birthday 5pm",
            "party on my birthday | 2027-01-06T17:00",
            "its date is not known",
        ),
        (
            "the 14th club dinner 5pm",
            "the 14th club dinner | 2027-01-06T17:00",
            "'14th' was left",
        ),
        ("gym the monday 5pm", "gym the monday 5pm", "'5pm' was left"),
        ("enjoy the sun 5pm", "enjoy the sun 5pm", "'5pm' was left"),
    ]);
    // What only sounds like a day is left alone.
    for line in ["meet April 5pm", "walk 15th floor 5pm", "watch day one 5pm"] {
        let parsed = quick_add(line, &wednesday());
        assert!(parsed.remarks.is_empty(), "{line}: {:?}", parsed.remarks);
    }
}

#[test]
fn a_word_of_another_language_is_named() {
    for (line, word) in [
        ("Freitag Zahnarzt 15:00", "'Freitag'"),
        ("dentista el viernes 15:00", "'viernes'"),
        ("dentiste demain 15:00", "'demain'"),
        ("Врач в пятницу 15:00", "'пятницу'"),
        ("金曜日 15:00", "'金曜日'"),
    ] {
        let said = quick_add(line, &wednesday()).warnings();
        assert!(
            said.iter().any(|said| said.contains(word)),
            "{line}: {said:?}"
        );
    }
}

#[test]
fn a_period_without_a_day_is_pointed_out() {
    check_remarks(&[
        ("plan week 12", "plan week 12", "write a day of it"),
        ("plan by q3", "plan by q3", "end of q2"),
        ("clean weekend", "clean weekend", "write this weekend"),
        (
            "gym every day x5",
            "gym x5 | 2027-01-06 | FREQ=DAILY",
            "5 times",
        ),
    ]);
    check(&[
        ("file end of q2", "file | 2027-06-30"),
        ("file by the end of q3 2028", "file | 2028-09-30"),
        ("file start of q2 at 9", "file | 2027-04-01T09:00"),
        ("Q1 forecast", "Q1 forecast"),
        ("chase w/c monday", "chase | 2027-01-11"),
    ]);
    check_remarks(&[(
        "buy gift b4 friday",
        "buy gift | 2027-01-07",
        "the day before",
    )]);
}
