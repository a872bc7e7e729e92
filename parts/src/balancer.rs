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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// Says its name to each who connects, and then what it hears.
    async fn replica(name: &'static str) -> (SocketAddr, JoinHandle<()>) {
        let listener = TcpListener::bind(loopback(0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                client.write_all(name.as_bytes()).await.unwrap();
                let (mut from, mut to) = client.split();
                tokio::io::copy(&mut from, &mut to).await.unwrap();
            }
        });
        (address, task)
    }

    /// What comes back when `said` is said, to the end.
    async fn ask(balancer: &Balancer, said: &str) -> String {
        let mut client = TcpStream::connect(balancer.address()).await.unwrap();
        let mut heard = String::new();
        // Nobody may be there to hear or to answer.
        let _ = client.write_all(said.as_bytes()).await;
        let _ = client.shutdown().await;
        let _ = client.read_to_string(&mut heard).await;
        heard
    }

    #[tokio::test]
    async fn connections_go_to_the_replicas_in_turn_and_past_those_that_are_gone() {
        let balancer = Balancer::start().await.unwrap();
        assert_eq!(ask(&balancer, "nobody").await, "");
        let ((a, _a), (b, gone)) = (replica("a").await, replica("b").await);
        balancer.add(a);
        balancer.add(b);
        let mut heard = vec![ask(&balancer, "1").await, ask(&balancer, "1").await];
        heard.sort();
        assert_eq!(heard, ["a1", "b1"]);

        gone.abort();
        let _ = gone.await;
        for _ in 0..3 {
            assert_eq!(ask(&balancer, "2").await, "a2");
        }
        balancer.remove(a);
        assert_eq!(ask(&balancer, "3").await, "");
    }

    #[tokio::test]
    async fn a_connection_ends_with_its_replica() {
        let listener = TcpListener::bind(loopback(0)).await.unwrap();
        let balancer = Balancer::start().await.unwrap();
        balancer.add(listener.local_addr().unwrap());
        let mut client = TcpStream::connect(balancer.address()).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        drop(server);
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    }
}
