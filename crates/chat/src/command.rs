//! Simple commands for a chat without a model, run through the same tools and the same gate.

mod decision;
mod filter;
mod numbers;
mod parse;
mod undo;

use serde_json::{Map, Value, json};
use taskwire_domain::grammar::{self, Context};

use crate::gate::Verdict;
use crate::model::Call;
use crate::outcome;
use crate::part;
use crate::record::{Mode, Undone};
use crate::stream::FinishReason;
use crate::tools::{ToolOutcome, Tools};
use crate::turn::{End, PendingCalls, Turn};

pub use decision::decision;
use filter::Filter;
use numbers::items;
use parse::{Command, Move};

/// The quick-add syntax for a reminder at the time the task is due.
const AT_DUE: &str = "!0m";

/// The commands in a sentence.
pub(crate) const COMMANDS: &str = "add, list, agenda, done, skip, move, snooze, why, delete, reopen, restore, undo, and help for examples";

/// The notice when there is no model.
pub(crate) const NO_KEY: &str = "No model key is configured, so only simple commands work: add, list, agenda, done, skip, move, snooze, why, delete, reopen, restore, undo, and help for examples.";

/// The reply to a reminder without a time.
const NO_REMINDER: &str =
    "No reminder is set. Add a date or time, such as: remind me to call mom tomorrow 5pm.";

const HELP: &str = "\
add buy milk tomorrow 5pm p1 #shopping
add pay rent every last workday at 9, remind me 1 hour before
list, list today, list friday, list this week, list before friday, list overdue, list completed, list #work
show 3, show high priority, show tasks tagged health, find milk
agenda, or agenda next week
done 3, or done 3 4 (several need your confirmation)
skip 3, or skip 3 because I am away
move 3 to friday; of a recurring task also: move 3 to friday, all (or: following)
snooze 3 for an hour, or snooze 3 until tomorrow 9am
why 3 (why it is due then)
delete 3 (needs your confirmation), restore 3
reopen 3
undo (again and again, one change at a time)";

/// The filters of a list, for a reply to an unsupported one.
const LISTS: &str = "\
These work, alone or together: today, today and tomorrow, friday, this week, this month, before friday, after friday, \
overdue, completed, completed today, the priorities p1 (high), p2 (medium), p3 (low) and p4 (none), #work, and words of \
the task; such as: list p1 #work before friday. One list shows one priority \
and one status. To look for words as they stand, put them in quotation marks, such as: find \"milk or bread\".";

/// The reply when an approval is pending and something else was typed.
const STILL_PENDING: &str =
    "The question above is still waiting. Answer yes or no first; nothing else was done.";

/// Returns true if `text` is a command that begins with a slash, which is run as a command even if there is a model.
pub(crate) fn is_slash_command(text: &str, context: &Context) -> bool {
    let text = text.trim();
    let Some(rest) = text.strip_prefix('/') else {
        return false;
    };
    let is_word = rest.starts_with(char::is_alphabetic) && !rest.contains([' ', '/']);
    is_word
        || (rest.starts_with(char::is_alphabetic)
            && parse::parse(text, context) != Command::Unknown)
}

