"""The documents: what they link to exists, and the commands that they show print what they say.

A block marked `console` holds commands after `$ ` and what they print; a line `...` stands for any lines. Run
`WALINT_UPDATE_DOCS=1 make docs` to write the true output into the documents, then read the difference.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import NamedTuple

import pytest

from walint.cli import COMMANDS
from walint.config import load
from walint.config_schema import SCHEMA

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*.md")])
UPDATE = bool(os.environ.get("WALINT_UPDATE_DOCS"))
ANY_LINES = "..."

ELSEWHERE = {
    "pip install .": "test_packaging.py installs the wheel",
    "make demo": "test_makefile.py",
    "make test": "that is what runs",
    "make lint": "CI runs it",
    "make bench": "test_benchmarks.py runs its parts",
    "make docs": "that is this test",
    "walint check --since origin/main": "cli/test_since.py",
    "walint check --since origin/main...": "cli/test_since.py",
}
"""Commands that the documents show in `sh` blocks, and where they are tested."""


class Shown(NamedTuple):
    """A command that a document shows with its output, as it is written there: behind an indent, in a list."""

    document: Path
    line: int
    command: str
    output: str
    indent: str


def shown_blocks(document: Path) -> list[list[Shown]]:
    blocks = []
    text = document.read_text(encoding="utf-8")
    for block in re.finditer(r"^( *)```console\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL):
        first = text.count("\n", 0, block.start(2)) + 1
        parts = re.finditer(r"^ *\$ (.*)\n((?:(?! *\$ ).*\n)*)", block[2], re.MULTILINE)
        numbered = ((first + block[2].count("\n", 0, part.start()), part) for part in parts)
        blocks.append([Shown(document, line, part[1], part[2], block[1]) for line, part in numbered])
    return blocks


BLOCKS = [block for document in DOCUMENTS for block in shown_blocks(document)]


def name(block: list[Shown]) -> str:
    return f"{block[0].document.relative_to(ROOT)}:{block[0].line}"


def fits(expected: list[str], found: list[str]) -> bool:
    """Whether the lines are as shown, where `...` stands for any lines."""
    if ANY_LINES not in expected:
        return expected == found
    gap = expected.index(ANY_LINES)
    if expected[:gap] != found[:gap]:
        return False
    rest = expected[gap + 1 :]
    return any(fits(rest, found[start:]) for start in range(gap, len(found) + 1))


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A repository that holds the examples, for commands that write."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


@pytest.mark.parametrize("block", BLOCKS, ids=name)
def test_shown_commands_print_what_is_shown(block: list[Shown], workplace: Path) -> None:
    for shown in block:
        check(shown, workplace)


def check(shown: Shown, workplace: Path) -> None:
    scripts = sysconfig.get_path("scripts")
    done = subprocess.run(
        ["bash", "-c", shown.command],
        cwd=workplace,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{scripts}:{os.environ['PATH']}", "NO_COLOR": "1", "COLUMNS": "100"},
    )
    expected = [line.removeprefix(shown.indent) for line in shown.output.splitlines()]
    found = [line.rstrip() for line in done.stdout.splitlines()]
    if UPDATE and not fits(expected, found):
        update(shown, done.stdout)
    else:
        assert fits(expected, found), done.stdout


def update(shown: Shown, output: str) -> None:
    """Writes the true output into the document; one that was shortened with `...` is left to a person."""
    assert ANY_LINES not in shown.output.split(), f"shortened by hand, so to be mended by hand:\n{output}"
    trimmed = "".join((shown.indent + line).rstrip() + "\n" for line in output.splitlines())
    text = shown.document.read_text(encoding="utf-8")
    command = f"{shown.indent}$ {shown.command}\n"
    assert text.count(command + shown.output) == 1
    shown.document.write_text(text.replace(command + shown.output, command + trimmed), encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_is_tested_somewhere(document: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    commands = {line.split("#")[0].strip() for block in blocks for line in block.splitlines()} - {""}
    assert commands <= ELSEWHERE.keys()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if ":" in path:
            continue
        file = document if not path else document.parent / path
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a document."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in seen:
            continue
        seen.add(document)
        links = re.findall(r"\]\(([^)#:\s]+\.md)[)#]", document.read_text(encoding="utf-8"))
        waiting += [(document.parent / link).resolve() for link in links]
    assert [str(page.relative_to(ROOT)) for page in DOCUMENTS if page not in seen] == []


CONFIGURATION = ROOT / "docs" / "configuration.md"


def test_usage_names_every_command() -> None:
    usage = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
    assert [command for command in COMMANDS if f"| `walint {command}` |" not in usage] == []


def test_every_key_of_the_config_is_documented() -> None:
    properties = SCHEMA["properties"]
    keys = {*properties, *properties["environments"]["additionalProperties"]["properties"]}
    keys |= {*properties["suppress"]["items"]["properties"], *properties["rules"]["additionalProperties"]["properties"]}
    assert keys <= set(re.findall(r"`([a-z_]+)`", CONFIGURATION.read_text(encoding="utf-8")))


def test_the_config_that_is_shown_is_accepted(tmp_path: Path) -> None:
    shown = re.findall(r"^```toml\n(.*?)^```$", CONFIGURATION.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for text in shown:
        (tmp_path / "walint.toml").write_text(text, encoding="utf-8")
        assert load(tmp_path / "walint.toml", tmp_path).profile == "default"
    assert shown
