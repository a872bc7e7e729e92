"""deploy/load: the scenario runs against a server, with k6."""

import importlib.util
import os
import re
import subprocess
import threading
from contextlib import contextmanager

import pytest

from conftest import ROOT, run
from test_runbooks import Server

FOLDER = ROOT / "deploy/load"


@contextmanager
def fake_model():
    spec = importlib.util.spec_from_file_location("fake_model", FOLDER / "fake_model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with module.start() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()


def test_the_scenario_looks_changes_and_talks(taskwire, tools, tmp_path):
    k6 = tools / "k6"
    if not k6.exists():
        assert "CI" not in os.environ, "k6 is missing"
        pytest.skip("k6 is missing: it needs Go")
    folder = tmp_path / "data"
    folder.mkdir()
    model = {"TASKWIRE_MODEL": "fake", "TASKWIRE_MODEL_API_KEY": "any"}
    with fake_model() as url, Server(taskwire, folder, **model, TASKWIRE_MODEL_BASE_URL=url) as server:
        small = {"USERS": "5", "EVENTS_A_MINUTE": "300", "TURNS_A_MINUTE": "60", "DURATION": "4s", "PAUSE": "0.2"}
        # Tokens of an installation that is gone.
        (tmp_path / "tokens").write_text("tw_other\n" * 5)
        environment = {
            **server.environment, **small, "K6": str(k6), "TASKWIRE_BINARY": str(taskwire), "TOKENS": str(tmp_path / "tokens"),
        }
        done = run([FOLDER / "run.sh", f"http://127.0.0.1:{server.port}"], env=environment)
        # Each person has a token of their own.
        tokens = (tmp_path / "tokens").read_text().split()
        assert len(set(tokens)) == 5 and "tw_other" not in tokens
        assert (tmp_path / "tokens").stat().st_mode & 0o077 == 0
    # A machine under load may be slow, but nothing may fail.
    crossed = re.findall(r"^Threshold crossed: (.*)$", done.stdout, re.MULTILINE)
    assert all(re.match(r"http_req_duration|chat_turn|dropped_iterations", line) for line in crossed), done.stdout
    assert done.returncode == (99 if crossed else 0) and "Not so" not in done.stdout, done.stderr + done.stdout
    rows = {title: int(count) for title, count in re.findall(r"^\| ([a-z ]+) \| (\d+) \|", done.stdout, re.MULTILINE)}
    assert set(rows) == {"reads", "changes", "turns of the chat"} and all(rows.values()), done.stdout
    assert "Failed: 0.00 %." in done.stdout


def test_it_waits_for_a_server_that_starts_and_keeps_its_tokens(taskwire, tmp_path):
    """The commands of the page are pasted at once, on a new folder."""
    folder, k6 = tmp_path / "data", tmp_path / "k6"
    folder.mkdir()
    k6.write_text("#!/bin/sh\nexit 0\n")
    k6.chmod(0o755)
    server = Server(taskwire, folder)
    environment = {
        **server.environment, "USERS": "2", "K6": str(k6), "TASKWIRE_BINARY": str(taskwire), "TOKENS": str(tmp_path / "tokens"),
    }
    command = [str(FOLDER / "run.sh"), f"http://127.0.0.1:{server.port}"]
    first = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    with server:
        assert first.wait(60) == 0, first.stderr.read()
        tokens = (tmp_path / "tokens").read_text()
        assert len(set(tokens.split())) == 2
        assert run(command, env=environment).returncode == 0
        assert (tmp_path / "tokens").read_text() == tokens
    gone = run(command, env={**environment, "TASKWIRE_LOAD_LIMIT": "1"})
    assert gone.returncode == 1 and "does not answer" in gone.stderr
