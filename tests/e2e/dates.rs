//! `taskwire dates` on random rules, compared with python-dateutil and the `rrule` crate, and on invalid
//! lines.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::clients::setting;

/// Default number of rules; TASKWIRE_ORACLE_RULES overrides it.
const RULES: &str = "600";
/// Default seed; TASKWIRE_ORACLE_SEED overrides it.
const SEED: &str = "2027";

/// A rule, its start, and the result of another engine.
struct Case {
    rule: String,
    start: String,
    expected: Vec<String>,
}

/// Why two engines may differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Class {
    Same,
    /// Neither has a date.
    Never,
    /// RFC 5545 section 3.3.10: BYSETPOS picks from "the set of recurrence instances ... within the interval", the
    /// whole of it, even where DTSTART cuts the first. The other engines pick from what is left after DTSTART.
    PositionInFirstInterval,
    /// RFC 5545 section 3.3.10: "Week number one of the calendar year is the first week that contains at least four (4)
    /// days in that calendar year." The other engines miscount the last week of some years, and leave out the days
    /// before 1 January of a first week that is named from the end.
    WeekAtNewYear,
    /// An interval of weeks with numbers counts the years that the weeks belong to; the other engines count calendar
    /// years, so a start in a week of the adjacent year begins another phase.
    YearOfWeek,
    /// The `rrule` crate gives up on a rule that seldom matches.
    GaveUp,
    /// The `rrule` crate loses hours in rules finer than a day with limits, or leaves the interval, where
    /// python-dateutil agrees with us; RFC 5545 section 3.3.10 has BYHOUR limit them and nothing else.
    LostHours,
    Different,
}

fn answers(command: &str, requests: &[Value]) -> Vec<Value> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_taskwire"))
        .args(["dates", command, "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines: Vec<String> = requests.iter().map(ToString::to_string).collect();
    let lines = lines.join("\n");
    // Written concurrently, or both pipes could fill up.
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    let answers: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), requests.len());
    answers
}

fn cases() -> Vec<Case> {
    let number = |name, default: &str| std::env::var(name).unwrap_or_else(|_| default.into());
    let output = Command::new(setting("TASKWIRE_TEST_PYTHON"))
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/oracle/rules.py"
        ))
        .arg(number("TASKWIRE_ORACLE_SEED", SEED))
        .arg(number("TASKWIRE_ORACLE_RULES", RULES))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            Case {
                rule: line["rrule"].as_str().unwrap().to_owned(),
                start: line["dtstart"].as_str().unwrap().to_owned(),
                expected: texts(&line["occurrences"]),
            }
        })
        .collect()
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

fn classify(case: &Case, answer: &Value, theirs: &[String]) -> Class {
    // Nothing is due beyond the year 2200.
    let theirs: Vec<String> = theirs
        .iter()
        .filter(|date| date.as_str() < "2201")
        .cloned()
        .collect();
    if answer["code"] == "rule_never_matches" {
        return if theirs.is_empty() {
            Class::Never
        } else {
            Class::Different
        };
    }
    if answer.get("error").is_some() {
        return Class::Different;
    }
    let ours = texts(&answer["occurrences"]);
    if ours == theirs {
        Class::Same
    } else if case.rule.contains("BYSETPOS") && same(&ours, &theirs, |date| !is_first(case, date)) {
        Class::PositionInFirstInterval
    } else if names_edge_week(&case.rule)
        && (case.rule.contains("BYSETPOS") || same(&ours, &theirs, |date| !is_new_year(date)))
    {
        // A position counts from the days around 1 January on, so there any date of the year may differ.
        Class::WeekAtNewYear
    } else if counts_other_years(case) {
        Class::YearOfWeek
    } else {
        Class::Different
    }
}

/// Whether two lists agree in what `counts`, as far as both go.
fn same(ours: &[String], theirs: &[String], counts: impl Fn(&str) -> bool) -> bool {
    let kept = |dates: &[String]| -> Vec<String> {
        dates.iter().filter(|date| counts(date)).cloned().collect()
    };
    let (ours, theirs) = (kept(ours), kept(theirs));
    let common = ours.len().min(theirs.len());
    ours[..common] == theirs[..common]
}

