//! Weekdays by name.

use jiff::civil::{Date, Weekday};

use crate::Invalid;
use crate::text::clip;

/// Every weekday with its English name.
const NAMES: [(Weekday, &str); 7] = [
    (Weekday::Monday, "Monday"),
    (Weekday::Tuesday, "Tuesday"),
    (Weekday::Wednesday, "Wednesday"),
    (Weekday::Thursday, "Thursday"),
    (Weekday::Friday, "Friday"),
    (Weekday::Saturday, "Saturday"),
    (Weekday::Sunday, "Sunday"),
];

/// The days of a week, for tests that choose among them.
#[cfg(test)]
pub(crate) const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The English name, such as `Tuesday`.
pub fn name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// The name on the wire and in the database, such as `tuesday`.
pub fn key(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

/// Reads a name or a short form of at least two letters (`fri`, `Thurs.`), without regard to case. Fails with
/// `invalid_weekday` at `field`, a JSON pointer.
pub fn parse(field: &str, text: &str) -> Result<Weekday, Invalid> {
    let wanted = text.trim().trim_end_matches('.').to_ascii_lowercase();
    NAMES
        .into_iter()
        .find(|(weekday, _)| wanted.len() >= 2 && key(*weekday).starts_with(&wanted))
        .map(|(weekday, _)| weekday)
        .or_else(|| (wanted == "weds").then_some(Weekday::Wednesday))
        .ok_or_else(|| {
            Invalid::new(
                field,
                "invalid_weekday",
                format!("{:?} is not a weekday.", clip(text)),
            )
            .hint("Send an English name such as monday or fri.")
        })
}

/// The first day of the week that contains `date`, for a user whose weeks begin on `start`.
pub fn week_of(date: Date, start: Weekday) -> Date {
    let into = date.weekday().since(start);
    date.checked_sub(jiff::Span::new().days(into))
        .unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn names_and_short_forms() {
        for (text, weekday) in [
            ("friday", Weekday::Friday),
            ("FRI", Weekday::Friday),
            ("Thurs.", Weekday::Thursday),
            (" we ", Weekday::Wednesday),
            ("weds", Weekday::Wednesday),
        ] {
            assert_eq!(parse("/x", text), Ok(weekday), "{text}");
        }
        for text in ["", "f", "fryday", "fridays", "freitag", "ſu"] {
            assert_eq!(parse("/x", text).unwrap_err().code, "invalid_weekday");
        }
        for (weekday, text) in NAMES {
            assert_eq!(name(weekday), text);
            assert_eq!(parse("/x", key(weekday)), Ok(weekday));
        }
    }

    #[test]
    fn a_week_begins_on_its_own_first_day() {
        // 20 November 2026 is a Friday.
        let friday = date(2026, 11, 20);
        assert_eq!(week_of(friday, Weekday::Monday), date(2026, 11, 16));
        assert_eq!(week_of(friday, Weekday::Sunday), date(2026, 11, 15));
        assert_eq!(week_of(friday, Weekday::Friday), friday);
        assert_eq!(week_of(friday, Weekday::Saturday), date(2026, 11, 14));
    }
}
