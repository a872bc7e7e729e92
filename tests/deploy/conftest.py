"""What the tests of the deployment share: the repository, the tools and the program."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def tools() -> Path:
    """The folder of pinned tools (scripts/deploy-tools.sh)."""
    return Path(os.environ["TASKWIRE_DEPLOY_TOOLS"])


@pytest.fixture(scope="session")
def taskwire() -> Path:
    """The program under test: TASKWIRE_BINARY, or the one that Cargo built for the tests."""
    program = Path(os.environ.get("TASKWIRE_BINARY") or ROOT / "target/debug/taskwire")
    assert program.exists(), f"{program} is missing: run `cargo build`, or set TASKWIRE_BINARY"
    return program


def run(command, **options) -> subprocess.CompletedProcess:
    """Runs a command with its output captured; nothing of it is checked."""
    options.setdefault("timeout", 120)
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)


def merge(values: dict, more: dict) -> dict:
    """Values of a chart with those of another file over them, as Helm merges them."""
    for key, value in more.items():
        values[key] = merge(values.get(key) or {}, value) if isinstance(value, dict) else value
    return values


@pytest.fixture
def postgres():
    """Makes databases with names of their own, and drops them and their roles at the end."""
    admin = os.environ.get("TASKWIRE_TEST_POSTGRES")
    if not admin:
        assert "CI" not in os.environ, "TASKWIRE_TEST_POSTGRES is not set"
        pytest.skip("TASKWIRE_TEST_POSTGRES is not set")
    from postgres import Postgres

    server = Postgres(admin)
    yield server
    server.drop()
