"""The alerts and the dashboard. That the dashboard finds data is shown in test_daprd.py."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import yaml
from alerts import CASES
from chart import ROOT, scenario
from dashboard import DASHBOARD, PANELS, RULES, queries
from needs import needs

ALERTS = {rule["alert"]: rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]}


def promtool(*args, folder=None):
    program = Path(os.environ["TASKWIRE_PROMETHEUS"]).with_name("promtool")
    return subprocess.run([program, *map(str, args)], capture_output=True, text=True, check=False, cwd=folder)


def test_prometheus_understands_the_rules():
    done = promtool("check", "rules", RULES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_fires_when_it_should_and_not_before(tmp_path):
    """CASES has, for each, series with which it fires and series with which it does not."""
    assert set(CASES) == set(ALERTS)
    shutil.copy(RULES, tmp_path / "alerts.yaml")
    passes(tmp_path, [one for name, (fires, quiet) in CASES.items() for one in (case(name, fires, 1), case(name, quiet, 0))])


def case(name, series, count):
    """A test of promtool: after half an hour an alert fires so many times."""
    return {
        "interval": "1m",
        "input_series": [{"series": one, "values": values} for one, values in series.items()],
        "promql_expr_test": [{
            "expr": f'count(ALERTS{{alertname="{name}", alertstate="firing"}})', "eval_time": "30m",
            "exp_samples": [{"labels": "{}", "value": count}] if count else [],
        }],
    }


def passes(folder, tests):
    (folder / "tests.yaml").write_text(yaml.dump({"rule_files": ["alerts.yaml"], "evaluation_interval": "1m", "tests": tests}))
    done = promtool("test", "rules", "tests.yaml", folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_part_that_has_no_pod_is_noticed(tmp_path):
    """Prometheus forgets the pods of a Deployment that was scaled to zero, so no series says that they are down."""
    objects = scenario("production")
    rules = objects.named("PrometheusRule", "taskwire-parts")["spec"]
    (tmp_path / "alerts.yaml").write_text(yaml.dump(rules))
    parts = {one["metadata"]["labels"]["app.kubernetes.io/component"] for one in objects.of("Deployment")}
    (group,) = rules["groups"]
    assert {rule["labels"]["component"] for rule in group["rules"]} == parts >= {"api", "audit"}
    (page,) = {rule["annotations"]["runbook_url"] for rule in group["rules"]}
    assert "`TaskwirePartAbsent`" in (ROOT / "docs/runbooks" / page.rsplit("/", 1)[1]).read_text()

    def running(parts, values="1x40", namespace="tasks"):
        return {f'up{{job="taskwire", namespace="{namespace}", component="{part}", pod="{part}-1"}}': values for part in parts}

    others = parts - {"audit"}
    passes(tmp_path, [
        case("TaskwirePartAbsent", running(parts), 0),
        # Its pods are gone after ten minutes; one in another namespace does not count.
        case("TaskwirePartAbsent", {**running(others), **running({"audit"}, "1x10 _x30"), **running({"audit"}, namespace="other")}, 1),
        case("TaskwirePartAbsent", {**running(others), **running({"audit"}, "0x40")}, 1),
        case("TaskwirePartAbsent", {}, len(parts)),
    ])


def links():
    yield from ((name, rule["annotations"]["runbook_url"]) for name, rule in ALERTS.items())
    yield from (("dashboard", link["url"]) for link in DASHBOARD["links"])


def test_every_runbook_that_is_named_is_there():
    for name, url in links():
        path = url.removeprefix("https://github.com/taskwire/taskwire/blob/main/")
        assert path.startswith("docs/runbooks/") and (ROOT / path).is_file(), f"{name}: {url}"


def test_every_runbook_of_an_alert_names_it():
    for name, rule in ALERTS.items():
        page = ROOT / "docs/runbooks" / rule["annotations"]["runbook_url"].rsplit("/", 1)[1]
        assert f"`{name}`" in page.read_text(), f"{page.name} does not say what {name} means"
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["summary"] and rule["annotations"]["description"]


def test_the_dashboard_has_the_shape_that_grafana_reads():
    assert DASHBOARD["uid"] and DASHBOARD["title"] == "Taskwire" and DASHBOARD["schemaVersion"] >= 39
    assert [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"] == ["Is it healthy?", "Who is slow?", "What is lost?"]
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    taken = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken, f"{panel['title']} lies on another"
        taken |= cells
    for panel in PANELS:
        assert panel["title"] and panel["description"] and panel["targets"], panel["id"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        for target in panel["targets"]:
            # An import into another Grafana finds its data source by the variable.
            assert target["datasource"] == {"type": "prometheus", "uid": "$datasource"}, panel["title"]
            assert target["legendFormat"] or panel["type"] == "table", panel["title"]
    assert [one["name"] for one in DASHBOARD["templating"]["list"]] == ["datasource", "namespace"]


def test_metrics_of_sidecars_are_those_of_daprd():
    """daprd names them with slashes; its exporter makes the names that Prometheus sees."""
    program = Path(needs("TASKWIRE_DAPRD", "scripts/parts.sh install")).read_bytes()
    texts = " ".join(query for _, query in queries()) + " ".join(rule["expr"] for rule in ALERTS.values())
    names = set(re.findall(r"\bdapr_(\w+)", texts))
    assert names
    for name in names:
        pattern = name.removesuffix("_total").replace("_", "[/_]").encode()
        assert re.search(pattern, program), name
