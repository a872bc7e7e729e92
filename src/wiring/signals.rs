//! The signals that a process handles.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::info;

/// A write beyond the limit of file sizes ends a process that does not handle the signal; otherwise only the write
/// fails.
pub(super) fn survive_file_size_limit() {
    /// The same number on all systems that Taskwire is built for.
    const SIGXFSZ: i32 = 25;
    // The handler stays when its stream is dropped.
    let _ = signal(SignalKind::from_raw(SIGXFSZ));
}

/// Cancels `cancel` at SIGINT or SIGTERM.
pub(super) async fn stop_on_signal(cancel: CancellationToken) {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    info!("Stopping");
    cancel.cancel();
}
