//! The page and the viewer of the API, built into the binary.

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::error::ApiError;
use crate::extract::Segment;
use crate::secret::encode;
use crate::state::Api;

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Built;

/// Served by a binary that was built without the page.
const MISSING: &str = "<!doctype html><title>Taskwire</title><p>This binary was built without its page. Run <code>make run</code>, or use the API under <a href=\"/docs\">/docs</a>.";

/// The page that lets people try calls: Swagger UI, which loads nothing from elsewhere.
const VIEWER: &str = "docs/try.html";

/// The content codings in which the page's build writes a copy next to each file, the smallest first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

pub(crate) fn router() -> Router<Api> {
    Router::new()
        .route("/", get(index))
        .route("/assets/{*file}", get(asset))
        .route("/favicon.svg", get(favicon))
        .route("/sw.js", get(service_worker))
        .route("/docs/try", get(viewer))
        .route("/docs/{file}", get(viewer_file))
}

/// Whether this binary has the viewer of the API.
pub(crate) fn has_viewer() -> bool {
    Built::get(VIEWER).is_some()
}

async fn viewer(headers: HeaderMap) -> Response {
    match Built::get(VIEWER) {
        Some(found) => changing(VIEWER, found, &headers),
        None => missing(),
    }
}

/// A file of the viewer, under a name that stays the same when its content changes.
async fn viewer_file(Segment(name): Segment, headers: HeaderMap) -> Response {
    let path = format!("docs/{name}");
    match Built::get(&path) {
        Some(found) => changing(&path, found, &headers),
        None => missing(),
    }
}

async fn index(headers: HeaderMap) -> Response {
    match Built::get("index.html") {
        Some(found) => changing("index.html", found, &headers),
        None => Html(MISSING).into_response(),
    }
}

async fn favicon(headers: HeaderMap) -> Response {
    root_file("favicon.svg", &headers)
}

/// It controls the pages beside it and below, so it must not lie deeper.
async fn service_worker(headers: HeaderMap) -> Response {
    root_file("sw.js", &headers)
}

fn root_file(path: &str, headers: &HeaderMap) -> Response {
    match Built::get(path) {
        Some(found) => changing(path, found, headers),
        None => missing(),
    }
}

/// Assets have a digest in their name, so a browser may cache them for good.
async fn asset(Segment(path): Segment, headers: HeaderMap) -> Response {
    let path = format!("assets/{path}");
    let Some(found) = Built::get(&path) else {
        return missing();
    };
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    let mut response = encoded(&path, found, &headers).response;
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    response
}

fn missing() -> Response {
    ApiError::NotFound("such file".into()).into_response()
}

/// A file whose content may change under the same name: a browser must revalidate it each time.
fn changing(path: &str, found: EmbeddedFile, headers: &HeaderMap) -> Response {
    let Encoded { mut response, etag } = encoded(path, found, headers);
    let is_known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| {
            let tag = tag.trim();
            tag == "*" || tag.trim_start_matches("W/") == etag
        });
    if is_known {
        let vary = response.headers_mut().remove(header::VARY);
        response = StatusCode::NOT_MODIFIED.into_response();
        response
            .headers_mut()
            .extend(vary.map(|vary| (header::VARY, vary)));
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

/// A file in a content coding that the browser accepts.
struct Encoded {
    response: Response,
    /// A strong validator: it identifies exactly these bytes (RFC 9110, section 8.8.3.3).
    etag: String,
}

fn encoded(path: &str, found: EmbeddedFile, headers: &HeaderMap) -> Encoded {
    let kind = found.metadata.mimetype().to_owned();
    let copies = ENCODINGS
        .iter()
        .filter_map(|(coding, ending)| Some((*coding, Built::get(&format!("{path}{ending}"))?)))
        .collect::<Vec<_>>();
    let varies = !copies.is_empty();
    let (coding, file) = copies
        .into_iter()
        .find(|(coding, _)| accepts(headers, coding))
        .map_or((None, found), |(coding, file)| (Some(coding), file));
    let etag = format!("\"{}\"", encode(&file.metadata.sha256_hash()));
    let mut response = ([(header::CONTENT_TYPE, kind)], file.data).into_response();
    let headers = response.headers_mut();
    if varies {
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Encoded { response, etag }
}

/// Whether the browser accepts a content coding (RFC 9110, section 12.5.3).
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let is_it = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(coding));
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            let is_refused = weight
                .is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0));
            is_it && !is_refused
        })
}
