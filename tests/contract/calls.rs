//! What is relied on of calls from app to app, of jobs and of the cron binding.

use serde_json::json;
use taskwire_testkit::eventually;

use crate::app::{App, LIMIT};
use crate::environment::Environment;

const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

pub(crate) async fn all(environment: &Environment) {
    another_app_is_called_by_its_id(environment).await;
    a_job_calls_the_app_once_at_its_time(environment).await;
    a_cron_binding_calls_the_app(environment).await;
}

async fn another_app_is_called_by_its_id(environment: &Environment) {
    let app = App::start().await;
    let caller = environment.caller("task-caller", app.port()).await;
    let get = |path: &str, app_id: Option<&str>| {
        let request = environment
            .http
            .get(format!("{}{path}", caller.url()))
            .header("traceparent", TRACE);
        match app_id {
            Some(app_id) => request.header("dapr-app-id", app_id),
            None => request,
        }
    };
    // By the header, as Taskwire calls, and by the path.
    let by_path = "/v1.0/invoke/task-audit/method/called/200?x=y%20z";
    for request in [
        get("/called/200?x=y%20z", Some("task-audit")),
        get(by_path, None),
    ] {
        let (status, _, body) = environment.call(request).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["query"], "x=y%20z");
        assert_eq!(body["caller"], "task-caller");
        let trace = body["traceparent"].as_str().unwrap();
        assert_eq!(trace[..35], TRACE[..35]);
    }
    // The app's own status is passed on, and only that.
    for status in [204, 404, 409, 503] {
        let request = get(&format!("/called/{status}"), Some("task-audit"));
        assert_eq!(environment.call(request).await.0, status);
    }
    let (status, _, refused) = environment.call(get("/called/200", Some("nobody"))).await;
    let code = (status, &refused["errorCode"]);
    assert_eq!(code, (500, &json!("ERR_DIRECT_INVOKE")));
    // Without the token of the caller's own sidecar nobody calls.
    let request = get("/called/200", Some("task-audit"));
    let refused = request.header("dapr-api-token", "another token");
    assert_eq!(refused.send().await.unwrap().status().as_u16(), 401);
}

async fn a_job_calls_the_app_once_at_its_time(environment: &Environment) {
    let script = &environment.app.script;
    let name = environment.events.key().to_string();
    let sidecar = environment.sidecar();
    let at = |text: &str| text.parse().unwrap();
    sidecar
        .schedule_job(&name, at("2099-01-01T00:00:00Z"))
        .await
        .unwrap();
    assert_eq!(script.calls_of(&format!("/job/{name}")), 0);
    // The same name again replaces it; what is past is due at once.
    sidecar
        .schedule_job(&name, at("2020-01-01T00:00:00Z"))
        .await
        .unwrap();
    environment.fire_job(&name).await;
    eventually(LIMIT, || async {
        (script.calls_of(&format!("/job/{name}")) == 1).then_some(())
    })
    .await;
    let path = format!("/v1.0-alpha1/jobs/{name}");
    // The scheduler deletes a job after the app has answered.
    eventually(LIMIT, || async {
        let request = environment.http.get(environment.url(&path));
        (environment.call(request).await.0 == 500).then_some(())
    })
    .await;
    assert_eq!(environment.post(&path, &json!({})).await, 400);
}

async fn a_cron_binding_calls_the_app(environment: &Environment) {
    environment.tick("wake").await;
    eventually(LIMIT, || async {
        (environment.app.script.calls_of("/wake") > 0).then_some(())
    })
    .await;
}
