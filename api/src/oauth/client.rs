//! Clients: programs that ask for access, known by a document at their address (draft-ietf-oauth-client-id-metadata-document)
//! or by an earlier registration. None has a secret.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use taskwire_domain::text::clean;
use taskwire_store::ClientRow;
use url::Url;

use super::redirect;
use crate::service::user::is_deceptive;

/// Largest document of a client, in bytes.
pub(crate) const DOCUMENT_MAX: usize = 16 * 1024;
/// Longest id of a client, in bytes.
const ID_MAX: usize = 500;
/// Longest name of a client, in characters.
const NAME_MAX: usize = 80;
/// Most redirect addresses of a client.
const URIS_MAX: usize = 20;
/// How long a document is not read again.
const CACHE_TTL: SignedDuration = SignedDuration::from_mins(10);
/// Most documents that are cached; beyond it the cache is cleared.
const CACHED_MAX: usize = 500;

/// A client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct OAuthClient {
    pub(crate) id: String,
    /// As it names itself.
    pub(crate) name: String,
    pub(crate) redirect_uris: Vec<String>,
}

impl From<ClientRow> for OAuthClient {
    fn from(row: ClientRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            redirect_uris: row.redirect_uris,
        }
    }
}

/// What a client says of itself (RFC 7591, section 2). Fields that have no meaning here are left out, as the standard
/// has it.
#[derive(Debug, Deserialize)]
pub(crate) struct Declared {
    client_id: Option<String>,
    client_name: Option<String>,
    redirect_uris: Option<Vec<String>>,
    token_endpoint_auth_method: Option<String>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
}

/// Why a client cannot be accepted: a code of RFC 7591, and an explanation.
pub(crate) type Unacceptable = (&'static str, String);

impl Declared {
    /// The client with this id, if its metadata can be accepted.
    pub(crate) fn accept(self, id: String) -> Result<OAuthClient, Unacceptable> {
        let metadata = |why: &str| Err(("invalid_client_metadata", why.to_owned()));
        if self
            .token_endpoint_auth_method
            .is_some_and(|method| method != "none")
        {
            return metadata("token_endpoint_auth_method must be \"none\": clients have no secret");
        }
        let allows = |list: Option<&Vec<String>>, needed: &str| {
            list.is_none_or(|list| list.iter().any(|own| own == needed))
        };
        if !allows(self.grant_types.as_ref(), "authorization_code") {
            return metadata("grant_types must include \"authorization_code\"");
        }
        if !allows(self.response_types.as_ref(), "code") {
            return metadata("response_types must include \"code\"");
        }
        let uris = self.redirect_uris.unwrap_or_default();
        if uris.is_empty() || uris.len() > URIS_MAX {
            let why = format!("redirect_uris must have 1 to {URIS_MAX} items");
            return Err(("invalid_redirect_uri", why));
        }
        for uri in &uris {
            redirect::check(uri).map_err(|why| ("invalid_redirect_uri", why))?;
        }
        let name = clean(self.client_name.as_deref().unwrap_or_default());
        // One that reorders what follows could pass for another.
        let name: String = name
            .trim()
            .chars()
            .filter(|c| !is_deceptive(*c))
            .take(NAME_MAX)
            .collect();
        Ok(OAuthClient {
            name: if name.is_empty() {
                "A program without a name".into()
            } else {
                name
            },
            id,
            redirect_uris: uris,
        })
    }
}

/// Whether a text can be the id of a client that is stored.
pub(crate) fn is_storable(id: &str) -> bool {
    id.len() <= ID_MAX && !id.contains('\0')
}

/// The address of a client's document, if its id is one: `https` with a path, and written in its usual form, so that
/// two ids are never the same address.
pub(crate) fn document_url(id: &str) -> Option<Url> {
    let url = Url::parse(id).ok()?;
    let is_bare = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    let is_usual = url.as_str() == id && url.scheme() == "https" && url.path() != "/";
    (is_bare && is_usual && id.len() <= ID_MAX).then_some(url)
}

/// Reads the document of the client with this id, which must name itself so: another client's document says nothing of it.
pub(crate) fn parse_document(id: &str, bytes: &[u8]) -> Result<OAuthClient, Unacceptable> {
    let declared: Declared = serde_json::from_slice(bytes).map_err(|_| {
        (
            "invalid_client_metadata",
            "its document is not client metadata".to_owned(),
        )
    })?;
    if declared.client_id.as_deref() != Some(id) {
        let why = "the client_id in its document is another one".to_owned();
        return Err(("invalid_client_metadata", why));
    }
    declared.accept(id.to_owned())
}

/// Documents that were read a moment ago.
#[derive(Debug, Default)]
pub(crate) struct ClientCache(Mutex<HashMap<String, (OAuthClient, Timestamp)>>);

impl ClientCache {
    pub(crate) fn get(&self, id: &str, now: Timestamp) -> Option<OAuthClient> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (client, since) = known.get(id)?;
        let age = now.duration_since(*since);
        (age >= SignedDuration::ZERO && age < CACHE_TTL).then(|| client.clone())
    }

    pub(crate) fn put(&self, client: OAuthClient, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CACHED_MAX {
            known.clear();
        }
        known.insert(client.id.clone(), (client, now));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "https://app.example/client.json";

    #[test]
    fn an_id_is_an_address_in_its_usual_form() {
        assert!(document_url(ID).is_some());
        for id in [
            "https://app.example",
            "https://app.example/",
            "http://app.example/client.json",
            "https://APP.example/client.json",
            "https://app.example/a/../client.json",
            "https://user@app.example/client.json",
            "https://app.example/client.json#x",
            "https://app.example:443/client.json",
            "tw_client",
        ] {
            assert!(document_url(id).is_none(), "{id}");
        }
    }

    #[test]
    fn a_document_describes_a_client_without_a_secret() {
        let good = json!({"client_id": ID, "client_name": "App", "redirect_uris": ["https://app.example/cb"]});
        let read = |value: &serde_json::Value| parse_document(ID, value.to_string().as_bytes());
        assert_eq!(read(&good).unwrap().name, "App");
        for (field, value) in [
            ("client_id", json!("https://other.example/client.json")),
            ("client_id", json!(null)),
            ("redirect_uris", json!([])),
            ("redirect_uris", json!(["http://app.example/cb"])),
            ("redirect_uris", json!(["javascript:alert(1)"])),
            ("token_endpoint_auth_method", json!("client_secret_post")),
            ("grant_types", json!(["client_credentials"])),
            ("response_types", json!(["token"])),
        ] {
            let mut bad = good.clone();
            bad[field] = value;
            assert!(read(&bad).is_err(), "{bad}");
        }
    }
}
