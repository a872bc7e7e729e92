//! A second language is data: a few German words make a grammar.

use jiff::civil::Weekday;

use super::lexicon::{Language, NamedDay, Unit, Words};
use super::*;

const WORDS: Words = &[
    ("heute", &[Sense::Today]),
    ("morgen", &[Sense::Tomorrow]),
    ("montag", &[Sense::Weekday(Weekday::Monday)]),
    ("freitag", &[Sense::Weekday(Weekday::Friday)]),
    ("märz", &[Sense::Month(3)]),
    ("jeden", &[Sense::Every]),
    ("jede", &[Sense::Every]),
    ("tag", &[Sense::Unit(Unit::Day)]),
    ("tage", &[Sense::Unit(Unit::Day)]),
    ("tagen", &[Sense::Unit(Unit::Day)]),
    ("woche", &[Sense::Unit(Unit::Week)]),
    ("wochen", &[Sense::Unit(Unit::Week)]),
    ("nächsten", &[Sense::Next]),
    ("und", &[Sense::And, Sense::ClauseStart]),
    ("um", &[Sense::At, Sense::ClauseStart]),
    ("uhr", &[Sense::OClock]),
    ("in", &[Sense::In]),
    ("am", &[Sense::On]),
    ("bis", &[Sense::Until, Sense::DateBlocker]),
    ("außer", &[Sense::Except]),
    ("drei", &[Sense::Number(3)]),
    ("abend", &[Sense::Part(19)]),
];

static GERMAN: Language = Language::new(
    &[WORDS],
    &[
        ("weihnachten", NamedDay::Fixed(12, 25)),
        ("tag der arbeit", NamedDay::Fixed(5, 1)),
    ],
    &[],
);

#[test]
fn a_second_language_is_a_table() {
    let now = ParseContext::new(&here(), &GERMAN);
    for (text, expected) in [
        (
            "Milch kaufen morgen um 9 Uhr",
            "Milch kaufen | 2027-01-05T09:00",
        ),
        ("Milch kaufen in drei Tagen", "Milch kaufen | 2027-01-07"),
        ("Bericht am Freitag", "Bericht | 2027-01-08"),
        ("Bericht nächsten Montag", "Bericht | 2027-01-11"),
        ("Bericht 5 März", "Bericht | 2027-03-05"),
        (
            "Schwimmen jeden Montag und Freitag um 18:00",
            "Schwimmen | 2027-01-04T18:00 | FREQ=WEEKLY;BYDAY=MO,FR",
        ),
        (
            "Schwimmen jede Woche bis 31.12.2027",
            "Schwimmen | 2027-01-04 | FREQ=WEEKLY;UNTIL=20271231",
        ),
        (
            "Schwimmen jeden Tag außer Freitag",
            "Schwimmen | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:FR",
        ),
        ("Feiern am Tag der Arbeit", "Feiern | 2027-05-01"),
        ("every monday is English", "every monday is English"),
    ] {
        assert_eq!(told(&line::read(text, &now, &[])), expected, "{text}");
    }
}

#[test]
fn words_are_found_as_they_are_written() {
    assert_eq!(ENGLISH.senses("Monday"), ENGLISH.senses("MONDAY"));
    assert_eq!(ENGLISH.senses("o’clock"), [Sense::OClock]);
    assert!(ENGLISH.senses("mondayish").is_empty());
    assert!(ENGLISH.senses(&"monday".repeat(1000)).is_empty());
}
