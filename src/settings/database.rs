//! Settings of the database.

use clap::Args;
use clap::builder::BoolishValueParser;
use taskwire_client::{Secret, SharedSecret};
use taskwire_store::is_path;

use super::{Installation, Secrets};

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
    /// Maximum number of database connections, besides up to 4 for searches [default: 8]
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
    /// The address of the database, or the path of its file. User and password of the address may be replaced.
    pub(crate) async fn address(
        &self,
        installation: &Installation,
        secrets: &Secrets,
    ) -> anyhow::Result<SharedSecret> {
        if let Some(address) = &self.database_url {
            return secrets.follow(address, |_| Ok(())).await;
        }
        let path = installation.data_dir()?.join("taskwire.db");
        Ok(Secret::new(path.display().to_string()).into())
    }
}

/// What a server does at its start about the schema of its database.
#[derive(Args, Clone, Copy)]
pub(crate) struct Migration {
    /// Do not migrate the database at the start; one whose schema is older is refused. Run `taskwire migrate` before
    #[arg(long, env = "TASKWIRE_NO_MIGRATE", value_parser = BoolishValueParser::new())]
    pub(crate) no_migrate: bool,
}

/// Parameters of an address that are never secret.
const SHOWN: [&str; 6] = ["sslmode", "host", "hostaddr", "port", "dbname", "user"];

/// A database address without its password, and without parameters that could be one.
pub(crate) fn redacted(address: &str) -> String {
    let Some((scheme, _)) = address.split_once("://") else {
        // A connection string of another kind, or a mistyped one, may contain the password too.
        let shown = if is_path(address) { address } else { "…" };
        return shown.to_owned();
    };
    let url = url::Url::parse(address).ok();
    let Some(mut url) = url.filter(|url| !url.cannot_be_a_base()) else {
        return format!("{scheme}://…");
    };
    if url.password().is_some() {
        let _ = url.set_password(Some("***"));
    }
    // Postgres takes the password as a parameter too.
    let parameters: Vec<_> = url.query_pairs().into_owned().collect();
    let is_shown = |name: &str| SHOWN.contains(&name);
    if parameters.iter().any(|(name, _)| !is_shown(name)) {
        let shown: Vec<_> = parameters
            .iter()
            .filter(|(name, _)| is_shown(name))
            .collect();
        if shown.is_empty() {
            url.set_query(None);
        } else {
            url.query_pairs_mut().clear().extend_pairs(shown);
        }
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (address, shown) in [
            ("data/taskwire.db", "data/taskwire.db"),
            ("postgres://ada@db/tasks", "postgres://ada@db/tasks"),
            (
                "postgres://ada:hidden@db/tasks",
                "postgres://ada:***@db/tasks",
            ),
            (
                "postgres://ada@db/tasks?sslmode=require&password=hidden",
                "postgres://ada@db/tasks?sslmode=require",
            ),
            (
                "postgres://ada@db/tasks?passwrod=hidden",
                "postgres://ada@db/tasks",
            ),
            ("postgres://ada:hid/den@db/tasks", "postgres://…"),
            ("/data/a=b@c.db", "/data/a=b@c.db"),
            ("host=db user=ada password=hidden", "…"),
            ("postgres:/ada:hidden@db/tasks", "…"),
            ("postgres//ada:hidden@db/tasks", "…"),
            (
                "jdbc:postgresql://ada:hidden@db/tasks",
                "jdbc:postgresql://…",
            ),
        ] {
            assert_eq!(redacted(address), shown);
        }
    }
}
