//! Configuration: flags, then environment (`TASKWIRE_*`), then a file, then defaults. Each group of options is a type;
//! a command takes the groups that it uses.

use clap::builder::{OsStr, Resettable};
use clap::{Arg, Command};

mod broker;
mod channels;
mod database;
pub(crate) mod file;
mod http_client;
mod installation;
mod limits;
mod mcp_mode;
mod model;
mod network;
mod oauth;
mod operations;
mod reference;
mod references;
mod retention;
mod rotation;
mod secrets;
mod sign_up;
mod state;
mod tracing;

pub(crate) use self::broker::{Bus, BusOptions, JobOptions, SidecarOptions};
pub(crate) use self::channels::ChannelOptions;
pub(crate) use self::database::{Database, Migration, redacted};
pub(crate) use self::http_client::http_client;
pub(crate) use self::installation::Installation;
pub(crate) use self::limits::RateLimits;
pub(crate) use self::mcp_mode::McpModeOption;
pub(crate) use self::model::ModelOptions;
pub(crate) use self::network::{ApiAddress, ChatAddress, Listening, McpAddress};
pub(crate) use self::oauth::{OAuthOptions, PublicUrlOption};
pub(crate) use self::operations::{AccessLogOption, InternalPort};
pub(crate) use self::references::References;
pub(crate) use self::retention::Retention;
pub(crate) use self::rotation::Secrets;
pub(crate) use self::secrets::{AppToken, ServiceToken, UserToken};
pub(crate) use self::sign_up::SignUpOption;
pub(crate) use self::state::{State, StateOptions};
pub(crate) use self::tracing::Tracing;

/// The command, where an empty variable counts as one that is not set, which is how containers and unit files leave one
/// out.
pub(crate) fn without_empty_variables(command: Command) -> Command {
    each_argument(command, &|arg| {
        let value = arg.get_env().and_then(std::env::var_os);
        if value.is_some_and(|value| value.is_empty()) {
            arg.env(Resettable::<OsStr>::Reset)
        } else {
            arg
        }
    })
}

/// The command with each argument, of its subcommands too, replaced by what `change` makes of it.
pub(crate) fn each_argument(command: Command, change: &dyn Fn(Arg) -> Arg) -> Command {
    command
        .mut_args(change)
        .mut_subcommands(|subcommand| each_argument(subcommand, change))
}
