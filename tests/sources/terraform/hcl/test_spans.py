"""Every node says where it stands: the text between its offsets, read alone, is the same node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from walint.sources.terraform.hcl.ast import (
    Attribute,
    Block,
    Body,
    Expression,
    File,
    GetAttr,
    Index,
    Interpolation,
    Item,
    Literal,
    Node,
    Object,
    Splat,
    SyntaxProblem,
    Template,
    TemplateFor,
    TemplateIf,
    children,
    walk,
)
from walint.sources.terraform.hcl.parser import parse, parse_expression

Shown = Callable[[Any], Any]
_IN_TEMPLATES = (Interpolation, TemplateIf, TemplateFor)
_EVERY = 23
"""Of a large collection, so many nodes are passed over for each one that is read again."""


def test_the_fixtures(fixture_files: list[tuple[str, str]], shown: Shown) -> None:
    assert fixture_files
    for name, text in fixture_files:
        _check(name, text, shown, every=1)


def test_the_examples_of_the_rules(rule_examples: list[tuple[str, str]], shown: Shown) -> None:
    assert len(rule_examples) > 50
    for name, text in rule_examples:
        _check(name, text, shown, every=5)


def test_real_files(corpus: list[tuple[str, str]], shown: Shown) -> None:
    for name, text in corpus:
        _check(name, text, shown, every=_EVERY)


@pytest.mark.parametrize(
    "text",
    [
        "a = b[*].c.d[0].e\n",
        "a = b.*.c.0\n",
        "a = { (b.c) = d, e : f }\n",
        'a = "x ${~ b ~} %{ if c ~} y ${d} %{~ else } z %{ endif } "\n',
        "a = <<-E\n    %{ for k, v in b ~}\n    ${k} = ${v}\n    %{ endfor }\n    E\n",
        "a = [for k, v in { b = c } : v if d]\n",
        "a = {for k, v in b : k => v... if d}\n",
        "a = b ? -c : !d && (e || f) == g\n",
        "a = provider::aws::f(b, c...)\n",
        "é = { ü = ñ.ö }\n",
        "a {\n b {\n c = 1\n }\n d {}\n e { f = 1 }\n}\n",
    ],
)
def test_each_construct(text: str, shown: Shown) -> None:
    _check("main.tf", text, shown, every=1)


def _check(name: str, text: str, shown: Shown, *, every: int) -> None:
    file = parse(text, name)
    text = file.text
    for comment in file.comments:
        assert text.startswith(("#", "//", "/*"), comment.start)
    keys = {id(key) for node in walk(file.body) if isinstance(node, Object) for key, _ in node.items}
    parts = {id(part) for node in walk(file.body) for part in _parts(node)}
    for count, node in enumerate(walk(file.body)):
        assert 0 <= node.start <= node.end <= len(text), name
        _check_children(node, text)
        if count % every == 0 and not isinstance(node, Body):
            place = f"{name}: {text[node.start : node.end][:80]!r}"
            assert shown(node) == shown(_again(node, file, id(node) in keys, id(node) in parts)), place


def _parts(node: Node) -> list[Expression]:
    """What stands inside a template without marks of its own."""
    match node:
        case Template(parts=parts) | TemplateFor(body=parts):
            return parts
        case TemplateIf(yes=yes, no=no):
            return [*yes, *no]
    return []


def _check_children(node: Node, text: str) -> None:
    """Children stand inside their parent, apart from each other; the parts of a template leave no gap."""
    inside = sorted((one for one in children(node) if not isinstance(one, Item)), key=lambda one: (one.start, one.end))
    for one in inside:
        assert node.start <= one.start <= one.end <= node.end
    if not isinstance(node, Splat):
        for left, right in pairwise(inside):
            assert left.end <= right.start, text[node.start : node.end]
    if isinstance(node, Template):
        for left, right in pairwise(node.parts):
            assert left.end == right.start
        if not node.heredoc:
            assert (node.parts[0].start, node.parts[-1].end) == (node.start + 1, node.end - 1)
        else:
            assert "\n" not in text[node.parts[-1].end : node.end]
            assert text.index("\n", node.start) == node.parts[0].start - 1


def _again(node: Node, file: File, is_key: bool, is_part: bool) -> Any:  # noqa: FBT001
    """The node, read from its own text alone; itself where that says nothing."""
    text = file.text[node.start : node.end]
    match node:
        case Block() | Attribute():
            body = parse(text + "\n", file.path).body
            return body.blocks[0] if isinstance(node, Block) else body.attributes[node.name]
        case Interpolation() | TemplateIf() | TemplateFor():
            assert (text[:2], text[-1]) == ("%{" if not isinstance(node, Interpolation) else "${", "}")
            return node
        case Literal() if is_part:
            return node  # its place follows from those of its neighbours
        case Item():
            assert text == ""
            return node
        case GetAttr() | Index() | Splat() if any(isinstance(one, Item) for one in walk(node.object)):
            return node  # a step behind a splat is no expression by itself
    if is_key:
        whole = parse_expression(f"{{{text} = 1}}")
        assert isinstance(whole, Object)
        return whole.items[0][0]
    found = parse_expression(text + "\n")
    assert not isinstance(found, SyntaxProblem), (found.message, text)
    return found


def test_the_corners_are_all_met(fixture_files: list[tuple[str, str]]) -> None:
    """The fixtures hold every kind of node, or the laws above say less than they seem to."""
    kinds = {type(node) for name, text in fixture_files for node in walk(parse(text, name).body)}
    every = {kind for kind in _subclasses(Node) if kind.__module__.endswith("hcl.ast")}
    assert {kind.__name__ for kind in every - kinds} == {"Comment"}


def _subclasses(kind: type[Node]) -> Iterator[type[Node]]:
    for one in kind.__subclasses__():
        yield one
        yield from _subclasses(one)
