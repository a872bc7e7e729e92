//! Logs: readable on a terminal, JSON elsewhere; always on standard error, because standard output carries answers and
//! the MCP protocol.

use std::io::{IsTerminal, Write};

use tracing_subscriber::EnvFilter;

use crate::settings::Common;

/// Parts whose lower levels print what users typed.
const QUIET_TARGETS: &str = "rmcp=warn,sqlx=warn,hyper=warn,reqwest=warn,async_openai=off";

/// Starts logging as configured; may be called once.
pub(crate) fn start(common: &Common) -> anyhow::Result<()> {
    let level = common.log.as_deref().unwrap_or("info");
    let filter = EnvFilter::try_new(format!("{QUIET_TARGETS},{level}")).map_err(|error| {
        anyhow::anyhow!(
            "--log {level:?} is not a log filter: {error}. Try info, debug, or taskwire_api=debug."
        )
    })?;
    let terminal = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if terminal {
        builder.with_target(false).init();
    } else {
        builder.json().flatten_event(true).init();
    }
    Ok(())
}

/// Prints a line for the person at the terminal.
pub(crate) fn say(line: &str) {
    // A closed standard output is not a reason to fail.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints why the command failed.
pub(crate) fn say_error(line: &str) {
    let _ = writeln!(std::io::stderr(), "taskwire: {line}");
}
