//! A load balancer: one address for several replicas.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::ports::{free_port, loopback};

/// Forwards each connection to the next replica that accepts it. Dropping it ends it and its connections.
#[derive(Debug)]
pub struct Balancer {
    address: SocketAddr,
    replicas: Arc<Mutex<Vec<SocketAddr>>>,
    task: JoinHandle<()>,
}

fn lock(replicas: &Mutex<Vec<SocketAddr>>) -> MutexGuard<'_, Vec<SocketAddr>> {
    replicas.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Balancer {
    /// Listens on a free port, without replicas.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(loopback(free_port()?)).await?;
        let address = listener.local_addr()?;
        let replicas = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(accept(listener, Arc::clone(&replicas)));
        Ok(Self {
            address,
            replicas,
            task,
        })
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Adds a replica, which need not be ready.
    pub fn add(&self, replica: SocketAddr) {
        lock(&self.replicas).push(replica);
    }

    /// Removes a replica; its connections stay open.
    pub fn remove(&self, replica: SocketAddr) {
        lock(&self.replicas).retain(|other| *other != replica);
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, replicas: Arc<Mutex<Vec<SocketAddr>>>) {
    let mut connections = tokio::task::JoinSet::new();
    let mut turn = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((client, _)) = accepted {
                    let mut order = lock(&replicas).clone();
                    let count = order.len().max(1);
                    order.rotate_left(turn % count);
                    turn = (turn + 1) % count;
                    connections.spawn(pass(client, order));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Without a replica that accepts it, the connection is closed.
async fn pass(mut client: TcpStream, order: Vec<SocketAddr>) {
    for replica in order {
        if let Ok(mut server) = TcpStream::connect(replica).await {
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            return;
        }
    }
}
