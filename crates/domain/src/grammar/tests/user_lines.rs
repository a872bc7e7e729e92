//! Random lines as people write them: the parts of a date or a rule in any order, with words of the title and marks
//! between them. Each part is read as it is alone, or a remark names words of it. `TASKWIRE_RANDOM_INPUTS` and
//! `TASKWIRE_RANDOM_SEED` say how many lines, and which.

use super::composition::wednesday;
use super::random::{Seeded, number};
use super::*;

/// Words that mean nothing here.
const TITLE: &[&str] = &[
    "call", "Ann", "rent", "report", "dentist", "garden", "Physio", "invoice", "clean", "kitchen",
    "team", "slides", "email", "Bob", "gym", "laundry", "passport", "review",
];

const DAYS: &[&str] = &[
    "today",
    "tomorrow",
    "friday",
    "on friday",
    "next tuesday",
    "by the 15th",
    "on the 15th",
    "1 feb",
    "feb 1st",
    "14/4/2027",
    "2027-04-14",
    "in 3 days",
    "next week",
    "next month",
    "end of month",
    "by end of month",
    "this weekend",
    "on christmas",
    "3rd friday of march",
    "a week from friday",
    "friday 15 jan",
    "no later than friday",
    "the day after tomorrow",
    "friday next week",
    "2 fridays from now",
    "the last day of the month",
    "the monday after christmas",
    "15 jan '28",
    "within 3 days",
    "friday in 2 weeks",
];

/// Times with their value and how many minutes they are long.
const TIMES: &[(&str, &str, u32)] = &[
    ("5pm", "17:00", 0),
    ("at 5pm", "17:00", 0),
    ("17:30", "17:30", 0),
    ("at 17", "17:00", 0),
    ("at noon", "12:00", 0),
    ("at 9pm", "21:00", 0),
    ("from 5pm to 6pm", "17:00", 60),
    ("between 5 and 6pm", "17:00", 60),
    ("17:30-18:30", "17:30", 60),
    ("5 p.m.", "17:00", 0),
    ("at 17h30", "17:30", 0),
    ("in the evening", "19:00", 0),
    ("at half past 5pm", "17:30", 0),
    ("at 5pm for 1h", "17:00", 60),
    ("17:30 90m", "17:30", 90),
    ("at 5:30 pm", "17:30", 0),
];

const RULES: &[&str] = &[
    "every day",
    "every tue",
    "every 2 weeks",
    "every weekday",
    "every 15th",
    "every 3rd friday",
    "every month on the 1st",
    "every mon, wed and fri",
    "every last workday",
    "every weekend",
    "every other friday",
    "every! 3 days",
    "every 2 months on the 5th",
    "the last day of every month",
    "on tuesdays and thursdays",
    "tuesdays every 2 weeks",
    "first monday of each quarter",
    "every year on 14 apr",
];

const BOUNDS: &[&str] = &[
    "until june",
    "until 1 june",
    "for 8 months",
    "10 times",
    "starting 1 feb",
    "except in august",
    "except 24 dec",
    "until 1 june 2028",
    "starting in march",
    "from 1 feb",
    "for 5 times",
    "except weekends and 24 dec",
];

const MARKS: &[&str] = &[
    "p1",
    "#home",
    "p2 #home",
    "#home #work",
    "!30m",
    "@work",
    "!high",
];

/// What stands between two parts; a space more often.
const SEPARATORS: &[&str] = &[" ", " ", " ", ", "];

/// What a part of a line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Title,
    Day(usize),
    Time(usize),
    Rule(usize),
    Bound(usize),
    Mark(usize),
}

