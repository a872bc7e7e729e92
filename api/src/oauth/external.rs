//! Access tokens of another authorization server: JWTs (RFC 9068), for this server and signed with a key that the other
//! one publishes (RFC 7517).

mod keys;
mod refused;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, Header, Validation};
use serde_json::{Map, Value};
use taskwire_http::Documents;
use url::Url;

use self::keys::Keys;
pub(crate) use self::refused::Refused;
use super::scope;

/// How far its clock may differ from ours.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);
/// Longest token, in bytes.
const TOKEN_MAX: usize = 16 * 1024;

/// An authorization server that issues the tokens instead of this one.
#[derive(Debug)]
pub struct ExternalIssuer {
    issuer: String,
    user_claim: String,
    keys: Keys,
}

/// What a token says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Verified {
    /// The name of the user here.
    pub(crate) user: String,
    /// As tokens of the API have them.
    pub(crate) scopes: String,
    pub(crate) client: Option<String>,
    pub(crate) expires_at: Timestamp,
}

/// Whether a token may be a JWT: the tokens of this server have no dots.
pub(crate) fn is_jwt(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 2
}

impl ExternalIssuer {
    /// The server with this identifier (RFC 8414), as its tokens name it. A token is for the user whose name it has in
    /// this claim.
    pub fn new(
        issuer: &str,
        user_claim: &str,
        documents: Arc<dyn Documents>,
    ) -> Result<Self, String> {
        let url = parse(issuer)?;
        Ok(Self {
            keys: Keys::new(issuer, &url, documents),
            issuer: issuer.to_owned(),
            user_claim: user_claim.to_owned(),
        })
    }

    /// Its identifier.
    pub(crate) fn as_str(&self) -> &str {
        &self.issuer
    }

    /// Checks a token for the server at this address.
    pub(crate) async fn verify(
        &self,
        token: &str,
        server: &str,
        now: Timestamp,
    ) -> Result<Verified, Refused> {
        let wrong = Refused::Token;
        if token.len() > TOKEN_MAX {
            return Err(wrong("it is too long"));
        }
        // `none` is no algorithm of this crate.
        let header =
            jsonwebtoken::decode_header(token).map_err(|_| wrong("its header is wrong"))?;
        check_header(&header)?;
        let key = self.keys.find(header.kid.as_deref(), now).await?;
        let key = usable(&key, header.alg).ok_or(wrong("its key is not for its algorithm"))?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[server]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        // Compared with the clock of this server below.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let decoded = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &validation);
        let claims = decoded
            .map_err(|_| wrong("its signature, issuer or audience is wrong"))?
            .claims;
        self.read(&claims, now)
    }

    fn read(&self, claims: &Map<String, Value>, now: Timestamp) -> Result<Verified, Refused> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        // Seconds, possibly with a fraction (RFC 7519, section 2).
        let instant = |name: &str| {
            let seconds = claims.get(name)?.as_f64()?;
            Timestamp::from_duration(SignedDuration::try_from_secs_f64(seconds).ok()?).ok()
        };
        let expires_at = instant("exp").ok_or(Refused::Token("its exp is wrong"))?;
        if expires_at.saturating_add(LEEWAY).unwrap_or(expires_at) <= now {
            return Err(Refused::Token("it has expired"));
        }
        if claims.contains_key("nbf") {
            let begin = instant("nbf").ok_or(Refused::Token("its nbf is wrong"))?;
            if begin.saturating_sub(LEEWAY).unwrap_or(begin) > now {
                return Err(Refused::Token("it is not valid yet"));
            }
        }
        let user = text(&self.user_claim).filter(|user| !user.trim().is_empty());
        let user = user.ok_or(Refused::Token("it names no user"))?;
        let scopes = scope::known(&scopes(claims));
        if scopes.is_empty() {
            return Err(Refused::Token("it has no scope of this server"));
        }
        Ok(Verified {
            user: user.to_owned(),
            scopes: scope::of_token(&scopes),
            client: text("client_id").or_else(|| text("azp")).map(Into::into),
            // Its row ends with it, and not later.
            expires_at,
        })
    }
}

/// The scopes, separated by spaces: `scope` (RFC 9068), or `scp` as some servers have it.
fn scopes(claims: &Map<String, Value>) -> String {
    match claims.get("scope").or_else(|| claims.get("scp")) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(all)) => {
            let all: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
            all.join(" ")
        }
        _ => String::new(),
    }
}

fn check_header(header: &Header) -> Result<(), Refused> {
    if header.alg.family() == AlgorithmFamily::Hmac {
        // Its key would be one that everybody knows.
        return Err(Refused::Token("its algorithm is symmetric"));
    }
    if header.crit.is_some() {
        return Err(Refused::Token(
            "its header has an extension that must be understood",
        ));
    }
    let kind = header.typ.as_deref().map(str::to_ascii_lowercase);
    let is_access = kind
        .as_deref()
        .is_none_or(|kind| matches!(kind.trim_start_matches("application/"), "at+jwt" | "jwt"));
    if is_access {
        Ok(())
    } else {
        Err(Refused::Token("it is no access token"))
    }
}

/// The key, if it is for signatures with this algorithm.
fn usable(key: &Jwk, algorithm: Algorithm) -> Option<DecodingKey> {
    let is_for_signatures = key
        .common
        .public_key_use
        .as_ref()
        .is_none_or(|usage| *usage == PublicKeyUse::Signature);
    let is_for_algorithm = key
        .common
        .key_algorithm
        .as_ref()
        .is_none_or(|own| own.to_string() == format!("{algorithm:?}"));
    let decoding = DecodingKey::from_jwk(key).ok()?;
    (is_for_signatures && is_for_algorithm && decoding.family() == algorithm.family())
        .then_some(decoding)
}

/// Checks an identifier: `https`, or `http` on this machine, without a query or fragment.
fn parse(issuer: &str) -> Result<Url, String> {
    let wrong = || {
        "it must be an https URL without a query, such as https://login.example.com/realm"
            .to_owned()
    };
    let url = Url::parse(issuer).map_err(|_| wrong())?;
    let is_safe =
        url.scheme() == "https" || (url.scheme() == "http" && super::redirect::is_loopback(&url));
    let is_bare = url.query().is_none() && url.fragment().is_none();
    let has_user = !url.username().is_empty() || url.password().is_some();
    if is_safe && is_bare && !has_user {
        Ok(url)
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_at_a_safe_address() {
        for good in [
            "https://login.example.com",
            "https://login.example.com/realm/",
            "http://127.0.0.1:8080/realm",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://login.example.com",
            "https://login.example.com?x",
            "https://user@login.example.com",
            "login.example.com",
            "",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tokens_of_this_server_are_no_jwts() {
        assert!(is_jwt("a.b.c"));
        for other in ["two_abc", "a.b", "a.b.c.d", ""] {
            assert!(!is_jwt(other), "{other}");
        }
    }
}
