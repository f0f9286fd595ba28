"""The parts of the benchmark: a measurement that measures nothing would be worse than none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import bench

    return bench


def test_a_run_is_timed_and_weighed(bench: ModuleType) -> None:
    runs = bench.Runs()
    bench.run([sys.executable, "-c", "import time; x = bytearray(50_000_000); time.sleep(0.2)"], runs, accept={0})
    assert runs.failed == ""
    assert 0.2 <= runs.median < 10
    assert runs.memory > 50_000_000


def test_a_program_that_fails_is_not_measured(bench: ModuleType) -> None:
    runs = bench.Runs()
    bench.run([sys.executable, "-c", "import sys; sys.exit('no such thing')"], runs, accept={0})
    assert (runs.seconds, runs.failed) == ([], "exit status 1 no such thing")


def test_a_program_that_hangs_is_stopped(bench: ModuleType) -> None:
    runs = bench.Runs()
    bench.run([sys.executable, "-c", "import time; time.sleep(60)"], runs, accept={0}, timeout=0.3)
    assert (runs.seconds, runs.failed) == ([], "stopped after 0.3 s")


def test_only_templates_that_parse_are_gathered(bench: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "good.yaml").write_text("Resources:\n  A:\n    Type: AWS::SNS::Topic\n")
    (source / "broken.yaml").write_text("Resources:\n  A: [\n    Type: AWS::SNS::Topic\n")
    (source / "other.yaml").write_text("services:\n  web: {}\n")
    copies, size, times = bench.gather([source], tmp_path / "target")
    assert {path.name for path in copies} == {"good.yaml"}
    assert len(copies) == times
    assert size >= 1_000_000


@pytest.mark.parametrize("count", [1, 25])
def test_the_generated_template_has_an_alarm_for_each_function(bench: ModuleType, count: int) -> None:
    class Loader(yaml.SafeLoader):
        """Reads `!Ref X` as X."""

    Loader.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node))
    resources = yaml.load(bench.functions_and_alarms(count), Loader=Loader)["Resources"]  # noqa: S506 - a safe loader
    functions = {name for name, body in resources.items() if body["Type"] == "AWS::Lambda::Function"}
    alarms = [body["Properties"] for body in resources.values() if body["Type"] == "AWS::CloudWatch::Alarm"]
    assert len(functions) == count
    assert {alarm["Dimensions"][0]["Value"] for alarm in alarms} == functions


@pytest.mark.parametrize(
    ("seconds", "memory", "verdict"),
    [([0.5], 10_000_000, "OK"), ([0.7], 10_000_000, "over"), ([0.5], 300_000_000, "over")],
)
def test_a_row_says_whether_the_budget_is_kept(
    bench: ModuleType, seconds: list[float], memory: int, verdict: str
) -> None:
    row = bench.row("walint", bench.Runs(seconds, memory), 0.05, budget=12, memory_budget=200)
    assert row.verdict == verdict


def test_reports_are_timed_and_keep_to_their_limits(bench: ModuleType) -> None:
    """Beside `json.dumps`, which a slow machine slows down alike; the limits in seconds are for `make bench`."""
    wanted = (bench.Report("text", 2_000, 1.5), bench.Report("sarif", 500, 12), bench.Report("html", 2_000, 9))
    rows = bench.reports(wanted)
    assert [(row.name, row.verdict) for row in rows] == [
        ("2,000 findings as text", "OK"),
        ("500 findings as sarif", "OK"),
        ("2,000 findings as html", "OK"),
    ]
    over = bench.reports((bench.Report("text", 10, 9, 0.000_001),))
    assert [row.verdict for row in over] == ["over"]


@pytest.mark.parametrize(("limit", "verdict"), [(120.0, "OK"), (0.001, "over")])
def test_audits_are_timed_against_a_false_aws(bench: ModuleType, limit: float, verdict: str) -> None:
    needs = '{"AWS::DynamoDB::Table": ["DeletionProtectionEnabled"]}'
    sweep = bench.Sweep("five tables", needs, ("eu-west-1",), 0.01, 12, ("dynamodb", "DescribeTable", 100), limit)
    (row,) = bench.audits((sweep,))
    assert (row.name, row.budget, row.verdict) == ("five tables", f"< {limit:g} s", verdict)
    assert row.ratio.endswith(" x 2.0 s")  # 100 calls: 50 at once, then 25 a second


def test_the_false_aws_answers_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import audits

    with audits.false_aws(0.0, 60):
        command = [sys.executable, str(ROOT / "benchmarks" / "audit_once.py"), "everything", "eu-west-1", "us-east-1"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout)
    assert figures["failed"] == []
    assert figures["resources"] >= 2 * (60 + 60 + 24)
    assert figures["calls"] > 200


FIXTURES = ROOT / "tests" / "fixtures" / "terraform" / "hcl"


def test_parsers_are_timed_on_the_same_files(bench: ModuleType) -> None:
    rows = bench.parsers(FIXTURES)
    assert [row.name.split()[0] for row in rows] == ["walint", "pygohcl", "python-hcl2"]
    assert [row.verdict for row in rows][1:] == ["", ""]
    speeds = [float(row.ratio.split()[0]) for row in rows]
    assert speeds[0] > 5 * speeds[2] > 0


def test_a_root_module_is_checked_from_a_cold_start(bench: ModuleType) -> None:
    bare, walint = bench.one_root(1)
    assert (bare.ratio, walint.budget) == ("1.0 x", "<= 14 x")
    assert float(walint.ratio.split()[0]) > 1


def test_modules_are_judged_beside_peers(bench: ModuleType) -> None:
    walint, parsed, checkov = bench.modules(ROOT / "tests" / "fixtures" / "terraform" / "roots", "not installed here")
    assert (walint.name, walint.budget) == ("walint check of 12 files", "< 250 MB")
    assert (parsed.name, parsed.budget) == ("python-hcl2, parsing only", ">= 1 x walint")
    assert {"-"}.isdisjoint((walint.time, walint.memory, parsed.time))
    assert checkov.verdict == "not installed here"


@pytest.mark.usefixtures("bench")
def test_trees_of_modules_are_the_folders_with_most_text_first(tmp_path: Path) -> None:
    import terraform

    for name, text in {"small": "a = 1", "large": "a = 1\n" * 9, "none": ""}.items():
        (tmp_path / name / "modules").mkdir(parents=True)
        (tmp_path / name / "modules" / "main.tf").write_text(text)
    (tmp_path / "main.tf").write_text("a = 1\n" * 99)
    assert [tree.name for tree in terraform.trees_of(tmp_path)] == ["large", "small"]


@pytest.mark.usefixtures("bench")
@pytest.mark.parametrize(("least", "verdict"), [(1, "OK"), (1_000_000, "over")])
def test_checkov_is_timed_on_the_trees_on_which_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: float, verdict: str
) -> None:
    import terraform

    peer = tmp_path / "peer.py"
    peer.write_text("import sys, time; sys.exit('no resource') if 'bad' in sys.argv[-1] else time.sleep(1.5)")
    monkeypatch.setattr(terraform, "CHECKOV_TERRAFORM", [sys.executable, str(peer)])
    monkeypatch.setattr(terraform, "FASTER_THAN_CHECKOV", least)
    for name in ("bad", "good", "fine"):
        (tmp_path / "trees" / name).mkdir(parents=True)
        (tmp_path / "trees" / name / "main.tf").write_text('resource "aws_sns_topic" "t" {}\n' * len(name))
    *single, whole = terraform.beside_checkov(tmp_path / "trees", "", 2)
    assert [row.name for row in single] == ["checkov on fine", "checkov on good"]
    assert (whole.name, whole.verdict) == ("checkov on these 2", verdict)
    assert float(whole.ratio.split()[0]) > 1


@pytest.mark.usefixtures("bench")
def test_without_checkov_the_line_says_why(tmp_path: Path) -> None:
    import terraform

    assert [row.verdict for row in terraform.beside_checkov(tmp_path, "not installed: no network")] == [
        "not installed: no network"
    ]
