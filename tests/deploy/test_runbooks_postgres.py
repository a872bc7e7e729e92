"""What the runbooks do to a Postgres: dump and restore, two roles that take turns, one role with another password."""

import os
import re
import socket
import tempfile
import time
import urllib.error
from pathlib import Path

import pytest

from conftest import ROOT, run
from postgres import OwnServer, blocks
from test_runbooks import Server


def test_a_dump_of_postgres_is_restored_into_a_new_database(taskwire, tmp_path, postgres):
    role = postgres.role("restored", "LOGIN")
    first, second = postgres.create("first"), f"{postgres.prefix}_second"
    postgres.databases.append(second)
    # The commands of the runbook, with a role that is no administrator.
    dumps, restores, *_ = (block for block in blocks("backup-and-restore.md", "sh") if "pg_" in block)
    environment = {
        "PATH": f"{taskwire.parent}:{os.environ['PATH']}", "TASKWIRE_DATABASE_URL": postgres.url(first),
        "ADMIN_URL": postgres.admin, "RESTORED_URL": postgres.url(second, role), "HOME": str(tmp_path),
    }
    restores = re.sub(r"\btaskwire_restored\b", second, restores.replace("--owner taskwire ", f"--owner {role} "))
    assert second in restores and role in restores
    folder, dump = tmp_path / "data", tmp_path / "taskwire.dump"
    folder.mkdir()
    with Server(taskwire, folder, postgres.url(first)) as server:
        series = server.ask("POST", "/tasks", {
            "title": "water the plants",
            "due": "2027-01-04T09:00[Europe/Rome]",
            "recurrence": {"rrule": "FREQ=DAILY"},
        })
        done = run(["bash", "-euc", dumps], env=environment, cwd=tmp_path)
        assert done.returncode == 0 and dump.exists(), done.stderr
        server.add("after")
    environment["TASKWIRE_DATA_DIR"] = str(tmp_path / "none")
    done = run(["bash", "-euc", restores.replace("taskwire doctor", f"{taskwire} doctor")], env=environment, cwd=tmp_path)
    assert "ok   database" in done.stdout, done.stdout + done.stderr
    with Server(taskwire, folder, postgres.url(second, role)) as server:
        assert server.titles() == {"water the plants"}
        # Positions of consumers came along: the series goes on, once.
        server.ask("POST", f"/tasks/{series['id']}/complete", {})
        until = time.monotonic() + 30
        while server.titles() != {"water the plants"}:
            assert time.monotonic() < until
            time.sleep(0.2)
        assert len(server.ask("GET", "/tasks")["items"]) == 1


