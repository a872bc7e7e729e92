//! What wakes the sweep when a reminder is due.

use std::sync::Arc;

use jiff::Timestamp;
use taskwire_domain::ReminderId;
use taskwire_messaging::dapr::Sidecar;
use taskwire_telemetry::OutageLog;
use tracing::debug;

use super::Timer;

/// Wakes the sweep by a timer in this process, or by a job of the sidecar for each reminder. Neither decides anything:
/// the sweep asks what is due.
#[derive(Clone, Debug)]
pub struct Waker {
    timer: Timer,
    jobs: Option<Sidecar>,
    outages: Arc<OutageLog>,
}

impl Waker {
    /// With a sidecar, reminders are jobs of it.
    pub fn new(timer: Timer, jobs: Option<Sidecar>) -> Self {
        Self {
            timer,
            jobs,
            outages: Arc::new(OutageLog::new("reminder", "make jobs of reminders")),
        }
    }

    /// A reminder was set or moved.
    pub(crate) async fn schedule(&self, reminder: ReminderId, at: Timestamp) {
        let Some(jobs) = &self.jobs else {
            self.timer.not_later_than(at);
            return;
        };
        match jobs.schedule_job(&reminder.to_string(), at).await {
            Ok(()) => self.outages.worked(),
            Err(error) => {
                self.outages.failed(&error);
                // The timer of this process wakes instead.
                self.timer.not_later_than(at);
            }
        }
    }

    /// A reminder was dropped. A job that stays, because the sidecar is away, wakes once for nothing; so does the timer.
    pub(crate) async fn cancel(&self, reminder: ReminderId) {
        if let Some(jobs) = &self.jobs
            && let Err(error) = jobs.delete_job(&reminder.to_string()).await
        {
            debug!(%error, reminder.id = %reminder, "Cannot delete the job of a reminder that was dropped");
        }
    }

    /// Some time has changed.
    pub(crate) fn wake(&self, now: Timestamp) {
        self.timer.not_later_than(now);
    }
}
