//! The log that a test's thread writes, as text.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::Level;
use tracing::subscriber::{DefaultGuard, set_default, set_global_default};
use tracing_subscriber::fmt::SubscriberBuilder;
use tracing_subscriber::fmt::format::{DefaultFields, Format};
use tracing_subscriber::registry;

/// The lines at `info` and above that this thread logs, as long as the guard lives.
#[derive(Clone, Default, Debug)]
pub struct LogLines(Arc<Mutex<Vec<u8>>>);

impl LogLines {
    /// Lines without time and target.
    pub fn capture() -> (Self, DefaultGuard) {
        let lines = Self::start();
        let writer = lines.clone();
        let format = builder().with_ansi(false).with_target(false).without_time();
        let guard = set_default(format.with_writer(move || writer.clone()).finish());
        (lines, guard)
    }

    /// Lines as JSON, as servers write them.
    pub fn capture_json() -> (Self, DefaultGuard) {
        let lines = Self::start();
        let writer = lines.clone();
        let format = builder().json().flatten_event(true);
        let guard = set_default(format.with_writer(move || writer.clone()).finish());
        (lines, guard)
    }

    /// What was logged since the last call.
    pub fn take(&self) -> String {
        let text = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&text).into_owned()
    }

    fn start() -> Self {
        // With a single subscriber, a line that another thread reaches first would be switched off for this one too.
        let _ = set_global_default(registry());
        Self::default()
    }
}

fn builder() -> SubscriberBuilder<DefaultFields, Format> {
    tracing_subscriber::fmt().with_max_level(Level::INFO)
}

impl Write for LogLines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
