"""The dashboard's queries, a real Prometheus, and load that makes everything measure something."""

import json
import os
import re
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

import yaml
from chart import CHART
from processes import free_port, get, until

FOLDER = CHART / "files" / "monitoring"
RULES = FOLDER / "alerts.yaml"
DASHBOARD = json.loads((FOLDER / "taskwire.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def queries():
    """Each query of the dashboard with its panel, as Grafana would send it. A number in place of nothing is no data."""
    for panel in PANELS:
        for target in panel["targets"]:
            query = target["expr"].replace("$__rate_interval", "1m").replace("$namespace", ".*")
            yield panel["title"], re.sub(r" or (vector\(0\)|0 \* .*)$", "", query)


# What nothing of a healthy installation has: answers with 5xx, connections that nobody got, refused events, alerts.
ABSENT_WHEN_HEALTHY = ("5..", "connection_timeouts", "relay_refused", "ALERTS")
# What daprd 1.14 shows on all interfaces of the machine, which a test must not.
OF_SIDECARS = "dapr_"


def measured():
    """The queries that have data in a healthy installation without metrics of its sidecars."""
    return [(title, query) for title, query in queries() if not any(word in query for word in (OF_SIDECARS, *ABSENT_WHEN_HEALTHY))]


class Prometheus:
    """A Prometheus that looks at the targets every second: (namespace, component, port)."""

    def __init__(self, running, targets):
        folder, port = running.folder, free_port()
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(RULES)],
            "scrape_configs": [{"job_name": "taskwire", "static_configs": [
                {"targets": [f"127.0.0.1:{target}"], "labels": {"namespace": namespace, "component": component}}
                for namespace, component, target in targets
            ]}],
        }
        (folder / "prometheus.yaml").write_text(yaml.dump(config))
        self.base = f"http://127.0.0.1:{port}/api/v1"
        process = running.start("prometheus", [
            os.environ["TASKWIRE_PROMETHEUS"], f"--config.file={folder}/prometheus.yaml", f"--storage.tsdb.path={folder}/tsdb",
            f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        ])
        until("Prometheus", lambda: get(f"http://127.0.0.1:{port}/-/ready")[0] == 200, process)

    def query(self, text):
        status, body = get(f"{self.base}/query?{urlencode({'query': text})}")
        assert status == 200, f"{text}: {body}"
        return json.loads(body)["data"]["result"]

    def has_data(self, text):
        # A quantile of nothing is not a number.
        return any(one["value"][1] != "NaN" for one in self.query(text))

    def rules(self):
        groups = json.loads(get(f"{self.base}/rules")[1])["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]


class Load:
    """Does once whatever the dashboard measures."""

    def __init__(self, installation):
        self.installation = installation
        self.rounds = 0

    def once(self):
        self.rounds += 1
        ask = self.installation.ask
        status, body = ask("POST", "/api/v1/tasks", {
            "title": f"Round {self.rounds}", "due": "2027-01-04T09:00[Europe/Rome]", "recurrence": {"rrule": "FREQ=DAILY"},
        })
        assert status == 201, body
        task = json.loads(body)["id"]
        assert ask("POST", f"/api/v1/tasks/{task}/complete", {})[0] == 200
        soon = datetime.now(timezone.utc) + timedelta(seconds=3)
        status, body = ask("POST", "/api/v1/tasks", {"title": "Soon", "reminders": [{"at": soon.strftime("%Y-%m-%dT%H:%M:%SZ")}]})
        assert status == 201, body
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "tasks_find", "arguments": {"status": "open"}}}
        status, body = ask("POST", "/mcp", call, Accept="application/json, text/event-stream")
        assert status == 200, body
        message = {"id": f"m{self.rounds}", "role": "user", "parts": [{"type": "text", "text": "list them"}]}
        turn = {"id": f"c{self.rounds}", "trigger": "submit-message", "messages": [message]}
        status, body = ask("POST", "/api/v1/chat", turn)
        assert status == 200 and "tasks." in body, body
        port = self.installation.cluster.ports["taskwire-audit"]
        assert get(f"http://127.0.0.1:{port}/events/task-events", method="POST", body=b"{}")[0] == 401
