//! Waits for a condition, with a limit.

use std::time::{Duration, Instant};

/// Interval between two checks.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Waits until `look` returns a value, and returns that. Fails the test when `limit` has passed.
///
/// For conditions without a notification, such as a row written by another process. The limit decides when the test has
/// failed; make it generous, because a passing test never waits for it.
#[track_caller]
pub fn eventually<T, F>(limit: Duration, look: impl Fn() -> F) -> impl Future<Output = T>
where
    F: Future<Output = Option<T>>,
{
    let caller = std::panic::Location::caller();
    async move {
        let begun = Instant::now();
        loop {
            if let Some(answer) = look().await {
                return answer;
            }
            assert!(begun.elapsed() < limit, "{caller}: not within {limit:?}");
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn looks_until_there_is_an_answer() {
        let looks = AtomicU32::new(0);
        let answer = eventually(Duration::from_secs(10), || async {
            (looks.fetch_add(1, Ordering::SeqCst) == 3).then_some("there")
        })
        .await;
        assert_eq!(answer, "there");
    }

    #[tokio::test]
    #[should_panic(expected = "not within")]
    async fn fails_when_the_limit_has_passed() {
        eventually(Duration::from_millis(20), || async { None::<()> }).await;
    }
}
