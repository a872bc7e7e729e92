//! Whether a server is alive.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use url::Url;

use crate::defaults::PORT;
use crate::wiring::Parts;

/// How long the answer may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Asks the server that was told the same `--listen`, so that a container can ask about itself; else the one at
/// `--api-url`, else the one that uses the data folder.
pub(crate) async fn run(parts: Parts) -> anyhow::Result<ExitCode> {
    let settings = &parts.settings;
    let base = match &settings.listen {
        Some(listen) => Url::parse(&format!("http://{}", listen.origin(PORT)))?,
        None => settings.api_url()?,
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
