//! Reads a person's input: with line editing and a history in a terminal, line by line from a pipe.

use std::fs::OpenOptions;
use std::io::{BufRead, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use rustyline::error::ReadlineError;
use rustyline::{Config, DefaultEditor};

use crate::logging::print_line;

/// Maximum number of lines in the history.
const HISTORY_MAX: usize = 1000;

/// The source of lines.
pub(super) enum Input {
    Terminal {
        editor: Box<DefaultEditor>,
        history: Option<PathBuf>,
    },
    Pipe,
}

impl Input {
    /// The terminal, if there is one. `history` is the file of earlier lines; an unreadable one is
    /// ignored.
    pub(super) fn open(history: Option<PathBuf>) -> anyhow::Result<Self> {
        if !std::io::stdin().is_terminal() {
            return Ok(Self::Pipe);
        }
        let config = Config::builder()
            .max_history_size(HISTORY_MAX)?
            .history_ignore_space(true)
            .build();
        let mut editor = DefaultEditor::with_config(config)?;
        // Only the owner may read the history.
        let history = history.filter(|path| {
            let mut options = OpenOptions::new();
            options
                .create(true)
                .append(true)
                .mode(0o600)
                .open(path)
                .is_ok()
        });
        if let Some(path) = &history {
            drop(editor.load_history(path));
        }
        Ok(Self::Terminal {
            editor: Box::new(editor),
            history,
        })
    }

    pub(super) fn is_terminal(&self) -> bool {
        matches!(self, Self::Terminal { .. })
    }

    /// Reads a message; `None` at the end of input. Ctrl-C discards the line and prompts again.
    pub(super) fn line(&mut self) -> anyhow::Result<Option<String>> {
        loop {
            match self.read("> ")? {
                Read::Line(line) => {
                    if let Self::Terminal { editor, history } = self {
                        editor.add_history_entry(line.as_str())?;
                        if let Some(path) = history {
                            // A full disk must not end the session.
                            drop(editor.save_history(path));
                        }
                    }
                    return Ok(Some(line));
                }
                Read::Interrupted => {}
                Read::End => return Ok(None),
            }
        }
    }

    /// Asks until the answer is yes or no; an empty line and the end of input are a no.
    pub(super) fn confirm(&mut self, question: &str) -> anyhow::Result<bool> {
        loop {
            if !self.is_terminal() {
                let mut out = std::io::stdout();
                write!(out, "{question}")?;
                out.flush()?;
            }
            match self.read(question)? {
                Read::Line(line) if line.trim().is_empty() => return Ok(false),
                Read::Line(line) => {
                    if let Some(is_yes) = taskwire_chat::decision(&line) {
                        return Ok(is_yes);
                    }
                    print_line("The question is still waiting: answer yes or no.");
                }
                Read::Interrupted | Read::End => return Ok(false),
            }
        }
    }

    fn read(&mut self, prompt: &str) -> anyhow::Result<Read> {
        match self {
            Self::Terminal { editor, .. } => match editor.readline(prompt) {
                Ok(line) => Ok(Read::Line(line)),
                Err(ReadlineError::Interrupted) => Ok(Read::Interrupted),
                Err(ReadlineError::Eof) => Ok(Read::End),
                Err(error) => Err(error.into()),
            },
            Self::Pipe => {
                let mut line = String::new();
                Ok(match std::io::stdin().lock().read_line(&mut line)? {
                    0 => Read::End,
                    _ => Read::Line(line.trim_end().to_owned()),
                })
            }
        }
    }
}

/// The result of reading a line.
enum Read {
    Line(String),
    Interrupted,
    End,
}
