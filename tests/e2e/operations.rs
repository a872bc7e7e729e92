//! What operators see of each process: liveness, readiness and metrics, on an internal port.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use taskwire_store::{Db, Options};
use taskwire_telemetry::metric;
use taskwire_testkit::sidecar::{Backends, FakeSidecar, Options as SidecarOptions};
use taskwire_testkit::{Kind, Server, TestDb, both_databases, eventually, free_port};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::LIMIT;
use crate::support::deployment::{PROGRAM, clean, run};
use crate::support::rest::{Rest, http};

const SERVICE_TOKEN: &str = "a secret that only the services of this test know";
const APP_TOKEN: &str = "a secret of the sidecars of this test";

both_databases!(
    each_process_says_what_it_lacks,
    a_stopping_process_is_not_ready_before_its_requests_end,
);

/// A process with an internal port.
struct Part {
    server: Server,
    internal: String,
    /// Its other port, if it has one.
    public: String,
}

/// What is the same for all processes.
struct Installation {
    folder: TempDir,
    database: String,
    api: u16,
    mcp: u16,
}

impl Installation {
    fn new(db: &TestDb) -> Self {
        let this = Self {
            folder: TempDir::new().unwrap(),
            database: db.address.clone(),
            api: free_port(),
            mcp: free_port(),
        };
        let folder = this.folder.path().to_str().unwrap();
        run(
            &[
                "migrate",
                "--data-dir",
                folder,
                "--database-url",
                &db.address,
            ],
            &[],
        )
        .ok();
        this
    }

    async fn start(&self, words: &str, listen: Option<u16>, sidecar: Option<&FakeSidecar>) -> Part {
        let internal = free_port();
        let port = listen.unwrap_or(internal);
        let server = Server::start(PROGRAM, internal, |command| {
            clean(command);
            command
                .args(words.split(' '))
                .args(
                    listen
                        .iter()
                        .flat_map(|port| ["--listen".to_owned(), format!("127.0.0.1:{port}")]),
                )
                .env("TASKWIRE_INTERNAL_LISTEN", format!("127.0.0.1:{internal}"))
                .env("TASKWIRE_DATA_DIR", self.folder.path())
                .env("TASKWIRE_DATABASE_URL", &self.database)
                .env("TASKWIRE_SERVICE_TOKEN", SERVICE_TOKEN)
                .env("TASKWIRE_API_URL", format!("http://127.0.0.1:{}", self.api))
                .env("TASKWIRE_MCP_URL", format!("http://127.0.0.1:{}", self.mcp))
                .env("APP_API_TOKEN", APP_TOKEN);
            if let Some(sidecar) = sidecar {
                command.env("DAPR_HTTP_PORT", sidecar.port().to_string());
            }
        })
        .await;
        Part {
            server,
            internal: format!("http://127.0.0.1:{internal}"),
            public: format!("http://127.0.0.1:{port}"),
        }
    }
}

