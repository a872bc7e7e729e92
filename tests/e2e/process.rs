//! Conditions of a process: its log is not read, its files may not grow, others start at the same moment.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use taskwire_testkit::{Kind, eventually, free_port};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::support::LIMIT;
use crate::support::clients::{Transport, mcp};
use crate::support::deployment::{Deployment, PROGRAM, clean, run};
use crate::support::rest::{Rest, http};

/// How many processes start at the same moment.
const STARTS: usize = 16;

/// The program with a data folder; killed when dropped.
fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = std::process::Command::new(PROGRAM);
    clean(&mut command);
    command
        .args(args)
        .args(["--data-dir", folder.to_str().unwrap()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut command = Command::from(command);
    command.kill_on_drop(true);
    command
}

/// The local user's client of a server, once it responds.
async fn rest(folder: &Path, port: u16) -> Rest {
    let base = format!("http://127.0.0.1:{port}");
    let http = http();
    eventually(LIMIT, || async {
        http.get(format!("{base}/healthz")).send().await.ok()
    })
    .await;
    let token = std::fs::read_to_string(folder.join("token")).unwrap();
    Rest::new(&base, token.trim())
}

async fn terminate(child: &mut Child) -> ExitStatus {
    let pid = child.id().unwrap().to_string();
    let asked = std::process::Command::new("kill")
        .args(["-TERM", &pid])
        .status();
    assert!(asked.unwrap().success());
    timeout(LIMIT, child.wait()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_server_works_on_when_nobody_reads_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    let args = ["serve", "--listen", &listen, "--log", "debug"];
    let mut server = program(folder.path(), &args).spawn().unwrap();
    let rest = rest(folder.path(), port).await;
    drop((server.stdout.take(), server.stderr.take()));

    for day in 1..=3 {
        let task = json!({"title": "Stretch", "due": format!("2031-01-0{day}"),
            "recurrence": {"rrule": "FREQ=DAILY"}});
        let task = rest.post("/api/v1/tasks", &task).await;
        let complete = format!("/api/v1/tasks/{}/complete", task["number"]);
        rest.post(&complete, &json!({})).await;
    }
    eventually(LIMIT, || async {
        let open = rest.all("/api/v1/tasks?status=open").await;
        let audit = rest.all("/api/v1/audit").await;
        // Each task was created and completed, and the next one was created.
        (open.len() == 3 && audit.len() >= 9).then_some(())
    })
    .await;
    assert!(terminate(&mut server).await.success());
}

#[tokio::test]
async fn processes_that_start_at_once_on_an_empty_folder_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();

    let started: Vec<Child> = (0..STARTS)
        .map(|number| {
            let args: &[&str] = if number % 2 == 0 {
                &["migrate"]
            } else {
                &["mcp", "--stdio"]
            };
            program(folder, args).spawn().unwrap()
        })
        .collect();
    for child in started {
        let output = timeout(LIMIT, child.wait_with_output())
            .await
            .unwrap()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {printed}", output.status);
    }
    let doctor = run(&["doctor", "--data-dir", folder.to_str().unwrap()], &[]).ok();
    assert!(doctor.contains("token is in the database"), "{doctor}");
    let tokens = run(
        &["token", "list", "--data-dir", folder.to_str().unwrap()],
        &[],
    )
    .ok();
    assert_eq!(
        tokens.lines().count(),
        1,
        "one process creates the token: {tokens}"
    );
}

#[tokio::test]
async fn a_file_that_may_not_grow_is_like_a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    run(
        &["migrate", "--data-dir", folder.path().to_str().unwrap()],
        &[],
    )
    .ok();
    let mut command = std::process::Command::new("bash");
    clean(&mut command);
    // In blocks of 1024 bytes.
    command
        .args(["-c", "ulimit -f 2000; exec \"$@\"", "-", PROGRAM, "serve"])
        .args(["--listen", &listen])
        .args(["--data-dir", folder.path().to_str().unwrap()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut server = Command::from(command).kill_on_drop(true).spawn().unwrap();
    let rest = rest(folder.path(), port).await;
    let task = json!({"title": "Fill", "notes": "x".repeat(9_000)});
    let refused = timeout(Duration::from_mins(1), async {
        loop {
            let answer = rest.send(Method::POST, "/api/v1/tasks", Some(&task)).await;
            if answer.status != 201 {
                return answer;
            }
        }
    });
    let refused = refused.await.unwrap();
    assert_eq!(refused.status, 507, "{}", refused.text());
    rest.get("/api/v1/tasks?limit=1").await;
    assert!(terminate(&mut server).await.success());
}

#[tokio::test]
async fn an_mcp_client_learns_that_the_server_has_ended() {
    let mut deployment = Deployment::serve(Kind::Sqlite, None).await;
    let token = deployment.token("ana");
    let mut client = mcp(&deployment, &token, Transport::Stdio).await;
    client.call("tasks_find", json!({})).await;
    deployment.api.kill();
    for (tool, arguments) in [
        ("tasks_find", json!({})),
        ("tasks_add", json!({"tasks": [{"title": "Milk"}]})),
    ] {
        let call = json!({"do": "call", "tool": tool, "arguments": arguments});
        let answer = client.ask(&call).await;
        assert_eq!(answer["is_error"], true, "{answer}");
        let text = answer["text"].as_str().unwrap();
        assert!(text.contains(&deployment.api.url()), "{text}");
        assert!(text.contains("start `taskwire serve` again"), "{text}");
    }
    deployment.api.restart().await;
    client.call("tasks_find", json!({})).await;
}
