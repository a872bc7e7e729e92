//! The chat as processes: killed while a call runs, used through a pipe, and read by a real client.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use futures::StreamExt;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use taskwire_testkit::Kind;
use taskwire_testkit::gemini::{FakeGemini, Reply, Script, last_user_text, tool_results};

use crate::support::clients;
use crate::support::deployment::{Deployment, Model, clean, run};
use crate::support::rest::Rest;
use crate::support::{LIMIT, model};

/// Number of kills in the middle of a call.
const ROUNDS: usize = 12;
/// Tasks in one call, so that there is a middle to be killed in.
const TASKS: usize = 25;
/// Longest time from the beginning of the call to the kill, in milliseconds.
const CALL_MAX: u64 = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_call_happens_once_on_sqlite() {
    kill_in_calls(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_call_happens_once_on_postgres() {
    kill_in_calls(Kind::Postgres).await;
}

/// A model that adds many tasks at once, and says so when it gets the result.
async fn adder() -> FakeGemini {
    let script = Script::from_fn(|request| match tool_results(request).last() {
        None => {
            let printed = last_user_text(request);
            let batch = printed.lines().last().unwrap_or_default();
            let tasks: Vec<Value> = (0..TASKS)
                .map(|item| json!({"title": format!("{batch} item {item}")}))
                .collect();
            Reply::call("tasks_add", json!({"tasks": tasks}))
        }
        Some(_) => Reply::text("noted"),
    });
    FakeGemini::start(script).await.unwrap()
}

async fn kill_in_calls(kind: Kind) {
    let gemini = adder().await;
    let mut deployment = Deployment::serve(kind, Some(Model { url: gemini.url() })).await;
    let token = deployment.token("ana");
    let mut rng = StdRng::seed_from_u64(7);
    let mut interrupted = 0;
    for round in 0..ROUNDS {
        let rest = deployment.rest(&token);
        let conversation = format!("killed-{round}");
        let printed = json!({"id": conversation, "trigger": "submit-message", "messages": [
            {"id": "u1", "role": "user", "parts": [{"type": "text", "text": format!("batch {round}")}]},
        ]});
        until_called(&rest, &printed).await;
        // There is no event to wait for before a kill.
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..CALL_MAX))).await;
        deployment.api.kill();
        deployment.api.restart().await;

        let path = format!("/api/v1/conversations/{conversation}");
        let kept = rest.get(&path).await;
        let is_open = kept["messages"][1]["parts"]
            .to_string()
            .contains("input-available");
        interrupted += usize::from(is_open);
        // The user presses "Try again", or their client sends the same message again.
        let again = if round % 2 == 0 {
            json!({"id": conversation, "trigger": "regenerate-message", "messages": []})
        } else {
            printed
        };
        let answer = chat(&rest, &again).await;
        assert!(answer.contains("noted"), "round {round}: {answer}");

        let tasks = rest.all("/api/v1/tasks").await;
        let mut titles: Vec<&str> = tasks
            .iter()
            .filter_map(|task| task["title"].as_str())
            .filter(|title| title.starts_with(&format!("batch {round} ")))
            .collect();
        assert_eq!(titles.len(), TASKS, "round {round}");
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(
            titles.len(),
            TASKS,
            "round {round}: something was done twice"
        );
        let kept = rest.get(&path).await;
        let parts = kept["messages"][1]["parts"].as_array().unwrap();
        for part in parts.iter().filter(|part| part["type"] == "dynamic-tool") {
            assert_eq!(part["state"], "output-available", "round {round}: {kept:#}");
        }
    }
    eprintln!("{kind:?}: {interrupted} of {ROUNDS} kills met an open call");
    assert!(interrupted > 0, "no kill met a call");
}

/// Sends a message and waits until the resulting call is made.
async fn until_called(rest: &Rest, body: &Value) {
    let request = rest
        .http
        .post(format!("{}/api/v1/chat", rest.base))
        .bearer_auth(&rest.token)
        .json(body);
    let mut bytes = request.send().await.unwrap().bytes_stream();
    let mut read = Vec::new();
    let wait = async {
        while let Some(Ok(chunk)) = bytes.next().await {
            read.extend_from_slice(&chunk);
            if String::from_utf8_lossy(&read).contains("tool-input-available") {
                return;
            }
        }
        panic!("no call was made: {}", String::from_utf8_lossy(&read));
    };
    tokio::time::timeout(LIMIT, wait)
        .await
        .expect("a call is made");
}

