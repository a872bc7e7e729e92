//! The `taskwire` binary: reads the configuration and wires the parts together.

mod commands;
mod data;
mod defaults;
mod listen;
mod logging;
mod settings;
mod wiring;

use std::process::ExitCode;

fn main() -> ExitCode {
    match commands::Cli::read().and_then(commands::Cli::run) {
        Ok(code) => code,
        Err(error) => {
            logging::print_error(&logging::causes(&error));
            ExitCode::FAILURE
        }
    }
}
