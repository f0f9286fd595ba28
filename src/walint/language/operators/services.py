"""Test words that only one service of AWS has a use for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from walint.catalog import runtimes
from walint.language import images, queues, zones
from walint.language.explain import one_of
from walint.language.operators.asking import Argument, Ask, Test, any_of, listed, number_of, present, why_open
from walint.language.scope import Scope
from walint.language.truth import Answer
from walint.model.jsontext import from_json
from walint.model.value import Absent, Known, Text, Value
from walint.patterns import lazy


def runtime_supported(argument: Argument) -> Test:
    """The operator `lambda_runtime_supported`: AWS supports the runtime for so many days more."""
    days = int(number_of(argument["within_days"]) or 0)  # type: ignore[index]

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
                return why_open(value)

    def detail(value: Value) -> str:
        ends = runtimes.deprecation_date(str(value.data)) if isinstance(value, Known) else None
        return f", whose end of support is {ends.isoformat()}" if ends is not None else ""

    expected = f"a runtime that is supported for {days} days more" if days else "a supported runtime"
    return Test(expected, ask, detail=detail)


_CONTEXT_VARIABLE = lazy(r"\$context\.[A-Za-z0-9_.]+")
_OPEN_VARIABLE = lazy(r"\$context\.[A-Za-z0-9_.]*$")


def json_log_format(argument: Argument) -> Test:
    """The operator of that name: one JSON object with these fields.

    Each entry of `fields` is the name of a $context variable, or several ("a|b"), one of which is enough. What
    Terraform's `jsonencode` makes is there as the map that it was.
    """
    fields = [str(name).split("|") for name in listed(argument["fields"])]  # type: ignore[index]

    def ask(value: Value, _scope: Scope) -> Answer:
        match value:
            case Known(str() as text):
                pass
            case Known(Mapping()):
                texts: list[str] = []
                unknown = _texts_within(value, texts)
                return _mentions(" ".join(texts), fields) or unknown
            case Known() | Absent():
                return False
            case _:
                return why_open(value)
        try:
            record = json.loads(_CONTEXT_VARIABLE.sub("0", text))
        except ValueError:
            return False
        return isinstance(record, dict) and _mentions(text, fields)

    words = " and ".join(one_of([f"$context.{name}" for name in names]) for names in fields)
    return Test(f"one JSON object a line with {words}" if words else "one JSON object a line", ask)


def _mentions(text: str, fields: list[list[str]]) -> bool:
    used = {name.removeprefix("$context.") for name in _CONTEXT_VARIABLE.findall(text)}
    return all(used.intersection(names) for names in fields)


def _texts_within(value: Value, found: list[str]) -> Answer:
    """Collects every text in a structure; why not all of them are known, or False when they are."""
    reason: Answer = False
    match value:
        case Known(str() as text):
            found.append(text)
        case Known(Mapping() | list() | tuple() as inside, rest=rest):
            members = inside.values() if isinstance(inside, Mapping) else inside
            reason = any_of([_texts_within(member, found) for member in members])
            reason = reason or (why_open(rest) if rest is not None else False)
        case Text(pieces):
            # What follows may belong to the name of the variable.
            found += [_OPEN_VARIABLE.sub("", piece) for piece in pieces[:-1] if isinstance(piece, str)]
            found += [piece for piece in pieces[-1:] if isinstance(piece, str)]
            reason = why_open(value)
        case Known() | Absent():
            pass
        case _:
            reason = why_open(value)
    return reason


def spans_zones(argument: Argument) -> Test:
    """The operator of that name; `zones` has the reasoning."""
    least = int(number_of(argument["min"]) or 1)  # type: ignore[index]
    return Test(f"subnets in {least} zones or more", lambda value, scope: zones.spans_zones(value, scope, least))


def pinned_image(argument: Argument) -> Test:
    """The operator of that name; `images` has the reasoning."""
    tags = [str(tag) for tag in listed(argument["mutable_tags"])]  # type: ignore[index]
    return Test("a digest or a tag that does not move", lambda value, scope: images.pinned(value, scope, tags))


def outlasts_consumers(argument: Argument) -> Test:
    """The operator of that name; `queues` has the reasoning."""
    given: Mapping[str, object] = argument  # type: ignore[assignment]
    times, window = number_of(given["times"]) or 1.0, bool(given.get("window", True))
    return Test(
        f"{times:g} times the timeout of the functions that poll the queue",
        present,
        judge=lambda value, scope: queues.outlasts_consumers(value, scope, times, window=window),
    )


def detects_within(argument: Argument) -> Test:
    """The operator of that name; `alarm_terms` has the reasoning."""
    from walint.language.alarm_terms import detects_within as ask  # few scans hold what it is about

    seconds = number_of(argument) or 0.0
    return Test(
        f"an alarm after {seconds:g} s at most",
        present,
        judge=lambda value, scope: ask(value, scope, seconds),
    )


def near_timeout(argument: Argument) -> Test:
    """The operator of that name; `alarm_terms` has the reasoning."""
    from walint.language.alarm_terms import near_timeout as ask  # few scans hold what it is about

    percent = number_of(argument) or 0.0
    return Test(
        f"{percent:g} % of the timeout of the function",
        present,
        judge=lambda value, scope: ask(value, scope, percent),
    )


def valid_json(_argument: Argument) -> Ask:
    """The operator of that name: a text that is JSON, whatever its unknown parts turn out to be; or a structure."""

    def ask(value: Value, _scope: Scope) -> Answer:
        match value:
            case Known(str() as text):
                try:
                    json.loads(text)
                except (ValueError, RecursionError):
                    return False
                return True
            case Known(Mapping() | list() | tuple()):
                return True
            case Known() | Absent():
                return False
            case _:
                return True if from_json(value) is not None else why_open(value)

    return ask


def sees_metrics(argument: Argument) -> Test:
    """The operator of that name; `own_metrics` has the reasoning."""
    from walint.language.own_metrics import sees_metrics as ask  # few scans hold what it is about

    given: Mapping[str, object] = argument  # type: ignore[assignment]
    foreign = [str(pattern) for pattern in listed(given["foreign"])]
    required = [str(name) for name in listed(given.get("required", ()))]
    return Test("metrics of your own in use", present, judge=lambda _, scope: ask(scope, foreign, required))