/// The whole response to a request.
async fn chat(rest: &Rest, body: &Value) -> String {
    let request = rest
        .http
        .post(format!("{}/api/v1/chat", rest.base))
        .bearer_auth(&rest.token)
        .json(body);
    let answer = tokio::time::timeout(LIMIT, async { request.send().await?.text().await });
    answer.await.expect("an answer in time").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stored_messages_are_valid_for_a_real_client() {
    let gemini = model::start().await;
    let deployment = Deployment::serve(Kind::Sqlite, Some(Model { url: gemini.url() })).await;
    let token = deployment.token("ana");
    let mut client = clients::chat(&deployment, &token, "kept").await;
    let say = |text: &str| json!({"do": "say", "text": text});
    client.ask(&say("Note down \"old shoes\".")).await;
    client.ask(&say("Throw away \"old shoes\".")).await;
    // A page that is opened now shows the question, and can answer it.
    let mut second = clients::chat(&deployment, &token, "kept").await;
    let asked = second.hello["messages"][3]["parts"].to_string();
    assert!(asked.contains("requestReason"), "{asked}");
    second.ask(&json!({"do": "click", "approved": false})).await;
    let mut third = clients::chat(&deployment, &token, "kept").await;
    third.ask(&say("Throw away \"old shoes\" after all.")).await;
    third.ask(&json!({"do": "click", "approved": true})).await;
    let fourth = clients::chat(&deployment, &token, "kept").await;
    let kept = fourth.hello["messages"].to_string();
    assert!(
        kept.contains("output-denied") && kept.contains("output-available"),
        "{kept}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn talk_takes_its_lines_from_a_pipe() {
    let deployment = Deployment::serve(Kind::Sqlite, None).await;
    let token = deployment.token("ana");
    let mut lines: String = (1..=20).fold(String::new(), |lines, number| {
        lines + &format!("add chore {number}\n")
    });
    lines.push_str(
        "\nadd dentist tomorrow 3pm remind me 1 hour before\ndone 1\ndone 2\n/undo\n/undo\n/history\nexit\nadd never\n",
    );
    let printed = talk(&deployment, &token, &lines);
    assert!(printed.contains("Added #20 chore 20."), "{printed}");
    assert!(printed.contains("reminder 1 hour before"), "{printed}");
    assert!(
        printed.contains("Reopened #2") && printed.contains("Reopened #1"),
        "{printed}"
    );
    assert!(
        printed.contains("> add chore 20"),
        "the history shows what was said: {printed}"
    );
    let rest = deployment.rest(&token);
    let open = rest.all("/api/v1/tasks?status=open").await;
    assert_eq!(open.len(), 21, "nothing is lost, and exit ends");
    let dentist = open.iter().find(|task| task["title"] == "dentist").unwrap();
    assert_eq!(dentist["reminders"][0]["minutes_before"], 60);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn talk_asks_until_it_gets_a_yes_or_a_no() {
    let deployment = Deployment::serve(Kind::Sqlite, None).await;
    let token = deployment.token("ana");
    let lines = "add a\nadd b\nadd c\ndelete 1\nperhaps\nyes\ndelete 2\nno\ndelete 3\n\n";
    let printed = talk(&deployment, &token, lines);
    assert_eq!(printed.matches("Proceed? [y/N] ").count(), 4, "{printed}");
    assert!(printed.contains("Delete task #1."), "{printed}");
    assert!(
        printed.contains("The question is still waiting: answer yes or no."),
        "{printed}"
    );
    let rest = deployment.rest(&token);
    let open = rest.all("/api/v1/tasks?status=open").await;
    let mut titles: Vec<&str> = open
        .iter()
        .map(|task| task["title"].as_str().unwrap())
        .collect();
    titles.sort_unstable();
    assert_eq!(titles, ["b", "c"], "an empty line is a no");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn talk_explains_how_to_get_a_token() {
    let deployment = Deployment::serve(Kind::Sqlite, None).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let url = deployment.rest_url();
    let args = ["talk", "list", "--api-url", &url, "--data-dir", folder];
    let missing = run(&args, &[]).failed();
    assert!(missing.contains("start `taskwire serve` once"), "{missing}");
    let wrong = run(&args, &[("TASKWIRE_TOKEN", "wrong")]).failed();
    assert!(
        wrong.contains("the access token is not accepted"),
        "{wrong}"
    );
}

fn talk(deployment: &Deployment, token: &str, lines: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taskwire"));
    clean(&mut command);
    let mut child = command
        .args(["talk", "--api-url", &deployment.rest_url(), "--data-dir"])
        .arg(deployment.folder())
        .env("TASKWIRE_TOKEN", token)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}
