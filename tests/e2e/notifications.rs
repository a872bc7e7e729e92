//! Reminders reach people over real channels: once, whatever is killed, and whoever does not answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use taskwire_domain::{Clock, SystemClock};
use taskwire_testkit::{Kind, LocalServer, SmtpServer, eventually};

use crate::support::deployment::{Deployment, run};
use crate::support::rest::{Rest, http};

const LIMIT: Duration = Duration::from_mins(1);

/// What receivers were told.
#[derive(Clone, Debug)]
struct Told {
    path: String,
    id: String,
    body: Value,
    at: Timestamp,
}

/// A server that all channels lead to. Paths that begin with `/hang` are not answered until it is told to.
#[derive(Clone, Default)]
struct Receivers {
    told: Arc<Mutex<Vec<Told>>>,
    answers_all: Arc<std::sync::atomic::AtomicBool>,
}

impl Receivers {
    async fn start(&self) -> LocalServer {
        LocalServer::start(Router::new().fallback(receive).with_state(self.clone())).await
    }

    fn told(&self, path: &str) -> Vec<Told> {
        let all = self.told.lock().unwrap();
        all.iter()
            .filter(|told| told.path.starts_with(path))
            .cloned()
            .collect()
    }
}

async fn receive(
    State(receivers): State<Receivers>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let is_slow = uri.path().starts_with("/hang");
    if is_slow
        && !receivers
            .answers_all
            .load(std::sync::atomic::Ordering::SeqCst)
    {
        return std::future::pending().await;
    }
    let id = headers
        .get("webhook-id")
        .map(|id| id.to_str().unwrap().to_owned());
    let told = Told {
        path: uri.path().to_owned(),
        id: id.unwrap_or_default(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
        at: SystemClock.now(),
    };
    receivers.told.lock().unwrap().push(told);
    StatusCode::OK
}

fn private() -> (&'static str, String) {
    ("TASKWIRE_PRIVATE_CHANNELS", "true".into())
}

async fn channel(rest: &Rest, kind: &str, address: &str, more: Value) -> Value {
    let mut body = json!({"kind": kind, "address": address});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    rest.post("/api/v1/channels", &body).await
}

async fn remind(rest: &Rest, title: &str, at: Timestamp) -> Value {
    let body = json!({"title": title, "reminders": [{"at": at.to_string()}]});
    rest.post("/api/v1/tasks", &body).await
}

/// Presses the button behind a link.
async fn press(url: &str) -> String {
    let answer = http().post(url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{url}");
    answer.text().await.unwrap()
}

/// The link under a heading of a message in plain text.
fn link_in(mail: &Value, under: &str) -> String {
    // Quoted-printable: lines that end with = go on in the next one.
    let text = mail["text"]
        .as_str()
        .unwrap()
        .replace("=\r\n", "")
        .replace("=3D", "=");
    let (_, rest) = text
        .split_once(&format!("{under}:\r\n"))
        .unwrap_or_else(|| panic!("{text}"));
    rest.lines().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_reaches_every_channel() {
    let receivers = Receivers::default();
    let server = receivers.start().await;
    let base = server.url();
    let smtp = SmtpServer::start(0);
    let env = [
        private(),
        ("TASKWIRE_SMTP_URL", smtp.url()),
        ("TASKWIRE_MAIL_FROM", "Taskwire <tasks@example.com>".into()),
        ("TASKWIRE_TELEGRAM_URL", base.clone()),
    ];
    let deployment = Deployment::serve_on_with(Kind::Sqlite, &env).await;
    let token = deployment.token("ana");
    let rest = deployment.rest(&token);
    channel(&rest, "email", "ana@example.org", json!({})).await;
    let (mut smtp, asked) = next_message(smtp).await;
    assert_eq!(asked["to"][0], "ana@example.org");
    let said = press(&link_in(&asked, "Confirm this address")).await;
    assert!(said.contains("ana@example.org"), "{said}");
    channel(&rest, "webhook", &format!("{base}/webhook"), json!({})).await;
    channel(&rest, "ntfy", &format!("{base}/ntfy/topic"), json!({})).await;
    channel(&rest, "telegram", "42", json!({"token": "1:abc"})).await;
    channel(&rest, "slack", &format!("{base}/slack"), json!({})).await;
    channel(&rest, "discord", &format!("{base}/discord"), json!({})).await;
    let task = remind(
        &rest,
        "call back",
        SystemClock.now() + SignedDuration::from_millis(500),
    )
    .await;
    let paths = [
        "/webhook",
        "/ntfy",
        "/bot1:abc/sendMessage",
        "/slack",
        "/discord",
    ];
    eventually(LIMIT, || async {
        paths
            .iter()
            .all(|path| receivers.told(path).len() == 1)
            .then_some(())
    })
    .await;
    let mail;
    (smtp, mail) = next_message(smtp).await;
    assert!(
        mail["text"]
            .as_str()
            .unwrap()
            .contains("Subject: call back"),
        "{mail}"
    );
    // Opened by a scanner, the link does nothing; pressed, it completes the task; pressed again, it says so.
    let done = link_in(&mail, "Done");
    let page = http()
        .get(&done)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(page.contains("call back"), "{page}");
    let path = format!("/api/v1/tasks/{}", task["number"]);
    assert_eq!(rest.get(&path).await["status"], "open");
    press(&done).await;
    assert_eq!(rest.get(&path).await["status"], "completed");
    assert!(press(&done).await.contains("already"));
    // All have what was sent, and can be tried by hand.
    let all = rest.get("/api/v1/deliveries").await;
    let statuses: BTreeSet<&str> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, BTreeSet::from(["sent"]));
    let url = deployment.rest_url();
    let args = [
        "notify",
        "test",
        "--channel",
        "webhook",
        "--api-url",
        &url,
        "--token",
        &token,
    ];
    assert_eq!(run(&args, &[]).ok(), "webhook: sent");
    assert_eq!(receivers.told("/webhook").len(), 2);
    let listed = run(
        &["notify", "list", "--api-url", &url, "--token", &token],
        &[],
    )
    .ok();
    assert_eq!(listed.lines().count(), 6, "{listed}");
    drop(smtp);
}

/// Waits for a message on a thread of its own.
async fn next_message(mut smtp: SmtpServer) -> (SmtpServer, Value) {
    let read = tokio::task::spawn_blocking(move || {
        let message = smtp.message();
        (smtp, message)
    });
    tokio::time::timeout(LIMIT, read).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn none_is_lost_or_told_twice_on_sqlite() {
    none_is_lost_or_told_twice(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn none_is_lost_or_told_twice_on_postgres() {
    none_is_lost_or_told_twice(Kind::Postgres).await;
}

/// Reminders are due all the time while the server is killed again and again. A message may arrive twice, but with one id.
async fn none_is_lost_or_told_twice(kind: Kind) {
    const COUNT: i64 = 240;
    let receivers = Receivers::default();
    let server = receivers.start().await;
    let mut deployment = Deployment::serve_on_with(kind, &[private()]).await;
    let rest = deployment.rest(&deployment.token("ana"));
    channel(
        &rest,
        "webhook",
        &format!("{}/one", server.url()),
        json!({}),
    )
    .await;
    channel(
        &rest,
        "webhook",
        &format!("{}/two", server.url()),
        json!({}),
    )
    .await;
    let begin = SystemClock.now() + SignedDuration::from_secs(3);
    for batch in 0..COUNT / 40 {
        let operations: Vec<Value> = (0..40)
            .map(|index| {
                let at = begin + SignedDuration::from_millis((batch * 40 + index) * 25);
                json!({"op": "create", "body": {"title": format!("call {}", batch * 40 + index),
                    "reminders": [{"at": at.to_string()}]}})
            })
            .collect();
        let made = rest
            .post("/api/v1/tasks/batch", &json!({"operations": operations}))
            .await;
        assert_eq!(made["results"].as_array().unwrap().len(), 40);
    }
    for kill in 1..=3 {
        eventually(LIMIT, || async {
            (receivers.told("/").len() >= kill * 60).then_some(())
        })
        .await;
        deployment.api.kill();
        deployment.api.restart().await;
    }
    let count = usize::try_from(COUNT).unwrap();
    for path in ["/one", "/two"] {
        // What was under way at a kill is sent when its claim has ended.
        let ids = eventually(LIMIT, || async {
            let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for told in receivers.told(path) {
                let title = told.body["data"]["title"].as_str().unwrap().to_owned();
                ids.entry(title).or_default().insert(told.id);
            }
            (ids.len() == count).then_some(ids)
        })
        .await;
        for (title, ids) in ids {
            assert_eq!(ids.len(), 1, "{title} was told as several messages");
        }
    }
    assert_eq!(deployment.dead_letters().await, 0);
}

/// A receiver that does not answer holds up nobody else, and gets everything when it does.
#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_answer_holds_up_no_other() {
    const COUNT: i64 = 200;
    let receivers = Receivers::default();
    let server = receivers.start().await;
    let deployment = Deployment::serve_on_with(Kind::Sqlite, &[private()]).await;
    let slow = deployment.rest(&deployment.token("slow"));
    let quick = deployment.rest(&deployment.token("quick"));
    channel(
        &slow,
        "webhook",
        &format!("{}/hang", server.url()),
        json!({}),
    )
    .await;
    channel(
        &quick,
        "webhook",
        &format!("{}/quick", server.url()),
        json!({}),
    )
    .await;
    let at = SystemClock.now() + SignedDuration::from_secs(2);
    for _ in 0..COUNT / 50 {
        let operations: Vec<Value> = (0..50)
            .map(|_| json!({"op": "create", "body": {"title": "x", "reminders": [{"at": at.to_string()}]}}))
            .collect();
        slow.post("/api/v1/tasks/batch", &json!({"operations": operations}))
            .await;
    }
    let last = at + SignedDuration::from_secs(4);
    for index in 0..20 {
        remind(&quick, "y", at + SignedDuration::from_millis(index * 200)).await;
    }
    let told = eventually(LIMIT, || async {
        let told = receivers.told("/quick");
        (told.len() == 20).then_some(told)
    })
    .await;
    // Time itself is measured in benchmarks. A receiver has ten seconds to answer: nobody waited for that.
    let latest = told.iter().map(|told| told.at).max().unwrap();
    assert!(
        latest < last + SignedDuration::from_secs(8),
        "{latest} {last}"
    );
    receivers
        .answers_all
        .store(true, std::sync::atomic::Ordering::SeqCst);
    eventually(LIMIT, || async {
        let ids: BTreeSet<String> = receivers
            .told("/hang")
            .into_iter()
            .map(|told| told.id)
            .collect();
        (ids.len() == usize::try_from(COUNT).unwrap()).then_some(())
    })
    .await;
}
