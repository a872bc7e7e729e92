//! Parameters of requests and forms, each at most once (RFC 6749, section 3.1); only `resource` may be there several
//! times (RFC 8707, section 2). Unknown ones are ignored, as the standard requires.

use std::collections::HashSet;

use axum::extract::{FromRequest, Request};
use axum::http::header;
use taskwire_domain::Invalid;
use url::form_urlencoded;

use crate::error::ApiError;
use crate::state::Api;

/// Largest form, in bytes.
const FORM_MAX: usize = 64 * 1024;
/// The parameter that may be sent more than once.
pub(super) const RESOURCE: &str = "resource";

/// Parameters in the order in which they were sent.
#[derive(Clone, Debug)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query string or a form.
    pub(super) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// A parameter; one without a value counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| own == name);
        found
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }

    /// A parameter that was sent more than once.
    pub(super) fn repeated(&self) -> Option<&str> {
        let mut seen = HashSet::new();
        let mut names = self.0.iter().map(|(name, _)| &**name);
        names.find(|name| *name != RESOURCE && !seen.insert(*name))
    }

    /// All servers for which tokens are wanted.
    pub(super) fn resources(&self) -> impl Iterator<Item = &str> {
        let sent = self.0.iter().filter(|(name, _)| name == RESOURCE);
        sent.map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }
}

/// A form in the body of a request.
pub(super) struct Form(pub(super) Parameters);

impl FromRequest<Api> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Api) -> Result<Self, ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let essence = kind.and_then(|kind| kind.to_str().ok()?.split(';').next());
        let is_form = essence.is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        if !is_form {
            let why = "Content-Type must be application/x-www-form-urlencoded.";
            return Err(ApiError::Malformed(Invalid::new(
                "Content-Type",
                "unsupported_media_type",
                why,
            )));
        }
        let body = axum::body::to_bytes(request.into_body(), FORM_MAX).await;
        let body = body.map_err(|_| ApiError::TooLarge(FORM_MAX))?;
        Ok(Self(Parameters::parse(&body)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_repeated_ones_are_found() {
        let sent = Parameters::parse(b"a=1+2%2F&b=&c=3");
        assert_eq!(
            (sent.get("a"), sent.get("b"), sent.get("d")),
            (Some("1 2/"), None, None)
        );
        assert_eq!(sent.repeated(), None);
        assert_eq!(Parameters::parse(b"a=1&b=2&a=1").repeated(), Some("a"));
        let servers = Parameters::parse(b"resource=1&resource=&resource=2");
        assert_eq!(servers.repeated(), None);
        assert_eq!(servers.resources().collect::<Vec<_>>(), ["1", "2"]);
    }
}
