//! Finding a server, and checking that it works.

use taskwire_testkit::{Kind, free_port};

use crate::support::deployment::{Deployment, run};

/// The line of `doctor` about one part.
fn line<'a>(output: &'a str, what: &str) -> &'a str {
    let found = output.lines().find(|line| line[5..].starts_with(what));
    found.unwrap_or_else(|| panic!("nothing about the {what}: {output}"))
}

#[tokio::test]
async fn a_second_server_on_a_data_folder_is_refused_and_changes_nothing() {
    let mut deployment = Deployment::serve(Kind::Sqlite, None).await;
    let folder = deployment.folder().to_str().unwrap().to_owned();
    let address = || std::fs::read_to_string(format!("{folder}/address"));
    let before = address().unwrap();
    assert_eq!(format!("http://{}", before.trim()), deployment.api.url());

    let listen = format!("127.0.0.1:{}", free_port());
    let second = run(&["serve", "--data-dir", &folder, "--listen", &listen], &[]).failed();
    assert!(second.contains(before.trim()), "{second}");
    assert!(second.contains("--data-dir"), "{second}");
    assert_eq!(address().unwrap(), before);
    run(&["healthcheck", "--data-dir", &folder], &[]).ok();

    // A graceful stop removes its address; a kill leaves one that is ignored.
    assert!(deployment.api.stop().await.success());
    assert!(address().is_err());
    deployment.api.restart().await;
    deployment.api.kill();
    assert_eq!(address().unwrap(), before);
    let output = run(&["doctor", "--data-dir", &folder], &[]).ok();
    assert!(line(&output, "server").starts_with("-- "), "{output}");
    deployment.api.restart().await;
    let output = run(&["doctor", "--data-dir", &folder], &[]).ok();
    assert!(line(&output, "server").starts_with("ok "), "{output}");
    assert!(
        line(&output, "token").ends_with("is valid for local"),
        "{output}"
    );
}

#[tokio::test]
async fn a_healthcheck_uses_the_given_address() {
    let deployment = Deployment::serve(Kind::Sqlite, None).await;
    let (there, nowhere) = (
        deployment.api.url(),
        format!("http://127.0.0.1:{}", free_port()),
    );
    let folder = deployment.folder().to_str().unwrap();
    let empty = tempfile::tempdir().unwrap();
    let empty = empty.path().to_str().unwrap();
    for (args, is_there) in [
        (["--api-url", &there, "--data-dir", empty], true),
        (["--api-url", &nowhere, "--data-dir", folder], false),
        (["--listen", &there[7..], "--data-dir", empty], true),
        (["--listen", &nowhere[7..], "--data-dir", folder], false),
    ] {
        let ran = run(&[&["healthcheck"][..], &args[..]].concat(), &[]);
        assert_eq!(ran.success, is_there, "{args:?}: {ran:?}");
        if !is_there {
            assert!(ran.err.contains(&nowhere), "{ran:?}");
        }
    }
    run(&["healthcheck", "--data-dir", folder], &[]).ok();
}

#[tokio::test]
async fn doctor_trusts_only_what_works() {
    let mut deployment = Deployment::serve(Kind::Sqlite, None).await;
    let folder = deployment.folder().to_str().unwrap().to_owned();
    let made_up = [("TASKWIRE_TOKEN", "tw_made_up")];
    let args = ["doctor", "--data-dir", &folder];
    // Whether the server is asked or, without one, the database.
    for is_running in [true, false] {
        if !is_running {
            assert!(deployment.api.stop().await.success());
        }
        let output = run(&args, &[]).ok();
        assert!(line(&output, "token").starts_with("ok "), "{output}");
        for part in ["chat", "mcp"] {
            let mark = if is_running { "ok " } else { "-- " };
            assert!(line(&output, part).starts_with(mark), "{output}");
        }
        let output = run(&args, &made_up).failed();
        assert!(line(&output, "token").starts_with("fail "), "{output}");
    }
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let output = run(&[&args[..], &["--api-url", &nowhere]].concat(), &[]).failed();
    assert!(line(&output, "server").starts_with("fail "), "{output}");
}

#[tokio::test]
async fn addresses_are_read_as_people_write_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let doctor = ["doctor", "--data-dir", folder];
    run(
        &doctor,
        &[("TASKWIRE_LISTEN", ""), ("TASKWIRE_API_URL", "")],
    )
    .ok();
    for (args, part) in [
        (["--api-url", "localhost:8484"], "http://127.0.0.1:8484"),
        (
            ["--database-connections", "0"],
            "--database-connections <N>': 0 is not in 1..=1000",
        ),
    ] {
        let output = run(&[&doctor[..], &args[..]].concat(), &[]).failed();
        assert!(
            output.contains(part) && !output.contains("panicked"),
            "{output}"
        );
    }
    // A server that listens everywhere prints a link that can be opened, and responds under that name.
    for host in ["0.0.0.0", "localhost"] {
        let mut deployment = Deployment::serve_at(host).await;
        let link = deployment.api.wait_for_line("/#code=").await;
        let page = crate::support::rest::http()
            .get(link.trim())
            .send()
            .await
            .unwrap();
        assert_eq!(page.status(), 200, "{link}");
        assert!(!link.contains("0.0.0.0"), "{link}");
    }
}
