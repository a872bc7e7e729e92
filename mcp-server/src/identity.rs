//! The user and the client on whose behalf a tool call acts.

use std::fmt::Write;

use http::{HeaderMap, header};
use rmcp::RoleServer;
use rmcp::service::RequestContext;
use sha2::{Digest, Sha256};
use taskwire_client::{Claim, Client, Secret};
use taskwire_domain::contract::UserView;
use taskwire_domain::{RequestId, Trace, TraceParent, Via};

use crate::confirmation::Confirmation;
use crate::mode::Mode;
use crate::refusal::Refusal;
use crate::vocabulary::Vocabulary;

/// Keys of a request's `_meta` that Taskwire's own chat sets.
pub mod meta {
    /// The chat message that led to the call; the call then counts as made by the chat.
    pub const CHAT_TURN: &str = "taskwire/chatTurn";
    /// The tool call within that turn.
    pub const TOOL_CALL: &str = "taskwire/toolCall";
    /// The idempotency key of that call, the same whenever the chat sends the call again.
    pub const CALL_KEY: &str = "taskwire/callKey";
    /// The id of the request that started the turn.
    pub const REQUEST_ID: &str = "taskwire/requestId";
    /// The trace that the call is part of, from any client (MCP reserves the name for W3C trace context).
    pub const TRACEPARENT: &str = "traceparent";
}

/// Longest name of a program, in characters.
const CLIENT_MAX: usize = 200;

/// Longest base of an idempotency key, in bytes; the API accepts keys of up to 200.
const KEY_BASE_MAX: usize = 180;

/// The source of a call's credential.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    /// From each HTTP request.
    PerRequest,
    /// One user, fixed when the server is created: stdio and in-process.
    Fixed(Client),
}

/// The user of an HTTP request, added to it once the API has accepted the token.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The API with an internal credential for the user: the token of the request is not passed on.
    pub(crate) client: Client,
    /// The user, as the API just returned it.
    pub(crate) user: UserView,
    /// Whether the token comes from a grant of OAuth, so that the client can ask for more scopes.
    pub(crate) is_granted: bool,
    /// The scopes of its token; `None` for Taskwire's own services, which may do anything.
    pub(crate) scopes: Option<Vec<String>>,
}

/// One tool call.
pub(crate) struct CallContext {
    /// The API with the caller's token and claim.
    pub(crate) client: Client,
    /// The user, if already known.
    pub(crate) user: Option<UserView>,
    /// The called tool, and the arguments of all tools.
    pub(crate) vocabulary: Vocabulary,
    /// Whether a person was asked about the call.
    pub(crate) confirmation: Confirmation,
    scopes: Option<Vec<String>>,
    turn: Option<String>,
    call: Option<String>,
    key: Option<String>,
}

impl CallContext {
    /// Identifies the caller.
    pub(crate) fn of(
        credential: &Credential,
        context: &RequestContext<RoleServer>,
        vocabulary: Vocabulary,
        mode: Mode,
    ) -> Result<Self, Refusal> {
        let parts = context.extensions.get::<http::request::Parts>();
        let (client, user, scopes) = match credential {
            Credential::Fixed(client) => (client.clone(), None, None),
            Credential::PerRequest => {
                let parts = parts.ok_or_else(Refusal::missing_token)?;
                match parts.extensions.get::<Caller>() {
                    Some(caller) => (
                        caller.client.clone(),
                        Some(caller.user.clone()),
                        caller.scopes.clone(),
                    ),
                    None => return Err(Refusal::missing_token()),
                }
            }
        };
        let text = |key: &str| {
            let value = context.meta.get(key)?.as_str()?;
            Some(value.to_owned()).filter(|value| !value.is_empty())
        };
        let turn = text(meta::CHAT_TURN);
        let call = turn.as_ref().and(text(meta::TOOL_CALL));
        let key = turn.as_ref().and(text(meta::CALL_KEY));
        let claim = Claim {
            via: Some(if turn.is_some() { Via::Chat } else { Via::Mcp }),
            client: program(context, parts.map(|parts| &parts.headers)),
            chat_turn: turn.clone(),
            tool_call: call.clone(),
            // An undo may delete too, which only the API can tell.
            no_delete: mode == Mode::NoDelete,
        };
        let outer = client.trace();
        let trace = Trace {
            request_id: text(meta::REQUEST_ID)
                .and_then(|id| RequestId::parse(&id))
                .or_else(|| outer.request_id.clone()),
            traceparent: text(meta::TRACEPARENT)
                .and_then(|parent| TraceParent::parse(&parent))
                .or_else(|| outer.traceparent.clone()),
        };
        Ok(Self {
            client: client.with_claim(claim).with_trace(trace),
            user,
            scopes,
            vocabulary,
            confirmation: Confirmation::Impossible,
            turn,
            call,
            key,
        })
    }

    /// The scopes of the caller's token; `None` if there are none to regard, or if they cannot be read.
    pub(crate) async fn scopes(&self) -> Option<Vec<String>> {
        if self.user.is_some() {
            return self.scopes.clone();
        }
        let session = self.client.session().await.ok()?;
        session.token.map(|token| token.scopes)
    }

