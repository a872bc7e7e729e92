//! An authorization server that others use: metadata and keys on a port, and tokens signed with them.

use std::sync::{Arc, Mutex, PoisonError};

use axum::routing::get;
use axum::{Json, Router};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::local_server::LocalServer;

/// Two keys on P-256 in PKCS #8, for tests alone.
const KEYS: [&[u8]; 2] = [
    include_bytes!("issuer/first.der"),
    include_bytes!("issuer/second.der"),
];

/// An authorization server with one key at a time. Dropping it ends it.
#[derive(Debug)]
pub struct Issuer {
    server: LocalServer,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    key: usize,
    /// How often the keys were read.
    reads: usize,
}

impl Issuer {
    /// Starts it with its first key.
    pub async fn start() -> Self {
        let state = Arc::<Mutex<State>>::default();
        let own = Arc::clone(&state);
        let address = Arc::<Mutex<String>>::default();
        let here = Arc::clone(&address);
        let router = Router::new()
            .route(
                "/.well-known/oauth-authorization-server",
                get(async move || {
                    let at = here.lock().unwrap_or_else(PoisonError::into_inner).clone();
                    Json(json!({"issuer": at, "jwks_uri": format!("{at}/jwks")}))
                }),
            )
            .route(
                "/jwks",
                get(async move || {
                    let mut state = own.lock().unwrap_or_else(PoisonError::into_inner);
                    state.reads += 1;
                    Json(json!({"keys": [public(state.key), {"kty": "unheard-of", "kid": "x"}]}))
                }),
            );
        let server = LocalServer::start(router).await;
        *address.lock().unwrap_or_else(PoisonError::into_inner) = server.url();
        Self { server, state }
    }

    /// Its identifier.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Uses its second key from now on, and publishes that alone.
    pub fn rotate(&self) {
        self.state().key = 1;
    }

    /// How often its keys were read.
    pub fn reads(&self) -> usize {
        self.state().reads
    }

    /// A token with these claims, signed with the key in use.
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_as(&Header::new(Algorithm::ES256), claims)
    }

    /// The same with another header; its key is the one in use unless the header names one.
    pub fn sign_as(&self, header: &Header, claims: &Value) -> String {
        let key = self.state().key;
        let mut header = header.clone();
        header.kid.get_or_insert_with(|| id(key));
        let key = EncodingKey::from_ec_der(KEYS[key]);
        jsonwebtoken::encode(&header, claims, &key).expect("a token")
    }

    /// A token that is signed with the published key as if that were a shared secret.
    pub fn sign_with_public_key(&self, claims: &Value) -> String {
        let key = self.state().key;
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(id(key));
        let secret = EncodingKey::from_secret(public(key).to_string().as_bytes());
        jsonwebtoken::encode(&header, claims, &secret.expect("a secret")).expect("a token")
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn id(key: usize) -> String {
    format!("key-{key}")
}

/// A key as it is published.
fn public(key: usize) -> Value {
    let private = EncodingKey::from_ec_der(KEYS[key]);
    let mut public = Jwk::from_encoding_key(&private, Algorithm::ES256).expect("a key");
    public.common.key_id = Some(id(key));
    serde_json::to_value(public).expect("a key as JSON")
}
