"""The chart against a real API server with the CRDs of Dapr, KEDA, the Gateway API and the operators.

There is no kubelet and there are no controllers, so pods do not run; what a cluster accepts, keeps, warns of and removes is
what a cluster does.
"""

import json
import os
import re
import subprocess
import threading
import time

import pytest
import yaml
from chart import CHART, EXAMPLES, SCENARIOS, VERSION, Refused, merged, rendered, scenario, text
from processes import Running, free_port, get, until

TOKEN = "token-of-a-test"


class Cluster:
    def __init__(self, running):
        folder = running.folder
        client, peer, port = free_port(), free_port(), free_port()
        etcd = running.start("etcd", [
            os.environ["TASKWIRE_ETCD"], "--data-dir", folder / "etcd",
            "--listen-client-urls", f"http://127.0.0.1:{client}", "--advertise-client-urls", f"http://127.0.0.1:{client}",
            "--listen-peer-urls", f"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
            "--initial-cluster", f"default=http://127.0.0.1:{peer}",
        ])
        until("etcd", lambda: get(f"http://127.0.0.1:{client}/health")[0] == 200, etcd)
        (folder / "tokens.csv").write_text(f"{TOKEN},admin,1,system:masters\n")
        subprocess.run(["openssl", "genrsa", "-out", folder / "accounts.key", "2048"], check=True, capture_output=True)
        server = running.start("kube-apiserver", [
            os.environ["TASKWIRE_KUBE_APISERVER"], f"--etcd-servers=http://127.0.0.1:{client}", "--bind-address=127.0.0.1",
            f"--secure-port={port}", f"--cert-dir={folder}/cert", f"--token-auth-file={folder}/tokens.csv",
            "--authorization-mode=RBAC", "--service-cluster-ip-range=10.0.0.0/24", "--endpoint-reconciler-type=none",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={folder}/accounts.key", f"--service-account-signing-key-file={folder}/accounts.key",
            # It would wait for the token of an account, which a controller makes.
            "--disable-admission-plugins=ServiceAccount",
        ])
        address = f"https://127.0.0.1:{port}"
        until("API server", lambda: get(f"{address}/readyz", {"Authorization": f"Bearer {TOKEN}"})[0] == 200, server)
        self.config = folder / "kubeconfig"
        self.config.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": address, "insecure-skip-tls-verify": True}}],
            "users": [{"name": "test", "user": {"token": TOKEN}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        }))
        self.env = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": str(self.config)}
        self.kubectl("apply", "--server-side", "--filename", os.environ["TASKWIRE_KUBE_CRDS"])
        self.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")

    def kubectl(self, *args, stdin=None, fails=False):
        """What kubectl says, warnings too."""
        done = subprocess.run(
            [os.environ["TASKWIRE_KUBECTL"], *map(str, args)], input=stdin, env=self.env, capture_output=True, text=True, check=False
        )
        assert (done.returncode != 0) == fails, done.stderr
        return done.stderr if fails else done.stdout + done.stderr

    def create_namespace(self, name):
        """A namespace that enforces the strictest level of Pod Security, and warns of what does not meet it."""
        level = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn", "audit")}
        one = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": level}}
        self.kubectl("create", "--filename", "-", stdin=json.dumps(one))

    def helm(self, command, namespace, *args, values=None, chart=CHART):
        """Runs Helm on the release `taskwire`; answers its warnings."""
        words = [os.environ["TASKWIRE_HELM"], command, "taskwire"]
        if command in ("install", "upgrade"):
            words += [chart, "--values", "-"]
        done = subprocess.run(
            [*map(str, words), "--namespace", namespace, *map(str, args)], input=json.dumps(values or {}),
            env=self.env, capture_output=True, text=True, check=False, timeout=120,
        )
        if done.returncode != 0:
            raise Refused(done.stderr)
        return done.stderr

    def objects(self, namespace):
        """What there is of the release, by kind and name."""
        kinds = ("deployments,services,serviceaccounts,configmaps,secrets,persistentvolumeclaims,jobs,pods,horizontalpodautoscalers,"
                 "poddisruptionbudgets,networkpolicies,ingresses,components,configurations,resiliencies,scaledobjects,"
                 "triggerauthentications,httproutes,externalsecrets,servicemonitors,prometheusrules")
        found = self.kubectl(
            "get", kinds, "--namespace", namespace, "--selector", "app.kubernetes.io/instance=taskwire", "--output", "json"
        )
        return {(one["kind"], one["metadata"]["name"]): one for one in json.loads(found)["items"]}


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
    manifests = text(SCENARIOS[name]).replace("namespace: tasks", f"namespace: {namespace}")
    said = cluster.kubectl("create", "--validate=strict", "--dry-run=server", "--namespace", namespace, "--filename", "-", stdin=manifests)
    assert "warning" not in said.lower(), said
    # The controllers that make pods are not here; this is what they would ask for.
    pods = [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": pod, "labels": metadata["labels"]}, "spec": spec | {"restartPolicy": "Always"}}
        for pod, metadata, spec in rendered(SCENARIOS[name]).pods()
    ]
    listed = {"apiVersion": "v1", "kind": "List", "items": pods}
    said = cluster.kubectl("create", "--validate=strict", "--dry-run=server", "--namespace", namespace, "--filename", "-", stdin=json.dumps(listed))
    assert said.count("created (server dry run)") == len(pods) and "warning" not in said.lower(), said


