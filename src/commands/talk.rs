//! The chat in a terminal.

mod input;

use std::io::Write;

use anyhow::{Context, bail};
use clap::Args;
use eventsource_stream::Eventsource;
use futures::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};
use taskwire_client::Secret;
use taskwire_domain::contract::{Conversation, Problem};
use taskwire_domain::text;
use url::Url;

use crate::logging::{causes, print_line};
use crate::settings::{ApiAddress, ChatAddress, UserToken};
use crate::wiring::Parts;
use input::Input;

#[derive(Args)]
pub(crate) struct Options {
    /// Message to send; without one you are prompted line by line. Type /help for the commands
    words: Vec<String>,
    /// Continue an earlier conversation
    #[arg(long, value_name = "ID")]
    conversation: Option<String>,
    #[command(flatten)]
    api: ApiAddress,
    #[command(flatten)]
    chat: ChatAddress,
    #[command(flatten)]
    token: UserToken,
}

/// The parts of the stream that a terminal shows (AI SDK UI message stream, version 1).
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

/// A pending question.
struct Question {
    approval: String,
    call: String,
    tool: String,
    input: Value,
    reason: String,
}

/// The commands that the terminal handles itself; everything else goes to the chat.
const HELP: &str = "\
/history   shows this conversation
/undo      reverts the last change; repeat it for earlier changes
/help      this help; with it the commands that work without a model
exit, quit or Ctrl-D quits";

struct Talk {
    parts: Parts,
    /// The address of the chat.
    url: Url,
    api: Url,
    input: Input,
    token: Secret,
    conversation: String,
    /// Shown once, not with every reply.
    notice: String,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let api = options.api.url(&parts.installation)?;
    let base = options.chat.chat_url.as_ref().unwrap_or(&api);
    let token = options.token.find(&parts.installation)?.context(
        "no token found: start `taskwire serve` once to create one, or set TASKWIRE_TOKEN",
    )?;
    let conversation = options
        .conversation
        .unwrap_or_else(|| parts.ids.uuid(parts.clock.now()).simple().to_string());
    let history = parts.installation.data_dir().ok();
    let mut talk = Talk {
        url: base.join("/api/v1/chat")?,
        api,
        input: Input::open(history.map(|folder| folder.join("talk_history")))?,
        parts,
        token,
        conversation,
        notice: String::new(),
    };
    if !options.words.is_empty() {
        return talk.turn(&options.words.join(" ")).await;
    }
    if talk.input.is_terminal() {
        print_line("Chat with your tasks. /help lists the commands; exit or Ctrl-D quits.");
    }
    while let Some(line) = talk.input.line()? {
        let done = match line.trim() {
            "" => continue,
            "exit" | "quit" | "/exit" | "/quit" => break,
            "/history" => talk.history().await,
            "/help" => {
                print_line(HELP);
                talk.turn("/help").await
            }
            words => talk.turn(words).await,
        };
        match done {
            // A person reads the error and continues; a script must not.
            Err(error) if talk.input.is_terminal() => print_line(&causes(&error)),
            done => done?,
        }
    }
    Ok(())
}

