//! Lines in which the writer takes a day or a time back, and titles that name one.

use super::*;

#[test]
fn a_day_that_is_taken_back_is_not_the_date() {
    let friday = |line: &str| {
        let parsed = quick_add(line, &wednesday());
        let due = parsed.due.map(|due| due.date().to_string());
        (due.as_deref() == Some("2027-01-08"), parsed.remarks)
    };
    for line in [
        "call bob fri not sat",
        "fri not sat call bob",
        "call bob friday, not wed",
        "call bob friday (was wed)",
        "call bob friday (not wed)",
        "call bob friday (originally wednesday)",
        "call bob not thursday but friday",
        "not thursday! call bob friday",
        "call bob thursday no, friday",
        "call bob thursday no friday",
        "call bob thursday - no, friday",
        "call bob thursday, no wait friday",
        "call bob thursday - actually make that friday",
        "call bob thursday actually friday",
        "call bob tomorrow, or rather friday",
        "call bob friday instead of thursday",
        "call bob friday rather than thursday",
        "call bob thursday -> friday",
    ] {
        let (is_right, remarks) = friday(line);
        assert!(is_right, "{line}: {remarks:?}");
    }
    for line in [
        "call bob friday not sunday",
        "call bob friday (was wednesday)",
        "call bob thursday no friday",
        "call bob thursday - actually make that friday",
    ] {
        assert!(!friday(line).1.is_empty(), "{line}");
    }
    check(&[
        (
            "call bob today 5pm no 6pm",
            "call bob no | 2027-01-06T18:00",
        ),
        ("there is no friday call", "there is no friday call"),
        ("make that call friday", "make that call | 2027-01-08"),
    ]);
}

#[test]
fn a_title_that_may_have_been_cut_is_told() {
    for line in [
        "cancel friday delivery",
        "send monday report",
        "watch Tomorrow Never Dies",
        "watch The Day After Tomorrow",
        "watch Sunday Bloody Sunday",
        "read The Man Who Was Thursday",
        "watch Every Day",
        "Watch Next Friday",
    ] {
        let parsed = quick_add(line, &wednesday());
        let is_told = parsed
            .warnings()
            .iter()
            .any(|said| said.contains("quote it if it belongs to the title"));
        assert!(is_told || parsed.due.is_none(), "{line}: {parsed:?}");
    }
    for line in [
        "watch the match friday",
        "read report tomorrow",
        "pay rent friday",
        "call Ann friday",
    ] {
        let parsed = quick_add(line, &wednesday());
        assert!(parsed.remarks.is_empty(), "{line}: {:?}", parsed.remarks);
    }
    check(&[
        ("read p2 of the letter", "read p2 of the letter"),
        (
            "read p2 of the letter p1",
            "read p2 of the letter |  |  | !high",
        ),
    ]);
}
