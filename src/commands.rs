//! The commands.

mod api;
mod backup;
mod chat;
mod completions;
mod consumer;
mod dates;
mod deadletter;
mod doctor;
mod healthcheck;
mod man;
mod mcp;
mod migrate;
mod notify;
mod relay;
mod serve;
mod talk;
mod token;
mod topics;
mod without_effect;

use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::{Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use taskwire_telemetry::Traces;

use crate::logging;
use crate::settings::{
    Installation, References, Tracing, each_argument, file, without_empty_variables,
};
use crate::wiring::Parts;

/// A task server for AI chat: REST, MCP, a chatbot and a web page over the same tasks.
///
/// `taskwire serve` runs everything in one process on a file in the data folder, and needs nothing else. Every option
/// that names a variable can also be set in the environment or in taskwire.toml; flags override the environment, and
/// the environment overrides the file.
#[derive(Parser)]
#[command(name = "taskwire", version = env!("TASKWIRE_VERSION"), max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Subcommand)]
enum Subcommands {
    /// Run everything in one process and print a sign-in link for the page
    Serve(Server<serve::Options>),
    /// Run the REST API and the page
    Api(Server<api::Options>),
    /// Run the MCP server: over HTTP at /mcp, or for one client over standard input and output
    Mcp(Server<mcp::Options>),
    /// Run the chat
    Chat(Server<chat::Options>),
    /// Run an event consumer
    Consumer(Server<consumer::Options>),
    /// Publish events to a broker through a Dapr sidecar
    Relay(Server<relay::Options>),
    /// Create the database or migrate it to the current schema
    Migrate(With<migrate::Options>),
    /// Copy an SQLite database while a server uses it
    Backup(With<backup::Options>),
    /// Create, list and revoke tokens; print sign-in links; set passwords
    Token(With<token::Options>),
    /// List, show, replay and discard events that a consumer could not handle
    Deadletter(With<deadletter::Options>),
    /// List the channels over which reminders are sent, and send a test message
    Notify(With<notify::Options>),
    /// Chat in this terminal
    Talk(With<talk::Options>),
    /// Check configuration and connectivity
    Doctor(With<doctor::Options>),
    /// Check whether a running server is alive; for container probes
    Healthcheck(With<healthcheck::Options>),
    /// Explain dates and rules, and list the next dates
    Dates(dates::Options),
    /// List the topics that a broker needs, and the commands that create them
    Topics(topics::Options),
    /// Print a script that completes commands and options in a shell
    Completions(completions::Options),
    /// Write manual pages
    Man(man::Options),
}

/// The options of a command that works on an installation.
#[derive(Args)]
struct With<O: Args> {
    #[command(flatten)]
    own: O,
    #[command(flatten)]
    installation: Installation,
}

/// The options of a command that runs a server on an installation.
#[derive(Args)]
struct Server<O: Args> {
    #[command(flatten)]
    own: O,
    #[command(flatten)]
    tracing: Tracing,
    #[command(flatten)]
    installation: Installation,
}

impl Cli {
    /// The commands and their options.
    fn commands() -> Command {
        without_empty_variables(Self::command())
    }

    /// Reads the command line, the environment and the configuration file, or prints what is wrong and ends the
    /// process. References to secrets are resolved first, so that every value is checked alike.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let references = References::default();
        let arguments = references.in_arguments(std::env::args_os())?;
        let name = arguments.get(1).and_then(|name| name.to_str());
        let commands = name.map_or_else(
            || Ok(Self::commands()),
            |name| references.in_environment(Self::commands(), name),
        )?;
        let parse = |commands: Command| {
            commands
                .try_get_matches_from(&arguments)
                .and_then(|matches| Ok((Self::from_arg_matches(&matches)?, matches)))
        };
        let (cli, matches) = match parse(commands.clone()) {
            Ok(parsed) => parsed,
            Err(error) if references.is_used() && error.use_stderr() => {
                bail!("{}", references.redact(&cause(&error)))
            }
            Err(error) => error.exit(),
        };
        let Some(installation) = cli.command.installation() else {
            return Ok(cli);
        };
        let (cli, matches) = match file::read(installation, &Self::command(), &references)? {
            None => (cli, matches),
            Some(file) => parse(each_argument(commands, &|arg| file.default_of(arg)))
                // The command line alone was valid.
                .map_err(|error| {
                    let cause = references.redact(&cause(&error));
                    anyhow!("cannot use {}: {cause}", file.path.display())
                })?,
        };
        without_effect::refuse(&matches)?;
        Ok(cli)
    }

    /// Runs the command.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let traces = match self.command.traces()? {
            Some(settings) => Some(Traces::start(settings, runtime.handle().clone())?),
            None => None,
        };
        if let Some(installation) = self.command.installation() {
            logging::start(installation, traces.as_ref())?;
        }
        let result = runtime.block_on(self.command.run());
        if let Some(traces) = traces {
            traces.shutdown();
        }
        result
    }
}

