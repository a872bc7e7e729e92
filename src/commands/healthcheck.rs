//! Checks whether a server is alive.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use url::Url;

use crate::defaults::{INTERNAL_PORT, PORT};
use crate::listen::Listen;
use crate::settings::{ApiAddress, InternalPort};
use crate::wiring::Parts;

/// Longest wait for the response.
const TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Args)]
pub(crate) struct Options {
    /// Address on which the server listens
    #[arg(long, env = "TASKWIRE_LISTEN", value_name = "HOST:PORT")]
    listen: Option<Listen>,
    #[command(flatten)]
    internal: InternalPort,
    #[command(flatten)]
    api: ApiAddress,
}

/// Checks the server with the same `--internal-listen` or `--listen`, so that a container can check itself; otherwise the
/// one at `--api-url`, else the one that uses the data folder.
pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<ExitCode> {
    let origin = match (&options.internal.internal_listen, &options.listen) {
        (Some(internal), _) => Some(internal.origin(INTERNAL_PORT)),
        (None, Some(listen)) => Some(listen.origin(PORT)),
        (None, None) => None,
    };
    let base = match origin {
        Some(origin) => Url::parse(&format!("http://{origin}"))?,
        None => options.api.url(&parts.installation)?,
    };
    let url = base.join("/healthz")?;
    let answer = parts
        .http
        .get(url.clone())
        .timeout(TIMEOUT)
        .send()
        .await
        .with_context(|| format!("{url} does not respond"))?;
    anyhow::ensure!(
        answer.status().is_success(),
        "{url} responded with {}",
        answer.status()
    );
    Ok(ExitCode::SUCCESS)
}
