"""Loads everything that some paths hold into one graph."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from walint.model.graph import Graph
from walint.sources.cloudformation.assembly import MANIFEST
from walint.sources.cloudformation.glance import may_be_template
from walint.sources.discover import Candidate, Files
from walint.sources.names import is_terraform
from walint.sources.settings import SourceSettings
from walint.sources.terraform.plan.loader import PlanLoader

if TYPE_CHECKING:
    from walint.sources.cloudformation.loader import Loader
    from walint.sources.terraform.config import Configuration
    from walint.sources.terraform.loader import TerraformLoader


def load(paths: Sequence[Path], settings: SourceSettings | None = None) -> Graph:
    """Reads what is ours below the paths (files or folders). Never raises for bad input: see `Graph.problems`."""
    settings = settings or SourceSettings()
    graph = Graph()
    files = Files(settings, graph)
    loaders = _Loaders(settings, graph, files)
    collecting = gc.isenabled()
    gc.disable()  # nothing becomes garbage while the tree is built; collecting costs a third of the time
    try:
        for candidate in files.find(paths):
            data = files.read(candidate)
            if data is not None:
                loaders.offer(candidate, data)
        loaders.finish()
        graph.problems[:] = dict.fromkeys(graph.problems)  # a template that is nested twice says it once
    finally:
        if collecting:
            gc.enable()
    return graph


class _Loaders:
    """One loader for each kind of input, imported and made when the first file of its kind is met."""

    def __init__(self, settings: SourceSettings, graph: Graph, files: Files) -> None:
        self._settings = settings
        self._graph = graph
        self._files = files
        self._plans = PlanLoader(settings, graph, files, self._configuration)
        self._templates: Loader | None = None
        self._terraform: TerraformLoader | None = None

    def offer(self, candidate: Candidate, data: bytes) -> None:
        """Gives a file to whoever takes it."""
        if is_terraform(candidate.path.name):
            self._for_terraform().offer(candidate, data)
            return
        if self._plans.offer(candidate, data):
            return
        if self._templates is None and _is_worth(candidate, data):
            from walint.sources.cloudformation.loader import Loader

            self._templates = Loader(self._settings, self._graph, self._files)
        if self._templates is not None:
            self._templates.offer(candidate, data)

    def finish(self) -> None:
        """Builds what can be built only when all files are known."""
        if self._templates is not None:
            self._templates.finish()
        if self._terraform is not None:
            self._terraform.finish()
        if self._settings.repository is not None:
            from walint.sources.repository.loader import RepositoryLoader

            RepositoryLoader(self._settings.repository, self._graph, self._files).finish()

    def _for_terraform(self) -> TerraformLoader:
        if self._terraform is None:
            from walint.sources.terraform.loader import TerraformLoader

            self._terraform = TerraformLoader(self._settings, self._graph, self._files, self._plans.holds)
        return self._terraform

    def _configuration(self, folder: str) -> Configuration | str:
        """The Terraform configuration of a directory that a plan was made from."""
        return self._for_terraform().configuration(folder)


def _is_worth(candidate: Candidate, data: bytes) -> bool:
    """Whether a file may be a template or an assembly, so that the YAML parser is needed."""
    return candidate.explicit or candidate.path.name == MANIFEST or may_be_template(data)
