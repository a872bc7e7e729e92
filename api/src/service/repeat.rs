//! Rules in requests: words, RRULE or cron, with their policies and single dates.

use serde_json::Value;
use taskwire_domain::contract::RecurrenceInput;
use taskwire_domain::recurrence::{Anchor, CatchUp, Exclusion, Moment, Overflow};
use taskwire_domain::{Due, Invalid, Recurrence, TaskDuration, TaskRef, grammar};

/// A rule, and the date on which it starts unless another is given.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedRule {
    pub(crate) recurrence: Recurrence,
    pub(crate) start: Due,
    /// How long each occurrence takes, if its words say so.
    pub(crate) duration: Option<TaskDuration>,
    /// Whether its words name the start, so that no other date is accepted.
    pub(crate) names_start: bool,
    /// Other likely interpretations of its words.
    pub(crate) doubts: Vec<String>,
}

impl From<grammar::ParsedRule> for ResolvedRule {
    fn from(parsed: grammar::ParsedRule) -> Self {
        Self {
            recurrence: parsed.recurrence,
            start: parsed.start,
            duration: parsed.duration,
            names_start: parsed.names_start,
            doubts: parsed.doubts,
        }
    }
}

/// Checks a rule, its policies and its dates. `due` is the due value sent with it; its dates must be of the same kind.
pub(crate) fn recurrence(
    input: &RecurrenceInput,
    words: &grammar::Context,
    due: Option<&Due>,
) -> Result<ResolvedRule, Invalid> {
    let mut rule = match (&input.rrule, &input.text) {
        (Some(rrule), None) => of_rule(rrule, words)?,
        (None, Some(text)) => of_text(text, words)?,
        (Some(_), Some(_)) | (None, None) => {
            return Err(Invalid::new(
                "/recurrence",
                "invalid_recurrence",
                "A recurrence is either an \"rrule\" or a \"text\".",
            )
            .hint("Send one of them, such as {\"rrule\":\"FREQ=WEEKLY;BYDAY=MO\"} or {\"text\":\"every monday\"}, or a plain string."));
        }
    };
    policies(input, &mut rule.recurrence)?;
    let base = due.unwrap_or(&rule.start).clone();
    let timed = rule.recurrence.sets_time() || base.time().is_some();
    for (name, texts) in [("exdate", &input.exdate), ("rdate", &input.rdate)] {
        for (index, text) in texts.iter().flatten().enumerate() {
            let field = format!("/recurrence/{name}/{index}");
            let moment = moment(&field, text, words, &base, timed)?;
            if name == "exdate" {
                let exclusion = Exclusion::On(moment);
                if !rule.recurrence.exclude.contains(&exclusion) {
                    rule.recurrence.exclude.push(exclusion);
                }
            } else if !rule.recurrence.extra.contains(&moment) {
                rule.recurrence.extra.push(moment);
            }
        }
    }
    rule.recurrence.order_dates();
    check(&rule.recurrence)?;
    Ok(rule)
}

impl ResolvedRule {
    /// The date sent with the rule; if it has no time of day, with the one that the rule's words name.
    pub(crate) fn with_default_time(&self, due: Due) -> Due {
        match due {
            Due::Date(_) => self.with_time_of_rule(due),
            due => due,
        }
    }

    /// Refuses a due value if the rule's words name another start.
    pub(crate) fn agrees_with(&self, due: &Due) -> Result<(), Invalid> {
        let first = |from: &Due| Some(self.recurrence.first(from).ok()?.due().date());
        if !self.names_start || first(due) == first(&self.start) {
            return Ok(());
        }
        Err(Invalid::new(
            "/due",
            "two_starts",
            format!(
                "The due value is {}, but the rule's text starts on {}.",
                due.in_words(),
                self.start.in_words()
            ),
        )
        .hint("Send only one of them: omit \"due\", or remove the start from the rule."))
    }

    /// The warning if the series does not begin with the due value that was sent, because that is not one of
    /// its dates.
    pub(crate) fn moved_start_warning(
        recurrence: &Recurrence,
        sent: &Due,
        got: &Due,
    ) -> Option<String> {
        let is_same =
            sent.date() == got.date() && (sent.time().is_none() || sent.time() == got.time());
        (!is_same).then(|| recurrence.moved_start_note(sent, got))
    }

    /// The same day at the time of day that the rule's words name, if any.
    pub(crate) fn with_time_of_rule(&self, due: Due) -> Due {
        let Some(time) = self.start.time().filter(|_| !self.recurrence.sets_time()) else {
            return due;
        };
        let at = due.date().to_datetime(time);
        match due {
            Due::Date(_) => Due::Floating(at),
            due => due.at(at),
        }
    }
}

/// Checks that apply to every rule of a task, in whatever form it was sent.
pub(crate) fn check(recurrence: &Recurrence) -> Result<(), Invalid> {
    recurrence.check_min_interval()?;
    // A rule that cannot be parsed again would make its task unreadable.
    Recurrence::parse(&recurrence.to_string(), recurrence.overflow).map(drop)
}

fn of_rule(rrule: &str, words: &grammar::Context) -> Result<ResolvedRule, Invalid> {
    let recurrence = Recurrence::parse(rrule, Overflow::default())?;
    let today = Due::Date(
        words
            .now
            .to_zoned_datetime(words.zone.rules().clone())
            .date(),
    );
    Ok(ResolvedRule {
        start: first_future(&recurrence, &today, words).unwrap_or(today),
        recurrence,
        duration: None,
        names_start: false,
        doubts: Vec::new(),
    })
}

