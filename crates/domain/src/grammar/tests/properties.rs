//! Properties over any text, and words that read back to the rule they were said of.

use jiff::civil::{Date, Weekday};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::recurrence::{Anchor, ByDay, CatchUp, Frequency, Moment, Overflow, Rule};
use crate::weekday::WEEK;

fn nth() -> impl Strategy<Value = ByDay> {
    (
        select(vec![1_i16, 2, 3, 4, 5, -1, -2, -3]),
        select(WEEK.to_vec()),
    )
        .prop_map(|(ordinal, weekday)| ByDay {
            ordinal: Some(ordinal),
            weekday,
        })
}

/// Rules that have a phrase.
fn sayable() -> impl Strategy<Value = Rule> {
    let interval = prop_oneof![Just(1_u32), 2..30_u32, Just(1000)];
    let month_days = subsequence((1..=31).chain(-31..=-1).collect::<Vec<i8>>(), 1..5);
    let months = subsequence((1..=12).collect::<Vec<i8>>(), 1..4);
    let year_days = subsequence((1..=29).collect::<Vec<i8>>(), 1..3);
    prop_oneof![
        (
            interval.clone(),
            select(vec![
                Frequency::Daily,
                Frequency::Weekly,
                Frequency::Monthly,
                Frequency::Yearly
            ])
        )
            .prop_map(|(interval, frequency)| Rule::every(frequency, interval)),
        (
            interval.clone(),
            subsequence(WEEK.to_vec(), 1..8),
            select(WEEK.to_vec())
        )
            .prop_map(|(interval, week, week_start)| Rule {
                by_day: week.into_iter().map(ByDay::each).collect(),
                week_start: if interval > 1 {
                    week_start
                } else {
                    Weekday::Monday
                },
                ..Rule::every(Frequency::Weekly, interval)
            }),
        (interval.clone(), month_days).prop_map(|(interval, by_month_day)| Rule {
            by_month_day,
            ..Rule::every(Frequency::Monthly, interval)
        }),
        (interval.clone(), proptest::collection::vec(nth(), 1..4)).prop_map(
            |(interval, mut by_day)| {
                by_day.dedup();
                if by_day.len() == 3 && by_day[0] == by_day[2] {
                    by_day.pop();
                }
                Rule {
                    by_day,
                    ..Rule::every(Frequency::Monthly, interval)
                }
            }
        ),
        (
            interval.clone(),
            subsequence((1..=23).chain(-23..=-1).collect::<Vec<i16>>(), 1..3)
        )
            .prop_map(|(interval, by_set_pos)| Rule {
                by_day: WEEK[..5].iter().copied().map(ByDay::each).collect(),
                by_set_pos,
                ..Rule::every(Frequency::Monthly, interval)
            }),
        (interval.clone(), months.clone(), year_days).prop_map(
            |(interval, by_month, by_month_day)| Rule {
                by_month_day,
                by_month,
                ..Rule::every(Frequency::Yearly, interval)
            }
        ),
        (interval, months, nth()).prop_map(|(interval, by_month, day)| Rule {
            by_month,
            by_day: vec![day],
            ..Rule::every(Frequency::Yearly, interval)
        }),
    ]
}

