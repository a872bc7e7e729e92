//! The files and the logging of this installation.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use url::Url;

use crate::data;

/// Options of every command that runs or reaches a server.
#[derive(Args, Clone)]
pub(crate) struct Installation {
    /// Folder for the database, the token and the configuration file [default: ~/.local/share/taskwire]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_DATA_DIR",
        value_name = "FOLDER",
        help_heading = HEADING
    )]
    data_dir: Option<PathBuf>,
    /// Configuration file in TOML; its keys are the long names of options [default: taskwire.toml in the data folder]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_CONFIG",
        value_name = "FILE",
        help_heading = HEADING
    )]
    config: Option<PathBuf>,
    /// Log level or filter: error, warn, info, debug, or for example taskwire_api=debug [default: info]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_LOG",
        value_name = "FILTER",
        help_heading = HEADING
    )]
    pub(crate) log: Option<String>,
}

/// The heading of these options in the help.
const HEADING: &str = "Common options";

impl Installation {
    /// The options that select these files, where they are not the default ones.
    pub(crate) fn selected(&self) -> anyhow::Result<Vec<String>> {
        let mut options = Vec::new();
        for (name, path) in [("--data-dir", &self.data_dir), ("--config", &self.config)] {
            if let Some(path) = path {
                let path = std::path::absolute(path)?;
                options.extend([name.to_owned(), path.display().to_string()]);
            }
        }
        Ok(options)
    }

    /// The data folder.
    pub(crate) fn data_dir(&self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = &self.data_dir {
            return Ok(folder.clone());
        }
        let home = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        home("XDG_DATA_HOME")
            .or_else(|| home("HOME").map(|home| home.join(".local/share")))
            .map(|folder| folder.join("taskwire"))
            .context("no home folder found for the data; set one with --data-dir")
    }

    /// The configuration file, and whether it was named explicitly and so must exist.
    pub(super) fn config(&self) -> anyhow::Result<(PathBuf, bool)> {
        match &self.config {
            Some(path) => Ok((path.clone(), true)),
            None => Ok((self.data_dir()?.join("taskwire.toml"), false)),
        }
    }

    /// The address of the server that uses the data folder, if one is running.
    pub(crate) fn running_address(&self) -> Option<Url> {
        let folder = self.data_dir().ok()?;
        Url::parse(&format!("http://{}", data::running_address(&folder)?)).ok()
    }
}
