//! Configuration: flags, then environment (`TASKWIRE_*`), then a file, then defaults. Each group of options is a type;
//! a command takes the groups that it uses.

use clap::{Arg, Command};

mod broker;
mod database;
pub(crate) mod file;
mod installation;
mod limits;
mod model;
mod network;
mod references;
mod retention;
mod secrets;
mod state;
mod tracing;

pub(crate) use self::broker::{AppToken, Bus, BusOptions, SidecarOptions};
pub(crate) use self::database::Database;
pub(crate) use self::installation::Installation;
pub(crate) use self::limits::RateLimits;
pub(crate) use self::model::ModelOptions;
pub(crate) use self::network::{ApiAddress, ChatAddress, Listening, McpAddress};
pub(crate) use self::references::References;
pub(crate) use self::retention::Retention;
pub(crate) use self::secrets::{ServiceToken, UserToken};
pub(crate) use self::state::StateOptions;
pub(crate) use self::tracing::Tracing;

/// The command with `change` applied to each argument, including those of subcommands.
pub(crate) fn each_argument(command: Command, change: &dyn Fn(Arg) -> Arg) -> Command {
    command
        .mut_args(change)
        .mut_subcommands(|subcommand| each_argument(subcommand, change))
}
