//! Positions in the event log for clients: opaque, and revealing nothing about other users.
//!
//! A position is a number that counts the events of all users, so its plain value would tell one user how busy the
//! others are. It is encrypted by AES-SIV (RFC 5297): the same position of the same user is always the same text, a
//! text of another user or list does not decrypt, and the text reveals nothing.

use aes_siv::KeyInit;
use aes_siv::siv::Aes128Siv;
use sha2::{Digest, Sha256};
use taskwire_domain::{SeriesId, TaskId, UserId};

use crate::secret::{decode, encode};

/// The list that a position belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum List {
    Events,
    Changes,
    Series,
    /// Of one series.
    Occurrences(SeriesId),
    /// Of one task.
    History(TaskId),
    /// Of one task, or of all.
    Audit(Option<TaskId>),
}

/// Encrypts a position for its user.
pub(crate) fn encrypt(key: &[u8], list: List, owner: UserId, position: i64) -> String {
    // Fails only for more than 126 headers.
    let sealed = cipher(key).encrypt(headers(list, owner), &position.to_be_bytes());
    encode(&sealed.unwrap_or_default())
}

/// Decrypts a position; `None` if it does not belong to this user and list.
pub(crate) fn decrypt(key: &[u8], list: List, owner: UserId, text: &str) -> Option<i64> {
    let bytes = cipher(key)
        .decrypt(headers(list, owner), &decode(text)?)
        .ok()?;
    Some(i64::from_be_bytes(bytes.try_into().ok()?))
}

fn cipher(key: &[u8]) -> Aes128Siv {
    // The key of the installation also authenticates the cursors of other lists, so this use has its own.
    let own = Sha256::new()
        .chain_update(b"event positions\0")
        .chain_update(key);
    Aes128Siv::new(&own.finalize())
}

/// The associated data: it must be the same when a position is decrypted. A list without a task has fewer headers.
fn headers(list: List, owner: UserId) -> Vec<Vec<u8>> {
    let owner = owner.0.as_bytes().to_vec();
    match list {
        List::Events => vec![b"events".to_vec(), owner],
        List::Changes => vec![b"changes".to_vec(), owner],
        List::Series => vec![b"series".to_vec(), owner],
        List::Occurrences(series) => {
            vec![b"occurrences".to_vec(), owner, series.0.as_bytes().to_vec()]
        }
        List::History(task) => {
            vec![b"history".to_vec(), owner, task.0.as_bytes().to_vec()]
        }
        List::Audit(None) => vec![b"audit".to_vec(), owner],
        List::Audit(Some(task)) => vec![b"audit".to_vec(), owner, task.0.as_bytes().to_vec()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(id))
    }

    #[test]
    fn a_position_decrypts_for_its_user_and_list_alone() {
        for position in [0, 1, 2, i64::MAX] {
            let text = encrypt(b"key", List::Events, user(1), position);
            assert_eq!(
                decrypt(b"key", List::Events, user(1), &text),
                Some(position)
            );
            assert_eq!(decrypt(b"key", List::Events, user(2), &text), None);
            assert_eq!(decrypt(b"key", List::Audit(None), user(1), &text), None);
            let task = List::Audit(Some(TaskId(uuid::Uuid::from_u128(3))));
            assert_eq!(decrypt(b"key", task, user(1), &text), None);
            assert_eq!(decrypt(b"other", List::Events, user(1), &text), None);
        }
    }

    #[test]
    fn neighbours_look_unrelated() {
        let one = encrypt(b"key", List::Events, user(1), 1);
        let two = encrypt(b"key", List::Events, user(1), 2);
        let same = one.bytes().zip(two.bytes()).filter(|(a, b)| a == b).count();
        assert!(same < one.len() / 2, "{one} {two}");
    }

    #[test]
    fn nonsense_decrypts_to_nothing() {
        for text in ["", "1", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA", "ä"] {
            assert_eq!(decrypt(b"key", List::Events, user(1), text), None);
        }
    }
}
