//! The page in a real browser; what is checked stands in `web/e2e/page.test.mjs`.

use std::path::{Path, PathBuf};
use std::process::Command;

use taskwire_testkit::{Server, free_port};

const CHROMIUM: &str = "TASKWIRE_CHROMIUM";

#[tokio::test]
async fn the_page_in_a_browser() {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    assert!(
        web.join("node_modules/playwright-core").is_dir(),
        "the page's test needs its packages: run `npm ci` in web"
    );
    assert!(
        web.join("dist/index.html").is_file(),
        "the page is not built: run `npm run build` in web"
    );
    let chromium =
        std::env::var_os(CHROMIUM).map_or_else(|| "/usr/bin/chromium".into(), PathBuf::from);
    assert!(
        chromium.is_file(),
        "there is no {}: install chromium, or name one with {CHROMIUM}",
        chromium.display()
    );
    let node = std::env::var_os("TASKWIRE_TEST_NODE").map_or_else(|| "node".into(), PathBuf::from);

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_owned();
    let port = free_port();
    let mut server = Server::start(env!("CARGO_BIN_EXE_taskwire"), port, move |command| {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy().to_uppercase();
            if text.starts_with("TASKWIRE_") || text.ends_with("_PROXY") || text == "GEMINI_API_KEY"
            {
                command.env_remove(&name);
            }
        }
        // A user whose zone is the machine's first guess, so that the page can offer the browser's.
        command
            .env("TZ", "UTC")
            .args([
                "serve",
                "--listen",
                &format!("127.0.0.1:{port}"),
                "--data-dir",
            ])
            .arg(&data);
    })
    .await;
    let link = server.until_said("/#code=").await;

    let output = tokio::task::spawn_blocking(move || {
        Command::new(node)
            .args(["--test", "e2e/page.test.mjs"])
            .current_dir(web)
            .env("TASKWIRE_URL", link.trim())
            .env(CHROMIUM, chromium)
            .output()
    })
    .await
    .unwrap()
    .expect("node can be started: set TASKWIRE_TEST_NODE, or put node into the path");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
