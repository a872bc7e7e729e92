//! Configuration: flags, then environment (`TASKWIRE_*`), then a file, then defaults. Each group of options is a type;
//! a command takes the groups that it uses.

mod broker;
mod database;
pub(crate) mod file;
mod installation;
mod limits;
mod model;
mod network;
mod secrets;
mod state;

pub(crate) use self::broker::{AppToken, Bus, BusOptions, SidecarOptions};
pub(crate) use self::database::Database;
pub(crate) use self::installation::Installation;
pub(crate) use self::limits::RateLimits;
pub(crate) use self::model::ModelOptions;
pub(crate) use self::network::{ApiAddress, ChatAddress, Listening, McpAddress};
pub(crate) use self::secrets::{ServiceToken, UserToken};
pub(crate) use self::state::StateOptions;