/// Runs the command in `text`, or replies with the list of commands.
pub(crate) async fn run(turn: &mut Turn, tools: &Tools, text: &str) -> End {
    let now = turn.chat.config.clock.now();
    let context = Context::new(now, turn.zone.clone());
    let command = parse::parse(text, &context);
    if let Some(answer) = fixed_reply(&command, text) {
        return reply(turn, &answer);
    }
    let mut undoes = None;
    let mut filter = None;
    let mut after = String::new();
    let (name, arguments) = match command {
        Command::Add { line, is_reminder } => {
            let line = match is_reminder.then(|| grammar::quick_add(&line, &context)) {
                Some(parsed) if parsed.due.is_none() => {
                    after = NO_REMINDER.into();
                    line
                }
                Some(parsed) if parsed.reminders.is_empty() => {
                    after = "You will be reminded when it is due.".into();
                    format!("{line} {AT_DUE}")
                }
                _ => line,
            };
            ("tasks_add", json!({"tasks": [{"quick": line}]}))
        }
        Command::List(mut wanted) => {
            after = resolve_tags(turn, tools, &mut wanted).await;
            let call = wanted.call();
            filter = Some(wanted);
            call
        }
        Command::Agenda(from) if from.is_empty() => ("tasks_agenda", json!({})),
        Command::Agenda(from) => ("tasks_agenda", json!({"from": from})),
        Command::Complete(numbers) => (
            "tasks_complete",
            json!({"tasks": items(&numbers, &json!({}))}),
        ),
        Command::Skip { numbers, reason } => {
            let tasks = items(&numbers, &json!({"skip": 1, "reason": reason}));
            ("tasks_reschedule", json!({"tasks": tasks}))
        }
        Command::Move(Move {
            numbers,
            due,
            scope,
        }) => {
            let tasks = items(&numbers, &json!({"due": due, "scope": scope}));
            ("tasks_reschedule", json!({"tasks": tasks}))
        }
        Command::Snooze { numbers, until } => {
            let tasks = items(&numbers, &json!({"snooze": until}));
            ("tasks_update", json!({"tasks": tasks}))
        }
        Command::Explain(numbers) => ("tasks_find", json!({"numbers": numbers, "explain": true})),
        Command::Delete(numbers) => ("tasks_delete", json!({"numbers": numbers})),
        Command::Reopen(numbers) => ("tasks_reopen", json!({"numbers": numbers})),
        Command::Restore(numbers) => (
            "tasks_reopen",
            json!({"numbers": numbers, "only_restore": true}),
        ),
        Command::Undo => match undo::inverse(&turn.before) {
            Ok(inverse) => {
                undoes = Some(inverse.change);
                turn.state.question = inverse.question;
                (inverse.tool, inverse.arguments)
            }
            Err(reason) => {
                turn.record.passed_over = reason.change;
                return reply(turn, &reason.why);
            }
        },
        // Handled above.
        _ => return End::Finish(FinishReason::Stop),
    };
    if let Some(missing) = missing(turn, tools, name, &arguments).await {
        return reply(turn, &missing);
    }
    let mut arguments = arguments.as_object().cloned().unwrap_or_default();
    // The reply describes the task with all that it has.
    arguments.insert("detail".to_owned(), json!("full"));
    let mut outcome = match call(turn, tools, name, arguments.clone(), undoes).await {
        Ok(outcome) => outcome,
        Err(end) => return end,
    };
    if let Some(filter @ Filter::Days(..)) = &filter {
        drop_other_days(&mut outcome.value, filter, &context);
    }
    let mut description = match filter {
        Some(filter) if outcome::is_empty_list(name, &outcome) => filter.no_match_text(),
        _ => outcome::describe(name, &arguments, &outcome, &turn.zone),
    };
    if !after.is_empty() && !outcome::is_failure(&outcome) {
        description = format!("{description}\n{after}");
    }
    reply(turn, &description)
}

/// Takes out the tasks that are overdue since another day, which were not requested.
fn drop_other_days(found: &mut Value, filter: &Filter, context: &Context) {
    let overdue = found.get_mut("overdue").and_then(Value::as_array_mut);
    if let Some(overdue) = overdue {
        overdue.retain(|task| {
            let due = task.get("due").and_then(Value::as_str);
            due.is_some_and(|due| filter.has_day(due, context))
        });
    }
}

/// The reply to a command that needs no tool.
fn fixed_reply(command: &Command, text: &str) -> Option<String> {
    Some(match command {
        Command::Help => HELP.to_owned(),
        Command::Unknown => not_understood(text),
        Command::Unclear(part) => {
            let part = crate::sanitize::line(part, 200);
            format!("I didn't understand \"{part}\" there, so nothing was searched. {LISTS}")
        }
        Command::NoDay(part) => {
            let part = crate::sanitize::line(part, 200);
            format!(
                "There is no day \"{part}\" in the calendar. For example: list 30 nov, or list december."
            )
        }
        Command::NoNumber(verb) => {
            format!("Which task? Use its number, such as: {verb} 3. To see the numbers: list.")
        }
        Command::NoTitle => "What is the task? For example: add buy milk tomorrow.".to_owned(),
        Command::NoDate => "To which date? For example: move 3 to friday.".to_owned(),
        Command::SeveralUndos => {
            "Each undo reverts one change. Type undo again for the change before it.".to_owned()
        }
        Command::Thanks => "You are welcome.".to_owned(),
        Command::Decision => "Nothing is waiting for your confirmation.".to_owned(),
        _ => return None,
    })
}

