"""Rendered pods as processes on this machine.

What a cluster would do is done here: variables come from the rendered ConfigMap and from Secrets, Services become ports of
loopback, and the injector's annotations become options of daprd.
"""

import json
import re
import subprocess

import psycopg
import yaml
from chart import annotations, environment, server
from processes import free_port, get, plain_environment, until


def new_database(admin):
    """The address of a new database on the Postgres server."""
    name = f"chart_{free_port()}_{subprocess.os.getpid()}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return admin.rsplit("/", 1)[0] + "/" + name


class Cluster:
    """The pods of a release on this machine; `secrets` are those that are there before."""

    def __init__(self, program, objects, secrets, running):
        self.program = program
        self.objects = objects
        self.running = running
        self.secrets = {
            **{one["metadata"]["name"]: one["stringData"] for one in objects.of("Secret")},
            **secrets,
        }
        # Where each part listens here for others, and where for probes and metrics.
        self.ports = {name: free_port() for name in objects.deployments()}
        self.internal = {name: free_port() for name in objects.deployments()}

    def _value(self, variable, value, name):
        """A variable's value as it is in this cluster, in the pod of a Deployment."""
        if isinstance(value, dict):
            reference = value["secretKeyRef"]
            return self.secrets[reference["name"]][reference["key"]]
        if variable in ("TASKWIRE_LISTEN", "TASKWIRE_INTERNAL_LISTEN") and value:
            return f"127.0.0.1:{(self.ports if variable == 'TASKWIRE_LISTEN' else self.internal)[name]}"
        if match := re.fullmatch(r"http://(taskwire[a-z-]*):\d+(/.*)?", value):
            return f"http://127.0.0.1:{self.port_of_service(match[1])}{match[2] or ''}"
        return str(self.running.folder) if value == "/data" else value

    def port_of_service(self, name):
        selector = self.objects.named("Service", name)["spec"]["selector"]
        for deployment, one in self.objects.deployments().items():
            if selector.items() <= one["spec"]["template"]["metadata"]["labels"].items():
                return self.ports[deployment]
        raise AssertionError(f"Service {name} has no pod")

    def environment(self, container, name=None):
        values = {}
        for source in container.get("envFrom", []):
            values |= self.objects.named("ConfigMap", source["configMapRef"]["name"])["data"]
        values |= environment(container)
        return plain_environment(**{variable: self._value(variable, value, name) for variable, value in values.items()})

    def run(self, container):
        """Runs a container to its end, and answers what it said."""
        done = subprocess.run(
            [self.program, *container["args"]], env=self.environment(container), capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sign_in(self, name):
        """The headers of a person with a new token, made by the program as the pod of a Deployment would."""
        own = self.environment(server(self.objects.deployments()[name]), name)
        created = subprocess.run([self.program, "token", "create"], env=own, capture_output=True, text=True, check=True)
        token = next(word for word in created.stdout.split() if word.startswith("tw_"))
        return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def start(self, name, ready=True, **more):
        """Starts the pod of a Deployment: its init containers, then its server. Answers when its probes succeed; without
        `ready`, when it lives.
        """
        deployment = self.objects.deployments()[name]
        for container in deployment["spec"]["template"]["spec"].get("initContainers", []):
            self.run(container)
        container = server(deployment)
        process = self.running.start(name, [self.program, *container["args"]], self.environment(container, name) | more)
        for probe in ("startupProbe", "livenessProbe", *(["readinessProbe"] if ready else [])):
            self.wait_for(name, probe, process)
        return process

    def wait_for(self, name, probe, process):
        """Waits until a probe of a pod succeeds."""
        action = server(self.objects.deployments()[name])[probe]["httpGet"]
        port = {"http": self.ports, "internal": self.internal}[action["port"]][name]
        until(f"{probe} of {name}", lambda: get(f"http://127.0.0.1:{port}{action['path']}")[0] == 200, process)

    def resources(self, folder):
        """Writes Dapr's objects for daprd on this machine, with the values of Secrets in place, as Dapr's operator does."""
        folder.mkdir(exist_ok=True)
        for one in self.objects.of("Component", "Resiliency"):
            one = json.loads(json.dumps(one))
            one.pop("auth", None)
            for entry in one["spec"].get("metadata", []):
                if reference := entry.pop("secretKeyRef", None):
                    entry["value"] = self.secrets[reference["name"]][reference["key"]]
            (folder / f"{one['metadata']['name']}-{one['kind']}.yaml").write_text(yaml.dump(one))

    def configuration(self, file, sidecars):
        """Writes the Configuration. Here sidecars are found by a list; nothing is asked of the network."""
        (one,) = json.loads(json.dumps(self.objects.of("Configuration")))
        cases = "".join(
            f'{{{{if eq .ID "{app}"}}}}127.0.0.1:{port}{{{{end}}}}' for app, port in sidecars.items()
        )
        one["spec"]["nameResolution"] = {"component": "kubernetes", "configuration": {"template": cases}}
        # Without mutual TLS, which Kubernetes sets up, a sidecar does not know who calls.
        one["spec"].pop("accessControl")
        one["spec"]["tracing"].pop("otel", None)
        file.write_text(yaml.dump(one))

    def start_sidecar(self, daprd, name, http, internal, resources, configuration):
        """Starts the sidecar of a pod with what its annotations say."""
        deployment = self.objects.deployments()[name]
        dapr = {key.removeprefix("dapr.io/"): value for key, value in annotations(deployment).items()}
        token = {kind: self.secrets[dapr[f"{kind}-token-secret"]]["token"] for kind in ("api", "app")}
        options = {
            "mode": "standalone",
            "app-id": dapr["app-id"],
            "max-body-size": dapr["max-body-size"],
            "log-level": dapr["log-level"],
            "dapr-graceful-shutdown-seconds": dapr["graceful-shutdown-seconds"],
            "dapr-listen-addresses": "127.0.0.1",
            "dapr-http-port": http,
            "dapr-grpc-port": free_port(),
            "dapr-internal-grpc-port": internal,
            "dapr-internal-grpc-listen-address": "127.0.0.1",
            "dapr-public-port": free_port(),
            "dapr-public-listen-address": "127.0.0.1",
            "config": configuration,
            "resources-path": resources,
        }
        if "app-port" in dapr:
            options |= {
                "app-port": self.ports[name],
                "app-protocol": dapr["app-protocol"],
                "app-channel-address": "127.0.0.1",
                "app-health-check-path": dapr["app-health-check-path"],
                "app-health-probe-interval": "1",
                "app-health-probe-timeout": dapr["app-health-probe-timeout"],
                "app-health-threshold": "1",
            }
        words = [word for option, value in options.items() for word in (f"--{option}", value)]
        if "enable-app-health-check" in dapr:
            words.append("--enable-app-health-check")
        # The port of metrics would be open on all interfaces.
        words.append("--enable-metrics=false")
        env = plain_environment(NAMESPACE="tasks", DAPR_HOST_IP="127.0.0.1", DAPR_API_TOKEN=token["api"], APP_API_TOKEN=token["app"])
        process = self.running.start(f"{name}-daprd", [daprd, *words], env)
        base = f"http://127.0.0.1:{http}/v1.0"
        until(f"sidecar of {name}", lambda: get(f"{base}/healthz/outbound")[0] == 204, process)

        def metadata():
            status, body = get(f"{base}/metadata", {"dapr-api-token": token["api"]})
            return json.loads(body) if status == 200 else None

        return process, metadata
