//! The sidecar's HTTP API.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use taskwire_domain::Secret;
use taskwire_domain::text::with_causes;
use url::Url;

/// The header with the sidecar's token in requests to it, and with the app's token in requests to the app.
pub(super) const API_TOKEN: HeaderName = HeaderName::from_static("dapr-api-token");
/// Longest wait for a response. The sidecar's own limits are shorter; this one is for a sidecar that hangs.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The Dapr sidecar of this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sidecar {
    http: reqwest::Client,
    base: Url,
    headers: HeaderMap,
}

/// The error of a request to the sidecar.
#[derive(Debug, thiserror::Error)]
pub enum SidecarError {
    /// It did not respond.
    #[error("the Dapr sidecar at {address} does not respond: {reason}")]
    Unreachable {
        /// Where it should be.
        address: String,
        /// Why there is no response.
        reason: String,
    },
    /// It responded with an error.
    #[error("the Dapr sidecar at {address} responded with {status} ({code})")]
    Refused {
        /// Where it is.
        address: String,
        /// The HTTP status.
        status: StatusCode,
        /// Its `errorCode`, such as `ERR_PUBSUB_NOT_FOUND`.
        code: String,
    },
    /// Its response was not as documented.
    #[error("the Dapr sidecar's response cannot be read: {0}")]
    Unexpected(String),
}

impl SidecarError {
    /// Returns true if the same request can succeed later without a change of the configuration. Of client errors
    /// (4xx) that holds only for those that ask the client to wait.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, .. } => {
                status.is_server_error()
                    || matches!(
                        *status,
                        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
                    )
            }
            Self::Unexpected(_) => false,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ErrorBody {
    error_code: String,
}

impl Sidecar {
    /// The sidecar at `base`, such as `http://127.0.0.1:3500`, whose requests carry [`Sidecar::headers`].
    pub fn new(base: Url, headers: HeaderMap, http: reqwest::Client) -> Self {
        Self {
            http,
            base,
            headers,
        }
    }

    /// The headers of every request to a sidecar: its token, if it requires one (`DAPR_API_TOKEN`). Fails
    /// if the token is not a valid header value.
    pub fn headers(
        token: Option<&Secret>,
    ) -> Result<HeaderMap, reqwest::header::InvalidHeaderValue> {
        let mut headers = HeaderMap::new();
        if let Some(token) = token {
            let mut value = HeaderValue::from_str(token.expose())?;
            value.set_sensitive(true);
            headers.insert(API_TOKEN, value);
        }
        Ok(headers)
    }

    /// A request to the API at this path, with these parameters; both are encoded.
    pub(super) fn request(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.http
            .request(method, url)
            .headers(self.headers.clone())
            .timeout(ANSWER_TIMEOUT)
    }

    /// Sends a request; every response but a success is an error.
    pub(super) async fn send(request: RequestBuilder) -> Result<Response, SidecarError> {
        let response = request
            .send()
            .await
            .map_err(|error| SidecarError::Unreachable {
                address: error.url().map_or_else(String::new, address),
                reason: with_causes(&error.without_url()),
            })?;
        let address = address(response.url());
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        // Its message may quote the request; the code does not.
        let body: ErrorBody = response.json().await.unwrap_or_default();
        Err(SidecarError::Refused {
            address,
            status,
            code: if body.error_code.is_empty() {
                "no error code".into()
            } else {
                body.error_code
            },
        })
    }

    /// Checks that its components are loaded: publishing and state are served from then on.
    ///
    /// Not its full health check, which waits for this process to listen.
    pub async fn check(&self) -> Result<(), SidecarError> {
        let request = self
            .request(Method::GET, &["v1.0", "healthz", "outbound"], &[])
            .timeout(Duration::from_secs(2));
        Self::send(request).await.map(drop)
    }
}

/// Where a sidecar is, without the path and the query of a request.
fn address(url: &Url) -> String {
    url.origin().ascii_serialization()
}
