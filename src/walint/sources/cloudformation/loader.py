"""Takes the files of a scan that are templates or cloud assemblies, and how each is deployed, and loads them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from walint.model.graph import Graph, Problem
from walint.sources.cloudformation.assembly import MANIFEST, is_manifest, read_manifest
from walint.sources.cloudformation.deployment import Deployment, deployed
from walint.sources.cloudformation.library import Library
from walint.sources.cloudformation.trees import Trees
from walint.sources.discover import Candidate, Files
from walint.sources.settings import SourceSettings

if TYPE_CHECKING:
    from walint.sources.cloudformation.samconfig import SamConfig

_SAMCONFIG = "samconfig.toml"


class Loader:
    """Is offered files one by one; `finish` then fills the graph."""

    def __init__(self, settings: SourceSettings, graph: Graph, files: Files) -> None:
        self._settings = settings
        self._graph = graph
        self._files = files
        self._library = Library(graph, files)
        self._roots: dict[Path, Deployment] = {}
        self._samconfigs: dict[Path, bytes | None] = {}
        self._given = _given_parameters(settings)

    def offer(self, candidate: Candidate, data: bytes) -> bool:
        """Takes a file if it is ours (or tries to be); false when it is not."""
        if candidate.path.name == MANIFEST and is_manifest(data):
            self._assembly(candidate, data)
            return True
        if self._library.take(candidate, data) is None:
            return False
        self._roots.setdefault(candidate.path, self._deployment(candidate.path))
        return True

    def finish(self) -> None:
        """Builds the stacks of all templates and adds what they hold to the graph."""
        Trees(self._graph, self._files, self._library).plant(list(self._roots.items()))

    def _deployment(self, template: Path) -> Deployment:
        """How a template is deployed, as far as the settings and the samconfig.toml beside it say."""
        config = self._samconfig(template)
        if config is None:
            return deployed(self._settings, self._given, {})
        given = config.parameters
        return deployed(self._settings, self._given, given, stack_name=config.stack_name, region=config.region)

    def _samconfig(self, template: Path) -> SamConfig | None:
        file = template.parent / _SAMCONFIG
        if file not in self._samconfigs:
            readable = file.is_file() and self._files.inside(file)
            self._samconfigs[file] = self._files.read(Candidate(file, self._files.shown(file))) if readable else None
        data = self._samconfigs[file]
        if data is None:
            return None
        from walint.sources.cloudformation.samconfig import read_samconfig

        try:
            return read_samconfig(data, template.name, self._settings.sam_config_env)
        except (ValueError, RecursionError) as error:
            self._samconfigs[file] = None
            message = f"not valid TOML: {error}"
            self._graph.problems.append(Problem("error", self._files.shown(file), message, "mend the syntax"))
            return None

    def _assembly(self, candidate: Candidate, data: bytes) -> None:
        """Takes the templates of a cloud assembly, and of those nested in it."""
        pending = [(candidate, data)]
        seen: set[Path] = set()
        while pending:
            manifest, content = pending.pop()
            try:
                stacks, nested = read_manifest(content, manifest.path.parent)
            except ValueError as error:
                message = f"not a readable manifest: {error}"
                self._graph.problems.append(Problem("error", manifest.shown, message, "run cdk synth again"))
                continue
            for stack in stacks:
                path = stack.path.resolve()
                if self._library.fetch(path, manifest.shown) is not None:
                    deployment = deployed(
                        self._settings,
                        self._given,
                        stack.parameters,
                        stack_name=stack.stack_name,
                        region=stack.region,
                        account=stack.account,
                    )
                    self._roots.setdefault(path, deployment)
                    self._graph.assembled.setdefault(self._files.shown(path), stack.termination_protection)
            for folder in nested:
                path = (folder / MANIFEST).resolve()
                if path not in seen and self._files.inside(path):
                    seen.add(path)
                    inner = Candidate(path, self._files.shown(path))
                    found = self._files.read(inner)
                    if found is not None:
                        pending.append((inner, found))


def _given_parameters(settings: SourceSettings) -> dict[str, str]:
    """The parameters that the user gives: by files, then one by one."""
    given: dict[str, str] = {}
    if settings.parameter_files:
        from walint.sources.cloudformation.parameter_files import read_parameters

        for path in settings.parameter_files:
            given.update(read_parameters(path))
    return given | dict(settings.parameters)
