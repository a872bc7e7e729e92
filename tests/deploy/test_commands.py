"""Commands of the documentation that are not Taskwire's own: that they exist, and do not destroy what they are run on."""

import functools
import os
import re
import shlex
import shutil

import pytest
import yaml

from conftest import ROOT, run

PAGES = sorted([
    *(ROOT / "docs/deploy").glob("*.md"), *(ROOT / "docs/runbooks").glob("*.md"), ROOT / "docs/load.md", ROOT / "docs/operations.md",
    ROOT / "helm/README.md", ROOT / "README.md",
])
IDS = [str(page.relative_to(ROOT)) for page in PAGES]
KNOWN = {"helm", "kubectl", "pg_dump", "pg_restore", "createdb", "psql", "systemctl", "journalctl", "curl", "df", "du"}


def lines(page) -> list[str]:
    """What a reader types: lines of blocks of shell, with their continuations, and commands within sentences."""
    text = page.read_text()
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    found = [line.strip() for block in blocks for line in re.sub(r"\\\n\s*", "", block).splitlines()]
    text = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    return found + re.findall(r"`((?:sudo |kubectl |helm |taskwire |gcloud |doctl )[^`]+)`", text)


def calls(page) -> list[list[str]]:
    """Each command as words, without sudo and variables; what is run in a pod or a container is one of its own."""
    found = []
    for line in lines(page):
        line = re.sub(r"\$\((?=kubectl|docker)", " ; ", line)
        for part in re.split(r"\|\|?|&&|;| # ", line):
            # What `$(…)"` leaves at the end
            part = part.rstrip(" &)")
            if part.count('"') % 2:
                part = part.rstrip(' )"')
            try:
                words = shlex.split(part, comments=True)
            except ValueError:
                continue
            while words and (words[0] in ("sudo", "env") or re.match(r"^[A-Z_]+=", words[0])):
                words = words[1:]
            if "--" in words:
                inner = words[words.index("--") + 1 :]
                words = words[: words.index("--")]
                found.append(inner)
            if words:
                found.append(words)
    return found


def program(name):
    """Where a program is on this machine, if it is there."""
    return os.environ.get(f"TASKWIRE_{name.upper()}") or shutil.which(name)


@functools.cache
def help_of(name, *subcommands) -> str:
    texts = [run([program(name), *subcommands, "--help", *(["all"] if name == "curl" else [])]).stdout]
    if name == "kubectl":
        texts.append(run([program(name), "options"]).stdout)
    return "\n".join(texts)


def subcommands(words) -> tuple[str, ...]:
    """What comes before the first option, such as `create secret generic`. Namespaces may stand before it."""
    words = words[1:]
    if words[:1] == ["--namespace"]:
        words = words[2:]
    found = []
    for word in words:
        if not re.fullmatch(r"[a-z]+", word):
            break
        found.append(word)
    return tuple(found[:3])


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_option_exists(page):
    for words in calls(page):
        name = words[0]
        if name not in KNOWN or not program(name):
            continue
        # Other programs than these two have no subcommands with a help of their own.
        text = help_of(name, *(subcommands(words) if name in ("helm", "kubectl") else ()))
        for word in words[1:]:
            if word.startswith("--") and len(word) > 2:
                option = word.split("=")[0]
                assert re.search(rf"{option}\b(?!-)", text), f"{' '.join(words)}: {option}"


def test_commands_are_found_at_all():
    found = {words[0] for page in PAGES for words in calls(page)}
    assert KNOWN <= found, KNOWN - found
    checked = {name for name in KNOWN if program(name)}
    assert {"psql", "pg_dump", "pg_restore", "createdb", "curl"} <= checked
    if "CI" in os.environ:
        assert "helm" in checked, "scripts/kube.sh install"


def of_helm(page, *verbs):
    for words in calls(page):
        if words[0] == "helm" and len(words) > 2 and words[1] in verbs:
            yield words


