//! Sends requests, over HTTP or in process.

use std::fmt;
use std::sync::Arc;

use axum::body::Body;
use http::{HeaderName, Method, Request, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use taskwire_domain::contract::headers;
use taskwire_domain::text::with_causes;
use taskwire_domain::{Secret, SharedSecret, Trace, UserId};
use tower::ServiceExt;
use url::Url;

use crate::Error;
use crate::claim::{Claim, header_value};

mod response;
mod streamed;

use response::{ReplayCount, answer, is_cut, problem_of};
pub(crate) use streamed::Streamed;

/// Largest response read, in bytes: a page of 200 tasks with full notes fits.
const RESPONSE_MAX: usize = 32 * 1024 * 1024;

#[derive(Clone)]
enum Transport {
    Http { base: Url, http: reqwest::Client },
    InProcess(axum::Router),
}

/// A handle on the API. Cheap to clone; [`Client::with_token`] and similar methods return a changed copy.
#[derive(Clone)]
pub struct Client {
    transport: Transport,
    token: Option<SharedSecret>,
    /// The user a service acts for.
    user: Option<UserId>,
    claim: Arc<Claim>,
    /// The trace that the calls belong to.
    trace: Arc<Trace>,
    /// Whether changes are only tried.
    is_dry_run: bool,
    /// How many responses were those of an earlier request with the same key.
    replays: ReplayCount,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = match &self.transport {
            Transport::Http { base, .. } => base.as_str(),
            Transport::InProcess(_) => "in process",
        };
        f.debug_struct("Client")
            .field("target", &target)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Creates a client of the API at `base`, such as `http://127.0.0.1:8484`.
    pub fn http(base: Url, http: reqwest::Client) -> Self {
        Self::over(Transport::Http { base, http })
    }

    /// Creates a client that calls the router of its own process.
    pub fn in_process(router: axum::Router) -> Self {
        Self::over(Transport::InProcess(router))
    }

    fn over(transport: Transport) -> Self {
        Self {
            transport,
            token: None,
            user: None,
            claim: Arc::default(),
            trace: Arc::default(),
            is_dry_run: false,
            replays: ReplayCount::default(),
        }
    }

    /// The same client with this credential. Where it is one that may be replaced, a call that is refused is made again
    /// with the other of the two that may count.
    #[must_use]
    pub fn with_token(&self, token: impl Into<SharedSecret>) -> Self {
        Self {
            token: Some(token.into()),
            ..self.clone()
        }
    }

    /// The same client acting for this user; requires the service credential.
    #[must_use]
    pub fn on_behalf_of(&self, user: UserId) -> Self {
        Self {
            user: Some(user),
            ..self.clone()
        }
    }

    /// The same client with this claim about the actor.
    #[must_use]
    pub fn with_claim(&self, claim: Claim) -> Self {
        Self {
            claim: Arc::new(claim),
            ..self.clone()
        }
    }

    /// The same client with calls that belong to this trace.
    #[must_use]
    pub fn with_trace(&self, trace: Trace) -> Self {
        Self {
            trace: Arc::new(trace),
            ..self.clone()
        }
    }

    /// The same client, whose changes are only tried: each is checked and answered as usual, and nothing is kept, not even
    /// its idempotency key.
    #[must_use]
    pub fn with_dry_run(&self) -> Self {
        Self {
            is_dry_run: true,
            ..self.clone()
        }
    }

    /// The same client, whose [`Client::replays`] begin at 0.
    #[must_use]
    pub fn with_own_replays(&self) -> Self {
        Self {
            replays: ReplayCount::default(),
            ..self.clone()
        }
    }

    /// How many responses were those of an earlier request with the same key: nothing was done again.
    pub fn replays(&self) -> u64 {
        self.replays.get()
    }

    /// Whether changes are only tried.
    pub fn is_dry_run(&self) -> bool {
        self.is_dry_run
    }

    /// Where the API is, for people.
    pub fn address(&self) -> String {
        match &self.transport {
            Transport::Http { base, .. } => base.as_str().trim_end_matches('/').to_owned(),
            Transport::InProcess(_) => "this process".into(),
        }
    }

    /// The trace that the calls of this client belong to.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The client's claim about the actor.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    pub(crate) fn get(&self, path: &str) -> Call<'_> {
        Call::new(self, Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Call<'_> {
        Call::new(self, Method::POST, path)
    }

    pub(crate) fn put(&self, path: &str) -> Call<'_> {
        Call::new(self, Method::PUT, path)
    }

    pub(crate) fn patch(&self, path: &str) -> Call<'_> {
        Call::new(self, Method::PATCH, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Call<'_> {
        Call::new(self, Method::DELETE, path)
    }

    pub(crate) async fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<(StatusCode, Vec<u8>), Error> {
        match &self.transport {
            Transport::Http { base, http } => {
                let (parts, body) = request.into_parts();
                let url = base
                    .join(&parts.uri.to_string())
                    .map_err(|error| Error::Unexpected(error.to_string()))?;
                let is_repeatable = parts.method == Method::GET
                    || parts.headers.contains_key(headers::IDEMPOTENCY_KEY);
                let request = http
                    .request(parts.method, url)
                    .headers(parts.headers)
                    .body(body);
                let again = request.try_clone().filter(|_| is_repeatable);
                let answered = match (answer(request).await, again) {
                    (Err(error), Some(again)) if is_cut(&error) => answer(again).await,
                    (answered, _) => answered,
                };
                let (status, headers, bytes) =
                    answered.map_err(|error| Error::Unreachable(with_causes(&error)))?;
                self.replays.note(&headers);
                Ok((status, bytes))
            }
            Transport::InProcess(router) => {
                let answer = match router.clone().oneshot(request.map(Body::from)).await {
                    Ok(answer) => answer,
                    Err(never) => match never {},
                };
                let status = answer.status();
                self.replays.note(answer.headers());
                let bytes = axum::body::to_bytes(answer.into_body(), RESPONSE_MAX)
                    .await
                    .map_err(|error| Error::Unreachable(error.to_string()))?;
                Ok((status, bytes.to_vec()))
            }
        }
    }
}

