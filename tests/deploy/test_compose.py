"""The Compose files: their services start the program with options it knows, and nothing but the entry point is published."""

import json
import os
import re
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, run

FILES = ["compose.yaml", "compose.small.yaml"]
# Variables that are no option of a command, and who reads them.
OTHERS = {"GEMINI_API_KEY", "DAPR_API_TOKEN", "APP_API_TOKEN", "TASKWIRE_DATA_DIR"}
PORTS = {"api": 8484, "mcp": 8485, "chat": 8486, "audit": 8487, "recurrence": 8487, "reminder": 8487}


def load(name) -> dict:
    text = (ROOT / name).read_text()
    # ${NAME:-default}, as Compose reads it without the variable.
    text = re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", text)
    return yaml.safe_load(text)


def services(name, image="taskwire") -> dict:
    return {key: one for key, one in load(name)["services"].items() if one["image"].split(":")[0] == image}


COMMANDS = [(file, name) for file in FILES for name in services(file)]


@pytest.mark.parametrize("file, name", COMMANDS)
def test_each_command_knows_its_options_and_its_variables(taskwire, file, name):
    service = services(file)[name]
    command = service["command"]
    # Parsed with --help at its end: an option before it that is unknown is refused.
    assert run([taskwire, *command, "--help"]).returncode == 0
    known = set(re.findall(r"\[env: ([A-Z_]+)", run([taskwire, *command[:1], "--help"]).stdout)) | OTHERS
    if command[0] == "token":
        known |= set(re.findall(r"\[env: ([A-Z_]+)", run([taskwire, "token", "link", "--help"]).stdout))
    assert set(service.get("environment", {})) <= known


def published(file) -> dict:
    return {name: one["ports"] for name, one in load(file)["services"].items() if one.get("ports")}


@pytest.mark.parametrize("file", FILES)
def test_one_port_is_published_and_on_this_machine_alone(file):
    (ports,) = published(file).values()
    (port,) = ports
    assert port == "127.0.0.1:8484:8484"


@pytest.mark.parametrize("file", FILES)
def test_services_of_taskwire_are_confined(file):
    for name, service in services(file).items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["mem_limit"] and service["pids_limit"], name


@pytest.mark.parametrize("file", FILES)
def test_no_secret_stands_in_the_file(file):
    for name, service in load(file)["services"].items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|TOKEN|KEY$|DATABASE_URL", variable):
                reference = str(value or "").startswith(("secret://file/", "/run/secrets/")) or not value
                assert reference, f"{name}: {variable}"


@pytest.mark.parametrize("file", FILES)
def test_secrets_and_volumes_are_declared(file):
    compose = load(file)
    used, volumes = set(), set()
    for service in compose["services"].values():
        used |= set(service.get("secrets", []))
        volumes |= {one.split(":")[0] for one in service.get("volumes", []) if not one.startswith(".")}
        for value in service.get("environment", {}).values():
            for name in re.findall(r"secret://file/(\w+)|/run/secrets/(\w+)", str(value)):
                assert (name[0] or name[1]) in service["secrets"]
        for mount in service.get("volumes", []):
            if mount.startswith("."):
                assert (ROOT / mount.split(":")[0]).exists(), mount
    assert used == set(compose.get("secrets", {})) and volumes == set(compose.get("volumes", {}))


def test_each_part_but_the_administrator_has_a_sidecar_that_knows_its_port():
    compose = load("compose.yaml")["services"]
    for name, port in PORTS.items():
        sidecar = compose[f"{name}-sidecar"]
        assert sidecar["network_mode"] == f"service:{name}"
        assert f"--app-id=task-{name}" in sidecar["command"] and f"--app-port={port}" in sidecar["command"]
        assert compose[name]["environment"]["TASKWIRE_LISTEN"] == f"0.0.0.0:{port}"
        # Each container has a network of its own; nothing of it is published.
        assert compose[name]["environment"]["TASKWIRE_INTERNAL_LISTEN"] == "0.0.0.0:8489"
        assert "--dapr-listen-addresses=127.0.0.1" in sidecar["command"]
    assert len([name for name in compose if name.endswith("-sidecar")]) == len(PORTS)
    # They may publish and subscribe by the components' scopes.
    scopes = yaml.safe_load((ROOT / "dapr/components/local-kafka/pubsub.yaml").read_text())["scopes"]
    assert {"task-api", "task-audit", "task-recurrence", "task-reminder"} <= set(scopes)


