//! `doctor --deep`: the database, the sidecar and what it has loaded, the relay, and the model's key.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use taskwire_testkit::gemini::{FakeGemini, Script};
use taskwire_testkit::sidecar::{App, Backends, FakeSidecar, Options};
use taskwire_testkit::{Kind, free_port, psql};

use crate::support::deployment::{Deployment, Ran};

const KEY: &str = "the-key-of-this-test";
const API_TOKEN: &str = "the-token-of-this-sidecar";

/// The checks of a report, with the exit status.
struct Report {
    is_healthy: bool,
    checks: Vec<Value>,
}

impl Report {
    fn new(ran: &Ran) -> Self {
        for secret in [KEY, API_TOKEN] {
            assert!(
                !ran.out.contains(secret) && !ran.err.contains(secret),
                "{ran:?}"
            );
        }
        let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
        assert_eq!(report["healthy"], ran.success);
        Self {
            is_healthy: ran.success,
            checks: report["checks"].as_array().unwrap().clone(),
        }
    }

    fn of(&self, check: &str) -> &Value {
        let found = self.checks.iter().find(|one| one["check"] == check);
        found.unwrap_or_else(|| panic!("nothing about the {check}: {:#?}", self.checks))
    }

    #[track_caller]
    fn is(&self, check: &str, status: &str, part: &str) {
        let found = self.of(check);
        assert_eq!(found["status"], status, "{found:#}");
        assert!(
            found["detail"].as_str().unwrap().contains(part),
            "{found:#}"
        );
        let needs_remedy = status == "warn";
        assert!(!needs_remedy || found["remedy"].is_string(), "{found:#}");
    }
}

fn deep(deployment: &Deployment, more: &[&str]) -> Report {
    let args = [&["doctor", "--deep", "--format", "json"], more].concat();
    Report::new(&deployment.run(&args))
}

