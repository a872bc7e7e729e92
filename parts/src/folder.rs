//! Folders of running servers.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context;

/// Copies a folder with its contents.
pub(crate) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// The cache folder, for files that take long to create.
pub(crate) fn cache() -> anyhow::Result<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
    let folder = base
        .or_else(home)
        .context("neither XDG_CACHE_HOME nor HOME is set")?
        .join("taskwire");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// How long a folder of the cache is kept after its last use. Nothing takes that long from finding one to reading it.
const KEPT: Duration = Duration::from_hours(14 * 24);

/// Notes that a folder of the cache is in use.
#[expect(
    clippy::disallowed_methods,
    reason = "it is compared with times of the file system"
)]
pub(crate) fn mark_used(folder: &Path) -> anyhow::Result<()> {
    Ok(File::open(folder)?.set_modified(SystemTime::now())?)
}

/// Deletes the folders in `cache` whose names begin with `prefix` and that nobody has used for two weeks.
pub(crate) fn delete_unused(cache: &Path, prefix: &str) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(cache)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        // Another process may delete it at the same moment.
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        let is_old = metadata.modified()?.elapsed().is_ok_and(|age| age > KEPT);
        if metadata.is_dir() && is_old {
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
    Ok(())
}

/// A path as text, for a program's argument.
pub(crate) fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))
}
