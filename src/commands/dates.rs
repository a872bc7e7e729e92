//! `taskwire dates`: explains words and rules, for scripts and for experiments.

mod form;
mod lines;
mod next;
mod parse;

use std::process::ExitCode;

use clap::{Args, Subcommand};

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Explain a line such as "buy milk tomorrow 5pm p1 #shopping"
    ///
    /// With --jsonl each line of standard input is a request {"text","now","zone"}, where now is an instant or a
    /// date-time in the zone; zone, week_start, date_order and day_start are optional.
    Parse(parse::Options),
    /// List the dates of a rule
    ///
    /// With --jsonl each line of standard input is a request {"rrule","dtstart","limit"}, with "zone", "exdate",
    /// "rdate", "exclude", "overflow", "anchor", "catch_up", "after" and "completed_at" as options.
    Next(next::Options),
}

/// Runs the command; it needs no configuration, no server and no database.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    match &options.action {
        Action::Parse(options) => parse::run(options),
        Action::Next(options) => next::run(options),
    }
}
