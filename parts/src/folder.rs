//! Folders of running servers.

use std::path::{Path, PathBuf};

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

/// A path as text, for a program's argument.
pub(crate) fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))
}
