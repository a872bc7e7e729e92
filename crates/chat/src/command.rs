//! Without a model: simple commands, carried out through the same tools and the same gate.

mod answer;
mod filter;
mod parse;
mod refused;

use serde_json::{Map, Value, json};
use taskwire_domain::contract::StoredMessage;
use taskwire_domain::grammar::Context;

use crate::model::Call;
use crate::stream::FinishReason;
use crate::tools::{ToolOutcome, Tools};
use crate::turn::{End, Turn};

use answer::Added;
pub(crate) use answer::tell;
use filter::Filter;
use parse::{Command, Move};

/// The commands in a sentence.
pub(crate) const WORDS: &str = "add, list, agenda, done, skip, move, why, delete, reopen, restore, undo, and help for examples";

/// What is said when there is no model at all.
pub(crate) const NO_KEY: &str = "No model key is configured, so only simple commands work: add, list, agenda, done, skip, move, why, delete, reopen, restore, undo, and help for examples.";

const HELP: &str = "\
add buy milk tomorrow 5pm p1 #shopping
add pay rent every last workday at 9
list, list today, list friday, list this week, list next week, list overdue, list completed, list #work, list milk
agenda, or agenda next week
done 3, or done 3 4 (several wait for your click)
skip 3, or skip 3 because I am away
move 3 to friday; of a recurring task also: move 3 to friday, all (or: following)
why 3 (why it is due then)
delete 3 (waits for your click), restore 3
reopen 3, undo";

/// Follows the command in `text`, or says what works.
pub(crate) async fn run(turn: &mut Turn, tools: &Tools, text: &str) -> End {
    let now = turn.chat.config.clock.now();
    let command = parse::parse(text, &Context::new(now, turn.zone.clone()));
    let is_reminder = matches!(
        command,
        Command::Add {
            is_reminder: true,
            ..
        }
    );
    let is_list_of_days = matches!(command, Command::List(Filter::Days(..)));
    let (name, arguments) = match command {
        Command::Help => return say(turn, HELP),
        Command::Unknown => {
            let text = format!("I cannot work that out without a model. What works:\n{HELP}");
            return say(turn, &text);
        }
        Command::NoNumber(verb) => {
            let text = format!(
                "Say which task by its number, such as: {verb} 3. To see the numbers: list."
            );
            return say(turn, &text);
        }
        Command::NoDate => {
            return say(turn, "Say where it goes, such as: move 3 to friday.");
        }
        Command::Add { line, .. } => ("tasks_add", json!({"tasks": [{"quick": line}]})),
        Command::List(filter) => filter.call(),
        Command::Agenda(from) if from.is_empty() => ("tasks_agenda", json!({})),
        Command::Agenda(from) => ("tasks_agenda", json!({"from": from})),
        Command::Complete(numbers) => (
            "tasks_complete",
            json!({"tasks": items(&numbers, &json!({}))}),
        ),
        Command::Skip { numbers, reason } => {
            let tasks = items(&numbers, &json!({"reason": reason}));
            ("tasks_skip", json!({"tasks": tasks}))
        }
        Command::Move(Move {
            numbers,
            due,
            scope,
        }) => {
            let tasks = items(&numbers, &json!({"due": due, "scope": scope}));
            ("tasks_reschedule", json!({"tasks": tasks}))
        }
        Command::Explain(numbers) => ("tasks_find", json!({"numbers": numbers, "explain": true})),
        Command::Delete(numbers) => ("tasks_delete", json!({"numbers": numbers})),
        Command::Reopen(numbers) => ("tasks_reopen", json!({"numbers": numbers})),
        Command::Restore(numbers) => ("tasks_restore", json!({"numbers": numbers})),
        Command::Undo => match undo(&turn.before) {
            Ok(call) => call,
            Err(why) => return say(turn, why),
        },
    };
    let mut outcome = match call(turn, tools, name, arguments).await {
        Ok(outcome) => outcome,
        Err(end) => return end,
    };
    if is_list_of_days && let Some(days) = outcome.value.as_object_mut() {
        // What is overdue was not asked for.
        days.remove("overdue");
    }
    let text = match (is_reminder, answer::only(&outcome)) {
        (true, Some(task)) => match remind(turn, tools, &task, &outcome).await {
            Ok(text) => text,
            Err(end) => return end,
        },
        _ => tell(name, &outcome, &turn.zone),
    };
    say(turn, &text)
}

