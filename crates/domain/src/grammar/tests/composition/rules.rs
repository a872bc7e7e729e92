//! Rules with times and bounds in every order and place.

use super::*;
use crate::recurrence::Moment;

/// Rules that read alone.
const RULES: &[&str] = &[
    "every day",
    "daily",
    "every 3 days",
    "every other day",
    "every weekday",
    "every 4 workdays",
    "every week",
    "weekly",
    "every 2 weeks",
    "every monday",
    "every mon, wed and fri",
    "every mon-fri",
    "mondays",
    "on tuesdays and thursdays",
    "every other friday",
    "every 2 weeks on tuesday",
    "weekly on friday",
    "weekly on mon and thu",
    "biweekly on tuesday",
    "tuesdays every 2 weeks",
    "alternate tuesdays",
    "every month",
    "monthly on the 1st",
    "every month on the 15th",
    "every 27th",
    "the 15th of every month",
    "every last day",
    "every 3rd friday",
    "every last workday",
    "every 3 months on the 3rd friday",
    "quarterly on the 15th",
    "each quarter on the last day",
    "first monday of each quarter",
    "first working day of each quarter",
    "last day of each quarter",
    "every year on 14 apr",
    "every 14 jan, 14 apr",
    "every mother's day",
    "every weekend",
    "every! 3 days",
    "every! month",
];

/// Bounds of rules that read behind any.
const BOUNDS: &[&str] = &[
    "",
    "starting 1 feb",
    "from 1 feb",
    "until june",
    "until 1 jun 2028",
    "for 8 months",
    "5 times",
    "starting 1 feb until 1 jun",
];

/// Times of rules.
const RULE_TIMES: &[&str] = &["", "at 5pm", "17:30", "at 9", "in the evening", "at noon"];

/// The same rule with its time and bound in every order and place; all must mean what the first one does, which must
/// mean what its parts do.
fn rules_and_bounds(context: &Context) -> (Vec<Case>, Vec<String>) {
    let (mut cases, mut wrong) = (Vec::new(), Vec::new());
    for text in RULES {
        let (alone, _) = rule(text, context).unwrap_or_else(|refused| panic!("{text}: {refused}"));
        for time in RULE_TIMES {
            for bound in BOUNDS {
                if *bound == "5 times" && alone.rules.len() > 1 {
                    continue;
                }
                let words: Vec<&str> = [*text, *time, *bound]
                    .into_iter()
                    .filter(|words| !words.is_empty())
                    .collect();
                let canonical = words.join(" ");
                let parsed = quick_add(&format!("Send report {canonical}"), context);
                if !means_its_parts(&parsed, &alone, time, bound, context) {
                    wrong.push(format!("{canonical}: {}", told(&parsed)));
                    continue;
                }
                let value = told(&parsed);
                let value = value.strip_prefix("Send report").unwrap_or_default();
                for order in orders(text, time, bound) {
                    // "daily report" may be an adjective.
                    let is_adverb = ["daily", "weekly", "mondays"].contains(&order.as_str());
                    let places = if is_adverb { 1 } else { PLACES.len() };
                    for (place, (before, after)) in PLACES.iter().enumerate().take(places) {
                        cases.push(Case {
                            line: format!("{before}{order}{after}"),
                            expected: format!("{}{value}", title(place)),
                        });
                    }
                }
            }
        }
    }
    (cases, wrong)
}

/// The orders in which a rule, its time and its bound may stand.
fn orders(text: &str, time: &str, bound: &str) -> Vec<String> {
    let join = |parts: &[&str]| {
        let parts: Vec<&str> = parts
            .iter()
            .copied()
            .filter(|part| !part.is_empty())
            .collect();
        parts.join(" ")
    };
    let mut orders = vec![join(&[text, time, bound])];
    for order in [
        join(&[text, bound, time]),
        join(&[time, text, bound]),
        join(&[text, &format!("{time},"), bound]).replace(" ,", ","),
    ] {
        // "5 times" and a date in front of a time belong to the rule, whatever stands between.
        if !(orders.contains(&order) || time.is_empty() || bound.is_empty() && order.contains(','))
        {
            orders.push(order);
        }
    }
    orders
}

/// Whether a line means the rule, the time and the bound that it was made of.
fn means_its_parts(
    parsed: &Parsed,
    alone: &Recurrence,
    time: &str,
    bound: &str,
    context: &Context,
) -> bool {
    let (Some(found), Some(first)) = (&parsed.recurrence, &parsed.due) else {
        return false;
    };
    let expected = (!time.is_empty()).then(|| due(time, context).unwrap().time().unwrap());
    let bare: Vec<_> = found
        .rules
        .iter()
        .cloned()
        .map(|rule| crate::recurrence::Rule {
            count: None,
            until: None,
            ..rule
        })
        .collect();
    let until = found.rules.first().and_then(|rule| rule.until);
    let ends = match bound {
        "" | "starting 1 feb" | "from 1 feb" => until.is_none(),
        "5 times" => found.rules.iter().all(|rule| rule.count == Some(5)),
        "until june" => matches!(until, Some(Moment::Date(date)) if date.month() == 6),
        "until 1 jun 2028" | "starting 1 feb until 1 jun" => {
            matches!(until, Some(Moment::Date(date)) if (date.month(), date.day()) == (6, 1))
        }
        _ => until.is_some(),
    };
    let starts = !bound.contains("1 feb") || first.date() >= jiff::civil::date(2027, 2, 1);
    bare == alone.rules
        && found.anchor == alone.anchor
        && first.time() == expected
        && ends
        && starts
        && parsed.title == "Send report"
}

#[test]
fn rules_combine_with_times_bounds_and_places() {
    let context = wednesday();
    let (cases, wrong) = rules_and_bounds(&context);
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let cases = sample(cases, 5);
    assert!(cases.len() > 3_000, "{}", cases.len());
    check(&cases, &context);
}

#[test]
#[ignore = "all combinations; make compositions"]
fn all_rules_combine_with_times_bounds_and_places() {
    let context = wednesday();
    check(&rules_and_bounds(&context).0, &context);
}
