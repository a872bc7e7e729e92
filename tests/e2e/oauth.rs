//! A real MCP client signs in by OAuth at a running server; the checks are in `tests/clients/oauth_client.mjs`.

use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::support::clients::setting;
use crate::support::deployment::Deployment;

#[tokio::test]
async fn the_sdk_signs_in_renews_and_asks_for_more() {
    let mut deployment = Deployment::serve_with(&[("TASKWIRE_OAUTH_REGISTRATION", "true")]).await;
    let link = deployment.api.wait_for_line("/#code=").await;
    let (_, code) = link.trim().split_once("#code=").unwrap();
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let output = Command::new(setting("TASKWIRE_TEST_NODE"))
        .arg(clients.join("oauth_client.mjs"))
        .arg(deployment.mcp_url())
        .arg(code)
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
