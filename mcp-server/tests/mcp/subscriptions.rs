//! Updates of resources, in both eras, from the API's own event stream.

use std::time::Duration;

use axum::body::Body;
use http::{Request, header};
use rmcp::model::{
    ClientConfig, ResourceUpdatedNotificationParam, ServerNotification, SubscribeRequestParams,
    SubscriptionFilter, UnsubscribeRequestParams,
};
use rmcp::service::NotificationContext;
use rmcp::{ClientHandler, RoleClient, ServiceExt};
use serde_json::{Value, json};
use taskwire_mcp::{HttpOptions, router, serve_duplex};
use taskwire_testkit::{TestDb, both_databases};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::pipe::{Pipe, me};
use crate::service::Service;

both_databases!(
    a_legacy_client_subscribes_on_its_connection,
    a_modern_client_listens,
    over_http_updates_arrive_on_the_stream
);

/// How long an update may take; a passing test does not wait for it.
const LIMIT: Duration = Duration::from_secs(20);

/// A client that notes what it is told.
struct Listening(mpsc::UnboundedSender<String>);

impl ClientHandler for Listening {
    fn get_info(&self) -> ClientConfig {
        me()
    }

    async fn on_resource_updated(
        &self,
        update: ResourceUpdatedNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.0.send(update.uri).unwrap();
    }
}

async fn add(service: &Service, title: &str) {
    let add = json!({"tasks": [{"title": title}]});
    service.pipe.call("tasks_add", add).await;
}

async fn rename(service: &Service, number: i64, title: &str) {
    let update = json!({"tasks": [{"number": number, "title": title}]});
    service.pipe.call("tasks_update", update).await;
}

#[expect(deprecated, reason = "this is how older clients subscribe")]
async fn a_legacy_client_subscribes_on_its_connection(db: TestDb) {
    let service = Service::open(db).await;
    add(&service, "a").await;
    add(&service, "b").await;
    let (told, mut updates) = mpsc::unbounded_channel();
    let connection = serve_duplex(service.server.clone());
    let client = Listening(told).serve(connection).await.unwrap();
    let info = serde_json::to_value(client.peer_info().unwrap().as_ref()).unwrap();
    assert_eq!(info["capabilities"]["resources"]["subscribe"], true);
    for uri in ["task://9", "task://x"] {
        let refused = client.subscribe(SubscribeRequestParams::new(uri)).await;
        assert!(refused.is_err(), "{uri}");
    }
    client
        .subscribe(SubscribeRequestParams::new("task://2"))
        .await
        .unwrap();

    // The stream opens after the answer, so the first change may be too early to be seen.
    let first = async {
        loop {
            rename(&service, 1, "not subscribed").await;
            rename(&service, 2, &format!("b{}", service.events().await)).await;
            if let Ok(uri) = timeout(Duration::from_millis(300), updates.recv()).await {
                return uri.unwrap();
            }
        }
    };
    assert_eq!(timeout(LIMIT, first).await.unwrap(), "task://2");

    client
        .unsubscribe(UnsubscribeRequestParams::new("task://2"))
        .await
        .unwrap();
    client
        .subscribe(SubscribeRequestParams::new("agenda://today"))
        .await
        .unwrap();
    while updates.try_recv().is_ok() {}
    rename(&service, 2, "last").await;
    let told = timeout(LIMIT, async {
        loop {
            let uri = updates.recv().await.unwrap();
            if uri == "agenda://today" {
                return uri;
            }
        }
    });
    assert_eq!(told.await.unwrap(), "agenda://today");
}

async fn a_modern_client_listens(db: TestDb) {
    let service = Service::open(db).await;
    add(&service, "a").await;
    let pipe = Pipe::modern_to(service.server.clone()).await;
    let filter = SubscriptionFilter::builder()
        .resource_subscriptions(["task://1", "tasks://no%3Adue", "file:///etc/passwd"])
        .build();
    let mut subscription = pipe.0.listen(filter).await.unwrap();
    let accepted = subscription.acknowledged().resource_subscriptions.clone();
    assert_eq!(accepted.unwrap(), ["task://1", "tasks://no%3Adue"]);
    let told = async {
        loop {
            rename(&service, 1, &format!("a{}", service.events().await)).await;
            let next = timeout(Duration::from_millis(300), subscription.next()).await;
            if let Ok(Ok(Some(ServerNotification::ResourceUpdatedNotification(update)))) = next {
                return update.params.uri;
            }
        }
    };
    assert_eq!(timeout(LIMIT, told).await.unwrap(), "task://1");
    let Ok(Some(ServerNotification::ResourceUpdatedNotification(update))) =
        timeout(LIMIT, subscription.next()).await.unwrap()
    else {
        panic!("one update for each resource");
    };
    assert_eq!(update.params.uri, "tasks://no%3Adue");
}

async fn over_http_updates_arrive_on_the_stream(db: TestDb) {
    let service = Service::open(db).await;
    add(&service, "a").await;
    let app = router(service.api.clone(), HttpOptions::default());
    let post = |method: &str, message: Value| {
        let token = service.token.expose();
        Request::post("/mcp")
            .header(header::HOST, "localhost")
            .header(header::ACCEPT, "application/json, text/event-stream")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", method)
            .body(Body::from(message.to_string()))
            .unwrap()
    };
    let params = json!({
        "notifications": {"resourceSubscriptions": ["task://1"]},
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        },
    });
    let listen =
        json!({"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": params});
    let response = app
        .clone()
        .oneshot(post("subscriptions/listen", listen))
        .await
        .unwrap();
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "text/event-stream"
    );
    let mut body = response.into_body();
    let mut text = String::new();
    let told = async {
        loop {
            rename(&service, 1, &format!("a{}", service.events().await)).await;
            let frame = timeout(
                Duration::from_millis(300),
                http_body_util::BodyExt::frame(&mut body),
            );
            if let Ok(Some(frame)) = frame.await {
                text.push_str(std::str::from_utf8(&frame.unwrap().into_data().unwrap()).unwrap());
            }
            if text.contains("notifications/resources/updated") {
                return;
            }
        }
    };
    timeout(LIMIT, told).await.unwrap();
    assert!(
        text.contains("notifications/subscriptions/acknowledged"),
        "{text}"
    );
    assert!(text.contains("\"uri\":\"task://1\""), "{text}");

    // A client of an older revision has no stream over HTTP, and is told so.
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"},
    }});
    let mut request = post("initialize", message);
    request.headers_mut().remove("mcp-protocol-version");
    request.headers_mut().remove("mcp-method");
    let response = app.oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    let hello: Value = serde_json::from_slice(&body).unwrap();
    let resources = &hello["result"]["capabilities"]["resources"];
    assert!(
        resources.is_object() && resources.get("subscribe").is_none(),
        "{hello}"
    );
}
