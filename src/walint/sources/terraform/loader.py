"""Takes the Terraform files of a scan, finds the root modules among their directories, and judges each as a whole."""

from __future__ import annotations

import os
import re
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from walint.model.graph import Graph, Problem
from walint.sources.discover import Candidate, Files
from walint.sources.terraform.config import Configuration, Merger, in_reading_order, is_configuration, local_folder

if TYPE_CHECKING:
    from walint.sources.settings import SourceSettings
    from walint.sources.terraform.hcl import ast
    from walint.sources.terraform.resource import TerraformResource
    from walint.sources.terraform.variables import Given

_LOCAL_SOURCE = re.compile(r"""\bsource["']?\s*[=:]\s*"(\.{1,2}(?:[/\\][^"\n]*)?)\"""")
_HELP = "mend it and check again; the other blocks of the file are judged meanwhile"
_KEPT = 8_000_000
"""Characters of configurations that are kept parsed, for the modules that several roots call."""
_RECURSION = 8_000
"""Python's limit while expressions are evaluated; the evaluator's own limits are reached long before."""


class TerraformLoader:
    """Is offered files one by one; `finish` then fills the graph."""

    def __init__(
        self, settings: SourceSettings, graph: Graph, files: Files, planned: Callable[[TerraformResource], bool]
    ) -> None:
        """`planned` says of a resource whether a plan that was read speaks of it: then the plan is judged instead."""
        self._planned = planned
        self._settings = settings
        self._graph = graph
        self._files = files
        self._folders: dict[str, None] = {}
        self._data: dict[str, dict[str, bytes]] = {}
        self._kept: OrderedDict[str, Configuration | str] = OrderedDict()
        self._size = 0
        self._reported: set[str] = set()
        self._used: set[str] = set()
        self._variables: list[ast.File | tuple[str, str]] | None = None

    def offer(self, candidate: Candidate, data: bytes) -> bool:
        """Takes a file if Terraform reads it; false when it does not."""
        name = candidate.path.name
        if not is_configuration(name) and not name.endswith((".tfvars", ".tfvars.json")):
            return False
        folder = os.path.dirname(os.path.realpath(candidate.path))
        if is_configuration(name):
            self._data.setdefault(folder, {})[name] = data
            self._folders[folder] = None
        elif candidate.explicit:
            self._folders[folder] = None
        return True

    def finish(self) -> None:
        """Evaluates every root module and adds its resources to the graph."""
        if not self._folders:
            return
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, _RECURSION))
        try:
            for folder in self._roots():
                self._root(folder)
        finally:
            sys.setrecursionlimit(limit)

    def _roots(self) -> Iterator[str]:
        """The directories that no other one calls; then those that a cycle of calls hides."""
        called = {target for folder in self._folders for target in self._calls(folder) if target != folder}
        yield from [folder for folder in self._folders if folder not in called]
        for folder in self._folders:
            if self._files.shown(Path(folder)) not in self._used:
                yield folder

    def _calls(self, folder: str) -> Iterator[str]:
        """The directories that a directory's files name as sources of modules, found without parsing them."""
        for data in self._data.get(folder, {}).values():
            if b"source" in data:
                for source in _LOCAL_SOURCE.findall(data.decode("utf-8", "replace")):
                    target = local_folder(folder, source)
                    if target is not None:
                        yield target

    def _root(self, folder: str) -> None:
        from walint.sources.terraform.binding import bind
        from walint.sources.terraform.evaluation import evaluated
        from walint.sources.terraform.outputs import with_value
        from walint.sources.terraform.references import References

        configuration = self.configuration(folder)
        if isinstance(configuration, str):
            return
        result = evaluated(configuration, self._settings, self._files, self.configuration, self._given(configuration))
        self._used |= result.folders
        left = [resource for resource in result.resources if not self._planned(resource)]
        self._graph.extend(bind(left))
        self._graph.extend([result.module] if result.module else [])
        if len(left) == len(result.resources):
            references = References({one.key: one for one in left})
            self._graph.extend(with_value(one, references.translated) for one in result.outputs)
            self._graph.problems += result.problems
            self._graph.unseen += result.unseen
        else:  # a plan knows what the values of variables and the modules on disk leave open
            self._graph.problems += [problem for problem in result.problems if problem.level == "error"]
        self._graph.unit_files[result.unit] = result.files

    def _given(self, configuration: Configuration) -> Given:
        from walint.sources.terraform.variables import beside, collected

        names = sorted(os.listdir(configuration.folder))
        found = beside(configuration.folder, names, self._files, self._graph.problems.append)
        return collected(found, self._named(), self._graph.problems.append)

    def _named(self) -> list[ast.File | tuple[str, str]]:
        """What the user gives for variables, its files parsed once."""
        from walint.sources.terraform.variables import named

        if self._variables is None:
            self._variables = [named(each) if isinstance(each, Path) else each for each in self._settings.variables]
        return self._variables

    def configuration(self, folder: str) -> Configuration | str:
        """The configuration of a directory, or why there is none."""
        found = self._kept.get(folder)
        if found is None:
            found = self._kept[folder] = self._read(folder)
            self._size += _size(found)
            self._forget()
        else:
            self._kept.move_to_end(folder)
        return found

    def _forget(self) -> None:
        """Drops the configurations that were not asked for the longest."""
        while self._size > _KEPT and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._size -= _size(dropped)

    def _read(self, folder: str) -> Configuration | str:
        if not self._files.inside(Path(folder)):
            return "lies outside the folder that is checked"
        try:
            names = in_reading_order(os.listdir(folder))
        except FileNotFoundError:
            return "is not there"
        except OSError:
            return "is no folder that can be read"
        if not names:
            return "holds no configuration"
        configuration = Configuration(folder, self._files.shown(Path(folder)))
        first = folder not in self._reported
        self._reported.add(folder)
        report = self._graph.problems.append if first else _ignore
        merger = Merger(configuration, report)
        for name in names:
            file = self._parsed(os.path.join(folder, name))
            if file is not None:
                merger.take(file)
                for problem in file.problems:
                    span = file.span(problem.start, problem.end)
                    report(Problem("error", file.path, problem.message, problem.help or _HELP, span))
        if first and ".terraform" not in configuration.shown.split("/"):
            self._graph.files += configuration.paths
        return configuration

    def _parsed(self, path: str) -> ast.File | None:
        from walint.sources.terraform.variables import parsed

        candidate = Candidate(Path(path), self._files.shown(Path(path)))
        data = self._data.get(os.path.dirname(path), {}).get(candidate.path.name)
        if data is None:
            if not self._files.inside(candidate.path):
                return None
            data = self._files.read(candidate)
        if data is None:
            return None
        return parsed(data, candidate.shown)


def _size(found: Configuration | str) -> int:
    """The length of the texts that a configuration was read from."""
    return 0 if isinstance(found, str) else found.size


def _ignore(problem: Problem) -> None:
    """What has been reported already."""
