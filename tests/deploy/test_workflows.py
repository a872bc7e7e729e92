"""What linters do not see in the workflows: what must not happen in which, and in which order."""

import re
import subprocess

import pytest
import yaml

from conftest import ROOT

FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
NAMES = [file.name for file in FILES]


def load(name) -> dict:
    return yaml.safe_load((ROOT / ".github/workflows" / name).read_text())


def steps(name) -> list[tuple[str, dict]]:
    return [(job, step) for job, one in load(name)["jobs"].items() for step in one.get("steps", [])]


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_actions_are_pinned_by_commit_with_their_version(file):
    for used, comment in re.findall(r"uses: (\S+)(.*)", file.read_text()):
        if not used.startswith("./"):
            assert re.search(r"@[0-9a-f]{40}$", used), used
            assert re.match(r" # v\d+\.\d+\.\d+$", comment), used


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_allowed_that_no_job_asks_for(name):
    workflow = load(name)
    assert workflow["permissions"] == {}
    for job, one in workflow["jobs"].items():
        assert one["permissions"], job
        assert "uses" in one or one["timeout-minutes"] <= 90, job
        writes = {right for right, level in one["permissions"].items() if level == "write"}
        if name in ("ci.yml", "kind.yml"):
            assert writes == set(), job


@pytest.mark.parametrize("name", ["release.yml", "deploy.yml"])
def test_nothing_that_is_shipped_is_built_from_a_cache(name):
    for job, step in steps(name):
        text = yaml.dump(step)
        assert "cache@" not in text and "rust-cache" not in text and "cache-from" not in text, job
        if "build-push-action" in step.get("uses", ""):
            assert step["with"]["no-cache"] is True and step["with"]["sbom"] is True
            assert step["with"]["provenance"] == "mode=max"


def test_untrusted_text_reaches_scripts_through_the_environment_alone():
    for name in NAMES:
        for job, step in steps(name):
            assert "${{" not in step.get("run", ""), (name, job, step.get("name"))


def test_a_deployment_verifies_before_it_upgrades_and_goes_back_after_a_failed_trial():
    names = [step.get("name", "") for job, step in steps("deploy.yml") if job == "deploy"]
    order = [names.index(name) for name in ["Verify where the image comes from", "Remember what runs now", "Upgrade", "Try it", "Go back"]]
    assert order == sorted(order)
    job = load("deploy.yml")["jobs"]["deploy"]
    assert job["environment"] == "${{ inputs.environment }}" and job["needs"] == "build"
    assert load("deploy.yml")["jobs"]["build"]["needs"] == "test"
    runs = {step.get("name"): step.get("run", "") for _, step in steps("deploy.yml")}
    assert "--rollback-on-failure" in runs["Upgrade"] and "image.digest=$DIGEST" in runs["Upgrade"]
    assert "--signer-workflow" in runs["Verify where the image comes from"]
    back = next(step for _, step in steps("deploy.yml") if step.get("name") == "Go back")
    assert back["if"].startswith("failure()")


def test_a_token_that_never_expires_is_made_when_the_server_answers():
    """The smoke test revokes it; what is between the two may fail."""
    found = 0
    for name in NAMES:
        for _, step in steps(name):
            script = step.get("run", "")
            if "kubectl port-forward" in script and "token create" in script:
                order = [script.index(part) for part in ("port-forward", "until curl", "token create", "smoke.sh --revoke")]
                assert order == sorted(order), name
                found += 1
    assert found == 2


def test_what_workflows_read_from_the_code_is_there():
    """The same commands as in release.yml and ci.yml."""
    manifest = (ROOT / "Cargo.toml").read_text()
    assert re.search(r'^version = "\d+\.\d+\.\d+"$', manifest, re.MULTILINE)
    assert re.search(r'^rust-version = "\d+\.\d+"$', manifest, re.MULTILINE)
    read = subprocess.run(["sed", "-n", "s/^dapr_version=//p", ROOT / "scripts/parts.sh"], capture_output=True, text=True)
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", read.stdout)
    chart = ROOT / "helm/taskwire/Chart.yaml"
    if chart.exists():
        assert re.search(r"^appVersion: \d+\.\d+\.\d+$", chart.read_text(), re.MULTILINE)


def test_dapr_has_one_version_wherever_it_is_installed():
    found = set()
    for file in [*FILES, *(ROOT / "docs/deploy").glob("*.md"), *(ROOT / "docs/runbooks").glob("*.md"), ROOT / "compose.yaml", ROOT / "deploy/doks/deploy.sh"]:
        found |= set(re.findall(r"(?:daprd:|dapr_version=|helm-charts/ --version )(\d+\.\d+\.\d+)", file.read_text()))
    assert len(found) == 1, found
