"""A readable form of syntax trees, and the files that laws are tried on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from walint.sources.terraform.hcl.ast import Item, Literal, Node
from walint.sources.terraform.hcl.decoding import decode

ROOT = Path(__file__).parents[4]
FIXTURES = sorted((ROOT / "tests/fixtures/terraform/hcl").glob("*.tf"))
CORPORA = ROOT.parent / "shared" / "corpora"
_PLACES = {"start", "end", "header_end", "places"}


def _shown(node: Any) -> Any:
    match node:
        case Literal():
            return node.value
        case Item():
            return "item"
        case Node():
            fields = [name for name in type(node).__slots__ if name not in _PLACES]
            return [type(node).__name__, *(_shown(getattr(node, name)) for name in sorted(fields))]
        case list() | tuple():
            return [_shown(one) for one in node]
        case dict():
            return {key: _shown(one) for key, one in node.items()}
    return node


@pytest.fixture(scope="session")
def shown() -> Callable[[Any], Any]:
    """A tree without its places, as lists: the name of the class, then its fields in alphabetical order."""
    return _shown


@pytest.fixture(scope="session")
def fixture_files() -> list[tuple[str, str]]:
    return [(path.name, decode(path.read_bytes())) for path in FIXTURES]


@pytest.fixture(scope="session")
def rule_examples() -> list[tuple[str, str]]:
    """The Terraform files in the examples of walint's own rules."""
    found = []
    for path in sorted((ROOT / "rules").rglob("*.yaml")):
        rule = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        for number, example in enumerate(rule.get("examples", [])):
            texts = example.get("terraform")
            if isinstance(texts, str):
                found.append((f"{path.stem}/{number}/main.tf", texts))
            elif isinstance(texts, dict):
                files = texts.get("files", texts)
                found += [(f"{path.stem}/{number}/{name}", text) for name, text in files.items() if name[-3:] == ".tf"]
    return found


@pytest.fixture(scope="session")
def corpus() -> list[tuple[str, str]]:
    """Real files, where they lie beside the project."""
    if not CORPORA.is_dir():
        pytest.skip("no shared corpora beside the project")
    paths = sorted(path for suffix in ("*.tf", "*.tfvars") for path in CORPORA.rglob(suffix) if path.is_file())
    return [(str(path.relative_to(CORPORA)), decode(path.read_bytes())) for path in paths]
