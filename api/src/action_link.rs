//! Links in messages: each names a user, what to do and to what, and expires. Whoever has the message has the link, so it does
//! one thing only; and since programs open links to look at them, opening one does nothing.
//!
//! It is encrypted and authenticated like an internal credential, with a key of its own.

use aes_siv::KeyInit;
use aes_siv::siv::Aes128Siv;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use taskwire_domain::{ChannelId, TaskId, UserId};

use crate::secret::{decode, encode};

/// How long a link can be used.
const LIFETIME: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Tells what the encryption is for.
const PURPOSE: &[u8] = b"taskwire action link";

/// What a link does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Action {
    /// Completes a task, which is one occurrence.
    Complete { task: TaskId },
    /// Puts off its reminder.
    Snooze { task: TaskId, minutes: i64 },
    /// Notes that an address is its owner's.
    Verify { channel: ChannelId },
    /// Switches a channel off.
    Disable { channel: ChannelId },
}

/// A link.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ActionLink {
    pub(crate) user: UserId,
    #[serde(flatten)]
    pub(crate) action: Action,
    expires: Timestamp,
}

/// The path of a link.
pub(crate) fn path(key: &[u8], user: UserId, action: Action, now: Timestamp) -> String {
    let link = ActionLink {
        user,
        action,
        expires: now.saturating_add(LIFETIME).unwrap_or(now),
    };
    // Neither can fail: there is one header, and all keys are strings.
    let plain = serde_json::to_vec(&link).unwrap_or_default();
    let sealed = cipher(key).encrypt([PURPOSE], &plain).unwrap_or_default();
    format!("/act/{}", encode(&sealed))
}

/// Reads a link; `None` if it is not one of this installation, or has expired.
pub(crate) fn read(key: &[u8], text: &str, now: Timestamp) -> Option<ActionLink> {
    let plain = cipher(key).decrypt([PURPOSE], &decode(text)?).ok()?;
    let link: ActionLink = serde_json::from_slice(&plain).ok()?;
    (link.expires > now).then_some(link)
}

fn cipher(key: &[u8]) -> Aes128Siv {
    // The key of the installation has other uses, so this one has its own.
    let own = Sha256::new()
        .chain_update(b"action links\0")
        .chain_update(key);
    Aes128Siv::new(&own.finalize())
}

#[cfg(test)]
mod tests {
    use taskwire_domain::Clock;
    use taskwire_testkit::{FixedClock, seeded_ids};

    use super::*;

    #[test]
    fn a_link_is_read_by_its_installation_for_two_weeks() {
        let clock = FixedClock::default();
        let (ids, now) = (seeded_ids(1), clock.now());
        let (user, task) = (ids.next::<UserId>(now), ids.next::<TaskId>(now));
        let action = Action::Snooze { task, minutes: 60 };
        let path = path(b"key", user, action, now);
        let text = path.strip_prefix("/act/").unwrap();
        let link = read(b"key", text, now).unwrap();
        assert_eq!((link.user, link.action), (user, action));
        assert_eq!(read(b"other", text, now), None);
        let late = now + LIFETIME;
        assert_eq!(read(b"key", text, late), None);
        for wrong in ["", "AAAA", &text[1..], &format!("{text}A"), "ä"] {
            assert_eq!(read(b"key", wrong, now), None, "{wrong}");
        }
    }
}
