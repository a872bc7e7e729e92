//! Manual pages.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command};

use crate::logging::print_line;

#[derive(Args)]
pub(crate) struct Options {
    /// Folder for the pages, one per command, such as ~/.local/share/man/man1
    folder: PathBuf,
}

pub(crate) fn run(options: &Options, command: Command) -> anyhow::Result<()> {
    let folder = &options.folder;
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .with_context(|| format!("cannot write manual pages to {}", folder.display()))?;
    print_line(&format!(
        "Manual pages are in {}; `man -l {}` shows the first.",
        folder.display(),
        folder.join("taskwire.1").display()
    ));
    Ok(())
}
