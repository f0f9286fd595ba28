"""Terraform through the whole program: values of variables, broken files, suppressions, hooks."""

from __future__ import annotations

import json
from typing import Any

import pytest

LOGS = """\
variable "days" {
  type    = number
  default = 7
}
resource "aws_cloudwatch_log_group" "logs" {
  name              = "logs"
  retention_in_days = var.days
}
"""
ONLY = ("--select", "log-group-retention-min", "--today", "2026-06-01", "--format", "json")


def outcome(project: Any, *options: str) -> tuple[int, list[Any]]:
    """The exit status, and what was found at each finding."""
    done = project.run("check", *options, *ONLY)
    return done.status, [record["found"] for record in json.loads(done.out)["findings"]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), (1, ["7"])),
        (("--var", "days=90"), (0, [])),
        (("--var-file", "prod.tfvars"), (0, [])),
        (("--var-file", "prod.tfvars", "--var", "days=1"), (1, ["1"])),
        (("--var", "days=1", "--var-file", "prod.tfvars"), (0, [])),
        (("--env", "prod"), (0, [])),
        (("--env", "test"), (1, ["3"])),
        (("--env", "prod", "--var", "days=5"), (1, ["5"])),
    ],
)
def test_values_of_variables(options: tuple[str, ...], expected: Any, project: Any) -> None:
    project.write("main.tf", LOGS)
    project.write("prod.tfvars", "days = 365\n")
    project.write(
        "walint.toml", '[environments.prod]\nvar_files = ["prod.tfvars"]\n[environments.test]\nvariables = {days = 3}\n'
    )
    assert outcome(project, *options) == expected


def test_the_workspace(project: Any) -> None:
    project.write("main.tf", LOGS.replace("var.days", 'terraform.workspace == "prod" ? 365 : 7'))
    assert outcome(project) == (1, ["7"])
    assert outcome(project, "--workspace", "prod") == (0, [])
    project.write("walint.toml", 'workspace = "prod"\n')
    assert outcome(project) == (0, [])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--var", "days"), "'days' is not NAME=VALUE"),
        (("--var", "=1"), "'=1' is not NAME=VALUE"),
        (("--var-file", "none.tfvars"), "cannot be read: No such file or directory"),
        (("--var-file", "broken.tfvars"), "expected a value"),
    ],
)
def test_values_that_cannot_be_read(options: tuple[str, ...], message: str, project: Any) -> None:
    project.write("main.tf", LOGS)
    project.write("broken.tfvars", "days = = 1\n")
    done = project.run("check", *options, *ONLY)
    assert done.status == 2
    assert message in done.err


def test_a_broken_file_is_incomplete_and_its_sound_blocks_are_judged(project: Any) -> None:
    project.write(
        "main.tf", LOGS.replace("default = 7", "default = 90") + 'resource "aws_sqs_queue" "q" {\n  name = =\n}\n'
    )
    done = project.run("check", *ONLY)
    result = json.loads(done.out)
    assert done.status == 3
    assert [entry["what"] for entry in result["run"]["incomplete"]] == ["main.tf"]
    assert result["summary"]["outcomes"]["pass"] == 1


GROUP = 'resource "aws_cloudwatch_log_group" "l" {\n%s  retention_in_days = 1%s\n}\n'
WHY = 'walint: ignore[log-*] reason="why"'


@pytest.mark.parametrize(
    "text",
    [
        f"# {WHY}\n{GROUP % ('', '')}",
        f"// {WHY}\n{GROUP % ('', '')}",
        f"/* {WHY} */\n{GROUP % ('', '')}",
        GROUP % (f'  # {WHY}\n  name = "x"\n', ""),
        GROUP % ("", f" # {WHY}"),
        GROUP % ("", f" /* {WHY} */"),
    ],
)
def test_a_suppression_in_a_comment(text: str, project: Any) -> None:
    project.write("main.tf", text)
    done = project.run("check", *ONLY)
    result = json.loads(done.out)
    assert (done.status, len(result["findings"]), len(result["suppressed"])) == (0, 0, 1)


def test_two_instances_are_one_finding(project: Any) -> None:
    project.write("modules/logs/main.tf", LOGS)
    project.write("main.tf", 'module "a" { source = "./modules/logs" }\nmodule "b" { source = "./modules/logs" }\n')
    (finding,) = json.loads(project.run("check", *ONLY).out)["findings"]
    assert (finding["location"]["path"], finding["location"]["start_line"]) == ("modules/logs/main.tf", 7)
    assert finding["instances"] == [f"module.{name}.aws_cloudwatch_log_group.logs" for name in "ab"]


def test_a_module_on_its_own_says_so(project: Any) -> None:
    project.write("main.tf", LOGS)
    done = project.run("check", *ONLY)
    assert "Nobody here calls this module" in done.out


SOUND = LOGS.replace("default = 7", "default = 90")
FILES = {
    "live/prod/main.tf": 'module "logs" {\n  source = "../../modules/logs"\n'
    '  days = jsondecode(file("days.json"))\n}\n',
    "live/prod/days.json": "90\n",
    "live/prod/terraform.tfvars": "",
    "live/dev/main.tf": 'module "logs" {\n  source = "../../modules/logs"\n}\n',
    "modules/logs/main.tf": SOUND,
    "other/main.tf": SOUND,
}


@pytest.mark.usefixtures("clean_git")
class TestHook:
    @pytest.fixture
    def work(self, repository: Any, project: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.chdir(repository.folder)
        for name, text in FILES.items():
            repository.write(name, text)
        repository.commit()
        repository.run = project.run
        return repository

    @pytest.mark.parametrize(
        ("name", "text", "found"),
        [
            ("live/prod/days.json", "3\n", ["3"]),
            ("modules/logs/main.tf", LOGS.replace("var.days", "2"), ["2"]),
            ("other/terraform.tfvars", "days = 90\n", []),
            ("live/prod/terraform.tfvars", "unused = 1\n", []),
        ],
    )
    def test_what_a_commit_adds(self, name: str, text: str, found: list[str], work: Any) -> None:
        work.write(name, text)
        work.git("add", "--all")
        done = work.run("check", "--changed", *ONLY)
        assert [record["found"] for record in json.loads(done.out)["findings"]] == found

    @pytest.mark.parametrize("name", ["README.md", "src/app.py", "docs/data.json"])
    def test_what_is_none_of_its_business(self, name: str, work: Any) -> None:
        work.write(name, "x\n")
        work.git("add", "--all")
        assert work.run("check", "--changed", *ONLY[:-2]).out == "nothing that walint reads has changed\n"
