from __future__ import annotations

import json
from pathlib import Path

import pytest

from walint.sources.cloudformation.sam.managed_policies import PATHS

samtranslator = pytest.importorskip("samtranslator", reason="its list of AWS managed policies is the authority")


def test_paths_of_managed_policies_are_those_of_aws() -> None:
    listed = Path(samtranslator.__file__).parent / "internal" / "data" / "aws_managed_policies.json"
    arns = json.loads(listed.read_text())["aws"]
    paths = {name: arn.partition(":policy/")[2].removesuffix(name) for name, arn in arns.items()}

    assert {name: path for name, path in paths.items() if path not in {"", "aws-service-role/"}} == PATHS
