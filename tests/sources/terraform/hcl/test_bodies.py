from __future__ import annotations

import pytest

from walint.sources.terraform.hcl.parser import parse


def test_blocks_and_attributes_keep_their_order_and_places() -> None:
    text = 'a = 1\nresource "aws_x" name {\n  b = 2\n  inner {}\n}\n'
    body = parse(text, "main.tf").body
    (block,) = body.blocks
    assert list(body.attributes) == ["a"]
    assert (block.type, block.labels) == ("resource", ["aws_x", "name"])
    assert [text[start:end] for start, end in block.places] == ['"aws_x"', "name"]
    assert text[block.start : block.header_end] == 'resource "aws_x" name'
    assert text[block.body.start : block.body.end] == "\n  b = 2\n  inner {}\n"
    assert text[block.start : block.end] == text[6:-1]
    attribute = block.body.attributes["b"]
    assert text[attribute.start : attribute.end] == "b = 2"


def test_lines_and_columns_count_code_points_from_one() -> None:
    file = parse('ä = "😀"\nb = x\n', "main.tf")
    span = file.span(file.body.attributes["ä"].expression.start, file.body.attributes["ä"].expression.end)
    assert (span.start_line, span.start_column, span.end_line, span.end_column) == (1, 5, 1, 8)
    span = file.span(file.body.attributes["b"].start, file.body.attributes["b"].end)
    assert (span.path, span.start_line, span.start_column, span.end_column) == ("main.tf", 2, 1, 6)


def test_all_kinds_of_comments_are_kept() -> None:
    text = "# one\na = 1 // two\nb = [ /* three\n */ 1, # four\n]\nc { # five\n}\n#six"
    file = parse(text, "main.tf")
    assert [text[one.start : one.end] for one in file.comments] == [
        "# one",
        "// two",
        "/* three\n */",
        "# four",
        "# five",
        "#six",
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "text",
    [
        "a = 1",
        "a = 1\n",
        "a {}",
        "a { b = 1 }\n",
        "a { # comment\n}\n",
        'a "b" "c" {\n}\n',
        "a = [\n1,\n\n2\n]\n",
        "a = {\nb = 1\n\nc = 2,\nd = 3\n}\n",
        "a = (b\n? c\n: d)\n",
        'a = "${\nb\n}"\n',
        "\ufeffa = 1\n",
        "",
        "\n\n",
        "# only a comment",
    ],
)
def test_where_a_line_may_end(text: str, newline: str) -> None:
    assert parse(text.replace("\n", newline), "main.tf").problems == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1 b = 2\n", "expected a new line, found 'b'"),
        ("a = b\n.c\n", "expected an argument or a block, found '.'"),
        ("a = b +\nc\n", "expected a value, found the end of the line"),
        ("a =\n1\n", "expected a value, found the end of the line"),
        ("a\n{\n}\n", "expected '=' and a value, or a block, found the end of the line"),
        ('a "b"\n{\n}\n', "expected a label or '{', found the end of the line"),
        ("a { b = 1, c = 2 }\n", "expected '}', found ','"),
        ("a { b {} }\n", "expected one argument, found '{'"),
        ("a { b = 1\n}\n", "expected '}', found the end of the line"),
        ("a {\n  b = 1 }\n", "expected a new line, found '}'"),
        ("a {} b {}\n", "expected a new line, found 'b'"),
        ('a "${b}" {}\n', "a label cannot hold ${...} or %{...}"),
        ("a = 1\na = 2\n", "a is set twice, first on line 1"),
        ("a = {b = 1\n, c = 2}\n", "expected a value, found ','"),
        ("a {\n", "this block is never closed"),
        ("}\n", "expected an argument or a block, found '}'"),
        ('a = "b\n', "this text has no closing quotation mark on its line"),
        ("a = <<E\nb\n", "the heredoc E never ends"),
        ("a = <<E\nb\nE", "the heredoc E never ends"),
        ("a = <<E x\nb\nE\n", "expected a value, found '<<'"),
        ("/* a", "this comment never ends"),
    ],
)
def test_where_it_may_not(text: str, message: str) -> None:
    assert [problem.message for problem in parse(text, "main.tf").problems] == [message]
