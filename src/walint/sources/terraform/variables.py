"""Input variables: how they are declared, and the values that a root module is given, in Terraform's order.

https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence - without the
environment variables TF_VAR_..., which are of this machine and not of the configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from walint.errors import WalintError
from walint.model.graph import Problem
from walint.model.value import Unknown
from walint.sources.discover import Candidate, Files
from walint.sources.terraform.budget import BudgetError
from walint.sources.terraform.config import Declared, Report, is_json
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.expressions import evaluate
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.hcl.decoding import decode
from walint.sources.terraform.hcl.parser import parse, parse_expression
from walint.sources.terraform.scope import Names
from walint.sources.terraform.types import parse_type
from walint.sources.terraform.unification import Type
from walint.sources.terraform.values import EvaluationError, OneOf, Sensitive, TerraformValue

_MOST_BYTES = 10 * 1024 * 1024
_PRIMITIVE = frozenset(("string", "number", "bool"))


class VariableFileError(WalintError):
    """A file of variable values that the user named cannot be read or understood."""


class Variable:
    """A declared variable.

    type       None where any type will do
    default    its expression and file; None where a value must be given
    allowed    the texts that its validation allows, where they are listed; () otherwise
    """

    __slots__ = ("allowed", "default", "name", "nullable", "sensitive", "type")

    def __init__(self, name: str, declared: Declared) -> None:
        """Raises `EvaluationError` for a type that cannot be understood."""
        attributes = declared.body.attributes
        self.name = name
        self.nullable = _flag(attributes, "nullable", default=True)
        self.sensitive = _flag(attributes, "sensitive", default=False)
        self.default = attributes.get("default")
        self.allowed = _allowed(name, declared)
        written = attributes.get("type")
        self.type: Type | None = None if written is None else parse_type(_type(*written))

    def unset(self, symbol: str) -> TerraformValue:
        """What stands for its value where none is given and there is no default."""
        if self.allowed:
            return OneOf(tuple((((symbol, text),), text) for text in self.allowed))
        reason = f"variable {self.name} has no value"
        return Unknown(reason, None, symbol, surely_set=not self.nullable)

    def settled(self, value: TerraformValue) -> TerraformValue:
        """A value as the variable's type takes it. Raises `EvaluationError` for one that it does not take."""
        inner = value.value if isinstance(value, Sensitive) else value
        if self.type is not None:
            inner = convert(inner, self.type)
        return Sensitive(inner) if self.sensitive or isinstance(value, Sensitive) else inner

    @property
    def takes_words(self) -> bool:
        """Whether a value on the command line is the text itself, and not an expression."""
        return self.type is None or self.type.kind in _PRIMITIVE


def _type(attribute: ast.Attribute, file: ast.File) -> ast.Expression:
    """The expression of a type constraint, which JSON holds in a text. Raises `EvaluationError`."""
    node = attribute.expression
    if not is_json(file) or not isinstance(node, ast.Literal) or not isinstance(node.value, str):
        return node
    found = parse_expression(node.value, node.start + 1)
    if isinstance(found, ast.SyntaxProblem):
        raise EvaluationError(found.message)
    return found


def _flag(attributes: Mapping[str, tuple[ast.Attribute, ast.File]], name: str, *, default: bool) -> bool:
    found = attributes.get(name)
    if found is None or not isinstance(found[0].expression, ast.Literal):
        return default
    return found[0].expression.value in {True, "true"}


def _allowed(name: str, declared: Declared) -> tuple[str, ...]:
    """The texts that `validation { condition = contains(["a", "b"], var.name) }` allows."""
    for block, _ in declared.body.named("validation"):
        found = block.body.attributes.get("condition")
        condition = found.expression if found else None
        if not (isinstance(condition, ast.Call) and condition.name == "contains" and len(condition.arguments) == 2):  # noqa: PLR2004
            continue
        listed, asked = condition.arguments
        if not (isinstance(asked, ast.GetAttr) and asked.name == name and isinstance(listed, ast.Tuple)):
            continue
        if isinstance(asked.object, ast.Variable) and asked.object.name == "var":
            texts = [item.value for item in listed.items if isinstance(item, ast.Literal) and type(item.value) is str]
            if texts and len(texts) == len(listed.items):
                return tuple(dict.fromkeys(texts))
    return ()


