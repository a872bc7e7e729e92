//! Secrets that are read again while the program runs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use taskwire_client::{Secret, SharedSecret};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::reference::{Changes, Reference, Stores};
use super::references::SIDECAR_LIMIT;

/// How often files are read again.
const FILES_EVERY: Duration = Duration::from_millis(500);
/// How often the stores of the sidecar are asked again.
const STORES_EVERY: Duration = Duration::from_mins(1);
/// How soon they are, after a secret was refused: one that does not work must not make them busy.
const STORES_AT_MOST_EVERY: Duration = Duration::from_secs(5);

/// Says what is wrong with a value, without the value.
pub(super) type Check = fn(&str) -> anyhow::Result<()>;

/// Follows references for as long as the program runs. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Secrets(Arc<Inner>);

struct Inner {
    stores: Stores,
    followed: Mutex<Vec<Followed>>,
    /// Whether one was refused since the stores were asked.
    is_refused: Arc<AtomicBool>,
    cancel: CancellationToken,
}

#[derive(Clone)]
struct Followed {
    reference: Reference,
    secret: SharedSecret,
    check: Check,
    /// What was found last, if it is not the secret: a file may be read while it is written.
    candidate: Option<Secret>,
    /// Whether that failed, and was said.
    is_failing: bool,
}

impl Secrets {
    /// Follows nothing yet; ends with `cancel`.
    pub(crate) fn new(cancel: CancellationToken) -> Self {
        Self(Arc::new(Inner {
            stores: Stores::default(),
            followed: Mutex::default(),
            is_refused: Arc::default(),
            cancel,
        }))
    }

    /// An option's value, or what it refers to, now and later. A new value that does not pass the check is left alone.
    pub(super) async fn follow(&self, value: &str, check: Check) -> anyhow::Result<SharedSecret> {
        if !Reference::is_one(value) {
            check(value)?;
            return Ok(Secret::new(value).into());
        }
        let reference = Reference::parse(value)?;
        let mut known = self.followed().into_iter();
        if let Some(known) = known.find(|known| known.reference == reference) {
            return Ok(known.secret);
        }
        let value = self.0.stores.read(&reference, SIDECAR_LIMIT).await?;
        check(&value)?;
        let secret = SharedSecret::from(Secret::new(value));
        if reference.changes() == Changes::Never {
            return Ok(secret);
        }
        let is_refused = Arc::clone(&self.0.is_refused);
        secret.when_refused(move || is_refused.store(true, Ordering::Relaxed));
        let is_first = {
            let mut all = self.lock();
            all.push(Followed {
                reference,
                secret: secret.clone(),
                check,
                candidate: None,
                is_failing: false,
            });
            all.len() == 1
        };
        if is_first {
            let this = self.clone();
            tokio::spawn(async move {
                let cancel = this.0.cancel.clone();
                cancel.run_until_cancelled(this.run()).await;
            });
        }
        Ok(secret)
    }

    async fn run(&self) {
        let mut ticks = interval(FILES_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut asked = Instant::now();
        loop {
            ticks.tick().await;
            let since = asked.elapsed();
            let asks = since >= STORES_EVERY
                || since >= STORES_AT_MOST_EVERY
                    && self.0.is_refused.swap(false, Ordering::Relaxed);
            if asks {
                asked = Instant::now();
            }
            for (index, mut one) in self.followed().into_iter().enumerate() {
                if one.reference.changes() == Changes::File || asks {
                    self.look(&mut one).await;
                    // They are only ever added.
                    if let Some(place) = self.lock().get_mut(index) {
                        *place = one;
                    }
                }
            }
        }
    }

    async fn look(&self, one: &mut Followed) {
        let Followed {
            reference, secret, ..
        } = one;
        let read = self.0.stores.read(reference, Duration::ZERO).await;
        let checked = read.and_then(|value| (one.check)(&value).map(|()| Secret::new(value)));
        let value = match checked {
            Ok(value) => value,
            Err(error) => {
                if !std::mem::replace(&mut one.is_failing, true) {
                    warn!(%reference, error = format!("{error:#}"), "Cannot read a secret again; the previous value is used");
                }
                return;
            }
        };
        one.is_failing = false;
        if value == secret.current() {
            one.candidate = None;
        } else if reference.changes() == Changes::File && one.candidate.as_ref() != Some(&value) {
            one.candidate = Some(value);
        } else if secret.replace(value) {
            one.candidate = None;
            info!(%reference, "A secret was replaced; its new value is used");
        }
    }

    fn followed(&self) -> Vec<Followed> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Followed>> {
        self.0
            .followed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use taskwire_messaging::dapr::Sidecar;
    use taskwire_testkit::sidecar::{Backends, FakeSidecar, Options};

    use super::*;

    const REFERENCE: &str = "secret://vault/service";

    async fn sidecar() -> FakeSidecar {
        let sidecar = FakeSidecar::start(&Backends::default(), Options::of("task-api")).await;
        sidecar.set_secret("vault", "service", "first");
        sidecar
    }

    fn secrets(sidecar: &FakeSidecar) -> Secrets {
        let http = crate::settings::http_client(axum::http::HeaderMap::new()).unwrap();
        let sidecar = Sidecar::new(
            sidecar.url().parse().unwrap(),
            Sidecar::headers(None).unwrap(),
            http,
        );
        Secrets(Arc::new(Inner {
            stores: Stores::behind(sidecar),
            followed: Mutex::default(),
            is_refused: Arc::default(),
            cancel: CancellationToken::new(),
        }))
    }

    fn check(value: &str) -> anyhow::Result<()> {
        anyhow::ensure!(value != "bad", "it is bad");
        Ok(())
    }

    #[tokio::test]
    async fn a_store_is_asked_again() {
        let sidecar = sidecar().await;
        let secrets = secrets(&sidecar);
        let secret = secrets.follow(REFERENCE, check).await.unwrap();
        // One value for one reference.
        let same = secrets.follow(REFERENCE, check).await.unwrap();
        assert_eq!(secret.current().expose(), "first");
        let mut followed = secrets.followed().pop().unwrap();
        for (value, expected) in [
            ("second", "second"),
            ("bad", "second"),
            ("", "second"),
            ("third", "third"),
        ] {
            sidecar.set_secret("vault", "service", value);
            secrets.look(&mut followed).await;
            assert_eq!(same.current().expose(), expected);
        }
    }

    #[tokio::test]
    async fn a_secret_that_is_refused_is_read_sooner() {
        let sidecar = sidecar().await;
        let secrets = secrets(&sidecar);
        let secret = secrets.follow(REFERENCE, check).await.unwrap();
        assert!(!secrets.0.is_refused.load(Ordering::Relaxed));
        secret.refused();
        assert!(secrets.0.is_refused.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn a_value_that_is_no_reference_stays() {
        let secrets = Secrets::new(CancellationToken::new());
        let secret = secrets.follow("plain", check).await.unwrap();
        assert_eq!(secret.current().expose(), "plain");
        assert!(secrets.follow("bad", check).await.is_err());
        assert!(secrets.followed().is_empty());
    }
}