async fn get(base: &str, path: &str) -> (u16, String) {
    let answer = http().get(format!("{base}{path}")).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

impl Part {
    /// The status of `/readyz`, its word for it, and the names of the checks that fail with their reasons.
    async fn ready(&self) -> (u16, String, BTreeMap<String, String>) {
        let (status, text) = get(&self.internal, "/readyz").await;
        let answer: Value = serde_json::from_str(&text).unwrap();
        let failing = answer["checks"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|check| {
                let reason = check["reason"].as_str()?.to_owned();
                Some((check["name"].as_str().unwrap().to_owned(), reason))
            });
        (
            status,
            answer["status"].as_str().unwrap().to_owned(),
            failing.collect(),
        )
    }

    /// The names of the checks, each with `?` if the process is ready without it.
    async fn checks(&self) -> String {
        let (_, text) = get(&self.internal, "/readyz").await;
        let answer: Value = serde_json::from_str(&text).unwrap();
        let names = answer["checks"].as_array().unwrap().iter().map(|check| {
            let mark = if check["required"] == true { "" } else { "?" };
            format!("{}{mark}", check["name"].as_str().unwrap())
        });
        names.collect::<Vec<_>>().join(" ")
    }

    /// Waits until the process is not ready, or no longer, because of this check. It is alive in any case.
    async fn until_lacking(&self, name: &str, reason: &str) {
        eventually(LIMIT, || async {
            let (status, _, failing) = self.ready().await;
            (status == 503 && failing.get(name)?.contains(reason)).then_some(())
        })
        .await;
        assert_eq!(get(&self.internal, "/healthz").await.0, 200);
    }

    async fn until_ready(&self) {
        eventually(LIMIT, || async {
            (self.ready().await.0 == 200).then_some(())
        })
        .await;
    }

    async fn metrics(&self) -> String {
        let (status, text) = get(&self.internal, "/metrics").await;
        assert_eq!(status, 200);
        text
    }

    async fn has_metric(&self, start: &str) -> bool {
        self.metrics()
            .await
            .lines()
            .any(|line| line.starts_with(start))
    }
}

async fn sidecar(backends: &Backends, app: &str) -> FakeSidecar {
    FakeSidecar::start(backends, SidecarOptions::of(app)).await
}

async fn sidecars(backends: &Backends) -> Vec<FakeSidecar> {
    let mut sidecars = Vec::new();
    for app in ["task-api", "task-relay", "task-audit", "task-chat"] {
        sidecars.push(sidecar(backends, app).await);
    }
    sidecars
}

/// Otherwise the first one is no increase.
async fn counts_from_the_start(relay: &Part, audit: &Part) {
    assert!(relay.has_metric("taskwire_relay_active ").await);
    let dropped = "taskwire_deliveries_total{consumer=\"audit\",status=\"drop\"} 0";
    assert!(audit.has_metric(dropped).await);
}

/// A process that publishes over a component that its sidecar does not have.
async fn lacks_its_component(installation: &Installation, sidecar: &FakeSidecar) {
    let relay = installation
        .start("relay --pubsub other", None, Some(sidecar))
        .await;
    relay.until_lacking("pubsub", "has not loaded").await;
}

/// The metrics are those of the list, each with its help.
fn check_names(text: &str) {
    let known: Vec<&str> = metric::ALL.iter().map(|metric| metric.name).collect();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let name = rest.split(' ').next().unwrap();
            assert!(known.contains(&name), "{name} is not listed");
            assert!(
                text.contains(&format!("# HELP {name} ")),
                "{name} has no help"
            );
        }
    }
}

async fn each_process_says_what_it_lacks(db: TestDb) {
    let installation = Installation::new(&db);
    let backends = Backends::default();
    let mut sidecars = sidecars(&backends).await;
    let [api_port, mcp_port] = [installation.api, installation.mcp];
    let mut api = installation
        .start("api --bus dapr", Some(api_port), Some(&sidecars[0]))
        .await;
    let relay = installation.start("relay", None, Some(&sidecars[1])).await;
    let audit = installation
        .start(
            "consumer audit --bus dapr",
            Some(free_port()),
            Some(&sidecars[2]),
        )
        .await;
    let recurrence = installation.start("consumer recurrence", None, None).await;
    let mcp = installation.start("mcp", Some(mcp_port), None).await;
    let chat = installation
        .start("chat --state dapr", Some(free_port()), Some(&sidecars[3]))
        .await;

    let all = [
        (&api, "taskwire-api", "sidecar? database schema"),
        (&relay, "taskwire-relay", "database schema sidecar pubsub"),
        (&audit, "taskwire-audit", "database schema sidecar pubsub"),
        (&recurrence, "taskwire-recurrence", "database schema api"),
        (&mcp, "taskwire-mcp", "api"),
        (&chat, "taskwire-chat", "api state sidecar?"),
    ];
    for (part, name, checks) in all {
        part.until_ready().await;
        assert_eq!(part.checks().await, checks, "{name}");
        let text = part.metrics().await;
        check_names(&text);
        let info = format!("service_name=\"{name}\"");
        assert!(text.contains(&info), "{text}");
        assert!(text.contains("\nprocess_start_time_seconds "), "{text}");
        assert!(text.contains("taskwire_dependency_ready{check="), "{text}");
        let has_pool = text.contains("db_client_connection_count{");
        assert_eq!(has_pool, checks.contains("database"), "{name}");
    }
    // The other ports say only whether they are alive.
    for (part, status) in [(&api, 200), (&mcp, 200), (&chat, 200), (&audit, 204)] {
        assert_eq!(get(&part.public, "/healthz").await.0, status);
        for path in ["/readyz", "/metrics"] {
            let (status, text) = get(&part.public, path).await;
            assert!(matches!(status, 401 | 404), "{path}: {status} {text}");
        }
    }
    counts_from_the_start(&relay, &audit).await;
    lacks_its_component(&installation, &sidecars[1]).await;

    // Without a sidecar.
    for sidecar in &mut sidecars {
        sidecar.kill().await;
    }
    relay.until_lacking("sidecar", "does not respond").await;
    audit.until_lacking("sidecar", "does not respond").await;
    chat.until_lacking("state", "does not respond").await;
    eventually(LIMIT, || async {
        let (status, word, failing) = api.ready().await;
        assert_eq!((status, word.as_str()), (200, "ready"));
        failing.contains_key("sidecar").then_some(())
    })
    .await;
    assert!(
        api.has_metric("taskwire_dependency_ready{check=\"sidecar\"} 0")
            .await
    );
    for sidecar in &mut sidecars {
        sidecar.restart().await;
    }
    relay.until_ready().await;

    // Without a database that can be written.
    let holder = Db::connect(&db.address, &Options::default()).await.unwrap();
    let writing = holder.begin().await.unwrap();
    if db.kind == Kind::Postgres {
        db.refuse_connections(true);
        db.cut_connections();
    }
    for part in [&api, &relay, &audit, &recurrence] {
        part.until_lacking("database", "").await;
    }
    drop(writing);
    db.refuse_connections(false);
    for part in [&api, &relay, &audit, &recurrence] {
        part.until_ready().await;
    }
    holder.close().await;

    // Without the API.
    api.server.kill();
    for part in [&mcp, &chat, &recurrence] {
        part.until_lacking("api", &format!("127.0.0.1:{api_port}"))
            .await;
    }
    assert_eq!(audit.ready().await.0, 200);
    api.server.restart().await;
    for part in [&mcp, &chat, &recurrence] {
        part.until_ready().await;
    }
    let internal = api.internal.trim_start_matches("http://");
    run(&["healthcheck", "--internal-listen", internal], &[]).ok();
}

