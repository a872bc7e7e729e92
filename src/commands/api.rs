//! The REST API and the page, as a process of its own.

use tracing::info;

use super::PORT;
use crate::wiring::{Parts, shown};

pub(crate) async fn run(parts: Parts) -> anyhow::Result<()> {
    let listener = parts.bind(PORT).await?;
    let address = listener.local_addr()?;
    let db = parts.database().await?;
    let service = parts.settings.service_token()?;
    if service.is_none() {
        tracing::warn!(
            "No --service-token is set: consumers in other processes cannot act, so series do not advance and reminders do not fire"
        );
    }
    let api = parts.api(&db, service, parts.settings.limits()?).await?;
    info!(database = %shown(&parts.settings.database()?), address = %address, "The API serves");
    parts.serve(listener, taskwire_api::router(api)).await?;
    db.close().await;
    Ok(())
}
