from __future__ import annotations

import pytest

from walint.findings.comments import comments_in

ABOVE = """Resources:
  # walint: ignore[lambda-tracing] reason="batch job, traced by OTel" until=2027-01-31
  # and a remark
  Orders:
    Type: AWS::Lambda::Function
"""


def test_a_comment_covers_the_next_line_that_is_no_comment() -> None:
    (comment,) = comments_in("app.yaml", ABOVE)
    assert (comment.line, comment.column, sorted(comment.lines)) == (2, 3, [4])
    assert (comment.rules, comment.reason, comment.until) == (
        ("lambda-tracing",),
        "batch job, traced by OTel",
        "2027-01-31",
    )


def test_a_comment_at_the_end_of_a_line_covers_that_line() -> None:
    text = "A:\n  Mode: PassThrough  # walint: ignore[a, \"b-*\"] reason='one'\n  B: 1\n"
    (comment,) = comments_in("app.yaml", text)
    assert (comment.rules, comment.reason, sorted(comment.lines), sorted(comment.heads)) == (
        ("a", "b-*"),
        "one",
        [2],
        [],
    )


def test_a_comment_at_the_beginning_of_a_block_covers_its_first_line() -> None:
    text = 'Resources:\n  Orders:\n    # walint: ignore[a] reason="x"\n    Type: AWS::SQS::Queue\n'
    (comment,) = comments_in("app.yaml", text)
    assert (sorted(comment.lines), sorted(comment.heads)) == ([4], [2])


def test_a_comment_between_two_resources_belongs_to_the_second() -> None:
    text = 'Resources:\n  A: {Type: AWS::SQS::Queue}\n  # walint: ignore[a] reason="x"\n  B: {Type: AWS::SQS::Queue}\n'
    (comment,) = comments_in("app.yaml", text)
    assert (sorted(comment.lines), sorted(comment.heads)) == ([4], [])


def test_an_empty_line_ends_the_reach_of_a_comment() -> None:
    (comment,) = comments_in("app.yaml", '# walint: ignore[a] reason="x"\n\nA: 1\n')
    assert (sorted(comment.lines), sorted(comment.heads)) == ([], [])


@pytest.mark.parametrize(
    "written",
    [
        '# walint: ignore[a] reason="x"',
        '// walint: ignore[a] reason="x"',
        '/* walint: ignore[a] reason="x" */',
        '#walint:ignore[a]reason="x"',
    ],
)
def test_hcl_comments(written: str) -> None:
    text = f'{written}\nresource "aws_sqs_queue" "q" {{\n  name = "x" {written}\n}}\n'
    first, second = comments_in("main.tf", text)
    assert (first.reason, sorted(first.lines), sorted(second.lines)) == ("x", [2], [3])


def test_windows_line_breaks() -> None:
    (comment,) = comments_in("app.yaml", ABOVE.replace("\n", "\r\n"))
    assert (comment.reason, sorted(comment.lines)) == ("batch job, traced by OTel", [4])


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("# walint: ignore lambda-tracing", "it is written"),
        ("# walint: disable[x]", "it is written"),
        ('# walint: ignore[] reason="x"', "it names no rule"),
        ('# walint: ignore[a] because="x"', "'because' is not one of reason, until"),
        ('# walint: ignore[a] reason="x" and more', "'and more' is not understood"),
        ('# walint: ignore[a] reason="never closed', "is not understood"),
    ],
)
def test_mistakes_are_told(written: str, mistake: str) -> None:
    (comment,) = comments_in("app.yaml", f"{written}\nA: 1\n")
    assert mistake in comment.mistake


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app.json", '{"A": "# walint: ignore[a] reason=1"}'),
        ("app.template", '{"A": "# walint: ignore[a] reason=1"}'),
        ("app.yaml", "A: see walint: the docs\n"),
        ("app.yaml", "A: http://x#walint: ignore[a]\n"),
    ],
)
def test_what_is_no_comment(path: str, text: str) -> None:
    assert list(comments_in(path, text)) == []


def test_hostile_text_takes_no_time() -> None:
    text = "# walint: ignore[" + "a," * 50_000 + "] " + "reason=" * 50_000 + '"' * 50_000
    (comment,) = comments_in("app.yaml", text)
    assert comment.mistake
