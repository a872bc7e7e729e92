"""Replicas, autoscalers, budgets and monitoring."""

import json
import shutil

import yaml
from chart import CHART, SCENARIOS, merged, rendered, scenario, selects, with_sidecar


def scalers(objects):
    for one in objects.of("HorizontalPodAutoscaler", "ScaledObject"):
        yield one["spec"]["scaleTargetRef"]["name"], one


def test_a_deployment_has_one_owner_of_its_replicas(every):
    scaled = [name for name, _ in scalers(every)]
    assert len(scaled) == len(set(scaled)), "an autoscaler and KEDA would work against each other"
    for name, deployment in every.deployments().items():
        assert ("replicas" in deployment["spec"]) == (name not in scaled), name


def test_autoscalers_have_their_target_and_never_stop_a_consumer(every):
    for name, one in scalers(every):
        assert name in every.deployments()
        spec = one["spec"]
        assert spec.get("minReplicas", spec.get("minReplicaCount")) >= 1
        if one["kind"] == "HorizontalPodAutoscaler":
            (metric,) = spec["metrics"]
            # The sidecar's processor time says nothing of the app's.
            assert metric["containerResource"]["container"] == "taskwire"


def test_budgets_exist_where_a_pod_may_go(every):
    scaled = dict(scalers(every))
    budgets = {one["metadata"]["name"]: one["spec"] for one in every.of("PodDisruptionBudget")}
    for name, deployment in every.deployments().items():
        if name in scaled:
            spec = scaled[name]["spec"]
            fewest = spec.get("minReplicas", spec.get("minReplicaCount"))
        else:
            fewest = deployment["spec"]["replicas"]
        # A budget on one replica would hold up every drain of its node.
        assert (name in budgets) == (fewest > 1), name
        if name in budgets:
            assert budgets[name]["maxUnavailable"] == 1
            assert budgets[name]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
            assert selects(budgets[name]["selector"], deployment["spec"]["template"]["metadata"]["labels"])
    assert set(budgets) <= set(every.deployments())


def test_production_has_two_of_everything():
    objects = scenario("production")
    assert {one["metadata"]["name"] for one in objects.of("PodDisruptionBudget")} == set(objects.deployments())
    assert len(objects.of("ScaledObject")) == 3 and len(objects.of("HorizontalPodAutoscaler")) == 3


def test_external_secrets_have_the_keys_that_are_read():
    objects = scenario("production")
    keys = {
        one["metadata"]["name"]: [data["secretKey"] for data in one["spec"]["data"]] for one in objects.of("ExternalSecret")
    }
    assert keys["taskwire-database"] == ["url", "direct-url"]
    assert keys["taskwire-broker"] == ["username", "password", "ca"]
    for one in objects.of("ExternalSecret"):
        assert one["spec"]["secretStoreRef"] == {"kind": "ClusterSecretStore", "name": "production"}
        assert {data["remoteRef"]["property"] for data in one["spec"]["data"]} == set(keys[one["metadata"]["name"]])


def test_metrics_are_collected_where_they_are():
    objects = scenario("production")
    pods = {name: metadata["labels"] for name, metadata, _ in objects.pods()}

    def found(monitor):
        return {name for name, labels in pods.items() if selects(monitor["selector"], labels)}

    own = objects.named("PodMonitor", "taskwire")["spec"]
    assert found(own) == set(objects.deployments()), "not the pod of `helm test`"
    (endpoint,) = own["podMetricsEndpoints"]
    assert (endpoint["port"], endpoint["path"]) == ("internal", "/metrics")
    sidecars = objects.named("PodMonitor", "taskwire-sidecars")["spec"]
    assert found(sidecars) == set(with_sidecar(objects))
    # What the injector calls the port of a sidecar's metrics.
    assert sidecars["podMetricsEndpoints"][0]["port"] == "dapr-metrics"
    labels = {one["targetLabel"]: one for one in endpoint["relabelings"]}
    assert labels["job"]["replacement"] == "taskwire" and "component" in labels
    alone = merged(SCENARIOS["default"], {"monitoring": {"podMonitor": {"enabled": True}}})
    assert [one["metadata"]["name"] for one in rendered(alone).of("PodMonitor")] == ["taskwire"]


def test_rules_and_dashboards_are_those_of_the_folder(tmp_path):
    chart = tmp_path / "taskwire"
    shutil.copytree(CHART, chart)
    folder = chart / "files" / "monitoring"
    folder.mkdir(exist_ok=True)
    # Braces are Prometheus's and Grafana's, not Helm's.
    alert = {"alert": "Late", "expr": "up == 0", "annotations": {"summary": "{{ $labels.pod }} is late"}}
    (folder / "late.yaml").write_text("# Alerts.\n" + yaml.dump({"groups": [{"name": "late", "rules": [alert]}]}))
    dashboard = {"title": "Late", "panels": [{"legend": "{{pod}}"}]}
    (folder / "late.json").write_text(json.dumps(dashboard, indent=1))
    on = {"rules": {"enabled": True, "labels": {"release": "x"}}, "dashboards": {"enabled": True}}
    objects = rendered({"monitoring": on}, chart=chart)
    rule = objects.named("PrometheusRule", "taskwire-late")
    assert rule["spec"]["groups"][0]["rules"] == [alert]
    assert rule["metadata"]["labels"]["release"] == "x"
    config = objects.named("ConfigMap", "taskwire-dashboard-late")
    assert json.loads(config["data"]["late.json"]) == dashboard
    assert config["metadata"]["labels"]["grafana_dashboard"] == "1"
    off = rendered({}, chart=chart)
    assert not off.of("PrometheusRule") and len(off.of("ConfigMap")) == 1


def test_every_file_of_the_folder_is_rendered():
    objects = scenario("production")
    rules = {path.stem for path in (CHART / "files" / "monitoring").glob("*.yaml")}
    dashboards = {path.stem for path in (CHART / "files" / "monitoring").glob("*.json")}
    # Those of the parts depend on the values.
    assert {one["metadata"]["name"] for one in objects.of("PrometheusRule")} == {f"taskwire-{name}" for name in rules | {"parts"}}
    found = {one["metadata"]["name"] for one in objects.of("ConfigMap")} - {"taskwire"}
    assert found == {f"taskwire-dashboard-{name}" for name in dashboards}
