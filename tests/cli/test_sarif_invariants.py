"""What GitHub demands of SARIF, asked of real results: of the examples, and of every example of every rule."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator

from tests.checkers import multitool_complaints
from walint import examples
from walint.cli import main
from walint.language.catalogue import load_rules
from walint.reports.sarif.line_hash import line_hashes

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "tests" / "reports" / "data" / "sarif-schema-2.1.0.json"
SEGMENT = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-F]{2})+")
FOLDER = "große Stacks, 100%: alle"
"""Where the templates lie in the repository: nothing that may stand unencoded in an address."""

OPTIONS = ("--today=2026-11-21", "--profile=strict", "--fail-on=never", "--quiet", "--allow-incomplete")
PART = (
    "examples",
    "sqs-dlq",
    "lambda-error-alarm",
    "backup-plan-coverage",
    "dashboard-covers-resources",
    "adr-present",
)
"""Folders of it for what need not be asked of all."""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository that holds the examples of the documents and of the rules."""
    root = tmp_path_factory.mktemp("repository").resolve()
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    shutil.copytree(ROOT / "examples", root / FOLDER / "examples")
    catalogue = load_rules()
    for rule_id in sorted(catalogue.rules):
        for number, example in enumerate(catalogue.texts(rule_id).examples):
            for source in examples.READABLE:
                given = example.get(source)
                if given is None:
                    continue
                files = {examples._FILE_NAMES[source]: given} if isinstance(given, str) else given
                for name, text in files.items():
                    file = root / FOLDER / rule_id / f"{number} {source}" / name
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(examples._with_header(text, source), encoding="utf-8")
    return root


def sarif(repository: Path, out: Path, *options: str) -> dict[str, Any]:
    """The report of a scan from within a folder of the repository."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repository / FOLDER)
        status = main(["check", *OPTIONS, *options, "--report", f"sarif={out}"])
    assert status == 0
    log: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return log


@pytest.fixture(scope="module")
def log(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return sarif(repository, tmp_path_factory.mktemp("out") / "report.sarif")


@pytest.fixture(scope="module")
def results(log: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


def places(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [place["physicalLocation"] for place in [*result["locations"], *result.get("relatedLocations", [])]]


def test_there_is_something_to_ask(results: list[dict[str, Any]]) -> None:
    assert len(results) > 300
    assert any("relatedLocations" in result for result in results)


def test_the_schema_holds(log: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert [error.message for error in Draft4Validator(schema).iter_errors(log)] == []


def test_the_multitool_has_nothing_to_complain_of(repository: Path, tmp_path: Path) -> None:
    """Of the examples only: the multitool takes minutes for those of all rules."""
    log = sarif(repository, tmp_path / "report.sarif", "examples")
    assert len(log["runs"][0]["results"]) > 50
    assert multitool_complaints(tmp_path / "report.sarif", tmp_path / "out.sarif") == []


def test_every_place_is_a_file_of_the_repository(results: list[dict[str, Any]], repository: Path) -> None:
    uris = {place["artifactLocation"]["uri"] for result in results for place in places(result)}
    assert [uri for uri in uris if not all(map(SEGMENT.fullmatch, uri.split("/")))] == []
    assert [uri for uri in uris if not (repository / unquote(uri)).is_file()] == []
    assert {unquote(uri.split("/")[0]) for uri in uris} == {FOLDER}


def test_every_region_is_within_its_line(results: list[dict[str, Any]], repository: Path) -> None:
    texts: dict[str, list[str]] = {}
    for place in (place for result in results for place in places(result)):
        uri, region = place["artifactLocation"]["uri"], place["region"]
        lines = texts.setdefault(uri, (repository / unquote(uri)).read_text(encoding="utf-8").splitlines())
        width = len(lines[region["startLine"] - 1].encode("utf-16-le")) // 2
        assert region["startLine"] == region["endLine"]
        assert 1 <= region["startColumn"] < region["endColumn"] <= max(width, 1) + 1


def test_a_rule_has_one_result_on_a_line(results: list[dict[str, Any]]) -> None:
    keys = [
        (result["ruleId"], places(result)[0]["artifactLocation"]["uri"], places(result)[0]["region"]["startLine"])
        for result in results
    ]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_line_hashes_are_githubs(results: list[dict[str, Any]], repository: Path) -> None:
    known: dict[str, list[str]] = {}
    for result in results:
        place = places(result)[0]
        path = repository / unquote(place["artifactLocation"]["uri"])
        hashes = known.setdefault(str(path), line_hashes(path.read_bytes().decode()))
        assert result["partialFingerprints"]["primaryLocationLineHash"] == hashes[place["region"]["startLine"] - 1]


def test_fingerprints_are_unique(results: list[dict[str, Any]]) -> None:
    prints = [result["partialFingerprints"]["walintFinding/v1"] for result in results]
    assert len(set(prints)) == len(prints)


def test_levels_links_and_lengths(results: list[dict[str, Any]]) -> None:
    for result in results:
        text = result["message"]["text"]
        assert result["level"] in {"error", "warning", "note"}
        assert 0 < len(text) <= 1024
        linked = [int(number) for number in re.findall(r"\]\((\d+)\)", text)]
        assert linked == [place["id"] for place in result.get("relatedLocations", [])]
        assert "suppressions" not in result


def test_rules_are_within_the_limits(log: dict[str, Any]) -> None:
    for rule in log["runs"][0]["tool"]["driver"]["rules"]:
        assert len(rule["properties"]["tags"]) <= 10
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["name"].lower() != rule["id"].lower()


def test_nothing_varies_from_run_to_run(repository: Path, tmp_path: Path) -> None:
    """Neither with the order that sets of texts happen to have in a process."""
    found = set()
    for seed in ("1", "2", "3"):
        out = tmp_path / f"{seed}.sarif"
        command = [sys.executable, "-m", "walint", "check", *PART, *OPTIONS, "--report", f"sarif={out}"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(command, cwd=repository / FOLDER, env=environment, check=True, capture_output=True)
        found.add(out.read_bytes())
    assert len(found) == 1
    assert len(json.loads(found.pop())["runs"][0]["results"]) > 100


def test_full_holds_what_github_does_not_get(repository: Path, tmp_path: Path) -> None:
    results = sarif(repository, tmp_path / "github.sarif", *PART)["runs"][0]["results"]
    options = ("--sarif-profile=full", "--sarif-category=a/b", "--show-passed")
    run = sarif(repository, tmp_path / "full.sarif", *PART, *options)["runs"][0]
    assert run["automationDetails"]["id"] == "a/b/"
    assert len(run["results"]) > len(results)
    assert {result.get("kind", "fail") for result in run["results"]} >= {"fail", "open", "pass"}
