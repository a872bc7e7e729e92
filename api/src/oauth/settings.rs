//! The settings of the authorization server.

use std::sync::Arc;

use axum::http::HeaderMap;
use taskwire_http::{Documents, PublicUrl};

use super::external::ExternalIssuer;

/// The settings of the authorization server.
#[derive(Clone, Debug, Default)]
pub struct OAuth {
    /// The address of this server, which is also the issuer. Without one nobody can sign in by OAuth.
    pub public_url: PublicUrl,
    /// Whether clients may register themselves (RFC 7591).
    pub registration: bool,
    /// Reads the documents of clients that are known by an address; without it none are.
    pub documents: Option<Arc<dyn Documents>>,
    /// Another server that issues the tokens; this one then issues none.
    pub external: Option<Arc<ExternalIssuer>>,
}

/// The path of the MCP endpoint, the only server that tokens are for.
const MCP: &str = "/mcp";

/// The addresses of this server in one request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Issuer(String);

impl OAuth {
    /// The issuer, if a request with these headers may use OAuth.
    pub(crate) fn issuer(&self, headers: &HeaderMap) -> Option<Issuer> {
        self.public_url.base(headers).map(Issuer)
    }
}

impl Issuer {
    /// The identifier of the issuer (RFC 8414).
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The protected resource: the MCP endpoint.
    pub(crate) fn resource(&self) -> String {
        self.url(MCP)
    }

    /// Whether this is the address of the protected resource, however it is written.
    pub(crate) fn is_resource(&self, text: &str) -> bool {
        url::Url::parse(text).is_ok_and(|url| {
            url.fragment().is_none() && url.as_str().trim_end_matches('/') == self.resource()
        })
    }
}
