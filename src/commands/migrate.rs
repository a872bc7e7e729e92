//! Bringing the schema up to date.

use crate::data;
use crate::logging::say;
use crate::wiring::{Parts, redacted};

pub(crate) async fn run(parts: Parts) -> anyhow::Result<()> {
    if parts.settings.database_url.is_none() {
        data::prepare(&parts.settings.data_dir()?)?;
    }
    parts.database().await?.close().await;
    say(&format!(
        "The database {} is up to date.",
        redacted(&parts.settings.database()?)
    ));
    Ok(())
}
