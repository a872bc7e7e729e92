//! The actor that every event records.

use axum::http::HeaderMap;
use taskwire_domain::contract::headers;
use taskwire_domain::{Actor, Invalid, UserId, Via};
use taskwire_store::TokenRow;

use crate::error::ApiError;

/// Longest claim kept in an actor, in characters.
const CLAIM_MAX: usize = 200;

/// A header in which a caller names the actor.
pub(super) fn claim(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.chars().take(CLAIM_MAX).collect())
}

/// The actor, and the interface it acts through.
pub(super) fn actor(
    headers: &HeaderMap,
    user: UserId,
    token: Option<&TokenRow>,
    via: Via,
) -> Result<Actor, ApiError> {
    let unreadable = headers
        .get(headers::VIA)
        .is_some_and(|value| value.to_str().is_err());
    let claimed = if unreadable {
        // Not a known name, so it is refused below.
        Some(String::new())
    } else {
        claim(headers, headers::VIA)
    };
    let via = match claimed {
        None => via,
        Some(text) => match Via::parse(&text) {
            // Only a service may claim to act as a service.
            Some(Via::Consumer) if token.is_some() => {
                return Err(ApiError::Forbidden(Invalid::new(
                    headers::VIA,
                    "forbidden_actor",
                    "Only Taskwire's own services may act as a consumer.",
                )));
            }
            Some(via) => via,
            None => {
                return Err(ApiError::Malformed(
                    Invalid::new(
                        headers::VIA,
                        "malformed_actor",
                        "Unknown value for Taskwire-Via.",
                    )
                    .hint("Send web, rest, mcp or chat, or omit the header."),
                ));
            }
        },
    };
    Ok(Actor {
        user,
        token: token.map(|token| token.id),
        via,
        client: claim(headers, headers::CLIENT),
        chat_turn: claim(headers, headers::CHAT_TURN),
        tool_call: claim(headers, headers::TOOL_CALL),
    })
}
