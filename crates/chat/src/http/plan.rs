//! The plan of a turn.

use std::sync::Arc;

use taskwire_domain::contract::StoredMessage;

use crate::chat::Chat;
use crate::history::ModelTranscript;
use crate::part;
use crate::record::{Mode, Progress, Record, is_interrupted};
use crate::run::Run;
use crate::turn::{Cause, PendingCalls, State, Turn};
use crate::ui_message::UiMessage;

use super::auth::Caller;

/// The work of a turn, and the message it writes.
pub(super) struct TurnPlan {
    pub(super) cause: Cause,
    pub(super) message: String,
    /// The conversation up to and including the person's newest message.
    pub(super) before: Vec<StoredMessage>,
    /// The answer to continue.
    pub(super) old: Option<StoredMessage>,
    /// The answer to replace; its changes are kept.
    pub(super) is_regeneration: bool,
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
            is_regeneration: false,
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
            ui: UiMessage::new(Arc::clone(run), old.map(part::read).unwrap_or_default()),
            transcript: ModelTranscript::read(old.and_then(|old| old.model.as_ref())),
            record: Record {
                progress: Progress::Running,
                ..old.map(Record::of).unwrap_or_default()
            },
            cancel: run.cancel.clone(),
            lease: run.lease.clone(),
            state: State::new(old.is_some_and(is_interrupted), self.is_regeneration),
        };
        (self.cause, turn)
    }
}

/// The pending questions of a command in this message; a model's questions can only be answered by clicks.
pub(super) fn pending_calls(message: &StoredMessage) -> Option<PendingCalls> {
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
    (!calls.is_empty()).then_some(PendingCalls {
        calls,
        undoes: record.undoes,
    })
}
