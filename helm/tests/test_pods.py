"""What every pod has: security, probes, resources, and only names that exist."""

import hashlib

import pytest
import yaml
from chart import (
    EXAMPLES, SCENARIOS, annotations, containers, environment, merged, rendered, scenario, selects, server, text,
    with_sidecar,
)


def test_rendering_twice_gives_the_same_bytes():
    for values in SCENARIOS.values():
        first = hashlib.sha256(text(values, args=("--debug",)).encode()).hexdigest()
        assert first == hashlib.sha256(text(values).encode()).hexdigest()


def test_pods_are_restricted(every):
    for name, _, spec in every.pods():
        pod = spec["securityContext"]
        assert pod["runAsNonRoot"] is True and pod["runAsUser"] == 65532, name
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC", "hostUsers"} & set(spec), name
        for one in containers(spec):
            security = one["securityContext"]
            assert security["allowPrivilegeEscalation"] is False, name
            assert security["readOnlyRootFilesystem"] is True, name
            assert security["runAsNonRoot"] is True and security["privileged"] is False, name
            assert security["capabilities"] == {"drop": ["ALL"]}, name
            mounts = {mount["mountPath"] for mount in one["volumeMounts"]}
            assert "/tmp" in mounts, f"{name}: a read-only file system needs a place for temporary files"
        for volume in spec["volumes"]:
            assert set(volume) - {"name"} <= {"emptyDir", "persistentVolumeClaim"}, name


def test_no_pod_has_a_token_of_the_cluster(every):
    for name, _, spec in every.pods():
        assert spec["automountServiceAccountToken"] is False, name
        # Variables of a Service named taskwire would look like Taskwire's own.
        assert spec["enableServiceLinks"] is False, name
    for account in every.of("ServiceAccount"):
        assert account["automountServiceAccountToken"] is False
    assert not every.of("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")


