//! The `taskwire` binary: reads the configuration, wires the parts together, and nothing else.

mod commands;
mod data;
mod defaults;
mod listen;
mod logging;
mod settings;
mod wiring;

use std::process::ExitCode;

fn main() -> ExitCode {
    match run(commands::Cli::read()) {
        Ok(code) => code,
        Err(error) => {
            // `{:#}` prints the whole chain of causes on one line.
            logging::say_error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: commands::Cli) -> anyhow::Result<ExitCode> {
    let settings = cli.settings.with_file()?;
    logging::start(&settings)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(commands::run(cli.command, settings))
}
