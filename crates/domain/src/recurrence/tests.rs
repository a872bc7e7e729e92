//! The engine against the documented policies, RFC 5545, another engine, and properties.

mod coming;
mod cron;
mod dates;
mod ends;
mod extensions;
mod generated;
mod hours;
mod import;
mod moved;
mod oracle;
mod policies;
mod properties;
mod random;
mod rfc5545;
mod text;

use jiff::Timestamp;

use super::{Anchor, CatchUp, OccurrencePosition, Overflow, Recurrence, Rule};
use crate::{Due, Zone};

fn rule(text: &str) -> Recurrence {
    Recurrence::of(Rule::parse(text).unwrap())
}

fn strict(text: &str) -> Recurrence {
    Recurrence {
        overflow: Overflow::Skip,
        ..rule(text)
    }
}

fn completion(text: &str) -> Recurrence {
    Recurrence {
        anchor: Anchor::Completion,
        catch_up: CatchUp::FromCompletion,
        ..rule(text)
    }
}

fn due(text: &str) -> Due {
    Due::parse(text).unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

/// A wall-clock time in Rome, as an instant.
fn rome(text: &str) -> Timestamp {
    let text = if text.len() == 10 {
        format!("{text}T12:00")
    } else {
        text.to_owned()
    };
    due(&text).instant(&zone("Europe/Rome")).unwrap()
}

fn start(recurrence: &Recurrence, at: &str) -> OccurrencePosition {
    recurrence.first(&due(at)).unwrap()
}

/// The next due value after the first was done at `done`, in Rome.
fn next(recurrence: &Recurrence, at: &str, done: &str) -> String {
    recurrence
        .next(&start(recurrence, at), rome(done), &zone("Europe/Rome"))
        .map_or_else(|| "over".into(), |position| position.due().to_string())
}

/// The first date and those after it.
fn dates(recurrence: &Recurrence, at: &str, count: usize) -> Vec<String> {
    let position = start(recurrence, at);
    let mut dates = vec![position.due().to_string()];
    dates.extend(
        recurrence
            .upcoming(&position, count - 1, &Zone::utc())
            .iter()
            .map(ToString::to_string),
    );
    dates
}

/// The first `count` dates from `at` on.
fn expand(text: &str, at: &str, count: usize) -> Vec<String> {
    let recurrence = Recurrence::parse(text, Overflow::Skip).unwrap();
    recurrence.check(&due(at)).unwrap();
    recurrence
        .expand(&due(at), count)
        .iter()
        .map(|found| found.scheduled.to_string())
        .collect()
}
