//! Passwords, hashed with Argon2id. A hash takes 19 MiB and tens of milliseconds, so only a few run or wait at a time;
//! the next one reuses the memory, which is freed when none is left.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Output, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};
use subtle::ConstantTimeEq;
use taskwire_domain::{Ids, Invalid};
use tokio::sync::Semaphore;

use crate::service::Error;

/// Hashes that run at a time.
const RUNNING_MAX: usize = 2;
/// Hashes that may run or wait for their turn. The last of them waits about a second.
const QUEUED_MAX: usize = 64;
/// glibc allocates more than 32 MiB directly from the system and returns it as soon as it is freed. A smaller
/// allocation ends up in the arenas of its threads and stays there. Pages that are never touched cost nothing.
const MAPPED_BYTES: usize = 33 * 1024 * 1024;
/// Shortest password, in characters.
const LENGTH_MIN: usize = 8;
/// Longest password, in bytes. Nobody types a longer one.
pub(crate) const BYTES_MAX: usize = 1024;
/// The form of every stored hash. Nobody knows its password, so that an unknown name takes as long as a known one.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Checks a new password, sent in `field`.
pub(crate) fn check(field: &str, password: &str) -> Result<(), Invalid> {
    if password.chars().count() < LENGTH_MIN {
        return Err(
            Invalid::new(field, "weak_password", "The password is too short.")
                .hint(format!("Choose at least {LENGTH_MIN} characters.")),
        );
    }
    if password.chars().any(char::is_control) {
        return Err(Invalid::new(
            field,
            "weak_password",
            "The password contains a control character.",
        )
        .hint("Choose characters that can be typed."));
    }
    if password.len() > BYTES_MAX {
        return Err(
            Invalid::new(field, "weak_password", "The password is too long.")
                .hint(format!("Choose at most {BYTES_MAX} bytes.")),
        );
    }
    Ok(())
}

/// Hashes a password for storage, outside of a server.
pub(crate) fn hash(ids: &Ids, password: &str) -> Result<String, Error> {
    check("/password", password)?;
    let hash = hash_with(salt(ids), password.as_bytes(), &mut Vec::new());
    hash.ok_or_else(|| Error::Internal("cannot hash a password".into()))
}

fn salt(ids: &Ids) -> [u8; 16] {
    let mut salt = [0; 16];
    ids.fill(&mut salt);
    salt
}

/// Why a password was not hashed.
#[derive(Debug)]
pub(crate) enum NotHashed {
    /// Too many are waiting.
    Busy,
    /// The hashing thread failed.
    Failed(String),
}

/// Hashes and compares passwords, a few at a time.
#[derive(Clone)]
pub(crate) struct Passwords {
    queue: Arc<Queue>,
}

struct Queue {
    /// A permit for each hash that runs.
    running: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Hashes that run or wait.
    queued: usize,
    /// Memory of earlier hashes, for the next ones.
    free: Vec<Vec<Block>>,
}

/// A place in the queue. The last one to be dropped frees the memory.
struct QueueSlot(Arc<Queue>);

impl Default for Passwords {
    fn default() -> Self {
        Self {
            queue: Arc::new(Queue {
                running: Arc::new(Semaphore::new(RUNNING_MAX)),
                state: Mutex::default(),
            }),
        }
    }
}

impl Passwords {
    /// Returns true if a password matches the stored hash. Takes the same time when there is none.
    pub(crate) async fn matches(
        &self,
        kept: Option<String>,
        password: String,
    ) -> Result<bool, NotHashed> {
        self.run(move |memory| matches(kept.as_deref(), password.as_bytes(), memory))
            .await
    }

    /// Hashes a password for storage.
    pub(crate) async fn hash(&self, ids: &Ids, password: String) -> Result<String, NotHashed> {
        let salt = salt(ids);
        self.run(move |memory| hash_with(salt, password.as_bytes(), memory))
            .await?
            .ok_or_else(|| NotHashed::Failed("cannot hash a password".into()))
    }

    /// Runs `work` on a blocking thread when it is its turn.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static,
    ) -> Result<T, NotHashed> {
        let slot = self.enqueue().ok_or(NotHashed::Busy)?;
        let turn = Arc::clone(&self.queue.running)
            .acquire_owned()
            .await
            .map_err(|error| NotHashed::Failed(error.to_string()))?;
        // Both move into the thread: a cancelled request does not stop its hash, and must not make room for another.
        let hashing = move || {
            let mut memory = slot.take_memory();
            let answer = work(&mut memory);
            slot.return_memory(memory);
            drop((turn, slot));
            answer
        };
        tokio::task::spawn_blocking(hashing)
            .await
            .map_err(|error| NotHashed::Failed(error.to_string()))
    }

    fn enqueue(&self) -> Option<QueueSlot> {
        let mut state = self.queue.state();
        if state.queued >= QUEUED_MAX {
            return None;
        }
        state.queued += 1;
        drop(state);
        Some(QueueSlot(Arc::clone(&self.queue)))
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl QueueSlot {
    fn take_memory(&self) -> Vec<Block> {
        let used = self.0.state().free.pop();
        used.unwrap_or_else(|| Vec::with_capacity(MAPPED_BYTES / Block::SIZE))
    }

    fn return_memory(&self, memory: Vec<Block>) {
        self.0.state().free.push(memory);
    }
}

impl Drop for QueueSlot {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.queued = state.queued.saturating_sub(1);
        let unused = if state.queued == 0 {
            std::mem::take(&mut state.free)
        } else {
            Vec::new()
        };
        // Freeing tens of mebibytes takes time: not under the lock.
        drop(state);
        drop(unused);
    }
}

