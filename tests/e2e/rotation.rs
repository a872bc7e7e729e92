//! Secrets that are replaced in their files while the service runs: no request fails, and no log shows one.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};
use taskwire_parts::{Postgres, Process};
use taskwire_testkit::gemini::{FakeGemini, Reply, Script};
use taskwire_testkit::{Server, eventually, free_port, psql};
use tempfile::TempDir;

use crate::support::LIMIT;
use crate::support::deployment::{PROGRAM, clean, run};
use crate::support::rest::Rest;

/// Clients at work before the password is changed, and after it: then the pool needs new connections.
const FEW: usize = 2;
const MANY: usize = 12;
/// Requests that show that clients go on.
const SOME: usize = 100;
/// What a process says when it uses a new value.
const REPLACED: &str = "A secret was replaced";

/// A folder of mounted secrets.
struct Mounted(TempDir);

impl Mounted {
    fn new(secrets: &[(&str, &str)]) -> Self {
        let this = Self(TempDir::new().unwrap());
        for (name, value) in secrets {
            this.set(name, value);
        }
        this
    }

    /// Replaces a file as a whole, as mounted secrets are.
    fn set(&self, name: &str, value: &str) {
        let new = self.0.path().join(".new");
        std::fs::write(&new, value).unwrap();
        std::fs::rename(new, self.0.path().join(name)).unwrap();
    }

    fn folder(&self) -> &str {
        self.0.path().to_str().unwrap()
    }
}

/// The variables of all processes of an installation on Postgres.
fn environment(secrets: &Mounted, data: &Path, api: u16) -> Vec<(&'static str, String)> {
    vec![
        ("TASKWIRE_SECRETS_DIR", secrets.folder().to_owned()),
        ("TASKWIRE_DATABASE_URL", "secret://file/database".into()),
        ("TASKWIRE_SERVICE_TOKEN", "secret://file/service".into()),
        ("TASKWIRE_DATA_DIR", data.to_str().unwrap().to_owned()),
        ("TASKWIRE_API_URL", format!("http://127.0.0.1:{api}")),
        ("TASKWIRE_LOG", "debug".into()),
    ]
}

/// Creates a task that repeats, and completes it.
async fn complete_one(rest: &Rest) {
    let task =
        json!({"title": "Stretch", "due": "2031-01-01", "recurrence": {"rrule": "FREQ=DAILY"}});
    let task = rest.post("/api/v1/tasks", &task).await;
    let complete = format!("/api/v1/tasks/{}/complete", task["number"]);
    rest.post(&complete, &json!({})).await;
}

/// Completes tasks until it is told to stop.
async fn work(rest: Rest, done: Arc<AtomicUsize>, stop: Arc<AtomicBool>) -> usize {
    let mut completed = 0;
    while !stop.load(Ordering::SeqCst) {
        complete_one(&rest).await;
        completed += 1;
        done.fetch_add(2, Ordering::SeqCst);
    }
    completed
}

