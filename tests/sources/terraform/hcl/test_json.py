"""The JSON syntax: the same trees as native syntax gives, with the places of the JSON text."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walint.sources.terraform.hcl.ast import Block, File, Literal, Object, SyntaxProblem, Template, Tuple, walk
from walint.sources.terraform.hcl.json_syntax import parse_json

DOCUMENT = """\
{
  "//": "a comment ${ that nobody reads",
  "resource": {
    "aws_sqs_queue": {
      "orders": {"name": "q-${var.env}", "tags": {"team": "a"}, "fifo": true, "delay": 5},
      "other": [{"name": "x"}, {"name": "y"}]
    }
  },
  "provider": [{"aws": {"region": "eu-west-1"}}, {"aws": {"alias": "west"}}],
  "locals": {"a": "${1 + 1}", "b": null}
}
"""


def _blocks(file: File, type_: str, labels: int) -> tuple[list[Block], list[str]]:
    problems: list[SyntaxProblem] = []
    return file.body.as_blocks(type_, labels, problems), [problem.message for problem in problems]


def test_objects_are_blocks_and_arrays_are_several() -> None:
    file = parse_json(DOCUMENT, "main.tf.json")
    assert file.problems == []
    resources, problems = _blocks(file, "resource", 2)
    assert problems == []
    assert [block.labels for block in resources] == [["aws_sqs_queue", name] for name in ("orders", "other", "other")]
    providers, _ = _blocks(file, "provider", 1)
    assert [(block.labels, list(block.body.attributes)) for block in providers] == [
        (["aws"], ["region"]),
        (["aws"], ["alias"]),
    ]
    assert [block.labels for block in _blocks(file, "locals", 0)[0]] == [[]]


def test_places() -> None:
    file = parse_json(DOCUMENT, "main.tf.json")
    orders = _blocks(file, "resource", 2)[0][0]
    assert file.text[orders.start : orders.header_end] == '"orders"'
    assert [file.text[start:end] for start, end in orders.places] == ['"aws_sqs_queue"', '"orders"']
    name = orders.body.attributes["name"]
    assert file.text[name.start : name.end] == '"name": "q-${var.env}"'
    assert isinstance(name.expression, Template)
    assert [file.text[part.start : part.end] for part in name.expression.parts] == ["q-", "${var.env}"]
    assert file.span(name.start, name.end).start_line == 5


def test_texts_are_templates(shown: Callable[[Any], Any]) -> None:
    texts = ["${a.b}", "$${a}", "x", "%{ if a }b%{ endif }", "${a}-\\u00e9${b}", '${f(\\"c\\")}', "\\ud83d\\ude00"]
    file = parse_json('{"a": [' + ", ".join(f'"{text}"' for text in texts) + "]}", "main.tf.json")
    assert file.problems == []
    items = file.body.attributes["a"].expression
    assert isinstance(items, Tuple)
    assert [shown(item) for item in items.items] == [
        ["Template", False, [["Interpolation", ["GetAttr", "b", ["Variable", "a"]]]]],
        "${a}",
        "x",
        ["Template", False, [["TemplateIf", ["Variable", "a"], [], ["b"]]]],
        ["Template", False, [["Interpolation", ["Variable", "a"]], "-é", ["Interpolation", ["Variable", "b"]]]],
        ["Template", False, [["Interpolation", ["Call", ["c"], False, "f"]]]],
        "😀",
    ]


def test_places_behind_escapes() -> None:
    text = '{"a": "\\u00e9\\n${b.c} ${f(\\"d\\")}"}'
    file = parse_json(text, "main.tf.json")
    template = file.body.attributes["a"].expression
    assert isinstance(template, Template)
    assert [text[part.start : part.end] for part in template.parts] == ["\\u00e9\\n", "${b.c}", " ", '${f(\\"d\\")}']


@pytest.mark.parametrize(
    ("text", "message", "found"),
    [
        ("", "expected a value, found the end of the file", ""),
        ("1", "expected an object at the top of the file", "1"),
        ("{", "expected a name in quotation marks, found the end of the file", ""),
        ('{"a": 1', "'{' is never closed", "{"),
        ('{"a" 1}', "expected ':', found '1'", "1"),
        ('{"a": 1,}', "expected a name in quotation marks, found '}'", "}"),
        ('{"a": [1 2]}', "expected ',' or ']', found '2'", "2"),
        ('{"a": tru}', "expected a value, found 't'", "t"),
        ('{"a": 01}', "expected a value, found '0'", "0"),
        ('{"a": 1} x', "expected the end of the file, found 'x'", "x"),
        ('{"a": "b\n"}', "this text has a bad escape or no closing quotation mark", '"'),
        ('{"a": "\\q"}', "this text has a bad escape or no closing quotation mark", '"'),
        ('{"a": "x\\t${b c}"}', "expected '}', found 'c'", "c"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, message: str, found: str) -> None:
    file = parse_json(text, "main.tf.json")
    (problem,) = file.problems
    assert (problem.message, text[problem.start : problem.end]) == (message, found)


def test_what_cannot_be_a_block_is_told() -> None:
    file = parse_json('{"resource": {"aws_x": [1, {"a": {}}]}, "locals": "b", "module": null}', "main.tf.json")
    blocks, problems = _blocks(file, "resource", 2)
    assert ([block.labels for block in blocks], problems) == (
        [["aws_x", "a"]],
        ["expected an object, the labels of resource"],
    )
    assert _blocks(file, "locals", 0) == ([], ["expected an object, the body of locals"])
    assert _blocks(file, "module", 1) == ([], [])


_TEXTS = st.text(["a", "/", '"', "\\", "\n", "\0", "é", "\u2028", "😀", "{"], max_size=6)
_TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(tree=st.dictionaries(st.sampled_from(["a", "b", "c"]), _TREES), ascii_only=st.booleans(), indent=st.booleans())
def test_every_json_document_is_read_as_json_reads_it(tree: dict[str, Any], *, ascii_only: bool, indent: bool) -> None:
    text = json.dumps(tree, ensure_ascii=ascii_only, indent=2 if indent else None)
    file = parse_json(text, "main.tf.json")
    assert file.problems == []
    assert {name: _plain(one.expression) for name, one in file.body.attributes.items()} == tree
    for attribute in file.body.attributes.values():
        for node in walk(attribute.expression):
            if isinstance(node, (Literal, Object, Tuple)):
                assert json.loads(file.text[node.start : node.end]) == _plain(node)


def _plain(node: Any) -> Any:
    match node:
        case Literal(value=value):
            return value
        case Tuple(items=items):
            return [_plain(item) for item in items]
        case Object(items=items):
            return {_plain(key): _plain(value) for key, value in items}
    raise AssertionError(node)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_no_json_is_refused_and_all_else_is_not(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    pieces = ['"', "{", "}", "[", "]", ",", ":", "1", "-", ".", "e", "true", "null", "\\", "\\u00e9", "\n", " ", "\0"]
    whole = DOCUMENT.replace("${", "(").replace("%", "")
    for _ in range(500):
        at = chance.randrange(len(whole))
        behind = at + chance.choice([0, 0, 1, 3])
        text = whole[:at] + chance.choice([*pieces, ""]) + whole[behind:]
        assert bool(parse_json(text, "main.tf.json").problems) != _is_json(text), text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
