//! How clients sign in to a server that asks for it.

use std::path::{Path, PathBuf};

/// A name and a password, asked for over TLS.
#[derive(Clone, Debug)]
pub struct Login {
    /// The name.
    pub username: String,
    /// The password.
    pub password: String,
    /// The server's private key and its certificate, in PEM.
    pub identity: String,
}

impl Login {
    /// Writes the key and the certificate to a file in a folder.
    pub(crate) fn write_identity(&self, folder: &Path) -> std::io::Result<PathBuf> {
        let path = folder.join("server.pem");
        std::fs::write(&path, &self.identity)?;
        Ok(path)
    }
}
