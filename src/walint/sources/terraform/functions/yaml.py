"""`yamlencode` and `yamldecode`: YAML 1.2 in the dialect of Terraform (go-cty-yaml)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from walint.model.value import Reference
from walint.patterns import lazy
from walint.sources.terraform import numeric
from walint.sources.terraform.functions.contents import is_open
from walint.sources.terraform.scope import Scope
from walint.sources.terraform.unknowns import maybe_null, pending, plain, symbol_of_call
from walint.sources.terraform.values import EvaluationError, JsonText, TerraformValue

if TYPE_CHECKING:
    import yaml

_INTEGER = lazy(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = lazy(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TIME = lazy(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:[Tt]|[ ]+)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(\.[0-9]*)?(?:Z|([+-])([0-9]{2}):([0-9]{2}))?)?"
)
_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_SPECIAL = lazy("[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_SHORT: Final = {
    "\0": "0",
    "\a": "a",
    "\b": "b",
    "\t": "t",
    "\n": "n",
    "\v": "v",
    "\f": "f",
    "\r": "r",
    "\x1b": "e",
    '"': '"',
    "\\": "\\",
    "\x85": "N",
    "\u2028": "L",
    "\u2029": "P",
}
_WIDTH: Final = 80
_LINE: Final = "\n"
_QUOTED: Final = {"'", '"', "|", ">"}


def _yamldecode(scope: Scope, text: TerraformValue) -> TerraformValue:
    if isinstance(text, JsonText):
        return text.value
    if not isinstance(text, str):
        return maybe_null(pending(symbol_of_call("yamldecode", [text]), text))
    import yaml

    scope.budget.text(len(text))
    try:
        documents = yaml.compose_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        node = next(documents, None)
        if next(documents, None) is not None:
            raise EvaluationError("yamldecode takes one document")
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise EvaluationError(f"this is not YAML: {str(error).partition(_LINE)[0]}") from None
    if node is None:
        raise EvaluationError("this is not YAML: it is empty")
    return _Reader(scope, text).value(node, ())


class _Reader:
    """Makes values of YAML's nodes. Aliases may make many of few nodes, so each visit is paid for."""

    def __init__(self, scope: Scope, text: str) -> None:
        self.scope = scope
        self.text = text

    def value(self, node: yaml.Node, inside: tuple[int, ...]) -> TerraformValue:
        """The value of a node; `inside` are the nodes around it."""
        import yaml

        self.scope.budget.spend(1)
        if id(node) in inside:
            raise EvaluationError("a YAML alias refers to what it is in")
        inside = (*inside, id(node))
        if not str(node.tag).startswith("tag:yaml.org,2002:"):
            raise EvaluationError(f"yamldecode does not know the tag {node.tag}")
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

    def _said_to_be_text(self, node: yaml.ScalarNode) -> bool:
        return str(node.tag) == "tag:yaml.org,2002:str" and self.text.startswith("!", node.start_mark.index)

    def _scalar(self, node: yaml.ScalarNode) -> TerraformValue:
        text = str(node.value)
        if node.style in _QUOTED or self._said_to_be_text(node):
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text, 0) if text.startswith(("0o", "0x")) else (numeric.parse(text) or 0)
        if _FLOAT.fullmatch(text):
            return numeric.parse(text)
        if (time := _TIME.fullmatch(text)) is not None:
            return _moment(text, time.groups())
        if text.lstrip("+-").lower() in {".inf", ".nan"}:
            raise EvaluationError("the YAML has a number that is not finite")
        return text


def _moment(text: str, groups: tuple[str | None, ...]) -> str:
    """A time, as RFC 3339 writes it."""
    from datetime import datetime, timedelta, timezone

    from walint.sources.terraform.functions.dates import shown

    *numbers, _, sign, hours, minutes = groups
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
        zone = timezone(-offset if sign == "-" else offset)
        return shown(datetime(year, month, day, hour, minute, second, tzinfo=zone))
    except ValueError:
        return text


def _yamlencode(scope: Scope, value: TerraformValue) -> TerraformValue:
    value = plain(value)
    if is_open(value):
        return pending(symbol_of_call("yamlencode", [value]), value)
    lines: list[str] = []
    _block(value, "", lines)
    if value is None or isinstance(value, (bool, int, float)):
        # A bare word at the top is ended, so that whoever reads a stream knows that no more of it comes.
        lines.append("...")
    text = "\n".join(lines) + "\n"
    scope.budget.text(len(text))
    return text


def _block(value: TerraformValue, indent: str, lines: list[str]) -> None:
    """Adds a value's lines. The first line of what is no collection follows a dash, or stands alone."""
    if isinstance(value, dict) and value:
        for name in sorted(value):
            _member(f"{indent}{_quoted(name)}:", value[name], indent, lines)
    elif isinstance(value, tuple) and value:
        for item in value:
            inner: list[str] = []
            _block(item, indent + "  ", inner)
            lines.append(f"{indent}- {inner[0].removeprefix(indent + '  ')}")
            lines.extend(inner[1:])
    else:
        lines.append(indent + _scalar(value, indent or "  ", len(indent)))


def _member(start: str, value: TerraformValue, indent: str, lines: list[str]) -> None:
    if isinstance(value, dict) and value:
        lines.append(start)
        _block(value, indent + "  ", lines)
    elif isinstance(value, tuple) and value:
        lines.append(start)
        _block(value, indent, lines)
    else:
        lines.append(f"{start} {_scalar(value, indent + '  ', len(start) + 1)}")


def _scalar(value: TerraformValue, indent: str, column: int) -> str:
    """What is no collection, or an empty one. `indent` is for further lines, `column` where the first one begins."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return numeric.text(value)
    if isinstance(value, (tuple, dict)):
        return "[]" if isinstance(value, tuple) else "{}"
    text = value.text or "" if isinstance(value, Reference) else str(value)
    if "\n" in text and " \n" not in text and not text.endswith(" ") and _SPECIAL.search(text) is None:
        return _literal(text, indent)
    return _quoted(text, indent, column)


def _literal(text: str, indent: str) -> str:
    """A text of several lines as it is, behind a mark that tells what becomes of the line ends behind it."""
    ended = text.endswith("\n")
    hint = "2" if text[0] in " \n" else ""
    if not ended or text == "\n" or text.endswith("\n\n"):
        hint += "+" if ended else "-"
    lines = text.removesuffix("\n").split("\n")
    return f"|{hint}" + "".join(f"\n{indent}{line}" if line else "\n" for line in lines)


def _quoted(text: str, indent: str = "", column: int = 0) -> str:
    """A text between quotes. With an indentation given, lines are broken at a space behind the 80th column."""
    pieces: list[str] = ['"']
    column += 1
    spaces = False
    for place, character in enumerate(text):
        if character == " " and indent and not spaces and column > _WIDTH and 0 < place < len(text) - 1:
            pieces.append(f"\n{indent}" + ("\\" if text[place + 1] == " " else ""))
            column = len(indent)
            spaces = True
            continue
        piece = _escaped(character) if _SPECIAL.match(character) or character in '"\\\n' else character
        pieces.append(piece)
        column += len(piece)
        spaces = character == " "
    pieces.append('"')
    return "".join(pieces)


def _escaped(character: str) -> str:
    code = ord(character)
    if character in _SHORT:
        return "\\" + _SHORT[character]
    if code <= 0xFF:  # noqa: PLR2004 - two digits
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004 - four digits


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {"yamlencode": _yamlencode, "yamldecode": _yamldecode}
