"""JSON given as text is read like the map that it spells."""

from __future__ import annotations

import pytest

from walint.model.jsontext import from_json
from walint.model.value import Known, Reference, Text, Unknown, Value

_QUEUE = Reference("t#Rest", "Arn")
_TRIES = Unknown("parameter Tries has no default")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Known('{"a": 1, "b": [true, null]}'), Known({"a": Known(1), "b": Known([Known(data=True), Known(None)])})),
        (Text(('{"to": "', _QUEUE, '", "n": 4}')), Known({"to": _QUEUE, "n": Known(4)})),
        (Text(('{"to": "arn:', _TRIES, ':x"}')), Known({"to": Text(("arn:", _TRIES, ":x"))})),
        (Text(('{"n": ', _TRIES, "}")), Known({"n": _TRIES})),
        (Text(('{"say": "a \\"', _TRIES, '\\" b"}')), Known({"say": Text(('a "', _TRIES, '" b'))})),
    ],
)
def test_json_with_its_unresolved_parts(value: Value, expected: Value) -> None:
    assert expected == from_json(value)


@pytest.mark.parametrize(
    "value",
    [
        Known("orders"),
        Known("{not json"),
        Known('"a text"'),
        Known(7),
        Known("[" * 100_000),
        Text(("{", _TRIES, "}")),
        Text((_QUEUE, "{}")),
        Text(('{"a": "\ue0009\ue001', _TRIES)),
        _QUEUE,
    ],
)
def test_what_is_no_json_map_or_list(value: Value) -> None:
    assert from_json(value) is None
