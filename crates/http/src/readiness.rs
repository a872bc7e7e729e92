//! Whether this process is ready, and what is not.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// Longest wait for a check: shorter than the timeout of a probe, so that it learns what does not respond.
const CHECK_TIMEOUT: Duration = Duration::from_secs(3);
/// How long findings are kept, so that frequent requests cost nothing.
const KEEP: Duration = Duration::from_secs(1);

type Checking = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Checks one thing that this process needs.
pub struct Check {
    name: &'static str,
    is_required: bool,
    run: Box<dyn Fn() -> Checking + Send + Sync>,
}

/// The result of a check.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// What was checked.
    pub name: &'static str,
    /// Whether it works.
    pub ready: bool,
    /// Whether the process can do its work only if it works.
    pub required: bool,
    /// Why it does not work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Checks everything that this process needs.
#[derive(Debug)]
pub struct Readiness {
    checks: Vec<Check>,
    /// Cancelled when the process begins to stop: from then on it is not ready.
    stop: CancellationToken,
    /// Locked during the checks, so that many requests at once cause one check.
    last: Mutex<Option<(Instant, Arc<[Finding]>)>>,
}

impl Check {
    /// A check of this name. It returns why the process is not ready.
    pub fn new<F>(name: &'static str, check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self {
            name,
            is_required: true,
            run: Box::new(move || Box::pin(check())),
        }
    }

    /// The same check, without which the process is ready all the same: it is reported and measured.
    #[must_use]
    pub fn optional(self) -> Self {
        Self {
            is_required: false,
            ..self
        }
    }

    async fn finding(&self) -> Finding {
        let result = timeout(CHECK_TIMEOUT, (self.run)()).await;
        let reason = result
            .unwrap_or_else(|_| Err(format!("no answer within {CHECK_TIMEOUT:?}")))
            .err();
        Finding {
            name: self.name,
            ready: reason.is_none(),
            required: self.is_required,
            reason,
        }
    }
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Check")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Readiness {
    /// A process that needs what these checks check, until `stop`.
    pub fn new(checks: Vec<Check>, stop: CancellationToken) -> Self {
        Self {
            checks,
            stop,
            last: Mutex::default(),
        }
    }

    /// The results of all checks, at most a second old.
    pub async fn findings(&self) -> Arc<[Finding]> {
        let mut last = self.last.lock().await;
        if let Some((at, findings)) = &*last
            && at.elapsed() < KEEP
        {
            return Arc::clone(findings);
        }
        let findings: Arc<[Finding]> = join_all(self.checks.iter().map(Check::finding))
            .await
            .into();
        *last = Some((Instant::now(), Arc::clone(&findings)));
        findings
    }

    /// Whether the process has begun to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }
}
