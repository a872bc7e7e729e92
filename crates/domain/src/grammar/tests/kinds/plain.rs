//! Characters that only look different are read as their plain twins, and stay as they are in the title.

use super::*;

#[test]
fn narrow_spaces_and_marks_without_width_do_not_hide_a_date() {
    check(&[
        ("call tomorrow 5\u{202f}pm", "call | 2027-01-07T17:00"),
        ("call tomorrow 5\u{a0}pm", "call | 2027-01-07T17:00"),
        ("call tomor\u{200b}row 5pm", "call | 2027-01-07T17:00"),
        ("call 15\u{202f}jan\u{2009}2027", "call | 2027-01-15"),
        ("call \u{200e}friday\u{200f} 5pm", "call | 2027-01-08T17:00"),
        ("call 15\u{2011}jan\u{2011}2027", "call | 2027-01-15"),
        ("call 2027\u{2011}01\u{2011}15", "call | 2027-01-15"),
        ("call １５ jan １７：３０", "call | 2027-01-15T17:30"),
        (
            "call fri 9:30\u{2012}11:00",
            "call | 2027-01-08T09:30 |  | +90",
        ),
        (
            "call every\u{202f}2\u{202f}weeks",
            "call | 2027-01-06 | FREQ=WEEKLY;INTERVAL=2",
        ),
    ]);
    let here = wednesday();
    assert_eq!(
        due("tomorrow 5\u{202f}pm", &here).unwrap().to_string(),
        "2027-01-07T17:00"
    );
    assert_eq!(
        bound("３ days ago", &here).unwrap().to_string(),
        "2027-01-03"
    );
    assert!(rule("every\u{202f}monday", &here).is_ok());
}

#[test]
fn the_title_keeps_its_characters() {
    check(&[
        ("room １２ tomorrow", "room １２ | 2027-01-07"),
        (
            "caf\u{e9}\u{a0}12\u{a0}€ tomorrow",
            "caf\u{e9}\u{a0}12\u{a0}€ | 2027-01-07",
        ),
        (
            "\u{1f468}\u{200d}\u{1f469} lunch tomorrow",
            "\u{1f468}\u{200d}\u{1f469} lunch | 2027-01-07",
        ),
        ("\\tomorrow １２ tomorrow", "tomorrow １２ | 2027-01-07"),
    ]);
    let line = "room １２ tomorrow";
    let parsed = quick_add(line, &wednesday());
    let span = &parsed.spans[0];
    assert_eq!(&line[span.start..span.end], "tomorrow");
    let ignored = quick_add_ignoring(
        line,
        &wednesday(),
        std::slice::from_ref(&(span.start..span.end)),
    );
    assert_eq!(told(&ignored), line);
}
