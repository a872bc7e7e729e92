//! The state of a call that waits for a person's answer (`requestState`, MCP 2026-07-28): the client keeps it, and sends
//! it back with the answer. It is authenticated by HMAC-SHA256 for one user, one tool and exactly these arguments, and
//! expires, so that an answer counts for nothing else. It has no content that would have to be secret.
//!
//! rmcp's own codec takes the time from the system, and not from [`Clock`](taskwire_domain::Clock).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use rmcp::model::JsonObject;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};
use taskwire_client::SharedSecret;

/// How long a person has for an answer.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// The key with which states are authenticated. All processes that serve one address need the same.
#[derive(Clone)]
pub struct StateKey(Source);

#[derive(Clone)]
enum Source {
    /// Of one process.
    Own([u8; 32]),
    /// The credential of Taskwire's own services, which all of them have.
    Service(SharedSecret),
}

impl From<[u8; 32]> for StateKey {
    fn from(key: [u8; 32]) -> Self {
        Self(Source::Own(key))
    }
}

impl From<SharedSecret> for StateKey {
    fn from(secret: SharedSecret) -> Self {
        Self(Source::Service(secret))
    }
}

impl fmt::Debug for StateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateKey")
    }
}

/// What a state is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// The user; empty where a server acts for a single one.
    pub(crate) user: &'a str,
    pub(crate) tool: &'a str,
    pub(crate) arguments: &'a JsonObject,
}

/// A state that was issued here for this subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Opened {
    /// The same whenever this state is sent, and of no other.
    pub(crate) id: String,
    pub(crate) is_expired: bool,
}

impl StateKey {
    /// A state for a subject, issued now.
    pub(crate) fn seal(&self, subject: Subject<'_>, now: Timestamp) -> String {
        let end = now.saturating_add(LIFETIME).unwrap_or(now).as_microsecond();
        let end = end.to_be_bytes();
        let code = self.code(subject, end).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([&end[..], &code].concat())
    }

    /// Reads a state; `None` if it was not issued with this key for this subject.
    pub(crate) fn open(&self, state: &str, subject: Subject<'_>, now: Timestamp) -> Option<Opened> {
        let bytes = URL_SAFE_NO_PAD.decode(state).ok()?;
        let (end, code) = bytes.split_first_chunk::<8>()?;
        // In constant time.
        self.code(subject, *end).verify_slice(code).ok()?;
        Some(Opened {
            id: URL_SAFE_NO_PAD.encode(code),
            is_expired: i64::from_be_bytes(*end) <= now.as_microsecond(),
        })
    }

    fn code(&self, subject: Subject<'_>, end: [u8; 8]) -> Hmac<Sha256> {
        // As long as a block of the MAC.
        let mut key = Sha512::new_with_prefix(b"state of MCP requests\0");
        match &self.0 {
            Source::Own(own) => key.update(own),
            Source::Service(secret) => key.update(secret.current().expose()),
        }
        let mut code = <Hmac<Sha256> as KeyInit>::new(&key.finalize());
        code.update(&end);
        for text in [subject.user, subject.tool] {
            add(&mut code, b's', text.as_bytes());
        }
        add_object(&mut code, subject.arguments);
        code
    }
}

/// Adds a piece with its kind and length, so that no two sequences of pieces are the same bytes.
fn add(code: &mut Hmac<Sha256>, kind: u8, bytes: &[u8]) {
    code.update(&[kind]);
    code.update(&(bytes.len() as u64).to_be_bytes());
    code.update(bytes);
}

/// Members in the order of their names: a client may send them back in another order.
fn add_object(code: &mut Hmac<Sha256>, object: &JsonObject) {
    let mut members: Vec<_> = object.iter().collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    add(code, b'o', &(members.len() as u64).to_be_bytes());
    for (name, value) in members {
        add(code, b's', name.as_bytes());
        add_value(code, value);
    }
}

fn add_value(code: &mut Hmac<Sha256>, value: &Value) {
    match value {
        Value::Null => add(code, b'n', b""),
        Value::Bool(is_true) => add(code, b'b', &[u8::from(*is_true)]),
        Value::Number(number) => add(code, b'#', number.to_string().as_bytes()),
        Value::String(text) => add(code, b's', text.as_bytes()),
        Value::Array(items) => {
            add(code, b'a', &(items.len() as u64).to_be_bytes());
            for item in items {
                add_value(code, item);
            }
        }
        Value::Object(object) => add_object(code, object),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use taskwire_domain::Clock;
    use taskwire_testkit::FixedClock;

    use super::*;

    fn arguments(value: &Value) -> JsonObject {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_state_is_for_one_user_tool_and_arguments_until_it_expires() {
        let now = FixedClock::default().now();
        let key = StateKey::from([7; 32]);
        let sent = arguments(&json!({"numbers": [1, 2], "detail": "full"}));
        let subject = Subject {
            user: "ada",
            tool: "tasks_delete",
            arguments: &sent,
        };
        let state = key.seal(subject, now);
        let opened = key.open(&state, subject, now).unwrap();
        assert!(!opened.is_expired);
        // The same arguments in another order.
        let again = arguments(&json!({"detail": "full", "numbers": [1, 2]}));
        let same = Subject {
            arguments: &again,
            ..subject
        };
        assert_eq!(key.open(&state, same, now).as_ref(), Some(&opened));
        for other in [
            json!({"numbers": [2, 1], "detail": "full"}),
            json!({"numbers": [1, 2]}),
            json!({"numbers": [[1], 2], "detail": "full"}),
            json!({"numbers": ["1", 2], "detail": "full"}),
            json!({"numbers": [1, 2], "detail": "full", "x": null}),
        ] {
            let other = arguments(&other);
            let subject = Subject {
                arguments: &other,
                ..subject
            };
            assert_eq!(key.open(&state, subject, now), None, "{other:?}");
        }
        for subject in [
            Subject {
                user: "eve",
                ..subject
            },
            Subject {
                tool: "tasks_update",
                ..subject
            },
            // The border between the two is part of it.
            Subject {
                user: "adat",
                tool: "asks_delete",
                ..subject
            },
        ] {
            assert_eq!(key.open(&state, subject, now), None);
        }
        assert_eq!(StateKey::from([8; 32]).open(&state, subject, now), None);
        assert!(
            key.open(&state, subject, now + LIFETIME)
                .unwrap()
                .is_expired
        );
        // Whoever moves its end, or any other bit, has no state.
        let bytes = URL_SAFE_NO_PAD.decode(&state).unwrap();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(key.open(&changed, subject, now), None, "{index}");
        }
        for text in ["", "x", &state[1..], &format!("{state}AA")] {
            assert_eq!(key.open(text, subject, now), None, "{text}");
        }
        // Each question has a state of its own.
        let later = now + SignedDuration::from_micros(1);
        assert_ne!(
            key.open(&key.seal(subject, later), subject, later),
            Some(opened)
        );
    }
}
