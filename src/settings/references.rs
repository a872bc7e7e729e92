//! References to secrets: any option may be `secret://STORE/NAME/KEY` instead of the value itself.
//!
//! The store `env` reads an environment variable (`secret://env/NAME`), `file` a file in the folder of mounted secrets
//! (`secret://file/NAME/KEY`), and any other name is a secret store of the Dapr sidecar. A reference is followed before
//! the value is checked, and neither value nor store's answer is ever printed. What may change while the program runs
//! is left to [`Secrets`](super::Secrets), which reads it again.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::time::Duration;

use clap::Command;
use clap::builder::Resettable;
use tokio::runtime::Runtime;

use super::each_argument;
use super::reference::{Reference, Stores};

/// How long the sidecar may take to be there; it is started together with this process.
pub(super) const SIDECAR_LIMIT: Duration = Duration::from_mins(1);
/// Options whose references stay what they are until they are used, because what they refer to may change.
const FOLLOWED_WHEN_USED: [&str; 4] = [
    "database-url",
    "service-token",
    "app-api-token",
    "model-api-key",
];

/// Follows references, each once.
#[derive(Default)]
pub(crate) struct References {
    stores: Stores,
    runtime: OnceCell<Runtime>,
    followed: RefCell<BTreeMap<String, String>>,
}

/// Whether the references of an option are left to those who use it.
pub(super) fn is_followed_when_used(option: &str) -> bool {
    FOLLOWED_WHEN_USED.contains(&option)
}

impl References {
    /// The value, or the secret that it refers to.
    pub(super) fn resolve(&self, value: &OsStr) -> anyhow::Result<OsString> {
        let Some(text) = value.to_str().filter(|text| Reference::is_one(text)) else {
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
        let reference = Reference::parse(text)?;
        let read = self.stores.read(&reference, SIDECAR_LIMIT);
        let value = self.runtime()?.block_on(read)?;
        let mut followed = self.followed.borrow_mut();
        followed.insert(text.to_owned(), value.clone());
        Ok(value)
    }

    /// One for all of them, so that connections to the sidecar are kept.
    fn runtime(&self) -> anyhow::Result<&Runtime> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(self.runtime.get_or_init(|| runtime))
    }

    /// The arguments of the command line: `--option=REFERENCE`, or a reference after its option.
    pub(crate) fn in_arguments(
        &self,
        arguments: impl IntoIterator<Item = OsString>,
    ) -> anyhow::Result<Vec<OsString>> {
        let mut option = String::new();
        let resolve = |argument: OsString| {
            let before = std::mem::take(&mut option);
            let text = argument.to_str().and_then(|text| text.strip_prefix("--"));
            match text.map(|text| text.split_once('=').unwrap_or((text, ""))) {
                Some((name, _)) if is_followed_when_used(name) => {
                    name.clone_into(&mut option);
                    Ok(argument)
                }
                Some((name, value)) if !value.is_empty() => {
                    let mut resolved = OsString::from(format!("--{name}="));
                    resolved.push(self.resolve(value.as_ref())?);
                    Ok(resolved)
                }
                None if is_followed_when_used(&before) => Ok(argument),
                _ => self.resolve(&argument),
            }
        };
        arguments.into_iter().map(resolve).collect()
    }

    /// The commands, with resolved references in the environment as defaults of this command's options.
    pub(crate) fn in_environment(&self, commands: Command, name: &str) -> anyhow::Result<Command> {
        let failed = RefCell::new(None);
        let commands = if commands.find_subcommand(name).is_some() {
            commands.mut_subcommand(name, |command| {
                each_argument(command, &|arg| {
                    let value = arg.get_env().and_then(std::env::var_os);
                    let is_reference =
                        |value: &OsString| value.to_str().is_some_and(Reference::is_one);
                    let Some(value) = value.filter(is_reference) else {
                        return arg;
                    };
                    if arg.get_long().is_some_and(is_followed_when_used) {
                        return arg;
                    }
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_itself_and_a_reference_to_nothing_is_refused() {
        let references = References::default();
        let value = references.resolve("postgres://x".as_ref()).unwrap();
        assert_eq!(value, "postgres://x");
        let nothing = "secret://env/TASKWIRE_NO_SUCH_VARIABLE";
        let refused = references.resolve(nothing.as_ref()).unwrap_err();
        assert_eq!(refused.to_string(), format!("{nothing} refers to nothing"));
    }

    #[test]
    fn what_may_change_is_left_to_those_who_use_it() {
        let references = References::default();
        let reference = "secret://env/TASKWIRE_NO_SUCH_VARIABLE";
        let given = [
            "taskwire",
            "api",
            "--service-token",
            reference,
            "--database-url",
        ];
        let mut given: Vec<OsString> = given.map(Into::into).into();
        given.push(reference.into());
        given.push(format!("--model-api-key={reference}").into());
        assert_eq!(references.in_arguments(given.clone()).unwrap(), given);
        for other in [
            vec!["--token".into(), reference.into()],
            vec![format!("--token={reference}").into()],
        ] {
            assert!(references.in_arguments(other).is_err());
        }
    }
}
