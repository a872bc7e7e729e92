//! Enters this program into the configuration of an MCP host, and takes it out again.
//!
//! Only the entry `taskwire` is touched: comments, order and layout of everything else stay. A file is replaced at once,
//! so that the host never reads half of it, and no copy of it is kept.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use tempfile::NamedTempFile;

use super::entry::{Entry, TOKEN};
use super::hosts::{Folders, Form, Host};
use super::{entry_json, entry_yaml};
use crate::logging::print_line;

/// Permissions of the group and of others.
const OF_OTHERS: u32 = 0o077;

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
        print_line(&redacted(&line));
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

/// The line without the token in it, which may be that of an earlier entry.
fn redacted(line: &str) -> String {
    match line.find(TOKEN) {
        Some(at) => {
            let before = line.get(..at).unwrap_or_default();
            format!("{before}{TOKEN}: [token]")
        }
        None => line.to_owned(),
    }
}

/// The lines that go and those that come.
fn difference(before: &str, after: &str) -> Vec<String> {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.lines().collect(), after.lines().collect());
    let same = |(old, new): &(&&str, &&str)| old == new;
    let start = before.iter().zip(&after).take_while(same).count();
    let old = before.get(start..).unwrap_or_default();
    let new = after.get(start..).unwrap_or_default();
    let end = old.iter().rev().zip(new.iter().rev());
    let end = end.take_while(same).count();
    let gone = old.iter().take(old.len() - end);
    let come = new.iter().take(new.len() - end);
    gone.map(|line| format!("- {line}"))
        .chain(come.map(|line| format!("+ {line}")))
        .collect()
}

/// This program, by its full path.
pub(super) fn program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("cannot find the path of this program")
}

#[cfg(test)]
mod tests;
