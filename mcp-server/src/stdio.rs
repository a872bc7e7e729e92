//! Standard streams, and a pipe within the process.

use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use rmcp::transport::io::stdio_pipes;
use tokio::io::{AsyncWrite, DuplexStream};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::TaskServer;
use crate::json_lines::JsonLines;

/// Size of the pipe's buffer; a longer message waits for its reader.
const PIPE_BYTES: usize = 64 * 1024;

/// Why serving ended early.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The client did not begin as the protocol requires.
    #[error("MCP handshake failed: {0}")]
    Handshake(#[source] Box<ServerInitializeError>),
    /// The serving task failed.
    #[error("the MCP server stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

/// Serves one client on the standard streams until it leaves or `cancel` is cancelled. Logs must not go to standard
/// output meanwhile.
pub async fn serve_stdio(server: TaskServer, cancel: CancellationToken) -> Result<(), ServeError> {
    // Non-blocking where possible: a blocked read of standard input would delay the end of the process.
    let (input, output) = stdio_pipes();
    serve_lines(server, JsonLines::new(input, output), cancel).await
}

async fn serve_lines<W: AsyncWrite + Send + Unpin + 'static>(
    server: TaskServer,
    lines: JsonLines<W>,
    cancel: CancellationToken,
) -> Result<(), ServeError> {
    let server = server.for_connection();
    match Box::pin(server.serve_with_ct(lines, cancel)).await {
        Ok(running) => {
            running.waiting().await?;
            Ok(())
        }
        // The client disconnected at once, or the process ends before any client connected.
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => {
            Ok(())
        }
        Err(error) => Err(ServeError::Handshake(Box::new(error))),
    }
}

/// Serves one client within the process, until the returned end is dropped.
///
/// Must be called within a Tokio runtime.
pub fn serve_duplex(server: TaskServer) -> DuplexStream {
    let (server_end, client_end) = tokio::io::duplex(PIPE_BYTES);
    let server = server.for_connection();
    tokio::spawn(async move {
        let outcome = match Box::pin(server.serve(server_end)).await {
            Ok(running) => running.waiting().await.map(drop).map_err(ServeError::from),
            Err(error) => Err(ServeError::Handshake(Box::new(error))),
        };
        if let Err(error) = outcome {
            debug!(%error, "MCP client disconnected");
        }
    });
    client_end
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use taskwire_client::Client;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// The responses to these lines; then the client disconnects.
    async fn answers(lines: &str) -> Vec<Value> {
        let server = TaskServer::fixed(Client::in_process(axum::Router::new()));
        let (server_end, client_end) = tokio::io::duplex(PIPE_BYTES);
        let (input, output) = tokio::io::split(client_end);
        let outcome = tokio::spawn(serve_lines(
            server,
            JsonLines::new(input, output),
            CancellationToken::new(),
        ));
        let (mut read, mut write) = tokio::io::split(server_end);
        write.write_all(lines.as_bytes()).await.unwrap();
        write.shutdown().await.unwrap();
        let mut text = String::new();
        read.read_to_string(&mut text).await.unwrap();
        outcome.await.unwrap().unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    }

    fn initialize() -> String {
        let params = json!({
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"},
        });
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).to_string()
    }

    #[tokio::test]
    async fn a_line_that_is_not_json_is_answered() {
        let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        let ping = json!({"jsonrpc": "2.0", "id": 2, "method": "ping"});
        let lines = format!(
            "garbage\n\n  \r\n{}\n{initialized}\n{{\n{ping}\n\u{e9}\n",
            initialize()
        );
        let answers = answers(&lines).await;
        let (errors, results): (Vec<_>, Vec<_>) = answers
            .iter()
            .partition(|answer| answer.get("error").is_some());
        assert_eq!(errors.len(), 3, "{answers:?}");
        for answer in errors {
            assert_eq!(answer["error"]["code"], -32700);
            // MCP has no `id` in the response to a message that cannot be parsed.
            assert!(answer.get("id").is_none());
        }
        let ids: Vec<_> = results.iter().map(|answer| answer["id"].clone()).collect();
        assert_eq!(ids, [1, 2]);
    }

    #[tokio::test]
    async fn a_repeated_name_is_reported() {
        let line = r#"{"jsonrpc":"2.0","id":3,"method":"ping","method":"tools/list"}"#;
        let answers = answers(&format!("{}\n{line}\n", initialize())).await;
        let refused = answers.iter().find(|answer| answer["id"] == 3).unwrap();
        assert_eq!(refused["error"]["code"], -32600);
        let message = refused["error"]["message"].as_str().unwrap();
        assert!(
            message.contains("`method` appears more than once"),
            "{message}"
        );
    }

    #[tokio::test]
    async fn a_client_that_only_connects_gets_no_output() {
        assert!(answers("").await.is_empty());
        assert_eq!(answers("garbage\n").await.len(), 1);
        assert!(answers("half a line").await.is_empty());
    }
}
