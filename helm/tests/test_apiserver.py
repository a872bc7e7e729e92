"""The chart against a real API server: what a cluster accepts, keeps, warns of and removes."""

import io
import re
import subprocess
import tarfile
import threading
import time

import pytest
import yaml
from chart import CHART, EXAMPLES, ROOT, SCENARIOS, VERSION, Refused, merged, rendered, scenario
from cluster import Cluster
from processes import Running


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    with Running(tmp_path_factory.mktemp("cluster")) as running:
        yield Cluster(running)


@pytest.fixture
def namespace(cluster, request):
    """A namespace of the test's own. A release that is left is removed: ports of nodes exist once in a cluster."""
    name = re.sub("[^a-z0-9]+", "-", request.node.name.lower())[:60].strip("-")
    cluster.create_namespace(name)
    yield name
    cluster.helm("uninstall", name, "--ignore-not-found")


def stored(objects):
    """The objects that stay after an installation: not those of hooks."""
    return {
        (one["kind"], one["metadata"]["name"]) for one in objects if "helm.sh/hook" not in one["metadata"].get("annotations", {})
    }


@pytest.mark.parametrize("name", ["", *EXAMPLES])
def test_every_values_file_installs_without_a_warning(cluster, namespace, name):
    values = SCENARIOS[name or "default"]
    said = cluster.helm("install", namespace, values=values)
    assert "warn" not in said.lower(), said
    assert set(cluster.objects(namespace)) == stored(scenario(name or "default"))


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_field_is_known_and_every_pod_is_admitted(cluster, namespace, name):
    objects = rendered(SCENARIOS[name])
    # The controllers that make pods are not here; this is what they would ask for.
    pods = [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": pod, "labels": metadata["labels"]}, "spec": {"restartPolicy": "Always", **spec}}
        for pod, metadata, spec in objects.pods()
    ]
    for one in [*objects, *pods]:
        one["metadata"]["namespace"] = namespace
        answer = cluster.try_to_create(one, namespace)
        assert answer.status == 201 and not answer.warnings, f"{one['kind']} {one['metadata']['name']}: {answer.message} {answer.warnings}"


