//! The real binary as a process of its own, to be killed and started again.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Longest time from start to ready, and from a polite request to stop to the end.
const LIMIT: Duration = Duration::from_secs(30);
/// How many lines of the log a failed test shows.
const TAIL: usize = 60;

/// Adds arguments and environment to the command; called at each start.
type Configure = Box<dyn Fn(&mut Command) + Send + Sync>;

/// A running process that answers `/healthz`. Dropping it kills it, and shows the end of its log if the test failed.
pub struct Server {
    program: PathBuf,
    port: u16,
    configure: Configure,
    child: Child,
    /// Standard output and error of all starts.
    log: PathBuf,
    _folder: TempDir,
    http: reqwest::Client,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("program", &self.program)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// A port on which nobody listens at the moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener
        .local_addr()
        .expect("a bound socket has an address")
        .port()
}

impl Server {
    /// Starts `program`, such as `env!("CARGO_BIN_EXE_taskwire")`, and waits until it answers on `port`, which
    /// `configure` must tell it.
    pub async fn start(
        program: impl AsRef<Path>,
        port: u16,
        configure: impl Fn(&mut Command) + Send + Sync + 'static,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let log = folder.path().join("server.log");
        let program = program.as_ref().to_owned();
        let child = spawn(&program, &configure, &log);
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .build()
            .expect("an HTTP client");
        let mut server = Self {
            program,
            port,
            configure: Box::new(configure),
            child,
            log,
            _folder: folder,
            http,
        };
        server.until_ready().await;
        server
    }

    /// Such as `http://127.0.0.1:8484`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The process's number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends the process at once, as `kill -9` does.
    pub fn kill(&mut self) {
        // Fails only when the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks the process to stop and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        let asked = Command::new("kill")
            .args(["-TERM", &self.pid().to_string()])
            .status();
        assert!(
            asked.is_ok_and(|status| status.success()),
            "cannot signal the server"
        );
        let begun = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return status;
            }
            assert!(
                begun.elapsed() < LIMIT,
                "the server did not stop within {LIMIT:?}"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Starts a killed or stopped process again on the same port.
    pub async fn restart(&mut self) {
        self.kill();
        self.child = spawn(&self.program, &self.configure, &self.log);
        self.until_ready().await;
    }

    /// Waits until a line with this text is in the log, and answers the line.
    pub async fn wait_for_line(&mut self, text: &str) -> String {
        let begun = Instant::now();
        loop {
            let log = self.log();
            if let Some(line) = log.lines().find(|line| line.contains(text)) {
                return line.to_owned();
            }
            assert!(
                begun.elapsed() < LIMIT,
                "the server did not say {text:?} within {LIMIT:?}"
            );
            self.assert_alive();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Everything the process has written since the first start.
    pub fn log(&self) -> String {
        std::fs::read(&self.log)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    async fn until_ready(&mut self) {
        let begun = Instant::now();
        let url = format!("{}/healthz", self.url());
        loop {
            let answer = self.http.get(&url).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(
                begun.elapsed() < LIMIT,
                "the server was not ready within {LIMIT:?}"
            );
            self.assert_alive();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn assert_alive(&mut self) {
        if let Ok(Some(status)) = self.child.try_wait() {
            panic!("the server ended by itself: {status}");
        }
    }
}

fn spawn(program: &Path, configure: &dyn Fn(&mut Command), log: &Path) -> Child {
    let open = || -> File {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .expect("a log file can be opened")
    };
    let mut command = Command::new(program);
    configure(&mut command);
    command
        .stdin(Stdio::null())
        .stdout(open())
        .stderr(open())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()))
}

impl Drop for Server {
    #[expect(
        clippy::print_stderr,
        reason = "the test runner shows it with the failed test"
    )]
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let tail = &lines[lines.len().saturating_sub(TAIL)..];
            eprintln!("--- end of the server's log\n{}\n---", tail.join("\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server in a few lines of the shell's neighbour, if the machine has it.
    fn python(port: u16) -> impl Fn(&mut Command) + Send + Sync + 'static {
        let script = format!(
            "import http.server as h\n\
             class A(h.BaseHTTPRequestHandler):\n \
              def do_GET(self):\n  self.send_response(200); self.end_headers()\n\
             print('hello', flush=True)\n\
             h.HTTPServer(('127.0.0.1', {port}), A).serve_forever()"
        );
        move |command| {
            command.args(["-c", &script]);
        }
    }

    #[tokio::test]
    async fn a_server_can_be_killed_and_started_again() {
        if Command::new("python3").arg("--version").output().is_err() {
            return;
        }
        let port = free_port();
        let mut server = Server::start("python3", port, python(port)).await;
        assert_eq!(server.wait_for_line("hello").await, "hello");
        let first = server.pid();
        server.kill();
        assert!(server.http.get(server.url()).send().await.is_err());
        server.restart().await;
        assert_ne!(server.pid(), first);
        assert!(!server.stop().await.success());
        assert_eq!(server.log().matches("hello").count(), 2);
    }

    #[tokio::test]
    #[should_panic(expected = "ended by itself")]
    async fn a_server_that_does_not_start_is_noticed() {
        Server::start("false", free_port(), |_| {}).await;
    }
}
