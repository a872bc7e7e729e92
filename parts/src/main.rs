//! `parts`: starts a complete installation on this machine, to try it out.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use taskwire_parts::{Broker, DatabaseChoice, Model, Plan, down, up};

/// Run Taskwire as separate processes over a broker, on this machine.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Start the broker, a database, the sidecars and every part of Taskwire, and print a sign-in link
    Up {
        /// The broker
        #[arg(long, default_value = "kafka")]
        pubsub: PubSub,
        /// The taskwire binary
        #[arg(long, value_name = "FILE")]
        program: PathBuf,
        /// Key of the chat's model; without one the chat understands simple commands
        #[arg(
            long,
            env = "GEMINI_API_KEY",
            value_name = "SECRET",
            hide_env_values = true
        )]
        model_key: Option<String>,
    },
    /// Stop what `up` started
    Down,
}

#[derive(Clone, Copy, ValueEnum)]
enum PubSub {
    Kafka,
    Redis,
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Action::Up {
            pubsub,
            program,
            model_key,
        } => {
            let broker = match pubsub {
                PubSub::Kafka => Broker::Kafka,
                PubSub::Redis => Broker::Redis,
            };
            let plan = Plan {
                has_scheduler: true,
                partitions: 12,
                model: model_key.map(|key| Model {
                    key,
                    url: None,
                    name: None,
                }),
                // How much to log, and where to send traces.
                environment: std::env::vars()
                    .filter(|(name, _)| name == "TASKWIRE_LOG" || name.starts_with("OTEL_"))
                    .collect(),
                ..Plan::new(program, broker, DatabaseChoice::Own)
            };
            let running = up(plan).await?;
            say(&format!("Taskwire: {}", running.url));
            say(&format!("Sign in:  {}", running.link));
            say(&format!("Logs:     {}", running.folder.display()));
            say(&format!("Database: {}", running.database));
            if let Some(broker) = running.broker {
                say(&format!("Broker:   {broker}"));
            }
            say("For a token: taskwire token create, with --database-url and that database.");
            say("Stop it with `make parts-down`.");
        }
        Action::Down => match down().await? {
            0 => say("Nothing was running."),
            stopped => say(&format!("Stopped {stopped} processes.")),
        },
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "parts: {error:#}");
            ExitCode::FAILURE
        }
    }
}
