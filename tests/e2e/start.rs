//! The first start, and the operations that need no credential.

use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};
use taskwire_testkit::Kind;

use crate::support::deployment::Deployment;
use crate::support::rest::http;

/// Operations without a credential, by method and path: for probes, and for signing in.
const OPEN: [(&str, &str); 6] = [
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("POST", "/api/v1/session"),
    ("GET", "/api/v1/sign-up"),
    // Refused as long as nobody may sign up.
    ("POST", "/api/v1/users"),
];

#[tokio::test]
async fn a_first_start_answers_soon_and_keeps_its_token_to_itself() {
    let begun = Instant::now();
    let mut deployment = Deployment::serve(Kind::Sqlite, None).await;
    eprintln!(
        "from the first start to the first answer: {:.0?}",
        begun.elapsed()
    );
    let begun = Instant::now();
    deployment.api.restart().await;
    eprintln!(
        "from a later start to the first answer: {:.0?}",
        begun.elapsed()
    );

    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let file = deployment.folder().join("token");
    assert_eq!(mode(&file), 0o600);
    let token = std::fs::read_to_string(&file).unwrap();
    let session = deployment.rest(token.trim()).get("/api/v1/session").await;
    assert_eq!(session["user"]["name"], "local");
    assert!(
        !deployment.api.log().contains(token.trim()),
        "the token is in the log"
    );
}

#[tokio::test]
async fn nothing_but_sign_in_and_probes_is_open() {
    let deployment = Deployment::serve(Kind::Sqlite, None).await;
    let token = deployment.token("ana");
    let rest = deployment.rest(&token);
    let number = rest
        .post("/api/v1/tasks", &json!({"title": "behind the door"}))
        .await["number"]
        .clone();
    let document = rest.get("/api/v1/openapi.json").await;
    let mut walked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let is_open = OPEN.contains(&(method.as_str(), path.as_str()));
            let filled = fill(path, &number);
            for credential in [
                None,
                Some("Bearer "),
                Some("Bearer nobody's"),
                Some("Basic YTpi"),
                Some("bearer"),
            ] {
                let answer = knock(&rest.base, &method, &filled, credential).await;
                if is_open {
                    assert_ne!(answer.0, 401, "{method} {path}");
                } else {
                    assert_eq!(
                        answer.0, 401,
                        "{method} {path} with {credential:?}: {}",
                        answer.1
                    );
                }
                assert!(
                    !answer.1.contains("behind the door"),
                    "{method} {path}: {}",
                    answer.1
                );
            }
            walked += 1;
        }
    }
    assert!(walked > 20, "only {walked} endpoints are in the contract");

    // Paths that the contract does not list.
    for (method, path, status) in [
        ("POST", "/mcp", 401),
        ("GET", "/mcp", 405),
        ("POST", "/api/v1/chat", 401),
        ("GET", "/api/v1/chat/c1/stream", 401),
        ("POST", "/api/v1/chat/c1/stop", 401),
        // Hidden from everybody but the services.
        ("POST", "/api/v1/internal/reminders/fire", 404),
        ("POST", "/api/v1/internal/tasks/1/advance", 404),
        ("GET", "/", 200),
        ("GET", "/docs", 200),
        ("GET", "/api/v1/openapi.json", 200),
        ("GET", "/favicon.svg", 200),
        ("GET", "/sw.js", 200),
        ("GET", "/act/not-a-link", 404),
        ("POST", "/act/not-a-link", 404),
    ] {
        let answer = knock(&rest.base, method, path, None).await;
        assert_eq!(answer.0, status, "{method} {path}: {}", answer.1);
    }
    // A user has no access to operations for services.
    for path in [
        "/api/v1/internal/reminders/fire",
        &format!("/api/v1/internal/tasks/{number}/advance"),
    ] {
        let answer = knock(&rest.base, "POST", path, Some(&format!("Bearer {token}"))).await;
        assert!(
            (400..500).contains(&answer.0),
            "{path}: {} {}",
            answer.0,
            answer.1
        );
    }
    // Another site's page cannot sign in either.
    let foreign = rest
        .http
        .get(format!("{}/api/v1/tasks", rest.base))
        .bearer_auth(&token)
        .header("host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), 403);
}

/// The path with a value for each parameter.
fn fill(path: &str, number: &Value) -> String {
    let pieces = path.split('/').map(|piece| match piece {
        "{task}" => number.to_string(),
        piece if piece.starts_with('{') => "01890000-0000-7000-8000-000000000000".to_owned(),
        piece => piece.to_owned(),
    });
    pieces.collect::<Vec<_>>().join("/")
}

async fn knock(base: &str, method: &str, path: &str, credential: Option<&str>) -> (u16, String) {
    let method: Method = method.parse().unwrap();
    let mut request = http().request(method.clone(), format!("{base}{path}"));
    if method != Method::GET {
        request = request
            .header("content-type", "application/json")
            .body("{}");
    }
    if let Some(credential) = credential {
        request = request.header("authorization", credential);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}
