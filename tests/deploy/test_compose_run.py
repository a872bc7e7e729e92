"""compose.yaml in the real: Postgres, Kafka, Redis, six parts and their sidecars, and the smoke test (project.py)."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from conftest import ROOT, run
from project import Project
from test_compose import PORTS, load

NEEDED = {"daprd": "TASKWIRE_DAPRD", "kafka": "TASKWIRE_KAFKA_LIB", "java": "TASKWIRE_JAVA", "redis": "TASKWIRE_REDIS_SERVER"}


@pytest.fixture
def programs(taskwire):
    missing = [variable for variable in NEEDED.values() if not os.environ.get(variable)]
    missing += [program for program in ("ip", "nsenter", "unshare", "psql") if not shutil.which(program)]
    if os.getuid() != 0:
        pytest.skip("network namespaces need root; .github/workflows/ci.yml runs the real Compose")
    if missing:
        assert "CI" not in os.environ, missing
        pytest.skip(f"missing: {missing}")
    return {name: os.environ[variable] for name, variable in NEEDED.items()} | {"taskwire": taskwire}


def test_all_parts_work_together_over_kafka(programs):
    # Not below pytest's folder, which the user of Postgres cannot enter.
    with tempfile.TemporaryDirectory(prefix="taskwire-compose-") as name:
        folder = Path(name)
        secrets = folder / "secrets"
        assert run([ROOT / "deploy/compose/secrets.sh", secrets]).returncode == 0
        # The files belong to root here; in a container the folder is not seen at all.
        secrets.chmod(0o755)
        project = Project(load("compose.yaml")["services"], secrets, folder, programs)
        try:
            follow(project)
        finally:
            project.stop()


def follow(project):
    project.start_kafka()
    project.start_redis()
    project.start_postgres()
    migrated = project.run("migrate", *project.taskwire("migrate"))
    assert migrated.returncode == 0, migrated.stderr
    assert {"task-events", "task-updates", "reminders"} <= project.run_topics()
    for name in PORTS:
        project.start(name, *project.taskwire(name))
        project.start_sidecar(f"{name}-sidecar")
    for name in PORTS:
        check = project.services[name]["healthcheck"]["test"][2:]
        project.wait_for(lambda: project.run(name, *project.taskwire(name, *check)).returncode == 0, name)
    created = project.run("admin", *project.taskwire("admin", "token", "create", "--user", "smoke"))
    assert created.returncode == 0, created.stderr
    link = project.run("admin", *project.taskwire("admin", "token", "link"))
    assert link.stdout.startswith("http://127.0.0.1:8484/#code="), link.stdout + link.stderr
    environment = {"PATH": os.environ["PATH"], "TASKWIRE_TOKEN": created.stdout.strip()}
    tried = project.run("api", [ROOT / "deploy/smoke.sh", "--revoke", "http://127.0.0.1:8484"], environment)
    logs = "\n".join(f"--- {name}\n{project.log(name)}" for name in [*PORTS, *(f"{name}-sidecar" for name in PORTS)])
    assert tried.returncode == 0, tried.stdout + tried.stderr + logs