/// A request whose body has not arrived is in progress.
async fn a_stopping_process_is_not_ready_before_its_requests_end(db: TestDb) {
    let installation = Installation::new(&db);
    let mut serve = installation.start("serve", Some(free_port()), None).await;
    let database = ["--database-url", &*installation.database];
    let folder = installation.folder.path().to_str().unwrap();
    let token = ["token", "create", "--user", "ana", "--data-dir", folder];
    let token = run(&[&token[..], &database].concat(), &[]).ok();
    let address = serve.public.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let body = json!({"title": "The last one"}).to_string();
    let head = format!(
        "POST /api/v1/tasks HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    eventually(LIMIT, || async {
        serve
            .has_metric("http_server_active_requests{http_request_method=\"POST\"} 1")
            .await
            .then_some(())
    })
    .await;
    let pid = serve.server.pid().to_string();
    let asked = std::process::Command::new("kill")
        .args(["-TERM", &pid])
        .status();
    assert!(asked.unwrap().success());
    eventually(LIMIT, || async {
        let (status, word, failing) = serve.ready().await;
        (status == 503).then(|| assert_eq!((word.as_str(), failing.len()), ("stopping", 0)))
    })
    .await;
    assert_eq!(get(&serve.internal, "/healthz").await.0, 200);
    // Nothing new begins.
    eventually(LIMIT, || async { TcpStream::connect(&address).await.err() }).await;
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    eventually(LIMIT, || async {
        TcpStream::connect(serve.internal.trim_start_matches("http://"))
            .await
            .err()
    })
    .await;
    serve.server.restart().await;
    let rest = Rest::new(&serve.public, &token);
    let tasks = rest.send(Method::GET, "/api/v1/tasks", None).await.ok();
    assert_eq!(tasks["items"][0]["title"], "The last one", "{tasks}");
}

#[tokio::test]
async fn a_consumer_that_listens_on_no_port_takes_no_address_for_one() {
    let printed = run(
        &["consumer", "reminder", "--listen", "127.0.0.1:1"],
        &[("TASKWIRE_SERVICE_TOKEN", SERVICE_TOKEN)],
    )
    .failed();
    assert!(printed.contains("--listen has no effect"), "{printed}");
    let control = "a service token with a\u{7} bell in the middle";
    for token in [control, &"x".repeat(600)] {
        let folder = TempDir::new().unwrap();
        let folder = folder.path().to_str().unwrap();
        for command in [&["api"][..], &["consumer", "all"]] {
            let args = [command, &["--data-dir", folder]].concat();
            let printed = run(&args, &[("TASKWIRE_SERVICE_TOKEN", token)]).failed();
            assert!(printed.contains("--service-token"), "{printed}");
            assert!(!printed.contains(token), "{printed}");
        }
    }
}
