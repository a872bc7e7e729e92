//! Copies an SQLite database while a server uses it.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Args;
use taskwire_store::{Copied, Db, Outage, Schema};
use tempfile::{NamedTempFile, TempDir};

use crate::logging::print_line;
use crate::settings::Database;
use crate::wiring::Parts;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
    /// File for the copy; `-` writes it to standard output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let db = parts.connect(&options.database, false).await?;
    let place = parts.place(&options.database).await?;
    let Some(database) = db.file() else {
        bail!(
            "{place} is a Postgres database, which its own tools copy: pg_dump --format custom --no-owner --file FILE URL. See docs/runbooks/backup-and-restore.md"
        );
    };
    // Whichever version has migrated it.
    ensure!(
        db.schema().await? != Schema::Empty,
        "the database {place} is empty; there is nothing to copy"
    );
    let cancel = parts.cancel.clone();
    let is_output = options.file.as_os_str() == "-";
    ensure!(
        !(is_output && options.force),
        "--force has no effect: nothing is replaced on standard output"
    );
    let copying = async {
        if is_output {
            to_output(&db, &database).await
        } else {
            to_file(&db, &database, &options.file, options.force).await
        }
    };
    let Some(result) = cancel.run_until_cancelled(copying).await else {
        bail!("interrupted; there is no copy");
    };
    result?;
    db.close().await;
    Ok(())
}

/// Writes the copy under another name first, so that there is never half a copy under this one.
async fn to_file(db: &Db, database: &Path, path: &Path, force: bool) -> anyhow::Result<()> {
    if path.exists() {
        ensure!(
            path.canonicalize()? != database.canonicalize()?,
            "{} is the database itself",
            path.display()
        );
        ensure!(
            force,
            "{} exists; choose another name, or replace it with --force",
            path.display()
        );
        is_replaceable(path)?;
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let Written {
        file,
        copied: Copied { tasks },
        folder: _beside,
    } = copy_into(db, folder).await?;
    let kept = if force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    kept.map_err(|error| error.error)
        .with_context(|| format!("cannot write {}", path.display()))?;
    // The name, too.
    File::open(folder)?.sync_all()?;
    print_line(&format!("{} has {tasks} tasks.", path.display()));
    Ok(())
}

/// Endings of the names of files that SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Refuses a database that is in use, or that was not closed: its log would be applied to the copy.
fn is_replaceable(path: &Path) -> anyhow::Result<()> {
    let name = path.as_os_str().to_string_lossy();
    for ending in BESIDE {
        let beside = PathBuf::from(format!("{name}{ending}"));
        ensure!(
            !beside.exists(),
            "{name} is a database in use, or one that was not closed, because there is {}; choose another name",
            beside.display()
        );
        let of = name.strip_suffix(ending);
        ensure!(
            !of.is_some_and(|database| Path::new(database).exists()),
            "{name} belongs to a database; choose another name"
        );
    }
    Ok(())
}

/// The copy is beside the database until it is written: where there is no other folder that can be written, as in a
/// container, there is that one.
async fn to_output(db: &Db, database: &Path) -> anyhow::Result<()> {
    let mut output = io::stdout();
    ensure!(
        !output.is_terminal(),
        "standard output is a terminal; redirect it to a file"
    );
    let folder = database.parent().unwrap_or(Path::new("."));
    let written = copy_into(db, folder).await?;
    io::copy(&mut written.file.reopen()?, &mut output)
        .context("cannot write to standard output")?;
    Ok(())
}

/// A copy in a file that only its owner can read, and that is removed unless it is kept.
struct Written {
    file: NamedTempFile,
    copied: Copied,
    /// Contains what SQLite writes beside the copy, which is there after a failure.
    folder: TempDir,
}

async fn copy_into(db: &Db, folder: &Path) -> anyhow::Result<Written> {
    let cannot_write = || format!("cannot write to {}", folder.display());
    let beside = tempfile::Builder::new()
        .prefix(".taskwire-backup-")
        .tempdir_in(folder)
        .with_context(cannot_write)?;
    let file = NamedTempFile::new_in(beside.path()).with_context(cannot_write)?;
    let copied = db.copy_to(file.path()).await;
    let copied = copied.map_err(|error| match error.outage() {
        Some(Outage::DiskFull) => anyhow::anyhow!(
            "there is not enough space in {}; nothing was written",
            folder.display()
        ),
        _ => anyhow::Error::new(error).context("cannot copy the database"),
    })?;
    let copied = copied.context("only SQLite databases can be copied")?;
    file.as_file().sync_all()?;
    Ok(Written {
        file,
        copied,
        folder: beside,
    })
}
