//! RRULE text: what is read, what is refused, and that printing reads back.

use super::*;

#[test]
fn prints_canonical_text() {
    for (text, printed) in [
        ("FREQ=MONTHLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("rrule:freq=weekly;byday=mo,th", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("FREQ=DAILY;INTERVAL=1;WKST=MO;", "FREQ=DAILY"),
        ("COUNT=3;FREQ=DAILY", "FREQ=DAILY;COUNT=3"),
        (
            "FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=MO,MO,SU",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
        ),
        (
            "FREQ=MONTHLY;BYDAY=+3FR,-1MO",
            "FREQ=MONTHLY;BYDAY=3FR,-1MO",
        ),
        ("FREQ=DAILY;UNTIL=20270601", "FREQ=DAILY;UNTIL=20270601"),
        (
            "FREQ=DAILY;UNTIL=20270601T090000",
            "FREQ=DAILY;UNTIL=20270601T090000",
        ),
        (
            "FREQ=DAILY;UNTIL=20270601T070000Z",
            "FREQ=DAILY;UNTIL=20270601T070000Z",
        ),
        (
            "FREQ=YEARLY;BYDAY=TU;BYMONTHDAY=2,3;BYMONTH=11;INTERVAL=4",
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYMONTHDAY=2,3;BYDAY=TU",
        ),
        (" FREQ=DAILY ", "FREQ=DAILY"),
    ] {
        assert_eq!(Rule::parse(text).unwrap().to_string(), printed);
    }
}

#[test]
fn refuses_with_a_reason_and_a_way_out() {
    for (text, code) in [
        ("", "invalid_rule"),
        ("every day", "invalid_rule"),
        ("FREQ=", "invalid_rule"),
        ("FREQ=FORTNIGHTLY", "invalid_rule"),
        ("FREQ=DAILY;FREQ=DAILY", "invalid_rule"),
        ("FREQ=DAILY;INTERVAL=0", "invalid_rule"),
        ("FREQ=DAILY;INTERVAL=1000000000", "invalid_rule"),
        ("FREQ=DAILY;INTERVAL=-1", "invalid_rule"),
        ("FREQ=DAILY;INTERVAL=+1", "invalid_rule"),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", "invalid_rule"),
        ("FREQ=DAILY;INTERVAL=2;INTERVAL=2", "invalid_rule"),
        ("FREQ=DAILY;COUNT=0", "invalid_rule"),
        ("FREQ=DAILY;COUNT=1001", "invalid_rule"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "invalid_rule"),
        ("FREQ=DAILY;UNTIL=2027-01-01", "invalid_rule"),
        ("FREQ=DAILY;UNTIL=20270230", "invalid_rule"),
        ("FREQ=DAILY;UNTIL=20270101Z", "invalid_rule"),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", "invalid_rule"),
        ("FREQ=DAILY;UNTIL=２0270101", "invalid_rule"),
        ("FREQ=WEEKLY;BYDAY=XX", "invalid_rule"),
        ("FREQ=WEEKLY;BYDAY=1MO", "invalid_rule"),
        ("FREQ=DAILY;BYDAY=-1MO", "invalid_rule"),
        ("FREQ=MONTHLY;BYDAY=6MO", "invalid_rule"),
        ("FREQ=MONTHLY;BYDAY=0MO", "invalid_rule"),
        ("FREQ=YEARLY;BYDAY=54MO", "invalid_rule"),
        ("FREQ=WEEKLY;BYDAY=", "invalid_rule"),
        ("FREQ=WEEKLY;BYDAY=Ö", "invalid_rule"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "invalid_rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "invalid_rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "invalid_rule"),
        ("FREQ=YEARLY;BYMONTH=13", "invalid_rule"),
        ("FREQ=YEARLY;BYMONTH=-1", "invalid_rule"),
        ("FREQ=YEARLY;BYMONTHDAY=13", "ambiguous_rule"),
        ("FREQ=YEARLY;BYWEEKNO=20", "ambiguous_rule"),
        ("FREQ=MONTHLY;BYWEEKNO=20;BYDAY=MO", "invalid_rule"),
        ("FREQ=MONTHLY;BYYEARDAY=1", "invalid_rule"),
        ("FREQ=DAILY;BYSETPOS=1", "invalid_rule"),
        ("FREQ=DAILY;WKST=1", "invalid_rule"),
        ("FREQ=DAILY;BYHOUR=24", "invalid_rule"),
        ("FREQ=DAILY;BYMINUTE=60", "invalid_rule"),
        ("FREQ=DAILY;BYSECOND=60", "invalid_rule"),
        ("FREQ=DAILY;BYHOUR=-1", "invalid_rule"),
        (
            "FREQ=MONTHLY;SKIP=SIDEWAYS;RSCALE=GREGORIAN",
            "invalid_rule",
        ),
        (
            "FREQ=MONTHLY;SKIP=OMIT;RSCALE=HEBREW",
            "unsupported_rule_part",
        ),
        ("FREQ=WEEKLY;X-TASKWIRE-STEP=WORKDAY", "invalid_rule"),
        ("FREQ=HOURLY;X-TASKWIRE-SHIFT=NEXT", "invalid_rule"),
        ("FREQ=DAILY;X-TASKWIRE-SHIFT=31", "invalid_rule"),
        ("FREQ=DAILY;BYEASTER=0", "unknown_rule_part"),
        ("FREQ=DAILY;;COUNT=1", "invalid_rule"),
        ("FREQ=DAILY;COUNT", "invalid_rule"),
        ("DTSTART:20270101\nRRULE:FREQ=DAILY", "invalid_rule"),
        ("RRULE:RRULE:FREQ=DAILY", "invalid_rule"),
    ] {
        let refused = Rule::parse(text).expect_err(text);
        assert_eq!(
            (refused.field.as_str(), refused.code),
            ("/recurrence/rrule", code),
            "{text}"
        );
        assert!(refused.hint.is_some(), "{text}");
    }
}

#[test]
fn hostile_text_is_bounded() {
    let long = format!("FREQ=DAILY;BYMONTHDAY={}", "1,".repeat(500_000));
    assert_eq!(Rule::parse(&long).unwrap_err().code, "rule_too_long");
    let many = format!("FREQ=MONTHLY;BYMONTHDAY={}1", "1,".repeat(60));
    assert!(
        Rule::parse(&many)
            .unwrap_err()
            .detail
            .contains("more than 60")
    );
    let sixty = format!("FREQ=MONTHLY;BYMONTHDAY={}1", "1,".repeat(59));
    assert_eq!(
        Rule::parse(&sixty).unwrap().to_string(),
        "FREQ=MONTHLY;BYMONTHDAY=1"
    );
    let long_name = format!("FREQ={}", "X".repeat(1_900));
    assert!(Rule::parse(&long_name).unwrap_err().to_string().len() < 400);
}

#[test]
fn an_ambiguous_rule_is_answered_with_both_spellings() {
    let refused = Rule::parse("FREQ=YEARLY;BYMONTHDAY=13").unwrap_err();
    let hint = refused.hint.unwrap();
    assert!(
        hint.contains("FREQ=MONTHLY;BYMONTHDAY=13")
            && hint.contains("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=13")
    );
}
