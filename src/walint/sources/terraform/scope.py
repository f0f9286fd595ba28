"""What an expression may ask for: names, files, and what is left of the budget."""

from __future__ import annotations

from typing import Protocol

from walint.model.value import Unknown
from walint.sources.terraform.budget import Budget
from walint.sources.terraform.values import EvaluationError, TerraformValue


class Files(Protocol):
    """The files that Terraform's functions may read. Nothing outside the git root is ever read.

    A path is as written, so relative to `path.cwd`: the folder of the root module. `Unknown` says why a file is not
    read (it lies outside, it is too large, a link leads out); `EvaluationError` is raised for one that is not there.
    """

    def read(self, path: str) -> str | bytes | Unknown:
        """The contents: text, or bytes where it is not valid UTF-8."""

    def exists(self, path: str) -> bool | Unknown:
        """Whether it is a regular file."""

    def matching(self, path: str, pattern: str) -> tuple[str, ...] | Unknown:
        """The files below a folder whose path, relative to it, matches a glob pattern, sorted (`fileset`)."""


class Scope(Protocol):
    """The surroundings of an expression. Whoever evaluates makes one per module instance; `for` makes inner ones."""

    @property
    def budget(self) -> Budget:
        """What the root module may still cost."""

    @property
    def files(self) -> Files | None:
        """The files it may read; None where there are none (then the file functions are unknown)."""

    def lookup(self, name: str) -> TerraformValue | None:
        """The value of a root name (`var`, `local`, `each`, a resource type), or None where there is no such name.

        No root name is null, so None says one thing only. A variable of a `for` may be null: `find` tells the two
        apart.
        """


class Names:
    """A scope of fixed names: a template file sees nothing else."""

    __slots__ = ("budget", "files", "names")

    def __init__(
        self, names: dict[str, TerraformValue], budget: Budget | None = None, files: Files | None = None
    ) -> None:
        self.names = names
        self.budget = Budget() if budget is None else budget
        self.files = files

    def lookup(self, name: str) -> TerraformValue | None:
        """The value of a name."""
        return self.names.get(name)


class Inner(Names):
    """A scope with some more names: the variables of a `for`. `item` is what the innermost splat is at."""

    __slots__ = ("item", "outer")

    def __init__(self, outer: Scope, names: dict[str, TerraformValue], item: TerraformValue = None) -> None:
        self.outer = outer
        self.names = names
        self.item = item
        self.budget = outer.budget
        self.files = outer.files

    def lookup(self, name: str) -> TerraformValue | None:
        """The value of a name, here or further out."""
        return self.names[name] if name in self.names else self.outer.lookup(name)


def find(scope: Scope, name: str) -> TerraformValue:
    """The value of a name. Raises `EvaluationError` where nothing has it."""
    while isinstance(scope, Names):
        if name in scope.names:
            return scope.names[name]
        if type(scope) is not Inner:
            break
        scope = scope.outer
    else:
        value = scope.lookup(name)
        if value is not None:
            return value
    raise EvaluationError(f"there is nothing called {name} here")