def test_the_checks_find_what_is_wrong(cluster, namespace):
    (deployment,) = scenario("default").of("Deployment")
    del deployment["metadata"]["namespace"]
    pod = deployment["spec"]["template"]
    pod["spec"]["containers"][0]["readynessProbe"] = {}
    assert "unknown field" in cluster.try_to_create(deployment, namespace).message
    del pod["spec"]["containers"][0]["readynessProbe"]
    pod["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
    answer = cluster.try_to_create(deployment, namespace)
    assert answer.status == 201 and "would violate PodSecurity" in " ".join(answer.warnings)
    single = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": pod["spec"]}
    assert "violates PodSecurity" in cluster.try_to_create(single, namespace).message


def spec_of(cluster, namespace, name):
    return cluster.objects(namespace)[("Deployment", name)]["spec"]


def image_of(cluster, namespace, name):
    return spec_of(cluster, namespace, name)["template"]["spec"]["containers"][0]["image"]


def chart_before(folder):
    """The chart as it was in the commit before its last change, under an earlier version."""
    last = subprocess.run(["git", "-C", ROOT, "log", "-1", "--format=%H", "--", "helm/taskwire"], capture_output=True, text=True, check=False).stdout.strip()
    archive = subprocess.run(["git", "-C", ROOT, "archive", f"{last}~", "helm/taskwire"], capture_output=True, check=False)
    if archive.returncode == 0:
        tarfile.open(fileobj=io.BytesIO(archive.stdout)).extractall(folder, filter="data")
    else:
        # A shallow clone has no history: the same chart, as if it had been released twice.
        (folder / "helm").mkdir()
        subprocess.run(["cp", "-r", CHART, folder / "helm"], check=True)
    chart = folder / "helm" / "taskwire"
    about = yaml.safe_load((chart / "Chart.yaml").read_text())
    (chart / "Chart.yaml").write_text(yaml.dump(about | {"version": "0.0.9", "appVersion": "0.0.9"}))
    return chart


def test_upgrade_rollback_and_uninstall(cluster, namespace, tmp_path):
    production = SCENARIOS["production"]
    old = chart_before(tmp_path)
    # With the values that it knew, and a part less.
    before = merged(yaml.safe_load((old / "values-production.yaml").read_text()), {"parts": {"reminder": {"enabled": False}}})
    del before["monitoring"]
    cluster.helm("install", namespace, values=before, chart=old)
    assert image_of(cluster, namespace, "taskwire-api").endswith(":0.0.9")
    # The autoscaler has been at work.
    for name, replicas in (("taskwire-api", 7), ("taskwire-audit", 5)):
        cluster.patch(f"{cluster.deployment(namespace, name)}/scale", {"spec": {"replicas": replicas}}, manager="autoscaler")
    first = set(cluster.objects(namespace))

    said = cluster.helm("upgrade", namespace, values=production)
    assert "warn" not in said.lower() and "conflict" not in said.lower(), said
    assert set(cluster.objects(namespace)) == stored(scenario("production"))
    assert image_of(cluster, namespace, "taskwire-api").endswith(f":{VERSION}")
    assert [spec_of(cluster, namespace, name)["replicas"] for name in ("taskwire-api", "taskwire-audit")] == [7, 5], "an upgrade resets no autoscaler"

    cluster.helm("upgrade", namespace, values=production)
    again = cluster.objects(namespace)
    cluster.helm("upgrade", namespace, values=production)
    for key, one in cluster.objects(namespace).items():
        assert one["metadata"].get("generation") == again[key]["metadata"].get("generation"), f"{key} changes without a reason"

    cluster.helm("rollback", namespace, 1)
    assert set(cluster.objects(namespace)) == first
    assert image_of(cluster, namespace, "taskwire-api").endswith(":0.0.9")
    assert spec_of(cluster, namespace, "taskwire-api")["replicas"] == 7

    cluster.helm("uninstall", namespace)
    assert not cluster.objects(namespace)


def test_what_somebody_changed_by_hand_is_not_overwritten_in_silence(cluster, namespace):
    cluster.helm("install", namespace)
    container = {"name": "taskwire", "image": "elsewhere.example/taskwire:1"}
    cluster.patch(cluster.deployment(namespace, "taskwire"), {"spec": {"template": {"spec": {"containers": [container]}}}}, kind="strategic-merge")
    newer = {"image": {"tag": "9.9.9"}}
    with pytest.raises(Refused, match="conflict"):
        cluster.helm("upgrade", namespace, values=newer)
    cluster.helm("upgrade", namespace, "--force-conflicts", values=newer)
    assert image_of(cluster, namespace, "taskwire").endswith("taskwire/taskwire:9.9.9")


def test_a_volume_stays_and_is_taken_up_again(cluster, namespace):
    cluster.helm("install", namespace)
    uid = cluster.objects(namespace)[("PersistentVolumeClaim", "taskwire")]["metadata"]["uid"]
    cluster.helm("uninstall", namespace)
    assert set(cluster.objects(namespace)) == {("PersistentVolumeClaim", "taskwire")}
    cluster.helm("install", namespace)
    assert cluster.objects(namespace)[("PersistentVolumeClaim", "taskwire")]["metadata"]["uid"] == uid


def test_from_one_pod_to_parts_and_back_only_when_it_is_meant(cluster, namespace):
    cluster.helm("install", namespace, values=SCENARIOS["doks-small"])
    with pytest.raises(Refused, match="this release has mode single, and these values mode parts"):
        cluster.helm("upgrade", namespace, values=SCENARIOS["local"])
    meant = {"allowModeChange": True}
    cluster.helm("upgrade", namespace, values=merged(SCENARIOS["local"], meant))
    left = set(cluster.objects(namespace)) - stored(scenario("local"))
    assert left == {("PersistentVolumeClaim", "taskwire")}, "the data stays until somebody deletes it"
    # As with a values file that was forgotten. Without any values Helm would take those of before.
    before = cluster.objects(namespace)
    with pytest.raises(Refused, match="this release has mode parts, and these values mode single"):
        cluster.helm("upgrade", namespace, values={"hosts": ["tasks.example.com"]})
    assert set(cluster.objects(namespace)) == set(before)
    cluster.helm("upgrade", namespace, values=merged(SCENARIOS["local"], {"parts": {"audit": {"replicas": 2}}}))
    cluster.helm("rollback", namespace, 1)
    assert {name for kind, name in cluster.objects(namespace) if kind == "Deployment"} == {"taskwire"}, "going back is not refused"


def test_a_volume_is_restored_by_a_pod_of_its_own(cluster, namespace):
    """As docs/runbooks/backup-and-restore.md does it; afterwards the next upgrade finds nothing that differs."""
    cluster.helm("install", namespace, values=SCENARIOS["doks-small"])
    pod = yaml.safe_load((ROOT / "deploy/restore-pod.yaml").read_text())
    answer = cluster.try_to_create(pod, namespace)
    assert answer.status == 201 and not answer.warnings, f"{answer.message} {answer.warnings}"
    (deployment,) = scenario("doks-small").of("Deployment")
    mine, its = pod["spec"], deployment["spec"]["template"]["spec"]
    assert {volume["name"]: volume for volume in its["volumes"]}["data"] == mine["volumes"][0]
    assert mine["securityContext"].items() >= its["securityContext"].items(), "files belong to the same user"
    for replicas in (0, 1):
        cluster.patch(f"{cluster.deployment(namespace, 'taskwire')}/scale", {"spec": {"replicas": replicas}}, manager="kubectl")
    cluster.helm("upgrade", namespace, values=merged(SCENARIOS["doks-small"], {"image": {"tag": "9.9.9"}}))


def test_sizes_are_changed_in_the_values(cluster, namespace):
    """With kubectl the next upgrade and the next rollback would stop (docs/runbooks/README.md)."""
    values = SCENARIOS["local"]
    cluster.helm("install", namespace, values=values)
    cluster.helm("upgrade", namespace, values=merged(values, {"parts": {"audit": {"replicas": 4}}}))
    assert spec_of(cluster, namespace, "taskwire-audit")["replicas"] == 4
    cluster.helm("rollback", namespace, 1)
    assert spec_of(cluster, namespace, "taskwire-audit")["replicas"] == 1
    # Everything was stopped by hand, as docs/runbooks/losing-a-region.md says.
    scale = f"{cluster.deployment(namespace, 'taskwire-audit')}/scale"
    cluster.patch(scale, {"spec": {"replicas": 0}}, manager="kubectl")
    cluster.helm("upgrade", namespace, values=values)
    assert spec_of(cluster, namespace, "taskwire-audit")["replicas"] == 1
    cluster.patch(scale, {"spec": {"replicas": 4}}, manager="kubectl")
    for command in (["upgrade", values], ["rollback", None]):
        with pytest.raises(Refused, match="conflict"):
            cluster.helm(command[0], namespace, values=command[1])
    cluster.helm("upgrade", namespace, "--force-conflicts", values=values)
    assert spec_of(cluster, namespace, "taskwire-audit")["replicas"] == 1


def test_a_volume_grows_by_the_values_and_never_shrinks(cluster, namespace):
    kind = {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "grows"}, "provisioner": "none",
        "allowVolumeExpansion": True,
    }
    assert cluster.call("POST", "/apis/storage.k8s.io/v1/storageclasses", kind).status in (201, 409)
    small = {"persistence": {"storageClass": "grows"}}
    large = merged(small, {"persistence": {"size": "10Gi"}})
    cluster.helm("install", namespace, values=small)
    path = f"/api/v1/namespaces/{namespace}/persistentvolumeclaims/taskwire"
    # What the controllers of volumes do.
    cluster.patch(path, {"spec": {"volumeName": "disk"}})
    cluster.patch(f"{path}/status", {"status": {"phase": "Bound", "capacity": {"storage": "5Gi"}}})
    cluster.helm("upgrade", namespace, values=large)
    assert cluster.call("GET", path).body["spec"]["resources"]["requests"]["storage"] == "10Gi"
    cluster.patch(f"{path}/status", {"status": {"capacity": {"storage": "10Gi"}}})
    with pytest.raises(Refused, match="field can not be less than"):
        cluster.helm("rollback", namespace, 1)
    # The way that docs/runbooks/upgrade-and-rollback.md names.
    cluster.helm("upgrade", namespace, values=merged(large, {"image": {"tag": "0.0.9"}}))
    assert image_of(cluster, namespace, "taskwire").endswith(":0.0.9")