/// A call being built.
pub(crate) struct Call<'a> {
    client: &'a Client,
    method: Method,
    path: String,
    body: Vec<u8>,
    headers: Vec<(&'static str, String)>,
}

impl<'a> Call<'a> {
    fn new(client: &'a Client, method: Method, path: &str) -> Self {
        Self {
            client,
            method,
            path: format!("/api/v1{path}"),
            body: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// A read outside the contract's prefix.
    pub(crate) fn of_server(client: &'a Client, path: &str) -> Self {
        let mut call = Self::new(client, Method::GET, "");
        path.clone_into(&mut call.path);
        call
    }

    /// Adds the fields of `query` that are set.
    pub(crate) fn query(mut self, query: &impl Serialize) -> Result<Self, Error> {
        let fields =
            serde_json::to_value(query).map_err(|error| Error::Unexpected(error.to_string()))?;
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields.as_object().into_iter().flatten() {
            match value {
                serde_json::Value::Null => {}
                serde_json::Value::String(value) => {
                    text.append_pair(name, value);
                }
                other => {
                    text.append_pair(name, &other.to_string());
                }
            }
        }
        let text = text.finish();
        if !text.is_empty() {
            self.path = format!("{}?{text}", self.path);
        }
        Ok(self)
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self, Error> {
        self.body =
            serde_json::to_vec(body).map_err(|error| Error::Unexpected(error.to_string()))?;
        self.headers
            .push((header::CONTENT_TYPE.as_str(), "application/json".into()));
        Ok(self)
    }

    pub(crate) fn idempotency_key(mut self, key: Option<&str>) -> Self {
        if let Some(key) = key {
            self.headers
                .push((headers::IDEMPOTENCY_KEY, key.to_owned()));
        }
        self
    }

    pub(crate) fn if_match(mut self, version: Option<i64>) -> Self {
        if let Some(version) = version {
            self.headers
                .push((header::IF_MATCH.as_str(), format!("\"{version}\"")));
        }
        self
    }

    pub(crate) async fn send<T: DeserializeOwned>(self) -> Result<T, Error> {
        let bytes = self.bytes().await?;
        serde_json::from_slice(&bytes).map_err(|error| Error::Unexpected(error.to_string()))
    }

    /// Sends a call whose response is not JSON.
    pub(crate) async fn send_bytes(self) -> Result<Vec<u8>, Error> {
        self.bytes().await
    }

    /// Sends a call whose response has no body.
    pub(crate) async fn send_empty(self) -> Result<(), Error> {
        self.bytes().await.map(drop)
    }

    /// The path with its query.
    fn uri(&self) -> String {
        if !self.client.is_dry_run || self.method == Method::GET {
            return self.path.clone();
        }
        let separator = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{separator}dry_run=true", self.path)
    }

    /// The request with this credential.
    fn request(&self, token: Option<&Secret>) -> Result<Request<Vec<u8>>, Error> {
        let client = self.client;
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(self.uri());
        if let Some(map) = request.headers_mut() {
            let claim = &client.claim;
            let trace = &client.trace;
            // The span that makes the call is a closer parent than the request that led to it.
            let traceparent = taskwire_telemetry::current_traceparent();
            let traceparent = traceparent.as_ref().or(trace.traceparent.as_ref());
            let claims = [
                (headers::VIA, claim.via.map(|via| via.as_str().to_owned())),
                (headers::CLIENT, claim.client.clone()),
                (headers::CHAT_TURN, claim.chat_turn.clone()),
                (headers::TOOL_CALL, claim.tool_call.clone()),
                (
                    headers::NO_DELETE,
                    claim.no_delete.then(|| "true".to_owned()),
                ),
                (headers::USER, client.user.map(|user| user.to_string())),
                (
                    headers::REQUEST_ID,
                    trace.request_id.as_ref().map(ToString::to_string),
                ),
                (headers::TRACEPARENT, traceparent.map(ToString::to_string)),
                (
                    header::AUTHORIZATION.as_str(),
                    token.map(|token| format!("Bearer {}", token.expose())),
                ),
            ];
            let claims = claims
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            for (name, value) in claims.chain(self.headers.clone()) {
                map.insert(HeaderName::from_static(name), header_value(&value));
            }
        }
        request
            .body(self.body.clone())
            .map_err(|error| Error::Unexpected(error.to_string()))
    }

    async fn bytes(self) -> Result<Vec<u8>, Error> {
        let client = self.client;
        let shown = client.token.as_ref().map(SharedSecret::shown);
        let (mut status, mut bytes) = client.send(self.request(shown.as_ref())?).await?;
        // Paths for services alone do not exist for others.
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND)
            && let (Some(token), Some(refused)) = (&client.token, &shown)
            && let Some(other) = token.instead_of(refused)
        {
            (status, bytes) = client.send(self.request(Some(&other))?).await?;
        }
        if status.is_success() {
            return Ok(bytes);
        }
        Err(problem_of(&client.address(), status, &bytes))
    }
}

#[cfg(test)]
mod tests;
