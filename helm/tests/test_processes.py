"""The program with the arguments and variables that a rendered pod gives it, as processes on this machine."""

import json
import re
import subprocess

import pytest
import yaml
from chart import ROOT, SCENARIOS, environment, merged, rendered, scenario, server
from installation import SECRETS, secrets
from needs import needs
from pods import Cluster, new_database
from processes import Running, get, plain_environment


@pytest.fixture
def program():
    return needs("TASKWIRE_PROGRAM", "the binary, such as target/debug/taskwire")


def test_one_pod_serves_everything(program, tmp_path):
    objects = scenario("default")
    with Running(tmp_path) as running:
        cluster = Cluster(program, objects, {}, running)
        process = cluster.start("taskwire")
        assert (tmp_path / "taskwire.db").exists(), "the database is on the volume"
        port = cluster.ports["taskwire"]
        assert "<title>Taskwire" in get(f"http://127.0.0.1:{port}/")[1]
        # Whoever reaches the service sees neither readiness nor metrics.
        internal = cluster.internal["taskwire"]
        assert [get(f"http://127.0.0.1:{port}{path}")[0] for path in ("/healthz", "/readyz", "/metrics")] == [200, 404, 404]
        assert [get(f"http://127.0.0.1:{internal}{path}")[0] for path in ("/healthz", "/readyz", "/metrics", "/")] == [200, 200, 200, 404]
        # Services are called by their names within the cluster.
        assert get(f"http://127.0.0.1:{port}/", {"Host": "taskwire.tasks.svc:8484"})[0] == 200
        assert get(f"http://127.0.0.1:{port}/", {"Host": "elsewhere.example"})[0] == 403
        # What `helm test` runs.
        (test,) = objects.of("Pod")
        cluster.run(test["spec"]["containers"][0])
        link = subprocess.run(
            [program, "token", "link"], env=cluster.environment(server(objects.deployments()["taskwire"]), "taskwire"),
            capture_output=True, text=True, check=True,
        )
        assert "#code=" in link.stdout, "the command that the notes print"
        assert process.stop() == 0


def test_every_part_lives_says_what_it_waits_for_and_stops_in_time(program, tmp_path):
    """Without sidecars, which test_daprd.py adds."""
    postgres = needs("TASKWIRE_TEST_POSTGRES", "scripts/postgres.sh start")
    objects = scenario("doks")
    assert len(objects.deployments()) == 6
    with Running(tmp_path) as running:
        cluster = Cluster(program, objects, secrets(new_database(postgres)), running)
        processes = {name: cluster.start(name, ready=name == "taskwire-api") for name in sorted(objects.deployments())}
        # The front passes requests on to the others.
        port = cluster.ports["taskwire-api"]
        assert get(f"http://127.0.0.1:{port}/mcp", {"Host": "tasks.example.com"}, "POST", b"{}")[0] in (400, 401, 406, 415)
        assert get(f"http://127.0.0.1:{port}/api/v1/chat", {"Host": "tasks.example.com"}, "POST", b"{}")[0] in (400, 401, 415)
        missing = {"taskwire-mcp": {"api"}, "taskwire-chat": {"api", "state"}}
        for name in objects.deployments():
            base = f"http://127.0.0.1:{cluster.internal[name]}"
            assert get(f"{base}/metrics")[0] == 200, name
            status, body = get(f"{base}/readyz")
            wanting = {check["name"] for check in json.loads(body)["checks"] if check["required"] and not check["ready"]}
            expected = set() if name == "taskwire-api" else missing.get(name, {"sidecar", "pubsub"})
            assert (status, wanting) == (503 if expected else 200, expected), body
        for name, process in processes.items():
            grace = objects.deployments()[name]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
            assert process.stop(grace) == 0, process.log()


def test_a_relay_of_its_own_starts(program, tmp_path):
    postgres = needs("TASKWIRE_TEST_POSTGRES", "scripts/postgres.sh start")
    objects = scenario("services and relay")
    address = new_database(postgres)
    own = {f"own-{name.replace('-', '')}": keys for name, keys in SECRETS.items()} | {"own-database": {"url": address}}
    with Running(tmp_path) as running:
        cluster = Cluster(program, objects, own, running)
        relay = cluster.start("taskwire-relay", ready=False)
        status, body = get(f"http://127.0.0.1:{cluster.internal['taskwire-relay']}/readyz")
        assert status == 503 and "sidecar" in body, "it publishes through its sidecar"
        assert relay.stop() == 0


def known(program, *command):
    """The variables that a command reads, by its help."""
    done = subprocess.run([program, *command, "--help"], env=plain_environment(), capture_output=True, text=True, check=True)
    return set(re.findall(r"\[env: ([A-Z0-9_]+)", done.stdout))


def test_every_variable_is_one_that_the_program_reads(program):
    shared = set().union(*(known(program, *command) for command in (["serve"], ["api"], ["mcp"], ["chat"], ["consumer"], ["relay"])))
    everything = merged(SCENARIOS["production"], {
        "parts": {"relay": {"enabled": True}},
        "config": {"models": ["a", "b"], "modelBaseUrl": "https://model.example", "trustedProxies": ["10.0.0.0/8"],
                   "mail": {"from": "Taskwire <tasks@example.com>"}},
        "secrets": {"smtp": {"existingSecret": "mail"}},
    })
    for values in [*SCENARIOS.values(), everything]:
        objects = rendered(values)
        for name, deployment in objects.deployments().items():
            words = server(deployment)["args"]
            unknown = set(environment(server(deployment))) - known_once(program, words[0])
            assert not unknown, f"{name}: {unknown}"
            for container in deployment["spec"]["template"]["spec"].get("initContainers", []):
                assert set(environment(container)) <= known_once(program, container["args"][0])
        assert set(objects.named("ConfigMap", "taskwire")["data"]) <= shared


def known_once(program, command, cache={}):  # noqa: B006
    if command not in cache:
        cache[command] = known(program, command)
    return cache[command]


def test_the_topics_for_a_local_cluster_are_those_of_the_program(program):
    done = subprocess.run([program, "topics", "--format", "json", "--partitions", "3"], capture_output=True, text=True, check=True, env=plain_environment())
    needed = {one["name"]: (one["partitions"], one["retention_ms"]) for one in json.loads(done.stdout)}
    written = {
        one["metadata"]["name"]: (one["spec"]["partitions"], one["spec"]["config"]["retention.ms"])
        for one in yaml.safe_load_all((ROOT / "helm" / "local" / "topics.yaml").read_text())
    }
    assert written == needed
