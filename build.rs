//! Puts the version into the binary, with the commit if it is known.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=TASKWIRE_COMMIT");
    let commit = std::env::var("TASKWIRE_COMMIT")
        .ok()
        .filter(|commit| !commit.is_empty())
        .or_else(commit);
    let version = env!("CARGO_PKG_VERSION");
    match commit {
        Some(commit) => println!("cargo::rustc-env=TASKWIRE_VERSION={version} ({commit})"),
        None => println!("cargo::rustc-env=TASKWIRE_VERSION={version}"),
    }
}

/// The commit that is checked out, if this is a clone and Git is installed.
fn commit() -> Option<String> {
    // Git adds a line to it with every commit and checkout.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    if std::path::Path::new(&log).exists() {
        println!("cargo::rerun-if-changed={log}");
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}
