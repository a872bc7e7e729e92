"""Variables, labels and annotations that the chart sets itself: values for more of them must not have these."""

import json

import pytest
from chart import CHART, PARTS, SCENARIOS, Refused, containers, environment, merged, rendered, text

PART_NAMES = list(json.loads((CHART / "values.schema.json").read_text())["properties"]["parts"]["properties"])
ENVS = {"config": ["config"], "single": ["single"], **{f"parts.{part}": ["parts", part] for part in PART_NAMES}}
# What a part reads that the chart sets in no scenario, or only Dapr's injector does.
OTHERS = {"TASKWIRE_MODEL_BASE_URL", "DAPR_HTTP_PORT", "DAPR_HTTP_ENDPOINT"}


def set_by_the_chart():
    """The variables of all scenarios: of containers, and of the ConfigMap that all parts share."""
    own, shared = set(OTHERS), set()
    for name in SCENARIOS:
        objects = rendered(SCENARIOS[name])
        for _, _, spec in objects.pods():
            for one in containers(spec):
                own |= set(environment(one))
        for one in objects.of("ConfigMap"):
            if "dashboard" not in one["metadata"]["name"]:
                shared |= set(one["data"])
    return own, shared


@pytest.mark.parametrize("mode", ["single", "parts"])
def test_variables_that_the_chart_sets_are_refused_in_every_env(mode):
    own, shared = set_by_the_chart()
    may_differ = {"TASKWIRE_LOG", "TASKWIRE_DATABASE_CONNECTIONS", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"}
    assert may_differ <= shared and {"TASKWIRE_LISTEN", "TASKWIRE_DATABASE_URL", "TASKWIRE_BUS"} <= own
    refused = own | shared
    values = {} if mode == "single" else PARTS
    for path in ENVS.values():
        env = {"env": dict.fromkeys(refused, "x")}
        for name in reversed(path):
            env = {name: env}
        values = merged(values, env)
    with pytest.raises(Refused) as said:
        text(values)
    for field in ENVS:
        for name in sorted(refused if field == "config" else refused - may_differ):
            assert f"{field}.env has {name}, which the chart sets; " in str(said.value)


def test_labels_and_annotations_that_the_chart_sets_are_refused():
    objects = rendered(SCENARIOS["production"])
    for name, deployment in objects.deployments().items():
        metadata = deployment["spec"]["template"]["metadata"]
        dapr = {key: "x" for key in metadata["annotations"] if key.startswith("dapr.io/")}
        assert "dapr.io/app-id" in dapr and "checksum/config" in metadata["annotations"]
        with pytest.raises(Refused) as said:
            text(merged(SCENARIOS["production"], {
                "pod": {"labels": dict.fromkeys(metadata["labels"], "x"), "annotations": dict.fromkeys(metadata["annotations"], "x")},
                "dapr": {"annotations": dapr},
            }))
        for field, keys in [("pod.labels", metadata["labels"]), ("pod.annotations", metadata["annotations"]), ("dapr.annotations", dapr)]:
            for key in keys:
                assert f"{field} has {key}, which the chart sets; leave it out" in str(said.value), name


@pytest.mark.parametrize("which", ["podMonitor", "rules", "dashboards"])
def test_labels_of_monitoring_that_the_chart_sets_are_refused(which):
    labels = {"app.kubernetes.io/name": "x", "helm.sh/chart": "x"}
    with pytest.raises(Refused) as said:
        text({"monitoring": {which: {"enabled": True, "labels": labels}}})
    for label in labels:
        assert f"monitoring.{which}.labels has {label}" in str(said.value)


@pytest.mark.parametrize("values", [{}, PARTS], ids=["single", "parts"])
def test_annotations_for_dapr_are_not_given_to_all_pods(values):
    with pytest.raises(Refused, match="pod.annotations has dapr.io/env; write it in dapr.annotations"):
        text(merged(values, {"pod": {"annotations": {"dapr.io/env": "A=b"}}}))


def test_an_annotation_that_a_value_of_the_ingress_sets_is_refused():
    ingress = {"enabled": True, "clusterIssuer": "a", "annotations": {"cert-manager.io/cluster-issuer": "b"}}
    with pytest.raises(Refused, match="ingress.annotations has cert-manager.io/cluster-issuer"):
        text({"hosts": ["a.example"], "ingress": ingress})


def test_annotations_of_sidecars_are_of_dapr_alone():
    with pytest.raises(Refused, match="/dapr/annotations.*example.com/a"):
        text({"dapr": {"annotations": {"example.com/a": "b"}}})
