//! Enters this program into the configuration of an MCP host, and takes it out again.
//!
//! Only the entry `taskwire` is touched: comments, order and layout of everything else stay. A file is replaced at once,
//! so that the host never reads half of it, and no copy of it is kept.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use taskwire_client::Secret;
use tempfile::NamedTempFile;

use super::hosts::{Folders, Form, Host};
use super::{entry_json, entry_yaml};
use crate::logging::print_line;

/// The name of the entry.
pub(super) const NAME: &str = "taskwire";

/// Permissions of the group and of others.
const OF_OTHERS: u32 = 0o077;

/// How the host starts the server.
pub(super) struct Entry {
    /// The full path of the program: desktop programs have another `PATH` than a shell.
    pub(super) command: String,
    pub(super) arguments: Vec<String>,
    /// For a server on another machine.
    pub(super) token: Option<Secret>,
}

/// Writes the entry, or prints what would be written.
pub(super) fn install(host: Host, entry: &Entry, is_dry_run: bool) -> anyhow::Result<()> {
    let file = host.file(&Folders::of_environment()?);
    change(host, &file, Some(entry), is_dry_run)
}

/// Takes the entry out.
pub(super) fn uninstall(host: Host, is_dry_run: bool) -> anyhow::Result<()> {
    let file = host.file(&Folders::of_environment()?);
    change(host, &file, None, is_dry_run)
}

fn change(host: Host, file: &Path, entry: Option<&Entry>, is_dry_run: bool) -> anyhow::Result<()> {
    // A link stays a link: what it points to is replaced.
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let before = match fs::read_to_string(&target) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    let text = before.as_deref().unwrap_or_default();
    let after = match host.form() {
        Form::Json { servers, has_type } => entry_json::with(text, servers, has_type, entry),
        Form::Yaml => entry_yaml::with(text, entry),
    };
    let after = after.with_context(|| format!("cannot change {}", file.display()))?;
    if after == text {
        let said = match entry {
            Some(_) => "has the entry already",
            None => "has no entry for Taskwire",
        };
        print_line(&format!("{} {said}: {}", host.name(), file.display()));
        return Ok(());
    }
    let token = entry.and_then(|entry| entry.token.as_ref());
    if token.is_some() && before.is_some() {
        check_private(&target, file)?;
    }
    print_line(&format!("{}:", file.display()));
    for line in difference(text, &after) {
        let line = match token {
            Some(token) => line.replace(token.expose(), "[token]"),
            None => line,
        };
        print_line(&line);
    }
    if is_dry_run {
        print_line("Nothing was written: this is a dry run.");
        return Ok(());
    }
    replace(&target, &after)?;
    print_line(&format!(
        "Written. Restart {} to use the change.",
        host.name()
    ));
    Ok(())
}

/// Refuses to write a token into a file that other users of this machine can read.
fn check_private(target: &Path, file: &Path) -> anyhow::Result<()> {
    let mode = fs::metadata(target)?.permissions().mode();
    ensure!(
        mode & OF_OTHERS == 0,
        "{} can be read by other users, and the entry contains a token: run `chmod 600 {}` first",
        file.display(),
        file.display()
    );
    Ok(())
}

/// Replaces the file at once. A new one is readable by its owner alone; another keeps its permissions.
fn replace(target: &Path, text: &str) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", target.display());
    let Some(folder) = target.parent() else {
        bail!("{} has no folder", target.display());
    };
    fs::create_dir_all(folder).with_context(cannot)?;
    let mut new = NamedTempFile::new_in(folder).with_context(cannot)?;
    if let Ok(old) = fs::metadata(target) {
        new.as_file()
            .set_permissions(old.permissions())
            .with_context(cannot)?;
    }
    new.write_all(text.as_bytes()).with_context(cannot)?;
    new.as_file().sync_all().with_context(cannot)?;
    new.persist(target).with_context(cannot)?;
    Ok(())
}

/// The lines that go and those that come, with one line around them.
fn difference(before: &str, after: &str) -> Vec<String> {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.lines().collect(), after.lines().collect());
    let same = |(old, new): (&&str, &&str)| old == new;
    let start = before
        .iter()
        .zip(&after)
        .take_while(|pair| same(*pair))
        .count();
    let (old, new) = (
        before.get(start..).unwrap_or_default(),
        after.get(start..).unwrap_or_default(),
    );
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|pair| same(*pair))
        .count();
    let mut lines = Vec::new();
    let around = |index: Option<usize>| index.and_then(|index| before.get(index));
    lines.extend(around(start.checked_sub(1)).map(|line| format!("  {line}")));
    let gone = old
        .iter()
        .take(old.len() - end)
        .map(|line| format!("- {line}"));
    let come = new
        .iter()
        .take(new.len() - end)
        .map(|line| format!("+ {line}"));
    lines.extend(gone.chain(come));
    let behind = (end > 0).then(|| before.len() - end);
    lines.extend(around(behind).map(|line| format!("  {line}")));
    lines
}

/// This program, by its full path.
pub(super) fn program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("cannot find the path of this program")
}

#[cfg(test)]
mod tests;
