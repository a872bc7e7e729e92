use tempfile::TempDir;

use super::*;

/// A shell that runs a script.
fn shell(folder: &TempDir, script: &str) -> Process {
    let mut command = command(Path::new("sh"));
    command.args(["-c", script]);
    Process::spawn("shell", command, &folder.path().join("log")).unwrap()
}

/// The letter that the system has for what a process does.
fn state(process: &Process) -> char {
    let status = std::fs::read_to_string(format!("/proc/{}/stat", process.pid().unwrap())).unwrap();
    let (_, rest) = status.rsplit_once(") ").unwrap();
    rest.chars().next().unwrap()
}

#[tokio::test]
async fn a_process_stops_when_it_is_asked_to_and_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = shell(
        &folder,
        "trap 'echo stopping; exit 3' TERM; echo begun; while :; do sleep 0.01; done",
    );
    assert_eq!(process.until_logged("begun").await.unwrap(), "begun");
    assert_eq!(process.stop().await.unwrap().code(), Some(3));
    assert_eq!(process.pid(), None);
    assert_eq!(process.log(), "begun\nstopping\n");
    assert!(process.stop().await.is_err(), "it runs no longer");

    process.restart().await.unwrap();
    process
        .until("it has begun twice", || async {
            let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
            log == "begun\nstopping\nbegun\n"
        })
        .await
        .unwrap();
    let first = process.pid();
    process.restart().await.unwrap();
    assert_ne!(process.pid(), first, "it was killed and started");
    process.kill();
    assert_eq!(process.pid(), None);
    assert!(process.check_running().is_err());
}

#[tokio::test]
async fn a_paused_process_is_there_and_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = shell(&folder, "while :; do :; done");
    process.check_running().unwrap();
    process.pause().unwrap();
    while state(&process) != 'T' {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    process.check_running().unwrap();
    process.resume().unwrap();
    while state(&process) == 'T' {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    process.pause().unwrap();
    // Also what is paused can be killed.
    process.kill();
    assert!(process.pause().is_err(), "it runs no longer");
}

#[tokio::test]
async fn a_process_that_ends_by_itself_is_told_with_its_last_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = shell(&folder, "echo out of luck >&2; exit 7")
        .ready_when([Ready::Says("false".into(), Vec::new())]);
    let error = process.until_ready().await.unwrap_err();
    let ended: &UnexpectedExit = error.downcast_ref().unwrap();
    assert_eq!(ended.status.code(), Some(7));
    assert_eq!(ended.tail, "out of luck");
    assert_eq!(process.pid(), None);

    let tries = std::sync::atomic::AtomicU32::new(0);
    let start = || async {
        tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        shell(&folder, "exit 1")
            .ready_when([Ready::Says("false".into(), Vec::new())])
            .until_ready()
            .await
    };
    assert!(retry_on_early_exit(start).await.is_err());
    assert_eq!(tries.into_inner(), 3, "it is tried again on other ports");
}

#[tokio::test]
async fn nothing_of_the_environment_is_handed_on() {
    let command = command(Path::new("env"));
    let said = output(command).await.unwrap();
    for line in said.lines() {
        let (name, _) = line.split_once('=').unwrap();
        assert!(
            ["TZ", "PATH", "HOME", "TMPDIR", "LANG"].contains(&name),
            "{line}"
        );
    }
}
