//! Rules as they are sent: words, RRULE or cron, with their policies and single dates.

use taskwire_domain::contract::RecurrenceInput;
use taskwire_domain::recurrence::{Anchor, CatchUp, Exclusion, Moment, Overflow};
use taskwire_domain::{Due, Invalid, Recurrence, grammar};

/// A rule, and the date at which it starts when no other is given.
#[derive(Clone, Debug)]
pub(crate) struct Ruled {
    pub(crate) recurrence: Recurrence,
    pub(crate) start: Due,
    /// Whether its words say where it starts, so that no other date may be taken.
    pub(crate) names_start: bool,
    /// What else its words may mean.
    pub(crate) doubts: Vec<String>,
}

impl From<grammar::Ruled> for Ruled {
    fn from(said: grammar::Ruled) -> Self {
        Self {
            recurrence: said.recurrence,
            start: said.start,
            names_start: said.names_start,
            doubts: said.doubts,
        }
    }
}

/// Checks a rule, its policies and its dates. `due` is the due value beside it, whose kind its dates must have.
pub(crate) fn recurrence(
    input: &RecurrenceInput,
    words: &grammar::Context,
    due: Option<&Due>,
) -> Result<Ruled, Invalid> {
    let mut ruled = match (&input.rrule, &input.text) {
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
    policies(input, &mut ruled.recurrence)?;
    let base = due.unwrap_or(&ruled.start).clone();
    let timed = ruled.recurrence.sets_time() || base.time().is_some();
    for (name, texts) in [("exdate", &input.exdate), ("rdate", &input.rdate)] {
        for (index, text) in texts.iter().flatten().enumerate() {
            let field = format!("/recurrence/{name}/{index}");
            let moment = moment(&field, text, words, &base, timed)?;
            if name == "exdate" {
                let out = Exclusion::On(moment);
                if !ruled.recurrence.exclude.contains(&out) {
                    ruled.recurrence.exclude.push(out);
                }
            } else if !ruled.recurrence.extra.contains(&moment) {
                ruled.recurrence.extra.push(moment);
            }
        }
    }
    // In the order in which they are written, so that what is read back is the same value.
    ruled.recurrence.exclude.sort_by_key(|out| match out {
        Exclusion::On(Moment::Date(_)) => 0,
        Exclusion::On(_) => 1,
        _ => 2,
    });
    let is_timed = |moment: &Moment| !matches!(moment, Moment::Date(_));
    ruled.recurrence.extra.sort_by_key(is_timed);
    check(&ruled.recurrence)?;
    Ok(ruled)
}

impl Ruled {
    /// The date beside the rule, at the time of day that the rule's words name if the date names none.
    pub(crate) fn timed(&self, due: Due) -> Due {
        match due {
            Due::Date(_) => self.retimed(due),
            timed => timed,
        }
    }

    /// Refuses a due value beside words that say another start.
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

    /// What to say when the series does not begin with the due value that was sent, because that is none of its dates.
    pub(crate) fn moved(recurrence: &Recurrence, sent: &Due, got: &Due) -> Option<String> {
        let is_there =
            sent.date() == got.date() && (sent.time().is_none() || sent.time() == got.time());
        (!is_there).then(|| recurrence.moved_start_note(sent, got))
    }

    /// The same day at the time of day that the rule's words name, if they do.
    pub(crate) fn retimed(&self, due: Due) -> Due {
        let Some(time) = self.start.time().filter(|_| !self.recurrence.sets_time()) else {
            return due;
        };
        let at = due.date().to_datetime(time);
        match due {
            Due::Date(_) => Due::Floating(at),
            timed => timed.at(at),
        }
    }
}

/// What holds of any rule a task may have, however it was said.
pub(crate) fn check(recurrence: &Recurrence) -> Result<(), Invalid> {
    recurrence.check_min_interval()?;
    // What could not be read back would be lost with its task.
    Recurrence::parse(&recurrence.to_string(), recurrence.overflow).map(drop)
}

fn of_rule(rrule: &str, words: &grammar::Context) -> Result<Ruled, Invalid> {
    let recurrence = Recurrence::parse(rrule, Overflow::default())?;
    let today = Due::Date(
        words
            .now
            .to_zoned_datetime(words.zone.rules().clone())
            .date(),
    );
    Ok(Ruled {
        start: first_future(&recurrence, &today, words).unwrap_or(today),
        recurrence,
        names_start: false,
        doubts: Vec::new(),
    })
}

/// The first date from today on that has not passed, of a rule that names times of day; none where today will do.
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

/// Reads words; or, as people paste them into the same field, an RRULE or a cron expression.
fn of_text(text: &str, words: &grammar::Context) -> Result<Ruled, Invalid> {
    let refused = match grammar::whole_rule(text, words) {
        Ok(said) => return Ok(said.into()),
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
    let said = recurrence.anchor;
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
        (None, Anchor::Schedule) if said == Anchor::Completion => {
            recurrence.catch_up = CatchUp::NextFuture;
        }
        (None, Anchor::Schedule) => {}
    }
    Ok(())
}

/// A single date beside a rule, of the kind that the series has. A date without a time means its occurrence of that day.
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
