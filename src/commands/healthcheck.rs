//! Whether a server on this machine is alive.

use std::process::ExitCode;

use super::PORT;
use crate::wiring::Parts;

pub(crate) async fn run(parts: Parts) -> anyhow::Result<ExitCode> {
    let url = format!("http://{}/healthz", parts.settings.listen_or(PORT));
    let answer = parts
        .http
        .get(url)
        .timeout(std::time::Duration::from_secs(3))
        .send()
        .await?;
    Ok(if answer.status().is_success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
