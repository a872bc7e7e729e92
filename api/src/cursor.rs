//! Places in the event log as clients hold them: opaque, and without a hint of what others do.
//!
//! A place is a number that counts the events of all users, so its bare value would tell one user how busy the others
//! are. It is sealed by a synthetic initialisation vector (the construction of RFC 5297, with HMAC-SHA256): the same place
//! of the same user is always the same text, a text of another user or list opens nothing, and nothing can be read off.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use taskwire_domain::{TaskId, UserId};

use crate::secret::{decode, encode};

/// Which list a place belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum List {
    Events,
    /// Of one task, or of all.
    Audit(Option<TaskId>),
}

/// Seals a place for its user.
pub(crate) fn seal(key: &[u8], list: List, owner: UserId, place: i64) -> String {
    let plain = place.cast_unsigned();
    let vector = mac(key, list, owner, b"vector", plain);
    let hidden = plain ^ mac(key, list, owner, b"stream", vector);
    encode(&[vector.to_be_bytes(), hidden.to_be_bytes()].concat())
}

/// Opens a place; none if it is not one of this user and list.
pub(crate) fn open(key: &[u8], list: List, owner: UserId, text: &str) -> Option<i64> {
    let bytes: [u8; 16] = decode(text)?.try_into().ok()?;
    let both = u128::from_be_bytes(bytes);
    let vector = u64::try_from(both >> 64).ok()?;
    let hidden = u64::try_from(both & u128::from(u64::MAX)).ok()?;
    let plain = hidden ^ mac(key, list, owner, b"stream", vector);
    let good = mac(key, list, owner, b"vector", plain);
    bool::from(good.ct_eq(&vector)).then(|| plain.cast_signed())
}

fn mac(key: &[u8], list: List, owner: UserId, purpose: &[u8], data: u64) -> u64 {
    // The names differ in length, and so do those of a task and of none: no two lists write the same bytes.
    let (list, task): (&[u8], &[u8]) = match &list {
        List::Events => (b"events", b""),
        List::Audit(None) => (b"audit", b""),
        List::Audit(Some(task)) => (b"audit", task.0.as_bytes()),
    };
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return 0;
    };
    for part in [list, task, owner.0.as_bytes(), purpose, &data.to_be_bytes()] {
        mac.update(part);
    }
    let full = mac.finalize().into_bytes();
    full.first_chunk()
        .map_or(0, |first| u64::from_be_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(id))
    }

    #[test]
    fn a_place_opens_for_its_user_and_list_alone() {
        for place in [0, 1, 2, i64::MAX] {
            let text = seal(b"key", List::Events, user(1), place);
            assert_eq!(open(b"key", List::Events, user(1), &text), Some(place));
            assert_eq!(open(b"key", List::Events, user(2), &text), None);
            assert_eq!(open(b"key", List::Audit(None), user(1), &text), None);
            let task = List::Audit(Some(TaskId(uuid::Uuid::from_u128(3))));
            assert_eq!(open(b"key", task, user(1), &text), None);
            assert_eq!(open(b"other", List::Events, user(1), &text), None);
        }
    }

    #[test]
    fn neighbours_look_unrelated() {
        let one = seal(b"key", List::Events, user(1), 1);
        let two = seal(b"key", List::Events, user(1), 2);
        let same = one.bytes().zip(two.bytes()).filter(|(a, b)| a == b).count();
        assert!(same < one.len() / 2, "{one} {two}");
    }

    #[test]
    fn nonsense_opens_nothing() {
        for text in ["", "1", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA", "ä"] {
            assert_eq!(open(b"key", List::Events, user(1), text), None);
        }
    }
}
