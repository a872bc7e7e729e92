//! A rolling upgrade with a migration in the middle, and the way back, under load: no request fails and nothing is lost.
//!
//! The new version is this build with one more migration, which it runs when it starts. The old one does not have it.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use taskwire_parts::{Balancer, Process};
use taskwire_testkit::{Kind, Server, TestDb, eventually, free_port};
use tempfile::TempDir;

use crate::migrate::{LATER, later};
use crate::support::LIMIT;
use crate::support::deployment::{PROGRAM, clean, run};
use crate::support::record;
use crate::support::rest::Rest;

const SERVICE_TOKEN: &str = "a secret that only the services of this test know";
const CLIENTS: usize = 6;
/// Requests between two steps of the upgrade.
const SOME: usize = 40;
/// On the tables that every request uses.
const MIGRATION: (i64, &str) = (
    9001,
    "ALTER TABLE tasks ADD COLUMN later BIGINT NOT NULL DEFAULT 0;
    ALTER TABLE events ADD COLUMN later TEXT;
    CREATE INDEX tasks_later ON tasks (owner_id, later);
    CREATE TABLE later (id BIGINT NOT NULL PRIMARY KEY);",
);

#[derive(Clone, Copy, PartialEq)]
enum Version {
    Old,
    New,
}

/// A process of the API.
struct Replica {
    server: Server,
    address: SocketAddr,
}

/// What all processes share.
struct Site {
    balancer: Balancer,
    db: TestDb,
    folder: TempDir,
    migrations: TempDir,
}

impl Site {
    async fn new() -> Self {
        Self {
            balancer: Balancer::start().await.unwrap(),
            db: TestDb::create(Kind::Postgres),
            folder: TempDir::new().unwrap(),
            migrations: later(&[MIGRATION]),
        }
    }

    fn url(&self) -> String {
        format!("http://{}", self.balancer.address())
    }

    fn configure(&self, command: &mut Command, version: Version, args: &[&str]) {
        clean(command);
        command
            .args(args)
            .args(["--database-url", &self.db.address])
            .args(["--service-token", SERVICE_TOKEN])
            .args(["--data-dir", self.folder.path().to_str().unwrap()]);
        if version == Version::New {
            command.env(LATER, self.migrations.path());
        }
    }

    async fn api(&self, version: Version) -> Replica {
        let port = free_port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let listen = address.to_string();
        let server = Server::start(PROGRAM, port, |command| {
            let args = ["api", "--listen", &listen, "--rate-limit", "0"];
            self.configure(command, version, &args);
        })
        .await;
        self.balancer.add(address);
        Replica { server, address }
    }

    fn consumer(&self, version: Version, which: &str, number: usize) -> Process {
        let mut command = Command::new(PROGRAM);
        let url = self.url();
        self.configure(
            &mut command,
            version,
            &["consumer", which, "--api-url", &url],
        );
        let log = self.folder.path().join(format!("{which}-{number}.log"));
        Process::spawn(which, command, &log).unwrap()
    }
}

/// The running processes.
struct Fleet {
    apis: Vec<Replica>,
    consumers: Vec<(&'static str, Process)>,
    /// How many versions ran before.
    generation: usize,
    /// What the processes of before have logged.
    logs: String,
}

impl Fleet {
    async fn start(site: &Site) -> Self {
        let apis = vec![site.api(Version::Old).await, site.api(Version::Old).await];
        let consumers =
            ["audit", "recurrence"].map(|which| (which, site.consumer(Version::Old, which, 0)));
        Self {
            apis,
            consumers: consumers.into(),
            generation: 0,
            logs: String::new(),
        }
    }

    /// Replaces one process after the other.
    async fn roll(&mut self, site: &Site, version: Version, load: &Load) {
        self.generation += 1;
        self.logs.clear();
        for old in &mut self.apis {
            let new = site.api(version).await;
            load.go_on().await;
            site.balancer.remove(old.address);
            let mut gone = std::mem::replace(old, new);
            assert!(gone.server.stop().await.success(), "{}", gone.server.log());
            self.logs.push_str(&gone.server.log());
            load.go_on().await;
        }
        for (which, old) in &mut self.consumers {
            let new = site.consumer(version, which, self.generation);
            old.stop().await.unwrap();
            self.logs.push_str(&old.log());
            *old = new;
            load.go_on().await;
        }
    }