def test_commands_beside_a_service_on_postgres_look_at_its_database(taskwire, tmp_path, postgres):
    """As docs/deploy/vm.md writes them; with the folder alone they would look at an SQLite file that nobody uses."""
    database = postgres.create("vm")
    assert run([taskwire, "migrate", "--database-url", postgres.url(database)]).returncode == 0
    for name in ("data", "etc"):
        (tmp_path / name).mkdir()
    (tmp_path / "etc/database-url").write_text(postgres.url(database) + "\n")
    found = re.findall(r"^sudo (env TASKWIRE_SECRETS_DIR.*)$", (ROOT / "docs/deploy/vm.md").read_text(), re.MULTILINE)
    assert len(found) == 2
    for command in found:
        command = command.replace("/etc/taskwire", str(tmp_path / "etc")).replace("/var/lib/taskwire", str(tmp_path / "data"))
        done = run(["bash", "-c", command], env={"PATH": f"{taskwire.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)})
        assert re.search("ok   database +postgres:", done.stdout) or "#code=" in done.stdout, done.stdout + done.stderr
    assert postgres.sql("SELECT count(*) > 0 FROM users", postgres.url(database)) == "t"
    assert not (tmp_path / "data/taskwire.db").exists()


def test_two_roles_take_turns_without_a_failed_request(taskwire, tmp_path, postgres):
    """The SQL is that of the runbook, with other names."""
    once, each_time, lock_out = blocks("rotate-credentials.md", "sql")
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
            # Nobody is locked out who is still there.
            with pytest.raises(AssertionError, match="somebody is still signed in"):
                postgres.sql(statements(lock_out))
    postgres.sql(statements(lock_out))
    assert postgres.sql(f"SELECT rolcanlogin FROM pg_roles WHERE rolname = '{a}'") == "f"
    # The new role may migrate, which needs the tables' owner.
    migrated = run([taskwire, "migrate", "--database-url", postgres.url(database, b)])
    assert migrated.returncode == 0, migrated.stderr
    with Server(taskwire, folders[1], postgres.url(database, b)) as second:
        second.add("by b alone")
        owners = postgres.sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'", postgres.url(database))
        assert owners == owner


@pytest.fixture
def own():
    if not sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        assert "CI" not in os.environ, "Postgres is missing"
        pytest.skip("Postgres is missing")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    # The user of the server may not look into tmp_path.
    with tempfile.TemporaryDirectory(prefix="taskwire-postgres-") as folder:
        server = OwnServer(Path(folder), port, "first")
        yield server
        server.stop()


def test_where_the_role_made_the_server_nothing_is_changed(taskwire, own):
    """The objects of that role cannot be given away, and half of the block would lock Taskwire out."""
    assert run([taskwire, "migrate", "--database-url", own.url("first")]).returncode == 0
    once, *_ = blocks("rotate-credentials.md", "sql")
    said = own.sql(once)
    message = re.search(r"`(cannot reassign [^`]*)`", (ROOT / "docs/runbooks/rotate-credentials.md").read_text())[1]
    assert message in said.stderr
    assert own.sql("SELECT rolconfig IS NULL FROM pg_roles WHERE rolname = 'taskwire'").stdout == "t\n"
    assert own.sql("SELECT count(*) FROM pg_roles WHERE rolname = 'taskwire_owner'").stdout == "0\n"


def test_a_dump_out_of_a_container_is_restored_and_used(taskwire, tmp_path, own):
    """The commands for Compose, without the words that lead into the container."""
    dumps, restores = (block for block in blocks("backup-and-restore.md", "sh") if "docker compose exec --no-TTY postgres" in block)
    assert run([taskwire, "migrate", "--database-url", own.url("first")]).returncode == 0
    file, programs = tmp_path / "deploy/compose/secrets/database_url", tmp_path / "bin"
    file.parent.mkdir(parents=True)
    file.write_text(own.url("first") + "\n")
    programs.mkdir()
    docker = programs / "docker"
    docker.write_text('#!/bin/sh\n[ "$2" = exec ] || exit 0\nshift 4\nexec "$@"\n')
    docker.chmod(0o755)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "PGHOST": str(own.folder), "PGPORT": str(own.port)}
    for block in (dumps, restores):
        done = run(["bash", "-c", block], cwd=tmp_path, env=environment)
        assert done.returncode == 0, done.stderr
    assert file.read_text() == own.url("first") + "_restored\n"
    folder = tmp_path / "data"
    folder.mkdir()
    with Server(taskwire, folder, file.read_text().strip()) as server:
        server.add("after")


def test_one_role_gets_another_password_while_people_work(taskwire, tmp_path, own):
    """The commands for Compose: the file is written in place, and what is refused in between waits."""
    (block,) = (block for block in blocks("rotate-credentials.md", "sh") if "docker compose exec" in block)
    folder, secrets_folder, programs = tmp_path / "data", tmp_path / "deploy/compose/secrets", tmp_path / "bin"
    for one in (folder, secrets_folder, programs):
        one.mkdir(parents=True)
    file = secrets_folder / "database_url"
    file.write_text(own.url("first"))
    # The file as a container sees it: the same, whatever takes its name later.
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    os.link(file, mounted / "database_url")
    docker = programs / "docker"
    docker.write_text(f"#!/bin/sh\n# docker compose exec --no-TTY postgres psql …\nshift 5\nexec {own.psql} taskwire \"$@\"\n")
    docker.chmod(0o755)
    references = {"TASKWIRE_SECRETS_DIR": str(mounted), "TASKWIRE_DATABASE_CONNECTIONS": "2"}
    with Server(taskwire, folder, "secret://file/database_url", **references) as server:
        server.add("before")
        block = block.replace("@postgres:5432/", f"@127.0.0.1:{own.port}/")
        done = run(["bash", "-euo", "pipefail", "-c", block], cwd=tmp_path, env={"PATH": f"{programs}:{os.environ['PATH']}"})
        assert done.returncode == 0, done.stderr
        # Every connection is made again. A request that was on one of them may fail.
        own.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
        until = time.monotonic() + 30
        while True:
            try:
                server.titles()
                break
            except urllib.error.HTTPError as refused:
                assert refused.code == 503 and time.monotonic() < until
        for number in range(5):
            server.add(f"after {number}")
        assert len(server.titles()) == 6
    assert run([taskwire, "migrate", "--database-url", own.url("first")]).returncode != 0, "the old password is no more"
