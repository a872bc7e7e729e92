//! A router on a port, which can be killed and started again.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

/// An HTTP server on 127.0.0.1. Dropping it ends it with all its connections, like killing a process.
#[derive(Debug)]
pub struct LocalServer {
    port: u16,
    task: JoinHandle<()>,
}

impl LocalServer {
    /// Serves on a free port.
    pub async fn start(router: Router) -> Self {
        Self::at(0, router).await
    }

    /// Serves on this port, which must be free.
    pub async fn at(port: u16, router: Router) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .expect("a free port");
        let port = listener
            .local_addr()
            .expect("a bound socket has an address")
            .port();
        Self {
            port,
            task: tokio::spawn(serve(listener, router)),
        }
    }

    /// The base address, such as `http://127.0.0.1:8484`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it, and returns when the port is free.
    pub async fn kill(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, router: Router) {
    // Ends with this future, as do the connections.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let _ = stream.set_nodelay(true);
                let service = TowerToHyperService::new(router.clone());
                connections.spawn(async move {
                    // A client that disconnects is not a failure of the server.
                    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}
