//! Prompts with their arguments, and completion, on the API itself.

use rmcp::model::{ArgumentInfo, CompleteRequestParams, GetPromptRequestParams, Prompt, Reference};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::pipe::Pipe;
use crate::service::Service;

both_databases!(each_prompt_names_only_what_exists, arguments_are_completed);

fn filled(prompt: &Prompt) -> Value {
    let arguments = prompt.arguments.iter().flatten();
    let filled = arguments.map(|argument| (argument.name.clone(), json!("12")));
    Value::Object(filled.collect())
}

async fn text(pipe: &Pipe, name: &str, arguments: Value) -> Result<String, String> {
    let arguments = arguments.as_object().unwrap().clone();
    let request = GetPromptRequestParams::new(name).with_arguments(arguments);
    let got = pipe
        .0
        .get_prompt(request)
        .await
        .map_err(|e| e.to_string())?;
    let got = serde_json::to_value(got).unwrap();
    assert_eq!(got["messages"][0]["role"], "user");
    Ok(got["messages"][0]["content"]["text"]
        .as_str()
        .unwrap()
        .to_owned())
}

async fn values(pipe: &Pipe, prompt: &str, argument: &str, typed: &str) -> Vec<String> {
    let prompt = Reference::for_prompt(prompt);
    let argument = ArgumentInfo::new(argument, typed);
    let request = CompleteRequestParams::new(prompt, argument);
    pipe.0.complete(request).await.unwrap().completion.values
}

async fn each_prompt_names_only_what_exists(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    let tools = pipe.tools().await.to_string();
    let prompts = pipe.0.list_all_prompts().await.unwrap();
    let names: Vec<&str> = prompts.iter().map(|prompt| prompt.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "plan_day",
            "weekly_review",
            "triage",
            "break_down",
            "what_changed"
        ]
    );
    for prompt in &prompts {
        let text = text(pipe, &prompt.name, filled(prompt)).await.unwrap();
        assert!(text.contains("12") != filled(prompt).as_object().unwrap().is_empty());
        let words = text.split(|c: char| !(c.is_ascii_alphabetic() || c == '_'));
        for name in words.filter(|word| word.contains('_')) {
            let is_known = tools.contains(&format!("\"name\":\"{name}\""))
                || tools.contains(&format!("\"{name}\":{{"));
            assert!(is_known, "{} names {name}", prompt.name);
        }
        for argument in prompt.arguments.iter().flatten() {
            assert!(argument.description.is_some(), "{}", argument.name);
        }
    }
    let refused = text(pipe, "plan_day", json!({"date": "today"}))
        .await
        .unwrap_err();
    assert!(refused.contains("it has \"day\""), "{refused}");

    // The calls that the prompts ask for are accepted.
    for (tool, arguments) in [
        ("tasks_find", json!({"filter": "no:due | no:priority"})),
        ("tasks_find", json!({"completed_after": "7 days ago"})),
        ("tasks_agenda", json!({"from": "next monday", "days": 1})),
        (
            "tasks_history",
            json!({"via": "mcp", "since": "last monday"}),
        ),
        (
            "tasks_history",
            json!({"via": "chat", "since": "yesterday"}),
        ),
    ] {
        pipe.call(tool, arguments).await;
    }
}

async fn arguments_are_completed(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    let titles = (1..=13).map(|number| match number {
        12 => json!({"title": "Pay rent"}),
        _ => json!({"title": format!("Call {number}")}),
    });
    let add = json!({"tasks": titles.collect::<Vec<_>>()});
    pipe.call("tasks_add", add).await;
    pipe.call("tasks_complete", json!({"tasks": [13, 1]})).await;

    assert_eq!(values(pipe, "plan_day", "day", "Mon").await, ["monday"]);
    assert_eq!(
        values(pipe, "break_down", "task", "rent").await,
        ["12 Pay rent"]
    );
    // A number that was typed in full comes first, whatever its status.
    let by_digit = values(pipe, "break_down", "task", "#1").await;
    assert_eq!(by_digit.first().unwrap(), "1 Call 1");
    assert!(by_digit.contains(&"12 Pay rent".to_owned()), "{by_digit:?}");
    assert!(!by_digit.contains(&"13 Call 13".to_owned()), "{by_digit:?}");
    assert_eq!(values(pipe, "break_down", "task", "").await.len(), 11);
    assert_eq!(values(pipe, "break_down", "task", "999").await.len(), 0);
    let long = "x".repeat(5_000);
    assert_eq!(values(pipe, "break_down", "task", &long).await.len(), 0);

    // What completion shows is accepted, and the title does not get into the text.
    let shown = &values(pipe, "break_down", "task", "rent").await[0];
    let asked = text(pipe, "break_down", json!({"task": shown}))
        .await
        .unwrap();
    assert!(asked.starts_with("Break down my task 12. "), "{asked}");

    for (prompt, argument, named) in [
        ("plan_year", "day", "Unknown prompt"),
        ("plan_day", "date", "it has \"day\""),
        ("triage", "day", "takes no arguments"),
    ] {
        let request = CompleteRequestParams::new(
            Reference::for_prompt(prompt),
            ArgumentInfo::new(argument, "t"),
        );
        let error = pipe.0.complete(request).await.unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
}
