//! Messages are handed over to real receivers: HTTP servers, an SMTP server, and a browser's side of a push service.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod hooks;
mod mail;
mod push;
mod support;