fn recurrences() -> impl Strategy<Value = Recurrence> {
    let end = prop_oneof![
        3 => Just((None, None)),
        1 => (1..1001_u32).prop_map(|count| (Some(count), None)),
        1 => (1..=28_i8, 1..=12_i8).prop_map(|(day, month)| {
            (None, Some(Moment::Date(Date::new(2199, month, day).unwrap())))
        }),
    ];
    let months = prop_oneof![
        3 => Just(Vec::new()),
        1 => subsequence((1..=12).collect::<Vec<i8>>(), 1..4),
    ];
    (sayable(), end, months, any::<[bool; 3]>(), any::<bool>()).prop_map(
        |(rule, (count, until), months, [completion, skip, step], restart)| {
            let open = rule.frequency != Frequency::Yearly || rule.by_month.is_empty();
            let by_month = if open { months } else { rule.by_month.clone() };
            let late = rule.by_month_day.iter().any(|day| *day > 28)
                || (rule.by_day.is_empty()
                    && rule.by_month_day.is_empty()
                    && matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly));
            Recurrence {
                rules: vec![Rule {
                    by_month,
                    count,
                    until,
                    ..rule
                }],
                extra: Vec::new(),
                exclude: Vec::new(),
                anchor: if completion {
                    Anchor::Completion
                } else {
                    Anchor::Schedule
                },
                catch_up: match (completion, step) {
                    (true, _) => CatchUp::FromCompletion,
                    (false, true) => CatchUp::OneStep,
                    (false, false) if restart => CatchUp::FromCompletion,
                    (false, false) => CatchUp::NextFuture,
                },
                overflow: if skip && late {
                    Overflow::Skip
                } else {
                    Overflow::Clamp
                },
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn words_read_back_to_the_rule(recurrence in recurrences()) {
        let words = recurrence.describe();
        match rule(&words, &here()) {
            Ok((read, due)) => {
                prop_assert_eq!(&read, &recurrence, "{}", words);
                prop_assert_eq!(recurrence.first(&due).unwrap().due(), due.clone());
                let line = add(&format!("water plants {words}"));
                prop_assert_eq!(line.title, "water plants");
                prop_assert_eq!(line.recurrence.as_ref(), Some(&recurrence));
                prop_assert_eq!(line.due, Some(due));
            }
            Err(refused) => prop_assert_eq!(refused.code, "rule_never_matches", "{}: {}", words, refused),
        }
    }

    #[test]
    fn nothing_panics_on_arbitrary_text(text in ".{0,60}", ascii in "[ -~]{0,60}") {
        for text in [text, ascii] {
            let parsed = add(&text);
            for span in &parsed.spans {
                prop_assert!(text.get(span.start..span.end).is_some_and(|span| !span.is_empty()));
            }
            let _ = due(&text, &here());
            let _ = rule(&text, &here());
        }
    }

    #[test]
    fn nothing_panics_on_jumbled_words(words in proptest::collection::vec(select(vec![
        "every", "every!", "mon", "friday", "1st", "31", "feb", "at", "9", "5pm", "17:00", ",", "and", "the", "last",
        "day", "of", "month", "until", "for", "3", "weeks", "times", "in", "tomorrow", "next", "!1h", "#a", "p1",
        "9999", "years", "\"", "\\", "starting", "2200-12-31", "0", "evening", "year", "1000", "tonight", "2026-02-30","except", "or", "next", "workday", "workdays", "before", "after", "plus", "from", "to", "between", "half", "past", "quarter", "14/4", "2/2/27", "14.4.", "-", "9-10am", "christmas", "thanksgiving", "always", "by", "the", "rule", "FREQ=DAILY;BYHOUR=9", "RRULE:FREQ=HOURLY", "end", "mid", "weekend", "mondays", "twice", "a", "few", "couple", "Europe/Rome", "UTC", "london", "time", "second", "skip", "short", "months", "weeks", "sunday", "due", "eod", "business", "hour", "hours", "12", "other", "january", "dec",
    ]), 0..14), hours in 0..200_000_i64, place in select(vec!["Europe/Rome", "America/Santiago", "Pacific/Apia"])) {
        let text = words.join(" ");
        let place = Zone::parse(place).unwrap();
        let then = now().checked_add(jiff::SignedDuration::from_hours(hours)).unwrap();
        let parsed = quick_add(&text, &Context::new(then, place.clone()));
        let mut last = 0;
        for span in &parsed.spans {
            prop_assert!(span.start >= last && span.end > span.start);
            last = span.end;
        }
        if let (Some(recurrence), Some(due)) = (&parsed.recurrence, &parsed.due) {
            prop_assert_eq!(&recurrence.first(due).unwrap().due(), due);
        }
        let _ = due(&text, &here());
        let _ = rule(&text, &here());
    }

    #[test]
    fn letters_without_lexicon_words_are_a_title(words in proptest::collection::vec("[b-z][aeiou][kqz][a-z]{2,7}", 1..8)) {
        let text = words.join(" ");
        prop_assume!(!words.iter().any(|word| !ENGLISH.senses(word).is_empty()));
        let parsed = add(&text);
        prop_assert_eq!(parsed, Parsed { title: text, ..Parsed::default() });
    }
}

#[test]
fn a_megabyte_is_a_title() {
    let text = "every monday ".repeat(80_000);
    let parsed = add(&text);
    assert_eq!(parsed.title, text.trim());
    assert!(parsed.due.is_none());
    let dense = "every mon, ".repeat(700);
    assert!(add(&dense).warnings().len() <= 10);
    let quotes = "\"".repeat(8_000);
    assert_eq!(add(&quotes).title, quotes);
}

/// How often tokens are looked at while a text is read.
fn looks(text: &str) -> u64 {
    let before = LOOKS.get();
    add(text);
    LOOKS.get() - before
}

/// Texts that, said again and again, could be read in ever more ways.
const REPEATED: &[&str] = &[
    "at 9 and ",
    "every mon, ",
    "in the morning and ",
    "every morning and ",
    "1 and ",
    "1-",
    "1,",
    "(",
    "“",
    "\"",
    "every day at 9, ",
    "except 24 dec and ",
    "every day except fri and ",
    "plus 1 jul 2027 and ",
    "every day plus 1 jul 2027 and ",
    "june and ",
    "every june and ",
    "and ",
    "remind me 1 day before and ",
    "with a reminder ",
    "#a ",
    "!30m ",
    "tomorrow ",
    "friday (",
    "every day skip short months, ",
    "by the rule RDATE ",
    "by the rule RRULE:FREQ=DAILY ",
    "2027-01-0",
    "A/",
    "\\a ",
    "morgen ",
    "no later than ",
    "1st of ",
    "mon ",
    "mon-fri at 8 ",
    "until june ",
    "starting 1 feb ",
    "daily ",
    "end of ",
    "before ",
    "the ",
    "half ",
    "for 1h ",
    "1 jan to ",
    "13-15 july ",
];

#[test]
fn the_time_to_read_a_line_grows_with_its_length() {
    for unit in REPEATED {
        let text = |bytes: usize| unit.repeat(bytes / unit.len());
        let (short, long) = (looks(&text(2_000)), looks(&text(8_000)));
        // Four times the text, what the beginning costs, and lists that the end of a short text cuts off sooner.
        assert!(long <= short * 5 + 1_000, "{unit:?}: {short}, then {long}");
    }
}

#[test]
fn words_are_short_english() {
    for (rrule, words) in [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days"),
        ("FREQ=WEEKLY", "every week"),
        ("FREQ=WEEKLY;INTERVAL=2", "every 2 weeks"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "every Monday and Thursday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "every 2 weeks on Monday"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
            "every 2 weeks on Monday and Sunday, weeks from Sunday",
        ),
        ("FREQ=MONTHLY", "every month"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "every month on the 1st"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=1,15",
            "every month on the 1st and 15th",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every last day of the month"),
        (
            "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1",
            "every 2 months on the last day",
        ),
        ("FREQ=MONTHLY;BYDAY=3FR", "every 3rd Friday"),
        (
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=3FR",
            "every 3 months on the 3rd Friday",
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "every last workday",
        ),
        (
            "FREQ=YEARLY;BYMONTH=1,4;BYMONTHDAY=14",
            "every year on 14 Jan and 14 Apr",
        ),
        (
            "FREQ=YEARLY;BYMONTH=1;BYDAY=1WE",
            "every year on the 1st Wednesday of Jan",
        ),
        ("FREQ=DAILY;UNTIL=20270601", "every day until 1 Jun 2027"),
        ("FREQ=DAILY;COUNT=5", "every day 5 times"),
        ("FREQ=DAILY;BYMONTH=1", "every day in Jan"),
        (
            "FREQ=WEEKLY;BYMONTH=6,7;BYDAY=FR",
            "every Friday in Jun and Jul",
        ),
        (
            "FREQ=DAILY;BYDAY=MO",
            "every day by the rule FREQ=DAILY;BYDAY=MO",
        ),
        (
            "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3",
            "every year by the rule FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO 3 times",
        ),
    ] {
        let (mut recurrence, _) = rule("every day", &here()).unwrap();
        recurrence.rules = vec![Rule::parse(rrule).unwrap()];
        assert_eq!(recurrence.describe(), words);
    }
    let (completion, _) = rule("every! 3 days", &here()).unwrap();
    assert_eq!(completion.describe(), "every! 3 days");
}
