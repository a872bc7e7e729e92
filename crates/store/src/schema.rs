//! Compares the schema of a database with the migrations that a program has.
//!
//! Versions run side by side during a rolling update, and a version may be rolled back after a newer one has migrated. So
//! a migration either only adds, and what the versions before need stays, or it also removes something, and then it says
//! in the database which migration is the oldest whose versions still work.

use sqlx::FromRow;
use sqlx::migrate::Migration;

/// The schema of a database compared with this program's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Schema {
    /// It is the same.
    Current,
    /// There is none.
    Empty,
    /// Migrations have yet to run.
    Older,
    /// A newer version has migrated it, in a way that this one can work with.
    Newer(NewerSchema),
    /// A newer version has migrated it, and this one no longer works with it.
    TooNew(NewerSchema),
    /// The migration of this number is missing, or is another one than the one that this program has.
    Different(i64),
}

/// What a newer version has left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewerSchema {
    /// The newest migration that was run.
    pub migration: i64,
    /// The oldest migration whose versions work with the schema.
    pub oldest: i64,
    /// The newest migration of this program.
    pub known: i64,
    /// The version of Taskwire that migrated last.
    pub version: Option<String>,
}

/// A row of the driver's list of migrations.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) checksum: Vec<u8>,
}

impl Schema {
    /// Compares what was run with what is known, which is in order. Of a newer schema it is not yet known with which
    /// versions it works.
    pub(crate) fn of(applied: &[Applied], known: &[Migration]) -> Self {
        let Some(migration) = applied.iter().map(|applied| applied.version).max() else {
            return Self::Empty;
        };
        let newest = known.last().map_or(0, |migration| migration.version);
        let find = |number: i64| known.iter().find(|migration| migration.version == number);
        for row in applied.iter().filter(|row| row.version <= newest) {
            if find(row.version).is_none_or(|migration| *migration.checksum != *row.checksum) {
                return Self::Different(row.version);
            }
        }
        let is_missing =
            |migration: &&Migration| applied.iter().all(|row| row.version != migration.version);
        match known.iter().find(is_missing) {
            // Migrations run in order, so another line of versions has left this one out.
            Some(missing) if migration > missing.version => Self::Different(missing.version),
            Some(_) => Self::Older,
            None if migration == newest => Self::Current,
            None => Self::Newer(NewerSchema {
                migration,
                oldest: 0,
                known: newest,
                version: None,
            }),
        }
    }

    /// Why this program cannot work with it, and the remedy; none if it can. The text follows the name of the database.
    pub fn problem(&self) -> Option<String> {
        match self {
            Self::Current | Self::Newer(_) => None,
            Self::Empty => Some("has no schema yet; run `taskwire migrate`".into()),
            Self::Older => Some("has an older schema; run `taskwire migrate`".into()),
            Self::TooNew(newer) => Some(newer.problem()),
            Self::Different(number) => Some(format!(
                "was migrated by another version of Taskwire, whose migration {number} is not the one of this version; use that version"
            )),
        }
    }
}

impl NewerSchema {
    fn problem(&self) -> String {
        let Self {
            migration,
            oldest,
            known,
            version,
        } = self;
        let (by, which) = match version {
            Some(version) => (
                format!(", by Taskwire {version}"),
                format!("Taskwire {version} or newer"),
            ),
            None => (
                String::new(),
                format!("a version that has migration {oldest}"),
            ),
        };
        format!(
            "was migrated by a newer version of Taskwire (migration {migration}{by}); it works with versions from migration {oldest} on, and this one ends at {known}. Use {which}, or restore the backup from before the upgrade"
        )
    }
}

#[cfg(test)]
mod tests;
