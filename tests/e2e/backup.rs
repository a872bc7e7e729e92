//! A copy of a database that is in use, and a server that starts on it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::json;
use taskwire_testkit::{Kind, SmallDisk, TestDb};

use crate::support::deployment::{Deployment, PROGRAM, clean, run};
use crate::support::rest::Rest;

/// Adds tasks until it is aborted.
async fn write(rest: Rest) {
    for number in 0.. {
        let task = json!({"title": format!("meanwhile {number}"), "notes": "x".repeat(2000)});
        rest.post("/api/v1/tasks", &task).await;
    }
}

fn files(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_has_everything_that_was_acknowledged_before() {
    let mut deployment = Deployment::serve(Kind::Sqlite, None).await;
    let token = deployment.token("ana");
    let rest = deployment.rest(&token);
    for number in 0..50 {
        let task = json!({"title": format!("before {number}")});
        rest.post("/api/v1/tasks", &task).await;
    }
    let writers: Vec<_> = (0..3).map(|_| tokio::spawn(write(rest.clone()))).collect();
    let backups = tempfile::tempdir().unwrap();
    let copies = ["first.db", "second.db"].map(|name| backups.path().join(name));
    for copy in &copies {
        let known = rest.all("/api/v1/tasks").await.len();
        let printed = deployment.run(&["backup", copy.to_str().unwrap()]).ok();
        let mode = std::fs::metadata(copy).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        let (_, count) = printed.rsplit_once(" has ").unwrap();
        let count: usize = count.strip_suffix(" tasks.").unwrap().parse().unwrap();
        assert!(count >= known, "{printed} of {known}");
    }
    for writer in writers {
        writer.abort();
    }
    assert_eq!(files(backups.path()), ["first.db", "second.db"]);

    // The same to another program, as out of a container.
    let mut command = Command::new(PROGRAM);
    clean(&mut command);
    let folder = deployment.folder().to_str().unwrap().to_owned();
    let piped = command
        .args(["backup", "-", "--data-dir", &folder])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(piped.status.success());
    let last = backups.path().join("last.db");
    std::fs::write(&last, piped.stdout).unwrap();
    assert!(
        !files(Path::new(&folder))
            .iter()
            .any(|name| name.contains("backup"))
    );

    // A server on the copy: what came later is not there, and everything goes on.
    let before = rest.all("/api/v1/tasks").await;
    assert!(deployment.api.stop().await.success());
    for name in ["taskwire.db", "taskwire.db-wal", "taskwire.db-shm"] {
        let _ = std::fs::remove_file(deployment.folder().join(name));
    }
    std::fs::copy(&copies[0], deployment.folder().join("taskwire.db")).unwrap();
    deployment.api.restart().await;
    let output = deployment.run(&["doctor"]).ok();
    assert!(output.contains("database"), "{output}");
    let after = rest.all("/api/v1/tasks").await;
    assert!(after.len() < before.len());
    for number in 0..50 {
        let title = format!("before {number}");
        assert!(after.iter().any(|task| task["title"] == title), "{title}");
    }
    rest.post("/api/v1/tasks", &json!({"title": "later"})).await;
}

#[test]
fn a_copy_is_whole_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (database, copy) = (path("tasks.db"), path("copy.db"));
    let data = path("data");
    let backup = |args: &[&str]| {
        let all = [
            &["backup", "--database-url", &database, "--data-dir", &data],
            args,
        ]
        .concat();
        run(&all, &[])
    };
    let refused = backup(&[&copy]).failed();
    assert!(refused.contains("There is no database"), "{refused}");
    run(&["migrate", "--database-url", &database], &[]).ok();
    backup(&[&copy]).ok();
    let first = std::fs::read(&copy).unwrap();
    let refused = backup(&[&copy]).failed();
    assert!(
        refused.contains("exists") && refused.contains("--force"),
        "{refused}"
    );
    assert_eq!(std::fs::read(&copy).unwrap(), first);
    backup(&[&copy, "--force"]).ok();
    let refused = backup(&["-", "--force"]).failed();
    assert!(refused.contains("--force has no effect"), "{refused}");
    let refused = backup(&[&database, "--force"]).failed();
    assert!(refused.contains("is the database itself"), "{refused}");
    let refused = backup(&[&path("none/copy.db")]).failed();
    assert!(refused.contains("cannot write to"), "{refused}");

    // A database that is in use or was not closed, and a log: the copy and the log would not belong together.
    let log = path("copy.db-wal");
    std::fs::write(&log, "a log").unwrap();
    for file in [&copy, &log] {
        let refused = backup(&[file, "--force"]).failed();
        assert!(refused.contains("choose another name"), "{refused}");
    }
    assert_eq!(std::fs::read(&log).unwrap(), b"a log");
    std::fs::remove_file(&log).unwrap();

    // A damaged database.
    let mut bytes = std::fs::read(&database).unwrap();
    let size = bytes.len();
    bytes[8192..size / 2].fill(0xff);
    std::fs::write(&database, bytes).unwrap();
    backup(&[&path("damaged.db")]).failed();
    let left = files(folder.path());
    let is_copy = |name: &&String| name.contains("backup") || name.contains("damaged");
    assert_eq!(left.iter().find(is_copy), None, "{left:?}");
}

#[test]
fn a_full_disk_leaves_nothing_behind() {
    let Some(disk) = SmallDisk::mount(256, 100) else {
        return;
    };
    let disk = Arc::new(disk);
    let folder = tempfile::tempdir().unwrap();
    let data_dir = ["--data-dir", folder.path().to_str().unwrap()];
    run(&[&["migrate"][..], &data_dir].concat(), &[]).ok();
    let copy = disk.path().join("copy.db");
    let backup = [&["backup", copy.to_str().unwrap()][..], &data_dir].concat();
    let refused = run(&backup, &[]).failed();
    assert!(
        refused.contains("there is not enough space in"),
        "{refused}"
    );
    assert_eq!(files(disk.path()), ["ballast"]);
}

#[test]
fn postgres_has_tools_of_its_own() {
    let db = TestDb::create(Kind::Postgres);
    let args = ["backup", "copy.db", "--database-url", &db.address];
    let refused = run(&args, &[]).failed();
    assert!(refused.contains("pg_dump"), "{refused}");
    assert!(
        refused.contains("docs/runbooks/backup-and-restore.md"),
        "{refused}"
    );
}
