//! The page in a real browser; the checks are in `web/e2e`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::deployment::{Deployment, Shape};
use crate::support::rest::http;

const CHROMIUM: &str = "TASKWIRE_CHROMIUM";

#[tokio::test]
async fn the_page_in_a_browser() {
    let mut deployment = Deployment::start(Shape::ServeSqlite, None).await;
    let link = deployment.api.wait_for_line("/#code=").await;
    walk_through(&link).await;
}

#[tokio::test]
async fn people_sign_up_on_the_page_with_an_invitation() {
    let by_invitation = vec![("TASKWIRE_SIGN_UP".to_owned(), "invitation".to_owned())];
    let deployment = Deployment::processes(None, by_invitation).await;
    let code = deployment.run(&["token", "invite"]).ok();
    let env = [
        ("TASKWIRE_URL", deployment.api.url()),
        ("TASKWIRE_INVITATION", code.trim().to_owned()),
    ];
    run_in_browser("e2e/sign-up.test.mjs", &env).await;
}

/// `serve` knows its own address, which the buttons of a notification lead to.
#[tokio::test]
async fn a_browser_is_notified_when_the_page_is_closed() {
    let mut deployment = Deployment::serve_with(&[("TASKWIRE_PRIVATE_CHANNELS", "true")]).await;
    let link = deployment.api.wait_for_line("/#code=").await;
    let env = [("TASKWIRE_URL", link.trim().to_owned())];
    run_in_browser("e2e/push.test.mjs", &env).await;
}

#[tokio::test]
async fn the_page_in_a_browser_over_separate_processes() {
    let deployment = Deployment::start(Shape::Processes, None).await;
    walk_through(&deployment.link("local")).await;
}

#[tokio::test]
async fn a_program_is_connected_on_the_page() {
    let mut deployment = Deployment::serve_with(&[("TASKWIRE_OAUTH_REGISTRATION", "true")]).await;
    let link = deployment.api.wait_for_line("/#code=").await;
    let env = [("TASKWIRE_URL", link.trim().to_owned())];
    run_in_browser("e2e/connect.test.mjs", &env).await;
}

/// The tasks of a result, as an app in a host.
#[tokio::test]
async fn the_board_in_a_host() {
    let deployment = Deployment::start(Shape::ServeSqlite, None).await;
    let env = [
        ("TASKWIRE_MCP", deployment.mcp_url()),
        ("TASKWIRE_TOKEN", deployment.token("local")),
    ];
    run_in_browser("e2e/board.test.mjs", &env).await;
}

/// Runs the page's story from a link that signs in.
async fn walk_through(link: &str) {
    let env = [("TASKWIRE_URL", link.trim().to_owned())];
    run_in_browser("e2e/page.test.mjs", &env).await;
}

/// Runs a test of the page with these variables.
async fn run_in_browser(file: &'static str, env: &[(&'static str, String)]) {
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

    let env = env.to_vec();
    let output = tokio::task::spawn_blocking(move || {
        Command::new(node)
            .args(["--test", file])
            .current_dir(web)
            .envs(env)
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

#[tokio::test]
async fn the_files_of_the_page_are_compressed_and_kept() {
    let deployment = Deployment::start(Shape::ServeSqlite, None).await;
    let base = deployment.api.url();
    let get = |path: &str, headers: &[(&'static str, &str)]| {
        let request = http().get(format!("{base}{path}"));
        headers
            .iter()
            .fold(request, |request, (name, value)| {
                request.header(*name, *value)
            })
            .send()
    };
    let page = get("/", &[]).await.unwrap();
    assert_eq!(page.headers()["cache-control"], "no-cache");
    let etag = page.headers()["etag"].to_str().unwrap().to_owned();
    let html = page.text().await.unwrap();
    for known in [&etag, "*", &format!("\"other\", W/{etag}")] {
        let again = get("/", &[("if-none-match", known)]).await.unwrap();
        assert_eq!(again.status(), 304, "{known}");
        assert_eq!(again.headers()["etag"], etag);
    }
    let other = get("/", &[("if-none-match", "\"other\"")]).await.unwrap();
    assert_eq!(other.status(), 200);

    let script = html
        .split('"')
        .find(|text| text.starts_with("/assets/") && text.contains(".js"))
        .unwrap()
        .to_owned();
    let plain = get(&script, &[]).await.unwrap();
    assert_eq!(
        plain.headers()["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(plain.headers()["vary"], "accept-encoding");
    let whole = plain.bytes().await.unwrap().len();
    for (accepted, coding) in [
        ("gzip, deflate, br, zstd", Some("br")),
        ("gzip", Some("gzip")),
        ("br;q=0, gzip;q=0.5", Some("gzip")),
        ("identity", None),
    ] {
        let coded = get(&script, &[("accept-encoding", accepted)])
            .await
            .unwrap();
        let sent = coded.headers().get("content-encoding");
        assert_eq!(
            sent.map(|value| value.to_str().unwrap()),
            coding,
            "{accepted}"
        );
        assert_eq!(coded.headers()["content-type"], "text/javascript");
        let size = coded.bytes().await.unwrap().len();
        assert!(coding.is_none() || size < whole / 3, "{accepted}: {size}");
    }
}
