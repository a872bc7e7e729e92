//! Documents at addresses that somebody else chose.
//!
//! Only public addresses are called, see [`Guard`], and size is limited.

use std::fmt;
use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use url::Url;

use crate::guard::{Guard, is_refused};

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

impl PublicDocuments {
    /// Prepares the client, whose certificates are those of the system.
    pub fn new() -> reqwest::Result<Self> {
        Self::with(Guard::default())
    }

    /// The same for addresses that an operator has named: on private networks too, and over HTTP.
    pub fn with_private() -> reqwest::Result<Self> {
        Self::with(Guard::Any)
    }

    fn with(guard: Guard) -> reqwest::Result<Self> {
        let http = guard.client(TIMEOUT)?;
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
    if is_refused(error) {
        DocumentError::NotPublic
    } else {
        DocumentError::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::StatusCode;
    use axum::http::header::LOCATION;
    use axum::response::IntoResponse;
    use axum::routing::get;

    use super::*;

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
        let documents = PublicDocuments::with(Guard::Any);
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
