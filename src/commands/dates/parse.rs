//! `taskwire dates parse`: what a line means.

use std::process::ExitCode;

use clap::Args;

#[derive(Args)]
pub(crate) struct Options {
    /// Read a request a line from standard input and answer a line each
    #[arg(long)]
    jsonl: bool,
}

pub(super) fn run(_options: &Options) -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