/// Whether a date lies in the interval that the start cuts, which no period makes longer than this.
fn is_first(case: &Case, date: &str) -> bool {
    let days = [("YEARLY", 366), ("MONTHLY", 31), ("WEEKLY", 7)]
        .into_iter()
        .find(|(name, _)| case.rule.contains(&format!("FREQ={name}")))
        .map_or(1, |(_, days)| days);
    let at = |text: &str| text.parse::<jiff::civil::DateTime>().unwrap();
    at(date)
        < at(&case.start)
            .checked_add(jiff::Span::new().days(days))
            .unwrap()
}

/// Whether the rule names a week that touches 1 January.
fn names_edge_week(rule: &str) -> bool {
    rule.split(';')
        .find_map(|part| part.strip_prefix("BYWEEKNO="))
        .is_some_and(|weeks| {
            let mut weeks = weeks.split(',');
            weeks.any(|week| matches!(week, "1" | "52" | "53" | "-1" | "-52" | "-53"))
        })
}

/// Whether a rule with an interval and numbers of weeks starts where the year of a week may differ.
fn counts_other_years(case: &Case) -> bool {
    let rule = &case.rule;
    rule.contains("BYWEEKNO") && rule.contains("INTERVAL") && is_new_year(&case.start)
}

fn is_new_year(date: &str) -> bool {
    let day = &date[5..10];
    day >= "12-29" || day <= "01-03"
}

fn is_fine(rule: &str) -> bool {
    let mut fine = ["HOURLY", "MINUTELY", "SECONDLY"].into_iter();
    fine.any(|name| rule.contains(&format!("FREQ={name}")))
}

/// The other engine's dates, in UTC; `None` if it gives up.
fn by_crate(case: &Case) -> Option<Vec<String>> {
    let start = case.start.replace(['-', ':'], "");
    let set: rrule::RRuleSet = format!("DTSTART:{start}Z\nRRULE:{}", case.rule)
        .parse()
        .ok()?;
    let found = set.all(12);
    let dates: Vec<String> = found
        .dates
        .iter()
        .map(|date| date.format("%Y-%m-%dT%H:%M:%S").to_string())
        .collect();
    // It stops after a number of empty steps, or at its own last year.
    (dates.len() == 12 || case.expected.len() == dates.len()).then_some(dates)
}

