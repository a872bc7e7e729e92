//! Calls through the in-process pipe, like those of the chat.

use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig,
    GetPromptRequestParams, Implementation, ProtocolVersion, ReadResourceRequestParams,
    RequestMetaObject,
};
use rmcp::service::{ClientLifecycleMode, RunningService, serve_client_with_lifecycle};
use rmcp::{RoleClient, ServiceExt};
use serde_json::{Value, json};
use taskwire_mcp::{TaskServer, meta, serve_duplex};

use crate::fake::Fake;

/// A connected MCP client.
pub(crate) struct Pipe(pub(crate) RunningService<RoleClient, ClientConfig>);

impl Pipe {
    pub(crate) async fn new(fake: &Fake) -> Self {
        Self::to(TaskServer::fixed(fake.signed_in())).await
    }

    pub(crate) async fn to(server: TaskServer) -> Self {
        Self(me().serve(serve_duplex(server)).await.unwrap())
    }

    async fn modern(fake: &Fake) -> Self {
        Self::modern_to(TaskServer::fixed(fake.signed_in())).await
    }

    pub(crate) async fn modern_to(server: TaskServer) -> Self {
        let mode = ClientLifecycleMode::Discover {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        };
        let pipe = serve_duplex(server);
        Self(serve_client_with_lifecycle(me(), pipe, mode).await.unwrap())
    }

    pub(crate) async fn raw(&self, tool: &str, arguments: Value, meta: Value) -> CallToolResult {
        let mut call = CallToolRequestParams::new(tool.to_owned())
            .with_arguments(arguments.as_object().unwrap().clone());
        if let Value::Object(meta) = meta {
            call.meta = Some(RequestMetaObject(meta.into()));
        }
        self.0.call_tool(call).await.unwrap()
    }

    /// The structured result of a call that succeeds; the text must be the same.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Value {
        let result = self.raw(tool, arguments, Value::Null).await;
        assert_ne!(result.is_error, Some(true), "{}", text(&result));
        let answer = result.structured_content.clone().unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&text(&result)).unwrap(),
            answer
        );
        assert!(!has_null(&answer), "{answer}");
        answer
    }

    /// The text of a call that is refused; there must be nothing else.
    pub(crate) async fn refused(&self, tool: &str, arguments: Value) -> String {
        let result = self.raw(tool, arguments, Value::Null).await;
        assert_eq!(result.is_error, Some(true), "{}", text(&result));
        assert_eq!(result.structured_content, None);
        text(&result)
    }

    pub(crate) async fn tools(&self) -> Value {
        serde_json::to_value(self.0.list_all_tools().await.unwrap()).unwrap()
    }
}

pub(crate) fn me() -> ClientConfig {
    ClientConfig::new(
        ClientCapabilities::default(),
        Implementation::new("tester", "1.2"),
    )
}

pub(crate) fn text(result: &CallToolResult) -> String {
    result.content[0].as_text().unwrap().text.clone()
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(fields) => fields.values().any(has_null),
        _ => false,
    }
}

#[tokio::test]
async fn introduces_itself() {
    let pipe = Pipe::new(&Fake::default()).await;
    let info = pipe.0.peer_info().unwrap();
    let info = serde_json::to_value(&*info).unwrap().to_string();
    assert!(info.contains("\"taskwire\""), "{info}");
    assert!(info.contains("numbers from tasks_find"), "{info}");
}

/// Each declared capability with real calls of its methods.
#[tokio::test]
async fn declared_capabilities_work() {
    let fake = Fake::default();
    for pipe in [Pipe::new(&fake).await, Pipe::modern(&fake).await] {
        let info = pipe.0.peer_info().unwrap();
        let declared = serde_json::to_value(&*info).unwrap()["capabilities"].clone();
        let declared: Vec<&String> = declared.as_object().unwrap().keys().collect();
        assert_eq!(declared, ["completions", "prompts", "resources", "tools"]);

        assert!(!pipe.0.list_all_tools().await.unwrap().is_empty());
        pipe.call("tags_list", json!({})).await;

        assert_eq!(pipe.0.list_all_prompts().await.unwrap().len(), 5);
        let unknown = pipe.0.get_prompt(GetPromptRequestParams::new("x")).await;
        assert!(unknown.unwrap_err().to_string().contains("Unknown prompt"));

        assert_eq!(pipe.0.list_all_resources().await.unwrap().len(), 3);
        let templates = pipe.0.list_all_resource_templates().await.unwrap();
        assert_eq!(templates.len(), 2);
        let unknown = pipe
            .0
            .read_resource(ReadResourceRequestParams::new("x://y"))
            .await;
        assert!(
            unknown
                .unwrap_err()
                .to_string()
                .contains("Unknown resource")
        );
    }
}

#[tokio::test]
async fn says_who_is_acting_in_both_eras() {
    let fake = Fake::default();
    for pipe in [Pipe::new(&fake).await, Pipe::modern(&fake).await] {
        pipe.call("tags_list", json!({})).await;
        let seen = fake.seen().pop().unwrap();
        assert_eq!(seen.header("taskwire-via"), Some("mcp"));
        assert_eq!(seen.header("taskwire-client"), Some("tester/1.2"));
        assert_eq!(seen.header("taskwire-chat-turn"), None);
        assert_eq!(seen.header("authorization"), Some("Bearer the-token"));
    }
}

#[tokio::test]
async fn passes_on_the_chat_turn() {
    let fake = Fake::default();
    let pipe = Pipe::new(&fake).await;
    let meta = json!({meta::CHAT_TURN: "turn-7", meta::TOOL_CALL: "call-3"});
    pipe.raw(
        "tasks_add",
        json!({"tasks": [{"title": "a"}, {"title": "b"}]}),
        meta,
    )
    .await;
    let seen = fake.seen();
    assert_eq!(seen.len(), 2);
    for (index, seen) in seen.iter().enumerate() {
        assert_eq!(seen.header("taskwire-via"), Some("chat"));
        assert_eq!(seen.header("taskwire-chat-turn"), Some("turn-7"));
        assert_eq!(seen.header("taskwire-tool-call"), Some("call-3"));
        assert_eq!(
            seen.header("idempotency-key"),
            Some(format!("turn-7/call-3/{index}").as_str())
        );
    }

    let only_call = json!({meta::TOOL_CALL: "call-3"});
    pipe.raw("tasks_add", json!({"tasks": [{"title": "c"}]}), only_call)
        .await;
    let last = fake.seen().pop().unwrap();
    assert_eq!(last.header("taskwire-via"), Some("mcp"));
    assert_eq!(last.header("taskwire-tool-call"), None);
    assert_eq!(last.header("idempotency-key"), None);
}

#[tokio::test]
async fn an_unknown_tool_is_a_protocol_error() {
    let pipe = Pipe::new(&Fake::default()).await;
    let error = pipe
        .0
        .call_tool(CallToolRequestParams::new("tasks_explode"))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("Unknown tool"), "{error}");
}

#[tokio::test]
async fn a_server_for_http_needs_a_request() {
    let pipe = Pipe::to(TaskServer::over_http()).await;
    assert!(
        pipe.refused("tags_list", json!({}))
            .await
            .contains("no access token")
    );
}
