from __future__ import annotations

from typing import Any

import pytest

from walint.sources.terraform.hcl.ast import (
    Interpolation,
    Literal,
    Template,
    TemplateFor,
    TemplateIf,
    Tuple,
    Variable,
)
from walint.sources.terraform.hcl.parser import parse


def _rendered(node: Any, names: dict[str, Any]) -> str:
    """What Terraform makes of a template, as far as these tests need it."""
    match node:
        case Literal():
            return str(node.value)
        case Variable():
            return str(names[node.name])
        case Interpolation():
            return _rendered(node.expression, names)
        case TemplateIf():
            parts = node.yes if node.condition.value else node.no
            return "".join(_rendered(part, names) for part in parts)
        case TemplateFor(collection=Tuple(items=items)):
            return "".join(_rendered(part, {**names, node.value: item.value}) for item in items for part in node.body)
        case Template():
            return "".join(_rendered(part, names) for part in node.parts)
    raise AssertionError(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    # The values are what Terraform 1.11.4 planned for outputs with these expressions.
    [
        ('<<E\na\n   ${~ "x" ~}\n   b\n  c\nE\n', "a\nx   b\n  c\n"),
        ("<<E\n%{ for x in [1,2] ~}\n   s${x}\n%{ endfor ~}\nend\nE\n", "   s1\n   s2\nend\n"),
        (
            "<<-E\n    %{ for x in [1,2] ~}\n      s${x}\n    %{ endfor ~}\n    end\n  E\n",
            "      s1\n      s2\n    end\n",
        ),
        ('"a  ${~ "x" ~}  b"', "axb"),
        ('"a  %{~ if true ~}  b %{~ endif ~} c"', "abc"),
        ('<<-E\n    a ${"x"}\n   ${"y"} b\n  E\n', " a x\ny b\n"),
        ("<<-E\n  a\n\n    b\n \n  c\n  E\n", "a\n\n  b\n \nc\n"),
        ("<<-E\n\ta\n\t  b\n  c\n  E\n", "a\n  b\n c\n"),
        ('<<E\n\\n "q" \\" $${a} %%{b}\nE\n', '\\n "q" \\" ${a} %{b}\n'),
        ('"${~ "x" ~}"', "x"),
        ('" ${~ "x" ~} "', "x"),
        ('<<E\na\n\n\n${~ "x" }\nE\n', "a\n\nx\n"),
        ('<<-E\n  ${~ "x" }\n    b\n  E\n', "x\n    b\n"),
        ('"$${a}${"x"}$"', "${a}x$"),
        ('<<-E\n  a${"x" ~}\n    b\n    c\n  E\n', "ax    b\n  c\n"),
        ("<<E\r\na\r\nE\r\n", "a\r\n"),
        ("<<E\nE\n", ""),
        ("<<-E\n  E\n", ""),
        ("<<E\na\n  E  \n", "a\n"),
        ('"\\u00e9\\U0001F600"', "é😀"),
        ('"$$${x} $ $$ %"', "$${x} $ $$ %"),
        ('"%{ if false }a%{ else }b%{ endif }"', "b"),
        ('"${"${"a"}b"}c"', "abc"),
    ],
)
def test_a_template_says_what_terraform_makes_of_it(text: str, expected: str) -> None:
    file = parse(f"a = {text}\n", "main.tf")
    assert [problem.message for problem in file.problems] == []
    assert _rendered(file.body.attributes["a"].expression, {}) == expected


def test_a_heredoc_spans_its_marks_and_its_lines_span_themselves() -> None:
    text = "a = <<-EOT\n    one ${x}\n    two\n  EOT\nb = 1\n"
    file = parse(text, "main.tf")
    heredoc = file.body.attributes["a"].expression
    assert isinstance(heredoc, Template)
    assert heredoc.heredoc
    assert text[heredoc.start : heredoc.end] == "<<-EOT\n    one ${x}\n    two\n  EOT"
    assert [text[part.start : part.end] for part in heredoc.parts] == ["    one ", "${x}", "\n    two\n"]
    assert [part.value for part in heredoc.parts if isinstance(part, Literal)] == ["one ", "\ntwo\n"]


def test_a_marker_inside_an_interpolation_or_behind_one_ends_nothing() -> None:
    file = parse('a = <<E\n${"x"}E\nE2\n${<<E\ninner\nE\n}\nE\n', "main.tf")
    assert file.problems == []
    assert _rendered(file.body.attributes["a"].expression, {}) == "xE\nE2\ninner\n\n"