#[test]
fn random_rules_have_the_dates_of_python_dateutil_and_of_the_rrule_crate() {
    let cases = cases();
    let requests: Vec<Value> = cases
        .iter()
        .map(|case| json!({"rrule": case.rule, "dtstart": case.start, "limit": 12}))
        .collect();
    let mut counts: BTreeMap<(&str, Class), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (case, answer) in cases.iter().zip(&answers("next", &requests)) {
        let python = classify(case, answer, &case.expected);
        *counts.entry(("python-dateutil", python)).or_default() += 1;
        // The crate is slow on rules that seldom match, so it is asked about some.
        let other = (case.rule.len() % 4 == 0).then(|| match by_crate(case) {
            Some(dates) => classify(case, answer, &dates),
            None => Class::GaveUp,
        });
        let other = match other {
            Some(Class::Different)
                if matches!(python, Class::Same | Class::Never) && is_fine(&case.rule) =>
            {
                Some(Class::LostHours)
            }
            other => other,
        };
        if let Some(other) = other {
            *counts.entry(("rrule", other)).or_default() += 1;
        }
        if python == Class::Different || other == Some(Class::Different) {
            wrong.push(format!(
                "{} from {}\n  python-dateutil {:?}\n  rrule {:?}\n  taskwire {answer}",
                case.rule,
                case.start,
                case.expected,
                by_crate(case)
            ));
        }
    }
    println!("{counts:#?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let same = counts[&("python-dateutil", Class::Same)];
    assert!(
        same * 10 > cases.len() * 8,
        "only {same} rules were compared"
    );
}

#[test]
fn answers_each_line_and_says_what_is_wrong_with_it() {
    let answers = answers(
        "next",
        &[
            json!({"rrule": "FREQ=DAILY;COUNT=2", "dtstart": "2027-01-04", "limit": 5}),
            json!({"rrule": "FREQ=DAILY", "dtstart": "2027-03-14T02:30[America/New_York]", "limit": 2}),
            json!({"rrule": "FREQ=DAILY;BYHOUR=8,9", "dtstart": "2027-01-04", "limit": 2}),
            json!({"rrule": "FREQ=MONTHLY", "dtstart": "2027-01-31", "limit": 2}),
            json!({"rrule": "FREQ=MONTHLY", "dtstart": "2027-01-31", "limit": 2, "overflow": "clamp"}),
            json!({"rrule": "FREQ=DAILY", "dtstart": "20270104T090000Z", "exdate": ["20270105T090000Z"], "limit": 2}),
            json!({"rrule": "FREQ=WEEKLY", "dtstart": "2027-01-04", "rdate": "2027-01-06", "limit": 3}),
            json!({"rrule": "FREQ=WEEKLY", "dtstart": "2027-01-04", "completed_at": "2027-01-20", "limit": 2}),
            json!({"rrule": "FREQ=WEEKLY", "dtstart": "2027-01-04", "after": "2037-01-01", "limit": 1}),
            json!({"rrule": "FREQ=DAILY", "dtstart": "2027-01-04", "exclude": ["SA", "SU"], "limit": 6}),
            json!({"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "dtstart": "2027-01-04", "limit": 2}),
            json!({"rrule": "FREQ=HOURLY", "dtstart": "2027-01-04", "limit": 2}),
            json!({"rrule": "nonsense", "dtstart": "2027-01-04", "limit": 2}),
            json!({"rrule": "FREQ=DAILY", "dtstart": "soon", "limit": 2}),
            json!({"rrule": "FREQ=DAILY"}),
            json!([1]),
        ],
    );
    let dates = |index: usize| texts(&answers[index]["occurrences"]).join(" ");
    assert_eq!(dates(0), "2027-01-04 2027-01-05");
    assert_eq!(
        dates(1),
        "2027-03-14T03:30[America/New_York] 2027-03-15T02:30[America/New_York]"
    );
    assert_eq!(dates(2), "2027-01-04 2027-01-05");
    assert_eq!(dates(3), "2027-01-31 2027-03-31");
    assert_eq!(dates(4), "2027-01-31 2027-02-28");
    assert_eq!(dates(5), "20270104T090000Z 20270106T090000Z");
    assert_eq!(dates(6), "2027-01-04 2027-01-06 2027-01-11");
    assert_eq!(dates(7), "2027-01-25 2027-02-01");
    assert_eq!(dates(8), "2037-01-05");
    assert_eq!(
        dates(9),
        "2027-01-04 2027-01-05 2027-01-06 2027-01-07 2027-01-08 2027-01-11"
    );
    let codes: Vec<&str> = answers[10..]
        .iter()
        .map(|answer| answer["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "rule_never_matches",
            "needs_time",
            "invalid_rule",
            "invalid_dtstart",
            "invalid_line",
            "invalid_line"
        ]
    );
    assert!(
        answers[10..]
            .iter()
            .all(|answer| answer["error"].is_string() && answer["hint"].is_string())
    );
}

#[test]
fn what_a_rule_lacks_is_taken_from_its_start() {
    let answers = answers(
        "next",
        &[json!({"rrule": "FREQ=YEARLY;BYWEEKNO=20", "dtstart": "2027-05-19", "limit": 2})],
    );
    assert_eq!(
        texts(&answers[0]["occurrences"]),
        ["2027-05-19", "2028-05-17"]
    );
    let remarks = texts(&answers[0]["remarks"]);
    assert!(remarks[0].contains("BYDAY=WE"), "{remarks:?}");
}
