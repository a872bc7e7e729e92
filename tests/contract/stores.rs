//! The behavior of a state store and of a secret store that Taskwire relies on.

use serde_json::{Value, json};

use crate::environment::Environment;

pub(crate) async fn all(environment: &Environment) {
    the_first_writer_wins(environment).await;
    a_write_holds_to_its_etag(environment).await;
    secrets_are_found_by_name(environment).await;
}

async fn set(environment: &Environment, key: &str, value: i64, etag: Option<&str>) -> u16 {
    let mut entry = json!({
        "key": key,
        "value": value,
        "options": {"concurrency": "first-write"},
        "metadata": {"ttlInSeconds": "60"},
    });
    if let Some(etag) = etag {
        entry["etag"] = etag.into();
    }
    environment
        .post("/v1.0/state/taskstate", &json!([entry]))
        .await
}

async fn get(environment: &Environment, key: &str) -> (u16, String, Value) {
    let path = format!("/v1.0/state/taskstate/{key}");
    environment
        .call(environment.http.get(environment.url(&path)))
        .await
}

async fn the_first_writer_wins(environment: &Environment) {
    let key = environment.events.key().to_string();
    assert_eq!(get(environment, &key).await.0, 204);
    let writers = (0..8).map(|n| set(environment, &key, n, None));
    let mut answers = futures::future::join_all(writers).await;
    answers.sort_unstable();
    assert_eq!(answers, [204, 500, 500, 500, 500, 500, 500, 500]);
}

async fn a_write_holds_to_its_etag(environment: &Environment) {
    let key = environment.events.key().to_string();
    assert_eq!(set(environment, &key, 1, None).await, 204);
    let (_, first, _) = get(environment, &key).await;
    assert_eq!(set(environment, &key, 2, Some(&first)).await, 204);
    assert_eq!(set(environment, &key, 3, Some(&first)).await, 409);
    let (status, second, value) = get(environment, &key).await;
    assert_eq!((status, value), (200, json!(2)));
    let path = environment.url(&format!("/v1.0/state/taskstate/{key}"));
    let delete = |etag: &str| {
        let request = environment.http.delete(&path).header("if-match", etag);
        environment.call(request)
    };
    assert_eq!(delete(&first).await.0, 409);
    assert_eq!(delete(&second).await.0, 204);
    assert_eq!(get(environment, &key).await.0, 204);
}

async fn secrets_are_found_by_name(environment: &Environment) {
    let find = |path: &str| environment.call(environment.http.get(environment.url(path)));
    let (status, _, secret) = find("/v1.0/secrets/secrets/kafka:password").await;
    assert_eq!((status, secret), (200, json!({"kafka:password": "hidden"})));
    let (status, _, error) = find("/v1.0/secrets/secrets/nothing").await;
    assert_eq!(
        (status, &error["errorCode"]),
        (500, &json!("ERR_SECRET_GET"))
    );
    let (status, _, error) = find("/v1.0/secrets/elsewhere/nothing").await;
    assert_eq!(
        (status, &error["errorCode"]),
        (401, &json!("ERR_SECRET_STORE_NOT_FOUND"))
    );
}
