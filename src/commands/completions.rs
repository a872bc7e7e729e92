//! Completion scripts for shells.

use clap::{Args, Command};
use clap_complete::Shell;

#[derive(Args)]
pub(crate) struct Options {
    /// Shell; for bash: source <(taskwire completions bash)
    shell: Shell,
}

pub(crate) fn run(options: &Options, mut command: Command) {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, name, &mut script);
    crate::logging::print_line(String::from_utf8_lossy(&script).trim_end());
}
