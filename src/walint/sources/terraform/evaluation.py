"""Evaluates one root module."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from walint.records import NamedTuple
from walint.sources.terraform.collecting import Collector
from walint.sources.terraform.files import Sandbox
from walint.sources.terraform.module import Module
from walint.sources.terraform.modules import installed
from walint.sources.terraform.outputs import outputs_of
from walint.sources.terraform.root import Root
from walint.sources.terraform.root_module import root_module

if TYPE_CHECKING:
    from walint.model.graph import Problem, Unseen
    from walint.model.resource import Resource
    from walint.sources.discover import Files
    from walint.sources.settings import SourceSettings
    from walint.sources.terraform.config import Configuration
    from walint.sources.terraform.resource import TerraformResource
    from walint.sources.terraform.variables import Given

OURS = ("aws_", "awscc_")
_BY_NOBODY = "nobody here calls this module: it is judged with the defaults of its variables"


class Evaluated(NamedTuple):
    """What a root module holds.

    outputs  what it hands out, as pseudo-resources whose references are Terraform's own
    module   the root module itself as a pseudo-resource; None where Terraform is not run in this directory
    folders  the directories of the modules that were used, as reports show them
    files    the files that its verdicts rest on, as reports show them
    """

    unit: str
    resources: list[TerraformResource]
    outputs: list[Resource]
    module: Resource | None
    problems: list[Problem]
    unseen: list[Unseen]
    folders: set[str]
    files: set[str]


def evaluated(
    configuration: Configuration,
    settings: SourceSettings,
    files: Files,
    fetch: Callable[[str], Configuration | str],
    given: Given,
    prefixes: tuple[str, ...] = OURS,
) -> Evaluated:
    """All resources of a root module whose types begin with one of the prefixes."""
    sandbox = Sandbox(files, configuration.folder)
    unit = configuration.shown
    known = installed(configuration.folder, files)
    root = Root(unit, configuration.folder, settings, sandbox, fetch, known)
    top = Module(root, configuration, given=given)
    Collector(top, prefixes, _BY_NOBODY if _is_module(configuration, given) else "").run()
    outputs = list(outputs_of(top))
    module = root_module(top)
    root.finish()
    used = set(sandbox.used) | root.files | set(given.beside)
    found = root.resources
    return Evaluated(unit, found, outputs, module, root.problems, root.unseen, root.folders, used)


def _is_module(configuration: Configuration, given: Given) -> bool:
    """Whether a directory that nobody calls is meant to be called: it takes values, gets none, and has no provider."""
    if not configuration.variables or given.of_any(configuration.variables):
        return False
    return not (configuration.providers or configuration.has_backend())
