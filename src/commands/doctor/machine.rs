//! The data folder, its disk, and the clock.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::DATE;
use taskwire_store::Inspection;

use super::report::Finding;
use super::servers::Server;
use crate::data;
use crate::wiring::Parts;

/// Space below which somebody should look, and below which a server will soon fail.
const LITTLE_SPACE: u64 = 1 << 30;
const NO_SPACE: u64 = 64 << 20;
/// Difference of clocks above which somebody should look, and above which tokens and reminders are wrong.
const SKEW_WARN: SignedDuration = SignedDuration::from_secs(2);
const SKEW_FAIL: SignedDuration = SignedDuration::from_secs(60);

/// Whether others may read what is in the data folder.
pub(super) fn permissions(folder: &Path) -> Finding {
    let Ok(found) = std::fs::metadata(folder) else {
        return Finding::absent("there is no data folder yet");
    };
    let mode = |found: &std::fs::Metadata| found.permissions().mode() & 0o777;
    if let Err(error) = tempfile::tempfile_in(folder) {
        return Finding::fail(
            format!("{} cannot be written: {error}", folder.display()),
            "Run this as the user of the server, or give the folder to that user",
        );
    }
    let token = data::token_file(folder);
    let is_open = |path: &Path| {
        let mode = std::fs::metadata(path).map(|found| mode(&found));
        mode.is_ok_and(|mode| mode & 0o077 != 0)
    };
    if is_open(&token) {
        return Finding::fail(
            format!("others may read {}", token.display()),
            format!("Revoke the token, and run chmod 600 {}", token.display()),
        );
    }
    if mode(&found) & 0o077 != 0 {
        return Finding::warn(
            format!(
                "others may look into {} (mode {:o})",
                folder.display(),
                mode(&found)
            ),
            format!("Run chmod 700 {}", folder.display()),
        );
    }
    Finding::ok(format!("only its owner may read {}", folder.display()))
}

/// Whether there is space on the disk of this folder, or of the next one above that exists.
pub(super) fn disk(folder: &Path) -> Finding {
    let there = folder.ancestors().find(|folder| folder.is_dir());
    let found = rustix::fs::statvfs(there.unwrap_or(Path::new("/")));
    let Ok(found) = found else {
        return Finding::absent(format!("the disk of {} cannot be read", folder.display()));
    };
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let text = format!("{} free on the disk of {}", size(free), folder.display());
    let remedy = "Make room; docs/runbooks/disk-full.md says where";
    if free < NO_SPACE {
        Finding::fail(text, remedy)
    } else if free < LITTLE_SPACE {
        Finding::warn(text, remedy)
    } else {
        Finding::ok(text)
    }
}

/// A number of bytes for people.
pub(super) fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..0x10_0000 => (1 << 10, "KiB"),
        0x10_0000..0x4000_0000 => (1 << 20, "MiB"),
        _ => (1 << 30, "GiB"),
    };
    let tenths = u128::from(bytes) * 10 / unit;
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// Whether this machine, the database and the API agree about the time.
pub(super) async fn clock(
    parts: &Parts,
    database: Option<&Inspection>,
    server: Option<&Server>,
) -> Finding {
    let now = parts.clock.now();
    let of_database = database.and_then(|found| found.now);
    let of_api = match server {
        Some(server) => api_time(server).await,
        None => None,
    };
    let all = [
        ("the database", of_database, SignedDuration::ZERO),
        // Cut off to whole seconds.
        ("the API", of_api, SignedDuration::from_secs(1)),
    ];
    let mut texts = vec![format!("{now:.0}")];
    let mut worst = SignedDuration::ZERO;
    for (who, time, tolerance) in all {
        if let Some(time) = time {
            let ahead = time.duration_since(now);
            texts.push(format!("{who} {:+.1} s", ahead.as_secs_f64()));
            worst = worst.max(ahead.abs() - tolerance);
        }
    }
    let text = texts.join(", ");
    let remedy = "Have every machine set its clock by NTP";
    if worst > SKEW_FAIL {
        Finding::fail(text, remedy)
    } else if worst > SKEW_WARN {
        Finding::warn(text, remedy)
    } else {
        Finding::ok(text)
    }
}

/// The time that the API's responses carry.
async fn api_time(server: &Server) -> Option<Timestamp> {
    let answer = server.request(Method::GET, "/healthz").await.ok()?;
    let date = answer.headers().get(DATE)?.to_str().ok()?;
    rfc2822::parse(date).ok().map(|time| time.timestamp())
}

/// How long the oldest transaction may be open.
const LONG_TRANSACTION: Duration = Duration::from_mins(5);

/// The size of the log, and who keeps it from being read.
pub(super) fn log(found: &Inspection, events: i64) -> Finding {
    let mut text = format!("{events} events, {}", size(found.log_bytes));
    match found.oldest_transaction {
        Some(age) if age > LONG_TRANSACTION => Finding::warn(
            format!("{text}; the oldest transaction is {} s old", age.as_secs()),
            "Consumers wait for it; docs/events.md says how to find it",
        ),
        Some(age) => {
            text = format!("{text}; the oldest transaction is {} s old", age.as_secs());
            Finding::ok(text)
        }
        None => Finding::ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_by_people() {
        for (bytes, text) in [
            (0, "0.0 KiB"),
            (1536, "1.5 KiB"),
            (1 << 20, "1.0 MiB"),
            (5 << 30, "5.0 GiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn a_long_transaction_is_a_warning() {
        let found = |age| Inspection {
            version: "Postgres 15".into(),
            now: None,
            log_bytes: 2048,
            oldest_transaction: Some(Duration::from_secs(age)),
        };
        assert_eq!(
            log(&found(3), 7),
            Finding::ok("7 events, 2.0 KiB; the oldest transaction is 3 s old")
        );
        assert_ne!(log(&found(900), 7), log(&found(3), 7));
    }

    #[test]
    fn what_others_may_read_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(folder.path(), 0o700);
        let ok = permissions(folder.path());
        mode(folder.path(), 0o755);
        let warn = permissions(folder.path());
        let token = data::token_file(folder.path());
        std::fs::write(&token, "secret").unwrap();
        mode(&token, 0o644);
        let fail = permissions(folder.path());
        let text = |finding| serde_json::to_value::<Finding>(finding).unwrap();
        assert_eq!(text(ok)["status"], "ok");
        assert_eq!(text(warn)["status"], "warn");
        let fail = text(fail);
        assert_eq!(fail["status"], "fail");
        assert!(!fail.to_string().contains("secret"), "{fail}");
    }
}