async fn sidecar() -> FakeSidecar {
    let options = Options {
        api_token: Some(API_TOKEN.into()),
        ..Options::of("task-api")
    };
    let sidecar = FakeSidecar::start(&Backends::default(), options).await;
    sidecar.set_secret("vault", "database", "x");
    sidecar
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_can_be_seen_is_said() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let deployment = Deployment::serve(kind, None).await;
        let nowhere = free_port().to_string();
        let mode = |mode| std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(deployment.folder(), mode(0o700)).unwrap();
        let report = deep(&deployment, &["--dapr-http-port", &nowhere]);
        assert!(report.is_healthy, "{:#?}", report.checks);
        for (check, status, part) in [
            ("permissions", "ok", "only its owner"),
            ("disk", "", "free on the disk"),
            ("migrations", "ok", "the newest of this version"),
            ("writes", "ok", "a row was written"),
            ("event log", "ok", "0 events"),
            ("clock", "ok", "the API"),
            ("sidecar", "absent", "nothing here needs one"),
            ("relay", "absent", "none has run"),
            ("consumers", "ok", "audit 0 behind"),
            ("dead letters", "ok", "none"),
            ("model", "absent", "no key"),
        ] {
            // How much space this machine has is not known.
            let status = if status.is_empty() {
                report.of(check)["status"].as_str().unwrap()
            } else {
                status
            };
            report.is(check, status, part);
        }
        match kind {
            Kind::Sqlite => report.is("integrity", "ok", "taskwire.db is whole"),
            Kind::Postgres => report.is("clock", "ok", "the database"),
        }
        // Plain `doctor` has none of it.
        let output = deployment.run(&["doctor"]).ok();
        for check in ["sidecar", "relay", "clock", "writes"] {
            assert!(!output.contains(check), "{output}");
        }
        std::fs::set_permissions(deployment.folder(), mode(0o755)).unwrap();
        let report = deep(&deployment, &["--dapr-http-port", &nowhere]);
        report.is("permissions", "warn", "others may look into");
        std::fs::set_permissions(deployment.folder().join("token"), mode(0o644)).unwrap();
        let report = deep(&deployment, &["--dapr-http-port", &nowhere]);
        report.is("permissions", "fail", "others may read");
        assert!(!report.is_healthy);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_file_is_found() {
    let mut deployment = Deployment::serve(Kind::Sqlite, None).await;
    let rest = deployment.rest(&deployment.token("ana"));
    for _ in 0..50 {
        let task = serde_json::json!({"title": "x", "notes": "x".repeat(5000)});
        rest.post("/api/v1/tasks", &task).await;
    }
    assert!(deployment.api.stop().await.success());
    let file = deployment.folder().join("taskwire.db");
    let mut bytes = std::fs::read(&file).unwrap();
    // A page that only long notes are on: it begins with the number of the next one.
    let is_of_notes = |page: &&mut [u8]| {
        page[4..].iter().all(|byte| {
            b"x
"
            .contains(byte)
        })
    };
    let page = bytes.chunks_mut(4096).find(is_of_notes).unwrap();
    page[..4].fill(0xff);
    std::fs::write(&file, bytes).unwrap();
    let report = deep(&deployment, &[]);
    report.is("integrity", "fail", "taskwire.db is damaged");
    report.is("database", "ok", "");
    assert!(!report.is_healthy);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_behind_the_sidecar_is_asked_through_it() {
    let deployment = Deployment::serve(Kind::Sqlite, None).await;
    let options = Options {
        api_token: Some(API_TOKEN.into()),
        app: Some(App {
            url: deployment.rest_url(),
            token: None,
            health: None,
        }),
        ..Options::of("task-api")
    };
    let sidecar = FakeSidecar::start(&Backends::default(), options).await;
    let url = sidecar.url();
    let address = ["--api-url", "dapr://task-api", "--dapr-http-endpoint", &url];
    let report = deep(
        &deployment,
        &[&address[..], &["--dapr-api-token", API_TOKEN]].concat(),
    );
    report.is("server", "ok", "dapr://task-api is ready");
    report.is("token", "ok", "is valid for");
    report.is("mcp", "ok", "dapr://task-api/mcp responds");
    report.is("clock", "ok", "the API");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_sidecar_has_not_loaded_is_named() {
    let deployment = Deployment::serve(Kind::Sqlite, None).await;
    let sidecar = sidecar().await;
    let (url, nowhere) = (sidecar.url(), format!("http://127.0.0.1:{}", free_port()));
    let run = |more: &[&str]| {
        let token = ["--dapr-api-token", API_TOKEN, "--dapr-http-endpoint"];
        deep(&deployment, &[&token[..], more].concat())
    };
    let report = run(&[&url, "--bus", "dapr", "--state", "dapr"]);
    assert!(report.is_healthy, "{:#?}", report.checks);
    for (check, status, part) in [
        ("sidecar", "ok", "Dapr 1.18.3, app task-api"),
        ("pub/sub", "ok", "taskpubsub (pubsub.kafka)"),
        ("state store", "ok", "taskstate (state.redis)"),
        ("secret store", "ok", "vault (secretstores.local.file)"),
        ("subscriptions", "absent", "task-api needs none"),
    ] {
        report.is(check, status, part);
    }
    let report = run(&[&url, "--bus", "dapr", "--pubsub", "other"]);
    report.is("pub/sub", "fail", "other is not loaded; taskpubsub");
    let report = run(&[&nowhere, "--bus", "dapr"]);
    report.is("sidecar", "fail", "does not respond");
    let report = deep(
        &deployment,
        &["--dapr-http-endpoint", &url, "--bus", "dapr"],
    );
    report.is("sidecar", "fail", "401");
    let remedy = report.of("sidecar")["remedy"].as_str().unwrap();
    assert!(remedy.contains("DAPR_API_TOKEN"), "{remedy}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_does_not_publish_and_dead_letters_are_warnings() {
    let deployment = Deployment::serve(Kind::Postgres, None).await;
    let rest = deployment.rest(&deployment.token("ana"));
    rest.post("/api/v1/tasks", &serde_json::json!({"title": "x"}))
        .await;
    psql(
        &deployment.database,
        &[
            "INSERT INTO consumer_positions (consumer, seq) VALUES ('relay', 0)",
            "INSERT INTO dead_letters (consumer, event_id, owner_id, seq, attempts, error, payload, buried_at)
                SELECT 'audit', id, owner_id, seq, 12, 'poison', '{}', 0 FROM events LIMIT 1",
            // As if it had been there for long.
            "UPDATE events SET id = '01890000-0000-7000-8000-000000000001' WHERE seq = (SELECT MIN(seq) FROM events)",
        ],
    );
    let report = deep(&deployment, &[]);
    report.is("relay", "warn", "run by nobody");
    report.is("dead letters", "warn", "1 of audit");
    psql(
        &deployment.database,
        &["INSERT INTO leases (name, holder, token, beat) VALUES ('relay', 'pod 7', 1, 0)"],
    );
    let report = deep(&deployment, &[]);
    report.is("relay", "warn", "run by pod 7");
    assert!(report.is_healthy);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_of_the_model_is_tried_only_on_request() {
    let gemini = FakeGemini::start(Script::from_fn(|_| panic!("no turn is run")))
        .await
        .unwrap();
    gemini.accept_only(KEY);
    let deployment = Deployment::serve(Kind::Sqlite, None).await;
    let run = |args: &[&str], key: &str, model: &str| {
        let model = [
            "--model-base-url",
            gemini.url(),
            "--model-api-key",
            key,
            "--model",
            model,
        ];
        deployment.run(&[&["doctor", "--format", "json"], args, &model].concat())
    };
    let report = Report::new(&run(&["--deep"], KEY, "gemini-test"));
    report.is("model", "ok", "the key is accepted");
    let report = Report::new(&run(&["--deep"], KEY, "gemini-none"));
    report.is("model", "fail", "does not list gemini-none");
    let report = Report::new(&run(&["--deep"], "another", "gemini-test"));
    report.is("model", "fail", "does not accept the key (400");
    let report = Report::new(&run(&[], "another", "gemini-test"));
    report.is("model", "ok", "gemini-test at");
}
