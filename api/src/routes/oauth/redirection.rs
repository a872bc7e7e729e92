//! Answers that send the browser elsewhere.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::oauth::settings::Issuer;

/// Sends the browser elsewhere with GET, without the form that it sent.
pub(super) fn see_other(location: HeaderValue) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// Where the client waits for the answer.
pub(super) struct Target<'a> {
    pub(super) redirect: &'a Url,
    pub(super) state: Option<&'a str>,
    pub(super) issuer: &'a Issuer,
}

impl Target<'_> {
    /// The answer: these parameters, the state, and the issuer, which tells a client of several servers whose answer this
    /// is (RFC 9207).
    pub(super) fn respond(&self, parameters: &[(&str, &str)]) -> Response {
        let mut url = self.redirect.clone();
        {
            let mut query = url.query_pairs_mut();
            query.extend_pairs(parameters);
            if let Some(state) = self.state {
                query.append_pair("state", state);
            }
            query.append_pair("iss", self.issuer.as_str());
        }
        // A URL consists of visible ASCII characters.
        let location = HeaderValue::from_str(url.as_str());
        see_other(location.unwrap_or(HeaderValue::from_static("/")))
    }
}
