"""A real API server with etcd and the CRDs, and what a test asks of it.

There is no kubelet and there are no controllers, so pods do not run. Requests are those that kubectl would send, without
a process for each.
"""

import http.client
import json
import os
import re
import ssl
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import yaml
from chart import CHART, Refused
from processes import free_port, get, until

TOKEN = "token-of-a-test"
TLS = ssl._create_unverified_context()
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


class Answer:
    """What the API server answered: status, body, and the warnings beside it."""

    def __init__(self, response):
        self.status = response.status
        self.body = json.loads(response.read())
        self.warnings = [re.sub(r'^299 - "(.*)"$', r"\1", value) for name, value in response.getheaders() if name.lower() == "warning"]

    @property
    def message(self):
        return self.body.get("message", "")


class Cluster:
    def __init__(self, running):
        folder = running.folder
        client, peer, self.port = free_port(), free_port(), free_port()
        etcd = running.start("etcd", [
            os.environ["TASKWIRE_ETCD"], "--data-dir", folder / "etcd", "--unsafe-no-fsync",
            "--listen-client-urls", f"http://127.0.0.1:{client}", "--advertise-client-urls", f"http://127.0.0.1:{client}",
            "--listen-peer-urls", f"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
            "--initial-cluster", f"default=http://127.0.0.1:{peer}",
        ])
        until("etcd", lambda: get(f"http://127.0.0.1:{client}/health")[0] == 200, etcd)
        (folder / "tokens.csv").write_text(f"{TOKEN},admin,1,system:masters\n")
        subprocess.run(["openssl", "genrsa", "-out", folder / "accounts.key", "2048"], check=True, capture_output=True)
        server = running.start("kube-apiserver", [
            os.environ["TASKWIRE_KUBE_APISERVER"], f"--etcd-servers=http://127.0.0.1:{client}", "--bind-address=127.0.0.1",
            f"--secure-port={self.port}", f"--cert-dir={folder}/cert", f"--token-auth-file={folder}/tokens.csv",
            "--authorization-mode=RBAC", "--service-cluster-ip-range=10.0.0.0/24", "--endpoint-reconciler-type=none",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={folder}/accounts.key", f"--service-account-signing-key-file={folder}/accounts.key",
            # It would wait for the token of an account, which a controller makes.
            "--disable-admission-plugins=ServiceAccount",
        ])
        address = f"https://127.0.0.1:{self.port}"
        until("API server", lambda: get(f"{address}/readyz", {"Authorization": f"Bearer {TOKEN}"})[0] == 200, server)
        config = folder / "kubeconfig"
        config.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": address, "insecure-skip-tls-verify": True}}],
            "users": [{"name": "test", "user": {"token": TOKEN}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        }))
        self.env = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": str(config)}
        self.kinds = {}
        self.add_crds()

    def add_crds(self):
        crds = [one for file in Path(os.environ["TASKWIRE_KUBE_CRDS"]).iterdir() for one in yaml.safe_load_all(file.read_text()) if one]
        self.discover()
        for crd in crds:
            answer = self.call("POST", self.path(crd), crd)
            assert answer.status == 201, answer.message
        wanted = {(f"{crd['spec']['group']}/{one['name']}", crd["spec"]["names"]["kind"]) for crd in crds for one in crd["spec"]["versions"] if one["served"]}
        until("kinds of the CRDs", lambda: wanted <= self.discover())

    def call(self, method, path, body=None, content="application/json", accept="application/json", **query):
        """Sends one request."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=TLS)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": content, "Accept": accept}
        try:
            connection.request(method, f"{path}?{urlencode(query)}", json.dumps(body) if body is not None else None, headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def discover(self):
        """Learns the kinds that are served, with the path of each; answers them."""
        for root in ("/api", "/apis"):
            for group in self.call("GET", root, accept=DISCOVERY).body["items"]:
                name = group["metadata"].get("name", "")
                for version in group["versions"]:
                    api = f"{name}/{version['version']}" if name else version["version"]
                    for one in version.get("resources", []):
                        self.kinds[api, one["responseKind"]["kind"]] = (f"{root}/{api}", one["resource"], one["scope"] == "Namespaced")
        return set(self.kinds)

    def path(self, one, namespace=None):
        """Where objects of the kind of this one are."""
        prefix, resource, namespaced = self.kinds[one["apiVersion"], one["kind"]]
        return f"{prefix}/namespaces/{namespace}/{resource}" if namespaced else f"{prefix}/{resource}"

    def deployment(self, namespace, name):
        return f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"

    def try_to_create(self, one, namespace):
        """What would be said of a new object: nothing is stored, and unknown fields are errors."""
        return self.call("POST", self.path(one, namespace), one, dryRun="All", fieldValidation="Strict")

    def patch(self, path, body, manager="somebody", kind="merge"):
        answer = self.call("PATCH", path, body, content=f"application/{kind}-patch+json", fieldManager=manager)
        assert answer.status == 200, answer.message
        return answer.body

    def create_namespace(self, name):
        """A namespace that enforces the strictest level of Pod Security, and warns of what does not meet it."""
        level = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn", "audit")}
        answer = self.call("POST", "/api/v1/namespaces", {"metadata": {"name": name, "labels": level}})
        assert answer.status == 201, answer.message

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
        found = {}
        for (api, kind), (prefix, resource, namespaced) in self.kinds.items():
            # The old kind of an Endpoints is made by others, and some kinds can only be asked, not listed.
            if namespaced and kind in RELEASED and not (kind == "Ingress" and api != "networking.k8s.io/v1"):
                listed = self.call("GET", f"{prefix}/namespaces/{namespace}/{resource}", labelSelector="app.kubernetes.io/instance=taskwire")
                assert listed.status == 200, listed.message
                for one in listed.body["items"]:
                    found[kind, one["metadata"]["name"]] = one
        return found


# The kinds that a release may have. Helm's own record of it, a Secret, has no such label.
RELEASED = {
    "Deployment", "Service", "ServiceAccount", "ConfigMap", "Secret", "PersistentVolumeClaim", "Job", "Pod", "HorizontalPodAutoscaler",
    "PodDisruptionBudget", "NetworkPolicy", "Ingress", "Component", "Configuration", "Resiliency", "ScaledObject", "TriggerAuthentication",
    "HTTPRoute", "ExternalSecret", "PodMonitor", "PrometheusRule",
}
