//! A server as a child process.

use std::fs::{File, OpenOptions};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

/// Longest time to start, and to stop.
const LIMIT: Duration = Duration::from_mins(1);
/// Interval between two checks of a condition.
const POLL_INTERVAL: Duration = Duration::from_millis(10);
/// Longest wait for the response to one check.
const LOOK_TIMEOUT: Duration = Duration::from_secs(2);
/// Number of log lines in an error.
const TAIL: usize = 30;

/// Keeps no connection between two checks: the process at the other end may be a different one by then.
static HTTP: LazyLock<reqwest::Result<reqwest::Client>> = LazyLock::new(|| {
    reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .timeout(LOOK_TIMEOUT)
        .build()
});

/// A process ended unexpectedly.
#[derive(Debug, thiserror::Error)]
#[error("{name} ended by itself ({status}); the end of its log:\n{tail}")]
pub struct UnexpectedExit {
    /// Its name.
    pub name: String,
    /// Its exit status.
    pub status: ExitStatus,
    /// The last lines of its log.
    pub tail: String,
}

/// A sign that a server is ready.
#[derive(Clone, Debug)]
pub(crate) enum Ready {
    /// It accepts connections.
    Accepts(SocketAddr),
    /// It responds with a success.
    Answers(String),
    /// It is a sidecar that delivers this many topics.
    Subscribed {
        metadata: String,
        token: String,
        topics: usize,
    },
    /// A program succeeds.
    Says(PathBuf, Vec<String>),
}

/// The signal that stops a server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StopSignal {
    Terminate,
    Interrupt,
}

impl StopSignal {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Terminate => "TERM",
            Self::Interrupt => "INT",
        }
    }
}

/// A running process. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    command: Command,
    child: Option<Child>,
    log: PathBuf,
    ready: Vec<Ready>,
    stop_signal: StopSignal,
}

