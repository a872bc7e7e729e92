//! Starts processes again, as a supervisor does.

use std::time::Duration;

use taskwire_parts::{Process, UnexpectedExit};

/// Pause before a process that ended while it started is started again.
const EVERY: Duration = Duration::from_millis(50);

/// Starts a process until it stays, as a supervisor does: a sidecar whose broker is away ends by itself. Answers how
/// often it did.
pub(crate) async fn bring_up(process: &mut Process) -> usize {
    for ended in 0..20 {
        match process.restart().await {
            Ok(()) => return ended,
            Err(error) if error.is::<UnexpectedExit>() => tokio::time::sleep(EVERY).await,
            Err(error) => panic!("{error:#}"),
        }
    }
    panic!("{} does not stay", process.name());
}
