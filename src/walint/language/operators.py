"""The test words of the rule language: each a named, typed, documented operator on one value.

An operator is built once per rule from its argument and answers for a settled value (never alternatives): True,
False, or the reason why it cannot be told. `in_force` says whether AWS's default counts as the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import translate
from typing import NamedTuple, TypeAlias

from walint.catalog import runtimes
from walint.catalog.identity import identity_of
from walint.language import images, metrics, queues, zones
from walint.language.explain import literal, one_of
from walint.language.jsontext import from_json
from walint.language.naming import could_be
from walint.language.scope import Scope, parse_path
from walint.language.truth import Answer, Judgement
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value

Argument: TypeAlias = object
Ask: TypeAlias = Callable[[Value, Scope], Answer]


@dataclass(frozen=True, slots=True)
class Test:
    """A compiled operator: what it expects, in words, and the question it asks of a value."""

    __test__ = False  # not a test case of pytest's

    expected: str
    ask: Ask
    in_force: bool = True
    judge: Callable[[Value, Scope], Judgement] | None = None
    """Asked instead of `ask` by an operator that words its own facts."""
    detail: Callable[[Value], str] | None = None
    """What a message adds to the value that was found."""


class Operator(NamedTuple):
    """A word of the language: how it is documented, which argument it takes and how it is built.

    `argument` is one of "scalar", "number", "text", "list", "true", "test", "above", "fields",
    "days", "keyed", "tags", "times", "zones".
    """

    name: str
    argument: str
    doc: str
    build: Callable[[Argument], Test]


def _open(value: Value) -> str:
    """Why a value that is not known cannot be compared."""
    match value:
        case Unknown(reason):
            return reason
        case Reference(target, attribute):
            name = target.rpartition("#")[2]
            return f"it is what AWS makes of {name if attribute == 'Ref' else name + '.' + attribute}"
        case Text(pieces):
            return next((_open(piece) for piece in pieces if not isinstance(piece, str)), "it is only partly known")
        case Alternatives():
            return "it depends on a condition"
        case _:
            return "it is not a plain value"


def _same(data: object, expected: object) -> bool:
    """Equality as CloudFormation sees it: "true" is true and "7" is 7."""
    if isinstance(expected, bool):
        return data is expected if isinstance(data, bool) else str(data).lower() == literal(expected)
    if isinstance(data, bool):
        return literal(data) == str(expected).lower()
    number = _number(expected)
    if number is not None and (other := _number(data)) is not None:
        return number == other
    return str(data) == str(expected)


def _number(data: object) -> float | None:
    if isinstance(data, bool) or data is None:
        return None
    try:
        return float(data)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _could_equal(text: Text, expected: object) -> bool:
    """Whether a partly known text can still turn out to be the expected one."""
    if isinstance(expected, bool):
        pieces = tuple(piece.lower() if isinstance(piece, str) else piece for piece in text.pieces)
        return could_be(pieces, literal(expected))
    return _number(expected) is not None or could_be(text.pieces, str(expected))


# What the pseudo-parameters of an ARN can be. Regions are told by their shape: see `_spellings`.
_PSEUDO_PARAMETERS = {
    "AWS::Partition": ("aws", "aws-cn", "aws-us-gov"),
    "AWS::Region": ("us-east-1", "eu-west-3", "ap-southeast-2", "cn-north-1", "us-gov-west-1"),
    "AWS::AccountId": ("123456789012",),
    "AWS::URLSuffix": ("amazonaws.com", "amazonaws.com.cn"),
}


def _spellings(text: Text) -> list[str]:
    """A partly known text with its region, account and partition filled in by examples; [] when more is unknown.

    Enough to say that a pattern of names cannot match: neither regions nor account numbers hold names of layers.
    """
    spelled = [""]
    for piece in text.pieces:
        if isinstance(piece, str):
            options: Sequence[str] = (piece,)
        elif isinstance(piece, Unknown) and piece.symbol is not None:
            options = _PSEUDO_PARAMETERS.get(piece.symbol.rpartition("#")[2], ())
        else:
            return []
        spelled = [start + option for start in spelled for option in options][:64]
    return spelled


def _equals(argument: Argument) -> Ask:
    def ask(value: Value, _scope: Scope) -> Answer:
        match value:
            case Known(data) if not isinstance(data, (Mapping, list, tuple)):
                return _same(data, argument)
            case Known() | Absent():
                return False
            case Reference(text=str(text)):
                return _same(text, argument)
            case Text() if not _could_equal(value, argument):
                return False
            case _:
                return _open(value)

    return ask


def _one_of(argument: Argument) -> Ask:
    asks = [_equals(item) for item in _list(argument)]
    return lambda value, scope: _any(ask(value, scope) for ask in asks)


def _any(answers: object) -> Answer:
    reason: Answer = False
    for answer in answers:  # type: ignore[attr-defined]
        if answer is True:
            return True
        if answer is not False:
            reason = answer
    return reason


def _all(answers: object) -> Answer:
    reason: Answer = True
    for answer in answers:  # type: ignore[attr-defined]
        if answer is False:
            return False
        if answer is not True:
            reason = answer
    return reason


def _negated(ask: Ask) -> Ask:
    def negated(value: Value, scope: Scope) -> Answer:
        answer = ask(value, scope)
        return not answer if isinstance(answer, bool) else answer

    return negated


def _list(argument: Argument) -> Sequence[object]:
    return argument if isinstance(argument, (list, tuple)) else (argument,)


def _comparison(compare: Callable[[float, float], bool]) -> Callable[[Argument], Ask]:
    def build(argument: Argument) -> Ask:
        bound = _number(argument)
        assert bound is not None, argument  # noqa: S101 - the rule's loader has checked that it is a number

        def ask(value: Value, _scope: Scope) -> Answer:
            match value:
                case Known(data):
                    number = _number(data)
                    return compare(number, bound) if number is not None else "it is not a number"
                case Absent():
                    return False
                case _:
                    return _open(value)

        return ask

    return build


def _matches(argument: Argument) -> Ask:
    pattern = re.compile(str(argument), re.IGNORECASE)
    anchored = re.search(r"[\^$]|\(\?|\\[bBAZ]", str(argument)) is not None

    def ask(value: Value, _scope: Scope) -> Answer:
        match value:
            case Known(data) if not isinstance(data, (Mapping, list, tuple)):
                return pattern.search(literal(data)) is not None
            case Known() | Absent():
                return False
            case Reference(text=str(text)):
                return pattern.search(text) is not None
            case Text(pieces) if not anchored and any(isinstance(p, str) and pattern.search(p) for p in pieces):
                return True
            case Text() if (spellings := _spellings(value)) and not any(map(pattern.search, spellings)):
                return False
            case _:
                return _open(value)

    return ask


def _like(argument: Argument) -> Ask:
    globs = [_Glob(str(glob)) for glob in _list(argument)]
    return lambda value, _scope: _any(glob.ask(value) for glob in globs)


class _Glob:
    """A shell-style pattern that can also rule itself out for a partly known text, by its literal start and end."""

    def __init__(self, glob: str) -> None:
        self._pattern = re.compile(translate(glob), re.IGNORECASE)
        self._start = re.split(r"[*?\[]", glob, maxsplit=1)[0].lower()
        self._end = re.split(r"[*?\]]", glob)[-1].lower()
        self._simple = glob.count("*") == 1 and not re.search(r"[?\[]", glob)

    def ask(self, value: Value) -> Answer:
        match value:
            case Known(data) if not isinstance(data, (Mapping, list, tuple)):
                return self._pattern.match(literal(data)) is not None
            case Known() | Absent():
                return False
            case Reference(text=str(text)):
                return self._pattern.match(text) is not None
            case Text(pieces):
                return self._ask_text(pieces, value)
            case _:
                return _open(value)

    def _ask_text(self, pieces: tuple[str | Unknown | Reference, ...], value: Text) -> Answer:
        first, last = pieces[0], pieces[-1]
        starts = _starts(first.lower(), self._start) if isinstance(first, str) else (True if not self._start else None)
        ends = _ends(last.lower(), self._end) if isinstance(last, str) else (True if not self._end else None)
        if starts is False or ends is False:
            return False
        return True if starts and ends and self._simple else _open(value)


def _starts(text: str, start: str) -> bool | None:
    if text.startswith(start):
        return True
    return None if start.startswith(text) else False


def _ends(text: str, end: str) -> bool | None:
    if text.endswith(end):
        return True
    return None if end.endswith(text) else False


def _members(value: Value) -> tuple[Sequence[Value], str | None] | None:
    """The items of a known list, and why there may be more; None when it is no list."""
    match value:
        case Known(data, rest=rest) if isinstance(data, Sequence) and not isinstance(data, str):
            return data, rest.reason if rest else None
        case _:
            return None


def _contains_test(test: Test) -> Ask:
    def ask_item(item: Value, scope: Scope) -> Answer:
        if isinstance(item, Alternatives):
            answers = [ask_item(choice.value, scope) for choice in scope.context.possible(item)]
            return answers[0] if answers and all(a is answers[0] for a in answers) else "it depends on a condition"
        return test.ask(item, scope)

    def ask(value: Value, scope: Scope) -> Answer:
        members = _members(value)
        if members is None:
            return False if isinstance(value, (Absent, Known)) and not _is_text(value) else _contained(value, scope)
        items, more = members
        answer = _any(ask_item(item, scope) for item in items)
        return more if answer is False and more else answer

    def _contained(value: Value, scope: Scope) -> Answer:
        return test.ask(value, scope) if _is_text(value) else _open(value)

    return ask


def _is_text(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.data, str)


def contains(test: Test) -> Test:
    """The `contains: {test}` operator: a list that has an item which passes the test."""
    return Test(f"an item that is {test.expected}", _contains_test(test))


def _contains(argument: Argument) -> Ask:
    items = _contains_test(Test(literal(argument), _equals(argument)))
    text = str(argument)

    def ask(value: Value, scope: Scope) -> Answer:
        match value:
            case Known(str() as data):
                return text in data
            case Text(pieces):
                return True if any(isinstance(p, str) and text in p for p in pieces) else _open(value)
            case _:
                return items(value, scope)

    return ask


def _contains_all(argument: Argument) -> Ask:
    asks = [_contains(item) for item in _list(argument)]
    return lambda value, scope: _all(ask(value, scope) for ask in asks)


def _contains_each(argument: Argument) -> Test:
    key, values = str(argument["key"]), _list(argument["values"])  # type: ignore[index]
    tests = [Test(literal(item), _at(key, _equals(item))) for item in values]
    asks = [_contains_test(test) for test in tests]
    words = f"all of {one_of(values).replace(' or ', ' and ')} as {key}"
    return Test(words, lambda value, scope: _all(ask(value, scope) for ask in asks))


def _at(key: str, ask: Ask) -> Ask:
    """The same question, asked of what an item of a list has at a key."""

    def asked(item: Value, scope: Scope) -> Answer:
        member = scope.item(item, ()).read((key,))
        if not isinstance(member, Alternatives):
            return ask(member, scope)
        answers = [ask(choice.value, scope) for choice in scope.context.possible(member)]
        return answers[0] if answers and all(a is answers[0] for a in answers) else "it depends on a condition"

    return asked


def _spans_zones(argument: Argument) -> Test:
    least = int(_number(argument["min"]) or 1)  # type: ignore[index]
    return Test(f"subnets in {least} zones or more", lambda value, scope: zones.spans_zones(value, scope, least))


def _pinned_image(argument: Argument) -> Test:
    tags = [str(tag) for tag in _list(argument["mutable_tags"])]  # type: ignore[index]
    return Test("a digest or a tag that does not move", lambda value, scope: images.pinned(value, scope, tags))


def _outlasts_consumers(argument: Argument) -> Test:
    times = _number(argument["times"]) or 1.0  # type: ignore[index]
    return Test(
        f"{times:g} times the timeout of the functions that poll the queue",
        _present,
        judge=lambda value, scope: queues.outlasts_consumers(value, scope, times),
    )


def _is_there(member: Value, scope: Scope) -> Answer:
    """Whether a member of a list or map is really there: not taken away by a condition, nor left empty."""
    if isinstance(member, Alternatives):
        answers = [_is_there(choice.value, scope) for choice in scope.context.possible(member)]
        return answers[0] if answers and all(a is answers[0] for a in answers) else "it depends on a condition"
    if isinstance(member, Unknown) and not member.surely_set:
        return member.reason
    return not isinstance(member, Absent) and not (isinstance(member, Known) and member.data is None)


def _some_there(members: Iterable[Value], rest: str | None, scope: Scope) -> Answer:
    answer = _any(_is_there(member, scope) for member in members)
    return rest if answer is False and rest is not None else answer


def _not_empty(_argument: Argument) -> Ask:
    def ask(value: Value, scope: Scope) -> Answer:
        members = _members(value)
        if members is not None:
            return _some_there(*members, scope)
        match value:
            case Known(Mapping() as data, rest=rest):
                return _some_there(data.values(), rest.reason if rest else None, scope)
            case Known(data):
                return data != ""
            case Absent():
                return False
            case Reference():
                return True
            case Text(pieces) if any(isinstance(piece, str) and piece for piece in pieces):
                return True
            case _:
                return _open(value)

    return ask


def _has_any_key(argument: Argument) -> Ask:
    names = [str(name) for name in _list(argument)]

    def ask(value: Value, scope: Scope) -> Answer:
        match from_json(value) or value:
            case Known(Mapping() as data, rest=rest):
                members = [data[name] for name in names if name in data]
                hidden = rest is not None and len(members) < len(names)
                return _some_there(members, rest.reason if rest and hidden else None, scope)
            case Absent() | Known():
                return False
            case _:
                return _open(value)

    return ask


def _above(argument: Argument) -> Test:
    assert isinstance(argument, Mapping)  # noqa: S101 - the rule's loader has checked it
    other, percent = str(argument["property"]), _number(argument.get("percent", 0)) or 0.0
    path = parse_path(other)

    def ask(value: Value, scope: Scope) -> Answer:
        base = scope.read_in_force(path)
        if isinstance(value, Absent):
            return False
        for each in (value, base):
            if not isinstance(each, (Known, Absent)):
                return _open(each)
        if isinstance(base, Absent):
            return True
        mine, theirs = _number(value.data), _number(base.data)  # type: ignore[union-attr]
        if mine is None or theirs is None:
            return "it is not a number"
        return mine > theirs and mine * 100 >= theirs * (100 + percent)

    return Test(f"at least {percent:g} % above {other}", ask)


_CONTEXT_VARIABLE = re.compile(r"\$context\.[A-Za-z0-9_.]+")


def _json_log_format(argument: Argument) -> Test:
    """Each entry of `fields` is the name of a $context variable, or several ("a|b"), one of which is enough."""
    fields = [str(name).split("|") for name in _list(argument["fields"])]  # type: ignore[index]

    def ask(value: Value, _scope: Scope) -> Answer:
        match value:
            case Known(str() as text):
                pass
            case Known() | Absent():
                return False
            case _:
                return _open(value)
        try:
            record = json.loads(_CONTEXT_VARIABLE.sub("0", text))
        except ValueError:
            return False
        used = {name.removeprefix("$context.") for name in _CONTEXT_VARIABLE.findall(text)}
        return isinstance(record, dict) and all(used.intersection(names) for names in fields)

    words = " and ".join(one_of([f"$context.{name}" for name in names]) for names in fields)
    return Test(f"one JSON object a line with {words}" if words else "one JSON object a line", ask)


def _runtime_supported(argument: Argument) -> Test:
    days = int(_number(argument["within_days"]) or 0)  # type: ignore[index]

    def ask(value: Value, scope: Scope) -> Answer:
        match value:
            case Known(str() as runtime):
                if not runtimes.is_known(runtime):
                    return f"the runtime {runtime} is not in walint's data"
                ends = runtimes.deprecation_date(runtime)
                return ends is None or ends > scope.context.today + timedelta(days=days)
            case Known() | Absent():
                return "no runtime is named"
            case _:
                return _open(value)

    def detail(value: Value) -> str:
        ends = runtimes.deprecation_date(str(value.data)) if isinstance(value, Known) else None
        return f", whose end of support is {ends.isoformat()}" if ends is not None else ""

    expected = f"a runtime that is supported for {days} days more" if days else "a supported runtime"
    return Test(expected, ask, detail=detail)


def _resolves(_argument: Argument) -> Ask:
    def ask(value: Value, scope: Scope) -> Answer:
        graph = scope.context.graph
        match value:
            case Reference(target):
                return graph.get(target) is not None
            case Text(pieces):
                targets = [piece.target for piece in pieces if isinstance(piece, Reference)]
                return all(graph.get(target) is not None for target in targets)
            case Unknown(reason, symbol=symbol):
                # What has a symbol, a parameter or an import, comes from outside: it refers to nothing in here.
                return True if symbol is not None else reason
            case _:
                return True

    return ask


def _refers_to(argument: Argument) -> Ask:
    types = frozenset(str(name) for name in _list(argument))

    def ask(value: Value, scope: Scope) -> Answer:
        match value:
            case Reference(target) | Text((Reference(target), *_)):
                resource = scope.context.graph.get(target)
                return resource is not None and resource.type in types
            case Unknown(reason, symbol=symbol):
                # What has a symbol, a parameter or an import, comes from outside: it refers to nothing in here.
                return False if symbol is not None else reason
            case Alternatives():
                return _open(value)
            case _:
                return False

    return ask


def _arn_of(argument: Argument) -> Ask:
    types = [str(name) for name in _list(argument)]
    starts = []
    for name in types:
        identity = identity_of(name)
        if identity is not None and identity.arn_resource:
            service, _, rest = identity.arn_resource.partition(":")
            starts.append((service, rest.partition("{")[0]))

    def literal_arn(text: str) -> Answer:
        parts = text.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":  # noqa: PLR2004 - arn:partition:service:region:account:resource
            return False if "\0" not in text.partition(":")[0] else "it is only partly known"
        return _any(_arn_starts(parts[2], parts[5], service, rest) for service, rest in starts)

    def ask(value: Value, scope: Scope) -> Answer:
        match value:
            case Known(str() as text) | Reference(text=str(text)):
                return literal_arn(text)
            case Known() | Absent():
                return False
            case Reference(target) | Text((Reference(target), *_)):
                resource = scope.context.graph.get(target)
                opaque = resource is None or resource.type.startswith(("Custom::", "AWS::CloudFormation::"))
                return _open(value) if resource is None or opaque else resource.type in types
            case Text(pieces):
                return literal_arn("".join(piece if isinstance(piece, str) else "\0" for piece in pieces))
            case _:
                return _open(value)

    return ask


def _arn_starts(service: str, tail: str, wanted: str, rest: str) -> Answer:
    """Whether an ARN whose unknown parts are a NUL is of a service and starts with a kind of resource."""
    if "\0" not in service and service != wanted:
        return False
    known = tail.partition("\0")[0]
    if not known.startswith(rest) and not ("\0" in tail and rest.startswith(known)):
        return False
    return True if service == wanted and known.startswith(rest) else "it is only partly known"


def _simple(words: str, build: Callable[[Argument], Ask]) -> Callable[[Argument], Test]:
    def make(argument: Argument) -> Test:
        return Test(words.format(literal(argument)), build(argument))

    return make


def _choice(words: str, build: Callable[[Argument], Ask]) -> Callable[[Argument], Test]:
    def make(argument: Argument) -> Test:
        return Test(words.format(one_of(_list(argument))), build(argument))

    return make


def _present(value: Value, _scope: Scope) -> Answer:
    match value:
        case Absent():
            return False
        case Unknown(reason, surely_set=surely_set):
            return True if surely_set else reason
        case _:
            return True


PRESENT = Test("a value", _present, in_force=False)
ABSENT = Test("nothing", _negated(_present), in_force=False)

OPERATORS: Mapping[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("equals", "scalar", 'is equal; `"true"` and `true`, `"7"` and `7` are', _simple("{}", _equals)),
        Operator(
            "not_equals",
            "scalar",
            "is anything else; an absent value holds too",
            _simple("anything but {}", lambda argument: _negated(_equals(argument))),
        ),
        Operator("one_of", "list", "equals one of them", _choice("{}", _one_of)),
        Operator(
            "at_least", "number", "is that number or more", _simple("at least {}", _comparison(lambda a, b: a >= b))
        ),
        Operator(
            "at_most", "number", "is that number or less", _simple("at most {}", _comparison(lambda a, b: a <= b))
        ),
        Operator("more_than", "number", "is more than that", _simple("more than {}", _comparison(lambda a, b: a > b))),
        Operator("less_than", "number", "is less than that", _simple("less than {}", _comparison(lambda a, b: a < b))),
        Operator("matches", "text", "contains a match of the regular expression", _simple("a match of {}", _matches)),
        Operator("like", "list", "matches one of the globs", _choice("a name like {}", _like)),
        Operator("contains", "test", "has such an item, or contains such a text", _simple("{} among them", _contains)),
        Operator("contains_all", "list", "has all of these items", _simple("all of {}", _contains_all)),
        Operator("contains_each", "keyed", "is a list of maps that has each of these values at a key", _contains_each),
        Operator("not_empty", "true", "has something in it", _simple("at least one entry", _not_empty)),
        Operator("has_any_key", "list", "is a map with one of these keys", _choice("the key {}", _has_any_key)),
        Operator("above", "above", "is that much above another property", _above),
        Operator("json_log_format", "fields", "is JSON once $context variables are filled in", _json_log_format),
        Operator("lambda_runtime_supported", "days", "is a supported Lambda runtime", _runtime_supported),
        Operator("arn_of", "list", "is the ARN of a resource of one of these types", _choice("the ARN of {}", _arn_of)),
        Operator("pinned_image", "tags", "is a container image whose name does not move", _pinned_image),
        Operator("spans_zones", "zones", "lists subnets, or zones, that make at least so many zones", _spans_zones),
        Operator(
            "outlasts_consumers",
            "times",
            "is that many times the timeout of every function that polls the queue",
            _outlasts_consumers,
        ),
        Operator(
            "resolves", "true", "refers to nothing that is undeclared", _simple("something that is declared", _resolves)
        ),
        Operator(
            "refers_to",
            "list",
            "is a reference to a declared resource of one of these types",
            _choice("a reference to {}", _refers_to),
        ),
        Operator(
            "watches_existing_metric",
            "true",
            "names a metric that AWS publishes for an existing resource",
            lambda _argument: Test("a metric that AWS publishes", _present, judge=metrics.watches_existing_metric),
        ),
    )
}
