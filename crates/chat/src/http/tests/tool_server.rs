//! Tools in another process.

use std::sync::{Arc, Mutex};

use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::json;

use super::fixture::Fixture;

#[tokio::test]
async fn tools_are_reached_over_http_with_the_callers_own_token() {
    let fixture = Fixture::without_model();
    let tasks = Arc::clone(&fixture.tasks);
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true);
    let handler = super::tasks::Handler(Arc::clone(&tasks));
    let service = StreamableHttpService::new(
        move || Ok(handler.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    let tokens = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&tokens);
    let app = axum::Router::new()
        .nest_service("/mcp", service)
        .layer(axum::middleware::from_fn(
            move |request: axum::extract::Request, next: axum::middleware::Next| {
                let text = |name: &str| {
                    request
                        .headers()
                        .get(name)
                        .map(|value| value.to_str().unwrap().to_owned())
                };
                seen.lock()
                    .unwrap()
                    .push((text("authorization"), text("mcp-protocol-version")));
                next.run(request)
            },
        ));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });

    let http = reqwest::Client::builder().build().unwrap();
    let server = crate::ToolServer::Http { url, http };
    let tools = server
        .connect(
            &taskwire_client::Secret::new("alice"),
            &taskwire_domain::Trace::default(),
        )
        .await
        .unwrap();
    let arguments = json!({"tasks": [{"title": "a"}]})
        .as_object()
        .unwrap()
        .clone();
    let call = crate::model::Call {
        id: "call_1".into(),
        name: "tasks_add".into(),
        arguments,
    };
    let outcome = tools.call("turn-1", &call, Some("key-1")).await;
    assert_eq!(outcome.value["results"][0]["task"]["number"], 1);
    let (_, _, turn, id) = tasks.calls.lock().unwrap()[0].clone();
    assert_eq!((turn.as_str(), id.as_str()), ("turn-1", "call_1"));
    tools.close().await;
    let modern = (
        Some("Bearer alice".to_owned()),
        Some("2026-07-28".to_owned()),
    );
    assert!(
        tokens.lock().unwrap().iter().all(|seen| *seen == modern),
        "{tokens:?}"
    );
    let nowhere = crate::ToolServer::Http {
        url: "http://127.0.0.1:1/mcp".into(),
        http: reqwest::Client::builder().build().unwrap(),
    };
    assert!(
        nowhere
            .connect(
                &taskwire_client::Secret::new("alice"),
                &taskwire_domain::Trace::default()
            )
            .await
            .is_err()
    );
}