/// Reports the tasks that do not exist, before anybody is asked to confirm a change to them.
async fn missing(turn: &Turn, tools: &Tools, name: &str, arguments: &Value) -> Option<String> {
    let tool = tools.get(name)?;
    let arguments = arguments.as_object()?;
    if !turn
        .state
        .changed_tasks
        .clone()
        .evaluate(&[(tool, arguments)])
        .iter()
        .any(Verdict::is_question)
    {
        return None;
    }
    let numbers = arguments.get("numbers").or_else(|| arguments.get("tasks"));
    let numbers = numbers?.as_array()?.iter();
    let numbers: Vec<&Value> = numbers
        .filter_map(|item| {
            item.get("number")
                .or_else(|| item.is_number().then_some(item))
        })
        .collect();
    let find = Call {
        id: format!("call_{}", turn.chat.id()),
        name: "tasks_find".to_owned(),
        arguments: Map::from_iter([("numbers".to_owned(), json!(numbers))]),
    };
    let found = tools.call(&turn.message, &find, None).await;
    let missing = found.value.get("not_found")?.as_array()?;
    let missing: Vec<String> = missing
        .iter()
        .map(|number| format!("There is no task {number}."))
        .collect();
    (!missing.is_empty()).then(|| {
        format!(
            "{} Nothing was changed. To see the numbers: list.",
            missing.join(" ")
        )
    })
}

/// Replies that an approval is pending, and asks again, so that it can be given here.
pub(crate) async fn ask_again(turn: &mut Turn, tools: &Tools, waiting: PendingCalls) -> End {
    turn.record.mode = Mode::Command;
    turn.ui.begin_step();
    reply(turn, STILL_PENDING);
    let mut end = End::Finish(FinishReason::Stop);
    for (mut call, reason) in waiting.calls {
        let by = format!("call_{}", turn.chat.id());
        if let Some(undone) = waiting
            .undoes
            .as_ref()
            .filter(|undone| undone.by == call.id)
        {
            let change = undone.change.clone();
            turn.record.undoes = Some(Undone {
                change,
                by: by.clone(),
            });
        }
        call.id = by;
        turn.state.question = Some(reason);
        match turn.run_calls(tools, vec![call]).await {
            End::Continue => {}
            other => end = other,
        }
    }
    end
}

/// The reply to text that is not a command.
fn not_understood(text: &str) -> String {
    let text = crate::sanitize::line(text.trim(), 200);
    if text.starts_with('/') {
        return format!("Unknown command {text}. Available commands:\n{HELP}");
    }
    format!(
        "I didn't understand that. To create a task, type: add {text}\nWithout a model key only these commands work:\n{HELP}"
    )
}

/// Treats the search words of a list as tags if they are names of tags; returns the note that explains it.
async fn resolve_tags(turn: &Turn, tools: &Tools, wanted: &mut Filter) -> String {
    let Some(words) = wanted
        .open_words()
        .map(|words| crate::sanitize::line(words, 200))
    else {
        return String::new();
    };
    if wanted.take_tags(&tags(turn, tools).await) {
        format!("These are the tasks with that tag. To look for the word, type: find {words}")
    } else {
        String::new()
    }
}

/// The names of the user's tags; empty if they cannot be read, in which case the words stay search words.
async fn tags(turn: &Turn, tools: &Tools) -> Vec<String> {
    let call = Call {
        id: format!("call_{}", turn.chat.id()),
        name: "tags_list".to_owned(),
        arguments: Map::new(),
    };
    let outcome = tools.call(&turn.message, &call, None).await;
    let tags = outcome.value.get("tags").and_then(Value::as_array);
    let names = tags.into_iter().flatten();
    let names = names.filter_map(|tag| tag.get("name")?.as_str());
    names.map(str::to_owned).collect()
}

/// Runs one call through the gate; an error is the end of the turn because approval is needed.
async fn call(
    turn: &mut Turn,
    tools: &Tools,
    name: &str,
    arguments: Map<String, Value>,
    undoes: Option<String>,
) -> Result<ToolOutcome, End> {
    let id = format!("call_{}", turn.chat.id());
    turn.record.undoes = undoes.map(|change| Undone {
        change,
        by: id.clone(),
    });
    let call = Call {
        id: id.clone(),
        name: name.to_owned(),
        arguments,
    };
    match turn.run_calls(tools, vec![call]).await {
        End::Continue => {}
        End::Finish(reason) => {
            // The part of the call shows that it waits, until it is answered.
            return Err(End::Finish(reason));
        }
        end @ (End::Cancelled | End::Unchanged(_)) => return Err(end),
    }
    let Some(tool) = part::tools(turn.ui.parts()).rfind(|tool| tool.tool_call_id == id) else {
        return Ok(ToolOutcome::error("The tool is not available."));
    };
    Ok(if let Some(output) = &tool.output {
        ToolOutcome::success(output.clone())
    } else {
        let text = tool.error_text.as_deref();
        ToolOutcome::error(text.unwrap_or("The tool did not respond."))
    })
}

fn reply(turn: &mut Turn, text: &str) -> End {
    turn.ui.push_text(text);
    turn.transcript.push_text(text);
    End::Finish(FinishReason::Stop)
}
