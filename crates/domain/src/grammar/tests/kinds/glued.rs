//! Parts of a date that touch each other or an emoji, and characters that are read as their plain twins.

use super::*;

#[test]
fn a_colon_joins_what_it_stands_between() {
    check(&[
        ("5pm:today ring", "ring | 2027-01-06T17:00"),
        ("10 a.m.:sat: ring", "ring | 2027-01-09T10:00"),
        ("5pm:every day ring", "ring | 2027-01-06T17:00 | FREQ=DAILY"),
        (
            "at 8 in the evening:next friday ring",
            "ring | 2027-01-15T20:00",
        ),
        ("friday in 2 weeks:noon ring", "ring | 2027-01-22T12:00"),
        ("first of march:by 5pm ring", "ring | 2027-03-01T17:00"),
        ("the 2nd of feb:noon ring", "ring | 2027-02-02T12:00"),
        ("14/4:5pm ring", "ring | 2027-04-14T17:00"),
        (
            "every 14 jan, 14 apr:noon ring",
            "ring | 2027-01-14T12:00 | FREQ=YEARLY;BYMONTH=1,4;BYMONTHDAY=14",
        ),
        (
            "every 15th or the next workday:noon ring",
            "ring | 2027-01-15T12:00 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=NEXT",
        ),
    ]);
}

#[test]
fn a_mark_joins_any_form_of_time() {
    check(&[
        ("ring Olga 14/4,8ish", "ring Olga | 2027-04-14T08:00"),
        ("ring 14/4,2-3pm", "ring | 2027-04-14T14:00 |  | +60"),
        ("ring 31.12.2027,2-3pm", "ring | 2027-12-31T14:00 |  | +60"),
        (
            "ring third of may 2028,2-3pm",
            "ring | 2028-05-03T14:00 |  | +60",
        ),
        ("ring 15 jan '28,8ish", "ring | 2028-01-15T08:00"),
    ]);
}

#[test]
fn an_emoji_is_no_part_of_a_word() {
    check(&[
        ("party🎉tomorrow 5pm", "party🎉 | 2027-01-07T17:00"),
        ("tomorrow🎉 5pm party", "🎉 party | 2027-01-07T17:00"),
    ]);
}

#[test]
fn letters_and_digits_of_other_widths_and_scripts_are_plain() {
    check(&[
        ("party tomorrow\u{200d} 5pm", "party | 2027-01-07T17:00"),
        ("15 jan ١٧:٠٠ ring", "ring | 2027-01-15T17:00"),
        ("ring ۱۵/۱ १७:००", "ring | 2027-01-15T17:00"),
        ("ring ٢٠٢٧-٠١-١٥", "ring | 2027-01-15"),
        ("ring ｔｏｍｏｒｒｏｗ", "ring | 2027-01-07"),
        ("ring Ｏｌｇａ friday", "ring Ｏｌｇａ | 2027-01-08"),
    ]);
}
