"""deploy/doks/*.sh, against stand-ins for the programs that they call."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

from conftest import ROOT, merge, run

PROGRAMS = ["doctl", "kubectl", "helm", "docker", "rpk", "curl"]
SECRETS = ["database-url", "database-direct-url", "broker-username", "broker-password", "state-password"]
SMALL = {"REGISTRY": "example"}
STANDARD = {"REGISTRY": "example", "SIZE": "standard", "HOST": "tasks.example.com", "BROKERS": "a:9092,b:9092", "REDIS": "redis:6379"}

# The real one revokes its token, where it reaches the server.
SMOKE = """#!/bin/sh
echo "$TASKWIRE_TOKEN $*" >>"$STAND_IN/smoke"
[ ! -e "$STAND_IN/smoke-fails" ] || exit 1
rm "$STAND_IN/there/token"
"""


class Cloud:
    """A copy of the scripts, stand-ins before everything else in PATH, and what these recorded."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.state = folder / "state"
        self.secrets = folder / "secrets"
        self.tree = folder / "tree"
        (self.state / "there").mkdir(parents=True)
        shutil.copytree(ROOT / "deploy", self.tree / "deploy", ignore=shutil.ignore_patterns("secrets", "settings", "my-values.yaml"))
        smoke = self.tree / "deploy/smoke.sh"
        smoke.write_text(SMOKE)
        self.bin = folder / "bin"
        self.bin.mkdir()
        for program in PROGRAMS:
            (self.bin / program).symlink_to(ROOT / "tests/deploy/stand-in.sh")

    def write_secrets(self):
        self.secrets.mkdir(exist_ok=True)
        for name in SECRETS:
            (self.secrets / name).write_text(f"content-of-{name}")

    def run(self, script, *arguments, answer=None, **settings) -> subprocess.CompletedProcess:
        environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(self.state),
            "STAND_IN": str(self.state),
            "TASKWIRE_DOKS_SECRETS": str(self.secrets),
            "TASKWIRE_DOKS_PAUSE": "0",
            **settings,
        }
        if answer is not None:
            environment["TASKWIRE_ASK_STDIN"] = "1"
        command = [self.tree / "deploy/doks" / script, *arguments]
        return run(command, env=environment, input=answer or "", timeout=60)

    def calls(self) -> list[list[str]]:
        log = self.state / "calls"
        return [line.split("\t") for line in log.read_text().splitlines()] if log.exists() else []

    def lines(self) -> list[str]:
        return [" ".join(call).replace(str(self.folder), "") for call in self.calls()]


@pytest.fixture
def cloud(tmp_path) -> Cloud:
    return Cloud(tmp_path)


def index(lines, part) -> int:
    found = [number for number, line in enumerate(lines) if part in line]
    assert found, f"{part!r} is not called: {lines}"
    return found[0]


def in_order(lines, *parts):
    places = [index(lines, part) for part in parts]
    assert places == sorted(places), lines


def test_a_small_installation_goes_from_nothing_to_the_smoke_test(cloud):
    done = cloud.run("deploy.sh", "--yes", **SMALL)
    assert done.returncode == 0, done.stderr
    lines = cloud.lines()
    in_order(
        lines,
        "doctl registry create example",
        "docker push registry.digitalocean.com/example/taskwire:",
        "doctl kubernetes cluster create taskwire --region fra1 --count 1 --size s-2vcpu-4gb",
        "doctl kubernetes cluster kubeconfig save taskwire",
        "kubectl create namespace taskwire",
        "helm upgrade --install taskwire",
        "kubectl rollout status",
        "kubectl exec",
    )
    assert not [line for line in lines if "dapr" in line]
    assert "values-doks-small.yaml" in lines[index(lines, "helm upgrade")]
    smoke = (cloud.state / "smoke").read_text()
    assert smoke == "tw_token --revoke http://127.0.0.1:18484\n"