/// A command whose environment contains only this process's search path and home folder.
pub(crate) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("TZ", "UTC");
    for name in ["PATH", "HOME", "TMPDIR", "LANG"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// Retries with other ports if the process ends while it starts: another program may have taken one meanwhile.
pub(crate) async fn retry_on_early_exit<T, F>(start: impl Fn() -> F + Send) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<T>> + Send,
    T: Send,
{
    for _ in 0..2 {
        match start().await {
            Err(error) if error.is::<UnexpectedExit>() => {}
            other => return other,
        }
    }
    start().await
}

/// Sends a signal to a process.
pub(crate) fn signal(pid: u32, signal: &str) -> anyhow::Result<()> {
    let status = Command::new("kill")
        .args(["-s", signal, &pid.to_string()])
        .stderr(Stdio::null())
        .status()
        .context("cannot run kill")?;
    ensure!(status.success(), "cannot send SIG{signal} to process {pid}");
    Ok(())
}

impl Process {
    /// Starts a command whose output is appended to the file `log`. It is not ready yet: see [`Process::until`].
    pub fn spawn(name: &str, mut command: Command, log: &Path) -> anyhow::Result<Self> {
        let open =
            || -> std::io::Result<File> { OpenOptions::new().create(true).append(true).open(log) };
        let out = open().with_context(|| format!("cannot write {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(out).stderr(open()?);
        let mut process = Self {
            name: name.to_owned(),
            command,
            child: None,
            log: log.to_owned(),
            ready: Vec::new(),
            stop_signal: StopSignal::Terminate,
        };
        process.start_again()?;
        Ok(process)
    }

    /// Sets the signs that it is ready; all are required.
    pub(crate) fn ready_when(mut self, ready: impl IntoIterator<Item = Ready>) -> Self {
        self.ready.extend(ready);
        self
    }

    /// Sets the signal that stops it quickly.
    pub(crate) fn stopped_by(mut self, signal: StopSignal) -> Self {
        self.stop_signal = signal;
        self
    }

    pub(crate) fn stop_signal(&self) -> StopSignal {
        self.stop_signal
    }

    /// The process's name in errors and logs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// The file with its output.
    pub fn log_file(&self) -> &Path {
        &self.log
    }

    /// Everything it has written since the first start.
    pub fn log(&self) -> String {
        std::fs::read(&self.log)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// Ends it at once (SIGKILL).
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Fails only if it has already ended.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Pauses it (SIGSTOP).
    pub fn pause(&self) -> anyhow::Result<()> {
        self.signal("STOP")
    }

    /// Resumes it after [`Process::pause`] (SIGCONT).
    pub fn resume(&self) -> anyhow::Result<()> {
        self.signal("CONT")
    }

    /// Asks it to stop, and waits until it has.
    pub async fn stop(&mut self) -> anyhow::Result<ExitStatus> {
        self.signal(self.stop_signal.as_str())?;
        let child = self.child.as_mut().context("it does not run")?;
        let begun = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                self.child = None;
                return Ok(status);
            }
            if begun.elapsed() > LIMIT {
                bail!("{} did not stop within {LIMIT:?}", self.name);
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Starts it on the same ports, after it was stopped or killed, without waiting until it is ready.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        self.kill();
        let child = self
            .command
            .spawn()
            .with_context(|| format!("cannot start {}", self.name))?;
        self.child = Some(child);
        Ok(())
    }

    /// Starts it on the same ports, killing it first if it runs, and waits until it is ready.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.start_again()?;
        self.until_ready().await
    }

    /// Waits until it is ready.
    pub async fn until_ready(&mut self) -> anyhow::Result<()> {
        for ready in self.ready.clone() {
            self.until(&format!("{ready:?}"), || is_ready(&ready))
                .await?;
        }
        Ok(())
    }

    /// Waits until a condition holds while the process runs.
    pub async fn until<F>(&mut self, what: &str, holds: impl Fn() -> F + Send) -> anyhow::Result<()>
    where
        F: Future<Output = bool> + Send,
    {
        let begun = Instant::now();
        loop {
            // Not after the process has ended: another one may respond on the port then.
            self.check_running()?;
            if holds().await {
                return Ok(());
            }
            if begun.elapsed() > LIMIT {
                let tail = self.tail();
                bail!(
                    "{}: not within {LIMIT:?}: {what}; the end of its log:\n{tail}",
                    self.name
                );
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Waits until its log has a line with this text, and returns the line.
    pub async fn until_logged(&mut self, text: &str) -> anyhow::Result<String> {
        let log = self.log.clone();
        let find = move || {
            let bytes = std::fs::read(&log).unwrap_or_default();
            let log = String::from_utf8_lossy(&bytes);
            log.lines()
                .find(|line| line.contains(text))
                .map(ToOwned::to_owned)
        };
        self.until(text, || std::future::ready(find().is_some()))
            .await?;
        find().context("the log was cut")
    }

    /// Fails if it has ended by itself.
    pub fn check_running(&mut self) -> anyhow::Result<()> {
        let child = self.child.as_mut().context("it does not run")?;
        if let Some(status) = child.try_wait()? {
            self.child = None;
            bail!(UnexpectedExit {
                name: self.name.clone(),
                status,
                tail: self.tail(),
            });
        }
        Ok(())
    }

    /// Lets it continue to run after this value is dropped and this program ends.
    pub(crate) fn release(mut self) {
        self.child = None;
    }

    fn signal(&self, name: &str) -> anyhow::Result<()> {
        let pid = self.pid();
        signal(
            pid.with_context(|| format!("{} does not run", self.name))?,
            name,
        )
    }

    fn tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines
            .get(lines.len().saturating_sub(TAIL)..)
            .unwrap_or_default()
            .join("\n")
    }
}

/// The output of a command, which must succeed.
pub(crate) async fn output(command: Command) -> anyhow::Result<String> {
    let mut command = tokio::process::Command::from(command);
    let output = command.stdin(Stdio::null()).output().await?;
    ensure!(
        output.status.success(),
        "{:?} failed: {}",
        command.as_std(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

async fn is_ready(ready: &Ready) -> bool {
    match ready {
        Ready::Accepts(address) => {
            let connect = tokio::net::TcpStream::connect(address);
            matches!(tokio::time::timeout(LOOK_TIMEOUT, connect).await, Ok(Ok(_)))
        }
        Ready::Answers(url) => get(url, None).await.is_some(),
        Ready::Subscribed {
            metadata,
            token,
            topics,
        } => {
            let answer = get(metadata, Some(token)).await;
            let body: Option<Value> = answer.and_then(|text| serde_json::from_str(&text).ok());
            body.and_then(|body| Some(body.get("subscriptions")?.as_array()?.len() >= *topics))
                .unwrap_or(false)
        }
        Ready::Says(program, args) => {
            let mut command = tokio::process::Command::from(command(program));
            let status = command
                .args(args)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            status.await.is_ok_and(|status| status.success())
        }
    }
}

/// The body of a successful response.
async fn get(url: &str, token: Option<&str>) -> Option<String> {
    let mut request = HTTP.as_ref().ok()?.get(url);
    if let Some(token) = token {
        request = request.header("dapr-api-token", token);
    }
    let answer = request.send().await.ok()?;
    if !answer.status().is_success() {
        return None;
    }
    answer.text().await.ok()
}

impl Drop for Process {
    #[expect(
        clippy::print_stderr,
        reason = "the test runner shows it with the failed test"
    )]
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- end of the log of {}\n{}\n---", self.name, self.tail());
        }
    }
}

#[cfg(test)]
mod tests;
