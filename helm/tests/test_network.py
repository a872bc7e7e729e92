"""Who may connect where, and what is reachable from outside."""

import json
import re

from chart import (
    ROOT, SCENARIOS, annotations, environment, merged, rendered, scenario, selects, server, with_sidecar,
)

DAPR_CONTROL_PLANE = {6500, 50001, 50005, 50006}


def policies_of(objects, labels):
    return [one["spec"] for one in objects.of("NetworkPolicy") if selects(one["spec"]["podSelector"], labels)]


def ports(rule):
    return {port["port"] for port in rule.get("ports", [])}


def may_call(objects, source, target, port):
    """Whether the policies let a pod with the labels `source` connect to one with the labels `target`."""

    def has_peer(peers, labels):
        return peers is None or any("podSelector" in peer and selects(peer["podSelector"], labels) for peer in peers)

    out = any(
        port in ports(rule) and has_peer(rule.get("to"), target)
        for policy in policies_of(objects, source) for rule in policy.get("egress", [])
    )
    into = any(
        port in ports(rule) and has_peer(rule.get("from"), source)
        for policy in policies_of(objects, target) for rule in policy.get("ingress", [])
    )
    return out and into


def may_leave(objects, labels, port):
    return any(port in ports(rule) for policy in policies_of(objects, labels) for rule in policy.get("egress", []))


def test_every_pod_is_denied_what_is_not_listed(every):
    for name, metadata, _ in every.pods():
        policies = policies_of(every, metadata["labels"])
        assert {"Ingress", "Egress"} <= {kind for policy in policies for kind in policy["policyTypes"]}, name
        assert any(not policy.get("ingress") for policy in policies), name
        for policy in policies:
            for rule in policy.get("ingress", []) + policy.get("egress", []):
                assert rule.get("ports"), f"{name}: a rule without ports allows all of them"


def test_every_port_that_a_pod_uses_is_open(every):
    pods = {name: (metadata["labels"], spec) for name, metadata, spec in every.pods()}
    services = {one["metadata"]["name"]: one["spec"] for one in every.of("Service")}
    sidecars = with_sidecar(every)
    for name, deployment in every.deployments().items():
        labels, _ = pods[name]
        own = environment(server(deployment))
        assert may_leave(every, labels, 53), name
        if "TASKWIRE_DATABASE_URL" in own:
            assert may_leave(every, labels, 5432), name
        if deployment["spec"]["template"]["spec"].get("initContainers"):
            assert may_leave(every, labels, 5432), name
        if server(deployment)["args"][0] in ("chat", "serve"):
            assert may_leave(every, labels, 443), f"{name}: the model"
        if server(deployment)["args"][0] == "serve" or "reminder" in server(deployment)["args"]:
            assert may_leave(every, labels, 443), f"{name}: channels"
        for value in own.values():
            if match := re.match(r"http://(taskwire[a-z-]*):\d+", str(value)):
                target = next(one for one, (of, _) in pods.items() if selects({"matchLabels": services[match[1]]["selector"]}, of))
                port = next(one["containerPort"] for one in server(every.deployments()[target])["ports"] if one["name"] == "http")
                assert may_call(every, labels, pods[target][0], port), f"{name} to {target}"
        if name in sidecars:
            assert all(may_leave(every, labels, port) for port in DAPR_CONTROL_PLANE), name
            if own.get("TASKWIRE_BUS") == "dapr":
                component = every.named("Component", "taskpubsub")
                entries = {entry["name"]: entry.get("value") for entry in component["spec"]["metadata"]}
                for address in (entries.get("brokers") or entries["redisHost"]).split(","):
                    assert may_leave(every, labels, int(address.rsplit(":", 1)[1])), name
            if own.get("TASKWIRE_STATE") == "dapr":
                entries = {entry["name"]: entry.get("value") for entry in every.named("Component", "taskstate")["spec"]["metadata"]}
                port = int(entries["redisHost"].rsplit(":", 1)[1]) if "redisHost" in entries else 5432
                assert may_leave(every, labels, port), name
            for value in own.values():
                if match := re.match(r"dapr://(task-[a-z]+)", str(value)):
                    for other in sidecars:
                        if annotations(sidecars[other])["dapr.io/app-id"] == match[1]:
                            assert may_call(every, labels, pods[other][0], 50002), f"{name} to {other}"