    fn log_of_apis(&self) -> String {
        self.apis.iter().map(|one| one.server.log()).collect()
    }
}

/// Clients that work, each on connections of its own that are kept alive, until they are told to stop.
struct Load {
    clients: Vec<tokio::task::JoinHandle<Vec<String>>>,
    done: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Load {
    fn start(url: &str, token: &str) -> Self {
        let (done, stop) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let clients = (0..CLIENTS).map(|client| {
            let rest = Rest::new(url, token);
            tokio::spawn(work(rest, client, Arc::clone(&done), Arc::clone(&stop)))
        });
        Self {
            clients: clients.collect(),
            done,
            stop,
        }
    }

    /// Waits until some more requests were answered.
    async fn go_on(&self) {
        let from = self.done.load(Ordering::SeqCst);
        eventually(LIMIT, || async {
            let failed = self
                .clients
                .iter()
                .any(tokio::task::JoinHandle::is_finished);
            assert!(!failed, "a client has given up");
            (self.done.load(Ordering::SeqCst) >= from + SOME).then_some(())
        })
        .await;
    }

    /// The titles of the series that were completed once.
    async fn end(self) -> Vec<String> {
        self.stop.store(true, Ordering::SeqCst);
        let mut titles = Vec::new();
        for client in self.clients {
            titles.extend(client.await.unwrap());
        }
        titles
    }
}

/// A request that must not fail, in whatever way.
async fn ask(rest: &Rest, method: Method, path: &str, body: Option<&Value>, key: &str) -> Value {
    let answer = rest.try_send(method, path, body, Some(key)).await;
    answer
        .unwrap_or_else(|error| panic!("{path}: {error:?}"))
        .ok()
}

async fn work(
    rest: Rest,
    client: usize,
    done: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) -> Vec<String> {
    let mut titles = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let title = format!("client {client} task {}", titles.len());
        let task =
            json!({"title": title, "due": "2031-01-01", "recurrence": {"rrule": "FREQ=DAILY"}});
        let task = ask(&rest, Method::POST, "/api/v1/tasks", Some(&task), &title).await;
        let path = format!("/api/v1/tasks/{}", task["number"]);
        let read = rest.send(Method::GET, &path, None).await.ok();
        assert_eq!(read["title"], *title);
        let complete = format!("{path}/complete");
        let key = format!("{title} done");
        ask(&rest, Method::POST, &complete, Some(&json!({})), &key).await;
        done.fetch_add(3, Ordering::SeqCst);
        titles.push(title);
    }
    titles
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_while_versions_are_replaced_and_nothing_is_lost() {
    let site = Site::new().await;
    let mut fleet = Fleet::start(&site).await;
    let args = [
        "token",
        "create",
        "--user",
        "ana",
        "--database-url",
        &site.db.address,
    ];
    let token = run(&args, &[]).ok();
    let load = Load::start(&site.url(), &token);
    load.go_on().await;

    fleet.roll(&site, Version::New, &load).await;
    let log = fleet.log_of_apis();
    assert_eq!(log.matches("Migrated the database").count(), 1, "{log}");
    assert!(!fleet.logs.contains("ERROR"), "{}", fleet.logs);

    fleet.roll(&site, Version::Old, &load).await;
    let log = fleet.log_of_apis();
    let accepted = log
        .matches("A newer version of Taskwire has migrated")
        .count();
    assert_eq!(accepted, 2, "{log}");
    assert!(!fleet.logs.contains("ERROR"), "{}", fleet.logs);

    let titles = load.end().await;
    let rest = Rest::new(&site.url(), &token);
    let next = eventually(LIMIT, || async {
        let open = rest.all("/api/v1/tasks?status=open").await;
        (open.len() >= titles.len()).then_some(open)
    })
    .await;
    let mut advanced: Vec<&str> = next
        .iter()
        .filter(|task| task["due"] == "2031-01-02")
        .map(|task| task["title"].as_str().unwrap())
        .collect();
    let mut expected: Vec<&str> = titles.iter().map(String::as_str).collect();
    advanced.sort_unstable();
    expected.sort_unstable();
    assert_eq!(advanced, expected, "each series has advanced once");
    let completed = rest.all("/api/v1/tasks?status=completed").await;
    assert_eq!(completed.len(), titles.len());
    let events = record::replay(&rest).await;
    let lines = record::audit(&rest, &events).await;
    // Created, completed, and the next occurrence; and the last word.
    assert_eq!(lines.len(), 3 * titles.len() + 1);
    eprintln!("{} series, {} events", titles.len(), events.len());
}