impl Part {
    fn text(self, word: &'static str) -> &'static str {
        match self {
            Self::Title => word,
            Self::Day(index) => DAYS[index],
            Self::Time(index) => TIMES[index].0,
            Self::Rule(index) => RULES[index],
            Self::Bound(index) => BOUNDS[index],
            Self::Mark(index) => MARKS[index],
        }
    }
}

/// The parts of a line in their order.
fn parts(random: &mut Seeded) -> Vec<Part> {
    let mut parts = vec![Part::Title; 1 + random.below(3)];
    let has_rule = random.below(2) == 0;
    parts.push(if has_rule {
        Part::Rule(random.below(RULES.len()))
    } else {
        Part::Day(random.below(DAYS.len()))
    });
    if random.below(3) > 0 {
        parts.push(Part::Time(random.below(TIMES.len())));
    }
    if has_rule && random.below(2) == 0 {
        parts.push(Part::Bound(random.below(BOUNDS.len())));
    }
    if random.below(3) == 0 {
        parts.push(Part::Mark(random.below(MARKS.len())));
    }
    for at in (1..parts.len()).rev() {
        parts.swap(at, random.below(at + 1));
    }
    parts
}

/// One line with the spans of its parts.
fn line(random: &mut Seeded, parts: &[Part]) -> (String, Vec<std::ops::Range<usize>>, String) {
    let (mut line, mut spans, mut title) = (String::new(), Vec::new(), Vec::new());
    for part in parts {
        if !line.is_empty() {
            let separator: &&str = random.one(SEPARATORS);
            line.push_str(separator);
        }
        let word: &'static str = random.one::<&'static str>(TITLE);
        if *part == Part::Title {
            title.push(word);
        }
        let start = line.len();
        line.push_str(part.text(word));
        spans.push(start..line.len());
    }
    (line, spans, title.join(" "))
}

/// Whether everything is read as its parts are alone.
fn is_right(parsed: &Parsed, parts: &[Part], title: &str, context: &Context) -> bool {
    let bare = parsed.title.replace(',', "");
    if bare.split_whitespace().collect::<Vec<_>>().join(" ") != title {
        return false;
    }
    let Some(found) = &parsed.due else {
        return false;
    };
    parts.iter().all(|part| match *part {
        Part::Day(index) => due(DAYS[index], context).unwrap().date() == found.date(),
        Part::Time(index) => {
            let (_, time, minutes) = TIMES[index];
            let lasts = parsed.duration.map_or(0, TaskDuration::minutes);
            found
                .time()
                .is_some_and(|found| found.strftime("%H:%M").to_string() == time)
                && lasts == minutes
        }
        Part::Rule(index) => {
            let (alone, _) = rule(RULES[index], context).unwrap();
            parsed.recurrence.as_ref().is_some_and(|found| {
                let bare = found
                    .rules
                    .iter()
                    .cloned()
                    .map(|rule| crate::recurrence::Rule {
                        count: None,
                        until: None,
                        ..rule
                    });
                bare.collect::<Vec<_>>() == alone.rules
            })
        }
        Part::Bound(index) => parsed
            .recurrence
            .as_ref()
            .is_some_and(|found| match BOUNDS[index] {
                "10 times" | "for 5 times" => found.rules[0].count.is_some(),
                "starting 1 feb" | "from 1 feb" | "starting in march" => {
                    parsed.due.as_ref().unwrap().date() >= jiff::civil::date(2027, 2, 1)
                }
                bound if bound.starts_with("except") => !found.exclude.is_empty(),
                _ => found.rules[0].until.is_some(),
            }),
        Part::Title | Part::Mark(_) => true,
    })
}

/// Reads so many lines; returns how many are read whole, how many have a remark instead, and the silent ones.
fn read(count: u64) -> (u64, u64, Vec<String>) {
    let context = wednesday();
    let seed = number("TASKWIRE_RANDOM_SEED", 2027);
    let (mut right, mut told_instead, mut silent) = (0, 0, Vec::new());
    for index in 0..number("TASKWIRE_RANDOM_INPUTS", count) {
        let mut random = Seeded::new(seed.wrapping_mul(1_000_003).wrapping_add(index));
        let parts = parts(&mut random);
        let (line, spans, title) = line(&mut random, &parts);
        let parsed = quick_add(&line, &context);
        if is_right(&parsed, &parts, &title, &context) {
            right += 1;
            continue;
        }
        let is_told = parsed.remarks.iter().any(|remark| {
            parts.iter().zip(&spans).any(|(part, span)| {
                *part != Part::Title && remark.start < span.end && span.start < remark.end
            })
        });
        if is_told {
            told_instead += 1;
        } else {
            silent.push(format!(
                "{line:?}: {} {:?}",
                told(&parsed),
                parsed.warnings()
            ));
        }
    }
    (right, told_instead, silent)
}

fn check(count: u64) {
    let (right, told_instead, silent) = read(count);
    let most: Vec<_> = silent.iter().take(60).map(String::as_str).collect();
    assert!(
        silent.is_empty(),
        "{} silent\n{}",
        silent.len(),
        most.join("\n")
    );
    println!("{right} lines read, {told_instead} with a remark");
    // A remark is the exception.
    assert!(
        told_instead * 10 < right,
        "{right} lines read, {told_instead} with a remark"
    );
}

#[test]
fn parts_of_a_line_are_read_or_pointed_out() {
    check(2_000);
}

#[test]
#[ignore = "runs long; TASKWIRE_RANDOM_INPUTS says how long"]
fn many_random_user_lines_are_read_or_pointed_out() {
    check(200_000);
}
