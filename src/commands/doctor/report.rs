//! The results of checks, as lines or as JSON.

use std::time::Duration;

use clap::ValueEnum;
use serde::Serialize;

use crate::logging::print_line;

/// Timeout of each request.
pub(super) const TIMEOUT: Duration = Duration::from_secs(3);

/// How the results are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// A line for each check
    Text,
    /// One JSON object
    Json,
}

/// The result of one check.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct Finding {
    status: Status,
    detail: String,
    /// What to do about it.
    remedy: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// It was tried and works.
    Ok,
    /// It is absent or cannot be tried, and is not required.
    Absent,
    /// It works, and somebody should look at it.
    Warn,
    /// It does not work.
    Fail,
}

impl Finding {
    /// It was tried and works.
    pub(super) fn ok(detail: impl Into<String>) -> Self {
        Self::new(Status::Ok, detail.into(), None)
    }

    /// It is absent or cannot be tried, and is not required.
    pub(super) fn absent(detail: impl Into<String>) -> Self {
        Self::new(Status::Absent, detail.into(), None)
    }

    /// It works, and somebody should look at it.
    pub(super) fn warn(detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Status::Warn, detail.into(), Some(remedy.into()))
    }

    /// It does not work, and its text says all.
    pub(super) fn bad(detail: impl Into<String>) -> Self {
        Self::new(Status::Fail, detail.into(), None)
    }

    /// It does not work.
    pub(super) fn fail(detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Status::Fail, detail.into(), Some(remedy.into()))
    }

    fn new(status: Status, detail: String, remedy: Option<String>) -> Self {
        Self {
            status,
            detail,
            remedy,
        }
    }
}

/// Findings by the names of their checks.
#[derive(Default, Serialize)]
pub(super) struct Report {
    version: &'static str,
    healthy: bool,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Check {
    check: String,
    #[serde(flatten)]
    finding: Finding,
}

impl Report {
    pub(super) fn new() -> Self {
        Self {
            version: env!("TASKWIRE_VERSION"),
            healthy: true,
            checks: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, check: impl Into<String>, finding: Finding) {
        self.healthy &= finding.status != Status::Fail;
        self.checks.push(Check {
            check: check.into(),
            finding,
        });
    }

    pub(super) fn add_all<N: Into<String>>(
        &mut self,
        findings: impl IntoIterator<Item = (N, Finding)>,
    ) {
        for (check, finding) in findings {
            self.add(check, finding);
        }
    }

    /// Whether nothing fails.
    pub(super) fn is_healthy(&self) -> bool {
        self.healthy
    }

    pub(super) fn print(&self, format: Format) -> anyhow::Result<()> {
        if format == Format::Json {
            print_line(&serde_json::to_string_pretty(self)?);
            return Ok(());
        }
        for Check { check, finding } in &self.checks {
            print_line(&line(check, finding));
        }
        Ok(())
    }
}

fn line(check: &str, finding: &Finding) -> String {
    let mark = match finding.status {
        Status::Ok => "ok",
        Status::Absent => "--",
        Status::Warn => "warn",
        Status::Fail => "fail",
    };
    let mut line = format!("{mark:<4} {check:<13} {}", finding.detail);
    if let Some(remedy) = &finding.remedy {
        line = format!("{line}. {remedy}");
    }
    line
}

/// The result of a check that must not take longer than this.
pub(super) async fn within(limit: Duration, check: impl Future<Output = Finding>) -> Finding {
    let late = || Finding::bad(format!("no result within {} seconds", limit.as_secs()));
    tokio::time::timeout(limit, check)
        .await
        .unwrap_or_else(|_| late())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_mark_a_name_and_what_to_do() {
        for (finding, expected) in [
            (Finding::ok("fine"), "ok   clock         fine"),
            (Finding::absent("none"), "--   clock         none"),
            (
                Finding::warn("slow", "Wind it."),
                "warn clock         slow. Wind it.",
            ),
            (
                Finding::fail("stopped", "Wind it."),
                "fail clock         stopped. Wind it.",
            ),
        ] {
            assert_eq!(line("clock", &finding), expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_has_a_limit() {
        let finding = within(Duration::from_secs(3), std::future::pending()).await;
        assert_eq!(finding, Finding::bad("no result within 3 seconds"));
    }
}
