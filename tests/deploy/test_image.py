"""The Dockerfile, and the image that scripts/image.sh assembles like it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT, run

DOCKERFILE = (ROOT / "Dockerfile").read_text()
IGNORE = (ROOT / ".dockerignore").read_text().splitlines()


def needs_crane(tools: Path):
    if not (tools / "crane").exists():
        assert "CI" not in os.environ, "crane is missing"
        pytest.skip("crane is missing: it needs Go")
    if os.getuid() != 0:
        pytest.skip("scripts/image.sh needs root")


def test_the_image_runs_as_its_user_on_a_read_only_root(tools, taskwire, tmp_path):
    needs_crane(tools)
    program = tmp_path / "taskwire"
    shutil.copy(taskwire, program)
    # A debug binary is larger than what is shipped. The release workflow measures that one.
    debug = "release" not in str(taskwire)
    if debug:
        subprocess.run(["strip", "-s", program], check=True)
    environment = {**os.environ, **({"TASKWIRE_IMAGE_LIMIT": "200"} if debug else {})}
    done = run([ROOT / "scripts/image.sh", program, tmp_path / "image"], env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "the same twice" in done.stdout and "as 65532:65532, on a read-only root" in done.stdout
    assert (tmp_path / "image/oci-layout").exists()


def test_an_image_whose_program_does_not_work_is_refused(tools, tmp_path):
    needs_crane(tools)
    done = run([ROOT / "scripts/image.sh", "/bin/true", tmp_path / "image"], timeout=300)
    assert done.returncode == 1, done.stdout


def test_an_image_that_is_too_large_is_refused(tools, taskwire, tmp_path):
    needs_crane(tools)
    environment = {**os.environ, "TASKWIRE_IMAGE_LIMIT": "10"}
    done = run([ROOT / "scripts/image.sh", taskwire, tmp_path / "image"], env=environment, timeout=300)
    assert done.returncode == 1 and "more than the limit of 10 MB" in done.stderr


def allowed() -> list[str]:
    """What .dockerignore lets into the build."""
    return [line[1:] for line in IGNORE if line.startswith("!")]


def test_everything_that_the_build_reads_is_let_in():
    """Members of the workspace, and files that macros read from other folders."""
    manifest = (ROOT / "Cargo.toml").read_text()
    members = re.findall(r'"([^"]+)"', manifest.split("members = [")[1].split("]")[0])
    needed = {"Cargo.toml", "Cargo.lock", "build.rs", "src", ".cargo/config.toml", "web", *members}
    macros = re.compile(r'(?:include_str!|include_bytes!|migrate!)\(\s*"([^"]+)"|#\[folder = "([^"]+)"')
    crates = [ROOT / member for member in [*members, "."]]
    for crate in crates:
        for file in (crate / "src").rglob("*.rs"):
            # The image has no tests.
            text = file.read_text().split("#[cfg(test)]\nmod tests {")[0]
            for found in macros.finditer(text):
                # include_… is relative to the file, the other two to the crate.
                base = file.parent if found[0].startswith("include") else crate
                path = Path(os.path.normpath(base / (found[1] or found[2]))).relative_to(ROOT)
                needed.add(str(path))
    for path in sorted(needed):
        assert any(path == one or path.startswith(f"{one}/") for one in allowed()), f"{path} is not let in"


def test_every_file_that_the_compiler_read_is_let_in(taskwire):
    """Cargo leaves the list beside the program."""
    listed = taskwire.with_suffix(".d")
    if not listed.exists():
        pytest.skip(f"{listed} is missing")
    target = next(parent for parent in taskwire.parents if parent.name == "target")
    files = re.split(r"(?<!\\) ", listed.read_text().split(": ", 1)[1].strip())
    read = [os.path.relpath(os.path.normpath(file), target.parent) for file in files if file.startswith("/")]
    assert len(read) > 200
    for path in read:
        outside = path.startswith(("../", "target/", ".git/", "web/dist"))
        assert outside or any(path == one or path.startswith(f"{one}/") for one in allowed()), path


def test_what_the_page_reads_from_other_folders_is_copied_to_its_build():
    page = DOCKERFILE.split(" AS page")[1].split("FROM ")[0]
    copied = re.findall(r"^COPY (\S+) /src/\1$", page, re.MULTILINE)
    outside = set()
    for file in (ROOT / "web").rglob("*"):
        if file.suffix in (".ts", ".tsx", ".mjs", ".json") and not {"node_modules", "dist", "e2e", "contract"} & set(file.parts):
            for path in re.findall(r'["\'](\.\./[^"\']+)["\']', file.read_text()):
                found = Path(os.path.normpath(file.parent / path))
                if not found.is_relative_to(ROOT / "web"):
                    outside.add(str(found.relative_to(ROOT)))
    assert outside
    for path in outside:
        assert any(path.startswith(f"{one}/") for one in copied), f"{path} is not copied"


def test_nothing_is_let_in_that_is_not_there():
    assert IGNORE[1].startswith("*") or "*" in IGNORE
    for path in allowed():
        assert (ROOT / path).exists(), path


def test_bases_are_pinned_by_digest_and_the_user_is_a_number():
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 3
    for base in bases:
        assert re.search(r"@sha256:[0-9a-f]{64}$", base), base
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", DOCKERFILE, re.MULTILINE)


def test_the_compiler_is_new_enough():
    wanted = re.search(r'rust-version = "(\d+)\.(\d+)"', (ROOT / "Cargo.toml").read_text())
    used = re.search(r"^FROM rust:(\d+)\.(\d+)", DOCKERFILE, re.MULTILINE)
    assert (int(used[1]), int(used[2])) >= (int(wanted[1]), int(wanted[2]))


def test_the_context_is_a_workspace_that_cargo_accepts(tmp_path):
    """What .dockerignore leaves is copied as a build would see it; explicit test targets in manifests must be there."""
    for path in allowed():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        ignored = shutil.ignore_patterns("node_modules", "dist", "target", "e2e", "contract" if path == "web" else "")
        if (ROOT / path).is_dir():
            shutil.copytree(ROOT / path, target, ignore=ignored)
        else:
            shutil.copy(ROOT / path, target)
    done = run(["cargo", "metadata", "--locked", "--offline", "--no-deps", "--format-version", "1"], cwd=tmp_path)
    assert done.returncode == 0, done.stderr
