"""Postgres for the tests: databases on the shared server, and a server of a test's own."""

import os
import re
import secrets
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

from conftest import ROOT, run


def blocks(page, language) -> list[str]:
    """The blocks of a runbook in one language, in their order."""
    text = (ROOT / "docs/runbooks" / page).read_text()
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)


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


class OwnServer:
    """A server that was made with the role `taskwire`, as the images of Compose and Minikube do, and asks for passwords."""

    def __init__(self, folder: Path, port: int, password: str):
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1].parent
        self.port, self.folder, file = port, folder / "server", folder / "password"
        data = self.folder
        data.mkdir()
        file.write_text(password)
        folder.chmod(0o755)
        as_user = []
        if os.getuid() == 0:
            shutil.chown(data, "postgres", "postgres")
            as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        auth = ["--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile", file]
        done = run([*as_user, binaries / "initdb", "-D", data, "-U", "taskwire", *auth, "--no-sync", "-E", "UTF8"], cwd="/")
        assert done.returncode == 0, done.stderr
        options = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}", "-c", "fsync=off"]
        log = (folder / "server.log").open("w")
        self.process = subprocess.Popen(
            [str(word) for word in [*as_user, binaries / "postgres", "-D", data, *options]], stdout=log, stderr=log, cwd="/"
        )
        # Within the server's own machine no password is needed.
        self.psql = f"psql --no-psqlrc --host {data} --port {port}"
        until = time.monotonic() + 60
        while self.sql("SELECT 1", "postgres").returncode != 0:
            assert self.process.poll() is None and time.monotonic() < until, (folder / "server.log").read_text()
            time.sleep(0.1)
        assert self.sql("CREATE DATABASE taskwire", "postgres").returncode == 0

    def sql(self, text, database="taskwire"):
        """Lines as somebody pastes them, whether or not one fails."""
        return run([*self.psql.split(), "--username", "taskwire", "-qAt", database], input=text)

    def url(self, password) -> str:
        return f"postgres://taskwire:{password}@127.0.0.1:{self.port}/taskwire"

    def stop(self):
        self.process.terminate()
        self.process.wait()
