//! A turn before it runs.

use std::sync::Arc;

use taskwire_domain::contract::StoredMessage;

use crate::chat::Chat;
use crate::history::Ledger;
use crate::page::Page;
use crate::part;
use crate::record::{Mode, Progress, Record, is_interrupted};
use crate::run::Run;
use crate::turn::{Cause, State, Turn, Waiting};

use super::auth::Caller;

/// What will be done, and to which message.
pub(super) struct TurnPlan {
    pub(super) cause: Cause,
    pub(super) message: String,
    /// The conversation up to and with the person's newest message.
    pub(super) before: Vec<StoredMessage>,
    /// An answer that is continued.
    pub(super) old: Option<StoredMessage>,
    /// The continued answer is written anew; its changes stand.
    pub(super) is_recall: bool,
}

impl TurnPlan {
    /// Closes an interrupted answer and does nothing else. `approvals` are those whose answers the reader has sent.
    pub(super) fn close(
        before: Vec<StoredMessage>,
        old: StoredMessage,
        approvals: Vec<String>,
    ) -> Self {
        Self {
            cause: Cause::Close(approvals),
            message: old.id.clone(),
            before,
            old: Some(old),
            is_recall: false,
        }
    }

    pub(super) fn turn(
        self,
        chat: &Chat,
        caller: &Caller,
        conversation: &str,
        run: &Arc<Run>,
    ) -> (Cause, Turn) {
        let old = self.old.as_ref();
        let turn = Turn {
            chat: Arc::clone(&chat.inner),
            client: caller.client.clone(),
            token: caller.token.clone(),
            zone: caller.zone.clone(),
            conversation: conversation.to_owned(),
            message: self.message,
            before: self.before,
            page: Page::new(Arc::clone(run), old.map(part::read).unwrap_or_default()),
            ledger: Ledger::read(old.and_then(|old| old.model.as_ref())),
            record: Record {
                progress: Progress::Running,
                ..old.map(Record::of).unwrap_or_default()
            },
            cancel: run.cancel.clone(),
            state: State::new(old.is_some_and(is_interrupted), self.is_recall),
        };
        (self.cause, turn)
    }
}

/// The questions of a command that wait in this message; a model's questions are answered by clicks or left.
pub(super) fn waiting_calls(message: &StoredMessage) -> Option<Waiting> {
    let record = Record::of(message);
    if message.role != "assistant" || record.mode != Mode::Command {
        return None;
    }
    let parts = part::read(message);
    let calls = part::tools(&parts).filter_map(|tool| {
        let reason = tool.requested_approval()?.request_reason.clone()?;
        Some((tool.call(), reason))
    });
    let calls: Vec<_> = calls.collect();
    (!calls.is_empty()).then_some(Waiting {
        calls,
        undoes: record.undoes,
    })
}
