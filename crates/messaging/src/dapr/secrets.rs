//! Secrets that the sidecar reads from its stores.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;

use super::sidecar::{Sidecar, SidecarError};

/// Longest wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Sidecar {
    /// The values of a secret by key, from the store of this name. Some stores answer an empty text for one that is not
    /// there.
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
            // Its text could quote the answer.
            .map_err(|_| SidecarError::Unexpected("not an object of texts".into()))
    }
}
