//! Empty databases of both kinds, one for each test.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::SmallDisk;

/// Names the Postgres server on which tests create their databases; its user must be allowed to create them.
pub const POSTGRES: &str = "TASKWIRE_TEST_POSTGRES";

/// The kind of a [`TestDb`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A database on the server that [`POSTGRES`] names.
    Postgres,
}

/// An empty database without a schema. Dropping it removes it.
#[derive(Debug)]
pub struct TestDb {
    /// The address for `Db::connect`.
    pub address: String,
    /// The kind of the database.
    pub kind: Kind,
    /// Removes the database when dropped.
    rest: Rest,
}

#[derive(Debug)]
enum Rest {
    Folder(#[expect(dead_code, reason = "removes the folder when dropped")] TempDir),
    Disk(#[expect(dead_code, reason = "unmounts the disk when dropped")] Arc<SmallDisk>),
    Database { server: String, name: String },
}

impl TestDb {
    /// Creates an empty database.
    pub fn create(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::sqlite(),
            Kind::Postgres => Self::postgres(),
        }
    }

    /// Closes all connections to the database, like a restart of the server. No effect on SQLite.
    pub fn cut_connections(&self) {
        if let Rest::Database { server, name } = &self.rest {
            let cut = format!(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"
            );
            psql(server, &[&cut]);
        }
    }

    /// Makes the server refuse new connections, or accept them again. No effect on SQLite.
    pub fn refuse_connections(&self, is_refused: bool) {
        if let Rest::Database { server, name } = &self.rest {
            let allow = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {}", !is_refused);
            psql(server, &[&allow]);
        }
    }

    /// An SQLite file on a small disk.
    pub fn on_disk(disk: &Arc<SmallDisk>) -> Self {
        Self {
            address: format!("sqlite://{}", disk.path().join("taskwire.db").display()),
            kind: Kind::Sqlite,
            rest: Rest::Disk(Arc::clone(disk)),
        }
    }

    fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("taskwire.db");
        Self {
            address: format!("sqlite://{}", path.display()),
            kind: Kind::Sqlite,
            rest: Rest::Folder(folder),
        }
    }

    fn postgres() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(POSTGRES).unwrap_or_else(|_| {
            panic!(
                "{POSTGRES} is not set, so the half of the tests that runs on Postgres cannot run. Start a server with:\n    \
                 export {POSTGRES}=\"$(scripts/postgres.sh start)\""
            )
        });
        let made = MADE.fetch_add(1, Ordering::SeqCst);
        let name = format!("taskwire_test_{}_{made}", std::process::id());
        // A process with the same id may have been killed before it could clean up.
        psql(
            &server,
            &[&drop_database(&name), &format!("CREATE DATABASE {name}")],
        );
        Self {
            address: sibling_url(&server, &name),
            kind: Kind::Postgres,
            rest: Rest::Database { server, name },
        }
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Rest::Database { server, name } = &self.rest {
            psql(server, &[&drop_database(name)]);
        }
    }
}

fn drop_database(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

/// The address of another database on the same server.
fn sibling_url(server: &str, name: &str) -> String {
    let (address, options) = match server.split_once('?') {
        Some((address, options)) => (address, format!("?{options}")),
        None => (server, String::new()),
    };
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..]
        .find('/')
        .map_or(address.len(), |at| host + at);
    format!("{}/{name}{options}", &address[..end])
}

/// Runs statements on a Postgres server with the command-line client: a driver here would be the second crate that names
/// one.
pub fn psql(server: &str, statements: &[&str]) {
    let mut command = Command::new(client());
    command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server]);
    for statement in statements {
        command.args(["-c", statement]);
    }
    let output = command
        .env("PGOPTIONS", "-c client_min_messages=warning")
        .output()
        .expect("psql, the command-line client of Postgres, is installed");
    let printed = String::from_utf8_lossy(&output.stderr);
    // A panic while a failed test unwinds would hide the failure.
    assert!(
        output.status.success() || std::thread::panicking(),
        "psql failed at {statements:?}: {printed}"
    );
}

/// `psql` from the path, or else from Debian's folder of versions.
fn client() -> PathBuf {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    std::env::split_paths(&paths)
        .chain(versions.map(|version| version.path().join("bin")))
        .map(|folder| folder.join("psql"))
        .find(|client| client.is_file())
        .unwrap_or_else(|| "psql".into())
}

/// Creates two tests from each function with a [`TestDb`]: `name::sqlite` and `name::postgres`.
///
/// ```text
/// async fn keeps_what_is_written(db: TestDb) { … }
///
/// both_databases!(keeps_what_is_written);
/// ```
#[macro_export]
macro_rules! both_databases {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test]
            async fn sqlite() {
                super::$name($crate::TestDb::create($crate::Kind::Sqlite)).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$name($crate::TestDb::create($crate::Kind::Postgres)).await;
            }
        }
    )+};
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn is_there_until_dropped(db: TestDb) {
        match db.kind {
            Kind::Sqlite => {
                let path = PathBuf::from(db.address.strip_prefix("sqlite://").unwrap());
                std::fs::write(&path, "").unwrap();
                drop(db);
                assert!(!path.exists());
            }
            Kind::Postgres => {
                let address = db.address.clone();
                psql(
                    &address,
                    &["CREATE TABLE things (id BIGINT)", "SELECT * FROM things"],
                );
                drop(db);
                assert!(std::panic::catch_unwind(|| psql(&address, &["SELECT 1"])).is_err());
            }
        }
    }

    both_databases!(is_there_until_dropped);

    #[test]
    fn the_database_of_an_address_is_replaced() {
        for (server, expected) in [
            (
                "postgres://a:b@localhost:5432/postgres",
                "postgres://a:b@localhost:5432/new",
            ),
            ("postgres://localhost", "postgres://localhost/new"),
            (
                "postgres://localhost/?sslmode=disable",
                "postgres://localhost/new?sslmode=disable",
            ),
        ] {
            assert_eq!(sibling_url(server, "new"), expected);
        }
    }
}
