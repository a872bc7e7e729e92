//! Responses that are read while they arrive.

use axum::body::Body;
use http_body_util::BodyExt;
use taskwire_domain::SharedSecret;
use taskwire_domain::text::with_causes;
use tower::ServiceExt;

use super::response::problem_of;
use super::{Call, Transport};
use crate::Error;

/// The body of a response that has begun well.
pub(crate) enum Streamed {
    Http(reqwest::Response),
    InProcess(Body),
}

impl Streamed {
    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Http(response) => {
                let chunk = response.chunk().await;
                let chunk = chunk.map_err(|error| Error::Unreachable(with_causes(&error)))?;
                Ok(chunk.map(|bytes| bytes.to_vec()))
            }
            Self::InProcess(body) => loop {
                let Some(frame) = body.frame().await else {
                    return Ok(None);
                };
                let frame = frame.map_err(|error| Error::Unreachable(error.to_string()))?;
                if let Ok(bytes) = frame.into_data() {
                    return Ok(Some(bytes.to_vec()));
                }
            },
        }
    }

    /// All of it.
    async fn collect(mut self) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        while let Some(bytes) = self.next().await? {
            all.extend(bytes);
        }
        Ok(all)
    }
}

impl Call<'_> {
    /// Sends a call whose response has no end.
    pub(crate) async fn open(self) -> Result<Streamed, Error> {
        let client = self.client;
        let shown = client.token.as_ref().map(SharedSecret::shown);
        let request = self.request(shown.as_ref())?;
        let (status, body) = match &client.transport {
            Transport::Http { base, http } => {
                let (parts, body) = request.into_parts();
                let url = base
                    .join(&parts.uri.to_string())
                    .map_err(|error| Error::Unexpected(error.to_string()))?;
                let request = http.request(parts.method, url).headers(parts.headers);
                let response = request.body(body).send().await;
                let response = response.map_err(|e| Error::Unreachable(with_causes(&e)))?;
                (response.status(), Streamed::Http(response))
            }
            Transport::InProcess(router) => {
                let response = match router.clone().oneshot(request.map(Body::from)).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                };
                (response.status(), Streamed::InProcess(response.into_body()))
            }
        };
        if status.is_success() {
            return Ok(body);
        }
        Err(problem_of(
            &client.address(),
            status,
            &body.collect().await?,
        ))
    }
}