/// Waits until clients have made some more requests.
async fn go_on(done: &AtomicUsize) {
    let from = done.load(Ordering::SeqCst);
    eventually(LIMIT, || async {
        (done.load(Ordering::SeqCst) >= from + SOME).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn password_and_service_token_are_replaced_under_load() {
    let folder = TempDir::new().unwrap();
    let postgres = Postgres::start_with_password(folder.path(), "first-password");
    let postgres = postgres.await.unwrap();
    let second_url = postgres.url.replace("first-password", "second-password");
    let tokens =
        ["first", "second"].map(|name| format!("{name}-token-of-the-services-of-this-test"));
    let secrets = Mounted::new(&[("database", &postgres.url), ("service", &tokens[0])]);
    let port = free_port();
    let env = environment(&secrets, folder.path(), port);
    let pairs: Vec<(&str, &str)> = env
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    run(&["migrate"], &pairs).ok();
    let mut api = Server::start(PROGRAM, port, |command| {
        clean(command);
        command
            .args(["api", "--listen", &format!("127.0.0.1:{port}")])
            .args(["--database-connections", "16", "--rate-limit", "0"])
            .envs(env.clone());
    })
    .await;
    let mut consumers = ["recurrence", "audit"].map(|which| {
        let mut command = Command::new(PROGRAM);
        clean(&mut command);
        command.args(["consumer", which]).envs(env.clone());
        Process::spawn(which, command, &folder.path().join(format!("{which}.log"))).unwrap()
    });
    let token = run(&["token", "create", "--user", "ana"], &pairs).ok();
    let rest = Rest::new(&api.url(), &token);

    let (done, stop) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
    let start = || tokio::spawn(work(rest.clone(), Arc::clone(&done), Arc::clone(&stop)));
    let mut clients: Vec<_> = (0..FEW).map(|_| start()).collect();
    go_on(&done).await;

    // First on the server: until the file follows, new connections are refused, and wait.
    psql(
        &postgres.url,
        &["ALTER ROLE postgres PASSWORD 'second-password'"],
    );
    clients.extend((FEW..MANY).map(|_| start()));
    go_on(&done).await;
    secrets.set("database", &second_url);
    api.wait_for_line("New connections to the database use")
        .await;
    go_on(&done).await;

    secrets.set("service", &tokens[1]);
    go_on(&done).await;
    api.wait_for_line("secret://file/service").await;
    for consumer in &mut consumers {
        consumer
            .until_logged("secret://file/service")
            .await
            .unwrap();
    }
    go_on(&done).await;
    stop.store(true, Ordering::SeqCst);
    let mut completed = 0;
    for client in clients {
        completed += client.await.unwrap();
    }
    until_advanced(&rest, completed).await;
    for consumer in &consumers {
        let log = consumer.log();
        assert!(!log.contains("WARN") && !log.contains("ERROR"), "{log}");
    }

    // An API that knows only the new one: the consumer still shows the old one, which is refused.
    api.kill();
    api.restart().await;
    complete_one(&rest).await;
    until_advanced(&rest, completed + 1).await;
    // Nobody gets in with what is left behind.
    let refused = std::panic::catch_unwind(|| psql(&postgres.url, &["SELECT 1"]));
    assert!(refused.is_err());

    let logs = consumers.iter().map(Process::log).chain([api.log()]);
    for log in logs {
        assert!(log.contains(REPLACED), "{log}");
        for secret in ["first-password", "second-password", &tokens[0], &tokens[1]] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
    }
}

/// Waits until each completed task has its next occurrence, which a consumer asks the API for.
async fn until_advanced(rest: &Rest, completed: usize) {
    eventually(LIMIT, || async {
        let open = rest.all("/api/v1/tasks?status=open").await;
        let next = open.iter().filter(|task| task["due"] == "2031-01-02");
        (next.count() >= completed).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_turn_uses_a_new_model_key() {
    let gemini = FakeGemini::start(Script::from_fn(|_| Reply::text("noted")))
        .await
        .unwrap();
    gemini.accept_only("the-first-key");
    let secrets = Mounted::new(&[("model", "the-first-key\n")]);
    let folder = TempDir::new().unwrap();
    let port = free_port();
    let mut server = Server::start(PROGRAM, port, |command| {
        clean(command);
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(["--data-dir", folder.path().to_str().unwrap()])
            .args(["--model-base-url", gemini.url(), "--model", "gemini-test"])
            .args(["--log", "debug", "--model-api-key", "secret://file/model"])
            .env("TASKWIRE_SECRETS_DIR", secrets.folder());
    })
    .await;
    let token = std::fs::read_to_string(folder.path().join("token")).unwrap();
    let rest = Rest::new(&server.url(), token.trim());
    assert!(says(&rest, "first").await.contains("noted"));

    secrets.set("model", "the-second-key\n");
    server.wait_for_line(REPLACED).await;
    gemini.accept_only("the-second-key");
    assert!(says(&rest, "second").await.contains("noted"));
    let log = server.log();
    for key in ["the-first-key", "the-second-key"] {
        assert!(!log.contains(key), "{log}");
    }
}

/// What the chat answers in a conversation of its own.
async fn says(rest: &Rest, conversation: &str) -> String {
    let body: Value = json!({
        "id": conversation,
        "trigger": "submit-message",
        "messages": [{"id": "m1", "role": "user", "parts": [{"type": "text", "text": "How are you?"}]}],
    });
    let request = rest
        .http
        .post(format!("{}/api/v1/chat", rest.base))
        .bearer_auth(&rest.token)
        .json(&body);
    let answer = tokio::time::timeout(LIMIT, async { request.send().await?.text().await });
    answer.await.unwrap().unwrap()
}
