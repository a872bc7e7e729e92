"""What other programs say of the chart: Helm, kubeconform with the schemas of every kind, kube-score."""

import json
import os
import subprocess

import pytest
from chart import CHART, EXAMPLES, NAMESPACE, ROOT, SCENARIOS, helm, text

# Checks of kube-score that do not fit, and why.
IGNORED = [
    "container-image-pull-policy",  # An image is named by version or digest, so IfNotPresent cannot be stale.
    "container-ephemeral-storage-request-and-limit",  # Nothing is written but to volumes with a size of their own.
    "container-resources",  # Asks for a limit of the processor, which would slow a pod down although nobody needs it.
    "deployment-has-host-podantiaffinity",  # Spread by topologySpreadConstraints instead, which also know zones.
    "deployment-replicas",  # One is right for small installations, and it does not know KEDA; see test_scaling.py.
    "deployment-strategy",  # Recreate is right for the one pod on a volume; see test_pods.py.
    "service-type",  # NodePort only where the values say so; see test_network.py.
]


@pytest.mark.parametrize("name", ["", *EXAMPLES])
def test_helm_has_nothing_to_say(name):
    values = ["--values", EXAMPLES[name]] if name else []
    said = helm("lint", CHART, "--strict", "--namespace", NAMESPACE, *values)
    assert "0 chart(s) failed" in said
    assert "WARNING" not in said and "ERROR" not in said, said


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        ("default", ["rollout status deployment/taskwire", "port-forward service/taskwire 8484:8484", "taskwire token link"]),
        ("doks-small", ["rollout status deployment/taskwire", "http://ADDRESS-OF-A-NODE:30080/healthz"]),
        ("production", ["rollout status deployment/taskwire-api", "https://tasks.example.com/", "taskwire topics --format kafka",
                        "sidecarDropALLCapabilities=true"]),
    ],
)
def test_the_notes_say_the_next_commands(name, commands):
    said = helm("install", "taskwire", CHART, "--namespace", NAMESPACE, "--dry-run=client", "--values", "-", stdin=json.dumps(SCENARIOS[name]))
    notes = said.split("NOTES:")[1]
    assert all(command in notes for command in commands), notes


def kubeconform(manifests):
    location = os.environ["TASKWIRE_KUBE_SCHEMAS"] + "/{{.ResourceKind}}{{.KindSuffix}}.json"
    return subprocess.run(
        [os.environ["TASKWIRE_KUBECONFORM"], "-strict", "-summary", "-output", "json", "-schema-location", location],
        input=manifests, capture_output=True, text=True, check=False,
    )


def test_manifests_have_the_shape_of_their_kinds():
    """All scenarios at once: the schemas are read once."""
    done = kubeconform("\n---\n".join(text(values) for values in SCENARIOS.values()))
    result = json.loads(done.stdout)
    assert not result.get("resources"), result["resources"]
    assert result["summary"]["invalid"] == result["summary"]["errors"] == result["summary"]["skipped"] == 0
    assert result["summary"]["valid"] > 200


@pytest.mark.parametrize("file", ["kafka.yaml", "topics.yaml", "stores.yaml"])
def test_local_manifests_can_be_read(file):
    manifests = (ROOT / "helm" / "local" / file).read_text()
    if "strimzi" not in manifests:
        result = json.loads(kubeconform(manifests).stdout)
        assert not result.get("resources") and result["summary"]["valid"] > 0


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [("Deployment", "readinessProbe:", "readynessProbe:"), ("ScaledObject", "maxReplicaCount:", "maxReplicas:"), ("HTTPRoute", "hostnames:", "hosts:"),
     ("Component", "scopes:", "scope:"), ("PodMonitor", "interval:", "every:")],
)
def test_a_misspelt_field_is_found(kind, old, new):
    """The schemas refuse unknown fields of every kind: without this, the test above would show little."""
    manifests = text(SCENARIOS["production"])
    (one, *_) = [part for part in manifests.split("\n---\n") if f"\nkind: {kind}\n" in f"\n{part}\n" and old in part]
    result = json.loads(kubeconform(one.replace(old, new)).stdout)
    assert result["summary"]["invalid"] == 1, kind


@pytest.mark.parametrize("name", SCENARIOS)
def test_kube_score_finds_nothing(name):
    flags = [flag for check in IGNORED for flag in ("--ignore-test", check)]
    done = subprocess.run(
        [os.environ["TASKWIRE_KUBE_SCORE"], "score", "--output-format", "ci", "--kubernetes-version", "v1.37", *flags, "-"],
        input=text(SCENARIOS[name]), capture_output=True, text=True, check=False,
    )
    found = [line for line in done.stdout.splitlines() if not line.startswith(("[OK]", "[SKIPPED]"))]
    assert not found and done.stdout, "\n".join(found) + done.stderr