class Completes(threading.Thread):
    """Stands in for the controller of Jobs: whichever appears has succeeded, or failed."""

    def __init__(self, cluster, namespace, succeeds):
        super().__init__(daemon=True)
        self.cluster, self.namespace, self.succeeds = cluster, namespace, succeeds
        self.deployments, self.stop = None, threading.Event()

    def run(self):
        now = "2026-01-01T00:00:00Z"
        true = {"status": "True", "lastProbeTime": now, "lastTransitionTime": now}
        if self.succeeds:
            status = {"succeeded": 1, "startTime": now, "completionTime": now, "conditions": [{"type": "SuccessCriteriaMet", **true}, {"type": "Complete", **true}]}
        else:
            status = {"failed": 1, "startTime": now, "conditions": [{"type": "FailureTarget", **true}, {"type": "Failed", **true}]}
        while not self.stop.is_set():
            objects = self.cluster.objects(self.namespace)
            if ("Job", "taskwire-migrate") in objects:
                self.deployments = {name for kind, name in objects if kind == "Deployment"}
                self.cluster.patch(f"/apis/batch/v1/namespaces/{self.namespace}/jobs/taskwire-migrate/status", {"status": status})
                return
            time.sleep(0.1)


def test_a_migration_job_comes_first_and_goes(cluster, namespace):
    values = SCENARIOS["migration job"]
    job = Completes(cluster, namespace, succeeds=True)
    job.start()
    cluster.helm("install", namespace, "--timeout", "60s", values=values)
    job.join(10)
    assert job.deployments == set(), "nothing of the release is there yet"
    assert not [name for kind, name in cluster.objects(namespace) if kind == "Job"]

    failing = Completes(cluster, namespace, succeeds=False)
    failing.start()
    with pytest.raises(Refused):
        cluster.helm("upgrade", namespace, "--timeout", "60s", values=merged(values, {"image": {"tag": "9.9.9"}}))
    failing.join(10)
    assert image_of(cluster, namespace, "taskwire-api").endswith(f":{VERSION}"), "pods do not change before the schema did"
