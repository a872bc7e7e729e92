//! Taskwire and the servers it depends on, as processes on this machine: for tests, for benchmarks and to try it out.
//!
//! Each kind of server is a type with the same handle, [`Process`]: stop it, kill it, pause it, start it again on the
//! same ports, read its log. [`Cluster`] puts them together. Everything listens on loopback, and is killed when
//! dropped. Nothing of the product depends on this crate.

mod app_id;
mod balancer;
mod cluster;
mod daprd;
mod folder;
mod installed;
mod kafka;
mod login;
mod ports;
mod postgres;
mod process;
mod redis;
mod running;
mod scheduler;
mod taskwire;

pub use app_id::AppId;
pub use balancer::Balancer;
pub use cluster::{Broker, Cluster, DatabaseChoice, Plan};
pub use daprd::{Daprd, ExternalApp};
pub use installed::{Installed, Missing};
pub use kafka::{Kafka, Topic};
pub use login::Login;
pub use ports::free_port;
pub use postgres::Postgres;
pub use process::{Process, UnexpectedExit};
pub use redis::Redis;
pub use running::{Running, down, up};
pub use scheduler::Scheduler;
pub use taskwire::{App, Model};