def values_of(words) -> list[str]:
    return [value for option, value in zip(words, words[1:]) if option == "--values"]


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_upgrade_names_all_values_files(page):
    """With a file that says nothing of the mode alone, all parts would become one pod."""
    for words in of_helm(page, "upgrade", "install"):
        if "helm/taskwire" not in words:
            continue
        files, text = values_of(words), " ".join(words)
        assert words[1] == "install" or "--reuse-values" in words or files, text
        if files:
            assert re.fullmatch(r"helm/taskwire/values-[a-z-]+\.yaml", files[0]), text
            assert files[1:] in ([], ["my-values.yaml"]), text
            mode = yaml.safe_load((ROOT / files[0]).read_text())["mode"]
            # What has to be written into the file is not known where it runs on the machine of the reader.
            assert files[1:] or mode == "parts" and "local" in files[0], f"{text}: my-values.yaml is missing"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_chart_can_be_found(page):
    for words in of_helm(page, "upgrade", "install"):
        names = [word for word in words[2:] if not word.startswith("-")]
        chart = names[1]
        found = chart.startswith("oci://") or "--repo" in words or (ROOT / chart / "Chart.yaml").exists()
        assert found, f"{' '.join(words)}: nobody has added a repository for {chart}"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_namespace_is_the_one_of_the_guides(page):
    known = {"taskwire", "dapr-system", "traefik", "cert-manager", "gateway", "monitoring"}
    for words in calls(page):
        if words[0] in ("helm", "kubectl"):
            named = {value for option, value in zip(words, words[1:]) if option in ("--namespace", "-n")}
            assert named <= known, " ".join(words)


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_nothing_that_belongs_to_the_chart_is_changed_by_hand(page):
    """The next upgrade and the next rollback would stop at the difference."""
    for words in calls(page):
        text = " ".join(words)
        if words[0] != "kubectl" or len(words) < 3:
            continue
        # A sentence may warn of one.
        assert words[1] not in ("patch", "edit", "set") or not any(word.startswith("--") for word in words), text
        if words[1] == "scale":
            # To stop everything, and to what the chart has for one pod.
            assert words[words.index("--replicas") + 1] in ("0", "1"), text


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_a_secret_is_replaced_with_all_of_its_keys(page):
    """`kubectl apply` keeps a key that it is not given: migrations would go on with the old address."""
    keys = {"taskwire-database": {"url", "direct-url"}, "taskwire-broker": {"username", "password"}}
    for words in calls(page):
        if words[:4] == ["kubectl", "create", "secret", "generic"] and words[4] in keys and "taskwire-postgres" not in " ".join(words):
            given = {word.split("=")[1] for word in words if word.startswith(("--from-file=", "--from-literal="))}
            assert given == keys[words[4]], " ".join(words)


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_what_belongs_to_the_service_is_touched_as_root(page):
    """Its folder belongs to a user without a fixed number and keeps everybody else out, as do backups and secrets."""
    for line in lines(page):
        for part in re.split(r"\|\|?|&&|;", line.split(" # ")[0]):
            if re.search(r"/var/lib/(private/)?taskwire|/var/backups/taskwire|/etc/taskwire", part):
                assert part.strip().startswith("sudo "), part
                assert "cd /" not in part, f"sudo changes no folder of the shell: {part}"


def test_what_costs_money_is_deleted_at_the_end():
    for page in (ROOT / "docs/deploy").glob("*.md"):
        text = page.read_text()
        if "## Take down" not in text:
            continue
        end = text.split("## Take down")[1]
        for made in re.findall(r"((?:gcloud|doctl) [a-z -]+?) create\b", text):
            assert f"{made} delete" in end, f"{page.name}: {made}"
        if "az postgres" in text:
            assert "az group delete" in end
        for name in ("Neon", "Redpanda"):
            assert name in end or name not in text, f"{page.name} does not say what becomes of {name}"


def amount(text) -> float:
    return float(text.rsplit(" ", 1)[-1] or 0)


def test_prices_are_the_same_everywhere():
    """The table of doks.md has them; others name its sums, or what they create themselves."""
    guide = (ROOT / "docs/deploy/doks.md").read_text()
    rows = re.findall(r"^\| ([^|]+) \| ([^|]*?) ?\| ([^|]*?) ?\|$", guide.split("## Cost")[1].split("\n## ")[0], re.MULTILINE)
    table = {name: cells for name, *cells in rows if set(name) != {"-"}}
    sums = table.pop("together about")
    by_use = table.pop("Neon, Redpanda")
    assert by_use[1].startswith("by use")
    small, standard = (sum(amount(cells[size]) for cells in table.values()) for size in (0, 1))
    assert [amount(one) for one in sums] == [round(small), round(standard)]
    overview = (ROOT / "docs/deploy/README.md").read_text()
    assert re.search(rf"one node \| \[doks.md\]\(doks.md\) \| {sums[0]} \|", overview)
    assert f"from {sums[1]}, see [doks.md](doks.md#cost)" in overview
    chart = (ROOT / "helm/README.md").read_text()
    for file, total in (("values-doks-small.yaml", sums[0]), ("values-doks.yaml", sums[1])):
        paragraph = chart.split(f"### `{file}`")[1].split("\n#")[0]
        assert f"Cost: about {total}, see [the table](../docs/deploy/doks.md#cost)" in paragraph
        assert not re.search("dollar", (ROOT / "helm/taskwire" / file).read_text())
    script = (ROOT / "deploy/doks/deploy.sh").read_text()
    one, three = table["nodes `s-2vcpu-4gb`"]
    assert f"about {amount(one) + amount(table['volume of 5 GiB'][0]):.2f} US dollars" in script
    assert f"about {amount(three):.0f} US dollars" in script
    assert f"the load balancer of docs/deploy/doks.md is {amount(table['load balancer'][1]):.0f} more" in script
    assert f"about {amount(table['registry'][0]):.0f} US dollars" in script
