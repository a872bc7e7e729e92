//! The address under which people and their programs know this server.

use axum::http::{HeaderMap, header};
use url::Url;

/// The address under which this server is known, for what must name it: OAuth.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum PublicUrl {
    /// It is not known.
    #[default]
    Unknown,
    /// The one that a request on this machine names. Every other name could be that of an attacker.
    OfLoopback,
    /// As configured: scheme, host and port.
    At(String),
}

impl PublicUrl {
    /// Parses a configured address: `https`, or `http` on this machine, without a path.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            "it must be an https URL without a path, such as https://tasks.example.com".to_owned()
        };
        let url = Url::parse(text).map_err(|_| wrong())?;
        let is_local = url.host_str().is_some_and(is_loopback);
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_local);
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let has_user = !url.username().is_empty() || url.password().is_some();
        if !is_safe || !is_bare || has_user {
            return Err(wrong());
        }
        Ok(Self::At(url.origin().ascii_serialization()))
    }

    /// The address, without a slash at its end; `None` if it is not known for a request with these headers.
    pub fn base(&self, headers: &HeaderMap) -> Option<String> {
        match self {
            Self::Unknown => None,
            Self::At(base) => Some(base.clone()),
            Self::OfLoopback => {
                let host = headers.get(header::HOST)?.to_str().ok()?;
                let url = Url::parse(&format!("http://{host}")).ok()?;
                let is_bare =
                    url.path() == "/" && url.query().is_none() && url.username().is_empty();
                (is_bare && url.host_str().is_some_and(is_loopback))
                    .then(|| url.origin().ascii_serialization())
            }
        }
    }
}

/// Whether a host, as a URL has it, is this machine.
fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn base(host: &'static str) -> Option<String> {
        let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
        PublicUrl::OfLoopback.base(&headers)
    }

    #[test]
    fn a_request_names_the_address_on_this_machine_alone() {
        assert_eq!(
            base("127.0.0.1:8484").as_deref(),
            Some("http://127.0.0.1:8484")
        );
        assert_eq!(base("localhost").as_deref(), Some("http://localhost"));
        assert_eq!(base("[::1]:80").as_deref(), Some("http://[::1]"));
        for foreign in [
            "evil.example",
            "localhost.evil.example:8484",
            "x@localhost",
            "localhost/x",
            "",
        ] {
            assert_eq!(base(foreign), None, "{foreign}");
        }
        assert_eq!(PublicUrl::Unknown.base(&HeaderMap::new()), None);
    }

    #[test]
    fn a_configured_address_is_safe_and_bare() {
        let parsed = PublicUrl::parse("https://Tasks.example.com:443/");
        assert_eq!(
            parsed,
            Ok(PublicUrl::At("https://tasks.example.com".into()))
        );
        assert!(PublicUrl::parse("http://localhost:8484").is_ok());
        for text in [
            "http://tasks.example.com",
            "https://tasks.example.com/taskwire",
            "https://user@tasks.example.com",
            "https://tasks.example.com?x",
            "tasks.example.com",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
    }
}
