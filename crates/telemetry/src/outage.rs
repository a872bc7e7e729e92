//! Logs outages of what a part of this process needs: that one began, that it goes on, and that it is over.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::{debug, info, warn};

/// Shortest time between two lines about the same outage.
const INTERVAL: Duration = Duration::from_mins(1);

/// The outages of one thing that a part does, such as firing reminders: one warning when it fails first, at most one a
/// minute while it fails, and one line when it works again. Every failure is a line at debug.
#[derive(Debug)]
pub struct OutageLog {
    part: &'static str,
    /// What it cannot do, such as `fire reminders`.
    doing: &'static str,
    /// Checked without the lock while everything works.
    is_out: AtomicBool,
    outage: Mutex<Option<Outage>>,
}

#[derive(Debug)]
struct Outage {
    since: Instant,
    failures: u64,
    next_line: Instant,
}

impl OutageLog {
    /// The log of what `part` does; `doing` follows the word "cannot".
    pub fn new(part: &'static str, doing: &'static str) -> Self {
        Self {
            part,
            doing,
            is_out: AtomicBool::new(false),
            outage: Mutex::default(),
        }
    }

    /// It failed. The error names what does not respond, with its address.
    pub fn failed(&self, error: &(impl Display + ?Sized)) {
        let (part, doing) = (self.part, self.doing);
        let now = Instant::now();
        let mut outage = self.outage.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(outage) = outage.as_mut() else {
            *outage = Some(Outage {
                since: now,
                failures: 1,
                next_line: now + INTERVAL,
            });
            self.is_out.store(true, Ordering::Release);
            warn!(part, %error, "Cannot {doing}; trying again until that works");
            return;
        };
        outage.failures += 1;
        let (failures, seconds) = (outage.failures, (now - outage.since).as_secs());
        if now < outage.next_line {
            debug!(part, %error, failures, seconds, "Still cannot {doing}");
            return;
        }
        outage.next_line = now + INTERVAL;
        warn!(part, %error, failures, seconds, "Still cannot {doing}");
    }

    /// It worked. Costs next to nothing if it worked before.
    pub fn worked(&self) {
        if !self.is_out.load(Ordering::Acquire) {
            return;
        }
        let mut outage = self.outage.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_out.store(false, Ordering::Release);
        if let Some(outage) = outage.take() {
            let (failures, seconds) = (outage.failures, outage.since.elapsed().as_secs());
            let (part, doing) = (self.part, self.doing);
            info!(part, failures, seconds, "Can {doing} again");
        }
    }

    /// Whether it failed last.
    pub fn is_out(&self) -> bool {
        self.is_out.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use taskwire_testkit::LogLines;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_outage_is_a_few_lines() {
        let (lines, _logging) = LogLines::capture();
        let log = OutageLog::new("relay", "publish events");
        log.worked();
        assert!(!log.is_out());
        // Ten times a second for two and a half minutes.
        for _ in 0..1500 {
            log.failed("http://127.0.0.1:3500 does not respond");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(log.is_out());
        log.worked();
        log.worked();
        log.failed("something else");
        insta::assert_snapshot!(lines.take(), @r#"
         WARN Cannot publish events; trying again until that works part="relay" error=http://127.0.0.1:3500 does not respond
         WARN Still cannot publish events part="relay" error=http://127.0.0.1:3500 does not respond failures=601 seconds=60
         WARN Still cannot publish events part="relay" error=http://127.0.0.1:3500 does not respond failures=1201 seconds=120
         INFO Can publish events again part="relay" failures=1500 seconds=150
         WARN Cannot publish events; trying again until that works part="relay" error=something else
        "#);
    }
}
