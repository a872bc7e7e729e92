//! Reads secrets from the sidecar's secret stores.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;

use super::sidecar::{Sidecar, SidecarError};

/// Longest wait for a response.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Sidecar {
    /// The values of a secret by key, from the store of this name. Some stores return an empty text for one that does
    /// not exist.
    pub async fn secret(
        &self,
        store: &str,
        name: &str,
    ) -> Result<BTreeMap<String, String>, SidecarError> {
        let path = ["v1.0", "secrets", store, name];
        let request = self.request(Method::GET, &path, &[]).timeout(TIMEOUT);
        Self::send(request)
            .await?
            .json()
            .await
            // Its text could quote the response.
            .map_err(|_| SidecarError::Unexpected("not an object with string values".into()))
    }
}
