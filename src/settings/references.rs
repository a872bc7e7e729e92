//! References to secrets: any option may be `secret://STORE/NAME/KEY` instead of the value itself.
//!
//! The store `env` reads an environment variable (`secret://env/NAME`), `file` a file in the folder of mounted secrets
//! (`secret://file/NAME/KEY`), and any other name is a secret store of the Dapr sidecar. A reference is resolved before
//! the value is checked, and neither the value nor the store's response is ever printed.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use clap::Command;
use clap::builder::Resettable;
use reqwest::header::HeaderMap;
use taskwire_client::Secret;
use taskwire_messaging::dapr::{Sidecar, SidecarError};
use url::Url;

use super::each_argument;

/// The prefix of references.
const SCHEME: &str = "secret://";
/// The default folder of mounted secrets; `TASKWIRE_SECRETS_DIR` overrides it.
const FOLDER: &str = "/run/secrets";
/// Longest wait for the sidecar, which is started together with this process.
const SIDECAR_LIMIT: Duration = Duration::from_mins(1);
/// Pause before it is tried again.
const PAUSE: Duration = Duration::from_millis(250);

/// A parsed reference.
#[derive(PartialEq, Eq, Debug)]
enum Reference {
    Variable(String),
    File {
        name: String,
        key: String,
    },
    Store {
        store: String,
        name: String,
        key: String,
    },
}

/// Returns true if a value is a reference.
fn is_reference(value: &OsStr) -> bool {
    value.to_str().is_some_and(|text| text.starts_with(SCHEME))
}

impl Reference {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let path = text.strip_prefix(SCHEME).unwrap_or(text);
        let parts: Vec<&str> = path.split('/').collect();
        ensure!(
            parts
                .iter()
                .all(|part| !part.is_empty() && *part != ".." && *part != "."),
            "{text} is not a reference; write secret://env/NAME, secret://file/NAME/KEY or secret://STORE/NAME/KEY"
        );
        Ok(match parts[..] {
            ["env", name] => Self::Variable(name.into()),
            ["file", name] => Self::File {
                name: name.into(),
                key: String::new(),
            },
            ["file", name, key] => Self::File {
                name: name.into(),
                key: key.into(),
            },
            [store, name] if store != "env" => Self::Store {
                store: store.into(),
                name: name.into(),
                key: name.into(),
            },
            [store, name, key] if store != "env" => Self::Store {
                store: store.into(),
                name: name.into(),
                key: key.into(),
            },
            _ => bail!(
                "{text} is not a reference; write secret://env/NAME, secret://file/NAME/KEY or secret://STORE/NAME/KEY"
            ),
        })
    }
}

/// Resolves references; asks the sidecar only if one needs it, and once for each.
#[derive(Default)]
pub(crate) struct References {
    stores: OnceCell<Stores>,
    followed: RefCell<BTreeMap<String, String>>,
}

/// The secret stores of the sidecar.
struct Stores {
    runtime: tokio::runtime::Runtime,
    sidecar: Sidecar,
}

impl References {
    /// The value, or the secret that it refers to.
    pub(super) fn resolve(&self, value: &OsStr) -> anyhow::Result<OsString> {
        let Some(text) = value.to_str().filter(|text| text.starts_with(SCHEME)) else {
            return Ok(value.to_owned());
        };
        let known = self.followed.borrow().get(text).cloned();
        let found = match known {
            Some(found) => found,
            None => self.follow(text)?,
        };
        Ok(found.into())
    }

    fn follow(&self, text: &str) -> anyhow::Result<String> {
        let found = match Reference::parse(text)? {
            Reference::Variable(name) => Ok(std::env::var(name).ok()),
            Reference::File { name, key } => read(&folder(), &name, &key),
            Reference::Store { store, name, key } => self.ask(&store, &name, &key),
        };
        match found.with_context(|| format!("cannot read what {text} refers to"))? {
            Some(value) if !value.is_empty() => {
                let mut followed = self.followed.borrow_mut();
                followed.insert(text.to_owned(), value.clone());
                Ok(value)
            }
            _ => bail!("{text} refers to a missing or empty value"),
        }
    }

    /// An argument of the command line: `--option=REFERENCE`, or a reference after its option.
    pub(crate) fn in_argument(&self, argument: &OsStr) -> anyhow::Result<OsString> {
        match argument.to_str().and_then(|text| text.split_once('=')) {
            Some((option, value)) if option.starts_with("--") => {
                let mut resolved = OsString::from(format!("{option}="));
                resolved.push(self.resolve(value.as_ref())?);
                Ok(resolved)
            }
            _ => self.resolve(argument),
        }
    }