impl Subcommands {
    /// The options that all commands share except those without an installation.
    fn installation(&self) -> Option<&Installation> {
        Some(match self {
            Self::Serve(with) => &with.installation,
            Self::Api(with) => &with.installation,
            Self::Mcp(with) => &with.installation,
            Self::Chat(with) => &with.installation,
            Self::Consumer(with) => &with.installation,
            Self::Relay(with) => &with.installation,
            Self::Migrate(with) => &with.installation,
            Self::Backup(with) => &with.installation,
            Self::Token(with) => &with.installation,
            Self::Deadletter(with) => &with.installation,
            Self::Notify(with) => &with.installation,
            Self::Talk(with) => &with.installation,
            Self::Doctor(with) => &with.installation,
            Self::Healthcheck(with) => &with.installation,
            Self::Dates(_) | Self::Topics(_) | Self::Completions(_) | Self::Man(_) => return None,
        })
    }

    /// The tracing settings of the command, if tracing is configured.
    fn traces(&self) -> anyhow::Result<Option<taskwire_telemetry::Settings>> {
        match self {
            Self::Serve(server) => server.tracing.settings("taskwire"),
            Self::Api(server) => server.tracing.settings("taskwire-api"),
            Self::Mcp(server) => server.tracing.settings("taskwire-mcp"),
            Self::Chat(server) => server.tracing.settings("taskwire-chat"),
            Self::Consumer(server) => server.tracing.settings(server.own.service_name()),
            Self::Relay(server) => server.tracing.settings("taskwire-relay"),
            _ => Ok(None),
        }
    }

    async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Serve(with) => serve::run(Parts::new(with.installation)?, with.own).await?,
            Self::Api(with) => api::run(Parts::new(with.installation)?, with.own).await?,
            Self::Mcp(with) => mcp::run(Parts::new(with.installation)?, with.own).await?,
            Self::Chat(with) => chat::run(Parts::new(with.installation)?, with.own).await?,
            Self::Consumer(with) => consumer::run(Parts::new(with.installation)?, with.own).await?,
            Self::Relay(with) => relay::run(Parts::new(with.installation)?, with.own).await?,
            Self::Migrate(with) => migrate::run(Parts::new(with.installation)?, with.own).await?,
            Self::Backup(with) => backup::run(Parts::new(with.installation)?, with.own).await?,
            Self::Token(with) => token::run(Parts::new(with.installation)?, with.own).await?,
            Self::Deadletter(with) => {
                deadletter::run(Parts::new(with.installation)?, with.own).await?;
            }
            Self::Notify(with) => notify::run(Parts::new(with.installation)?, with.own).await?,
            Self::Talk(with) => talk::run(Parts::new(with.installation)?, with.own).await?,
            Self::Doctor(with) => {
                return doctor::run(Parts::new(with.installation)?, with.own).await;
            }
            Self::Healthcheck(with) => {
                return healthcheck::run(Parts::new(with.installation)?, with.own).await;
            }
            Self::Dates(options) => return dates::run(&options),
            Self::Topics(options) => topics::run(&options),
            Self::Completions(options) => completions::run(&options, Cli::command()),
            Self::Man(options) => man::run(&options, Cli::command())?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Clap's message about a value, without the usage, which is about the command line.
fn cause(error: &clap::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    text.split("\n\nUsage:")
        .next()
        .and_then(|text| text.split("\n\nFor more").next())
        .unwrap_or(text)
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests;
