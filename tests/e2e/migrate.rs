//! Migrating, and what a process does about a schema that is not its own.

use std::path::Path;
use std::process::Stdio;

use taskwire_testkit::{Kind, TestDb};
use tempfile::TempDir;

use crate::support::deployment::{PROGRAM, Ran, clean, run};

/// Gives a process the migrations of a later version.
pub(crate) const LATER: &str = "TASKWIRE_TEST_LATER_MIGRATIONS";

/// The migrations of a later version, the same for both databases.
pub(crate) fn later(migrations: &[(i64, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for kind in ["sqlite", "postgres"] {
        let folder = folder.path().join(kind);
        std::fs::create_dir(&folder).unwrap();
        for (number, text) in migrations {
            std::fs::write(folder.join(format!("{number}_later.sql")), text).unwrap();
        }
    }
    folder
}

/// A migration that only adds.
const EXPAND: (i64, &str) = (
    9001,
    "ALTER TABLE tags ADD COLUMN icon TEXT; CREATE TABLE later (id BIGINT NOT NULL PRIMARY KEY);",
);

/// A migration that only versions with the one before work with.
const CONTRACT: (i64, &str) = (
    9002,
    "DROP TABLE later;
    INSERT INTO meta (name, value) VALUES ('oldest_compatible_migration', '9001')
        ON CONFLICT (name) DO UPDATE SET value = excluded.value;",
);

struct Installation {
    db: TestDb,
    folder: TempDir,
}

impl Installation {
    fn new(kind: Kind) -> Self {
        Self {
            db: TestDb::create(kind),
            folder: TempDir::new().unwrap(),
        }
    }

    fn args<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        let folder = self.folder.path().to_str().unwrap();
        let rest = ["--data-dir", folder, "--database-url", &self.db.address];
        [args, &rest].concat()
    }

    fn run(&self, args: &[&str]) -> Ran {
        run(&self.args(args), &[])
    }

    /// Runs a command of a later version.
    fn run_later(&self, args: &[&str], migrations: &Path) -> Ran {
        let migrations = migrations.to_str().unwrap();
        run(&self.args(args), &[(LATER, migrations)])
    }
}

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

#[test]
fn a_server_may_leave_the_schema_to_somebody_else() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::new(kind);
        let api = ["api", "--listen", "127.0.0.1:0", "--no-migrate"];
        let refused = installation.run(&api).failed();
        assert!(refused.contains("`taskwire migrate`"), "{refused}");
        if let Some(path) = installation.db.address.strip_prefix("sqlite://") {
            assert!(!Path::new(path).exists());
        }
        let printed = installation.run(&["migrate"]).ok();
        assert!(printed.contains("0001 foundation ("), "{printed}");
        assert!(printed.contains("has been created"), "{printed}");
        // A later version that does not migrate either.
        let next = later(&[EXPAND]);
        let args = installation.args(&SERVE);
        let migrations = next.path().to_str().unwrap();
        let refused = run(&args, &[(LATER, migrations), ("TASKWIRE_NO_MIGRATE", "1")]).failed();
        assert!(
            refused.contains("has an older schema; run `taskwire migrate`"),
            "{refused}"
        );
        let printed = installation.run(&["migrate"]).ok();
        assert!(printed.contains("is up to date"), "{printed}");
    }
}

#[test]
fn a_schema_that_is_too_new_is_not_touched() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::new(kind);
        installation.run(&["migrate"]).ok();
        let (next, last) = (later(&[EXPAND]), later(&[EXPAND, CONTRACT]));
        let printed = installation.run_later(&["migrate"], next.path()).ok();
        assert!(printed.contains("9001 later ("), "{printed}");
        assert!(printed.contains("has been migrated"), "{printed}");
        let printed = installation.run(&["migrate"]).ok();
        assert!(
            printed.contains("newer version of Taskwire (migration 9001), and this version works"),
            "{printed}"
        );
        let output = installation.run(&["doctor"]).ok();
        assert!(output.contains("ok   database"), "{output}");

        installation.run_later(&["migrate"], last.path()).ok();
        let printed = installation.run_later(&["migrate"], next.path()).ok();
        assert!(printed.contains("this version works with it"), "{printed}");
        for command in [
            &["doctor"][..],
            &["migrate"],
            &SERVE,
            &["deadletter", "list"],
        ] {
            let output = installation.run(command).failed();
            let version = env!("CARGO_PKG_VERSION");
            for part in [
                "newer version of Taskwire (migration 9002",
                "from migration 9001 on",
                &format!("Use Taskwire {version} or newer, or restore the backup"),
            ] {
                assert!(output.contains(part), "{command:?}: {output}");
            }
        }
    }
}

/// As when several pods start at once.
#[test]
fn processes_may_migrate_at_once() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::new(kind);
        let processes: Vec<_> = (0..5)
            .map(|_| {
                let mut command = std::process::Command::new(PROGRAM);
                clean(&mut command);
                let args = installation.args(&["migrate"]);
                let streams = command.stdout(Stdio::piped()).stderr(Stdio::piped());
                streams.args(args).spawn().unwrap()
            })
            .collect();
        let mut lines = Vec::new();
        for process in processes {
            let output = process.wait_with_output().unwrap();
            assert!(output.status.success(), "{output:?}");
            let text = String::from_utf8(output.stdout).unwrap();
            let run = text.lines().filter(|line| line.starts_with("00"));
            lines.extend(run.map(|line| line[..4].to_owned()));
        }
        lines.sort();
        let mut once = lines.clone();
        once.dedup();
        assert_eq!(lines, once, "a migration ran twice");
        assert!(lines.len() > 7, "{lines:?}");
    }
}