/// For a rule with times of day, the first date from today on that has not passed; none if today qualifies.
fn first_future(recurrence: &Recurrence, today: &Due, words: &grammar::Context) -> Option<Due> {
    let is_past = |due: &Due| due.instant(&words.zone).is_some_and(|at| at <= words.now);
    recurrence.check_min_interval().ok()?;
    let position = recurrence.first(today).ok()?;
    if !is_past(&position.due()) {
        return None;
    }
    let scheduled = Recurrence {
        anchor: Anchor::Schedule,
        catch_up: CatchUp::NextFuture,
        ..recurrence.clone()
    };
    let next = scheduled.next(&position, words.now, &words.zone)?;
    Some(next.due())
}

/// Reads words, or an RRULE or a cron expression, because people paste those into the same field.
fn of_text(text: &str, words: &grammar::Context) -> Result<ResolvedRule, Invalid> {
    let refused = match grammar::parse_rule(text, words) {
        Ok(parsed) => return Ok(parsed.into()),
        Err(why) => why,
    };
    if text.contains('=') || looks_like_cron(text) {
        return of_rule(text, words).map_err(|why| why.at("/recurrence/text"));
    }
    Err(refused)
}

/// Five fields of which the first two are numbers or `*`.
fn looks_like_cron(text: &str) -> bool {
    let mut fields = text.split_whitespace();
    let numbers = |field: Option<&str>| {
        field.is_some_and(|field| {
            field
                .chars()
                .all(|c| c.is_ascii_digit() || "*,-/".contains(c))
        })
    };
    numbers(fields.next()) && numbers(fields.next()) && fields.count() == 3
}

fn policies(input: &RecurrenceInput, recurrence: &mut Recurrence) -> Result<(), Invalid> {
    let anchor_in_words = recurrence.anchor;
    if let Some(anchor) = &input.anchor {
        recurrence.anchor = Anchor::parse(anchor)?;
    }
    if let Some(overflow) = &input.overflow {
        recurrence.overflow = Overflow::parse(overflow)?;
    }
    match (&input.catch_up, recurrence.anchor) {
        (Some(text), Anchor::Schedule) => recurrence.catch_up = CatchUp::parse(text)?,
        (Some(text), Anchor::Completion) => {
            if CatchUp::parse(text)? != CatchUp::FromCompletion {
                return Err(Invalid::new(
                    "/recurrence/catch_up",
                    "invalid_catch_up",
                    "A series anchored at completion always counts from the completion.",
                )
                .hint("Omit catch_up, or send from_completion."));
            }
            recurrence.catch_up = CatchUp::FromCompletion;
        }
        (None, Anchor::Completion) => recurrence.catch_up = CatchUp::FromCompletion,
        (None, Anchor::Schedule) if anchor_in_words == Anchor::Completion => {
            recurrence.catch_up = CatchUp::NextFuture;
        }
        (None, Anchor::Schedule) => {}
    }
    Ok(())
}

/// A single date added to or excluded from a rule, of the kind that the series has. A date without a time means its
/// occurrence of that day.
fn moment(
    field: &str,
    text: &str,
    words: &grammar::Context,
    base: &Due,
    timed: bool,
) -> Result<Moment, Invalid> {
    let due = grammar::due(text, words).map_err(|why| why.at(field))?;
    let refused =
        |detail: &str, hint: &str| Invalid::new(field, "invalid_date_of_rule", detail).hint(hint);
    match (base, due) {
        (_, Due::Date(date)) => Ok(Moment::Date(date)),
        (_, Due::Floating(_) | Due::Zoned(..)) if !timed => Err(refused(
            "The dates of this series have no time.",
            "Send a date such as 2026-12-24.",
        )),
        (Due::Zoned(_, zone), Due::Floating(at)) => Due::Zoned(at, zone.clone())
            .instant(zone)
            .map(Moment::Instant)
            .ok_or_else(|| refused("The time is out of range.", "Send a date closer to today.")),
        (_, Due::Floating(at)) => Ok(Moment::Floating(at)),
        (Due::Zoned(..), zoned @ Due::Zoned(..)) => zoned
            .instant(&words.zone)
            .map(Moment::Instant)
            .ok_or_else(|| refused("The time is out of range.", "Send a date closer to today.")),
        (_, Due::Zoned(..)) => Err(refused(
            "The times of this series have no zone.",
            "Send the time without its zone, such as 2026-12-24T09:00.",
        )),
    }
}

/// The task that a new task is to be a part of. A subtask does not repeat.
pub(super) fn parent(sent: Option<&Value>, is_repeating: bool) -> Result<Option<TaskRef>, Invalid> {
    match sent {
        None => Ok(None),
        Some(_) if is_repeating => Err(in_subtask("/parent")),
        Some(sent) => TaskRef::of_json("/parent", sent).map(Some),
    }
}

/// The error for a subtask that would repeat, at the field that was sent.
pub(super) fn in_subtask(field: &str) -> Invalid {
    Invalid::new(field, "subtask_repeats", "A subtask cannot repeat.").hint(
        "Let its parent repeat: each occurrence gets its own subtasks. Or make it a task of its own with \"parent\": null.",
    )
}
