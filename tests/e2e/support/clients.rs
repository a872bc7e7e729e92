//! The real clients, as processes that are controlled by lines of JSON.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::LIMIT;
use super::deployment::{Deployment, clean};

/// The name of the MCP client.
pub(crate) const MCP_NAME: &str = "taskwire-story";
/// The version of the MCP client.
pub(crate) const MCP_VERSION: &str = "7.8.9";

/// A client process. Dropping it kills it.
pub(crate) struct Talker {
    _child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    errors: NamedTempFile,
    /// Its first message.
    pub(crate) hello: Value,
}

/// A setting that `scripts/clients.sh` prints.
pub(crate) fn setting(name: &str) -> PathBuf {
    let value = std::env::var_os(name).unwrap_or_else(|| {
        panic!(
            "{name} is not set, so the tests with real clients cannot run. Prepare the clients with:\n    \
             set -a; eval \"$(scripts/clients.sh)\"; set +a"
        )
    });
    let path = PathBuf::from(value);
    assert!(
        path.exists(),
        "{name} names {}, which is not there: run scripts/clients.sh again",
        path.display()
    );
    path
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/clients")
        .join(name)
}

/// How an MCP client reaches the server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Transport {
    /// HTTP in the newest revision, negotiated.
    Modern,
    /// HTTP with the older handshake.
    Legacy,
    /// A separate process over standard input and output.
    Stdio,
}

/// A client of the Python MCP package.
pub(crate) async fn mcp(deployment: &Deployment, token: &str, transport: Transport) -> Talker {
    let mut config = json!({
        "name": MCP_NAME,
        "version": MCP_VERSION,
        "mode": if transport == Transport::Legacy { "legacy" } else { "auto" },
    });
    let how = match transport {
        Transport::Modern | Transport::Legacy => {
            json!({"url": deployment.mcp_url(), "token": token})
        }
        Transport::Stdio => json!({
            "command": env!("CARGO_BIN_EXE_taskwire"),
            "args": ["mcp", "--stdio", "--api-url", deployment.rest_url()],
            "env": {"TASKWIRE_TOKEN": token, "TASKWIRE_DATA_DIR": deployment.folder(), "TZ": "UTC"},
        }),
    };
    config
        .as_object_mut()
        .unwrap()
        .extend(how.as_object().unwrap().clone());
    let mut command = Command::new(setting("TASKWIRE_TEST_PYTHON"));
    command
        .arg("-u")
        .arg(script("mcp_client.py"))
        .arg(config.to_string());
    Talker::start(command).await
}

/// A client of the `ai` npm package, in a conversation that may be new.
pub(crate) async fn chat(deployment: &Deployment, token: &str, conversation: &str) -> Talker {
    let config = json!({
        "api": format!("{}/api/v1/chat", deployment.chat_url()),
        "conversations": format!("{}/api/v1/conversations", deployment.rest_url()),
        "token": token,
        "conversation": conversation,
    });
    let mut command = Command::new(setting("TASKWIRE_TEST_NODE"));
    command
        .env("TASKWIRE_TEST_CLIENTS", setting("TASKWIRE_TEST_CLIENTS"))
        .arg(script("chat_client.mjs"))
        .arg(config.to_string());
    Talker::start(command).await
}

impl Talker {
    async fn start(mut command: Command) -> Self {
        let errors = NamedTempFile::new().unwrap();
        clean(command.as_std_mut());
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors.reopen().unwrap())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut talker = Self {
            input: child.stdin.take().unwrap(),
            output: BufReader::new(child.stdout.take().unwrap()).lines(),
            _child: child,
            errors,
            hello: Value::Null,
        };
        talker.hello = talker.hear().await;
        talker
    }

    /// Sends a command and returns its result.
    pub(crate) async fn ask(&mut self, command: &Value) -> Value {
        let line = format!("{command}\n");
        self.input.write_all(line.as_bytes()).await.unwrap();
        let answer = self.hear().await;
        assert!(
            answer.get("failed").is_none(),
            "{command}: {answer}\n{}",
            self.complaints()
        );
        answer
    }

    /// Calls an MCP tool that must succeed, and returns its structured content.
    pub(crate) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self
            .ask(&json!({"do": "call", "tool": tool, "arguments": arguments}))
            .await;
        assert_eq!(answer["is_error"], false, "{tool}: {answer}");
        // Some hosts show the model only one of the two.
        let text: Value = serde_json::from_str(answer["text"].as_str().unwrap()).unwrap();
        assert_eq!(text, answer["structured"]);
        text
    }

    async fn hear(&mut self) -> Value {
        let line = tokio::time::timeout(LIMIT * 2, self.output.next_line()).await;
        match line {
            Ok(Ok(Some(line))) => {
                serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line}"))
            }
            _ => panic!("the client gave no answer:\n{}", self.complaints()),
        }
    }

    fn complaints(&self) -> String {
        std::fs::read_to_string(self.errors.path()).unwrap_or_default()
    }
}
