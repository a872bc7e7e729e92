//! Records logs and metrics for tests.

use std::sync::{Arc, Mutex};

use metrics_exporter_prometheus::PrometheusRecorder;
use taskwire_telemetry::Metrics;
use tracing_subscriber::fmt::MakeWriter;

/// Records log lines of this thread.
#[derive(Clone, Default)]
pub(crate) struct Logged(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logged {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Logged {
    /// Records log lines until the guard is dropped.
    pub(crate) fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        // With a single subscriber, a line that another thread reaches first would be switched off for this one too.
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
        let logged = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(logged.clone())
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        (logged, guard)
    }

    /// Lines that contain this text.
    pub(crate) fn count(&self, text: &str) -> usize {
        let logged = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        logged.lines().filter(|line| line.contains(text)).count()
    }
}

/// Records metrics; see [`metrics::set_default_local_recorder`].
pub(crate) fn recorder() -> (PrometheusRecorder, Metrics) {
    Metrics::recorder().unwrap()
}

/// Returns true if a metric has this value.
pub(crate) fn is_measured(measured: &Metrics, line: &str) -> bool {
    measured.render().lines().any(|other| other == line)
}
