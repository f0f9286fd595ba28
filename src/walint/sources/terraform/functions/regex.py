"""`regex`, `regexall`, and `replace` with a regular expression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from walint.patterns import lazy
from walint.sources.terraform.regex.program import Program
from walint.sources.terraform.regex.search import search
from walint.sources.terraform.regex.syntax import compiled
from walint.sources.terraform.scope import Scope
from walint.sources.terraform.values import EvaluationError, ListOf, TerraformValue

_compiled = lru_cache(maxsize=256)(compiled)
_REFERENCE = lazy(r"\$(?:(\$)|(\w+)|\{(\w+)\})", 256)


def _matches(scope: Scope, program: Program, text: str) -> Iterator[list[int | None]]:
    """All matches one after the other. An empty one does not follow directly on another."""
    place = 0
    last = -1
    while place <= len(text):
        found = search(program, text, place, scope.budget.spend)
        if found is None:
            return
        start, end = found[0] or 0, found[1] or 0
        if end > start or start != last:
            yield found
            last = end
        place = end + 1 if end == start else end


def _result(program: Program, text: str, found: list[int | None]) -> TerraformValue:
    """The match itself; its groups as a tuple; or by their names as an object."""
    pieces = [_piece(text, found, 2 * group) for group in range(len(found) // 2)]
    names = program.groups
    if not names:
        return pieces[0]
    if all(name is None for name in names):
        return tuple(pieces[1:])
    if None in names:
        raise EvaluationError("a regular expression has both named and unnamed groups")
    by_name = {str(name): piece for name, piece in zip(names, pieces[1:], strict=True)}
    return {name: by_name[name] for name in sorted(by_name)}


def _piece(text: str, found: list[int | None], slot: int) -> str | None:
    start, end = found[slot], found[slot + 1]
    return None if start is None or end is None else text[start:end]


def _regex(scope: Scope, pattern: str, text: str) -> TerraformValue:
    program = _compiled(pattern)
    found = search(program, text, 0, scope.budget.spend)
    if found is None:
        raise EvaluationError("the regular expression does not match")
    return _result(program, text, found)


def _regexall(scope: Scope, pattern: str, text: str) -> TerraformValue:
    program = _compiled(pattern)
    return ListOf(_result(program, text, found) for found in _matches(scope, program, text))


def replace(scope: Scope, text: str, pattern: str, replacement: str) -> TerraformValue:
    """A text with every match replaced; `$1` and `${name}` stand for groups."""
    program = _compiled(pattern)
    pieces: list[str] = []
    place = 0
    length = 0
    for found in _matches(scope, program, text):
        start = found[0] or 0
        pieces += [text[place:start], _expanded(program, text, found, replacement)]
        place = found[1] or 0
        length += len(pieces[-1])
        scope.budget.text(length)
    return "".join((*pieces, text[place:]))


def _expanded(program: Program, text: str, found: list[int | None], replacement: str) -> str:
    if "$" not in replacement:
        return replacement
    numbers = {name: place + 1 for place, name in enumerate(program.groups) if name is not None}

    def group(name: str) -> str:
        number = int(name[:9]) if name.isdigit() else numbers.get(name, -1)
        return (_piece(text, found, 2 * number) or "") if 0 <= number < len(found) // 2 else ""

    return _REFERENCE.sub(lambda match: "$" if match[1] else group(match[2] or match[3]), replacement)


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {"regex": _regex, "regexall": _regexall}
