//! Moving a task, one occurrence of a series, or the series.

use jiff::civil::Weekday;
use taskwire_domain::contract::RescheduleTask;
use taskwire_domain::recurrence::OccurrencePosition;
use taskwire_domain::reschedule::{self, Scope};
use taskwire_domain::{Due, EventKind, Invalid, OccurrenceKey, Status, Task, TaskRef, grammar};

use super::complete::{find_ended, not_recurring};
use super::continuation::{self, Move};
use super::{Outcome, coming, find_target, needs_due, occurrence, save, start_new_epoch};
use crate::service::draft::collect_err;
use crate::service::repeat::{self, ResolvedRule};
use crate::service::{Context, Error, conflict, dates, reminder};

/// The request, as far as it can be parsed without the task.
struct Asked {
    scope: Scope,
    key: Option<OccurrenceKey>,
    expected: Option<Weekday>,
}

/// Moves a task. If it is already there, nothing changes.
pub(crate) async fn reschedule(
    context: &mut Context,
    task: TaskRef,
    body: &RescheduleTask,
) -> Result<Outcome, Error> {
    let asked = read(body)?;
    if let Some(key) = asked
        .key
        .as_ref()
        .filter(|_| asked.scope == Scope::Following)
    {
        coming::lock(context, task, key).await?;
    }
    let before = find_target(context, task).await?;
    if let Some(key) = &asked.key
        && let Some(done) = coming(context, &before, key, &asked, body).await?
    {
        return Ok(done);
    }
    if let Some(key) = &asked.key {
        // An occurrence that has ended cannot be moved, so only the task's own key is accepted.
        find_ended(context, &before, key, Status::Open).await?;
    }
    if before.status != Status::Open {
        return Err(conflict(
            "task_not_open",
            format!("Task {} is {}.", before.number, before.status.as_str()),
            "Reopen or restore it first.",
        ));
    }
    if body.recurrence.is_some() && before.series.is_none() {
        return Err(not_recurring(&before, "/recurrence").into());
    }
    // "Tomorrow" is that of the person who says it.
    let words = context.words();
    let parsed = grammar::whole_due_for(&body.due, before.due.as_ref(), &words)
        .map_err(|why| plain(why, &body.due, &words))?;
    let parsed = parsed.for_task(before.due.as_ref(), words.now, &words.zone);
    let (said, mut lasting, mut warnings) = (parsed.due, parsed.duration, parsed.doubts);
    let is_timed = said.time().is_some();
    let to = reschedule::target(before.due.as_ref(), said);
    dates::check_weekday(asked.expected, Some(&to))?;
    let mut task = before.clone();
    let rule = match &body.recurrence {
        Some(input) => Some(repeat::recurrence(input, &words, Some(&to))?),
        None => None,
    };
    // A time in the words of the rule replaces the task's time.
    let to = match &rule {
        Some(rule) if !is_timed => rule.with_time_of_rule(to),
        _ => to,
    };
    if let Some(rule) = &rule {
        rule.agrees_with(&to)?;
    }
    warnings.extend(rule.iter().flat_map(|rule| rule.doubts.clone()));
    if let Some(said) = rule.as_ref().and_then(|rule| rule.duration) {
        lasting = dates::duration(lasting, Some(said))?;
    }
    task.duration = lasting.or(task.duration);
    warnings.extend(move_to(context, &mut task, rule, asked.scope, to).await?);
    dates::check_weekday(asked.expected, task.due.as_ref())?;
    needs_due(&task.reminders, task.due.as_ref())?;
    if task == before {
        return Outcome::unchanged(context, before).await;
    }
    save(context, EventKind::TaskUpdated, &before, &mut task).await?;
    warnings.extend(reminder::warnings(context, &task, Some(&before)));
    Ok(Outcome::changed(task).with_warnings(warnings))
}

/// Moves an occurrence that is still to come. None if the key names none.
async fn coming(
    context: &mut Context,
    open: &Task,
    key: &OccurrenceKey,
    asked: &Asked,
    body: &RescheduleTask,
) -> Result<Option<Outcome>, Error> {
    let named = coming::named(context, open, key);
    let due = match &named {
        Some(position) => position.due(),
        None => match &open.series {
            Some(series) => series.position.start.at(key.at.civil()),
            None => return Ok(None),
        },
    };
    if asked.scope == Scope::Following {
        return following(context, open, named, (key, &due), asked, body).await;
    }
    let words = context.words();
    let to = grammar::whole_due_for(&body.due, Some(&due), &words).and_then(|parsed| {
        if parsed
            .duration
            .is_some_and(|said| Some(said) != open.duration)
        {
            return Err(lasts_otherwise());
        }
        let parsed = parsed.for_task(Some(&due), words.now, &words.zone);
        let to = reschedule::target(Some(&due), parsed.due);
        Ok((to, parsed.doubts))
    });
    let Some(position) = named else {
        return match to {
            Ok((to, _)) if coming::is_moved(context, open, key, &to) => {
                Ok(Some(Outcome::unchanged(context, open.clone()).await?))
            }
            _ => Ok(None),
        };
    };
    if asked.scope == Scope::All {
        return Err(Invalid::new(
            "/scope",
            "invalid_scope",
            "An occurrence that is still to come is moved alone or with those that follow.",
        )
        .hint("Send this or this_and_following, or move the open task.")
        .into());
    }
    let (to, doubts) = to.map_err(|why| plain(why, &body.due, &words))?;
    dates::check_weekday(asked.expected, Some(&to))?;
    let done = coming::reschedule(context, open, &position, to).await?;
    let warnings = [doubts, done.warnings.clone()].concat();
    Ok(Some(done.with_warnings(warnings)))
}

