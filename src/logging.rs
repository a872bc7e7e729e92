//! Logs: readable on a terminal, JSON elsewhere; always on standard error, because standard output carries results and
//! the MCP protocol.

use std::io::{self, IsTerminal, Write};

use tracing_subscriber::EnvFilter;

use crate::settings::Installation;

/// Parts whose lower levels print what users typed.
const QUIET_TARGETS: &str = "rmcp=warn,sqlx=warn,hyper=warn,reqwest=warn,async_openai=off";

/// Starts logging as configured; may be called once.
pub(crate) fn start(installation: &Installation) -> anyhow::Result<()> {
    let level = installation.log.as_deref().unwrap_or("info");
    let filter = EnvFilter::try_new(format!("{QUIET_TARGETS},{level}")).map_err(|error| {
        anyhow::anyhow!(
            "--log {level:?} is not a log filter: {error}. Try info, debug, or taskwire_api=debug."
        )
    })?;
    let terminal = io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| LossyStderr)
        // It would print what it cannot log on standard error, and panic when that fails.
        .log_internal_errors(false);
    if terminal {
        builder.with_target(false).init();
    } else {
        builder.json().flatten_event(true).init();
    }
    Ok(())
}

/// Standard error for logs. Its reader may go away, or its disk may be full: then lines are lost, and nothing else.
struct LossyStderr;

impl Write for LossyStderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = io::stderr().write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Prints a line for the person at the terminal.
pub(crate) fn say(line: &str) {
    // A closed standard output is not a reason to fail.
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints why the command failed.
pub(crate) fn say_error(line: &str) {
    let _ = writeln!(io::stderr(), "taskwire: {line}");
}

/// An error and its causes on one line. Many errors contain their cause's text, which is not repeated.
pub(crate) fn causes(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.contains(&cause) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause);
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the disk failed: {0}")]
    struct Failed(#[source] std::io::Error);

    #[test]
    fn each_cause_is_printed_once() {
        let error = anyhow!(Failed(std::io::Error::other("it is broken"))).context("cannot open x");
        assert_eq!(
            causes(&error),
            "cannot open x: the disk failed: it is broken"
        );
        let error = anyhow!("no room").context("cannot write x");
        assert_eq!(causes(&error), "cannot write x: no room");
    }
}
