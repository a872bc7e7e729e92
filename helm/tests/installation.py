"""Rendered pods with their sidecars and a broker, as processes on this machine."""

import json
import subprocess

from chart import annotations, server
from needs import needs
from pods import Cluster
from processes import accepts, free_port, get, until

PARTS = "scripts/parts.sh install"
SECRETS = {
    "service": {"token": "service-token-of-a-test-with-32-characters"},
    "dapr-api": {"token": "api-token-of-a-test"},
    "dapr-app": {"token": "app-token-of-a-test"},
    "model": {"api-key": "key-of-a-test"},
    "broker": {"username": "taskwire", "password": "secret-for-tests"},
    "state": {"password": "secret-for-tests"},
}
PASSWORD = SECRETS["broker"]["password"]


def secrets(database):
    return {f"taskwire-{name}": keys for name, keys in {**SECRETS, "database": {"url": database, "direct-url": database}}.items()}


def start_redis(running):
    """A Redis with a password; answers its port."""
    port = free_port()
    process = running.start("redis", [
        needs("TASKWIRE_REDIS_SERVER", PARTS), "--port", port, "--bind", "127.0.0.1",
        "--requirepass", PASSWORD, "--save", "", "--appendonly", "no", "--dir", running.folder,
    ])
    until("Redis", lambda: accepts(port), process)
    return port


def start_kafka(running):
    """A Kafka with SCRAM over TLS; answers its port and the certificate of its authority."""
    java = needs("TASKWIRE_JAVA", PARTS)
    library = needs("TASKWIRE_KAFKA_LIB", PARTS)
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


class Installation:
    """Parts of a release with their sidecars, and some without. All are ready, and consumers subscribed, when it is made."""

    def __init__(self, objects, given, running, parts, without=()):
        self.program = needs("TASKWIRE_PROGRAM", "the binary, such as target/debug/taskwire")
        self.daprd = needs("TASKWIRE_DAPRD", PARTS)
        self.cluster = Cluster(self.program, objects, given, running)
        self.parts = parts
        self.metadata = {}
        for name in without:
            self.cluster.start(name)
        self.start()
        self.headers = self.cluster.sign_in("taskwire-api")
        self.url = f"http://127.0.0.1:{self.cluster.ports['taskwire-api']}"

    def start(self):
        cluster, folder = self.cluster, self.cluster.running.folder
        http = {name: free_port() for name in self.parts}
        internal = {name: free_port() for name in self.parts}
        cluster.resources(folder / "resources")
        deployments = cluster.objects.deployments()
        cluster.configuration(folder / "config.yaml", {annotations(deployments[name])["dapr.io/app-id"]: internal[name] for name in self.parts})
        started = {name: cluster.start(name, ready=False, DAPR_HTTP_PORT=str(http[name])) for name in self.parts}
        for name in self.parts:
            process, self.metadata[name] = cluster.start_sidecar(
                self.daprd, name, http[name], internal[name], folder / "resources", folder / "config.yaml"
            )
            topics = 2 if server(deployments[name])["args"][0] == "consumer" else 0
            until(f"subscriptions of {name}", lambda name=name, topics=topics: self.subscriptions(name) == topics, process)
        # With its sidecar each is ready.
        for name, process in started.items():
            cluster.wait_for(name, "readinessProbe", process)
        self.dapr_ports = http

    def subscriptions(self, name):
        return len((self.metadata[name]() or {}).get("subscriptions") or [])

    def components(self, name):
        return {one["name"]: one["type"] for one in self.metadata[name]()["components"]}

    def ask(self, method, path, body=None, **headers):
        """The status and the body of an answer of the API."""
        data = None if body is None else json.dumps(body).encode()
        return get(f"{self.url}{path}", {**self.headers, **headers}, method, data)
