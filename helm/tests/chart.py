"""The chart as the tests see it: rendered by Helm, and read as objects."""

import functools
import json
import os
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm" / "taskwire"
NAMESPACE = "tasks"
VERSION = yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]
EXAMPLES = {path.stem.removeprefix("values-"): path for path in sorted(CHART.glob("values-*.yaml"))}

# What every set of values for several parts needs. Names of Secrets that are there before.
PARTS = {
    "mode": "parts",
    "database": {"kind": "postgres"},
    "secrets": {name: {"existingSecret": f"own-{name.lower()}"} for name in ("database", "service", "daprApi", "daprApp")},
    "broker": {"kafka": {"brokers": "kafka:9092"}},
}


def merged(*values):
    """The values with those of later ones over those of earlier ones, as Helm does it."""
    result = {}
    for one in values:
        for name, value in one.items():
            both = isinstance(value, dict) and isinstance(result.get(name), dict)
            result[name] = merged(result[name], value) if both else value
    return result


def example(name):
    return yaml.safe_load(EXAMPLES[name].read_text())


# Every structure that the chart can render, by name. Most tests look at all of them.
SCENARIOS = {
    "default": {},
    **{name: example(name) for name in EXAMPLES},
    "single on postgres": {"database": {"kind": "postgres"}, "secrets": {"database": {"existingSecret": "own-database"}}},
    "redis": merged(PARTS, {
        "broker": {"kind": "redis", "redis": {"host": "redis:6379", "auth": True, "tls": True}},
        "secrets": {"broker": {"existingSecret": "own-broker"}, "state": {"existingSecret": "own-state"}},
        "state": {"kind": "postgres"},
    }),
    "services and relay": merged(PARTS, {"dapr": {"invoke": False}, "parts": {"relay": {"enabled": True}}}),
    "migration job": merged(PARTS, {"migrations": {"mode": "job", "databaseKey": "direct-url"}}),
    "inline secrets": merged(PARTS, {
        "secrets": {
            "database": {"existingSecret": "", "values": {"url": "postgres://u:p@db/n"}},
            "service": {"existingSecret": "", "values": {"token": "s" * 32}},
            "daprApi": {"existingSecret": "", "values": {"token": "a" * 16}},
            "daprApp": {"existingSecret": "", "values": {"token": "b" * 16}},
        },
    }),
    "relay": merged(PARTS, {"parts": {"relay": {"enabled": True}}}),
    "ingress": {
        "hosts": ["tasks.example.com"], "ingress": {"enabled": True, "clusterIssuer": "letsencrypt"},
        "config": {"trustedProxies": ["10.0.0.0/8"]},
    },
    "oauth": merged(PARTS, {
        "hosts": ["tasks.example.com"], "publicUrl": "https://tasks.example.com", "config": {"oauthRegistration": True},
    }),
    "strict network": merged(PARTS, {
        "networkPolicy": {"nodes": ["10.1.0.0/16"], "clients": [{"ipBlock": {"cidr": "10.2.0.0/16"}}]},
        "config": {"otel": {"endpoint": "https://otel.example.com"}},
    }),
}


# The parser in C, where PyYAML has it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Refused(Exception):
    """Helm did not render; its text is why."""


def helm(*args, stdin=None, env=None):
    """Runs Helm and answers its output; an error is `Refused`."""
    done = subprocess.run(
        [os.environ["TASKWIRE_HELM"], *map(str, args)], input=stdin, capture_output=True, text=True, env=env, check=False
    )
    if done.returncode != 0:
        raise Refused(done.stderr)
    return done.stdout


@functools.cache
def _template(values, chart, args):
    return helm("template", "taskwire", chart, "--namespace", NAMESPACE, "--values", "-", *args, stdin=values)


def text(values=None, chart=CHART, args=()):
    """What Helm renders, as YAML."""
    return _template(json.dumps(values or {}), chart, tuple(args))


class Rendered(list):
    """The objects of a release."""

    def of(self, *kinds):
        return [one for one in self if one["kind"] in kinds]

    def named(self, kind, name):
        found = [one for one in self.of(kind) if one["metadata"]["name"] == name]
        assert len(found) == 1, f"{kind} {name}: {len(found)} of them"
        return found[0]

    def deployments(self):
        return {one["metadata"]["name"]: one for one in self.of("Deployment")}

    def pods(self):
        """Every pod that the release brings: (its name, metadata, spec)."""
        for one in self:
            if one["kind"] == "Pod":
                yield one["metadata"]["name"], one["metadata"], one["spec"]
            elif one["kind"] in ("Deployment", "Job"):
                template = one["spec"]["template"]
                yield one["metadata"]["name"], template["metadata"], template["spec"]


def rendered(values=None, **options):
    """The objects that Helm renders."""
    return Rendered(one for one in yaml.load_all(text(values, **options), Loader=LOADER) if one)


def scenario(name):
    return rendered(SCENARIOS[name])


def containers(spec):
    return [*spec.get("initContainers", []), *spec["containers"]]


def server(deployment):
    """The container of a Deployment that is Taskwire's server."""
    return deployment["spec"]["template"]["spec"]["containers"][0]


def environment(container):
    """The variables that a container sets itself, by name: values, or references to Secrets."""
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container.get("env", [])}


def annotations(deployment):
    return deployment["spec"]["template"]["metadata"]["annotations"]


def with_sidecar(objects):
    return {name: one for name, one in objects.deployments().items() if annotations(one).get("dapr.io/enabled") == "true"}


def selects(selector, labels):
    """Whether a label selector selects an object with these labels."""
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for one in selector.get("matchExpressions", []):
        assert one["operator"] == "In", one
        if labels.get(one["key"]) not in one["values"]:
            return False
    return True
