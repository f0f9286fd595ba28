"""Which files are judged together with a changed one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from walint.model.graph import Graph
from walint.sources.units import files_with

LOGS = """\
variable "days" { default = 7 }
resource "aws_cloudwatch_log_group" "logs" {
  retention_in_days = var.days
}
"""
FILES = {
    "live/prod/main.tf": 'module "logs" {\n  source = "../../modules/logs"\n'
    '  days = jsondecode(file("days.json"))\n}\n',
    "live/prod/days.json": "7\n",
    "live/prod/terraform.tfvars": "",
    "live/dev/main.tf": 'module "logs" {\n  source = "../../modules/logs"\n}\n',
    "modules/logs/main.tf": LOGS,
    "other/main.tf": LOGS,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("other/main.tf", {"other/main.tf"}),
        ("live/prod/main.tf", {"live/prod/main.tf", "modules/logs/main.tf"}),
        ("live/prod/days.json", {"live/prod/main.tf", "modules/logs/main.tf"}),
        ("live/prod/terraform.tfvars", {"live/prod/main.tf", "modules/logs/main.tf"}),
        ("modules/logs/main.tf", {"live/prod/main.tf", "live/dev/main.tf", "modules/logs/main.tf"}),
        ("README.md", set()),
    ],
)
def test_a_changed_file_widens_to_the_roots_that_use_it(
    changed: str, expected: set[str], scan: Callable[..., Graph], tmp_path: Path
) -> None:
    found = files_with(scan(FILES), tmp_path, {changed})
    assert {path for path in found if path.endswith(".tf")} == expected