def test_the_test_pod_reaches_the_service(every):
    pods = {name: metadata["labels"] for name, metadata, _ in every.pods()}
    (test,) = every.of("Pod")
    front = next(name for name, one in every.deployments().items() if server(one)["args"][0] in ("api", "serve"))
    assert may_call(every, test["metadata"]["labels"], pods[front], 8484)


def test_a_migration_reaches_the_database_and_nothing_else():
    objects = scenario("migration job")
    (job,) = objects.of("Job")
    labels = job["spec"]["template"]["metadata"]["labels"]
    assert may_leave(objects, labels, 5432) and may_leave(objects, labels, 53)
    assert not any(may_leave(objects, labels, port) for port in (443, 9092, 50001, 8484))


def test_ports_of_consumers_are_closed_to_clients():
    objects = scenario("local")
    pods = {name: metadata["labels"] for name, metadata, _ in objects.pods()}
    for name, labels in pods.items():
        for policy in policies_of(objects, labels):
            for rule in policy.get("ingress", []):
                if "from" not in rule:
                    assert name == "taskwire-api" and ports(rule) == {8484}
    # Only a sidecar, which is in the pod, calls a consumer.
    for caller in ("taskwire-api", "taskwire-chat"):
        assert not may_call(objects, pods[caller], pods["taskwire-audit"], 8487)


def test_clients_and_nodes_can_be_limited():
    objects = scenario("strict network")
    policy = objects.named("NetworkPolicy", "taskwire-api")["spec"]
    assert all("from" in rule for rule in policy["ingress"])
    assert {"ipBlock": {"cidr": "10.2.0.0/16"}} in policy["ingress"][0]["from"]
    nodes = [rule for rule in policy["ingress"] if rule["from"] == [{"ipBlock": {"cidr": "10.1.0.0/16"}}]]
    assert [ports(rule) for rule in nodes] == [{8489, 3501}], "probes"
    assert may_leave(objects, next(m["labels"] for n, m, _ in objects.pods() if n == "taskwire-chat"), 443)


def test_the_internal_port_is_open_to_monitoring_alone(every):
    for name, metadata, _ in every.pods():
        for policy in policies_of(every, metadata["labels"]):
            for rule in policy.get("ingress", []):
                if 8489 in ports(rule):
                    (peer,) = rule["from"]
                    assert "namespaceSelector" in peer or "ipBlock" in peer, name
    for service in every.of("Service"):
        assert [port["targetPort"] for port in service["spec"]["ports"]] == ["http"]


def test_policies_can_be_off():
    assert not rendered({"networkPolicy": {"enabled": False}}).of("NetworkPolicy")


def is_public(path, published):
    for one in published:
        prefix = one["path"].rstrip("/")
        if path == one["path"] or one["type"] == "Prefix" and path.startswith(f"{prefix}/"):
            return True
    return False


