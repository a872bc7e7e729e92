"""docs/deploy and docs/runbooks: links lead somewhere, and what they name is there."""

import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest
import yaml

from conftest import ROOT, merge, run

PAGES = sorted([*(ROOT / "docs/deploy").glob("*.md"), *(ROOT / "docs/runbooks").glob("*.md")])
IDS = [str(page.relative_to(ROOT)) for page in PAGES]


def blocks(page, *languages) -> list[str]:
    found = re.findall(r"^ *```(\w*)\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL)
    return [re.sub(r"\\\n\s*", "", text) for language, text in found if language in languages]


def anchor(heading) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_to_a_file_and_a_heading(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text()):
        if target.startswith("http"):
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if file.is_relative_to(ROOT / "helm") and not (ROOT / "helm").exists():
            continue
        assert file.exists(), target
        if heading:
            headings = {anchor(line.lstrip("#")) for line in file.read_text().splitlines() if line.startswith("#")}
            assert heading in headings, target


def test_the_indexes_list_every_page():
    for folder in ("deploy", "runbooks"):
        index = (ROOT / "docs" / folder / "README.md").read_text()
        for page in (ROOT / "docs" / folder).glob("*.md"):
            if page.name not in ("README.md", "kubernetes.md"):
                assert page.name in index, page


def commands(page) -> list[list[str]]:
    """Each call of taskwire in a page, without what the shell puts around it."""
    found = []
    texts = [line for text in blocks(page, "sh") for line in text.splitlines()]
    texts += re.findall(r"`((?:sudo )?taskwire [^`…]+)`", page.read_text())
    for line in texts:
        line = re.sub(r"\$\((kubectl exec|docker compose run)([^)]*)\)", r"\1\2", line)
        for part in re.split(r"\||&&|;| # ", line):
            try:
                words = shlex.split(part, comments=True)
            except ValueError:
                continue
            while words and (words[0] in ("sudo", "env") or re.match(r"^[A-Z_]+=", words[0]) and words[0] != words[-1]):
                words = words[1:]
            if "kubectl" in words[:2] and "--" in words:
                words = words[words.index("--") + 1 :]
            elif words[:3] == ["docker", "compose", "run"] and "admin" in words:
                words = ["taskwire", *words[words.index("admin") + 1 :]]
            elif words[:1] == ["docker"] and words[-1:] != ["taskwire"] and "exec" in words and "taskwire" in words:
                words = words[words.index("exec") + 1 :]
                while words[0].startswith("-"):
                    words = words[1:]
                words = words[1:]
            words = [word for word in words if not re.match(r"[<>]\S", word)]
            if words[:1] == ["taskwire"] and len(words) > 1:
                found.append(words[1:])
    return found


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_each_command_of_taskwire_is_one_that_it_knows(page, taskwire):
    for words in commands(page):
        # Words in capitals and variables stand for what the reader puts there.
        words = ["01a22afa-f052-7fef-9d5c-b3bb1c3c9558" if word == "EVENT" else word for word in words]
        words = ["postgres://user@host/name" if word.startswith("$") else word for word in words]
        words = ["broker:9092" if word == "HOST:PORT" else word for word in words]
        if words[0] == "topics" and words[-1] in ("kafka", "rpk"):
            raise AssertionError(f"taskwire {' '.join(words)} prints commands for 127.0.0.1:9092: name the brokers")
        done = run([taskwire, *words, "--help"])
        assert done.returncode == 0, f"taskwire {' '.join(words)}: {done.stderr}"


def test_commands_are_found_at_all(taskwire):
    found = {tuple(words[:2]) for page in PAGES for words in commands(page)}
    assert len(found) >= 12, found
    for wanted in [("token", "link"), ("deadletter", "replay"), ("topics", "--format"), ("healthcheck", "--internal-listen")]:
        assert wanted in found, found


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_files_and_measurements_that_are_named_exist(page):
    text = page.read_text()
    for name in re.findall(r"(?<![./\w-])((?:deploy|dapr|scripts|helm)/[\w./-]+\w)", text):
        if name.startswith("helm/") and not (ROOT / "helm").exists():
            continue
        # These are made by the reader.
        if not re.search(r"/(secrets|settings|my-values)\b", name) or name.endswith(".sh"):
            assert (ROOT / name).exists(), name
    source = "\n".join(file.read_text() for file in sources())
    for name in re.findall(r"\btaskwire_(?!restored|owner\b|b\b)[a-z_]+[a-z]\b", text):
        assert f'"{name}"' in source, name
    for message in re.findall(r"`((?:Old events|There are no|was created by)[^`]*)`", text):
        assert message.split("(")[0].strip() in source, message


@pytest.mark.parametrize("file", ["values-doks.yaml", "values-production.yaml"])
def test_the_values_of_the_guide_are_ones_that_the_chart_knows(file):
    chart = ROOT / "helm/taskwire"
    if not chart.exists():
        pytest.skip("there is no chart")
    (block,) = blocks(ROOT / "docs/deploy/kubernetes.md", "yaml")
    block = block.replace("sha256:…", f"sha256:{'0' * 64}").replace("HOST:PORT", "host:9092").replace("OWNER", "owner")
    values = yaml.safe_load((chart / "values.yaml").read_text())
    merge(values, yaml.safe_load((chart / file).read_text()))
    merge(values, yaml.safe_load(block))
    jsonschema.validate(values, json.loads((chart / "values.schema.json").read_text()))


def sources() -> list[Path]:
    folders = ["src", "api/src", "consumers/src", "crates"]
    return [file for folder in folders for file in (ROOT / folder).rglob("*.rs")]
