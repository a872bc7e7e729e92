//! Jobs: the sidecar calls the app at a time, at `POST /job/{name}`.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::json;

use super::sidecar::{Sidecar, SidecarError};

/// Newer sidecars serve this path too.
const VERSION: &str = "v1.0-alpha1";
/// Longest wait for an answer: without a scheduler the sidecar has none for half a minute.
const TIMEOUT: Duration = Duration::from_secs(5);

impl Sidecar {
    /// Has the app called once at a time, or at once if that is past. A job of this name is replaced.
    pub async fn schedule_job(&self, name: &str, at: Timestamp) -> Result<(), SidecarError> {
        let job = json!({"dueTime": at.to_string(), "overwrite": true});
        let request = self.request(Method::POST, &[VERSION, "jobs", name], &[]);
        Self::send(request.timeout(TIMEOUT).json(&job)).await?;
        Ok(())
    }

    /// Deletes the job of this name, if there is one.
    pub async fn delete_job(&self, name: &str) -> Result<(), SidecarError> {
        let request = self.request(Method::DELETE, &[VERSION, "jobs", name], &[]);
        Self::send(request.timeout(TIMEOUT)).await?;
        Ok(())
    }
}