def test_what_is_public_is_the_contract_and_the_page():
    published = [
        {"path": path["path"], "type": path["pathType"]}
        for path in scenario("ingress").named("Ingress", "taskwire")["spec"]["rules"][0]["http"]["paths"]
    ]
    closed = {"/healthz", "/readyz", "/metrics"}
    contract = set(json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"])
    # Routes that are not in the contract: of the page, of the contract itself, and those that are passed on.
    for file in ("api/src/page.rs", "api/src/openapi.rs", "api/src/routes/actions.rs", "api/src/routes/oauth.rs", "src/wiring.rs"):
        contract |= set(re.findall(r'\.route\(\s*"([^"]+)"', (ROOT / file).read_text()))
    assert {"/", "/mcp", "/docs", "/sw.js", "/act/{link}", "/api/v1/chat", "/oauth/token", "/.well-known/oauth-protected-resource/mcp"} <= contract
    for path in contract:
        assert is_public(path, published) == (path not in closed), path
    for path in ("/events/task-events", "/dead-letters/reminders", "/dapr/subscribe", "/job/x", "/wake"):
        assert not is_public(path, published), path


def test_the_gateway_and_the_ingress_publish_the_same():
    (route,) = scenario("production").of("HTTPRoute")
    (ingress,) = scenario("doks").of("Ingress")
    (rule,) = route["spec"]["rules"]
    of_route = {(one["path"]["value"], one["path"]["type"] == "PathPrefix") for one in rule["matches"]}
    of_ingress = {(one["path"], one["pathType"] == "Prefix") for one in ingress["spec"]["rules"][0]["http"]["paths"]}
    assert of_route == of_ingress
    # Streams stay open.
    assert rule["timeouts"] == {"request": "0s", "backendRequest": "0s"}
    assert route["spec"]["hostnames"] == ingress["spec"]["tls"][0]["hosts"] == ["tasks.example.com"]
    assert ingress["metadata"]["annotations"]["cert-manager.io/cluster-issuer"] == "letsencrypt"
    for objects in (scenario("production"), scenario("doks")):
        hosts = objects.named("ConfigMap", "taskwire")["data"]["TASKWIRE_ALLOWED_HOST"].split(",")
        assert "tasks.example.com" in hosts, "the server refuses other names"
        # Names by which parts call each other.
        assert {"taskwire", "taskwire-mcp", "taskwire-chat.tasks.svc"} <= set(hosts)


def test_nothing_is_reachable_from_outside_by_default():
    objects = scenario("default")
    assert objects.named("Service", "taskwire")["spec"]["type"] == "ClusterIP"
    assert not objects.of("Ingress", "HTTPRoute")


def test_a_node_port_and_a_load_balancer():
    service = scenario("doks-small").named("Service", "taskwire")["spec"]
    assert service["type"] == "NodePort" and service["ports"][0]["nodePort"] == 30080
    values = {"service": {"type": "LoadBalancer", "loadBalancerSourceRanges": ["192.0.2.0/24"]}}
    service = rendered(values).named("Service", "taskwire")["spec"]
    assert service["loadBalancerSourceRanges"] == ["192.0.2.0/24"] and "nodePort" not in service["ports"][0]


def test_only_the_front_is_a_service_of_a_public_kind():
    for values in (SCENARIOS["local"], merged(SCENARIOS["production"], {"service": {"type": "LoadBalancer"}})):
        kinds = {one["metadata"]["name"]: one["spec"].get("type", "ClusterIP") for one in rendered(values).of("Service")}
        assert {name for name, kind in kinds.items() if kind != "ClusterIP"} == {"taskwire"}


def test_hosts_that_sign_in_find_one_address():
    objects = scenario("oauth")
    config = objects.named("ConfigMap", "taskwire")["data"]
    assert config["TASKWIRE_PUBLIC_URL"] == "https://tasks.example.com" and config["TASKWIRE_OAUTH_REGISTRATION"] == "true"
    assert "tasks.example.com" in config["TASKWIRE_ALLOWED_HOST"].split(",")
    # Both check tokens with the same credential.
    for name in ("taskwire-api", "taskwire-mcp"):
        (container,) = (one for one in objects.deployments()[name]["spec"]["template"]["spec"]["containers"] if one["name"] != "daprd")
        token = next(one for one in container["env"] if one["name"] == "TASKWIRE_SERVICE_TOKEN")
        assert token["valueFrom"]["secretKeyRef"] == {"name": "own-service", "key": "token"}
    # The API reads the descriptions of hosts.
    egress = objects.named("NetworkPolicy", "taskwire-api")["spec"]["egress"]
    assert any({"protocol": "TCP", "port": 443} in rule.get("ports", []) for rule in egress)
    assert "TASKWIRE_PUBLIC_URL" not in scenario("default").named("ConfigMap", "taskwire")["data"]