def test_the_checks_find_what_is_wrong(cluster, namespace):
    (deployment,) = scenario("default").of("Deployment")
    deployment["metadata"].pop("namespace")
    pod = deployment["spec"]["template"]
    pod["spec"]["containers"][0]["readynessProbe"] = {}
    ask = ["create", "--validate=strict", "--dry-run=server", "--namespace", namespace, "--filename", "-"]
    assert "unknown field" in cluster.kubectl(*ask, stdin=json.dumps(deployment), fails=True)
    del pod["spec"]["containers"][0]["readynessProbe"]
    pod["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
    assert "would violate PodSecurity" in cluster.kubectl(*ask, stdin=json.dumps(deployment))
    single = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": pod["spec"]}
    assert "violates PodSecurity" in cluster.kubectl(*ask, stdin=json.dumps(single), fails=True)


def spec_of(cluster, namespace, name):
    return cluster.objects(namespace)[("Deployment", name)]["spec"]


def image_of(cluster, namespace, name):
    return spec_of(cluster, namespace, name)["template"]["spec"]["containers"][0]["image"]


def chart_before(tmp_path):
    """The chart as an earlier release would have been: another version, and a Deployment and a label less."""
    chart = tmp_path / "before"
    subprocess.run(["cp", "-r", CHART, chart], check=True)
    about = yaml.safe_load((chart / "Chart.yaml").read_text())
    (chart / "Chart.yaml").write_text(yaml.dump(about | {"version": "0.0.9", "appVersion": "0.0.9"}))
    return chart


def test_upgrade_rollback_and_uninstall(cluster, namespace, tmp_path):
    production = SCENARIOS["production"]
    before = merged(production, {"parts": {"reminder": {"enabled": False}}, "monitoring": {"serviceMonitor": {"enabled": False}}})
    cluster.helm("install", namespace, values=before, chart=chart_before(tmp_path))
    assert image_of(cluster, namespace, "taskwire-api").endswith(":0.0.9")
    # The autoscaler has been at work.
    for name, replicas in (("taskwire-api", 7), ("taskwire-audit", 5)):
        cluster.kubectl("scale", "deployment", name, f"--replicas={replicas}", "--namespace", namespace)
    generations = {key: one["metadata"].get("generation") for key, one in cluster.objects(namespace).items()}

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
    assert set(cluster.objects(namespace)) == set(generations)
    assert image_of(cluster, namespace, "taskwire-api").endswith(":0.0.9")
    assert spec_of(cluster, namespace, "taskwire-api")["replicas"] == 7

    cluster.helm("uninstall", namespace)
    assert not cluster.objects(namespace)


def test_what_somebody_changed_by_hand_is_not_overwritten_in_silence(cluster, namespace):
    cluster.helm("install", namespace)
    cluster.kubectl("set", "image", "deployment/taskwire", "taskwire=elsewhere.example/taskwire:1", "--namespace", namespace)
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


def test_from_one_pod_to_parts(cluster, namespace):
    cluster.helm("install", namespace, values=SCENARIOS["doks-small"])
    cluster.helm("upgrade", namespace, values=SCENARIOS["local"])
    left = set(cluster.objects(namespace)) - stored(scenario("local"))
    assert left == {("PersistentVolumeClaim", "taskwire")}, "the data stays until somebody deletes it"


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
                self.cluster.kubectl(
                    "patch", "job", "taskwire-migrate", "--namespace", self.namespace, "--subresource=status", "--type=merge",
                    "--patch", json.dumps({"status": status}),
                )
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
