//! Pages with a form, for people who come from elsewhere. They are self-contained: no script, nothing from another server.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Also legible in the dark.
const STYLE: &str = "\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
body{margin:0;display:grid;place-items:center;min-height:100vh}\
main{max-width:26rem;padding:1.5rem;overflow-wrap:anywhere}\
h2{font-size:1.1rem}h1{font-size:1.3rem;margin:0 0 .75rem}\
dl{margin:1rem 0}dt{font-size:.85rem;opacity:.8}dd{margin:0 0 .6rem}\
label{display:block;margin:.6rem 0}input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem}\
button{font:inherit;padding:.6rem 1.1rem;margin:.75rem .5rem 0 0;cursor:pointer}\
[role=alert]{border-left:.25rem solid #c02626;padding-left:.6rem}";

/// Text in HTML.
pub(super) fn escape(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut html, c| {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                '\'' => html.push_str("&#39;"),
                c => html.push(c),
            }
            html
        })
}

/// A page. A form on it may lead to this server and to `target`.
pub(super) fn page(
    status: StatusCode,
    title: &str,
    head: &str,
    body: &str,
    target: Option<&str>,
) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{} - Taskwire</title>{head}\
         <style>{STYLE}</style></head><body><main><h1>{}</h1>{body}</main></body></html>",
        escape(title),
        escape(title),
    );
    let style = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        target.unwrap_or_default(),
    );
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    headers.extend(
        HeaderValue::from_str(&policy).map(|policy| (header::CONTENT_SECURITY_POLICY, policy)),
    );
    // With the usual `no-referrer`, browsers send the `Origin` of a form as null, and it could not be checked.
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    response
}