/// Moves an occurrence that is still to come, due at `due`, and those that follow.
async fn following(
    context: &mut Context,
    open: &Task,
    named: Option<OccurrencePosition>,
    (key, due): (&OccurrenceKey, &Due),
    asked: &Asked,
    body: &RescheduleTask,
) -> Result<Option<Outcome>, Error> {
    let is_own = open.series.as_ref().is_some_and(|own| own.key() == key);
    if is_own {
        return Ok(None);
    }
    let words = context.words();
    let parsed = grammar::whole_due_for(&body.due, Some(due), &words)
        .map_err(|why| plain(why, &body.due, &words))?;
    let parsed = parsed.for_task(Some(due), words.now, &words.zone);
    let asked = Move {
        key: key.clone(),
        is_timed: parsed.due.time().is_some(),
        to: reschedule::target(Some(due), parsed.due),
        duration: parsed.duration,
        expected: asked.expected,
        warnings: parsed.doubts,
    };
    match named {
        Some(position) => {
            let moved = continuation::start(context, open, &position, body, &asked).await?;
            Ok(Some(moved))
        }
        None => continuation::repeated(context, open, body, &asked).await,
    }
}

/// The error for a duration of an occurrence that is still to come, which has none of its own.
fn lasts_otherwise() -> Invalid {
    Invalid::new(
        "/due",
        "invalid_duration",
        "An occurrence that is still to come takes as long as the open one.",
    )
    .hint("Send only when it is, or change the duration of the open task.")
}

fn read(body: &RescheduleTask) -> Result<Asked, Error> {
    let mut refused = Vec::new();
    let scope = body.scope.as_deref().map_or(Ok(Scope::This), Scope::parse);
    let scope = collect_err(&mut refused, scope);
    let key = collect_err(&mut refused, occurrence(body.occurrence.as_deref()));
    let expected = dates::expected(body.expected_weekday.as_deref());
    let expected = collect_err(&mut refused, expected);
    if body.recurrence.is_some() && scope == Some(Scope::This) {
        refused.push(
            Invalid::new(
                "/recurrence",
                "rule_for_one",
                "A single occurrence cannot have its own rule.",
            )
            .hint("Send \"scope\": \"this_and_following\", or omit recurrence."),
        );
    }
    match (scope, key, expected) {
        (Some(scope), Some(key), Some(expected)) if refused.is_empty() => Ok(Asked {
            scope,
            key,
            expected,
        }),
        _ => Err(Error::Invalid(refused)),
    }
}

/// The error for a rule sent as a date; it names the right field.
fn plain(why: Invalid, text: &str, words: &grammar::Context) -> Invalid {
    if grammar::rule(text, words).is_ok() {
        return Invalid { hint: None, ..why }.hint(
            "Send the date to move to as \"due\", and the rule as \"recurrence\" with \"scope\": \"this_and_following\".",
        );
    }
    why
}

async fn move_to(
    context: &mut Context,
    task: &mut Task,
    rule: Option<ResolvedRule>,
    scope: Scope,
    to: Due,
) -> Result<Option<String>, Error> {
    let series = match &task.series {
        Some(series) if scope != Scope::This => series.clone(),
        _ => {
            task.due = Some(to);
            return Ok(None);
        }
    };
    let (recurrence, position) = match rule {
        Some(ResolvedRule { recurrence, .. }) => {
            let position = recurrence.first(&to)?;
            (recurrence, position)
        }
        None if series.position.due() == to => {
            // The series already is at this date; at most this occurrence returns to it.
            task.due = Some(to);
            return Ok(None);
        }
        None => reschedule::series(&series, &to, scope)?,
    };
    let series = start_new_epoch(context, &series, recurrence, position).await?;
    let due = series.position.due();
    let warning = ResolvedRule::moved_start_warning(&series.recurrence, &to, &due);
    task.due = Some(due);
    task.series = Some(series);
    Ok(warning)
}
