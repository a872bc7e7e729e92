//! What reads alone reads in company: date phrases with times, marks, separators, orders and places, and rules with
//! times and bounds. Each combination must mean what its parts mean, take all their words, and leave the title as it is.

mod rules;

use std::fmt::Write as _;

use super::*;

/// Wednesday 6 January 2027, 10:00 in Rome.
pub(super) fn wednesday() -> Context {
    Context::new("2027-01-06T09:00:00Z".parse().unwrap(), rome())
}

/// Dates that read alone at the end of a line.
const DATES: &[&str] = &[
    "today",
    "tomorrow",
    "tmr",
    "tonight",
    "friday",
    "fri",
    "sat",
    "on friday",
    "by friday",
    "this friday",
    "next friday",
    "next tuesday",
    "friday next week",
    "friday of next week",
    "next week on friday",
    "friday week",
    "a week from friday",
    "friday in 2 weeks",
    "in 2 weeks on friday",
    "friday after next",
    "the day after tomorrow",
    "the week after next",
    "in 3 days",
    "in two weeks",
    "in a month",
    "in 3 workdays",
    "3 days from now",
    "a week from now",
    "2 weeks today",
    "next week",
    "next month",
    "next quarter",
    "next year",
    "this weekend",
    "next weekend",
    "at the weekend",
    "1 feb",
    "feb 1",
    "1st feb",
    "february 1st",
    "the 1st of february",
    "1 feb 2028",
    "february 1st, 2028",
    "15 jan '28",
    "friday 15 jan",
    "Fri, 15 Jan",
    "15 jan, friday",
    "friday the 15th",
    "the 15th",
    "15th",
    "on the 15th",
    "the 5th of next month",
    "5th of next month",
    "the 5th next month",
    "next month on the 5th",
    "14/4",
    "on 14/4",
    "14/4/2027",
    "14/4/27",
    "14.04.2027",
    "on 14.4.",
    "2027-04-14",
    "2027/04/14",
    "end of month",
    "by the end of the month",
    "end of week",
    "end of january",
    "end of the year",
    "end of quarter",
    "beginning of february",
    "start of next week",
    "mid february",
    "middle of next week",
    "month end",
    "eom",
    "eow",
    "eoy",
    "last day of the month",
    "first monday of next month",
    "last workday of the month",
    "3rd friday of march",
    "first monday after easter",
    "christmas",
    "on christmas",
    "christmas eve",
    "next christmas",
    "thanksgiving 2028",
    "3 days before christmas",
    "the day before christmas",
    "the monday after christmas",
    "2 workdays before 1 march",
    "2 fridays from now",
    "within 3 days",
    "no later than friday",
];

/// Times that read alone, all later than now.
const TIMES: &[&str] = &[
    "at 5pm",
    "5pm",
    "5:30 pm",
    "17:30",
    "at 17",
    "in the evening",
    "at noon",
    "at half past 5 pm",
    "17:30-18:30",
    "",
];

/// What may stand between a date and a time.
const SEPARATORS: &[(&str, &str)] = &[(" ", ""), (", ", ""), (" - ", ""), (": ", ""), (" (", ")")];

/// Marks that may follow.
const MARKS: &[&str] = &["", "p1", "#home", "!30m", "p2 #home !1h"];

/// How long it takes, behind a date and a time.
const LASTING: &[&str] = &["", " for 1h", " 90m", ", for 45 minutes", " (45m)"];

/// The minutes of such words.
fn minutes_of(lasting: &str) -> Option<u32> {
    match lasting {
        " for 1h" => Some(60),
        " 90m" => Some(90),
        ", for 45 minutes" | " (45m)" => Some(45),
        _ => None,
    }
}

/// All marks, and behind a time each duration without marks.
fn lasting_marks(may_last: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    let marks = MARKS.iter().map(|marks| (*marks, ""));
    let lasting = LASTING.iter().skip(1).filter(move |_| may_last);
    marks.chain(lasting.map(|lasting| ("", *lasting)))
}

/// Places in a title: what precedes and what follows.
const PLACES: &[(&str, &str)] = &[
    ("Send report ", ""),
    ("", " send report"),
    ("Send report ", " to Ann"),
];

/// The title that is left in each place.
fn title(place: usize) -> &'static str {
    ["Send report", "send report", "Send report to Ann"][place]
}