def test_a_standard_installation_has_dapr_and_its_secrets_before_the_chart(cloud):
    cloud.write_secrets()
    done = cloud.run("deploy.sh", "--yes", **STANDARD)
    assert done.returncode == 0, done.stderr
    lines = cloud.lines()
    in_order(lines, "helm upgrade --install dapr", "kubectl create secret generic taskwire-database", "helm upgrade --install taskwire")
    chart = lines[index(lines, "helm upgrade --install taskwire")]
    assert "--rollback-on-failure" in chart
    assert r"broker.kafka.brokers=a:9092\,b:9092" in chart
    for name in ["service-token", "dapr-api-token", "dapr-app-token"]:
        file = cloud.secrets / name
        assert len(file.read_text()) == 64 and file.stat().st_mode & 0o077 == 0


def test_no_secret_is_printed_or_given_as_an_argument(cloud):
    cloud.write_secrets()
    done = cloud.run("deploy.sh", "--yes", **STANDARD)
    everything = done.stdout + done.stderr + "\n".join(cloud.lines())
    for file in cloud.secrets.iterdir():
        assert file.read_text() not in everything, file.name


def test_missing_secrets_are_named_before_anything_is_created(cloud):
    done = cloud.run("deploy.sh", "--yes", **STANDARD)
    assert done.returncode == 1 and "database-direct-url" in done.stderr and "state-password" in done.stderr
    assert cloud.calls() == []


@pytest.mark.parametrize("settings", [SMALL, STANDARD], ids=["small", "standard"])
def test_a_dry_run_prints_every_command_and_calls_nothing(cloud, settings):
    printed = cloud.run("deploy.sh", "--dry-run", **settings)
    assert printed.returncode == 0, printed.stderr
    assert cloud.calls() == [] and not cloud.secrets.exists()
    commands = {line[2:] for line in printed.stderr.splitlines() if line.startswith("+ ")}
    cloud.write_secrets()
    cloud.run("deploy.sh", "--yes", **settings)
    shown = "\n".join(commands)
    for call in cloud.lines():
        asks = ("doctl registry get", "doctl kubernetes cluster get", "docker manifest inspect", "curl", "kubectl apply")
        if not call.startswith(asks):
            assert " ".join(call.split()[:4]) in shown, call


@pytest.mark.parametrize("answer, goes_on", [("yes\n", True), ("no\n", False), ("\n", False)])
def test_it_asks_before_it_costs_money(cloud, answer, goes_on):
    done = cloud.run("deploy.sh", answer=answer, **SMALL)
    assert (done.returncode == 0) is goes_on
    assert "about 24.50 US dollars a month" in done.stderr
    created = [line for line in cloud.lines() if " create " in line]
    assert bool(created) is goes_on


def test_without_anybody_to_ask_it_stops(cloud):
    done = cloud.run("deploy.sh", **SMALL)
    assert done.returncode == 1 and "--yes" in done.stderr
    assert not [line for line in cloud.lines() if " create " in line]


def test_a_failed_trial_leaves_no_token(cloud):
    (cloud.state / "smoke-fails").touch()
    done = cloud.run("deploy.sh", "--yes", **SMALL)
    assert done.returncode == 1 and '"smoke test" failed' in done.stderr, done.stderr
    in_order(cloud.lines(), "healthz", "token create", "token revoke")
    assert not (cloud.state / "there/token").exists()


def test_no_token_is_made_before_somebody_answers(cloud):
    (cloud.state / "no-answer").touch()
    done = cloud.run("deploy.sh", "--yes", **SMALL)
    assert done.returncode == 1 and "kubectl port-forward ended" in done.stderr, done.stderr
    assert not [line for line in cloud.lines() if "token create" in line]


def test_a_second_run_creates_nothing_and_asks_nothing(cloud):
    assert cloud.run("deploy.sh", "--yes", **SMALL).returncode == 0
    before = len(cloud.calls())
    again = cloud.run("deploy.sh", **SMALL)
    assert again.returncode == 0, again.stderr
    assert "Nothing is created that costs money." in again.stderr
    second = cloud.lines()[before:]
    assert not [line for line in second if "cluster create" in line or "registry create" in line or "docker build" in line]
    assert index(second, "helm upgrade --install taskwire") > 0


