//! Settings of the database.

use clap::Args;

use super::Installation;

#[derive(Args, Clone)]
pub(crate) struct Database {
    /// Database: postgres://user:password@host/name, or the path of an SQLite file [default: taskwire.db in the data
    /// folder]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) database_url: Option<String>,
    /// Maximum number of database connections [default: 8]
    #[arg(
        long,
        global = true,
        env = "TASKWIRE_DATABASE_CONNECTIONS",
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=1000)
    )]
    pub(crate) database_connections: Option<u32>,
}

impl Database {
    /// The address of the database, or the path of its file.
    pub(crate) fn address(&self, installation: &Installation) -> anyhow::Result<String> {
        match &self.database_url {
            Some(address) => Ok(address.clone()),
            None => Ok(installation
                .data_dir()?
                .join("taskwire.db")
                .display()
                .to_string()),
        }
    }
}
