//! Documents at addresses that somebody else chose.
//!
//! Whoever names an address could make this server call what only it can reach. So only public addresses are called,
//! and what the name resolves to is checked at the connection itself: a name that resolves differently the second time
//! gains nothing. No redirect is followed, no proxy is used, and time and size are limited. What an operator names may
//! be on a private network, if they say so.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use url::{Host, Url};

/// Longest wait for a document.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Why a document could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DocumentError {
    /// The address is not one that this server calls.
    NotPublic,
    /// Nothing answered in time.
    Unreachable,
    /// The answer was something else than 200 with JSON.
    NotJson,
    /// The document is larger than asked for.
    TooLarge,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotPublic => "it is not at a public https address",
            Self::Unreachable => "it cannot be reached",
            Self::NotJson => "it is not a JSON document",
            Self::TooLarge => "it is too large",
        })
    }
}

/// Reads documents by their address.
pub trait Documents: fmt::Debug + Send + Sync {
    /// The JSON document at an address, at most so many bytes.
    fn read(&self, url: Url, bytes_max: usize) -> BoxFuture<'_, Result<Vec<u8>, DocumentError>>;
}

/// Reads documents at public addresses over HTTPS.
#[derive(Clone, Debug)]
pub struct PublicDocuments {
    http: reqwest::Client,
    guard: Guard,
}

/// What may be called.
#[derive(Clone, Copy, Debug)]
struct Guard {
    schemes: &'static [&'static str],
    is_allowed: fn(IpAddr) -> bool,
}

impl PublicDocuments {
    /// Prepares the client, whose certificates are those of the system.
    pub fn new() -> reqwest::Result<Self> {
        Self::with(Guard {
            schemes: &["https"],
            is_allowed: is_public,
        })
    }

    /// The same for addresses that an operator has named: on private networks too, and over HTTP.
    pub fn with_private() -> reqwest::Result<Self> {
        Self::with(Guard {
            schemes: &["https", "http"],
            is_allowed: |_| true,
        })
    }

    fn with(guard: Guard) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(TIMEOUT)
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(guard))
            .build()?;
        Ok(Self { http, guard })
    }

    async fn fetch(&self, url: Url, bytes_max: usize) -> Result<Vec<u8>, DocumentError> {
        if !self.guard.admits(&url) {
            return Err(DocumentError::NotPublic);
        }
        let request = self.http.get(url).header(ACCEPT, "application/json");
        let mut response = request.send().await.map_err(|error| reason(&error))?;
        let is_json = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok()?.split(';').next())
            .map(str::trim)
            .is_some_and(|kind| kind == "application/json" || kind.ends_with("+json"));
        if response.status() != reqwest::StatusCode::OK || !is_json {
            return Err(DocumentError::NotJson);
        }
        let mut read = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| reason(&error))? {
            if read.len() + chunk.len() > bytes_max {
                return Err(DocumentError::TooLarge);
            }
            read.extend_from_slice(&chunk);
        }
        Ok(read)
    }
}

impl Documents for PublicDocuments {
    fn read(&self, url: Url, bytes_max: usize) -> BoxFuture<'_, Result<Vec<u8>, DocumentError>> {
        Box::pin(self.fetch(url, bytes_max))
    }
}

fn reason(error: &reqwest::Error) -> DocumentError {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(current) = cause {
        if current.is::<NotAllowed>() {
            return DocumentError::NotPublic;
        }
        cause = current.source();
    }
    DocumentError::Unreachable
}

impl Guard {
    /// An address literal is not resolved, so it is checked here.
    fn admits(self, url: &Url) -> bool {
        self.schemes.contains(&url.scheme())
            && match url.host() {
                Some(Host::Ipv4(address)) => (self.is_allowed)(address.into()),
                Some(Host::Ipv6(address)) => (self.is_allowed)(address.into()),
                Some(Host::Domain(_)) => true,
                None => false,
            }
    }
}

#[derive(Debug)]
struct NotAllowed;

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name does not resolve to public addresses alone")
    }
}

impl std::error::Error for NotAllowed {}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let is_allowed = self.is_allowed;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !is_allowed(address.ip())) {
                return Err(NotAllowed.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public internet (IANA special-purpose address registries).
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        // Also the reserved addresses and the broadcast address.
        || a >= 240
        // Shared address space of providers.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        // Benchmarks.
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only 2000::/3 is assigned; what is left out of it are Teredo and other special networks, documentation,
    // and 6to4, which contains an IPv4 address.
    a & 0xe000 == 0x2000
        && !(a == 0x2001 && (b < 0x0200 || b == 0x0db8))
        && a != 0x2002
        && a != 0x3fff
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::StatusCode;
    use axum::http::header::LOCATION;
    use axum::response::IntoResponse;
    use axum::routing::get;

    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        for public in ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "ff02::1",
            "2001::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[tokio::test]
    async fn private_addresses_are_never_called() {
        let documents = PublicDocuments::new().unwrap();
        for url in [
            "https://127.0.0.1/client.json",
            "https://[::1]/client.json",
            "https://localhost/client.json",
            "https://2130706433/client.json",
            "https://169.254.169.254/latest/meta-data",
            "http://93.184.216.34/client.json",
            "ftp://93.184.216.34/client.json",
        ] {
            let read = documents.read(url.parse().unwrap(), 1000).await;
            assert_eq!(read, Err(DocumentError::NotPublic), "{url}");
        }
    }

    /// A server on this machine, which the guard of this test admits.
    async fn read(path: &str) -> Result<Vec<u8>, DocumentError> {
        let router = Router::new()
            .route(
                "/good",
                get(|| async { ([(CONTENT_TYPE, "application/json")], "{}") }),
            )
            .route(
                "/page",
                get(|| async { ([(CONTENT_TYPE, "text/html")], "{}") }),
            )
            .route(
                "/long",
                get(|| async { ([(CONTENT_TYPE, "application/json")], "x".repeat(1001)) }),
            )
            .route(
                "/elsewhere",
                get(|| async { (StatusCode::FOUND, [(LOCATION, "/good")]).into_response() }),
            );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}{path}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let documents = PublicDocuments::with(Guard {
            schemes: &["http"],
            is_allowed: |address| address.is_loopback(),
        });
        let read = documents.unwrap().read(url.parse().unwrap(), 1000).await;
        server.abort();
        read
    }

    #[tokio::test]
    async fn a_document_is_json_of_limited_size_where_it_was_said_to_be() {
        assert_eq!(read("/good").await, Ok(b"{}".to_vec()));
        assert_eq!(read("/page").await, Err(DocumentError::NotJson));
        assert_eq!(read("/elsewhere").await, Err(DocumentError::NotJson));
        assert_eq!(read("/missing").await, Err(DocumentError::NotJson));
        assert_eq!(read("/long").await, Err(DocumentError::TooLarge));
    }
}
