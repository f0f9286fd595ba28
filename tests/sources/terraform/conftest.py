"""Evaluates root modules written on the spot, or kept as fixtures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from walint.model.graph import Graph
from walint.sources.discover import Files
from walint.sources.settings import SourceSettings
from walint.sources.terraform.evaluation import Evaluated, evaluated
from walint.sources.terraform.loader import TerraformLoader
from walint.sources.terraform.resource import TerraformResource
from walint.sources.terraform.variables import beside, collected, named


class Judged:
    """An evaluated root module: its resources by address, and what was told."""

    def __init__(self, result: Evaluated, graph: Graph, shown: Callable[[Any], Any]) -> None:
        self.result = result
        self.by_address: dict[str, TerraformResource] = {one.address: one for one in result.resources}
        self.problems = [*graph.problems, *result.problems]
        self.shown = shown

    def __getitem__(self, address: str) -> Any:
        """The body of a resource as data that a test can compare."""
        return self.shown(self.by_address[address].body)

    def presence(self, address: str) -> Any:
        return self.shown(self.by_address[address].presence)

    @property
    def addresses(self) -> list[str]:
        return list(self.by_address)

    @property
    def messages(self) -> list[str]:
        return [f"{problem.level}: {problem.message}" for problem in self.problems]


@pytest.fixture
def judge(write: Callable[..., Path], shown: Callable[[Any], Any]) -> Callable[..., Judged]:
    """Evaluates the root module in a folder, or in files by path (a text alone is main.tf)."""

    def judged(files: Path | str | Mapping[str, str | bytes], folder: str = "", **settings: Any) -> Judged:
        root = files if isinstance(files, Path) else write({"main.tf": files} if isinstance(files, str) else files)
        given = SourceSettings(root=root, **settings)
        graph = Graph()
        found = Files(given, graph)
        loader = TerraformLoader(given, graph, found, lambda _: False)
        top = (root / folder).resolve()
        configuration = loader.configuration(str(top))
        assert not isinstance(configuration, str), configuration
        values = beside(str(top), [path.name for path in top.iterdir()], found, graph.problems.append)
        listed = [named(each) if isinstance(each, Path) else each for each in given.variables]
        values_given = collected(values, listed, graph.problems.append)
        result = evaluated(configuration, given, found, loader.configuration, values_given, ("",))
        return Judged(result, graph, shown)

    return judged


@pytest.fixture
def shared() -> Path:
    """The folder of real inputs beside the repository; tests that need it are skipped without it."""
    folder = Path(__file__).resolve().parents[3].parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder of real inputs is not here")
    return folder