def test_when_each_call_fails_once_running_it_again_ends_where_one_run_does(cloud, tmp_path):
    (tmp_path / "other").mkdir()
    smooth = Cloud(tmp_path / "other")
    for one in (cloud, smooth):
        one.write_secrets()
    assert smooth.run("deploy.sh", "--yes", **STANDARD).returncode == 0
    calls = {line for line in smooth.lines() if not line.startswith("curl")}
    (cloud.state / "fail-once").touch()
    runs = 0
    while (done := cloud.run("deploy.sh", "--yes", **STANDARD)).returncode != 0:
        assert "connection reset" in done.stderr, done.stderr
        assert "run the same command again" in done.stderr, done.stderr
        runs += 1
        assert runs < 100
    assert runs >= len(calls) - 1, "a call failed, and nobody noticed"
    assert sorted((cloud.state / "there").iterdir()) == [
        cloud.state / "there" / file.name for file in sorted((smooth.state / "there").iterdir())
    ]
    assert calls <= set(cloud.lines())
    for costly in ("doctl registry create", "doctl kubernetes cluster create"):
        assert len([line for line in cloud.lines() if line.startswith(costly)]) == 2, "once in vain, once with success"
    assert (cloud.state / "smoke").read_text().count("\n") == 1


@pytest.mark.parametrize("settings", [SMALL, STANDARD], ids=["small", "standard"])
@pytest.mark.parametrize("key", [True, False], ids=["key", "no key"])
def test_the_chart_takes_the_values_that_it_is_given(cloud, settings, key):
    chart = ROOT / "helm/taskwire"
    if not chart.exists():
        pytest.skip("there is no chart")
    cloud.write_secrets()
    if key:
        (cloud.secrets / "model-api-key").write_text("key")
    assert cloud.run("deploy.sh", "--yes", **settings).returncode == 0
    (call,) = [call for call in cloud.calls() if call[:4] == ["helm", "upgrade", "--install", "taskwire"]]
    values = yaml.safe_load((chart / "values.yaml").read_text())
    merge(values, yaml.safe_load((chart / Path(call[call.index("--values") + 1]).name).read_text()))
    for option, given in zip(call, call[1:]):
        if option == "--set-string":
            path, value = given.split("=", 1)
            value = value.replace("\\,", ",")
            *parents, last = path.split(".")
            target = values
            for parent in parents:
                target = target[parent]
            if last.endswith("[0]"):
                target[last[:-3]] = [value, *target[last[:-3]][1:]]
            else:
                assert last in target, path
                target[last] = value
    jsonschema.validate(values, json.loads((chart / "values.schema.json").read_text()))
    # Each Secret that the values name is created, with the keys that the chart asks for.
    created = {call[4] for call in cloud.calls() if call[:3] == ["kubectl", "create", "secret"]}
    wanted = {one["existingSecret"] for one in values["secrets"].values() if one["existingSecret"]}
    assert wanted == created


def test_values_of_ones_own_come_after_those_of_the_chart(cloud):
    own = cloud.tree / "deploy/doks/my-values.yaml"
    own.write_text("parts: { audit: { replicas: 4 } }\n")
    assert cloud.run("deploy.sh", "--yes", **SMALL).returncode == 0
    (call,) = [call for call in cloud.calls() if call[:4] == ["helm", "upgrade", "--install", "taskwire"]]
    files = [Path(value) for option, value in zip(call, call[1:]) if option == "--values"]
    assert [file.name for file in files] == ["values-doks-small.yaml", "my-values.yaml"] and files[1].samefile(own)


def test_an_image_that_is_there_is_not_built(cloud):
    image = "ghcr.io/example/taskwire@sha256:" + "0" * 64
    done = cloud.run("deploy.sh", "--yes", IMAGE=image)
    assert done.returncode == 0, done.stderr
    lines = cloud.lines()
    assert not [line for line in lines if line.startswith("docker") or "registry" in line.split()[:2]]
    assert f"image.repository=ghcr.io/example/taskwire --set-string image.digest=sha256:{'0' * 64}" in lines[index(lines, "helm upgrade")]


