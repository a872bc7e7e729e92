//! The chat: its configuration, its limits and its running turns.

use std::sync::Arc;
use std::time::Duration;

use taskwire_client::Client;
use taskwire_domain::{Clock, Ids};
use taskwire_telemetry::OutageLog;
use tokio_util::task::TaskTracker;

use crate::model::Model;
use crate::run::Runs;
use crate::tools::ToolServer;
use crate::turn_state::{Shared, TurnState};

/// The configuration of a chat.
#[derive(Debug)]
pub struct ChatConfig {
    /// The API; each turn uses it with the caller's own credential.
    pub client: Client,
    /// The MCP server.
    pub tools: ToolServer,
    /// The model; without one the chat follows simple commands.
    pub model: Option<Arc<dyn Model>>,
    /// The state of running turns.
    pub turn_state: TurnState,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of identifiers.
    pub ids: Arc<Ids>,
    /// The limits; the defaults suit people.
    pub limits: Limits,
}

/// The limits of a turn.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Model steps with tools in one turn; one more without tools ends it.
    pub steps: usize,
    /// How often the same call with the same arguments may occur before the turn is ended.
    pub repeats: usize,
    /// How long a turn may use tools.
    pub turn: Duration,
    /// Whole user turns sent to the model.
    pub history_turns: usize,
    /// Estimated tokens of messages sent to the model.
    pub history_tokens: usize,
    /// How long an approval can be given.
    pub approval: Duration,
    /// How long a turn without readers continues before it is cancelled.
    pub orphan_timeout: Duration,
    /// Time without data after which a comment keeps the connection alive.
    pub keep_alive: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 8,
            repeats: 3,
            turn: Duration::from_mins(5),
            history_turns: 12,
            history_tokens: 24_000,
            approval: Duration::from_mins(15),
            orphan_timeout: Duration::from_mins(1),
            keep_alive: Duration::from_secs(15),
        }
    }
}

/// The chat. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Chat {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) config: ChatConfig,
    pub(crate) runs: Runs,
    /// Turns belong to the chat, not to their requests, so that closing the page does not end them.
    pub(crate) tasks: TaskTracker,
    pub(crate) api_outages: OutageLog,
}

impl Chat {
    /// Creates a chat with this configuration.
    pub fn new(config: ChatConfig) -> Self {
        let shared = match &config.turn_state {
            TurnState::Memory => None,
            TurnState::Shared { store, timings } => Some(Shared {
                store: Arc::clone(store),
                timings: *timings,
                clock: Arc::clone(&config.clock),
                ids: Arc::clone(&config.ids),
            }),
        };
        let inner = Inner {
            config,
            runs: Runs::new(shared),
            tasks: TaskTracker::new(),
            api_outages: OutageLog::new("chat", "ask the API who calls"),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Ends all turns and waits for them: running writes finish, messages are completed and stored.
    pub async fn shutdown(&self) {
        self.inner.tasks.close();
        self.inner.runs.cancel_all();
        self.inner.tasks.wait().await;
    }
}

impl Inner {
    /// A new id for a message or an approval.
    pub(crate) fn id(&self) -> String {
        self.config
            .ids
            .uuid(self.config.clock.now())
            .simple()
            .to_string()
    }
}
