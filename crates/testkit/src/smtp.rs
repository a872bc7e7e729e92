//! An SMTP server in a process of its own (aiosmtpd).

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// The server. Dropping it ends it.
///
/// The recipient `nobody@` does not exist there, `full@` has no space at the moment, and `slow@` is never answered.
#[derive(Debug)]
pub struct SmtpServer {
    child: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
}

impl SmtpServer {
    /// Starts it at a port of this machine, or at a free one if that is 0.
    pub fn start(port: u16) -> Self {
        let python = std::env::var_os("TASKWIRE_TEST_PYTHON")
            .expect("TASKWIRE_TEST_PYTHON is set by scripts/clients.sh");
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/clients/smtp_server.py"
        );
        let mut child = Command::new(python)
            .args([script, &port.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let mut port = String::new();
        lines.read_line(&mut port).expect("it prints its port");
        Self {
            child,
            lines,
            port: port.trim().parse().expect("a port"),
        }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address, as `--smtp-url` takes it.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Waits for the next message that it takes: `from`, `to` and `text`.
    pub fn message(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("it runs");
        serde_json::from_str(&line).expect("a line of JSON")
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
