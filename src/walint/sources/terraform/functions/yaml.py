"""`yamlencode` and `yamldecode`: YAML 1.2 in the dialect of Terraform (go-cty-yaml)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from walint.model.value import Reference
from walint.patterns import lazy
from walint.sources.terraform import numeric
from walint.sources.terraform.functions.contents import is_open
from walint.sources.terraform.functions.json import quoted
from walint.sources.terraform.scope import Scope
from walint.sources.terraform.unknowns import pending, plain, symbol_of_call
from walint.sources.terraform.values import EvaluationError, JsonText, TerraformValue

if TYPE_CHECKING:
    import yaml

_INTEGER = lazy(r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)")
_FLOAT = lazy(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BARE = lazy(r"[A-Za-z_][\w./-]*", 256)
_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys("true True TRUE y Y yes Yes YES on On ON".split(), True),
    **dict.fromkeys("false False FALSE n N no No NO off Off OFF".split(), False),
}
_MOST_NODES: Final = 50_000
_LINE: Final = "\n"


def _yamldecode(scope: Scope, text: TerraformValue) -> TerraformValue:
    if isinstance(text, JsonText):
        return text.value
    if not isinstance(text, str):
        return pending(symbol_of_call("yamldecode", [text]), text)
    import yaml

    scope.budget.text(len(text))
    try:
        documents = yaml.compose_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        node = next(documents, None)
        if next(documents, None) is not None:
            raise EvaluationError("yamldecode takes one document")
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise EvaluationError(f"this is not YAML: {str(error).partition(_LINE)[0]}") from None
    return None if node is None else _Reader(scope).value(node, ())


class _Reader:
    """Makes values of YAML's nodes. Aliases may make many of few nodes, so each visit is paid for."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def value(self, node: yaml.Node, inside: tuple[int, ...]) -> TerraformValue:
        """The value of a node; `inside` are the nodes around it."""
        import yaml

        self.scope.budget.spend(1)
        if id(node) in inside:
            raise EvaluationError("a YAML alias refers to what it is in")
        inside = (*inside, id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.value(each, inside) for each in node.value)
        members: dict[str, TerraformValue] = {}
        merged: dict[str, TerraformValue] = {}
        for key, each in node.value:
            value = self.value(each, inside)
            if key.tag == "tag:yaml.org,2002:merge":
                for one in value if isinstance(value, tuple) else (value,):
                    if not isinstance(one, dict):
                        raise EvaluationError("a YAML merge key needs a mapping")
                    merged = {**one, **merged}
                continue
            name = self._name(key)
            if name in members:
                raise EvaluationError(f"the YAML has the key {name} twice")
            members[name] = value
        members = {**merged, **members}
        return {name: members[name] for name in sorted(members)}

    def _name(self, key: yaml.Node) -> str:
        import yaml

        if not isinstance(key, yaml.ScalarNode):
            raise EvaluationError("a YAML key must be text")
        value = self._scalar(key)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (int, float)):
            return numeric.text(value)
        if not isinstance(value, str):
            raise EvaluationError("a YAML key must be text")
        return value

    def _scalar(self, node: yaml.ScalarNode) -> TerraformValue:
        text = str(node.value)
        tag = str(node.tag).removeprefix("tag:yaml.org,2002:")
        if node.style in {"'", '"', "|", ">"} or tag in {"str", "binary"} and node.style:
            return text
        if text in _WORDS:
            return _WORDS[text]
        plain_text = text.replace("_", "")
        if _INTEGER.fullmatch(text):
            return _integer(plain_text)
        if _FLOAT.fullmatch(text):
            number = numeric.parse(_completed(text))
            return text if number is None else number
        if text.lstrip("+-").lower() in {".inf", ".nan"}:
            raise EvaluationError("the YAML has a number that is not finite")
        return text


def _integer(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-")
    if digits.startswith("0x"):
        return sign * int(digits[2:], 16)
    if digits.startswith("0b"):
        return sign * int(digits[2:], 2)
    if digits.startswith("0") and len(digits) > 1:
        digits = digits.removeprefix("0o")
        return sign * int(digits, 8 if set(digits) <= set("01234567") else 10)
    return sign * int(digits)


def _completed(text: str) -> str:
    """A number with a digit on both sides of its point, as HCL writes it."""
    sign = text[:1] if text[:1] in "+-" else ""
    rest = text[len(sign) :]
    if rest.startswith("."):
        rest = "0" + rest
    return sign + rest.replace(".e", ".0e").replace(".E", ".0E") + ("0" if rest.endswith(".") else "")


def _yamlencode(scope: Scope, value: TerraformValue) -> TerraformValue:
    value = plain(value)
    if is_open(value):
        return pending(symbol_of_call("yamlencode", [value]), value)
    lines: list[str] = []
    _block(value, "", lines)
    text = "\n".join(lines) + "\n"
    scope.budget.text(len(text))
    return text


def _block(value: TerraformValue, indent: str, lines: list[str]) -> None:
    """Adds a value's lines. The first line has no indentation of its own: it follows a dash or a key."""
    if isinstance(value, dict) and value:
        for name in sorted(value):
            _member(f"{indent}{quoted(name)}:", value[name], indent, lines)
    elif isinstance(value, tuple) and value:
        for item in value:
            inner: list[str] = []
            _block(item, indent + "  ", inner)
            lines.append(f"{indent}- {inner[0].removeprefix(indent + '  ')}")
            lines.extend(inner[1:])
    else:
        lines.append(indent + _flow(value, indent))


def _member(start: str, value: TerraformValue, indent: str, lines: list[str]) -> None:
    if isinstance(value, dict) and value:
        lines.append(start)
        _block(value, indent + "  ", lines)
    elif isinstance(value, tuple) and value:
        lines.append(start)
        _block(value, indent, lines)
    else:
        lines.append(f"{start} {_flow(value, indent + '  ')}")


def _flow(value: TerraformValue, indent: str) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return numeric.text(value)
    if isinstance(value, (tuple, dict)):
        return "[]" if isinstance(value, tuple) else "{}"
    text = value.text or "" if isinstance(value, Reference) else str(value)
    if "\n" in text and text.strip("\n") and text.isprintable() is False and _literal(text):
        body = text.rstrip("\n").split("\n")
        mark = "|" if text.endswith("\n") and not text.endswith("\n\n") else "|+" if text.endswith("\n") else "|-"
        return mark + "".join(f"\n{indent}{line}" if line else "\n" for line in body)
    return quoted(text).replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&")


def _literal(text: str) -> bool:
    return all(line.isprintable() for line in text.split("\n")) and not text.startswith((" ", "\n"))


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {"yamlencode": _yamlencode, "yamldecode": _yamldecode}
