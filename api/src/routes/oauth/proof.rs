//! What only a form of this server's own page can show.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use taskwire_store::Credential;

use crate::secret::encode;
use crate::state::Api;

/// The proof for a form about `subject` in this session: it is not that of another session or another subject.
pub(super) fn proof(api: &Api, session: &Credential, subject: &str) -> String {
    // Any length of key will do.
    let mac = Hmac::<Sha256>::new_from_slice(&api.cursor_key);
    mac.map_or_else(
        |_| String::new(),
        |mut mac| {
            for part in ["form of OAuth", &session.token.hash, subject] {
                mac.update(part.as_bytes());
                mac.update(&[0]);
            }
            encode(&mac.finalize().into_bytes())
        },
    )
}

/// Whether a form shows the proof.
pub(super) fn is_proven(
    api: &Api,
    session: &Credential,
    subject: &str,
    shown: Option<&str>,
) -> bool {
    let expected = proof(api, session, subject);
    let shown = shown.unwrap_or_default();
    !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(shown.as_bytes()))
}