fn matches(kept: Option<&str>, password: &[u8], memory: &mut Vec<Block>) -> bool {
    let Ok(expected) = PasswordHash::new(kept.unwrap_or(DUMMY_HASH)) else {
        return false;
    };
    let same = compute(&expected, password, memory)
        .zip(expected.hash)
        .is_some_and(|(computed, expected)| bool::from(computed.ct_eq(expected.as_bytes())));
    same && kept.is_some()
}

/// The hash of a new password, with the parameters of [`DUMMY_HASH`].
fn hash_with(salt: [u8; 16], password: &[u8], memory: &mut Vec<Block>) -> Option<String> {
    let mut hash = PasswordHash::new(DUMMY_HASH).ok()?;
    hash.salt = Some(Salt::new(&salt).ok()?);
    let computed = compute(&hash, password, memory)?;
    hash.hash = Some(Output::new(&computed).ok()?);
    Some(hash.to_string())
}

/// The hash of a password with the parameters and the salt of another one.
fn compute(like: &PasswordHash, password: &[u8], memory: &mut Vec<Block>) -> Option<Vec<u8>> {
    let algorithm = Algorithm::new(like.algorithm).ok()?;
    let version = Version::try_from(like.version?).ok()?;
    let params = Params::try_from(like).ok()?;
    memory.resize(params.block_count(), Block::new());
    let mut out = vec![0; like.hash?.len()];
    Argon2::new(algorithm, version, params)
        .hash_password_into_with_memory(password, like.salt?.as_ref(), &mut out, memory)
        .ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use taskwire_testkit::seeded_ids;

    use super::*;

    #[test]
    fn verifies_passwords_in_reused_memory() {
        let kept = hash(&seeded_ids(1), "correct horse").unwrap();
        let mut memory = Vec::new();
        for _ in 0..2 {
            assert!(matches(Some(&kept), b"correct horse", &mut memory));
            assert!(!matches(Some(&kept), b"wrong horse", &mut memory));
            assert!(!matches(Some(&kept), b"", &mut memory));
            assert!(!matches(None, b"correct horse", &mut memory));
            assert!(!matches(Some("not a hash"), b"correct horse", &mut memory));
        }
    }

    #[test]
    fn a_new_password_has_a_range() {
        let long = "x".repeat(BYTES_MAX + 1);
        for password in ["", "1234567", "ééééééé", &long] {
            let refused = check("/new_password", password).unwrap_err();
            assert_eq!(
                (refused.code, refused.field.as_str()),
                ("weak_password", "/new_password")
            );
        }
        assert_eq!(check("", &long[1..]), Ok(()));
        assert_eq!(check("", "éééééééé"), Ok(()));
    }

    #[tokio::test]
    async fn a_hash_of_the_queue_is_like_any_other() {
        let (passwords, ids) = (Passwords::default(), seeded_ids(1));
        let hash = passwords.hash(&ids, "correct horse".into()).await.unwrap();
        assert_eq!(super::hash(&seeded_ids(1), "correct horse").unwrap(), hash);
        assert_ne!(super::hash(&seeded_ids(2), "correct horse").unwrap(), hash);
        assert!(matches(Some(&hash), b"correct horse", &mut Vec::new()));
    }

    #[test]
    fn an_unknown_name_costs_what_a_known_one_costs() {
        let kept = hash(&seeded_ids(1), "correct horse").unwrap();
        let (kept, dummy) = (
            PasswordHash::new(&kept).unwrap(),
            PasswordHash::new(DUMMY_HASH).unwrap(),
        );
        assert_eq!(kept.algorithm, dummy.algorithm);
        assert_eq!(kept.version, dummy.version);
        assert_eq!(kept.params, dummy.params);
        assert_eq!(kept.salt.unwrap().len(), dummy.salt.unwrap().len());
        assert_eq!(kept.hash.unwrap().len(), dummy.hash.unwrap().len());
    }

    /// Waits on a condition that other threads bring about.
    async fn until(reached: impl Fn() -> bool + Sync) {
        taskwire_testkit::eventually(std::time::Duration::from_secs(30), || async {
            reached().then_some(())
        })
        .await;
    }

    #[tokio::test]
    async fn few_hashes_run_few_wait_and_their_memory_goes() {
        let passwords = Passwords::default();
        let running = Arc::new(AtomicUsize::new(0));
        let (release, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let start = || {
            let (passwords, running, gate) = (passwords.clone(), running.clone(), gate.clone());
            tokio::spawn(async move {
                let work = move |memory: &mut Vec<Block>| {
                    let at_once = running.fetch_add(1, Ordering::SeqCst) + 1;
                    memory.resize(1, Block::new());
                    let _ = gate.lock().unwrap().recv();
                    running.fetch_sub(1, Ordering::SeqCst);
                    at_once
                };
                passwords.run(work).await
            })
        };
        let mut queued: Vec<_> = (0..QUEUED_MAX).map(|_| start()).collect();
        until(|| passwords.queue.state().queued == QUEUED_MAX).await;
        until(|| running.load(Ordering::SeqCst) == RUNNING_MAX).await;
        for _ in 0..200 {
            let refused = start().await.unwrap();
            assert!(matches!(refused, Err(NotHashed::Busy)));
        }
        // One that is cancelled while it waits makes room, without having run.
        let last = queued.pop().unwrap();
        last.abort();
        assert!(last.await.unwrap_err().is_cancelled());
        until(|| passwords.queue.state().queued == QUEUED_MAX - 1).await;
        for _ in &queued {
            release.send(()).unwrap();
        }
        for hash in queued {
            assert!(hash.await.unwrap().unwrap() <= RUNNING_MAX);
        }
        until(|| passwords.queue.state().queued == 0).await;
        assert!(passwords.queue.state().free.is_empty());
    }
}
