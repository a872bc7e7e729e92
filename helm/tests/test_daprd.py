"""The rendered components in real sidecars, with real brokers: a change arrives in the audit log over them."""

import json

import subprocess

import pytest
from chart import SCENARIOS, annotations, environment, merged, rendered, server
from conftest import needs
from pods import Cluster, new_database
from processes import Running, accepts, free_port, get, until
from test_processes import SECRETS, program, secrets  # noqa: F401

PASSWORD = SECRETS["broker"]["password"]


@pytest.fixture
def daprd():
    return needs("TASKWIRE_DAPRD", "scripts/parts.sh install")


@pytest.fixture
def running(tmp_path):
    with Running(tmp_path) as running:
        yield running


def start_redis(running):
    """A Redis with a password; answers its port."""
    port = free_port()
    process = running.start("redis", [
        needs("TASKWIRE_REDIS_SERVER", "scripts/parts.sh install"), "--port", port, "--bind", "127.0.0.1",
        "--requirepass", PASSWORD, "--save", "", "--appendonly", "no", "--dir", running.folder,
    ])
    until("Redis", lambda: accepts(port), process)
    return port


def start_kafka(running):
    """A Kafka with SCRAM over TLS; answers its port and the certificate of its authority."""
    java = needs("TASKWIRE_JAVA", "scripts/parts.sh install")
    library = needs("TASKWIRE_KAFKA_LIB", "scripts/parts.sh install")
    folder, port, plain, controller = running.folder, free_port(), free_port(), free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )
    (folder / "server.pem").write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    module = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    (folder / "server.properties").write_text(f"""
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{plain},SASL_SSL://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config={module}
listener.name.sasl_ssl.ssl.keystore.type=PEM
listener.name.sasl_ssl.ssl.keystore.location={folder}/server.pem
log.dirs={folder}/kafka
num.partitions=3
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
""")
    command = [java, "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{library}/*"]
    subprocess.run(
        [*command, "kafka.tools.StorageTool", "format", "-t", "AAAAAAAAQACAAAAAAAAAAQ", "-c", folder / "server.properties",
         "--add-scram", f"SCRAM-SHA-256=[name=taskwire,password={PASSWORD}]"],
        check=True, capture_output=True, cwd=folder,
    )
    process = running.start("kafka", [*command, "kafka.Kafka", folder / "server.properties"])
    until("Kafka", lambda: accepts(port), process)
    return port, (folder / "cert.pem").read_text()


def an_event_reaches_the_audit_log(program, daprd, cluster, components):  # noqa: F811
    """Starts the API, the audit and the chat with their sidecars, changes a task, and reads the audit log."""
    folder = cluster.running.folder
    parts = ["taskwire-api", "taskwire-audit", "taskwire-chat"]
    http = {name: free_port() for name in parts}
    internal = {name: free_port() for name in parts}
    cluster.resources(folder / "resources")
    apps = {annotations(cluster.objects.deployments()[name])["dapr.io/app-id"]: internal[name] for name in parts}
    cluster.configuration(folder / "config.yaml", apps)
    for name in parts:
        cluster.start(name, DAPR_HTTP_PORT=str(http[name]))
        process, metadata = cluster.start_sidecar(daprd, name, http[name], internal[name], folder / "resources", folder / "config.yaml")
        topics = 2 if name == "taskwire-audit" else 0
        until(f"subscriptions of {name}", lambda metadata=metadata, topics=topics: len((metadata() or {}).get("subscriptions") or []) == topics, process)
        assert {one["name"]: one["type"] for one in metadata()["components"]} == components[name]

    own = cluster.environment(server(cluster.objects.deployments()["taskwire-api"]), cluster.ports["taskwire-api"])
    created = subprocess.run([program, "token", "create"], env=own, capture_output=True, text=True, check=True)
    token = next(word for word in created.stdout.split() if word.startswith("tw_"))
    base = f"http://127.0.0.1:{cluster.ports['taskwire-api']}/api/v1"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    status, body = get(f"{base}/tasks", {**headers, "Idempotency-Key": "one"}, "POST", json.dumps({"title": "Over the broker"}).encode())
    assert status == 201, body
    until("line in the audit log", lambda: "Over the broker" in get(f"{base}/audit", headers)[1])


def test_events_travel_over_redis(program, daprd, running):  # noqa: F811
    address = new_database(needs("TASKWIRE_TEST_POSTGRES", "scripts/postgres.sh start"))
    redis = f"127.0.0.1:{start_redis(running)}"
    objects = rendered(merged(SCENARIOS["doks"], {
        "broker": {"kind": "redis", "redis": {"host": redis, "auth": True}},
        "state": {"redis": {"host": redis, "tls": False}},
    }))
    cluster = Cluster(program, objects, secrets(address), running)
    an_event_reaches_the_audit_log(program, daprd, cluster, {
        "taskwire-api": {"taskpubsub": "pubsub.redis"},
        "taskwire-audit": {"taskpubsub": "pubsub.redis"},
        "taskwire-chat": {"taskstate": "state.redis"},
    })


def test_events_travel_over_kafka_with_a_password_and_tls(program, daprd, running):  # noqa: F811
    address = new_database(needs("TASKWIRE_TEST_POSTGRES", "scripts/postgres.sh start"))
    port, certificate = start_kafka(running)
    objects = rendered(merged(SCENARIOS["doks"], {
        "broker": {"kafka": {"brokers": f"127.0.0.1:{port}", "ca": True}},
        "state": {"kind": "postgres"},
    }))
    given = secrets(address)
    given["taskwire-broker"]["ca"] = certificate
    given["taskwire-state"] = {"url": address}
    cluster = Cluster(program, objects, given, running)
    an_event_reaches_the_audit_log(program, daprd, cluster, {
        "taskwire-api": {"taskpubsub": "pubsub.kafka"},
        "taskwire-audit": {"taskpubsub": "pubsub.kafka"},
        "taskwire-chat": {"taskstate": "state.postgresql"},
    })