/// One line that must be read, and what it must mean.
struct Case {
    line: String,
    expected: String,
}

/// Adds what the marks mean to what is told.
fn marked(due: &str, place: usize, marks: &str, minutes: Option<u32>) -> String {
    let mut told: Vec<String> = marks
        .split_whitespace()
        .filter_map(|mark| match mark {
            "p1" => Some("!high"),
            "p2" => Some("!medium"),
            "#home" => Some("#home"),
            "!30m" => Some("-30"),
            "!1h" => Some("-60"),
            _ => None,
        })
        .map(str::to_owned)
        .collect();
    told.extend(minutes.map(|minutes| format!("+{minutes}")));
    let line = format!("{} | {due} |  | {}", title(place), told.join(" "));
    line.trim_end_matches([' ', '|']).to_owned()
}

fn dates_and_times(context: &Context) -> Vec<Case> {
    let mut cases = Vec::new();
    for date in DATES {
        let day = due(date, context).unwrap_or_else(|refused| panic!("{date}: {refused}"));
        for time in TIMES {
            let read = (!time.is_empty()).then(|| whole_due(time, context).unwrap());
            let at = read.as_ref().map(|read| read.due.time().unwrap());
            let minutes = read
                .and_then(|read| read.duration)
                .map(crate::TaskDuration::minutes);
            let value = match at {
                Some(at) => Due::Floating(day.date().to_datetime(at)).to_string(),
                None => day.to_string(),
            };
            for (separator, close) in SEPARATORS {
                for is_date_first in [true, false] {
                    let (first, second) = if is_date_first {
                        (*date, *time)
                    } else {
                        (*time, *date)
                    };
                    let phrase = if time.is_empty() {
                        (*date).to_owned()
                    } else {
                        format!("{first}{separator}{second}{close}")
                    };
                    if time.is_empty() && (*separator != " " || !is_date_first) {
                        continue;
                    }
                    for (place, (before, after)) in PLACES.iter().enumerate() {
                        // Alone a vague date needs the end of the line.
                        if time.is_empty() && place > 0 {
                            continue;
                        }
                        // "8pm - christmas party" is not on Christmas.
                        let is_party = *date == "christmas" && !is_date_first && place == 1;
                        if is_party && matches!(*separator, " - " | ": ") {
                            continue;
                        }
                        for (marks, lasting) in lasting_marks(minutes.is_none() && at.is_some()) {
                            // "in 3 days 90m" is one length of time.
                            let is_length = date.starts_with("in ") || *date == "within 3 days";
                            let is_lost = (is_length && lasting == " 90m")
                                || (*date == "christmas" && lasting.starts_with(','));
                            if is_lost && !is_date_first {
                                continue;
                            }
                            let space = if marks.is_empty() { "" } else { " " };
                            cases.push(Case {
                                line: format!("{before}{phrase}{lasting}{after}{space}{marks}"),
                                expected: marked(
                                    &value,
                                    place,
                                    marks,
                                    minutes_of(lasting).or(minutes),
                                ),
                            });
                        }
                    }
                }
            }
        }
    }
    cases
}

fn check(cases: &[Case], context: &Context) {
    let mut wrong = String::new();
    let mut count = 0;
    for Case { line, expected } in cases {
        let parsed = quick_add(line, context);
        if told(&parsed) != *expected {
            count += 1;
            if count <= 60 {
                writeln!(
                    wrong,
                    "{line:?}\n   found {:?}\n  wanted {expected:?}",
                    told(&parsed)
                )
                .unwrap();
            }
        }
    }
    assert!(count == 0, "{count} of {} wrong\n{wrong}", cases.len());
    println!("{} combinations", cases.len());
}

/// Every so many of the cases.
fn sample(cases: Vec<Case>, step: usize) -> Vec<Case> {
    cases.into_iter().step_by(step).collect()
}

#[test]
fn dates_combine_with_times_marks_and_places() {
    let context = wednesday();
    let cases = sample(dates_and_times(&context), 31);
    assert!(cases.len() > 4_000, "{}", cases.len());
    check(&cases, &context);
}

#[test]
#[ignore = "all combinations; make compositions"]
fn all_dates_combine_with_times_marks_and_places() {
    let context = wednesday();
    let cases = dates_and_times(&context);
    assert!(cases.len() > 80_000, "{}", cases.len());
    check(&cases, &context);
}