/// One item for each number, with these fields beside it; null is left out.
fn items(numbers: &[i64], fields: &Value) -> Vec<Value> {
    let fields = fields.as_object().into_iter().flatten();
    let fields: Map<String, Value> = fields
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let item = |number: &i64| {
        let mut item = fields.clone();
        item.insert("number".into(), json!(number));
        Value::Object(item)
    };
    numbers.iter().map(item).collect()
}

/// A quick line sets a reminder only if it says so; "remind me" means one at the time the task is due.
async fn remind(
    turn: &mut Turn,
    tools: &Tools,
    task: &Added,
    added: &ToolOutcome,
) -> Result<String, End> {
    let told = tell("tasks_add", added, &turn.zone);
    if task.has_reminder {
        return Ok(told);
    }
    if !task.has_due {
        return Ok(format!(
            "{told}\nNo reminder is set: say when, such as: remind me to call mom tomorrow 5pm."
        ));
    }
    let arguments = json!({"tasks": [{"number": task.number, "reminders_minutes_before": [0]}]});
    let outcome = call(turn, tools, "tasks_update", arguments).await?;
    Ok(if answer::is_failure(&outcome) {
        format!(
            "{told}\nThe reminder is not set. {}",
            tell("tasks_update", &outcome, &turn.zone)
        )
    } else {
        format!("{told}\nYou will be reminded when it is due.")
    })
}

/// Runs one call through the gate; the error is the end of the turn when a click is awaited.
async fn call(
    turn: &mut Turn,
    tools: &Tools,
    name: &str,
    arguments: Value,
) -> Result<ToolOutcome, End> {
    let arguments = match arguments {
        Value::Object(arguments) => arguments,
        _ => Map::new(),
    };
    let id = format!("call_{}", turn.chat.id());
    let call = Call {
        id: id.clone(),
        name: name.to_owned(),
        arguments,
    };
    match turn.run_calls(tools, vec![call]).await {
        End::Continue => {}
        End::Finish(reason) => {
            let text = "This waits for your click.";
            turn.page.say(text);
            turn.ledger.say(text);
            return Err(End::Finish(reason));
        }
        End::Cancelled => return Err(End::Cancelled),
    }
    let part = turn
        .page
        .parts()
        .iter()
        .rfind(|part| part.get("toolCallId").is_some_and(|known| *known == *id));
    let Some(part) = part else {
        return Ok(ToolOutcome::error("The tool is not there."));
    };
    Ok(if let Some(output) = part.get("output") {
        ToolOutcome {
            is_error: false,
            value: output.clone(),
        }
    } else {
        let text = part.get("errorText").and_then(Value::as_str);
        ToolOutcome::error(text.unwrap_or("The tool did not answer."))
    })
}

fn say(turn: &mut Turn, text: &str) -> End {
    turn.page.say(text);
    turn.ledger.say(text);
    End::Finish(FinishReason::Stop)
}

/// The opposite of the last change made in this conversation.
fn undo(before: &[StoredMessage]) -> Result<(&'static str, Value), &'static str> {
    let parts = before
        .iter()
        .rev()
        .filter_map(|message| message.parts.as_array())
        .flat_map(|parts| parts.iter().rev());
    for part in parts {
        let name = part
            .get("toolName")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let is_done = part
            .get("state")
            .is_some_and(|state| state == "output-available");
        if !is_done || matches!(name, "" | "tasks_find" | "tasks_agenda" | "tags_list") {
            continue;
        }
        let numbers = answer::numbers(part.get("output").unwrap_or(&Value::Null));
        if numbers.is_empty() {
            continue;
        }
        return match name {
            "tasks_add" | "tasks_restore" => Ok(("tasks_delete", json!({"numbers": numbers}))),
            "tasks_delete" => Ok(("tasks_restore", json!({"numbers": numbers}))),
            "tasks_complete" | "tasks_skip" => Ok(("tasks_reopen", json!({"numbers": numbers}))),
            "tasks_reopen" => Ok((
                "tasks_complete",
                json!({"tasks": items(&numbers, &json!({}))}),
            )),
            "tasks_reschedule" => Err(
                "A move is undone by another one: say where the task goes, such as: move 3 to friday.",
            ),
            _ => Err(
                "The last change cannot be undone by a command; its earlier values are in the task's history.",
            ),
        };
    }
    Err("There is nothing to undo in this conversation.")
}