def test_destroy_asks_for_the_name_and_deletes_what_deploy_created(cloud):
    assert cloud.run("deploy.sh", "--yes", **SMALL).returncode == 0
    before = len(cloud.calls())
    refused = cloud.run("destroy.sh", answer="yes\n", **SMALL)
    assert refused.returncode == 1
    assert not [line for line in cloud.lines()[before:] if "delete" in line or "uninstall" in line]
    done = cloud.run("destroy.sh", answer="taskwire\n", **SMALL)
    assert done.returncode == 0, done.stderr
    in_order(cloud.lines(), "helm uninstall taskwire", "cluster delete taskwire", "registry delete example")
    assert cloud.run("destroy.sh", "--yes", **SMALL).returncode == 0, "there is nothing to delete any more"


def test_destroy_dry_run_calls_nothing(cloud):
    done = cloud.run("destroy.sh", "--dry-run", **SMALL)
    assert done.returncode == 0 and "+ doctl kubernetes cluster delete taskwire" in done.stderr
    assert cloud.calls() == []


def test_redpanda_gets_every_topic_a_user_and_its_rights(cloud, taskwire):
    settings = {"BROKERS": "a:9092", "TASKWIRE_BINARY": str(taskwire)}
    done = cloud.run("setup-redpanda.sh", **settings)
    assert done.returncode == 0, done.stderr
    created = {call[3] for call in cloud.calls() if call[:3] == ["rpk", "topic", "create"]}
    topics = json.loads(run([taskwire, "topics", "--format", "json"]).stdout)
    assert created == {topic["name"] for topic in topics}
    # Each topic and each consumer group is covered by a rule.
    rules = [line for line in cloud.lines() if "acl create" in line]
    prefixes = [line.split("--topic ")[1].split()[0] for line in rules if "--topic " in line]
    assert all(any(name.startswith(prefix) for prefix in prefixes) for name in created)
    password = (cloud.secrets / "broker-password").read_text()
    assert len(password) == 48 and password not in done.stdout + done.stderr
    # A second run changes neither the user nor the password.
    assert cloud.run("setup-redpanda.sh", **settings).returncode == 0
    assert len([line for line in cloud.lines() if "user create" in line]) == 1
    assert (cloud.secrets / "broker-password").read_text() == password


def test_redpanda_dry_run_calls_nothing(cloud, taskwire):
    done = cloud.run("setup-redpanda.sh", "--dry-run", BROKERS="a:9092", TASKWIRE_BINARY=str(taskwire))
    assert done.returncode == 0 and "rpk topic create task-events" in done.stderr
    assert cloud.calls() == [] and not cloud.secrets.exists()


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"PARTITIONS": "banana"}, "banana"),
        ({"REPLICATION": "0"}, "0"),
        ({"BROKERS": "a b:1"}, "a b:1"),
        ({"BROKERS": "nocolon"}, "nocolon"),
        ({"BROKERS": "a:99999"}, "a:99999"),
    ],
    ids=str,
)
@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]], ids=["", "dry run"])
def test_redpanda_is_not_ready_without_its_topics(cloud, taskwire, settings, said, dry_run):
    settings = {"BROKERS": "a:9092", "TASKWIRE_BINARY": str(taskwire), **settings}
    done = cloud.run("setup-redpanda.sh", *dry_run, **settings)
    assert done.returncode != 0 and said in done.stderr and '"topics" failed' in done.stderr, done.stderr
    assert "is ready" not in done.stderr and cloud.calls() == []


def test_redpanda_stops_at_the_first_topic_that_fails(cloud, taskwire):
    (cloud.state / "fail-once").touch()
    done = cloud.run("setup-redpanda.sh", BROKERS="a:9092", TASKWIRE_BINARY=str(taskwire))
    assert done.returncode != 0 and len(cloud.calls()) == 1


