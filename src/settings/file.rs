//! The configuration file. Its values become the defaults of the options they are named after, so that they are read
//! and checked like those of the command line, which come first, and those of the environment, which come second.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use clap::builder::OsStr;
use clap::{Arg, Command};
use toml::{Table, Value};

use super::references::is_followed_when_used;
use super::{Installation, References};

/// Largest edit distance between a key and the suggested one; at most a third of a short key.
const TYPO_MAX: usize = 3;

/// The contents of a configuration file.
pub(crate) struct File {
    /// Its path.
    pub(crate) path: PathBuf,
    values: Values,
}

/// Values by the long name of their option.
type Values = BTreeMap<String, Vec<OsString>>;

/// Reads the file, if there is one. Its keys must be options of some command: one file serves all of them.
pub(crate) fn read(
    installation: &Installation,
    commands: &Command,
    references: &References,
) -> anyhow::Result<Option<File>> {
    let (path, is_required) = installation.config()?;
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && !is_required => {
            return Ok(None);
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let values =
        parse(&text, &names(commands)).with_context(|| format!("cannot use {}", path.display()))?;
    let values = values
        .into_iter()
        .map(|(key, values)| {
            if is_followed_when_used(&key) {
                return Ok((key, values));
            }
            let values = values.iter().map(|value| references.resolve(value));
            Ok((key, values.collect::<anyhow::Result<_>>()?))
        })
        .collect::<anyhow::Result<_>>()
        .with_context(|| format!("cannot use {}", path.display()))?;
    Ok(Some(File { path, values }))
}

fn parse(text: &str, names: &[String]) -> anyhow::Result<Values> {
    let table: Table = text.parse()?;
    table
        .into_iter()
        .map(|(key, value)| {
            ensure!(names.contains(&key), unknown(&key, names));
            let values = values(&key, value)?;
            Ok((key, values))
        })
        .collect()
}

fn unknown(key: &str, names: &[String]) -> String {
    let nearest = names
        .iter()
        .map(|name| (strsim::osa_distance(key, name), name))
        .min()
        .filter(|(distance, _)| *distance <= TYPO_MAX.min(key.len() / 3));
    let meant = nearest.map_or_else(String::new, |(_, name)| format!("did you mean `{name}`? "));
    format!(
        "unknown key `{key}`; {meant}the keys are {}",
        names.join(", ")
    )
}

/// The options that can be set in the file: those that the environment can set, except those that lead to the file.
fn names(command: &Command) -> Vec<String> {
    let own = command
        .get_arguments()
        .filter(|arg| arg.get_env().is_some())
        .filter_map(|arg| arg.get_long().map(ToOwned::to_owned))
        .filter(|name| !["config", "data-dir"].contains(&name.as_str()));
    let of_subcommands = command.get_subcommands().flat_map(names);
    let mut names: Vec<String> = own.chain(of_subcommands).collect();
    names.sort();
    names.dedup();
    names
}

/// A value as it would be written on the command line.
fn values(key: &str, value: Value) -> anyhow::Result<Vec<OsString>> {
    match value {
        Value::String(text) => Ok(vec![text.into()]),
        Value::Integer(number) => Ok(vec![number.to_string().into()]),
        Value::Boolean(flag) => Ok(vec![flag.to_string().into()]),
        Value::Array(items) => {
            let lists = items.into_iter().map(|item| match item {
                Value::Array(_) => bail!("`{key}` is a list in a list"),
                item => values(key, item),
            });
            Ok(lists.collect::<Result<Vec<_>, _>>()?.concat())
        }
        _ => bail!("`{key}` must be a string, a number, true or false, or a list of them"),
    }
}

impl File {
    /// The option with its value in the file as default, if it has one there.
    pub(crate) fn default_of(&self, arg: Arg) -> Arg {
        match arg.get_long().and_then(|name| self.values.get(name)) {
            Some(values) if arg.get_env().is_some() && !values.is_empty() => {
                arg.default_values(values.iter().map(OsStr::from))
            }
            _ => arg,
        }
    }
}
