"""What the runbooks say is done: backup and restore, two database roles that take turns, the service of a machine."""

import json
import os
import re
import secrets
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
from urllib.parse import urlsplit

import pytest

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
    # As the runbook says: the log goes with the file that it belongs to.
    (folder / "before").mkdir()
    for name in ("taskwire.db", "taskwire.db-wal", "taskwire.db-shm"):
        if (folder / name).exists():
            (folder / name).rename(folder / "before" / name)
    shutil.copy(copy, folder / "taskwire.db")
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


@pytest.fixture
def postgres():
    """Makes databases with names of their own, and drops them and their roles at the end."""
    admin = os.environ.get("TASKWIRE_TEST_POSTGRES")
    if not admin:
        assert "CI" not in os.environ, "TASKWIRE_TEST_POSTGRES is not set"
        pytest.skip("TASKWIRE_TEST_POSTGRES is not set")
    server = Postgres(admin)
    yield server
    server.drop()


class Postgres:
    def __init__(self, admin):
        self.admin = admin
        self.prefix = f"deploy_{secrets.token_hex(4)}"
        self.databases, self.roles = [], []

    def sql(self, text, url=None) -> str:
        done = run(["psql", "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", text, url or self.admin])
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def url(self, database, role="postgres") -> str:
        parts = urlsplit(self.admin)
        return f"postgres://{role}:unused@{parts.hostname}:{parts.port}/{database}"

    def create(self, name, owner="postgres") -> str:
        database = f"{self.prefix}_{name}"
        self.databases.append(database)
        self.sql(f"CREATE DATABASE {database} OWNER {owner}")
        return database

    def role(self, name, options) -> str:
        role = f"{self.prefix}_{name}"
        self.roles.append(role)
        self.sql(f"CREATE ROLE {role} {options}")
        return role

    def drop(self):
        for database in self.databases:
            self.sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        for role in reversed(self.roles):
            self.sql(f"DROP ROLE IF EXISTS {role}")


def test_a_dump_of_postgres_is_restored_into_a_new_database(taskwire, tmp_path, postgres):
    first, second = postgres.create("first"), postgres.create("second")
    folder, dump = tmp_path / "data", tmp_path / "taskwire.dump"
    folder.mkdir()
    with Server(taskwire, folder, postgres.url(first)) as server:
        series = server.ask("POST", "/tasks", {
            "title": "water the plants",
            "due": "2027-01-04T09:00[Europe/Rome]",
            "recurrence": {"rrule": "FREQ=DAILY"},
        })
        done = run(["pg_dump", "--format", "custom", "--no-owner", "--file", dump, postgres.url(first)])
        assert done.returncode == 0, done.stderr
        server.add("after")
    done = run(["pg_restore", "--no-owner", "--exit-on-error", "--dbname", postgres.url(second), dump])
    assert done.returncode == 0, done.stderr
    doctor = run([taskwire, "doctor", "--database-url", postgres.url(second), "--data-dir", tmp_path / "none"]).stdout
    assert "ok   database" in doctor, doctor
    with Server(taskwire, folder, postgres.url(second)) as server:
        assert server.titles() == {"water the plants"}
        # Positions of consumers came along: the series goes on, once.
        server.ask("POST", f"/tasks/{series['id']}/complete", {})
        until = time.monotonic() + 30
        while server.titles() != {"water the plants"}:
            assert time.monotonic() < until
            time.sleep(0.2)
        assert len(server.ask("GET", "/tasks")["items"]) == 1


def test_two_roles_take_turns_without_a_failed_request(taskwire, tmp_path, postgres):
    """The SQL is that of the runbook, with other names."""
    page = (ROOT / "docs/runbooks/rotate-credentials.md").read_text()
    once, each_time, *_ = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    a = postgres.role("a", "LOGIN")
    database = postgres.create("rotated", a)
    owner, b = f"{postgres.prefix}_owner", f"{postgres.prefix}_b"
    postgres.roles += [owner, b]
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()

    def statements(text):
        text = re.sub(r"--.*", "", text).replace("…", "unused")
        text = text.replace("DATABASE taskwire", f"DATABASE {database}")
        text = re.sub(r"\btaskwire_owner\b", owner, text)
        text = re.sub(r"\btaskwire_b\b", b, text)
        return re.sub(r"\btaskwire\b", a, text)

    with Server(taskwire, folders[0], postgres.url(database, a)) as first:
        first.add("by a")
        postgres.sql(statements(once), postgres.url(database))
        first.add("by a again")
        postgres.sql(statements(each_time), postgres.url(database))
        with Server(taskwire, folders[1], postgres.url(database, b)) as second:
            assert second.titles() == {"by a", "by a again"}
            second.add("by b")
            assert "by b" in first.titles()
            who = postgres.sql("SELECT DISTINCT usename FROM pg_stat_activity WHERE usename <> 'postgres' ORDER BY 1", postgres.url(database))
            assert {a, b} <= set(who.split())
    postgres.sql(f"ALTER ROLE {a} NOLOGIN PASSWORD NULL")
    # The new role may migrate, which needs the tables' owner.
    migrated = run([taskwire, "migrate", "--database-url", postgres.url(database, b)])
    assert migrated.returncode == 0, migrated.stderr
    with Server(taskwire, folders[1], postgres.url(database, b)) as second:
        second.add("by b alone")
        owners = postgres.sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'", postgres.url(database))
        assert owners == owner


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