def test_servers_have_all_probes_and_a_pause_before_they_stop(every):
    for name, deployment in every.deployments().items():
        one = server(deployment)
        ports = {port["name"]: port["containerPort"] for port in one["ports"]}
        assert environment(one)["TASKWIRE_INTERNAL_LISTEN"] == f"0.0.0.0:{ports['internal']}", name
        # Only /readyz depends on others; restarting a process does not bring a database back.
        probes = {probe: one[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
        assert probes == {
            "startupProbe": {"path": "/healthz", "port": "internal"},
            "livenessProbe": {"path": "/healthz", "port": "internal"},
            "readinessProbe": {"path": "/readyz", "port": "internal"},
        }, name
        # Longer than a database that sleeps needs to wake.
        assert one["startupProbe"]["periodSeconds"] * one["startupProbe"]["failureThreshold"] >= 120
        # An answer takes up to three seconds.
        assert one["readinessProbe"]["timeoutSeconds"] > 3
        assert one["lifecycle"]["preStop"]["sleep"]["seconds"] > 0


def test_the_relay_listens_for_nobody():
    relay = scenario("services and relay").deployments()["taskwire-relay"]
    assert [port["name"] for port in server(relay)["ports"]] == ["internal"]
    assert "TASKWIRE_LISTEN" not in environment(server(relay))
    assert "dapr.io/app-port" not in annotations(relay) and "dapr.io/enable-app-health-check" not in annotations(relay)


def test_containers_have_requests_and_a_limit_of_memory(every):
    for name, _, spec in every.pods():
        for one in containers(spec):
            assert set(one["resources"]["requests"]) == {"cpu", "memory"}, name
            assert one["resources"]["limits"]["memory"], name


def test_no_variable_is_set_twice(every):
    for name, _, spec in every.pods():
        for one in containers(spec):
            names = [variable["name"] for variable in one.get("env", [])]
            assert len(names) == len(set(names)), name
            for source in one.get("envFrom", []):
                data = every.named("ConfigMap", source["configMapRef"]["name"])["data"]
                assert not set(data) & set(names), name


def test_a_part_may_differ_in_what_has_a_value_for_all():
    values = merged(SCENARIOS["local"], {
        "config": {"env": {"TASKWIRE_ACCESS_LOG": "true"}},
        "parts": {"api": {"env": {"TASKWIRE_LOG": "debug", "TASKWIRE_DATABASE_CONNECTIONS": "20"}}},
    })
    objects = rendered(values)
    shared = objects.named("ConfigMap", "taskwire")["data"]
    assert shared["TASKWIRE_ACCESS_LOG"] == "true" and shared["TASKWIRE_LOG"] == "info"
    own = environment(server(objects.deployments()["taskwire-api"]))
    assert own["TASKWIRE_LOG"] == "debug" and own["TASKWIRE_DATABASE_CONNECTIONS"] == "20"


class OneOfEach(yaml.SafeLoader):
    """Refuses a mapping that has a key twice, which YAML forbids and most parsers accept."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        assert not twice, f"{twice} in line {node.start_mark.line}"
        return super().construct_mapping(node, deep)


def test_more_labels_and_annotations_are_added_and_none_is_there_twice():
    values = merged(SCENARIOS["production"], {
        "pod": {"labels": {"team": "tasks"}, "annotations": {"example.com/a": "1"}},
        "dapr": {"annotations": {"dapr.io/env": "A=b"}},
        "monitoring": {"podMonitor": {"labels": {"team": "tasks"}}},
    })
    for one in yaml.load_all(text(values), Loader=OneOfEach):
        assert one is None or one["kind"]
    pods = rendered(values).deployments()
    for name, deployment in pods.items():
        metadata = deployment["spec"]["template"]["metadata"]
        assert metadata["labels"]["team"] == "tasks" and metadata["annotations"]["example.com/a"] == "1", name
        assert metadata["annotations"].get("dapr.io/env") == ("A=b" if "dapr.io/enabled" in metadata["annotations"] else None), name


def test_everything_that_a_pod_names_is_there(every, request):
    values = SCENARIOS[request.node.callspec.params["every"]]
    outside = {one["existingSecret"] for one in values.get("secrets", {}).values() if one.get("existingSecret")}
    secrets = {one["metadata"]["name"]: set(one["stringData"]) for one in every.of("Secret")}
    for one in every.of("ExternalSecret"):
        secrets[one["spec"]["target"]["name"]] = {data["secretKey"] for data in one["spec"]["data"]}

    def is_there(name, key, where):
        assert name in outside or key in secrets.get(name, ()), f"{where}: Secret {name}, key {key}"

    for name, metadata, spec in every.pods():
        for one in containers(spec):
            for value in environment(one).values():
                if isinstance(value, dict):
                    is_there(value["secretKeyRef"]["name"], value["secretKeyRef"]["key"], name)
        for kind in ("api", "app"):
            if token := metadata.get("annotations", {}).get(f"dapr.io/{kind}-token-secret"):
                # Dapr reads the key with this name.
                is_there(token, "token", name)
        if account := spec.get("serviceAccountName"):
            every.named("ServiceAccount", account)
        for volume in spec["volumes"]:
            if claim := volume.get("persistentVolumeClaim"):
                every.named("PersistentVolumeClaim", claim["claimName"])
    for component in every.of("Component"):
        for entry in component["spec"]["metadata"]:
            if reference := entry.get("secretKeyRef"):
                assert component["auth"] == {"secretStore": "kubernetes"}
                is_there(reference["name"], reference["key"], component["metadata"]["name"])
    for one in every.of("TriggerAuthentication"):
        for target in one["spec"]["secretTargetRef"]:
            is_there(target["name"], target["key"], "TriggerAuthentication")
    # Nothing is rendered that nobody reads.
    assert set(secrets) <= {name for name in secrets if name in text(values).split()}


def test_selectors_find_their_pods_and_no_others(every):
    pods = {name: metadata["labels"] for name, metadata, _ in every.pods()}
    for name, deployment in every.deployments().items():
        found = [pod for pod, labels in pods.items() if selects(deployment["spec"]["selector"], labels)]
        assert found == [name]
    for service in every.of("Service"):
        found = [pod for pod, labels in pods.items() if selects({"matchLabels": service["spec"]["selector"]}, labels)]
        assert len(found) == 1, service["metadata"]["name"]
        ports = {port["name"] for port in server(every.deployments()[found[0]])["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports
        # Dapr's operator takes these names.
        assert not service["metadata"]["name"].endswith("-dapr")


def test_every_object_has_the_labels_and_the_namespace(every):
    names = [(one["kind"], one["metadata"]["name"]) for one in every]
    assert len(names) == len(set(names))
    for one in every:
        assert one["metadata"]["namespace"] == "tasks", one["kind"]
        assert one["metadata"]["labels"]["app.kubernetes.io/instance"] == "taskwire", one["kind"]
        assert len(one["metadata"]["name"]) <= 63


def test_long_names_still_fit():
    objects = rendered(merged(SCENARIOS["production"], {"fullnameOverride": "a" * 60}))
    for one in objects:
        assert len(one["metadata"]["name"]) <= 63, one["metadata"]["name"]


def test_pods_roll_when_the_configuration_or_an_inline_secret_changes():
    base = SCENARIOS["inline secrets"]
    before = rendered(base).deployments()
    for change, key in [
        ({"config": {"log": "debug"}}, "checksum/config"),
        ({"secrets": {"service": {"values": {"token": "t" * 32}}}}, "checksum/secrets"),
    ]:
        after = rendered(merged(base, change)).deployments()
        for name, deployment in after.items():
            assert annotations(deployment)[key] != annotations(before[name])[key], name


def test_one_pod_on_one_volume_is_never_two():
    for name in ("default", "doks-small"):
        objects = scenario(name)
        (deployment,) = objects.deployments().values()
        assert deployment["spec"]["replicas"] == 1
        assert deployment["spec"]["strategy"] == {"type": "Recreate"}
        # It migrates its own file, and leaves a Postgres to the init container.
        assert server(deployment)["args"] == ["serve"]
        claim = objects.named("PersistentVolumeClaim", "taskwire")
        assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
        assert claim["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
        assert not objects.of("HorizontalPodAutoscaler", "ScaledObject", "PodDisruptionBudget")
        assert environment(server(deployment))["TASKWIRE_LISTEN"] == "0.0.0.0:8484"


def test_pods_have_time_to_stop(every):
    for name, deployment in every.deployments().items():
        spec = deployment["spec"]["template"]["spec"]
        needed = server(deployment)["lifecycle"]["preStop"]["sleep"]["seconds"] + 15
        if name in with_sidecar(every):
            dapr = annotations(deployment)
            needed += int(dapr["dapr.io/block-shutdown-duration"].removesuffix("s"))
            needed += int(dapr["dapr.io/graceful-shutdown-seconds"])
        assert spec["terminationGracePeriodSeconds"] >= needed, name


def test_schemas_are_migrated_before_a_pod_needs_them():
    for name in ("doks", "production", "single on postgres"):
        for pod, deployment in scenario(name).deployments().items():
            spec = deployment["spec"]["template"]["spec"]
            reads = "TASKWIRE_DATABASE_URL" in environment(server(deployment))
            init = spec.get("initContainers", [])
            assert [one["args"] for one in init] == ([["migrate"]] if reads else []), pod
            assert ("TASKWIRE_NO_MIGRATE" in environment(server(deployment))) == (server(deployment)["args"][0] in ("api", "serve")), pod
            if reads and name != "single on postgres":
                reference = environment(init[0])["TASKWIRE_DATABASE_URL"]["secretKeyRef"]
                assert reference["key"] == "direct-url", "a pooler loses the lock of migrations"
                assert environment(server(deployment))["TASKWIRE_DATABASE_URL"]["secretKeyRef"]["key"] == "url", pod
    assert not any("initContainers" in spec for _, _, spec in scenario("default").pods()), "`serve` does it itself"


def test_a_migration_job_runs_before_the_release_and_without_a_sidecar():
    objects = scenario("migration job")
    (job,) = objects.of("Job")
    hooks = job["metadata"]["annotations"]
    assert hooks["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert hooks["helm.sh/hook-delete-policy"] == "before-hook-creation,hook-succeeded"
    pod = job["spec"]["template"]
    assert not any(key.startswith("dapr.io/") for key in pod["metadata"].get("annotations", {}))
    # Neither is there yet when it runs.
    assert "serviceAccountName" not in pod["spec"]
    assert all("envFrom" not in one for one in pod["spec"]["containers"])
    assert not any("initContainers" in one["spec"]["template"]["spec"] for one in objects.of("Deployment"))
    without = rendered(merged(SCENARIOS["migration job"], {"migrations": {"mode": "none"}}))
    assert not without.of("Job")


def test_each_part_can_be_off():
    everything = set(scenario("local").deployments())
    for part in ("api", "mcp", "chat", "audit", "recurrence", "reminder"):
        objects = rendered(merged(SCENARIOS["local"], {"parts": {part: {"enabled": False}}}))
        assert everything - set(objects.deployments()) == {f"taskwire-{part}"}
        assert bool(objects.of("Pod")) == (part != "api"), "`helm test` has nothing to ask without the API"


def test_parts_are_spread_over_nodes_and_zones():
    for deployment in scenario("production").deployments().values():
        pod = deployment["spec"]["template"]
        constraints = pod["spec"]["topologySpreadConstraints"]
        assert [one["topologyKey"] for one in constraints] == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
        for one in constraints:
            assert one["matchLabelKeys"] == ["pod-template-hash"]
            assert selects(one["labelSelector"], pod["metadata"]["labels"])


def test_the_test_pod_asks_the_service():
    for name in SCENARIOS:
        objects = scenario(name)
        (pod,) = objects.of("Pod")
        url = environment(pod["spec"]["containers"][0])["TASKWIRE_API_URL"]
        service = objects.named("Service", url.removeprefix("http://").split(":")[0])
        assert service["spec"]["ports"][0]["port"] == int(url.rsplit(":", 1)[1])


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_generate_no_password(name):
    assert not scenario(name).of("Secret")
