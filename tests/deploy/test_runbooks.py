"""What the runbooks say is done: backup and restore of SQLite, queries, the smoke test, the service of a machine."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, run


class Server:
    """A running `taskwire serve` on a database."""

    def __init__(self, program, folder: Path, database=None, **more):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.program, self.folder = program, folder
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TASKWIRE_DATA_DIR": str(folder), **more}
        if database:
            self.environment["TASKWIRE_DATABASE_URL"] = database
        self.log = (folder.parent / f"{folder.name}.log").open("a")

    def __enter__(self):
        self.process = subprocess.Popen(
            [str(self.program), "serve", "--listen", f"127.0.0.1:{self.port}"],
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
        )
        until = time.monotonic() + 60
        while self.command("healthcheck", "--listen", f"127.0.0.1:{self.port}").returncode != 0:
            assert self.process.poll() is None and time.monotonic() < until, Path(self.log.name).read_text()
            time.sleep(0.1)
        self.token = (self.folder / "token").read_text().strip()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0

    def command(self, *arguments):
        return run([self.program, *arguments], env=self.environment)

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1{path}",
            method=method,
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def add(self, title):
        return self.ask("POST", "/tasks", {"title": title})

    def titles(self) -> set[str]:
        return {task["title"] for task in self.ask("GET", "/tasks?limit=200")["items"]}


def restore(copy, folder, **options):
    return run([ROOT / "deploy/restore-sqlite.sh", copy, folder], **options)


def back_up(program, database, *arguments):
    """Runs the script, which finds the program in the path."""
    environment = {"PATH": f"{program.parent}:{os.environ['PATH']}"}
    return run([ROOT / "deploy/backup-sqlite.sh", database, *arguments], env=environment)


def test_a_copy_made_under_load_is_restored_with_everything_that_was_answered_before(taskwire, tmp_path):
    folder, backups = tmp_path / "data", tmp_path / "backups"
    folder.mkdir()
    with Server(taskwire, folder) as server:
        for number in range(20):
            server.add(f"before {number}")
        ends = threading.Event()

        def write():
            number = 0
            while not ends.is_set():
                server.add(f"meanwhile {number}")
                number += 1

        writer = threading.Thread(target=write)
        writer.start()
        try:
            done = back_up(taskwire, folder / "taskwire.db", backups)
        finally:
            ends.set()
            writer.join()
        assert done.returncode == 0, done.stderr
        server.add("after")
    (copy,) = backups.iterdir()
    assert copy.stat().st_mode & 0o077 == 0
    assert restore(copy, folder).returncode == 0
    with Server(taskwire, folder) as server:
        titles = server.titles()
        assert {f"before {number}" for number in range(20)} <= titles and "after" not in titles
        doctor = server.command("doctor").stdout
        assert "ok   database" in doctor, doctor
        server.add("later")


def test_a_copy_out_of_a_container_is_one_too(taskwire, tmp_path):
    """The two commands of the runbook, without the words that lead into the container."""
    page = (ROOT / "docs/runbooks/backup-and-restore.md").read_text()
    commands = re.findall(r"(?:exec .*? taskwire|--) (taskwire backup - >taskwire\.db)", page)
    assert len(commands) == 2
    folder = tmp_path / "data"
    folder.mkdir()
    with Server(taskwire, folder) as server:
        server.add("in the log")
        environment = {**server.environment, "PATH": f"{taskwire.parent}:{os.environ['PATH']}"}
        for command in commands:
            done = run(["bash", "-c", command], env=environment, cwd=tmp_path)
            assert done.returncode == 0, done.stderr
            count = run(["sqlite3", tmp_path / "taskwire.db", "SELECT title FROM tasks"]).stdout
            assert count == "in the log\n"


def stand_ins(folder, **programs):
    """Programs in front of PATH."""
    folder.mkdir()
    for name, script in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_a_restore_can_be_done_again_and_again(taskwire, tmp_path):
    """The commands of the runbook for a machine, word for word but for the paths, with what was there after each."""
    page = (ROOT / "docs/runbooks/backup-and-restore.md").read_text()
    (block,) = (one for one in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "sudo deploy/restore-sqlite.sh" in one)
    folder, backups = tmp_path / "data", tmp_path / "backups"
    folder.mkdir()
    path = stand_ins(tmp_path / "bin", sudo='exec "$@"', systemctl="exit 0", taskwire=f'exec "{taskwire}" "$@"')
    for number in range(2):
        with Server(taskwire, folder) as server:
            server.add(f"kept {number}")
            assert back_up(taskwire, folder / "taskwire.db", backups).returncode == 0
            server.add(f"lost {number}")
            # As a crash leaves it: with a log.
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            server.process = subprocess.Popen(["true"])
            server.process.wait()
        (folder / "taskwire.db-wal").touch()
        copy = max(backups.iterdir())
        commands = block.replace("/var/lib/taskwire", str(folder)).replace("/var/backups/taskwire", str(backups))
        commands = re.sub(r"taskwire-\d{8}T\d{6}Z\.db", copy.name, commands)
        done = run(["bash", "-c", commands], env={"PATH": path}, cwd=ROOT)
        assert "ok   database" in done.stdout, done.stdout + done.stderr
        assert run(["sqlite3", folder / "taskwire.db", "PRAGMA integrity_check"]).stdout == "ok\n"
        with Server(taskwire, folder) as server:
            assert server.titles() == {f"kept {one}" for one in range(number + 1)}
        time.sleep(1)
    before = sorted(folder.glob("before-*"))
    assert len(before) == 2 and all((one / "taskwire.db-wal").exists() for one in before)


def test_a_copy_that_is_not_whole_or_a_server_that_runs_changes_nothing(taskwire, tmp_path):
    folder, copy = tmp_path / "data", tmp_path / "copy.db"
    folder.mkdir()
    with Server(taskwire, folder) as server:
        server.add("kept")
        assert server.command("backup", copy).returncode == 0
        refused = restore(copy, folder)
        assert refused.returncode == 1 and "a server uses" in refused.stderr
    files = {file: file.read_bytes() for file in folder.iterdir()}
    whole = copy.read_bytes()
    for content, said in [(whole[:-4096], "not whole"), (b"", "not an SQLite file"), (b"<html>" * 900, "not an SQLite file")]:
        copy.write_bytes(content)
        refused = restore(copy, folder)
        assert refused.returncode == 1 and said in refused.stderr
    assert restore(tmp_path / "none", folder).returncode != 0
    assert {file: file.read_bytes() for file in folder.iterdir()} == files
    # As into a container, through standard input.
    copy.write_bytes(whole)
    done = run(["bash", "-c", f"{ROOT}/deploy/restore-sqlite.sh - {folder} <{copy}"])
    assert done.returncode == 0, done.stderr
    assert (folder / "taskwire.db").read_bytes() == whole and (folder / "taskwire.db").stat().st_mode & 0o077 == 0


def test_the_volumes_that_the_runbook_restores_into_are_those_of_the_files():
    page = (ROOT / "docs/runbooks/backup-and-restore.md").read_text()
    project = yaml.safe_load((ROOT / "compose.small.yaml").read_text())
    (volume,) = project["volumes"]
    assert f"--volume {project['name']}_{volume}:/data " in page
    assert project["services"]["taskwire"]["volumes"] == [f"{volume}:/data"]
    assert "USER 65532:65532" in (ROOT / "Dockerfile").read_text() and "--user 65532:65532" in page


def test_the_oldest_copies_are_deleted_and_a_damaged_one_is_refused(taskwire, tmp_path):
    folder, backups = tmp_path / "data", tmp_path / "backups"
    folder.mkdir()
    backups.mkdir()
    assert run([taskwire, "migrate", "--data-dir", folder]).returncode == 0
    for day in (1, 2, 3):
        (backups / f"taskwire-2020010{day}T000000Z.db").write_text("")
    (backups / "other.db").write_text("")
    done = back_up(taskwire, folder / "taskwire.db", backups, "2")
    assert done.returncode == 0, done.stderr
    assert len(list(backups.glob("taskwire-*"))) == 2 and (backups / "taskwire-20200103T000000Z.db").exists()
    assert (backups / "other.db").exists()
    database = folder / "taskwire.db"
    content = bytearray(database.read_bytes())
    content[8192:16384] = b"\xff" * 8192
    database.write_bytes(content)
    before = sorted(backups.iterdir())
    assert back_up(taskwire, database, backups, "2").returncode != 0
    assert sorted(backups.iterdir()) == before


def test_queries_of_the_runbooks_run(taskwire, postgres):
    database = postgres.create("queries")
    assert run([taskwire, "migrate", "--database-url", postgres.url(database)]).returncode == 0
    count = 0
    for page in (ROOT / "docs/runbooks").glob("*.md"):
        for block in re.findall(r"```sql\n(.*?)```", page.read_text(), re.DOTALL):
            for statement in re.sub(r"--.*", "", block).split(";"):
                if statement.strip().startswith("SELECT") and "terminate" not in statement:
                    postgres.sql(statement, postgres.url(database))
                    count += 1
    assert count >= 5


def test_the_smoke_test_passes_and_leaves_nothing(taskwire, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    with Server(taskwire, folder) as server:
        if b"without its page" in urllib.request.urlopen(f"http://127.0.0.1:{server.port}/").read():
            pytest.skip("the program was built without the page")
        token = server.command("token", "create", "--user", "smoke", "--label", "smoke test").stdout.strip()
        environment = {**os.environ, "TASKWIRE_TOKEN": token}
        done = run([ROOT / "deploy/smoke.sh", "--revoke", f"http://127.0.0.1:{server.port}"], env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert len(re.findall("^ok ", done.stdout, re.MULTILINE)) == 8
        # The guides say what one sees.
        for guide in ("kubernetes", "doks", "minikube"):
            assert "eight lines" in (ROOT / f"docs/deploy/{guide}.md").read_text()
        server.token = server.command("token", "create", "--user", "smoke").stdout.strip()
        assert server.titles() == set()
        assert len(server.ask("GET", "/tokens")["items"]) == 1, "the token is not revoked"


@pytest.mark.parametrize("break_it, said", [("stop", "/healthz answered 000"), ("token", "/api/v1/session answered 401")])
def test_the_smoke_test_says_what_is_wrong(taskwire, tmp_path, break_it, said):
    folder = tmp_path / "data"
    folder.mkdir()
    with Server(taskwire, folder) as server:
        token = server.token if break_it == "stop" else "tw_wrong"
        port = 9 if break_it == "stop" else server.port
        if break_it == "token" and b"without its page" in urllib.request.urlopen(f"http://127.0.0.1:{port}/").read():
            pytest.skip("the program was built without the page")
        done = run([ROOT / "deploy/smoke.sh", f"http://127.0.0.1:{port}"], env={**os.environ, "TASKWIRE_TOKEN": token})
        assert done.returncode == 1 and said in done.stderr, done.stderr


def test_the_service_is_valid_and_confined(tmp_path, taskwire):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is missing")
    folder = ROOT / "deploy/systemd"
    # The programs are not where they are installed.
    for unit in folder.iterdir():
        text = unit.read_text().replace("/usr/local/bin/taskwire", str(taskwire))
        (tmp_path / unit.name).write_text(text.replace("/usr/local/lib/taskwire", str(ROOT / "deploy")))
    done = run(["systemd-analyze", "verify", *(tmp_path / unit.name for unit in folder.iterdir())])
    complaints = [line for line in done.stderr.splitlines() if "taskwire" in line]
    assert done.returncode == 0 and complaints == [], done.stderr
    rated = run(["systemd-analyze", "security", "--offline=true", tmp_path / "taskwire.service"]).stdout
    exposure = float(re.search(r"exposure level for taskwire.service: ([\d.]+)", rated)[1])
    assert exposure < 2, rated


def test_root_may_use_the_file_of_the_services_user(taskwire, tmp_path):
    """`sudo taskwire token` beside the running service leaves no file that the service could not write."""
    if os.getuid() != 0:
        pytest.skip("needs root")
    folder = tmp_path / "data"
    folder.mkdir()
    assert run([taskwire, "migrate", "--data-dir", folder]).returncode == 0
    for file in [folder, *folder.iterdir()]:
        os.chown(file, 65532, 65532)
    done = run([taskwire, "token", "--data-dir", folder, "create"])
    assert done.returncode == 0, done.stderr
    assert {file.stat().st_uid for file in folder.iterdir()} == {65532}
