//! Keeps tasks running as long as their process.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::error;

/// Time before a task that ended is started again.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs a task until `cancel` is cancelled. If it panics or returns before that, this is logged and it is started
/// again: a server with a part that has silently stopped is worse than one that stops.
pub async fn supervise<F>(
    name: &'static str,
    cancel: &CancellationToken,
    mut start: impl FnMut() -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        // Dropping this future drops it, which aborts the task.
        let mut task = JoinSet::new();
        task.spawn(start());
        let ended = task.join_next().await;
        if cancel.is_cancelled() {
            return;
        }
        let reason = match ended {
            Some(Err(problem)) => problem.to_string(),
            _ => "it returned".into(),
        };
        error!(
            task = name,
            reason, "Background task ended; starting it again"
        );
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_task_that_ends_is_started_again_until_it_is_cancelled() {
        let starts = Arc::new(AtomicU32::new(0));
        let cancel = CancellationToken::new();
        supervise("test", &cancel, || {
            let (starts, cancel) = (Arc::clone(&starts), cancel.clone());
            async move {
                match starts.fetch_add(1, Ordering::Relaxed) {
                    0 => panic!("the first one panics"),
                    1 => {}
                    _ => cancel.cancel(),
                }
            }
        })
        .await;
        assert_eq!(starts.load(Ordering::Relaxed), 3);
    }
}