class Given:
    """The values that a root module is given. Names that it does not declare do no harm: files are shared."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[TerraformValue] | str] = {}
        """A value, or the words of `--var`."""
        self.beside: list[str] = []
        """The files of values in the module's own folder."""

    def take(self, given: ast.File | tuple[str, str]) -> None:
        """Adds the values of a file, or one; they win over earlier ones. Raises `EvaluationError`."""
        if isinstance(given, tuple):
            self._values[given[0]] = given[1]
            return
        scope = Names({})
        for name, attribute in given.body.attributes.items():
            self._values[name] = (evaluate(attribute.expression, scope),)

    def give(self, name: str, value: TerraformValue) -> None:
        """Adds a value that has been evaluated already (a plan has it); it wins over an earlier one."""
        self._values[name] = (value,)

    def of_any(self, names: Iterable[str]) -> bool:
        """Whether there is a value for one of the names."""
        return not self._values.keys().isdisjoint(names)

    def value(self, variable: Variable) -> tuple[TerraformValue] | None:
        """The value of a variable in a tuple, or None where none is given. Raises `EvaluationError`."""
        found = self._values.get(variable.name)
        if not isinstance(found, str):
            return found
        if variable.takes_words:
            return (found,)
        file = parse(f"value = {found}\n", f"--var {variable.name}")
        attribute = file.body.attributes.get("value")
        if file.problems or attribute is None:
            raise EvaluationError(f"--var {variable.name}={found} is no value of the variable's type")
        return (evaluate(attribute.expression, Names({})),)


def beside(folder: str, names: Iterable[str], files: Files, report: Report) -> list[ast.File]:
    """The files of a directory whose values Terraform takes by itself, parsed, in its order."""
    listed = set(names)
    first = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in listed]
    later = sorted(name for name in listed if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    found: list[ast.File] = []
    for name in [*first, *later]:
        path = Path(folder, name)
        if not files.inside(path):
            continue
        candidate = Candidate(path, files.shown(path))
        data = files.read(candidate)
        if data is None:
            continue
        file = parsed(data, candidate.shown)
        for problem in file.problems:
            span = file.span(problem.start, problem.end)
            report(Problem("error", file.path, problem.message, problem.help, span))
        found.append(file)
    return found


def named(path: Path) -> ast.File:
    """A file of variable values that the user names. Raises `VariableFileError`."""
    shown = str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise VariableFileError(f"cannot be read: {error.strerror}", where=shown) from None
    if len(data) > _MOST_BYTES:
        raise VariableFileError(f"is longer than {_MOST_BYTES:,} bytes", where=shown)
    file = parsed(data, shown)
    if file.problems:
        first = file.problems[0]
        raise VariableFileError(first.message, where=file.span(first.start, first.end), help=first.help)
    return file


def parsed(data: bytes, shown: str) -> ast.File:
    """A file of either syntax, by its name. What cannot be read in it is among its problems."""
    text = decode(data)
    if shown.endswith(".json"):
        from walint.sources.terraform.hcl.json_syntax import parse_json

        return parse_json(text, shown)
    return parse(text, shown)


def collected(beside: Iterable[ast.File], named: Iterable[ast.File | tuple[str, str]], report: Report) -> Given:
    """All values that a root module is given; a file that cannot be evaluated is reported."""
    given = Given()
    for each in (*beside, *named):
        try:
            given.take(each)
        except (EvaluationError, BudgetError) as error:
            where = each.path if isinstance(each, ast.File) else "--var"
            report(Problem("error", where, error.message, error.help))
    given.beside = [file.path for file in beside]
    return given
