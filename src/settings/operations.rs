//! Settings of what operators see of a process.

use clap::{Args, ValueEnum};
use taskwire_http::AccessLog;
use tokio::net::TcpListener;

use crate::defaults::INTERNAL_PORT;
use crate::listen::Listen;

/// The internal port.
#[derive(Args, Clone, Default)]
pub(crate) struct InternalPort {
    /// Address of an internal port with /healthz, /readyz and /metrics, which are then not on the public one [port: 8489]
    #[arg(long, env = "TASKWIRE_INTERNAL_LISTEN", value_name = "HOST:PORT")]
    pub(crate) internal_listen: Option<Listen>,
}

impl InternalPort {
    /// Binds the internal port, if there is to be one.
    pub(crate) async fn bind(&self) -> anyhow::Result<Option<TcpListener>> {
        match &self.internal_listen {
            Some(listen) => Ok(Some(listen.bind(INTERNAL_PORT, "--internal-listen").await?)),
            None => Ok(None),
        }
    }
}

/// The requests that are logged.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, ValueEnum)]
enum Logged {
    /// None
    Off,
    /// Those that change something, and slow ones
    #[default]
    Writes,
    /// All
    All,
}

/// The log of requests.
#[derive(Args, Clone)]
pub(crate) struct AccessLogOption {
    /// Requests that are logged at level info; the others are at debug
    #[arg(
        long,
        env = "TASKWIRE_ACCESS_LOG",
        value_name = "REQUESTS",
        default_value = "writes"
    )]
    access_log: Logged,
}

impl AccessLogOption {
    pub(crate) fn log(&self) -> AccessLog {
        match self.access_log {
            Logged::Off => AccessLog::Off,
            Logged::Writes => AccessLog::Writes,
            Logged::All => AccessLog::All,
        }
    }
}
