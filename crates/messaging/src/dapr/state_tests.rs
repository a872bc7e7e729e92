use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::from_slice;
use taskwire_domain::Secret;

use super::*;

const TTL: Duration = Duration::from_secs(15);

/// A request as the sidecar receives it: method and path, `If-Match`, body.
type Seen = (String, String, Value);

/// A sidecar with the same response to every request.
struct Sidecars {
    seen: Mutex<Vec<Seen>>,
    answer: (u16, &'static str, Value),
}

async fn answer(
    State(sidecar): State<Arc<Sidecars>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name: &str| {
        let value = headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default().to_owned()
    };
    assert_eq!(text("dapr-api-token"), "secret");
    let body = from_slice(&body).unwrap_or_default();
    let seen = (format!("{method} {uri}"), text("if-match"), body);
    sidecar.seen.lock().unwrap().push(seen);
    let (status, etag, body) = &sidecar.answer;
    let status = StatusCode::from_u16(*status).unwrap();
    if body.is_null() {
        return status.into_response();
    }
    (status, [("etag", *etag)], body.to_string()).into_response()
}

async fn component(
    status: u16,
    etag: &'static str,
    body: Value,
) -> (StateComponent, Arc<Sidecars>) {
    let sidecar = Arc::new(Sidecars {
        seen: Mutex::default(),
        answer: (status, etag, body),
    });
    let app = Router::new()
        .fallback(answer)
        .with_state(Arc::clone(&sidecar));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let headers = Sidecar::headers(Some(&Secret::new("secret"))).unwrap();
    let http = reqwest::Client::builder().build().unwrap();
    let component = Sidecar::new(base.parse().unwrap(), headers, http);
    (StateComponent::new(component, "taskstate"), sidecar)
}

fn error(code: &str) -> Value {
    json!({"errorCode": code, "message": "failed to set key x"})
}

#[tokio::test]
async fn a_value_is_read_with_its_etag() {
    let (store, sidecar) = component(200, "7", json!({"turn": 1})).await;
    let entry = store.get("turn:a:b/c").await.unwrap().unwrap();
    assert_eq!(
        (entry.value, entry.etag),
        (json!({"turn": 1}), "7".to_owned())
    );
    let path = "GET /v1.0/state/taskstate/turn:a:b%2Fc?consistency=strong";
    assert_eq!(sidecar.seen.lock().unwrap()[0].0, path);
    let (store, _) = component(204, "", Value::Null).await;
    assert_eq!(store.get("k").await.unwrap(), None);
}

#[tokio::test]
async fn each_precondition_is_sent_as_dapr_names_it() {
    let (store, sidecar) = component(204, "", Value::Null).await;
    let value = json!("v");
    for precondition in [
        Precondition::None,
        Precondition::Absent,
        Precondition::Unchanged("7"),
    ] {
        store.set("k", &value, TTL, precondition).await.unwrap();
    }
    store.delete("k", "7").await.unwrap();
    let item = |concurrency: &str| {
        json!({"key": "k", "value": "v", "metadata": {"ttlInSeconds": "15"},
            "options": {"concurrency": concurrency, "consistency": "strong"}})
    };
    let mut unchanged = item("first-write");
    unchanged["etag"] = json!("7");
    let post = "POST /v1.0/state/taskstate".to_owned();
    let set = |item: Value| (post.clone(), String::new(), json!([item]));
    let delete = "DELETE /v1.0/state/taskstate/k?consistency=strong".to_owned();
    assert_eq!(
        *sidecar.seen.lock().unwrap(),
        [
            set(item("last-write")),
            set(item("first-write")),
            set(unchanged),
            (delete, "7".to_owned(), Value::Null),
        ]
    );
}

#[tokio::test]
async fn a_failed_precondition_is_distinguished_from_an_outage() {
    let value = json!("v");
    let is_conflict = |written: Result<(), StateError>| match written {
        Ok(()) => panic!("it was refused"),
        Err(StateError::Conflict) => true,
        Err(StateError::Unavailable(_)) => false,
    };
    // A store responds with 500 if a key to be created exists, and also if it fails.
    for (status, creating, replacing, plain) in [
        (409, true, true, false),
        (500, true, false, false),
        (400, false, false, false),
        (503, false, false, false),
    ] {
        let (store, _) = component(status, "", error("ERR_STATE_SAVE")).await;
        let set = async |precondition| store.set("k", &value, TTL, precondition).await;
        assert_eq!(
            is_conflict(set(Precondition::Absent).await),
            creating,
            "{status}"
        );
        let unchanged = Precondition::Unchanged("7");
        assert_eq!(is_conflict(set(unchanged).await), replacing, "{status}");
        assert_eq!(
            is_conflict(store.delete("k", "7").await),
            replacing,
            "{status}"
        );
        assert_eq!(
            is_conflict(set(Precondition::None).await),
            plain,
            "{status}"
        );
        assert!(store.get("k").await.is_err(), "{status}");
    }
}

#[tokio::test]
async fn a_component_that_is_not_there_is_no_temporary_failure() {
    let (store, _) = component(400, "", error("ERR_STATE_STORE_NOT_FOUND")).await;
    let Err(StateError::Unavailable(cause)) = store.get("k").await else {
        panic!("the component is not there");
    };
    assert!(!cause.is_temporary());
    assert!(cause.to_string().contains("ERR_STATE_STORE_NOT_FOUND"));
}
