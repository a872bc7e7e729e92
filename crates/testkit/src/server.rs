//! The real binary as a process, which can be killed and started again.

use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use taskwire_parts::Process;
use tempfile::TempDir;

/// A running process that serves `/healthz`. Dropping it kills it, and shows the end of its log if the test failed.
#[derive(Debug)]
pub struct Server {
    port: u16,
    process: Process,
    /// The folder with its log.
    _folder: TempDir,
    http: reqwest::Client,
}

/// A port on which nobody listens at the moment.
pub fn free_port() -> u16 {
    taskwire_parts::free_port().expect("a free port")
}

impl Server {
    /// Starts `program`, such as `env!("CARGO_BIN_EXE_taskwire")`, and waits until it responds on `port`, which
    /// `configure` must pass to it.
    pub async fn start(
        program: impl AsRef<Path>,
        port: u16,
        configure: impl FnOnce(&mut Command),
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let mut command = Command::new(program.as_ref());
        configure(&mut command);
        let process = Process::spawn("server", command, &folder.path().join("server.log"))
            .unwrap_or_else(|error| panic!("{error:#}"));
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .build()
            .expect("an HTTP client");
        let mut server = Self {
            port,
            process,
            _folder: folder,
            http,
        };
        server.until_ready().await;
        server
    }

    /// The base address, such as `http://127.0.0.1:8484`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.process.pid().expect("the server runs")
    }

    /// Kills the process, like `kill -9`.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Asks the process to stop and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        let stopped = self.process.stop().await;
        stopped.unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// Starts a killed or stopped process again on the same port.
    pub async fn restart(&mut self) {
        let started = self.process.start_again();
        started.unwrap_or_else(|error| panic!("{error:#}"));
        self.until_ready().await;
    }

    /// Waits until a line with this text is in the log, and returns the line.
    pub async fn wait_for_line(&mut self, text: &str) -> String {
        let line = self.process.until_logged(text).await;
        line.unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// Everything the process has written since the first start.
    pub fn log(&self) -> String {
        self.process.log()
    }

    async fn until_ready(&mut self) {
        let url = format!("{}/healthz", self.url());
        let http = self.http.clone();
        let is_ready = || async {
            let answer = http.get(&url).send().await;
            answer.is_ok_and(|answer| answer.status().is_success())
        };
        let ready = self.process.until("an answer to /healthz", is_ready).await;
        ready.unwrap_or_else(|error| panic!("{error:#}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server in a few lines of Python, if the machine has it.
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
