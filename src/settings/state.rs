//! The place of the state of running chat turns.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use taskwire_chat::{Timings, TurnState};
use taskwire_messaging::dapr::StateComponent;

use super::SidecarOptions;

/// The place of the state of running turns.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum State {
    /// In this process, which must be the only one that serves the chat
    #[default]
    Memory,
    /// In a state store behind the Dapr sidecar, which several processes share
    Dapr,
}

/// The place of the state of running turns.
#[derive(Args, Clone)]
pub(crate) struct StateOptions {
    /// Where the state of running chat turns is kept
    #[arg(
        long,
        env = "TASKWIRE_STATE",
        value_name = "STATE",
        default_value = "memory"
    )]
    state: State,
    /// Dapr state store component that several chat processes share
    #[arg(
        long,
        env = "TASKWIRE_STATE_STORE",
        value_name = "NAME",
        default_value = "taskstate"
    )]
    state_store: String,
}

impl StateOptions {
    /// The component that keeps the state of running turns, if one does.
    pub(crate) fn store(&self) -> Option<&str> {
        (self.state == State::Dapr).then_some(&*self.state_store)
    }

    /// The state of running turns.
    pub(crate) fn turn_state(
        &self,
        sidecar: &SidecarOptions,
        http: reqwest::Client,
    ) -> anyhow::Result<TurnState> {
        Ok(match self.state {
            State::Memory => TurnState::Memory,
            State::Dapr => TurnState::Shared {
                store: Arc::new(StateComponent::new(
                    sidecar.sidecar(http)?,
                    &self.state_store,
                )),
                timings: Timings::default(),
            },
        })
    }
}
