"""What all modules of one root module share: its name in reports, its budget, and what is found on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from walint.model.graph import Problem, Unseen
from walint.model.value import Unknown
from walint.sources.terraform.budget import Budget, BudgetError
from walint.sources.terraform.expressions import evaluate
from walint.sources.terraform.files import MissingFileError, Sandbox
from walint.sources.terraform.values import EvaluationError, TerraformValue

if TYPE_CHECKING:
    from walint.model.span import Span
    from walint.sources.settings import SourceSettings
    from walint.sources.terraform.config import Configuration
    from walint.sources.terraform.hcl import ast
    from walint.sources.terraform.resource import TerraformResource
    from walint.sources.terraform.scope import Scope

MOST_MODULES = 1_000
"""Instances of modules in one root."""
MOST_RESOURCES = 20_000
"""Instances of resources in one root."""
DEEPEST = 20
"""Modules that call modules."""
_MOST_COMPLAINTS = 5


class Root:
    """One root module while it is evaluated.

    unit        its folder as reports show it
    folder      its absolute path
    fetch       gives the configuration of a folder, or says why there is none
    installed   the folders of the modules that `terraform init` fetched, by their key ("vpc", "app.db")
    """

    def __init__(
        self,
        unit: str,
        folder: str,
        settings: SourceSettings,
        sandbox: Sandbox,
        fetch: Callable[[str], Configuration | str],
        installed: dict[str, str],
    ) -> None:
        self.unit = unit
        self.folder = folder
        self.settings = settings
        self.sandbox = sandbox
        self.fetch = fetch
        self.installed = installed
        self.budget = Budget()
        self.resources: list[TerraformResource] = []
        self.problems: list[Problem] = []
        self.unseen: list[Unseen] = []
        self.folders: set[str] = set()
        """The folders whose files were used, as reports show them."""
        self.files: set[str] = set()
        """Those files."""
        self.left_out: dict[str, Span] = {}
        """Addresses of blocks that have no instance with these values."""
        self.undeclared: dict[str, dict[str, None]] = {}
        """Resources that are referred to and not declared, by the first file of the module."""
        self.modules = 0
        self.locked: int | None = None
        """The major version of the AWS provider in the lock file, -1 without one; None before somebody asked."""
        self._complaints: dict[tuple[Span, str], None] = {}

    def evaluate(self, node: ast.Expression, file: ast.File, scope: Scope) -> TerraformValue:
        """The value of an expression. What Terraform would refuse is unknown, and told once."""
        try:
            return evaluate(node, scope)
        except EvaluationError as error:
            if not isinstance(error, MissingFileError):
                self.complain(error.message, file.span(node.start, node.end))
            return Unknown(error.message)
        except BudgetError as error:
            self.complain(error.message, file.span(node.start, node.end))
            return Unknown(f"this is not evaluated: {error.message}")
        except RecursionError:
            message = "this is nested too deeply to be evaluated"
            self.complain(message, file.span(node.start, node.end))
            return Unknown(message)

    def complain(self, message: str, span: Span) -> None:
        """Notes something that Terraform would refuse, or that walint gives up on."""
        self._complaints[span, message] = None

    def cycle(self, message: str, span: Span) -> None:
        """Reports a value that needs itself: Terraform evaluates nothing of such a configuration."""
        problem = Problem("error", span.path, message, "break the cycle: Terraform stops at it", span)
        if problem not in self.problems:
            self.problems.append(problem)

    def error(self, message: str, span: Span, help_: str | None = None) -> None:
        """Reports something without which the root is not wholly judged."""
        self.problems.append(Problem("error", span.path, message, help_, span))

    def note(self, message: str, span: Span, help_: str | None = None) -> None:
        """Tells something."""
        self.problems.append(Problem("note", span.path, message, help_, span))

    def finish(self) -> None:
        """Turns what was collected into problems."""
        complaints = list(self._complaints)
        for span, message in complaints[:_MOST_COMPLAINTS]:
            self.note(f"cannot be evaluated: {message}", span)
        if len(complaints) > _MOST_COMPLAINTS:
            span = complaints[_MOST_COMPLAINTS][0]
            more = len(complaints) - _MOST_COMPLAINTS
            self.note(f"{more} more expressions of {self.unit} cannot be evaluated; they count as unknown", span)
        for path, addresses in self.undeclared.items():
            verb = "is" if len(addresses) == 1 else "are"
            message = f"{_listed(addresses)} {verb} referred to and not declared; Terraform would stop"
            self.problems.append(Problem("note", path, message))
        self._tell_left_out()

    def _tell_left_out(self) -> None:
        if not self.left_out:
            return
        names = _listed(self.left_out)
        count = "1 block has" if len(self.left_out) == 1 else f"{len(self.left_out)} blocks have"
        message = f"{count} no instance with these variable values, and nothing to judge ({names})"
        self.note(message, next(iter(self.left_out.values())), "give other values with --var or --var-file to judge it")


def _listed(names: Collection[str]) -> str:
    return ", ".join(list(names)[:_MOST_COMPLAINTS]) + (", ..." if len(names) > _MOST_COMPLAINTS else "")
