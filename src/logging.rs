//! Logs: readable on a terminal, JSON elsewhere; always on standard error, because standard output carries results and
//! the MCP protocol.

use std::io::{self, IsTerminal, Write};

use taskwire_telemetry::Traces;
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{self, FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::settings::Installation;

/// Dependencies whose lower levels print user input.
const QUIET_TARGETS: &str = "rmcp=warn,sqlx=warn,hyper=warn,reqwest=warn,async_openai=off";

/// Starts logging as configured, and creating spans if `traces` are on; may be called once.
pub(crate) fn start(installation: &Installation, traces: Option<&Traces>) -> anyhow::Result<()> {
    let level = installation.log.as_deref().unwrap_or("info");
    let filter = EnvFilter::try_new(format!("{QUIET_TARGETS},{level}")).map_err(|error| {
        anyhow::anyhow!(
            "--log {level:?} is not a log filter: {error}. Try info, debug, or taskwire_api=debug."
        )
    })?;
    let terminal = io::stderr().is_terminal();
    let Some(traces) = traces else {
        let builder = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(|| LossyStderr)
            // It would print lines it cannot log to standard error, and panic if that fails.
            .log_internal_errors(false);
        if terminal {
            builder.with_target(false).init();
        } else {
            builder.json().flatten_event(true).init();
        }
        return Ok(());
    };
    // The filter of the logs must not decide which spans exist, so it applies to one of the two layers only.
    let spans = tracing_subscriber::registry().with(traces.layer());
    let lines = fmt::layer()
        .with_writer(|| LossyStderr)
        .log_internal_errors(false);
    if terminal {
        spans
            .with(lines.with_target(false).with_filter(filter))
            .init();
    } else {
        let lines = lines.json().flatten_event(true);
        spans
            .with(lines.map_event_format(WithTrace).with_filter(filter))
            .init();
    }
    Ok(())
}

/// JSON lines that begin with the ids of the trace and of the current span, under the names that log collectors look
/// for.
struct WithTrace<F>(F);

impl<S, N, F> FormatEvent<S, N> for WithTrace<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let Some(position) = taskwire_telemetry::current_traceparent() else {
            return self.0.format_event(context, writer, event);
        };
        let mut line = String::new();
        self.0
            .format_event(context, Writer::new(&mut line), event)?;
        let (trace, span) = (position.trace_id(), position.span_id());
        match line.strip_prefix('{') {
            Some(rest) => write!(
                writer,
                r#"{{"trace_id":"{trace}","span_id":"{span}",{rest}"#
            ),
            None => writer.write_str(&line),
        }
    }
}

/// Standard error for logs. If its reader goes away or its disk is full, only log lines are lost.
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
pub(crate) fn print_line(line: &str) {
    // A closed standard output is not a reason to fail.
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints why the command failed.
pub(crate) fn print_error(line: &str) {
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
