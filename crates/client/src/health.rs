//! Whether the API answers.

use http::Request;

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

    /// The error of a call that was not waited for any longer.
    pub fn no_response(&self) -> Error {
        Error::Unreachable(format!("no response in time from {}", self.address()))
    }
}
