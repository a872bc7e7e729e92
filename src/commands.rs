//! The commands.

mod api;
mod chat;
mod consumer;
mod dates;
mod doctor;
mod healthcheck;
mod mcp;
mod migrate;
mod serve;
mod talk;
mod token;

use std::process::ExitCode;

use clap::builder::{OsStr, Resettable};
use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::settings::Settings;
use crate::wiring::Parts;

/// A task server for AI chat: REST, MCP, a chatbot and a web page over the same tasks.
///
/// `taskwire serve` runs everything in one process on a file in the data folder, and needs nothing else. Every option
/// can also be set in the environment or in taskwire.toml; flags override the environment, and the environment
/// overrides the file.
#[derive(Parser)]
#[command(name = "taskwire", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) settings: Settings,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Reads the command line and the environment, or prints what is wrong and ends the process. An empty variable
    /// counts as one that is not set, which is how containers and unit files leave one out.
    pub(crate) fn read() -> Self {
        let is_empty = |arg: &Arg| {
            let value = arg.get_env().and_then(std::env::var_os);
            value.is_some_and(|value| value.is_empty())
        };
        let command = Self::command().mut_args(|arg| {
            if is_empty(&arg) {
                arg.env(Resettable::<OsStr>::Reset)
            } else {
                arg
            }
        });
        Self::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run everything in one process and print a sign-in link for the page
    Serve,
    /// Run the REST API and the page
    Api,
    /// Run the MCP server: over HTTP at /mcp, or for one client over standard input and output
    Mcp(mcp::Options),
    /// Run the chat
    Chat,
    /// Run an event consumer
    Consumer(consumer::Options),
    /// Migrate the database to the current schema
    Migrate,
    /// Create, list and revoke tokens; print sign-in links; set passwords
    Token(token::Options),
    /// Chat in this terminal
    Talk(talk::Options),
    /// Check configuration and connectivity
    Doctor,
    /// Explain dates and rules, and list the next dates
    Dates(dates::Options),
    /// Check whether a running server is alive; for container probes
    Healthcheck,
}

/// Runs a command.
pub(crate) async fn run(command: Command, settings: Settings) -> anyhow::Result<ExitCode> {
    if let Command::Dates(options) = &command {
        return dates::run(options);
    }
    let parts = Parts::new(settings)?;
    match command {
        Command::Serve => serve::run(parts).await?,
        Command::Api => api::run(parts).await?,
        Command::Mcp(options) => mcp::run(parts, options).await?,
        Command::Chat => chat::run(parts).await?,
        Command::Consumer(options) => consumer::run(parts, options).await?,
        Command::Migrate => migrate::run(parts).await?,
        Command::Token(options) => token::run(parts, options).await?,
        Command::Talk(options) => talk::run(parts, options).await?,
        Command::Doctor => return doctor::run(parts).await,
        Command::Dates(options) => return dates::run(&options),
        Command::Healthcheck => return healthcheck::run(parts).await,
    }
    Ok(ExitCode::SUCCESS)
}
