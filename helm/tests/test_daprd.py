"""The rendered pods with real sidecars and real brokers: a change arrives in the audit log over them, and a real Prometheus
finds what the dashboard asks for.
"""

from chart import SCENARIOS, merged, rendered, scenario
from dashboard import Load, Prometheus, measured, queries
from installation import Installation, secrets, start_kafka
from needs import needs
from pods import Cluster, new_database
from processes import Running, get, until

def an_event_reaches_the_audit_log(installation, title):
    status, body = installation.ask("POST", "/api/v1/tasks", {"title": title})
    assert status == 201, body
    until("line in the audit log", lambda: title in installation.ask("GET", "/api/v1/audit")[1])


def test_events_travel_over_redis(over_redis):
    assert over_redis.components("taskwire-api") == {"taskpubsub": "pubsub.redis"}
    assert over_redis.components("taskwire-audit") == {"taskpubsub": "pubsub.redis"}
    assert over_redis.components("taskwire-chat") == {"taskstate": "state.redis"}
    an_event_reaches_the_audit_log(over_redis, "Over Redis")


def test_events_travel_over_kafka_with_a_password_and_tls(tmp_path):
    address = new_database(needs("TASKWIRE_TEST_POSTGRES", "scripts/postgres.sh start"))
    with Running(tmp_path) as running:
        port, certificate = start_kafka(running)
        objects = rendered(merged(SCENARIOS["doks"], {
            "broker": {"kafka": {"brokers": f"127.0.0.1:{port}", "ca": True}},
            "state": {"kind": "postgres"},
            # The relay has a sidecar of its own, and the API none.
            "dapr": {"invoke": False},
            "parts": {"relay": {"enabled": True, "replicas": 1}},
        }))
        given = secrets(address)
        given["taskwire-broker"]["ca"] = certificate
        given["taskwire-state"] = {"url": address}
        installation = Installation(objects, given, running, ["taskwire-relay", "taskwire-audit", "taskwire-chat"], without=["taskwire-api"])
        assert installation.components("taskwire-relay") == {"taskpubsub": "pubsub.kafka"}
        assert installation.components("taskwire-audit") == {"taskpubsub": "pubsub.kafka"}
        assert installation.components("taskwire-chat") == {"taskstate": "state.postgresql"}
        an_event_reaches_the_audit_log(installation, "Over Kafka")


def test_every_panel_has_data(over_redis, tmp_path):
    """All parts over a broker, and one process with the embedded bus, under load, with a real Prometheus beside them."""
    program = needs("TASKWIRE_PROGRAM", "the binary, such as target/debug/taskwire")
    with Running(tmp_path) as running:
        single = Cluster(program, scenario("default"), {}, running)
        single.start("taskwire")
        targets = [("single", "serve", single.internal["taskwire"])]
        for name in over_redis.parts:
            targets.append(("parts", name.removeprefix("taskwire-"), over_redis.cluster.internal[name]))
        prometheus = Prometheus(running, targets)
        load = Load(over_redis)

        headers = single.sign_in("taskwire")

        def missing():
            load.once()
            address = f"http://127.0.0.1:{single.ports['taskwire']}/api/v1/tasks"
            status, body = get(address, headers, "POST", b'{"title":"On the embedded bus"}')
            assert status == 201, body
            return [f"{title}: {query}" for title, query in measured() if not prometheus.has_data(query)]

        found = []
        until("data of every panel", lambda: not found.append(missing()) and not found[-1], describe=lambda: "\n".join(found[-1]))
        # Those that are empty are at least understood.
        for _, query in queries():
            prometheus.query(query)
        assert {rule["health"] for rule in prometheus.rules()} == {"ok"}
