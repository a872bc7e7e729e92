//! The command line itself: the options of each command, and mistakes that it must not make.

use std::process::{Command, Stdio};

use taskwire_testkit::Kind;

use crate::support::deployment::{Deployment, PROGRAM, run};

#[test]
fn options_live_where_they_are_used() {
    for (args, option) in [
        (
            &["dates", "parse", "milk", "--model-api-key", "k"][..],
            "--model-api-key",
        ),
        (
            &["dates", "parse", "milk", "--data-dir", "/tmp"],
            "--data-dir",
        ),
        (&["migrate", "--model", "x"], "--model"),
        (&["talk", "--database-url", "x"], "--database-url"),
        (&["chat", "--service-token", "x"], "--service-token"),
        (&["dates", "next", "--jsonl", "--limit", "3"], "--limit"),
    ] {
        let printed = run(args, &[]).failed();
        assert!(printed.contains(option), "{args:?}: {printed}");
    }
    let help = run(&["dates", "parse", "--help"], &[]).ok();
    assert!(!help.contains("TASKWIRE_"), "{help}");
}

#[test]
fn values_are_checked_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("none");
    let data_dir = ["--data-dir", folder.to_str().unwrap()];
    for (args, part) in [
        (
            ["serve", "--allowed-host", "http://x"],
            "must be a host name",
        ),
        (["api", "--chat-url", "ftp://x"], "must be a URL"),
        (
            ["serve", "--listen", "http://localhost:8484"],
            "localhost:8484",
        ),
        (
            ["serve", "--model-effort", "extreme"],
            "minimal, low, medium, high",
        ),
        (["serve", "--trusted-proxy", "proxy"], "10.0.0.0/8"),
        (["serve", "--listen", "43002"], "write 127.0.0.1:43002"),
        (
            ["healthcheck", "--listen", "43002"],
            "write 127.0.0.1:43002",
        ),
        (["serve", "--rate-limit", "-1"], "0 means no limit"),
        (["api", "--address-rate-limit", "lots"], "0 means no limit"),
        (["migrate", "--database-connections", "0"], "1..=1000"),
        (
            ["serve", "--oauth-issuer", "http://login.example.com"],
            "--oauth-issuer: it must be an https URL",
        ),
        (
            ["serve", "--oauth-user-claim", "email"],
            "need --oauth-issuer",
        ),
        (
            ["api", "--oauth-issuer", "https://login.example.com"],
            "--oauth-issuer needs --public-url",
        ),
    ] {
        let printed = run(&[&args[..], &data_dir].concat(), &[]).failed();
        assert!(
            printed.contains(part) && printed.contains(args[1]),
            "{printed}"
        );
        assert!(!folder.exists(), "{args:?}");
    }
    let printed = run(
        &["dates", "next", "FREQ=DAILY", "2026-12-01", "--limit", "0"],
        &[],
    )
    .failed();
    assert!(printed.contains("Use 1 to 100000"), "{printed}");
}

