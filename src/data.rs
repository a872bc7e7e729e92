//! The data folder: its lock, and the token in it.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use taskwire_client::Secret;
use tempfile::NamedTempFile;

use crate::listen::Origin;

/// Maximum number of attempts to lock.
const ATTEMPTS: u32 = 10;
/// Time between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// Creates the data folder, readable only by its owner.
pub(crate) fn prepare(folder: &Path) -> anyhow::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot create the data folder {}", folder.display()))
}

/// The path of the token.
pub(crate) fn token_file(folder: &Path) -> PathBuf {
    folder.join("token")
}

/// The stored token, if there is one.
pub(crate) fn read_token(folder: &Path) -> Option<Secret> {
    let text = fs::read_to_string(token_file(folder)).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| Secret::new(text))
}

/// The lock of the one server on a data folder. Dropping it unlocks the folder.
#[derive(Debug)]
pub(crate) struct FolderLock {
    folder: PathBuf,
    /// Locked as long as it is open; the system unlocks it when the process ends, however it ends.
    _lock: File,
}

/// Locks the folder for a server. A second one would overwrite the first one's address, and remove it when it ends.
pub(crate) async fn lock(folder: &Path) -> anyhow::Result<FolderLock> {
    let lock = open_lock(&lock_file(folder))?;
    for _ in 0..ATTEMPTS {
        match lock.try_lock() {
            Ok(()) => {
                return Ok(FolderLock {
                    folder: folder.to_owned(),
                    _lock: lock,
                });
            }
            // A command that looks for the server also holds the lock for a moment.
            Err(TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
            Err(TryLockError::Error(error)) => {
                return Err(error)
                    .with_context(|| format!("cannot lock {}", lock_file(folder).display()));
            }
        }
    }
    let place = read_address(folder).map_or_else(String::new, |address| format!(" at {address}"));
    bail!(
        "another server uses the data folder {}{place}; stop it, or choose another folder with --data-dir",
        folder.display()
    )
}

impl FolderLock {
    /// Stores the address of the server, for the commands that look for it.
    pub(crate) fn announce(&self, address: &Origin) -> anyhow::Result<()> {
        replace(&self.folder, "address", &address.to_string())
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // A file that cannot be removed is recognized as stale, because the lock is free.
        let _ = fs::remove_file(self.folder.join("address"));
    }
}

/// The address of the server that uses the folder, if one is running.
pub(crate) fn running_address(folder: &Path) -> Option<String> {
    let lock = File::open(lock_file(folder)).ok()?;
    match lock.try_lock_shared() {
        // The server that wrote the address has ended.
        Ok(()) => None,
        Err(_) => read_address(folder),
    }
}

fn lock_file(folder: &Path) -> PathBuf {
    folder.join("lock")
}

fn open_lock(path: &Path) -> anyhow::Result<File> {
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))
}

fn read_address(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("address")).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The lock for looking for a token and creating one. Waits for the process that holds it.
pub(crate) async fn lock_token(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join(".token.lock");
    let file = open_lock(&path)?;
    tokio::task::spawn_blocking(move || file.lock().map(|()| file))
        .await?
        .with_context(|| format!("cannot lock {}", path.display()))
}

/// Stores a token, readable only by its owner.
pub(crate) fn write_token(folder: &Path, token: &Secret) -> anyhow::Result<()> {
    replace(folder, "token", token.expose())
}

/// Writes a file that only its owner can read. Written to a temporary file and renamed, so that it is never read
/// half-written.
fn replace(folder: &Path, name: &str, line: &str) -> anyhow::Result<()> {
    let path = folder.join(name);
    let write = || -> std::io::Result<()> {
        // Readable only by its owner, under a name that no other process uses, and removed if it cannot be completed.
        let mut file = NamedTempFile::new_in(folder)?;
        writeln!(file, "{line}")?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        text.parse::<crate::listen::Listen>().unwrap().origin(0)
    }

    #[tokio::test]
    async fn an_address_is_there_as_long_as_its_server() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert_eq!(running_address(folder), None);
        let first = lock(folder).await.unwrap();
        assert_eq!(running_address(folder), None);
        first.announce(&origin("localhost:9001")).unwrap();
        assert_eq!(running_address(folder).as_deref(), Some("localhost:9001"));
        let refused = format!("{:#}", lock(folder).await.unwrap_err());
        assert!(refused.contains("localhost:9001"), "{refused}");
        assert_eq!(running_address(folder).as_deref(), Some("localhost:9001"));
        drop(first);
        assert_eq!(running_address(folder), None);
        assert!(!folder.join("address").exists());
        lock(folder).await.unwrap();
    }

    #[tokio::test]
    async fn the_address_of_a_killed_server_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("lock"), "").unwrap();
        fs::write(folder.path().join("address"), "localhost:9001\n").unwrap();
        assert_eq!(running_address(folder.path()), None);
        lock(folder.path()).await.unwrap();
    }
}
