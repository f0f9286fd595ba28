from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from walint.sources.terraform.hcl.ast import SyntaxProblem
from walint.sources.terraform.hcl.parser import parse_expression

A, B, C = (["Variable", name] for name in "abc")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("007", 7),
        ("1.0", 1),
        ("2.50", 2.5),
        ("1e3", 1000),
        ("1.5E+2", 150),
        ("25e-1", 2.5),
        ("true", True),
        ("null", None),
        ('"text"', "text"),
        ("größe", ["Variable", "größe"]),
        ("a-b", ["Variable", "a-b"]),
        ("a - b", ["Binary", A, "-", B]),
        ("a.b", ["GetAttr", "b", A]),
        ("a[b]", ["Index", B, A]),
        ("a.0", ["Index", 0, A]),
        ("a.*.b[0]", ["Index", 0, ["Splat", ["GetAttr", "b", "item"], False, A]]),
        ("a[*].b[0]", ["Splat", ["Index", 0, ["GetAttr", "b", "item"]], True, A]),
        ("a[*]", ["Splat", "item", True, A]),
        ("a[*].b[*]", ["Splat", ["Splat", "item", True, ["GetAttr", "b", "item"]], True, A]),
        ("a.*.b.0", ["Splat", ["Index", 0, ["GetAttr", "b", "item"]], False, A]),
        ("a + b * c", ["Binary", A, "+", ["Binary", B, "*", C]]),
        ("a * b + c", ["Binary", ["Binary", A, "*", B], "+", C]),
        ("a - b - c", ["Binary", ["Binary", A, "-", B], "-", C]),
        ("a || b && c", ["Binary", A, "||", ["Binary", B, "&&", C]]),
        ("a == b != c", ["Binary", ["Binary", A, "==", B], "!=", C]),
        ("a < b == c", ["Binary", ["Binary", A, "<", B], "==", C]),
        ("(a + b) * c", ["Binary", ["Parentheses", ["Binary", A, "+", B]], "*", C]),
        ("-a + b", ["Binary", ["Unary", A, "-"], "+", B]),
        ("!a.b", ["Unary", ["GetAttr", "b", A], "!"]),
        ("a ? b : c", ["Conditional", A, C, B]),
        ("a ? b : c ? 1 : 2", ["Conditional", A, ["Conditional", C, 2, 1], B]),
        ("f()", ["Call", [], False, "f"]),
        ("f(a, b...)", ["Call", [A, B], True, "f"]),
        ("f(a,)", ["Call", [A], False, "f"]),
        ("core::upper(a)", ["Call", [A], False, "core::upper"]),
        ("provider::aws::x(a)", ["Call", [A], False, "provider::aws::x"]),
        ("[]", ["Tuple", []]),
        ("[a, b,\n]", ["Tuple", [A, B]]),
        ("{}", ["Object", []]),
        ("{a = b, (a) = b, true = c}", ["Object", [["a", B], [["Parentheses", A], B], ["true", C]]]),
        ('{"a": b\n c = 1}', ["Object", [["a", B], ["c", 1]]]),
        ("{for = 1}", ["Object", [["for", 1]]]),
        ("{format = 1}", ["Object", [["format", 1]]]),
        ("{a.b = c}", ["Object", [[["GetAttr", "b", A], C]]]),
        ("[for a in b : a]", ["For", B, None, False, None, A, None, "a"]),
        ("[for k, a in b : a if c]", ["For", B, C, False, "k", A, None, "a"]),
        ("{for k, a in b : k => a...}", ["For", B, None, True, "k", A, ["Variable", "k"], "a"]),
        ("a /* one */ + # two\n b", ["Binary", A, "+", B]),
    ],
)
def test_an_expression(text: str, expected: Any, shown: Callable[[Any], Any]) -> None:
    assert shown(parse_expression(text)) == expected


@pytest.mark.parametrize(
    ("text", "message", "found"),
    [
        ("a +", "expected a value, found the end of the file", ""),
        ("[a b]", "expected ',' or ']', found 'b'", "b"),
        ("f(a b)", "expected ',' or ')', found 'b'", "b"),
        ("f(a..., b)", "expected ')', found ','", ","),
        ("(a", "'(' is never closed", "("),
        ("[a, [b", "'[' is never closed", "["),
        ("{a = 1", "'{' is never closed", "{"),
        ("{a 1}", "expected '=' and a value, found '1'", "1"),
        ("a ? b", "expected ':' and the other value of the conditional, found the end of the file", ""),
        ("10.0.0.1/32", "'10.0.0.1' is no number", "10.0.0.1"),
        ("a.0.1", "two such indexes cannot follow each other", "0.1"),
        ("a.*.b.*", "a splat (*) cannot stand inside another one", "*"),
        ("[for a b : c]", "expected 'in', found 'b'", "b"),
        ("[for a in b : a => c]", "expected ']', found '='", "="),
        ("{for a in b : a}", "expected '=>' and the value, found '}'", "}"),
        ('"\\q"', "'\\\\q' is no escape sequence", "\\q"),
        ('"\\uD800"', "'\\\\uD800' is no escape sequence", "\\uD800"),
        ('"%{ if a }"', "%{ if } is never closed", "%{ if a }"),
        ('"%{ endif }"', "%{ endif } has nothing to belong to", "%{ endif }"),
        ('"%{ foo }"', "expected if, else, endif, for or endfor, found 'foo'", "foo"),
        ('"${a', "'${' is never closed", "${"),
        ("1e99999", "this number is too long", "1e99999"),
        ("9" * 5000, "this number is too long", "9" * 5000),
        ("a b", "expected the end of the expression, found 'b'", "b"),
        ("\x01", "expected a value, found '\\x01'", "\x01"),
        ("[" * 201, "nested more than 200 levels deep", "["),
        ("a" + "[0]" * 201, "more than 200 steps behind one name", None),
        ("1" + " + 1" * 201, "more than 200 operators in one expression", "+"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, message: str, found: str | None) -> None:
    problem = parse_expression(text)
    assert isinstance(problem, SyntaxProblem)
    assert problem.message == message
    assert found is None or text[problem.start : problem.end] == found


def test_an_expression_that_stands_elsewhere_has_the_offsets_of_its_file() -> None:
    text = '{"depends_on": ["aws_x.y"]}'
    node = parse_expression("aws_x.y", text.index("aws_x"))
    assert not isinstance(node, SyntaxProblem)
    assert text[node.start : node.end] == "aws_x.y"
