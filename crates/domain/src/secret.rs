//! Credentials as types.

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long a credential is accepted after it was replaced. Processes learn of the new one at different moments: a file
/// that is mounted from a secret of Kubernetes can be a minute or two late.
pub const OVERLAP: Duration = Duration::from_mins(10);

/// A credential that never shows itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a token.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The token itself, for the wire only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A credential that may be replaced while the program runs. Clones share it.
///
/// Of two processes that share a credential, either may learn of a new one first. So the one that checks it accepts the
/// previous one for [`OVERLAP`], and the one that shows it goes on with the previous one until that is refused.
#[derive(Clone)]
pub struct SharedSecret(Arc<Shared>);

struct Shared {
    versions: RwLock<Versions>,
    /// Told when there may be a newer one.
    when_refused: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

struct Versions {
    current: Secret,
    previous: Option<(Secret, Instant)>,
    /// Whether the previous one is shown, because it has not been refused.
    shows_previous: bool,
    /// How often it was replaced.
    count: u64,
}

impl From<Secret> for SharedSecret {
    fn from(secret: Secret) -> Self {
        Self(Arc::new(Shared {
            versions: RwLock::new(Versions {
                current: secret,
                previous: None,
                shows_previous: false,
                count: 0,
            }),
            when_refused: OnceLock::new(),
        }))
    }
}

impl SharedSecret {
    /// The newest one.
    pub fn current(&self) -> Secret {
        self.read(|versions| versions.current.clone())
    }

    /// The newest one, and how often there was a newer one.
    pub fn versioned(&self) -> (Secret, u64) {
        self.read(|versions| (versions.current.clone(), versions.count))
    }

    /// How often it was replaced.
    pub fn version(&self) -> u64 {
        self.read(|versions| versions.count)
    }

    /// Replaces it; false if it is the same.
    pub fn replace(&self, secret: Secret) -> bool {
        let mut versions = self
            .0
            .versions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if versions.current == secret {
            return false;
        }
        let previous = std::mem::replace(&mut versions.current, secret);
        versions.previous = Some((previous, Instant::now()));
        versions.shows_previous = true;
        versions.count += 1;
        true
    }

    /// Whether a credential that was shown is this one, or the one before it as long as that counts. `is` compares, in
    /// constant time.
    pub fn accepts(&self, is: impl Fn(&Secret) -> bool) -> bool {
        self.read(|versions| {
            let previous = versions.previous.as_ref();
            let previous =
                previous.is_some_and(|(previous, since)| since.elapsed() < OVERLAP && is(previous));
            is(&versions.current) || previous
        })
    }

    /// The one to show: the previous one until that is refused.
    pub fn shown(&self) -> Secret {
        self.read(|versions| versions.shown().clone())
    }

    /// The one to show instead of one that was refused, if there is another.
    pub fn instead_of(&self, refused: &Secret) -> Option<Secret> {
        self.refused();
        let mut versions = self
            .0
            .versions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if versions.shown() == refused {
            versions.previous.as_ref()?;
            versions.shows_previous = !versions.shows_previous;
        }
        Some(versions.shown().clone())
    }

    /// Says that it was refused, or another one shown: there may be a newer one.
    pub fn refused(&self) {
        if let Some(tell) = self.0.when_refused.get() {
            tell();
        }
    }

    /// Has `tell` called by [`SharedSecret::refused`]; the first one stays.
    pub fn when_refused(&self, tell: impl Fn() + Send + Sync + 'static) {
        let _ = self.0.when_refused.set(Box::new(tell));
    }

    fn read<T>(&self, what: impl FnOnce(&Versions) -> T) -> T {
        let versions = self.0.versions.read();
        what(&versions.unwrap_or_else(PoisonError::into_inner))
    }
}

impl Versions {
    fn shown(&self) -> &Secret {
        match &self.previous {
            Some((previous, _)) if self.shows_previous => previous,
            _ => &self.current,
        }
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text)
    }

    #[test]
    fn the_one_who_checks_accepts_the_previous_one() {
        let checked = SharedSecret::from(secret("a"));
        let accepts = |text: &str| checked.accepts(|known| known.expose() == text);
        assert!(accepts("a") && !accepts("b"));
        assert!(checked.replace(secret("b")));
        assert!(!checked.replace(secret("b")));
        assert!(accepts("a") && accepts("b"));
        checked.replace(secret("c"));
        assert!(!accepts("a") && accepts("b") && accepts("c"));
    }

    #[test]
    fn the_one_who_shows_goes_on_until_it_is_refused() {
        let shown = SharedSecret::from(secret("a"));
        assert_eq!(shown.instead_of(&secret("a")), None);
        shown.replace(secret("b"));
        assert_eq!(shown.shown(), secret("a"));
        assert_eq!(shown.current(), secret("b"));
        assert_eq!(shown.instead_of(&secret("a")), Some(secret("b")));
        // Another request of the same moment.
        assert_eq!(shown.instead_of(&secret("a")), Some(secret("b")));
        assert_eq!(shown.shown(), secret("b"));
        // The other side may not know it yet.
        assert_eq!(shown.instead_of(&secret("b")), Some(secret("a")));
    }

    #[test]
    fn what_is_refused_is_told() {
        let told = Arc::new(AtomicUsize::new(0));
        let shared = SharedSecret::from(secret("a"));
        let counter = Arc::clone(&told);
        shared.when_refused(move || {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        assert!(!shared.accepts(|_| false));
        assert_eq!(told.load(Ordering::SeqCst), 0);
        shared.refused();
        let _ = shared.instead_of(&secret("a"));
        assert_eq!(told.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn nothing_of_it_is_shown() {
        let shared = SharedSecret::from(secret("hidden"));
        let shown = format!("{shared:?} {:?}", shared.current());
        assert!(!shown.contains("hidden"), "{shown}");
    }
}