impl Talk {
    /// Shows the stored conversation.
    async fn history(&self) -> anyhow::Result<()> {
        let path = format!("/api/v1/conversations/{}", self.conversation);
        let url = self.api.join(&path)?;
        let request = self
            .parts
            .http
            .get(url.clone())
            .bearer_auth(self.token.expose());
        let answer = request
            .send()
            .await
            .with_context(|| format!("{url} does not respond"))?;
        if answer.status() == reqwest::StatusCode::NOT_FOUND {
            print_line("No messages yet.");
            return Ok(());
        }
        refuse_unauthorized(answer.status())?;
        let kept: Conversation = answer.error_for_status()?.json().await?;
        let mut out = std::io::stdout();
        for message in &kept.messages {
            let lead = if message.role == "user" { "> " } else { "" };
            for part in message.parts.as_array().into_iter().flatten() {
                let field = |path: &str| part.pointer(path).and_then(Value::as_str);
                match field("/type") {
                    Some("text") => {
                        writeln!(
                            out,
                            "{lead}{}",
                            text::clean(field("/text").unwrap_or_default())
                        )?;
                    }
                    Some("dynamic-tool") => {
                        writeln!(
                            out,
                            "[{}]",
                            text::clean(field("/toolName").unwrap_or_default())
                        )?;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Sends a message, and prompts for answers to questions, until the reply is complete.
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
                print_line(&format!(
                    "{}\n  {} {}",
                    question.reason, question.tool, question.input
                ));
                let approved = self.input.confirm("Proceed? [y/N] ")?;
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

    /// Sends a request and prints its stream; returns the message's id and its questions.
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
                format!(
                    "{} does not respond; is `taskwire serve` running?",
                    self.url
                )
            })?;
        refuse_unauthorized(answer.status())?;
        if !answer.status().is_success() {
            let status = answer.status();
            match answer.json::<Problem>().await {
                Ok(problem) => bail!("{} {}", problem.detail, problem.hint.unwrap_or_default()),
                Err(_) => bail!("{} responded with {status}", self.url),
            }
        }
        let mut events = answer.bytes_stream().eventsource();
        let mut reply = Reply {
            notice: std::mem::take(&mut self.notice),
            ..Reply::default()
        };
        while let Some(event) = events.next().await {
            let event = event.context("the response was interrupted")?;
            // The last one, [DONE], is not a chunk.
            if let Ok(chunk) = serde_json::from_str(&event.data) {
                reply.take(chunk)?;
            }
        }
        if let Some(error) = reply.failed.take() {
            print_line(&format!("! {}", text::clean(&error)));
        }
        self.notice = reply.notice;
        Ok((reply.message, reply.questions))
    }
}

/// The error for a token that is not accepted, with what to do about it.
fn refuse_unauthorized(status: reqwest::StatusCode) -> anyhow::Result<()> {
    if status == reqwest::StatusCode::UNAUTHORIZED {
        bail!(
            "the access token is not accepted: set TASKWIRE_TOKEN to a token that `taskwire token create` created on this server"
        );
    }
    Ok(())
}

/// A reply being received.
#[derive(Default)]
struct Reply {
    message: String,
    /// The last notice that was shown.
    notice: String,
    calls: Vec<(String, String, Value)>,
    questions: Vec<Question>,
    /// The error of a call, until the reply describes it.
    failed: Option<String>,
    cleaner: text::Cleaner,
}

impl Reply {
    fn take(&mut self, chunk: Chunk) -> anyhow::Result<()> {
        let mut out = std::io::stdout();
        match chunk {
            Chunk::Start { message_id } => self.message = message_id.unwrap_or_default(),
            Chunk::TextDelta { delta } => {
                self.failed = None;
                write!(out, "{}", self.cleaner.push(&delta))?;
                out.flush()?;
            }
            Chunk::TextEnd {} => writeln!(out, "{}", self.cleaner.finish())?,
            Chunk::ToolInputAvailable {
                tool_call_id,
                tool_name,
                input,
            } => {
                writeln!(out, "[{}]", text::clean(&tool_name))?;
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
                    reason: text::clean(
                        &reason.unwrap_or_else(|| "This needs your confirmation:".into()),
                    )
                    .into_owned(),
                });
            }
            Chunk::DataNotice { data } => {
                if let Some(text) = data.get("text").and_then(Value::as_str)
                    && text != self.notice
                {
                    writeln!(out, "({})", text::clean(text))?;
                    text.clone_into(&mut self.notice);
                }
            }
            Chunk::ToolOutputError { error_text } => {
                self.failed = Some(error_text);
            }
            Chunk::Error { error_text } => bail!("{}", text::clean(&error_text)),
            Chunk::Other => {}
        }
        Ok(())
    }
}
