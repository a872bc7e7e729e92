"""Which values are accepted, and what is said about others."""

import json
import re
import tomllib

import pytest
import yaml
from chart import CHART, EXAMPLES, PARTS, ROOT, SCENARIOS, VERSION, Refused, example, helm, merged, rendered, text

SCHEMA = json.loads((CHART / "values.schema.json").read_text())


def paths(values, schema=SCHEMA, at=()):
    """Every object of the schema whose fields are listed, as the path to it."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if schema.get("type") == "object" and schema.get("properties"):
        yield at, schema
        for name, part in schema["properties"].items():
            yield from paths(values, part, (*at, name))


def nested(path, value):
    for name in reversed(path):
        value = {name: value}
    return value


def test_the_schema_is_closed_everywhere():
    def check(schema, at):
        if isinstance(schema, list):
            for one in schema:
                check(one, at)
        if not isinstance(schema, dict):
            return
        if schema.get("type") == "object" and at != "/properties/global":
            assert schema.get("additionalProperties") in (False, {"type": "string"}), at
        for name, part in schema.items():
            check(part, f"{at}/{name}")

    check(SCHEMA, "")


def test_the_schema_and_the_defaults_have_the_same_values():
    defaults = yaml.safe_load((CHART / "values.yaml").read_text())
    for at, schema in paths(defaults):
        here = defaults
        for name in at:
            here = here[name] if isinstance(here, dict) and name in here else None
        if isinstance(here, dict) and at and at[0] != "secrets" or not at:
            known = set(schema["properties"]) - {"global"}
            assert set(here) == known, f"{at}: {set(here) ^ known}"


@pytest.mark.parametrize(
    "path", [at for at, _ in paths({}) if len(at) < 3], ids=lambda path: ".".join(path) or "top"
)
def test_an_unknown_value_is_refused(path):
    with pytest.raises(Refused, match="misspelt"):
        text(nested(path, {"misspelt": 1}))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"mode": "both"}, "mode"),
        ({"single": {"replicas": 2}}, "replicas"),
        ({"single": {"autoscaling": {"by": "cpu"}}}, "autoscaling"),
        (merged(PARTS, {"parts": {"api": {"autoscaling": {"by": "lag"}}}}), "by"),
        (merged(PARTS, {"parts": {"audit": {"autoscaling": {"by": "cpu and lag"}}}}), "by"),
        (merged(PARTS, {"parts": {"reminder": {"autoscaling": {"by": "lag", "minReplicas": 0}}}}), "minReplicas"),
        ({"image": {"digest": "sha256:1234"}}, "digest"),
        ({"image": {"tag": "a b"}}, "/image/tag"),
        ({"image": {"tag": "-1"}}, "/image/tag"),
        ({"image": {"repository": "UPPER/x"}}, "/image/repository"),
        ({"image": {"repository": "ghcr.io/a b"}}, "/image/repository"),
        ({"image": {"repository": "ghcr.io/x:1.0"}}, "/image/repository"),
        ({"image": {"repository": "ghcr.io//x"}}, "/image/repository"),
        ({"image": {"repository": "https://ghcr.io/x"}}, "/image/repository"),
        ({"image": {"repository": ""}}, "/image/repository"),
        ({"dapr": {"image": "dapr io/daprd"}}, "/dapr/image"),
        ({"dapr": {"trustDomain": "a b"}}, "/dapr/trustDomain"),
        ({"dapr": {"trustDomain": "Public"}}, "/dapr/trustDomain"),
        ({"pod": {"listen": "banana"}}, "/pod/listen"),
        ({"pod": {"listen": "127.0.0.1"}}, "/pod/listen"),
        ({"broker": {"kafka": {"brokers": "b:99999"}}}, "/broker/kafka/brokers"),
        ({"broker": {"kafka": {"brokers": "a:9092,b:0"}}}, "/broker/kafka/brokers"),
        ({"broker": {"redis": {"host": "b:65536"}}}, "/broker/redis/host"),
        ({"state": {"redis": {"host": "b:99999"}}}, "/state/redis/host"),
        ({"broker": {"kafka": {"heartbeat": "0s"}}}, "/broker/kafka/heartbeat"),
        ({"monitoring": {"podMonitor": {"interval": "0s"}}}, "/monitoring/podMonitor/interval"),
        ({"config": {"modelBaseUrl": "http://model:99999/v1"}}, "/config/modelBaseUrl"),
        ({"config": {"otel": {"endpoint": "http://a b:4318"}}}, "/config/otel/endpoint"),
        *(({"publicUrl": url}, "/publicUrl") for url in ("tasks.example.com", "http://tasks.example.com", "https://tasks.example.com/x")),
        ({"config": {"trustedProxies": ["10.0.0.0/33"]}}, "/config/trustedProxies"),
        ({"networkPolicy": {"nodes": ["300.0.0.0/8"]}}, "/networkPolicy/nodes"),
        ({"podDisruptionBudget": {"maxUnavailable": "0%"}}, "/podDisruptionBudget/maxUnavailable"),
        *(({"publicPaths": [{"path": path, "type": "Exact"}]}, "/publicPaths/0/path")
          for path in ("/metrics", "/readyz", "/healthz", "/api", "/docsx", "//metrics", "/dapr/subscribe")),
        ({"service": {"type": "NodePort", "nodePort": 80}}, "nodePort"),
        ({"config": {"env": {"lower": "x"}}}, "lower"),
        ({"hosts": ["https://tasks.example.com"]}, "hosts"),
    ],
    ids=str,
)
def test_the_schema_refuses(values, said):
    with pytest.raises(Refused, match=said):
        text(values)


@pytest.mark.parametrize(
    "values",
    [
        *({"image": {"repository": name}} for name in (
            "taskwire", "library/taskwire", "ghcr.io/o/r", "localhost/x", "registry:5000/x", "A.example.com/x/y_z", "[::1]:5000/x", "a__b/c--d")),
        *({"image": {"tag": tag}} for tag in ("latest", "1.2.3", "_a", "A-b.c")),
        *({"dapr": {"image": image}} for image in ("ghcr.io/dapr/daprd", "daprio/daprd:1.18.3", "x:5000/daprd:1@sha256:" + "0" * 64)),
        {"dapr": {"trustDomain": "cluster.local"}},
        {"pod": {"listen": "[::]"}},
        merged(PARTS, {"broker": {"kafka": {"brokers": "a:1,b.example.com:65535,c_1:9092"}}}),
        {"config": {"modelBaseUrl": "http://[fd00::1]:8080/v1", "otel": {"endpoint": "https://otel.example.com"}}},
        {"config": {"trustedProxies": ["10.0.0.0/8", "192.168.1.1", "fd00::/8", "::1", "::ffff:10.0.0.1/128"]}},
        {"publicPaths": [{"path": "/api/v1/tasks", "type": "Prefix"}, {"path": "/", "type": "Exact"}]},
        {"podDisruptionBudget": {"maxUnavailable": "50%"}},
    ],
    ids=str,
)
def test_the_schema_accepts(values):
    assert "kind: Deployment" in text(values)


def test_a_request_that_kubernetes_takes_from_the_limit_is_one():
    text(merged(PARTS, {"parts": {"api": {"autoscaling": {"by": "cpu"}, "resources": {"requests": {"cpu": ""}, "limits": {"cpu": "1"}}}}}))


def test_times_that_just_fit_are_accepted():
    text(merged(PARTS, {
        "broker": {"kafka": {"sessionTimeout": "1m", "heartbeat": "59s999ms"}},
        "dapr": {"appHealth": {"intervalSeconds": 5, "timeoutMilliseconds": 5000}},
        "monitoring": {"podMonitor": {"enabled": True, "interval": "1m", "scrapeTimeout": "60s"}},
    }))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"mode": "parts"}, "an SQLite file has one process"),
        (merged(PARTS, {"broker": {"kafka": {"brokers": ""}}}), "broker.kafka.brokers is empty"),
        (merged(PARTS, {"broker": {"kind": "redis"}}), "broker.redis.host is empty"),
        (merged(PARTS, {"state": {"kind": "redis"}}), "state.redis.host is empty"),
        (merged(PARTS, {"parts": {"chat": {"replicas": 2}}}), "several replicas of the chat need state.kind"),
        (merged(PARTS, {"parts": {"chat": {"autoscaling": {"by": "cpu"}}}}), "several replicas of the chat need state.kind"),
        (merged(PARTS, {"parts": {"api": {"autoscaling": {"by": "cpu", "minReplicas": 9}}}}), "minReplicas is above maxReplicas"),
        (merged(PARTS, {"persistence": {"existingClaim": "x"}}), "persistence.existingClaim needs mode: single"),
        ({"hosts": ["a.example"], "gateway": {"enabled": True, "parentRefs": [{"name": "x"}]}, "ingress": {"enabled": True}},
         "gateway.enabled and ingress.enabled are both true"),
        ({"publicPaths": [{"path": "/", "type": "Prefix"}]}, "publicPaths has / as a Prefix"),
        (merged(SCENARIOS["doks"], {"broker": {"kafka": {"ca": True, "tls": False}}}), "broker.kafka.ca needs broker.kafka.tls: true"),
        (merged(PARTS, {"broker": {"kafka": {"sessionTimeout": "1s", "heartbeat": "30s"}}}), r"broker.kafka.heartbeat \(30s\) is not below sessionTimeout \(1s\)"),
        (merged(PARTS, {"broker": {"kafka": {"sessionTimeout": "1m", "heartbeat": "60s"}}}), "is not below sessionTimeout"),
        (merged(PARTS, {"dapr": {"appHealth": {"timeoutMilliseconds": 60000}}}), r"dapr.appHealth.timeoutMilliseconds \(60000\) is above intervalSeconds \(5\)"),
        ({"monitoring": {"podMonitor": {"enabled": True, "interval": "5s"}}}, r"podMonitor.scrapeTimeout \(10s\) is above interval \(5s\)"),
        ({"monitoring": {"podMonitor": {"enabled": True, "interval": "1m30s", "scrapeTimeout": "90001ms"}}}, "scrapeTimeout .* is above interval"),
        *((merged(PARTS, {"parts": {"api": {"autoscaling": {"by": "cpu"}, "resources": {"requests": {"cpu": cpu}}}}}),
           "parts.api.autoscaling.by: cpu needs parts.api.resources.requests.cpu") for cpu in ("", "0", "0m", None)),
        (merged(SCENARIOS["redis"], {"parts": {"audit": {"autoscaling": {"by": "lag"}}}}), "by: lag needs broker.kind: kafka"),
        (merged(PARTS, {"parts": {name: {"enabled": False} for name in ("api", "mcp", "chat", "audit", "recurrence", "reminder")}}), "every part is off"),
        (merged(PARTS, {"broker": {"kafka": {"auth": "scram"}}}), "secrets.broker.existingSecret is empty; name a Secret with username, password"),
        ({"database": {"kind": "postgres"}, "secrets": {"database": {"values": {"direct-url": "x"}}}}, "secrets.database.values has no url"),
        (merged(PARTS, {"externalSecrets": {"enabled": True}, "secrets": {"service": {"existingSecret": ""}}}), "secrets.service.remoteKey is empty"),
        (merged(PARTS, {"externalSecrets": {"enabled": True}}), "externalSecrets.store.name is empty"),
        (merged(SCENARIOS["inline secrets"], {"migrations": {"mode": "job"}}), "migrations.mode: job needs secrets.database.existingSecret"),
        (merged(PARTS, {"pod": {"terminationGracePeriodSeconds": 39}}), "terminationGracePeriodSeconds is below 40"),
        ({"hosts": ["a.example"], "gateway": {"enabled": True}}, "gateway.parentRefs is empty"),
        ({"ingress": {"enabled": True}}, "hosts is empty"),
        # Without the file that has mode: parts, these would replace all parts by one pod on an empty file.
        ({"broker": {"kafka": {"brokers": "a:9092"}}}, "mode is single, and only parts use broker.kafka.brokers"),
        ({"broker": {"redis": {"host": "a:6379"}}}, "mode is single, and only parts use broker.redis.host"),
        ({"state": {"redis": {"host": "a:6379"}}}, "mode is single, and only parts use state.redis.host"),
        ({"state": {"kind": "postgres"}}, "mode is single, and only parts use state.kind"),
        ({"secrets": {"daprApi": {"existingSecret": "x"}}}, "mode is single, and only parts use secrets.daprApi"),
        (merged(SCENARIOS["doks"], {"mode": "single"}), "only parts use broker.kafka.brokers, state.redis.host, state.kind, secrets.service"),
        ({"secrets": {"database": {"existingSecret": "x"}}}, "database.kind is sqlite, and only postgres uses secrets.database"),
        ({"hosts": ["a.example"], "ingress": {"enabled": True}}, "config.trustedProxies is empty"),
        ({"hosts": ["a.example"], "gateway": {"enabled": True, "parentRefs": [{"name": "public"}]}}, "config.trustedProxies is empty"),
        ({"service": {"nodePort": 30080}}, "service.nodePort needs service.type"),
        ({"persistence": {"enabled": False, "existingClaim": "x"}}, "existingClaim needs persistence.enabled"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_values_that_contradict_each_other_are_refused(values, said):
    with pytest.raises(Refused, match=said):
        text(values)


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(Refused) as refused:
        text({"mode": "parts", "database": {"kind": "postgres"}})
    for name in ("broker.kafka.brokers", "secrets.database", "secrets.service", "secrets.daprApi", "secrets.daprApp"):
        assert name in str(refused.value)


def test_the_values_of_the_guide_are_refused_without_the_file_that_they_go_with():
    """`helm upgrade --values my-values.yaml` alone."""
    (block,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/deploy/kubernetes.md").read_text(), re.DOTALL)
    own = yaml.safe_load(block.replace("sha256:…", f"sha256:{'0' * 64}").replace("HOST:PORT", "host:9092").replace("OWNER", "owner"))
    with pytest.raises(Refused, match="mode is single"):
        text(own)
    for name in ("doks", "production"):
        assert "taskwire-audit" in rendered(merged(example(name), own)).deployments()


def test_the_notes_name_the_brokers_of_the_values():
    notes = helm("install", "taskwire", CHART, "--dry-run=client", "--namespace", "tasks", "--values", EXAMPLES["doks"])
    (command,) = re.findall(r"taskwire topics .*", notes)
    assert command == f"taskwire topics --format kafka --brokers {example('doks')['broker']['kafka']['brokers']}"


def test_every_values_file_has_its_paragraph_and_its_cost():
    readme = (ROOT / "helm" / "README.md").read_text()
    for path in [CHART / "values.yaml", *EXAMPLES.values()]:
        heading = f"### `{path.name}`"
        assert heading in readme, path.name
        paragraph = readme.split(heading)[1].split("\n#")[0]
        assert "Cost:" in paragraph, path.name


def test_the_chart_is_of_the_version_of_the_program():
    workspace = tomllib.loads((ROOT / "Cargo.toml").read_text())
    assert VERSION == workspace["workspace"]["package"]["version"]


def test_an_image_is_named_by_its_digest_where_there_is_one():
    digest = "sha256:" + "0" * 64
    for values, image in [
        ({"image": {"tag": "1.2.3", "digest": digest}}, f"ghcr.io/taskwire/taskwire@{digest}"),
        ({"image": {"tag": "1.2.3"}}, "ghcr.io/taskwire/taskwire:1.2.3"),
    ]:
        for _, _, spec in rendered(values).pods():
            assert {one["image"] for one in spec["containers"]} == {image}


def test_the_chart_can_be_part_of_another(tmp_path):
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "taskwire").symlink_to(CHART)
    chart = {"apiVersion": "v2", "name": "whole", "version": "1.0.0", "dependencies": [{"name": "taskwire", "version": ">=0"}]}
    (tmp_path / "Chart.yaml").write_text(json.dumps(chart))
    assert "kind: Deployment" in helm("template", "x", tmp_path)
