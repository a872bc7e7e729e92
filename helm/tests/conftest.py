"""What the tests need is installed by scripts/kube.sh and found by its variables; see `make test-chart`."""

import os

import pytest
from chart import SCENARIOS, scenario

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


def needs(variable, why):
    """The value of a variable. Without it the test is skipped, except in continuous integration, where it fails."""
    value = os.environ.get(variable)
    if not value and os.environ.get("CI"):
        pytest.fail(f"{variable} is not set: {why}")
    return value or pytest.skip(f"{variable} is not set: {why}")
