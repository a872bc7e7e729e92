"""What the tests need is installed by scripts/kube.sh and found by its variables; see `make test-chart`."""

import importlib.util
import os
import threading
from contextlib import contextmanager

import pytest
from chart import ROOT, SCENARIOS, merged, rendered, scenario
from installation import Installation, secrets, start_redis
from needs import needs
from pods import new_database
from processes import Running

spec = importlib.util.spec_from_file_location("fake_model", ROOT / "deploy/load/fake_model.py")
load = importlib.util.module_from_spec(spec)
spec.loader.exec_module(load)

NEEDED = ["TASKWIRE_HELM", "TASKWIRE_KUBE_APISERVER", "TASKWIRE_ETCD", "TASKWIRE_KUBECONFORM", "TASKWIRE_KUBE_SCORE",
          "TASKWIRE_KUBE_SCHEMAS", "TASKWIRE_KUBE_CRDS", "TASKWIRE_PROMETHEUS"]


def pytest_sessionstart():
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        pytest.exit(f"{', '.join(missing)} not set: use `make test-chart`, or scripts/kube.sh", returncode=2)


def pytest_generate_tests(metafunc):
    if "every" in metafunc.fixturenames:
        metafunc.parametrize("every", SCENARIOS, indirect=True)


@pytest.fixture
def every(request):
    """The objects of one scenario after the other."""
    return scenario(request.param)


@pytest.fixture(scope="session")
def over_redis(tmp_path_factory):
    """Every part of values-doks.yaml with its sidecar, over Redis, with a fake model."""
    address = new_database(needs("TASKWIRE_TEST_POSTGRES", "scripts/postgres.sh start"))
    with Running(tmp_path_factory.mktemp("installation")) as running, fake_model() as model:
        redis = f"127.0.0.1:{start_redis(running)}"
        objects = rendered(merged(SCENARIOS["doks"], {
            "config": {"modelBaseUrl": model, "models": ["fake"]},
            "broker": {"kind": "redis", "redis": {"host": redis, "auth": True}},
            "state": {"redis": {"host": redis, "tls": False}},
        }))
        yield Installation(objects, secrets(address), running, sorted(objects.deployments()))


@contextmanager
def fake_model():
    """The model of deploy/load; answers its address."""
    with load.start() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()
