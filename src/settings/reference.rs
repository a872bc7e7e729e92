//! One reference to a secret, and reading what it refers to.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use reqwest::header::HeaderMap;
use taskwire_messaging::dapr::{Sidecar, SidecarError};

use super::SidecarOptions;

/// How references begin.
const SCHEME: &str = "secret://";
/// The store of environment variables.
const VARIABLES: &str = "env";
/// The store of mounted files.
const FILES: &str = "file";
/// Where secrets are mounted, unless `TASKWIRE_SECRETS_DIR` says otherwise.
const FOLDER: &str = "/run/secrets";
/// Pause before the sidecar is asked again.
const PAUSE: Duration = Duration::from_millis(250);

/// A reference, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Reference {
    store: String,
    name: String,
    key: Option<String>,
}

/// Where what a reference refers to can change while a process runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Changes {
    /// Nowhere: a process keeps its environment.
    Never,
    /// On this machine.
    File,
    /// Behind the sidecar, which has to be asked.
    Store,
}

impl Reference {
    /// Whether a value is a reference.
    pub(super) fn is_one(value: &str) -> bool {
        value.starts_with(SCHEME)
    }

    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let parts: Vec<&str> = text
            .strip_prefix(SCHEME)
            .unwrap_or(text)
            .split('/')
            .collect();
        let parsed = match *parts {
            _ if parts.iter().any(|part| matches!(*part, "" | "." | "..")) => None,
            [store, name] => Some((store, name, None)),
            [store, name, key] if store != VARIABLES => Some((store, name, Some(key))),
            _ => None,
        };
        let Some((store, name, key)) = parsed else {
            bail!(
                "{text} is not a reference; write secret://env/NAME, secret://file/NAME/KEY or secret://STORE/NAME/KEY"
            );
        };
        Ok(Self {
            store: store.into(),
            name: name.into(),
            key: key.map(Into::into),
        })
    }

    pub(super) fn changes(&self) -> Changes {
        match &*self.store {
            VARIABLES => Changes::Never,
            FILES => Changes::File,
            _ => Changes::Store,
        }
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.store, self.name)?;
        self.key.as_ref().map_or(Ok(()), |key| write!(f, "/{key}"))
    }
}

/// Where secrets are. The sidecar is looked for when the first reference needs it.
#[derive(Default)]
pub(super) struct Stores(OnceLock<Sidecar>);

impl Stores {
    /// Behind this sidecar.
    #[cfg(test)]
    pub(super) fn behind(sidecar: Sidecar) -> Self {
        Self(OnceLock::from(sidecar))
    }

    /// What a reference refers to, which must not be empty. A sidecar that is not there yet is waited for this long.
    pub(super) async fn read(
        &self,
        reference: &Reference,
        sidecar_limit: Duration,
    ) -> anyhow::Result<String> {
        let Reference { store, name, key } = reference;
        let found = match reference.changes() {
            Changes::Never => Ok(std::env::var(name).ok()),
            Changes::File => read_file(&folder(), name, key.as_deref()).await.map(Some),
            Changes::Store => {
                // A store whose secrets have one value each gives it the secret's own name.
                let key = key.as_ref().unwrap_or(name);
                self.ask(store, name, key, sidecar_limit).await
            }
        };
        match found.with_context(|| format!("cannot read what {reference} refers to"))? {
            Some(value) if !value.is_empty() => Ok(value),
            _ => bail!("{reference} refers to nothing"),
        }
    }

    async fn ask(
        &self,
        store: &str,
        name: &str,
        key: &str,
        limit: Duration,
    ) -> anyhow::Result<Option<String>> {
        let sidecar = if let Some(sidecar) = self.0.get() {
            sidecar
        } else {
            // Options cannot say where it is: they may be references themselves.
            let options = SidecarOptions::from_environment()?;
            let sidecar = options.sidecar(super::http_client(HeaderMap::new())?)?;
            self.0.get_or_init(|| sidecar)
        };
        let begun = Instant::now();
        loop {
            match sidecar.secret(store, name).await {
                Ok(mut values) => return Ok(values.remove(key)),
                Err(SidecarError::Unreachable { .. }) if begun.elapsed() < limit => {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn folder() -> PathBuf {
    std::env::var_os("TASKWIRE_SECRETS_DIR")
        .filter(|folder| !folder.is_empty())
        .map_or_else(|| PathBuf::from(FOLDER), PathBuf::from)
}

/// A mounted secret: a folder with a file for each key, or a file of its own. One line end after it is not part of it.
async fn read_file(folder: &Path, name: &str, key: Option<&str>) -> anyhow::Result<String> {
    let mut path = folder.join(name);
    path.extend(key);
    let text = tokio::fs::read_to_string(&path)
        .await
        .with_context(|| format!("cannot read {}", path.display()))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_a_store_a_secret_and_a_key() {
        for (text, store, name, key) in [
            ("secret://env/DB", "env", "DB", None),
            ("secret://file/database", "file", "database", None),
            (
                "secret://file/database/url",
                "file",
                "database",
                Some("url"),
            ),
            (
                "secret://vault/database/url",
                "vault",
                "database",
                Some("url"),
            ),
            (
                "secret://local/kafka:password",
                "local",
                "kafka:password",
                None,
            ),
        ] {
            let expected = Reference {
                store: store.into(),
                name: name.into(),
                key: key.map(Into::into),
            };
            let reference = Reference::parse(text).unwrap();
            assert_eq!(reference, expected, "{text}");
            assert_eq!(reference.to_string(), text);
        }
        for text in [
            "secret://",
            "secret://env",
            "secret://env/A/B",
            "secret://vault",
            "secret://vault//key",
            "secret://file/../passwd",
            "secret://vault/a/b/c",
        ] {
            let refused = Reference::parse(text).unwrap_err().to_string();
            assert!(
                refused.contains("write secret://env/NAME"),
                "{text}: {refused}"
            );
        }
    }

    #[tokio::test]
    async fn a_mounted_secret_is_a_file_without_its_last_line_end() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("database")).unwrap();
        for (text, expected) in [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n")] {
            std::fs::write(folder.path().join("database/url"), text).unwrap();
            let value = read_file(folder.path(), "database", Some("url")).await;
            assert_eq!(value.unwrap(), expected);
        }
        let refused = read_file(folder.path(), "database", Some("other")).await;
        assert!(refused.unwrap_err().to_string().contains("database/other"));
    }

    #[tokio::test]
    async fn a_reference_to_nothing_is_refused() {
        let reference = Reference::parse("secret://env/TASKWIRE_NO_SUCH_VARIABLE").unwrap();
        let refused = Stores::default().read(&reference, Duration::ZERO).await;
        assert_eq!(
            refused.unwrap_err().to_string(),
            "secret://env/TASKWIRE_NO_SUCH_VARIABLE refers to nothing"
        );
    }
}
