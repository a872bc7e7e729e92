//! Lines that were misread without a word: a remark names what stays of a date in the title.

use super::*;

/// Lines that keep words of a date in their title, and the words.
const LEFT: &[(&str, &str)] = &[
    ("15.1. dentist 8:20", "15.1."),
    ("ring friday T17:00", "T17:00"),
    ("paint 9 to 5 friday", "9 to 5"),
    ("ring friday at 10 or 11", "or 11"),
    ("dinner 19h", "19h"),
    ("today at 10.45 ring", "10.45"),
    ("14/4, at 10.45 ring Olga", "14/4"),
    ("ring 3 days after completion", "3 days after completion"),
    ("ring sat 9am#home", "9am"),
    ("ring 5pm(@friday)", "5pm"),
    ("ring in 99999 days", "in 99999 days"),
    ("clean friday 5pm for 0 min", "for 0 min"),
    ("ring friday !99999999m", "!99999999m"),
];

#[test]
fn what_is_left_of_a_date_is_named() {
    let mut wrong = Vec::new();
    for (line, words) in LEFT {
        let said = quick_add(line, &wednesday()).warnings();
        if !said.iter().any(|said| said.contains(words)) {
            wrong.push(format!("{line:?}: {words:?} {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
