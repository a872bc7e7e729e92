//! Standard streams, and a pipe within the process.

use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use rmcp::transport::io::stdio_pipes;
use tokio::io::DuplexStream;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::TaskServer;

/// Size of the pipe's buffer; a longer message waits for its reader.
const PIPE_BYTES: usize = 64 * 1024;

/// Why serving ended early.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The client did not begin as the protocol demands.
    #[error("MCP handshake failed: {0}")]
    Handshake(#[source] Box<ServerInitializeError>),
    /// The serving task failed.
    #[error("the MCP server stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

/// Serves one client on the standard streams until it leaves or `cancel` is cancelled. Logs must not go to standard
/// output meanwhile.
pub async fn serve_stdio(server: TaskServer, cancel: CancellationToken) -> Result<(), ServeError> {
    // Non-blocking where possible: a blocked read of standard input would hold up the end of the process.
    match Box::pin(server.serve_with_ct(stdio_pipes(), cancel)).await {
        Ok(running) => {
            running.waiting().await?;
            Ok(())
        }
        // A client that only looked, or the end of the process before anybody came.
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => {
            Ok(())
        }
        Err(error) => Err(ServeError::Handshake(Box::new(error))),
    }
}

/// Serves one client within the process; dropping the answered end ends the serving.
///
/// Must be called within a Tokio runtime.
pub fn serve_duplex(server: TaskServer) -> DuplexStream {
    let (near, far) = tokio::io::duplex(PIPE_BYTES);
    tokio::spawn(async move {
        let outcome = match Box::pin(server.serve(near)).await {
            Ok(running) => running.waiting().await.map(drop).map_err(ServeError::from),
            Err(error) => Err(ServeError::Handshake(Box::new(error))),
        };
        if let Err(error) = outcome {
            debug!(%error, "MCP client disconnected");
        }
    });
    far
}