    /// Stops a call that a person has to be asked about first, if that is so and somebody can be asked.
    pub(crate) fn confirm(&self, is_needed: bool) -> Result<(), Refusal> {
        if is_needed && self.confirmation == Confirmation::Open {
            return Err(Refusal::unconfirmed("This call needs a confirmation."));
        }
        Ok(())
    }

    /// The API for the changes of this call, which are only tried if `dry_run` is true.
    pub(crate) fn changing(&self, dry_run: Option<bool>) -> Client {
        let client = self.client.with_own_replays();
        if dry_run == Some(true) {
            client.with_dry_run()
        } else {
            client
        }
    }

    /// The idempotency keys of this call's items.
    pub(crate) fn keys(&self, request_id: Option<&str>) -> Keys {
        // The key that the chat stored before the call takes precedence over one that its model chose.
        if let Some(key) = &self.key {
            return Keys::new(Some(key.clone()), false);
        }
        match (request_id.map(str::trim), &self.confirmation) {
            (Some(id), _) => Keys::new(Some(id.to_owned()), true),
            // An answer that is sent again confirms nothing more.
            (None, Confirmation::Given(Some(id))) => {
                Keys::new(Some(format!("confirmed/{id}")), false)
            }
            // The chat repeats a call with the same ids; a model that calls again gets new ones.
            (None, _) => Keys::new(
                self.turn
                    .iter()
                    .zip(&self.call)
                    .map(|(turn, call)| format!("{turn}/{call}"))
                    .next(),
                false,
            ),
        }
    }
}

/// Name and version of the calling program. Stateless HTTP does not know a legacy client's `initialize`, and rmcp
/// fills in its own name there, so only the request itself counts.
fn program(context: &RequestContext<RoleServer>, headers: Option<&HeaderMap>) -> Option<String> {
    let name = match headers {
        None => context
            .client_info()
            .map(|info| format!("{}/{}", info.name, info.version)),
        Some(headers) => context
            .meta
            .client_info()
            .map(|info| format!("{}/{}", info.name, info.version))
            .or_else(|| Some(headers.get(header::USER_AGENT)?.to_str().ok()?.to_owned())),
    };
    name.map(|name| name.chars().take(CLIENT_MAX).collect::<String>())
        .filter(|name| !name.is_empty())
}

/// The token of an `Authorization: Bearer` header (RFC 6750 section 2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer")
        && !token.is_empty()
        && token.bytes().all(|byte| byte.is_ascii_graphic()))
    .then(|| Secret::new(token))
}

/// The idempotency keys of one call: a repeated call gets the first result.
#[derive(Debug)]
pub(crate) struct Keys {
    base: Option<String>,
    /// Whether the caller chose the base, and so can repeat the call safely.
    pub(crate) repeatable: bool,
}

impl Keys {
    /// Returns true if a repeated call cannot be told from a new one.
    pub(crate) fn are_absent(&self) -> bool {
        self.base.is_none()
    }
}

impl Keys {
    fn new(base: Option<String>, repeatable: bool) -> Self {
        let base = base.map(|base| {
            if base.len() <= KEY_BASE_MAX && base.bytes().all(|byte| byte.is_ascii_graphic()) {
                return base;
            }
            let digest = Sha256::digest(base.as_bytes());
            digest.iter().fold(String::new(), |mut text, byte| {
                // Writing to a `String` cannot fail.
                let _ = write!(text, "{byte:02x}");
                text
            })
        });
        Self { base, repeatable }
    }

    /// The key of the new task at this index.
    pub(crate) fn for_index(&self, index: usize) -> Option<String> {
        self.base.as_ref().map(|base| format!("{base}/{index}"))
    }

    /// The key of the request about the thing with this name.
    pub(crate) fn for_name(&self, name: &str) -> Option<String> {
        let base = self.base.as_ref()?;
        // A name may be anything that was sent.
        Self::new(Some(format!("{base}/{name}")), self.repeatable).base
    }

    /// The key of the task with this number, at any index in the call: a failed one may be repeated alone.
    pub(crate) fn for_task(&self, number: i64) -> Option<String> {
        self.base.as_ref().map(|base| format!("{base}/{number}"))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn keys_are_short_visible_ascii() {
        assert_eq!(
            Keys::new(Some("req-1".into()), true)
                .for_index(3)
                .as_deref(),
            Some("req-1/3")
        );
        assert_eq!(Keys::new(None, false).for_index(0), None);
        for odd in ["mit Leerzeichen", "schön", &"x".repeat(500)] {
            let key = Keys::new(Some(odd.to_owned()), true).for_index(49).unwrap();
            assert!(
                key.len() <= 200 && key.bytes().all(|byte| byte.is_ascii_graphic()),
                "{key}"
            );
            assert!(key.ends_with("/49"));
            assert_eq!(
                key,
                Keys::new(Some(odd.to_owned()), true).for_index(49).unwrap()
            );
        }
    }

    #[test]
    fn reads_bearer_tokens() {
        let token = |value: &'static str| {
            let headers =
                HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))]);
            bearer(&headers).map(|secret| secret.expose().to_owned())
        };
        assert_eq!(token("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(token("bearer  abc ").as_deref(), Some("abc"));
        for refused in ["Bearer", "Bearer ", "Basic abc", "Bearer a b", "abc"] {
            assert_eq!(token(refused), None, "{refused}");
        }
    }
}
