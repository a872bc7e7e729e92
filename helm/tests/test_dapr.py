"""What the sidecars are told, and that it is what the folder dapr/ says."""

import re
import subprocess

import yaml
from chart import CHART, ROOT, SCENARIOS, annotations, environment, merged, rendered, scenario, server, with_sidecar

CONSUMERS = {"task-audit": "task-events", "task-recurrence": "task-updates", "task-reminder": "reminders"}


def test_the_chart_has_the_files_of_the_project():
    done = subprocess.run([ROOT / "scripts" / "chart-files.sh", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_sidecars_know_their_app(every):
    for name, deployment in with_sidecar(every).items():
        dapr, one = annotations(deployment), server(deployment)
        assert all(isinstance(value, str) for value in dapr.values()), name
        assert dapr["dapr.io/app-id"] == "task-" + deployment["metadata"]["labels"]["app.kubernetes.io/component"]
        ports = [str(port["containerPort"]) for port in one["ports"] if port["name"] == "http"]
        if ports:
            assert dapr["dapr.io/app-port"] == ports[0], name
            # Without this, events are given up while the app is away.
            assert dapr["dapr.io/enable-app-health-check"] == "true"
            assert dapr["dapr.io/app-health-check-path"] == "/healthz"
        for amount in ("cpu-request", "memory-request", "memory-limit"):
            assert dapr[f"dapr.io/sidecar-{amount}"], name
        # It would need the token of the cluster that the pod does not have, and daprd would end.
        assert dapr["dapr.io/disable-builtin-k8s-secret-store"] == "true", name
        # Makes the injector drop the sidecar's own restrictions.
        assert "SSL_CERT_DIR" not in str(dapr)


def test_apps_and_sidecars_have_the_same_tokens(every):
    for name, deployment in with_sidecar(every).items():
        dapr, own = annotations(deployment), environment(server(deployment))
        assert own["DAPR_API_TOKEN"]["secretKeyRef"] == {"name": dapr["dapr.io/api-token-secret"], "key": "token"}, name
        token = {"name": dapr["dapr.io/app-token-secret"], "key": "token"}
        if server(deployment)["args"][0] == "consumer":
            assert own["APP_API_TOKEN"]["secretKeyRef"] == token, name
        assert token["name"] != dapr["dapr.io/api-token-secret"], name


def test_the_port_of_the_sidecar_is_left_to_dapr(every):
    for _, _, spec in every.pods():
        for one in spec["containers"]:
            assert not {"DAPR_HTTP_PORT", "DAPR_GRPC_PORT", "DAPR_HTTP_ENDPOINT"} & set(environment(one))


def test_app_ids_are_in_the_scopes_of_what_they_use():
    for name in SCENARIOS:
        objects = scenario(name)
        components = {one["metadata"]["name"]: one for one in objects.of("Component")}
        for deployment in with_sidecar(objects).values():
            app, own = annotations(deployment)["dapr.io/app-id"], environment(server(deployment))
            if own.get("TASKWIRE_BUS") == "dapr":
                assert app in components[own["TASKWIRE_PUBSUB"]]["scopes"]
                (resiliency,) = objects.of("Resiliency")
                assert app in resiliency["scopes"]
                assert own["TASKWIRE_PUBSUB"] in resiliency["spec"]["targets"]["components"]
            if own.get("TASKWIRE_STATE") == "dapr":
                assert components[own["TASKWIRE_STATE_STORE"]]["scopes"] == [app]
        for component in components.values():
            assert component["scopes"], "a component without scopes is loaded by every app of the namespace"


def test_the_broker_is_a_component_of_those_alone_that_use_it(every):
    """Any other sidecar could not start while the broker is away, and its part could not be called."""
    uses = {
        annotations(one)["dapr.io/app-id"] for one in every.deployments().values() if environment(server(one)).get("TASKWIRE_BUS") == "dapr"
    }
    for component in every.of("Component"):
        if component["metadata"]["name"] == "taskpubsub":
            assert set(component["scopes"]) == uses


def test_consumers_and_the_relay_use_the_broker_with_a_sidecar(every):
    sidecars = with_sidecar(every)
    for name, deployment in every.deployments().items():
        own, words = environment(server(deployment)), server(deployment)["args"]
        uses = own.get("TASKWIRE_BUS") == "dapr"
        assert not uses or name in sidecars
        assert uses or words[0] not in ("consumer", "relay")


def test_subscriptions_are_those_that_the_program_answers():
    """A Subscription object for the same topic would deliver each event twice."""
    for name in SCENARIOS:
        assert not scenario(name).of("Subscription")


def test_consumer_groups_of_keda_are_app_ids_and_begin_where_the_component_does():
    objects = scenario("production")
    component = {entry["name"]: entry.get("value") for entry in objects.named("Component", "taskpubsub")["spec"]["metadata"]}
    assert component["initialOffset"] == "oldest"
    # The group is the app id as long as the component names no other.
    assert "consumerGroup" not in component and "consumerID" not in component
    found = {}
    for scaled in objects.of("ScaledObject"):
        target = objects.deployments()[scaled["spec"]["scaleTargetRef"]["name"]]
        (trigger,) = scaled["spec"]["triggers"]
        kafka = trigger["metadata"]
        assert kafka["consumerGroup"] == annotations(target)["dapr.io/app-id"]
        assert kafka["offsetResetPolicy"] == "earliest"
        assert kafka["bootstrapServers"] == component["brokers"]
        assert kafka["version"] == component["version"]
        assert {"scram_sha256": "SHA-256", "scram_sha512": "SHA-512"}[kafka["sasl"]] == component["saslMechanism"]
        assert (kafka["tls"] == "enable") == (component["disableTls"] == "false")
        objects.named("TriggerAuthentication", trigger["authenticationRef"]["name"])
        found[kafka["consumerGroup"]] = kafka["topic"]
    assert found == CONSUMERS
    # The same topics as in the program.
    source = (ROOT / "docs" / "events.md").read_text()
    for app, topic in CONSUMERS.items():
        assert re.search(rf"\| `{topic}` \|.*`{app}`", source)


def test_settings_of_components_come_from_the_project():
    for name, file in [("local", "local-kafka/pubsub.yaml"), ("production", "cloud/pubsub.yaml"), ("redis", "local-redis/pubsub.yaml")]:
        source = yaml.safe_load((CHART / "files" / "dapr" / file).read_text())
        component = scenario(name).named("Component", "taskpubsub")
        rendered_entries = {entry["name"]: entry for entry in component["spec"]["metadata"]}
        for entry in source["spec"]["metadata"]:
            if "value" in entry and entry["name"] not in ("saslMechanism", "disableTls"):
                assert rendered_entries[entry["name"]] == entry
        assert component["spec"]["type"] == source["spec"]["type"] and set(component["scopes"]) <= set(source["scopes"])
        # The sidecar in a pod has no such variables.
        assert not any("envRef" in entry for entry in rendered_entries.values())
    resiliency = yaml.safe_load((ROOT / "dapr" / "resiliency.yaml").read_text())
    assert scenario("production").of("Resiliency")[0]["spec"] == resiliency["spec"]


def test_calls_are_limited_to_known_apps_of_the_namespace():
    values = merged(SCENARIOS["production"], {"dapr": {"trustDomain": "cluster.example"}})
    (configuration,) = rendered(values).of("Configuration")
    access = configuration["spec"]["accessControl"]
    assert access["defaultAction"] == "deny"
    for policy in access["policies"]:
        assert policy["namespace"] == "tasks" and policy["trustDomain"] == "cluster.example"
    callers = {policy["appId"] for policy in access["policies"]}
    for deployment in rendered(values).deployments().values():
        if any(str(value).startswith("dapr://") for value in environment(server(deployment)).values()):
            app = annotations(deployment)["dapr.io/app-id"]
            # The audit calls nobody, but is given the address like the other consumers.
            assert app in callers or app == "task-audit"
    assert configuration["spec"]["tracing"]["otel"]["endpointAddress"] == "otel-collector.monitoring:4318"


def test_calls_go_through_sidecars_or_to_services():
    through = {name: environment(server(one)) for name, one in scenario("production").deployments().items()}
    assert through["taskwire-chat"]["TASKWIRE_MCP_URL"] == "dapr://task-mcp/mcp"
    assert through["taskwire-audit"]["TASKWIRE_API_URL"] == "dapr://task-api"
    # What people call must work without Dapr.
    assert through["taskwire-api"]["TASKWIRE_CHAT_URL"] == "http://taskwire-chat:8486"
    objects = scenario("services and relay")
    direct = {name: environment(server(one)) for name, one in objects.deployments().items()}
    assert direct["taskwire-chat"]["TASKWIRE_MCP_URL"] == "http://taskwire-mcp:8485/mcp"
    assert direct["taskwire-audit"]["TASKWIRE_API_URL"] == "http://taskwire:8484"
    assert set(with_sidecar(objects)) == {f"taskwire-{part}" for part in ("relay", "audit", "recurrence", "reminder")}
    assert "TASKWIRE_BUS" not in direct["taskwire-api"]
    for name, own in {**through, **direct}.items():
        for variable, value in own.items():
            if variable.endswith("_URL") and str(value).startswith("http://taskwire"):
                host, port = value.removeprefix("http://").split("/")[0].split(":")
                service = objects.named("Service", host)
                assert service["spec"]["ports"][0]["port"] == int(port), name


def test_a_platform_team_can_own_the_components():
    objects = rendered(merged(SCENARIOS["production"], {"dapr": {"create": False}}))
    assert not objects.of("Component", "Resiliency", "Configuration")
    assert with_sidecar(objects)