def test_redpanda_does_not_take_another_user_for_ours(cloud, taskwire):
    """The stand-in lists taskwire-staging, under a heading."""
    settings = {"BROKERS": "a:9092", "TASKWIRE_BINARY": str(taskwire)}
    done = cloud.run("setup-redpanda.sh", **settings)
    assert done.returncode == 0 and "is there" not in done.stderr, done.stderr
    assert len([line for line in cloud.lines() if "user create" in line]) == 1
    again = cloud.run("setup-redpanda.sh", **settings)
    assert again.returncode == 0 and "The user taskwire is there." in again.stderr


def test_redpanda_creates_no_user_where_the_users_cannot_be_listed(cloud, taskwire):
    (cloud.state / "no-list").touch()
    done = cloud.run("setup-redpanda.sh", BROKERS="a:9092", TASKWIRE_BINARY=str(taskwire))
    assert done.returncode != 0 and "unable to list users" in done.stderr, done.stderr
    assert not [line for line in cloud.lines() if "user create" in line] and not cloud.secrets.exists()


def test_redpanda_makes_up_no_password_for_a_user_that_is_there(cloud, taskwire):
    (cloud.state / "there/user").touch()
    done = cloud.run("setup-redpanda.sh", BROKERS="a:9092", TASKWIRE_BINARY=str(taskwire))
    assert done.returncode == 1 and "its password is not in" in done.stderr, done.stderr
    assert not (cloud.secrets / "broker-password").exists()


def settings_of(cloud, text):
    (cloud.tree / "deploy/doks/settings").write_bytes(text.encode())
    return cloud.run("deploy.sh", "--dry-run")


@pytest.mark.parametrize("line", ["region=fra1", "REGION fra1", "$(reboot)"])
def test_a_setting_that_is_none_is_an_error(cloud, line):
    done = settings_of(cloud, f"REGISTRY=example\n{line}\n")
    assert done.returncode == 1 and "is not KEY=VALUE" in done.stderr


def test_the_last_line_of_settings_needs_no_end(cloud):
    done = settings_of(cloud, "REGISTRY=example\nREGION=ams3")
    assert done.returncode == 0 and "--region ams3" in done.stderr, done.stderr


def test_settings_with_the_line_ends_of_windows_mean_the_same(cloud):
    done = settings_of(cloud, "# a comment\r\n\r\nREGISTRY=example\r\nREGION=ams3\r\nSIZE=small\r\n")
    assert done.returncode == 0 and "--region ams3 " in done.stderr and "\r" not in done.stderr, done.stderr


@pytest.mark.parametrize("key", ["REGOIN", "PATH", "TASKWIRE_TOKEN"])
def test_an_unknown_setting_is_named_with_those_that_are_known(cloud, key):
    done = settings_of(cloud, f"REGISTRY=example\n{key}=ams3\n")
    assert done.returncode == 1 and f"{key} is not a setting" in done.stderr and "REGION" in done.stderr, done.stderr


def test_a_setting_that_is_there_twice_is_an_error(cloud):
    done = settings_of(cloud, "REGISTRY=example\nREGION=ams3\nREGION=fra1\n")
    assert done.returncode == 1 and "REGION is there twice" in done.stderr, done.stderr


@pytest.mark.parametrize("value", ['"ams3"', "'ams3'", "ams3 # near us", "ams3 ", " ams3", "$HOME", "ams3;reboot"])
def test_a_value_is_what_it_says_or_refused(cloud, value):
    done = settings_of(cloud, f"REGISTRY=example\nREGION={value}\n")
    assert done.returncode == 1 and f"REGION is {value}; write the value alone" in done.stderr, done.stderr


def test_the_example_of_settings_can_be_read_and_has_all_of_them(cloud):
    example = ROOT / "deploy/doks/settings.example"
    shutil.copy(example, cloud.tree / "deploy/doks/settings")
    done = cloud.run("deploy.sh", "--dry-run", REGISTRY="example")
    assert done.returncode == 0, done.stderr
    (known,) = re.findall(r"^known_settings=\((.*)\)$", (ROOT / "deploy/doks/common.sh").read_text(), re.MULTILINE)
    assert re.findall(r"^([A-Z_]+)=", example.read_text(), re.MULTILINE) == known.split()