#[test]
fn a_value_may_be_a_reference_to_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (secrets, data, database) = (path("secrets"), path("data"), path("tasks.db"));
    std::fs::create_dir_all(folder.path().join("secrets/database")).unwrap();
    std::fs::write(folder.path().join("secrets/database/url"), &database).unwrap();
    std::fs::write(folder.path().join("secrets/connections"), "hunter2\n").unwrap();
    std::fs::create_dir(&data).unwrap();
    let data_dir = ["--data-dir", &*data];
    let mounted = ("TASKWIRE_SECRETS_DIR", &*secrets);
    let reference = "secret://file/database/url";

    // In the environment, on the command line, in the file.
    let migrate = [&["migrate"], &data_dir[..]].concat();
    run(&migrate, &[mounted, ("TASKWIRE_DATABASE_URL", reference)]).ok();
    assert!(std::fs::exists(&database).unwrap());
    let list = [
        &["deadletter", "list", "--database-url", reference],
        &data_dir[..],
    ]
    .concat();
    let printed = run(&list, &[mounted]).ok();
    assert!(printed.contains("no dead letters"), "{printed}");
    let file = format!("database-url = \"{reference}\"\n");
    std::fs::write(folder.path().join("data/taskwire.toml"), file).unwrap();
    let list = [&["deadletter", "list"], &data_dir[..]].concat();
    run(&list, &[mounted]).ok();
    let printed = run(&list, &[]).failed();
    assert!(printed.contains(reference), "{printed}");

    // The error about a value does not contain it.
    let wrong = "secret://file/connections";
    let connections = ("TASKWIRE_DATABASE_CONNECTIONS", wrong);
    let printed = run(&list, &[mounted, connections]).failed();
    assert!(
        printed.contains(wrong) && !printed.contains("hunter2"),
        "{printed}"
    );
    // Variables of other commands are ignored.
    let printed = run(&["dates", "parse", "milk"], &[connections]).ok();
    assert!(!printed.contains("secret"), "{printed}");
}

#[test]
fn replaying_needs_events_or_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = ["--data-dir", folder.path().to_str().unwrap()];
    run(&[&["migrate"][..], &data_dir].concat(), &[]).ok();
    for action in ["replay", "discard"] {
        let args = [&["deadletter", action, "audit"], &data_dir[..]].concat();
        let printed = run(&args, &[]).failed();
        assert!(
            printed.contains("--all") && printed.contains("deadletter list"),
            "{printed}"
        );
        run(&[&args[..], &["--all"]].concat(), &[]).ok();
    }
}

#[test]
fn a_mistyped_address_creates_no_database() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("mistyped");
    let folder = folder.to_str().unwrap();
    let secret = "a service secret of 32 characters";
    for args in [
        &["token", "create"][..],
        &["token", "list"],
        &["token", "link"],
        &["token", "password"],
        &["consumer", "all", "--service-token", secret],
    ] {
        let printed = run(&[args, &["--data-dir", folder]].concat(), &[]).failed();
        assert!(
            printed.contains("There is no database at"),
            "{args:?}: {printed}"
        );
        assert!(
            printed.contains("`taskwire migrate`"),
            "{args:?}: {printed}"
        );
        assert!(!std::path::Path::new(folder).exists(), "{args:?}");
    }
    run(&["migrate", "--data-dir", folder], &[]).ok();
    run(&["token", "create", "--data-dir", folder], &[]).ok();
    let printed = run(
        &["token", "create", "--label", " ", "--data-dir", folder],
        &[],
    )
    .failed();
    assert!(printed.contains("1 to 100 characters"), "{printed}");
}

#[test]
fn an_empty_database_is_not_filled_by_mistake() {
    let db = taskwire_testkit::TestDb::create(Kind::Postgres);
    for command in [&["token", "create"][..], &["doctor"]] {
        let printed = run(&[command, &["--database-url", &db.address]].concat(), &[]).failed();
        assert!(
            printed.contains("has no schema yet; run `taskwire migrate`"),
            "{printed}"
        );
    }
    let migrate = ["migrate", "--database-url", &db.address];
    let printed = run(&migrate, &[]).ok();
    assert!(printed.contains("has been created"), "{printed}");
    let printed = run(&migrate, &[]).ok();
    assert!(printed.contains("is up to date"), "{printed}");
    run(&["token", "create", "--database-url", &db.address], &[]).ok();
}

#[test]
fn a_database_that_is_not_there_is_named_with_its_cause_once() {
    let port = taskwire_testkit::free_port();
    let address = format!("postgres://ana:secret@127.0.0.1:{port}/tasks");
    for command in ["migrate", "doctor"] {
        let printed = run(&[command, "--database-url", &address], &[]).failed();
        assert_eq!(
            printed.matches("Connection refused").count(),
            1,
            "{printed}"
        );
        assert!(printed.contains("ana:***@"), "{printed}");
    }
}

