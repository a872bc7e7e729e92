//! Internal credentials: with one of these the MCP server calls the API for a user. It names the user, the token that it
//! stands for, that token's scopes and the actor; it is for the API alone, and lasts minutes. So the token that a client
//! sent goes no further than the MCP server, and a token that is meant for MCP is of no use anywhere else.
//!
//! It is encrypted and authenticated by AES-SIV (RFC 5297) with the key of the installation, so every process of it can
//! read it, and nobody else can.

use aes_siv::KeyInit;
use aes_siv::siv::Aes128Siv;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use taskwire_domain::{UserId, Via};
use taskwire_store::Credential;

use crate::secret::{decode, encode};

/// How long a credential can be used: longer than any call of a tool takes.
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);
/// Tells it from tokens.
const PREFIX: &str = "twd_";
/// Who may accept it.
const AUDIENCE: &str = "taskwire-api";

/// What a credential says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Delegated {
    aud: String,
    /// The user.
    pub(crate) sub: UserId,
    /// Through what the user acts.
    act: String,
    /// The scopes.
    pub(crate) scope: String,
    /// The digest of the token that it stands for: when that ends, this does.
    pub(crate) token: String,
    exp: Timestamp,
}

/// Whether a credential is of this kind.
pub(crate) fn is_delegated(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// Creates a credential that stands for a token.
pub(crate) fn issue(key: &[u8], credential: &Credential, now: Timestamp) -> String {
    let says = Delegated {
        aud: AUDIENCE.into(),
        sub: credential.user.id,
        act: Via::Mcp.as_str().into(),
        scope: credential.token.scopes.clone(),
        token: credential.token.hash.clone(),
        exp: now.saturating_add(LIFETIME).unwrap_or(now),
    };
    // Neither can fail: there is one header, and all keys are strings.
    let plain = serde_json::to_vec(&says).unwrap_or_default();
    let sealed = cipher(key).encrypt([AUDIENCE.as_bytes()], &plain);
    format!("{PREFIX}{}", encode(&sealed.unwrap_or_default()))
}

/// Reads a credential; `None` if it is not one of this installation for the API, or has expired.
pub(crate) fn read(key: &[u8], text: &str, now: Timestamp) -> Option<Delegated> {
    let sealed = decode(text.strip_prefix(PREFIX)?)?;
    let plain = cipher(key).decrypt([AUDIENCE.as_bytes()], &sealed).ok()?;
    let says: Delegated = serde_json::from_slice(&plain).ok()?;
    (says.aud == AUDIENCE && says.act == Via::Mcp.as_str() && says.exp > now).then_some(says)
}

fn cipher(key: &[u8]) -> Aes128Siv {
    // The key of the installation has other uses, so this one has its own.
    let own = Sha256::new()
        .chain_update(b"internal credentials\0")
        .chain_update(key);
    Aes128Siv::new(&own.finalize())
}

#[cfg(test)]
mod tests {
    use taskwire_domain::{Clock, TokenId, Zone};
    use taskwire_store::{TokenRow, UserRow};
    use taskwire_testkit::{FixedClock, seeded_ids};

    use super::*;

    #[test]
    fn a_credential_is_read_by_its_installation_for_minutes() {
        let clock = FixedClock::default();
        let (ids, now) = (seeded_ids(1), clock.now());
        let user = UserRow::new(ids.next::<UserId>(now), "Ada".into(), Zone::utc());
        let token = TokenRow {
            id: ids.next::<TokenId>(now),
            owner: user.id,
            hash: "digest".into(),
            kind: "oauth".into(),
            label: "x".into(),
            scopes: "read".into(),
            created_at: now,
            expires_at: None,
            last_used_at: None,
            client: None,
            grant: None,
            audience: None,
        };
        let text = issue(
            b"key",
            &Credential {
                user: user.clone(),
                token,
            },
            now,
        );
        let says = read(b"key", &text, now).unwrap();
        assert_eq!(
            (says.sub, &*says.scope, &*says.token),
            (user.id, "read", "digest")
        );
        assert!(!text.contains("digest"));
        assert_eq!(read(b"other key", &text, now), None);
        let mut changed = text.clone();
        let last = if changed.pop() == Some('A') { 'B' } else { 'A' };
        changed.push(last);
        assert_eq!(read(b"key", &changed, now), None);
        assert_eq!(read(b"key", "twd_", now), None);
        assert_eq!(read(b"key", &text, now + LIFETIME), None);
    }
}
