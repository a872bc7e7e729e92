//! The files in `dapr/`, each loaded by a real sidecar as it is: with a broker and with stores that want a password over
//! TLS, whose secrets the components name by reference.

mod components;
mod servers;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use taskwire_client::Secret;
use taskwire_messaging::Topic;
use taskwire_messaging::dapr::{Publisher, Sidecar};
use taskwire_parts::Daprd;

use crate::app::{App, Events};
use crate::environment::API_TOKEN;
use components::{Component, DAPR, all};
use servers::{Password, Servers};

/// Consumers, the chat and the API: between them they are in the scope of every component.
const APPS: [&str; 3] = ["task-reminder", "task-chat", "task-api"];

async fn call(daprd: &Daprd, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let client = reqwest::Client::builder().build().unwrap();
    let mut request = client
        .request(method, format!("http://{}{path}", daprd.address))
        .header("dapr-api-token", API_TOKEN);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

/// The components that a sidecar has loaded, as name and type.
async fn loaded(daprd: &Daprd) -> BTreeSet<(String, String)> {
    let (status, metadata) = call(daprd, Method::GET, "/v1.0/metadata", None).await;
    assert_eq!(status, 200, "{metadata}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let components = metadata["components"].as_array().unwrap().iter();
    components
        .map(|component| (text(&component["name"]), text(&component["type"])))
        .collect()
}

#[tokio::test]
async fn the_files_of_dapr_work_as_they_are() {
    let Some(servers) = Servers::start().await else {
        return;
    };
    let app = App::start().await;
    events_pass_a_broker_that_wants_a_password_over_tls(&servers, &app).await;
    state_is_kept_in_stores_that_want_a_password(&servers, &app).await;
    a_wrong_password_is_said_clearly(&servers, &app).await;
    every_component_is_loaded(&servers, &app).await;
    the_configuration_for_kubernetes_limits_who_calls(&servers, &app).await;
}

async fn events_pass_a_broker_that_wants_a_password_over_tls(servers: &Servers, app: &App) {
    let daprd = servers.cloud("task-audit", app, &Password::Right).await;
    let daprd = daprd.unwrap();
    let headers = Sidecar::headers(Some(&Secret::new(API_TOKEN))).unwrap();
    let http = reqwest::Client::builder().build().unwrap();
    let base = format!("http://{}", daprd.address).parse().unwrap();
    let sidecar = Sidecar::new(base, headers, http);
    let events = Events::default();
    let key = events.key();
    let event = events.of(key, 1);
    let publisher = Publisher::new(sidecar.clone(), "taskpubsub");
    publisher
        .publish(Topic::TaskEvents, key, &event)
        .await
        .unwrap();
    let deliveries = app.script.until_delivered(event.id, 1).await;
    assert_eq!(deliveries[0].seq, Some(1));
    // The same secrets by the names that Taskwire's own references use.
    let secret = sidecar.secret("secrets", "kafka").await.unwrap();
    assert_eq!(secret["username"], servers.login.username);
    let log = daprd.process.log();
    assert!(!log.contains(&servers.login.password), "{log}");
}

async fn state_is_kept_in_stores_that_want_a_password(servers: &Servers, app: &App) {
    let daprd = servers.cloud("task-chat", app, &Password::Right).await;
    let daprd = daprd.unwrap();
    for store in ["taskstate", "taskstate-redis"] {
        let path = format!("/v1.0/state/{store}");
        let entry = json!([{"key": "turn", "value": store}]);
        let (status, refused) = call(&daprd, Method::POST, &path, Some(entry)).await;
        assert_eq!(status, 204, "{store}: {refused}");
        let (_, value) = call(&daprd, Method::GET, &format!("{path}/turn"), None).await;
        assert_eq!(value, store);
    }
}

async fn a_wrong_password_is_said_clearly(servers: &Servers, app: &App) {
    let daprd = servers.cloud("task-audit", app, &Password::Wrong).await;
    let error = format!("{:#}", daprd.unwrap_err());
    let fatal = error.lines().find(|line| line.contains("fatal")).unwrap();
    assert!(fatal.contains("taskpubsub"), "{fatal}");
    assert!(
        fatal.contains("Authentication failed during authentication due to invalid credentials"),
        "{fatal}"
    );
}

async fn every_component_is_loaded(servers: &Servers, app: &App) {
    let mut found = BTreeSet::new();
    let sets: [&[&str]; 3] = [
        &["local", "local-kafka"],
        &["local", "local-redis"],
        &["cloud"],
    ];
    for set in sets {
        let expected: BTreeSet<_> = set.iter().flat_map(|folder| all(folder)).collect();
        let mut met = BTreeSet::new();
        for app_id in APPS {
            let daprd = servers.sidecar(app_id, app, set, &Password::Right).await;
            let loaded = loaded(&daprd.unwrap()).await;
            for component in &expected {
                let Component {
                    name, kind, scopes, ..
                } = component;
                let is_in_scope = scopes.is_empty() || scopes.iter().any(|scope| scope == app_id);
                let is_loaded = loaded.contains(&(name.clone(), kind.clone()));
                assert_eq!(is_loaded, is_in_scope, "{name} of {set:?} for {app_id}");
                if is_loaded {
                    met.insert(component.clone());
                }
            }
        }
        assert_eq!(met, expected, "{set:?}");
        found.extend(set.iter().map(|folder| (*folder).to_owned()));
    }
    let folders: BTreeSet<_> = std::fs::read_dir(format!("{DAPR}/components"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, folders);
}

async fn the_configuration_for_kubernetes_limits_who_calls(servers: &Servers, app: &App) {
    let api = servers
        .like_kubernetes("task-api", app, "127.0.0.1:1")
        .await;
    let mcp = servers
        .like_kubernetes("task-mcp", app, &api.internal.to_string())
        .await;
    // Listed, but without mutual TLS it cannot show that it is the one.
    let path = "/v1.0/invoke/task-api/method/healthz";
    let (status, refused) = call(&mcp, Method::GET, path, None).await;
    let message = refused["message"].to_string();
    assert_eq!(status, 403, "{refused}");
    assert!(message.contains("access control policy"), "{message}");
}

#[test]
fn both_configurations_allow_the_same_interfaces() {
    let allowed = |file: &str| -> Vec<String> {
        let text = std::fs::read_to_string(format!("{DAPR}/{file}")).unwrap();
        let lines = text.lines().filter(|line| line.contains("protocol: http"));
        lines
            .map(|line| line.split('#').next().unwrap().trim().to_owned())
            .collect()
    };
    let own = allowed("config.yaml");
    assert_eq!(own, allowed("kubernetes/config.yaml"));
    assert!(!own.is_empty());
}