#[test]
fn a_typo_is_answered_with_a_suggestion() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().to_str().unwrap();
    let printed = run(&["token", "revoke", "foo", "--data-dir", data_dir], &[]).failed();
    assert!(
        printed.contains("an id from `taskwire token list`"),
        "{printed}"
    );
    let file = folder.path().join("taskwire.toml");
    std::fs::write(&file, "rate-limits = 5").unwrap();
    let printed = run(&["migrate", "--data-dir", data_dir], &[]).failed();
    assert!(printed.contains("did you mean `rate-limit`?"), "{printed}");
    std::fs::write(&file, "listen = \"43002\"").unwrap();
    let printed = run(&["healthcheck", "--data-dir", data_dir], &[]).failed();
    assert!(printed.contains("write 127.0.0.1:43002"), "{printed}");
}

#[test]
fn the_version_names_the_commit() {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok()?;
        let text = String::from_utf8(output.stdout).unwrap();
        output.status.success().then(|| text.trim().to_owned())
    };
    let version = run(&["--version"], &[]).ok();
    let numbers = format!("taskwire {}", env!("CARGO_PKG_VERSION"));
    assert!(version.starts_with(&numbers), "{version}");
    // If Git keeps no log of HEAD, a build after a commit cannot notice it.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"]);
    if log.is_some_and(|log| std::path::Path::new(&log).exists()) {
        let head = git(&["rev-parse", "--short=12", "HEAD"]).unwrap();
        assert_eq!(version, format!("{numbers} ({head})"));
    }
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&["completions", shell], &[]).ok();
        assert!(script.contains("healthcheck"), "{shell}: {script}");
    }
    let folder = tempfile::tempdir().unwrap();
    run(&["man", folder.path().to_str().unwrap()], &[]).ok();
    for page in ["taskwire.1", "taskwire-serve.1", "taskwire-token-create.1"] {
        let text = std::fs::read_to_string(folder.path().join(page)).unwrap();
        assert!(text.starts_with(".ie"), "{page}: {text}");
    }
}

/// Types at a terminal: waits for each prompt and until nothing is echoed, then types the answer. Prints what the
/// terminal shows.
const TYPIST: &str = r#"
import os, pty, sys, termios, time
program, prompts = sys.argv[1:-2], sys.argv[-2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(program[0], program)
shown = b""
def until(text):
    global shown
    while text not in shown:
        shown += os.read(terminal, 1024)
def until_hidden():
    # The prompt is shown a moment before the terminal stops echoing.
    end = time.monotonic() + 10
    while termios.tcgetattr(terminal)[3] & termios.ECHO:
        assert time.monotonic() < end, "the terminal keeps echoing"
        time.sleep(0.002)
for number, answer in enumerate(prompts):
    until([b"New password: ", b"Repeat the password: "][number])
    until_hidden()
    os.write(terminal, answer.encode() + b"\n")
try:
    while part := os.read(terminal, 1024):
        shown += part
except OSError:
    pass
sys.stdout.write(shown.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;

#[tokio::test]
async fn a_password_is_not_shown_while_it_is_typed() {
    let deployment = Deployment::serve(Kind::Sqlite, None).await;
    let folder = deployment.folder().to_str().unwrap();
    let typed = |first: &str, second: &str| {
        let output = Command::new("python3")
            .args([
                "-c",
                TYPIST,
                PROGRAM,
                "token",
                "password",
                "--data-dir",
                folder,
            ])
            .args([first, second])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!shown.contains("horse"), "{shown}");
        (output.status.success(), shown)
    };
    let (ok, shown) = typed("correct horse battery", "correct horse stapler");
    assert!(!ok && shown.contains("differ"), "{shown}");
    let (ok, shown) = typed("correct horse battery", "correct horse battery");
    assert!(ok && shown.contains("Password set."), "{shown}");
}
