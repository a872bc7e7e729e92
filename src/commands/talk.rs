//! Talking to the chat in a terminal.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::{Context, bail};
use clap::Args;
use futures::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};
use taskwire_client::Secret;
use taskwire_domain::contract::Problem;
use url::Url;

use crate::data;
use crate::logging::say;
use crate::wiring::Parts;

#[derive(Args)]
pub(crate) struct Options {
    /// What to say; without it you are asked line by line
    words: Vec<String>,
    /// Go on with an earlier conversation
    #[arg(long, value_name = "ID")]
    conversation: Option<String>,
}

/// What of the stream matters in a terminal (AI SDK UI message stream, version 1).
#[derive(Deserialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
enum Chunk {
    Start {
        message_id: Option<String>,
    },
    TextDelta {
        delta: String,
    },
    TextEnd {},
    ToolInputAvailable {
        tool_call_id: String,
        tool_name: String,
        input: Value,
    },
    ToolApprovalRequest {
        approval_id: String,
        tool_call_id: String,
        reason: Option<String>,
    },
    ToolOutputError {
        error_text: String,
    },
    DataNotice {
        data: Value,
    },
    Error {
        error_text: String,
    },
    #[serde(other)]
    Other,
}

/// A question that waits for an answer.
struct Question {
    approval: String,
    call: String,
    tool: String,
    input: Value,
    reason: String,
}

struct Talk {
    parts: Parts,
    url: Url,
    token: Secret,
    conversation: String,
    /// Said once, not with every reply.
    notice: String,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let base = match &parts.settings.chat_url {
        Some(url) => url.clone(),
        None => parts.settings.api_url()?,
    };
    let token = parts
        .settings
        .token
        .clone()
        .map(Secret::new)
        .or_else(|| data::read_token(&parts.settings.data_dir().ok()?))
        .context(
            "there is no token: start `taskwire serve` once to make one, or set TASKWIRE_TOKEN",
        )?;
    let conversation = options
        .conversation
        .unwrap_or_else(|| parts.ids.uuid(parts.clock.now()).simple().to_string());
    let mut talk = Talk {
        url: base.join("/api/v1/chat")?,
        parts,
        token,
        conversation,
        notice: String::new(),
    };
    if !options.words.is_empty() {
        return talk.turn(&options.words.join(" ")).await;
    }
    let terminal = std::io::stdin().is_terminal();
    if terminal {
        say("Talk to your tasks; an empty line or Ctrl-D ends.");
    }
    while let Some(line) = ask(if terminal { "> " } else { "" })? {
        if line.trim().is_empty() {
            break;
        }
        talk.turn(&line).await?;
    }
    Ok(())
}

/// Reads a line; none at the end of input.
fn ask(prompt: &str) -> anyhow::Result<Option<String>> {
    let mut out = std::io::stdout();
    write!(out, "{prompt}")?;
    out.flush()?;
    let mut line = String::new();
    Ok(match std::io::stdin().lock().read_line(&mut line)? {
        0 => None,
        _ => Some(line.trim_end().to_owned()),
    })
}

impl Talk {
    /// Says something, and answers what is asked back, until the reply is complete.
    async fn turn(&mut self, words: &str) -> anyhow::Result<()> {
        let id = self
            .parts
            .ids
            .uuid(self.parts.clock.now())
            .simple()
            .to_string();
        let message = json!({"id": id, "role": "user", "parts": [{"type": "text", "text": words}]});
        let mut body =
            json!({"id": self.conversation, "trigger": "submit-message", "messages": [message]});
        loop {
            let (message, questions) = self.stream(&body).await?;
            if questions.is_empty() {
                return Ok(());
            }
            let mut parts = Vec::new();
            for question in questions {
                say(&format!(
                    "{}\n  {} {}",
                    question.reason, question.tool, question.input
                ));
                let answer = ask("Do it? [y/N] ")?.unwrap_or_default();
                let approved = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
                parts.push(json!({
                    "type": "dynamic-tool",
                    "toolName": question.tool,
                    "toolCallId": question.call,
                    "state": "approval-responded",
                    "input": question.input,
                    "approval": {"id": question.approval, "approved": approved},
                }));
            }
            body = json!({
                "id": self.conversation,
                "trigger": "submit-message",
                "messageId": message,
                "messages": [{"id": message, "role": "assistant", "parts": parts}],
            });
        }
    }

    /// Sends a request and prints its stream; answers the message's id and what it asks.
    async fn stream(&mut self, body: &Value) -> anyhow::Result<(String, Vec<Question>)> {
        let answer = self
            .parts
            .http
            .post(self.url.clone())
            .bearer_auth(self.token.expose())
            .json(body)
            .send()
            .await
            .with_context(|| {
                format!("{} does not answer; is `taskwire serve` running?", self.url)
            })?;
        if !answer.status().is_success() {
            let status = answer.status();
            match answer.json::<Problem>().await {
                Ok(problem) => bail!("{} {}", problem.detail, problem.hint.unwrap_or_default()),
                Err(_) => bail!("{} answers {status}", self.url),
            }
        }
        let mut bytes = answer.bytes_stream();
        let mut pending: Vec<u8> = Vec::new();
        let mut reply = Reply {
            notice: std::mem::take(&mut self.notice),
            ..Reply::default()
        };
        while let Some(chunk) = bytes.next().await {
            pending.extend_from_slice(&chunk.context("the reply broke off")?);
            while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = pending.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                if let Some(data) = line.trim_end().strip_prefix("data: ")
                    && let Ok(chunk) = serde_json::from_str(data)
                {
                    reply.take(chunk)?;
                }
            }
        }
        self.notice = reply.notice;
        Ok((reply.message, reply.questions))
    }
}

/// A reply as it comes in.
#[derive(Default)]
struct Reply {
    message: String,
    /// The last notice that was shown.
    notice: String,
    calls: Vec<(String, String, Value)>,
    questions: Vec<Question>,
}

impl Reply {
    fn take(&mut self, chunk: Chunk) -> anyhow::Result<()> {
        let mut out = std::io::stdout();
        match chunk {
            Chunk::Start { message_id } => self.message = message_id.unwrap_or_default(),
            Chunk::TextDelta { delta } => {
                write!(out, "{}", printable(&delta))?;
                out.flush()?;
            }
            Chunk::TextEnd {} => writeln!(out)?,
            Chunk::ToolInputAvailable {
                tool_call_id,
                tool_name,
                input,
            } => {
                writeln!(out, "[{}]", printable(&tool_name))?;
                self.calls.push((tool_call_id, tool_name, input));
            }
            Chunk::ToolApprovalRequest {
                approval_id,
                tool_call_id,
                reason,
            } => {
                let known = self.calls.iter().find(|(call, _, _)| *call == tool_call_id);
                let (tool, input) = known
                    .map(|(_, tool, input)| (tool.clone(), input.clone()))
                    .unwrap_or_default();
                self.questions.push(Question {
                    approval: approval_id,
                    call: tool_call_id,
                    tool,
                    input,
                    reason: printable(&reason.unwrap_or_else(|| "This needs your word:".into())),
                });
            }
            Chunk::DataNotice { data } => {
                if let Some(text) = data.get("text").and_then(Value::as_str)
                    && text != self.notice
                {
                    writeln!(out, "({})", printable(text))?;
                    text.clone_into(&mut self.notice);
                }
            }
            Chunk::ToolOutputError { error_text } => writeln!(out, "! {}", printable(&error_text))?,
            Chunk::Error { error_text } => bail!("{}", printable(&error_text)),
            Chunk::Other => {}
        }
        Ok(())
    }
}

/// Text without what a terminal would obey.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}
