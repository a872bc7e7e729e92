//! The official MCP conformance suite, in both protocol eras. Expected failures are listed next to the clients; a new
//! failure fails, and so does a listed one that passes.

use std::path::Path;
use std::process::Stdio;

use taskwire_testkit::Kind;
use tokio::process::Command;

use crate::support::clients::setting;
use crate::support::deployment::Deployment;

async fn conforms(revision: &str) {
    let deployment = Deployment::serve(Kind::Sqlite, None).await;
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let output = Command::new(setting("TASKWIRE_TEST_NODE"))
        .arg(clients.join("conformance.mjs"))
        .arg(deployment.mcp_url())
        .arg(deployment.token("local"))
        .arg(revision)
        .arg(clients.join(format!("conformance/{revision}.yml")))
        .env("TASKWIRE_TEST_CLIENTS", setting("TASKWIRE_TEST_CLIENTS"))
        .current_dir(deployment.folder())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[tokio::test]
async fn the_newest_revision_conforms() {
    conforms("2026-07-28").await;
}

#[tokio::test]
async fn the_older_handshake_conforms() {
    conforms("2025-11-25").await;
}