def test_sidecars_have_every_variable_that_their_files_read():
    sidecar = load("compose.yaml")["services"]["api-sidecar"]
    for mount in sidecar["volumes"]:
        text = (ROOT / mount.split(":")[0]).read_text()
        needed = set(re.findall(r"envRef: (\w+)|\$\{(\w+)\}", re.sub(r"#.*", "", text)))
        for name in needed:
            assert (name[0] or name[1]) in sidecar["environment"], f"{mount}: {name}"


def test_only_the_api_the_chat_and_the_reminders_reach_out():
    compose = load("compose.yaml")
    assert compose["networks"]["inner"]["internal"] is True
    out = {name for name, one in compose["services"].items() if "outer" in one.get("networks", [])}
    assert out == {"api", "chat", "reminder"}


def test_the_topics_are_those_that_this_version_needs(taskwire):
    script = (ROOT / "deploy/compose/topics.sh").read_text()
    (command,) = re.findall(r"^# Printed by: taskwire (.*)$", script, re.MULTILINE)
    printed = run([taskwire, *command.split()]).stdout
    assert [line for line in script.splitlines() if not line.startswith("#")] == printed.splitlines()


@pytest.fixture(scope="module")
def secrets(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("compose") / "secrets"
    assert run([ROOT / "deploy/compose/secrets.sh", folder]).returncode == 0
    return folder


def test_secrets_are_made_once_and_are_nobody_elses(secrets):
    before = {file.name: file.read_text() for file in secrets.iterdir()}
    assert run([ROOT / "deploy/compose/secrets.sh", secrets]).returncode == 0
    assert before == {file.name: file.read_text() for file in secrets.iterdir()}
    assert secrets.stat().st_mode & 0o077 == 0
    assert set(load("compose.yaml")["secrets"]) | {"dapr.env"} == set(before)
    assert before["postgres_password"].strip() in before["database_url"]
    for file in secrets.iterdir():
        # A container runs as another user than the one whom they belong to.
        assert file.stat().st_mode & 0o044 == 0o044


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_every_part_starts_with_the_environment_that_it_is_given(taskwire, secrets, tmp_path):
    """On SQLite in place of Postgres, without sidecars: each starts, and its own health check finds it."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for file in secrets.iterdir():
        (folder / file.name).write_text(file.read_text())
    (folder / "database_url").write_text(str(tmp_path / "data.db"))
    tokens = dict(line.split("=") for line in (folder / "dapr.env").read_text().splitlines())
    ports = {name: free_port() for name in PORTS}
    internal = {name: free_port() for name in PORTS}
    processes = {}

    def environment(name) -> dict:
        given = services("compose.yaml")[name].get("environment", {})
        values = {key: str(value) for key, value in given.items()}
        if name in ports:
            values["TASKWIRE_LISTEN"] = f"127.0.0.1:{ports[name]}"
            values["TASKWIRE_INTERNAL_LISTEN"] = f"127.0.0.1:{internal[name]}"
        for other, port in ports.items():
            for key, value in values.items():
                values[key] = value.replace(f"http://{other}:{PORTS[other]}", f"http://127.0.0.1:{port}")
        return {
            "PATH": os.environ["PATH"],
            "TASKWIRE_DATA_DIR": str(tmp_path / f"data-{name}"),
            "TASKWIRE_SECRETS_DIR": str(folder),
            # No sidecar answers there.
            "DAPR_HTTP_PORT": str(free_port()),
            **tokens,
            **values,
        }

    try:
        migrated = run([taskwire, *services("compose.yaml")["migrate"]["command"]], env=environment("migrate"))
        assert migrated.returncode == 0, migrated.stderr
        for name in PORTS:
            log = (tmp_path / f"{name}.log").open("w")
            command = [str(taskwire), *services("compose.yaml")[name]["command"]]
            processes[name] = subprocess.Popen(command, env=environment(name), stdout=log, stderr=log, cwd=tmp_path)
        for name, process in processes.items():
            (program, check, *arguments) = services("compose.yaml")[name]["healthcheck"]["test"]
            assert (program, check) == ("CMD", "/usr/local/bin/taskwire")
            until = time.monotonic() + 60
            while run([taskwire, *arguments], env=environment(name)).returncode != 0:
                text = (tmp_path / f"{name}.log").read_text()
                assert process.poll() is None and time.monotonic() < until, f"{name}: {text}"
                time.sleep(0.2)
        with urllib.request.urlopen(f"http://127.0.0.1:{internal['api']}/readyz") as answer:
            assert json.load(answer)["status"] == "ready"
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait(30)
