//! Tokens and codes: random, shown once, kept as digests.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use taskwire_domain::Ids;

/// A new secret of 256 bits, with a prefix for its kind.
pub fn generate(ids: &Ids, prefix: &str) -> String {
    let mut bytes = [0; 32];
    ids.fill(&mut bytes);
    format!("{prefix}{}", encode(&bytes))
}

/// A new key for the signatures of a webhook, in the form of Standard Webhooks.
pub(crate) fn signing_key(ids: &Ids) -> String {
    let mut bytes = [0; 32];
    ids.fill(&mut bytes);
    format!("whsec_{}", STANDARD.encode(bytes))
}

/// SHA-256 in hexadecimal. Enough for secrets of full entropy; passwords go through Argon2.
pub(crate) fn digest(secret: &str) -> String {
    digest_bytes(secret.as_bytes())
}

/// SHA-256 of bytes, in hexadecimal.
pub(crate) fn digest_bytes(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Bytes as text that needs no escaping in a URL.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The reverse of [`encode`].
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
