//! Checks and conversions of arguments that several tools share.

use taskwire_domain::contract::{RecurrenceInput, ReminderInput};

use crate::refusal::Refusal;

/// A rule in words or as RFC 5545 text, in the API's format.
pub(super) fn recurrence(rule: String, anchor: Option<String>) -> RecurrenceInput {
    let mut input = RecurrenceInput {
        anchor,
        ..RecurrenceInput::default()
    };
    if rule.to_ascii_uppercase().contains("FREQ=") {
        input.rrule = Some(rule);
    } else {
        input.text = Some(rule);
    }
    input
}

/// All reminders of a task; `None` if neither list was sent.
pub(super) fn reminders(
    minutes_before: Option<Vec<i64>>,
    at: Option<Vec<String>>,
) -> Option<Vec<ReminderInput>> {
    if minutes_before.is_none() && at.is_none() {
        return None;
    }
    let relative = minutes_before
        .into_iter()
        .flatten()
        .map(|minutes| ReminderInput {
            minutes_before: Some(minutes),
            at: None,
        });
    let absolute = at.into_iter().flatten().map(|at| ReminderInput {
        minutes_before: None,
        at: Some(at),
    });
    Some(relative.chain(absolute).collect())
}

/// Refuses a batch that names a task twice, because it is unclear which item should win.
pub(super) fn distinct(
    list: &str,
    field: &str,
    numbers: impl Iterator<Item = i64>,
    mistakes: &mut Vec<String>,
) {
    let numbers: Vec<i64> = numbers.collect();
    let places: Vec<usize> = (0..numbers.len()).collect();
    distinct_at(list, field, &places, numbers.into_iter(), mistakes);
}

/// The same, for numbers at these places in the list.
pub(super) fn distinct_at(
    list: &str,
    field: &str,
    places: &[usize],
    numbers: impl Iterator<Item = i64>,
    mistakes: &mut Vec<String>,
) {
    let mut seen: Vec<(usize, i64)> = Vec::new();
    for (index, number) in places.iter().copied().zip(numbers) {
        if let Some((first, _)) = seen.iter().find(|(_, earlier)| *earlier == number) {
            mistakes.push(format!(
                "`{list}[{index}]{field}` names task {number}, as `{list}[{first}]{field}` does: send each task only once."
            ));
        }
        seen.push((index, number));
    }
}

pub(super) fn each_once(
    list: &str,
    field: &str,
    numbers: impl Iterator<Item = i64>,
) -> Result<(), Refusal> {
    let mut mistakes = Vec::new();
    distinct(list, field, numbers, &mut mistakes);
    no_mistakes(&mistakes)
}

pub(super) fn no_mistakes(mistakes: &[String]) -> Result<(), Refusal> {
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(Refusal::mistakes(mistakes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_rules_from_words() {
        assert_eq!(
            recurrence("every monday".into(), None).text.as_deref(),
            Some("every monday")
        );
        for rule in ["FREQ=DAILY", "RRULE:FREQ=DAILY", "interval=2;freq=weekly"] {
            assert_eq!(recurrence(rule.into(), None).rrule.as_deref(), Some(rule));
        }
    }

    #[test]
    fn finds_tasks_named_twice() {
        let mut mistakes = Vec::new();
        distinct("numbers", "", [4, 5, 4, 6, 6].into_iter(), &mut mistakes);
        assert_eq!(
            mistakes,
            [
                "`numbers[2]` names task 4, as `numbers[0]` does: send each task only once.",
                "`numbers[4]` names task 6, as `numbers[3]` does: send each task only once.",
            ]
        );
    }
}