    /// The commands, with resolved references in the environment as defaults of this command's options.
    pub(crate) fn in_environment(&self, commands: Command, name: &str) -> anyhow::Result<Command> {
        let failed = RefCell::new(None);
        let commands = if commands.find_subcommand(name).is_some() {
            commands.mut_subcommand(name, |command| {
                each_argument(command, &|arg| {
                    let value = arg.get_env().and_then(std::env::var_os);
                    let Some(value) = value.filter(|value| is_reference(value)) else {
                        return arg;
                    };
                    match self.resolve(&value) {
                        Ok(value) => arg
                            .env(Resettable::<clap::builder::OsStr>::Reset)
                            .hide_default_value(true)
                            .default_value(value),
                        Err(error) => {
                            failed.replace(Some(error));
                            arg
                        }
                    }
                })
            })
        } else {
            commands
        };
        match failed.into_inner() {
            Some(error) => Err(error),
            None => Ok(commands),
        }
    }

    /// Returns true if any reference was resolved.
    pub(crate) fn is_used(&self) -> bool {
        !self.followed.borrow().is_empty()
    }

    /// The text with secrets replaced by the references to them.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.followed
            .borrow()
            .iter()
            .fold(text.to_owned(), |text, (reference, value)| {
                text.replace(value, reference)
            })
    }

    fn ask(&self, store: &str, name: &str, key: &str) -> anyhow::Result<Option<String>> {
        if self.stores.get().is_none() {
            let _ = self.stores.set(Stores::from_environment()?);
        }
        match self.stores.get() {
            Some(stores) => stores.ask(store, name, key),
            None => Ok(None),
        }
    }
}

impl Stores {
    /// Dapr sets the sidecar's address in the environment of every app. Options cannot be used: they may be references
    /// themselves.
    fn from_environment() -> anyhow::Result<Self> {
        let variable = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
        let port = variable("DAPR_HTTP_PORT").unwrap_or_else(|| "3500".into());
        let address =
            variable("DAPR_HTTP_ENDPOINT").unwrap_or_else(|| format!("http://127.0.0.1:{port}"));
        let token = variable("DAPR_API_TOKEN").map(Secret::new);
        let base = Url::parse(&address).context("DAPR_HTTP_ENDPOINT is not a URL")?;
        let headers = Sidecar::headers(token.as_ref())
            .context("DAPR_API_TOKEN is not a valid header value")?;
        let http = crate::wiring::http_client(HeaderMap::new())?;
        Ok(Self {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
            sidecar: Sidecar::new(base, headers, http),
        })
    }

    fn ask(&self, store: &str, name: &str, key: &str) -> anyhow::Result<Option<String>> {
        let began = Instant::now();
        loop {
            let asked = self.runtime.block_on(self.sidecar.secret(store, name));
            match asked {
                Ok(mut values) => return Ok(values.remove(key)),
                Err(SidecarError::Unreachable(_)) if began.elapsed() < SIDECAR_LIMIT => {
                    std::thread::sleep(PAUSE);
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

/// Reads a mounted secret: a folder with a file for each key, or a single file. A final line end is not part of it.
fn read(folder: &std::path::Path, name: &str, key: &str) -> anyhow::Result<Option<String>> {
    let path = folder.join(name);
    let path = if key.is_empty() { path } else { path.join(key) };
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(Some(text.strip_suffix('\r').unwrap_or(text).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_a_store_a_secret_and_a_key() {
        let store = |store: &str, name: &str, key: &str| Reference::Store {
            store: store.into(),
            name: name.into(),
            key: key.into(),
        };
        for (text, expected) in [
            ("secret://env/DB", Reference::Variable("DB".into())),
            (
                "secret://file/database",
                Reference::File {
                    name: "database".into(),
                    key: String::new(),
                },
            ),
            (
                "secret://file/database/url",
                Reference::File {
                    name: "database".into(),
                    key: "url".into(),
                },
            ),
            (
                "secret://vault/database/url",
                store("vault", "database", "url"),
            ),
            (
                "secret://local/kafka:password",
                store("local", "kafka:password", "kafka:password"),
            ),
        ] {
            assert_eq!(Reference::parse(text).unwrap(), expected, "{text}");
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

    #[test]
    fn a_mounted_secret_is_a_file_without_its_last_line_end() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("database")).unwrap();
        for (text, expected) in [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n")] {
            std::fs::write(folder.path().join("database/url"), text).unwrap();
            let value = read(folder.path(), "database", "url").unwrap();
            assert_eq!(value.as_deref(), Some(expected));
        }
        let refused = read(folder.path(), "database", "other").unwrap_err();
        assert!(refused.to_string().contains("database/other"));
    }

    #[test]
    fn a_value_is_itself_and_a_reference_to_nothing_is_refused() {
        let references = References::default();
        let value = references.resolve("postgres://x".as_ref()).unwrap();
        assert_eq!(value, "postgres://x");
        let refused = references.resolve("secret://env/TASKWIRE_NO_SUCH_VARIABLE".as_ref());
        let refused = refused.unwrap_err().to_string();
        assert_eq!(
            refused,
            "secret://env/TASKWIRE_NO_SUCH_VARIABLE refers to a missing or empty value"
        );
    }
}
