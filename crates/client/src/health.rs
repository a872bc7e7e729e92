//! Whether the API answers.

use http::Request;

use crate::transport::Call;
use crate::{Client, Error};

impl Client {
    /// Checks that the API answers; it needs no credential.
    pub async fn check(&self) -> Result<(), Error> {
        let request = Request::get("/healthz").body(Vec::new());
        let request = request.map_err(|error| Error::Unexpected(error.to_string()))?;
        let (status, _) = self.send(request).await?;
        if status.is_success() {
            return Ok(());
        }
        Err(Error::Unreachable(format!(
            "{} responded with {status}",
            self.address()
        )))
    }

    /// Checks that the API's database accepts writes; it needs no credential.
    pub async fn check_ready(&self) -> Result<(), Error> {
        Call::of_server(self, "/readyz").send_empty().await
    }

    /// Measurements in Prometheus text format; it needs no credential.
    pub async fn metrics(&self) -> Result<String, Error> {
        let bytes = Call::of_server(self, "/metrics").send_bytes().await?;
        String::from_utf8(bytes).map_err(|error| Error::Unexpected(error.to_string()))
    }

    /// The error of a call that was not waited for any longer.
    pub fn no_response(&self) -> Error {
        Error::Unreachable(format!("no response in time from {}", self.address()))
    }
}
