"""Writes JSON schemas for kubeconform: `schemas.py VERSION OUT CRD...`.

Those of Kubernetes itself are inside the package kubernetes-validate, which ships what kubeconform would download; their
references to each other are made relative. Those of other kinds are read from their CRDs. Unknown fields are refused.
"""

import json
import sys
from importlib.resources import files
from pathlib import Path

import yaml


def builtin(version, out):
    """The schemas of a version of Kubernetes, as OUT/{kind}-{group}-{version}.json."""
    source = files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}-local-strict"
    for entry in source.iterdir():
        if entry.name.endswith(".json"):
            text = entry.read_text().replace('"/api/_definitions.json#', '"_definitions.json#')
            schema = json.loads(text)
            schema.pop("$id", None)
            (out / entry.name).write_text(json.dumps(schema))


def closed(schema):
    """A structural schema that refuses unknown fields, as the API server does with strict validation."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {name: closed(part) for name, part in schema.items()}
    if schema.pop("x-kubernetes-int-or-string", False):
        schema.pop("type", None)
        schema["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    keeps = schema.pop("x-kubernetes-preserve-unknown-fields", False)
    if isinstance(schema.get("properties"), dict) and not keeps and schema.get("type", "object") == "object":
        schema.setdefault("additionalProperties", False)
    return schema


def custom(path, out):
    """The schemas of the CRDs in a file, as OUT/{kind}-{first label of the group}-{version}.json."""
    for crd in yaml.safe_load_all(path.read_text()):
        if not crd or crd.get("kind") != "CustomResourceDefinition":
            continue
        kind = crd["spec"]["names"]["kind"].lower()
        group = crd["spec"]["group"].split(".")[0]
        for version in crd["spec"]["versions"]:
            schema = closed(version["schema"]["openAPIV3Schema"])
            text = {"type": "string"}
            schema["properties"] |= {"apiVersion": text, "kind": text, "metadata": {"type": "object"}}
            (out / f"{kind}-{group}-{version['name']}.json").write_text(json.dumps(schema))


if __name__ == "__main__":
    version, out, *crds = sys.argv[1:]
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    builtin(version, out)
    for path in crds:
        custom(Path(path), out)
