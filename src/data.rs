//! The data folder, and the token in it.

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use taskwire_client::Secret;

/// Makes the data folder, for its owner's eyes only.
pub(crate) fn prepare(folder: &Path) -> anyhow::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot make the data folder {}", folder.display()))
}

/// Where the token is kept.
pub(crate) fn token_file(folder: &Path) -> PathBuf {
    folder.join("token")
}

/// The kept token, if there is one.
pub(crate) fn read_token(folder: &Path) -> Option<Secret> {
    let text = fs::read_to_string(token_file(folder)).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| Secret::new(text))
}

/// Keeps the address of the running server, for the commands that look for it.
pub(crate) fn write_address(folder: &Path, address: SocketAddr) -> anyhow::Result<()> {
    let path = folder.join("address");
    fs::write(&path, format!("{address}\n"))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The address kept last; the server may be gone since.
pub(crate) fn read_address(folder: &Path) -> Option<SocketAddr> {
    fs::read_to_string(folder.join("address"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Keeps a token, readable by its owner alone. Written aside and moved into place, so that nobody reads half of it.
pub(crate) fn write_token(folder: &Path, token: &Secret) -> anyhow::Result<()> {
    let path = token_file(folder);
    let aside = folder.join(".token.new");
    let _ = fs::remove_file(&aside);
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&aside)?;
        writeln!(file, "{}", token.expose())?;
        file.sync_all()?;
        fs::rename(&aside, &path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
