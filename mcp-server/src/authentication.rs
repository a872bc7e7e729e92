//! Authentication of requests over HTTP. The token of a client goes to the API once, to be checked, also for the server that
//! it is meant for; everything else is done with the internal credential that the API returns.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use taskwire_client::{Claim, Client, Error, Secret, SharedSecret};
use taskwire_domain::contract::{Delegation, Problem};
use taskwire_domain::{Trace, UserId, Via};
use taskwire_http::{LogUser, PublicUrl, problem, respond};
use taskwire_telemetry::OutageLog;
use tracing::{debug, warn};

use crate::challenge::{Challenge, refuse};
use crate::identity::{Caller, bearer};

/// Asks the API who calls.
#[derive(Clone)]
pub(crate) struct Authenticator {
    api: Client,
    service: Option<SharedSecret>,
    public_url: PublicUrl,
    outages: Arc<OutageLog>,
}

impl Authenticator {
    /// Without the service credential, no token can be checked that is meant for this server alone.
    pub(crate) fn new(api: Client, service: Option<SharedSecret>, public_url: PublicUrl) -> Self {
        Self {
            api,
            public_url: if service.is_some() {
                public_url
            } else {
                PublicUrl::Unknown
            },
            service,
            outages: Arc::new(OutageLog::new("mcp", "ask the API who calls")),
        }
    }

    /// Exchanges the token of a request that arrived at `server`.
    async fn exchange(
        &self,
        token: Secret,
        server: Option<String>,
        trace: &Trace,
    ) -> Result<Delegation, Error> {
        let api = self.api.with_trace(trace.clone()).with_claim(Claim {
            via: Some(Via::Mcp),
            ..Claim::default()
        });
        match &self.service {
            Some(service) => {
                let api = api.with_token(service.clone());
                api.delegate(Some(&token), server).await
            }
            None => api.with_token(token).delegate(None, server).await,
        }
    }
}

/// Accepts a request if the API accepts its token now. The result is not cached: a revoked token ends at once.
pub(crate) async fn authenticate(
    State(authenticator): State<Authenticator>,
    mut request: Request,
    next: Next,
) -> Response {
    let base = authenticator.public_url.base(request.headers());
    let challenge = Challenge::new(base.as_deref());
    let Some(token) = bearer(request.headers()) else {
        let detail = "Send an access token as `Authorization: Bearer …`.";
        return challenge.unauthorized(None, detail);
    };
    let headers = request.headers();
    let trace = Trace::of_headers(|name| headers.get(name)?.to_str().ok());
    let server = base.map(|base| format!("{base}/mcp"));
    let exchanged = authenticator.exchange(token, server, &trace).await;
    let Authenticator { api, outages, .. } = authenticator;
    if !matches!(exchanged, Err(Error::Unreachable(_))) {
        outages.worked();
    }
    match exchanged {
        Ok(Delegation {
            credential,
            session,
            is_granted,
        }) => {
            let user = LogUser(UserId(session.user.id));
            request.extensions_mut().insert(Caller {
                client: api.with_token(Secret::new(credential)).with_trace(trace),
                user: session.user,
                is_granted,
                scopes: session.token.map(|token| token.scopes),
            });
            request.extensions_mut().insert(challenge);
            let mut response = next.run(request).await;
            response.extensions_mut().insert(user);
            response
        }
        Err(Error::Problem(refused)) => refusal_of(&refused, &challenge),
        Err(error @ Error::Unreachable(_)) => {
            outages.failed(&error);
            unavailable()
        }
        Err(error) => {
            warn!(%error, "Taskwire's API did not identify the caller");
            unavailable()
        }
    }
}

fn refusal_of(refused: &Problem, challenge: &Challenge) -> Response {
    debug!(
        problem.code = refused.code,
        problem.status = refused.status,
        "Rejected request"
    );
    match refused.status {
        401 => challenge.unauthorized(Some("invalid_token"), "The access token is not accepted."),
        403 => refuse(
            StatusCode::FORBIDDEN,
            "forbidden",
            "The access token does not allow this.",
        ),
        // Its hint says how many seconds to wait.
        429 => {
            let advice = refused.hint.as_deref().unwrap_or("Wait a moment.");
            let detail = format!("{} {advice}", refused.detail);
            respond(&Problem {
                retry_after_seconds: refused.retry_after_seconds,
                ..problem(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail)
            })
        }
        _ => unavailable(),
    }
}

fn unavailable() -> Response {
    refuse(
        StatusCode::SERVICE_UNAVAILABLE,
        "api_unreachable",
        "Taskwire's API cannot be reached; nothing was changed; try again.",
    )
}
