"""The committed data are what tools/build_catalog.py cuts from the cfn-lint they name."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "src" / "walint" / "catalog" / "data"


def tool() -> ModuleType:
    pytest.importorskip("cfnlint", reason="cfn-lint is not installed")
    spec = importlib.util.spec_from_file_location("build_catalog", ROOT / "tools" / "build_catalog.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["schemas.json", "lambda_runtimes.json"])
def test_the_committed_file_is_what_the_tool_makes(name: str) -> None:
    import cfnlint.version

    committed = (DATA / name).read_text(encoding="utf-8")
    recorded = json.loads(committed)["source"]["cfn-lint"]
    if cfnlint.version.__version__ != recorded:
        pytest.skip(f"the data are cut from cfn-lint {recorded}, {cfnlint.version.__version__} is installed")
    assert tool().built()[name] == committed


def test_a_type_that_cfn_lint_does_not_know_is_named() -> None:
    with pytest.raises(SystemExit, match="AWS::Nothing::AtAll"):
        tool().cut_type("AWS::Nothing::AtAll")


def test_a_definition_may_contain_itself() -> None:
    used: dict[str, object] = {}
    statement = {"type": "object", "properties": {"And": {"type": "array", "items": {"$ref": "#/definitions/S"}}}}
    node = tool().cut_node({"$ref": "#/definitions/S"}, {"S": statement}, used)
    assert (node, used) == ("#S", {"S": {"properties": {"And": ["#S"]}}})
