from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from walint.findings.result import Location, SuppressedBy
from walint.findings.ruleinfo import RuleInfo
from walint.findings.suppression import Suppression, Suppressions, Where, collect
from walint.model.graph import Graph
from walint.model.resource import Ignore, Resource
from walint.model.span import Span
from walint.sources.globs import path_matches

TODAY = date(2026, 6, 1)
Make = Callable[..., Resource]

TEMPLATE = """Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      TracingConfig:
        Mode: PassThrough
"""


def scan(resource: Resource, text: str, *config: Suppression) -> Suppressions:
    graph = Graph(files=["app.yaml"])
    graph.add(resource)
    return collect(graph, {"app.yaml": text}.get, config, TODAY)


def messages(suppressions: Suppressions, rule: RuleInfo, *, whole: bool = True) -> list[str]:
    return [notice.message for notice in suppressions.notices([rule], rule.names, whole=whole)]


@pytest.mark.parametrize("line", [1, 2, 5, 6])
def test_a_comment_on_or_above_the_blamed_line_or_the_resource(make_resource: Make, rule: RuleInfo, line: int) -> None:
    """Line 1 is above the resource, 2 its first line, 5 above the blamed line, 6 the blamed line."""
    lines = TEMPLATE.splitlines()
    comment = '# walint: ignore[lambda-tracing] reason="batch"'
    if line in (2, 6):
        lines[line - 1] += "  " + comment
    else:
        indent = len(lines[line]) - len(lines[line].lstrip())
        lines.insert(line, " " * indent + comment)
    shift = 0 if line in (2, 6) else 1
    resource = make_resource(line=2 + (shift if line == 1 else 0))
    suppressions = scan(resource, "\n".join(lines) + "\n")
    blamed = Location("app.yaml", 6 + shift, 9, 6 + shift, 20)
    accepted = suppressions.match(rule, resource, blamed)
    assert accepted is not None
    assert (accepted.kind, accepted.reason) == ("comment", "batch")
    assert messages(suppressions, rule) == []


def test_a_comment_elsewhere_suppresses_nothing_and_is_reported(make_resource: Make, rule: RuleInfo) -> None:
    text = TEMPLATE + '  # walint: ignore[lambda-tracing] reason="batch"\n  Other:\n    Type: AWS::SQS::Queue\n'
    resource = make_resource(line=2)
    suppressions = scan(resource, text)
    assert suppressions.match(rule, resource, Location("app.yaml", 6, 9, 6, 20)) is None
    assert messages(suppressions, rule) == ["unused suppression: lambda-tracing reports nothing here any more"]


def by_metadata(make_resource: Make, rule: str, reason: str | None, until: str | None) -> tuple[Resource, Suppressions]:
    resource = make_resource(ignores=(Ignore(rule, reason, until, Span("app.yaml", 9, 7, 9, 30)),))
    return resource, scan(resource, TEMPLATE)


def test_metadata(make_resource: Make, rule: RuleInfo) -> None:
    resource, suppressions = by_metadata(make_resource, "lambda-tracing", "batch", "2026-06-01")
    expected = SuppressedBy("metadata", "batch", "2026-06-01", Location("app.yaml", 9, 7, 9, 30))
    assert suppressions.match(rule, resource, None) == expected


@pytest.mark.parametrize(
    ("reason", "until", "told"),
    [
        (None, None, "suppression of lambda-tracing is not honoured: it gives no reason"),
        ("", None, "suppression of lambda-tracing is not honoured: it gives no reason"),
        ("batch", "2026-05-31", "suppression of lambda-tracing expired on 2026-05-31: its findings are reported again"),
        ("batch", "soon", "suppression of lambda-tracing is not honoured: until=soon is no date (YYYY-MM-DD)"),
    ],
)
def test_what_is_not_honoured(
    make_resource: Make, rule: RuleInfo, reason: str | None, until: str | None, told: str
) -> None:
    resource, suppressions = by_metadata(make_resource, "lambda-tracing", reason, until)
    assert suppressions.match(rule, resource, None) is None
    assert messages(suppressions, rule) == [told]


def test_an_unknown_rule_is_named_with_the_one_that_was_meant(make_resource: Make, rule: RuleInfo) -> None:
    _, suppressions = by_metadata(make_resource, "lambda-trace", "batch", None)
    assert messages(suppressions, rule) == [
        "suppression of an unknown rule: lambda-trace; did you mean lambda-tracing?"
    ]


def test_a_suppression_of_a_rule_that_did_not_run_is_not_unused(make_resource: Make, rule: RuleInfo) -> None:
    _, suppressions = by_metadata(make_resource, "sqs-dlq", "batch", None)
    assert suppressions.notices([rule], {"lambda-tracing", "sqs-dlq"}, whole=True) == []


def test_an_old_name_of_a_rule_still_works(make_resource: Make) -> None:
    renamed = RuleInfo("lambda-tracing", "t", "p", "high", aliases=("function-tracing",))
    resource, suppressions = by_metadata(make_resource, "function-tracing", "batch", None)
    assert suppressions.match(renamed, resource, None) is not None
    assert messages(suppressions, renamed) == []


@pytest.mark.parametrize(
    ("where", "matches"),
    [
        (Where(), True),
        (Where(path="app.yaml"), True),
        (Where(path="*.yaml"), True),
        (Where(path="legacy/**"), False),
        (Where(resource="Ord*"), True),
        (Where(resource="Payments"), False),
        (Where(path="app.yaml", resource="Payments"), False),
        (Where(account="123456789012"), False),
        (Where(region="eu-*"), False),
    ],
)
def test_config(make_resource: Make, rule: RuleInfo, where: Where, matches: bool) -> None:  # noqa: FBT001
    entry = Suppression("config", ("lambda-*",), "batch", None, None, where=where)
    resource = make_resource()
    suppressions = scan(resource, TEMPLATE, entry)
    assert (suppressions.match(rule, resource, None) is not None) == matches
    assert messages(suppressions, rule) == (
        [] if matches else ["unused suppression: lambda-* reports nothing here any more"]
    )
    assert messages(suppressions, rule, whole=False) == []


def test_a_comment_that_cannot_be_read_is_reported(make_resource: Make, rule: RuleInfo) -> None:
    suppressions = scan(make_resource(), "# walint: ignore lambda-tracing\n" + TEMPLATE)
    (notice,) = suppressions.notices([rule], rule.names, whole=True)
    assert notice.message.startswith("this comment suppresses nothing: it is written # walint: ignore[rule-id]")
    assert notice.location == Location("app.yaml", 1, 1, 1, 32)


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("a/b.yaml", "a", True),
        ("a/b.yaml", "a/", True),
        ("a/b.yaml", "./a/b.yaml", True),
        ("a/b.yaml", "**/b.yaml", True),
        ("b.yaml", "**/b.yaml", True),
        ("a/b.yaml", "*.yaml", True),
        ("ab/c.yaml", "a", False),
        ("a/b.yaml", "b.yaml", False),
        ("a/b.yaml", ".", True),
    ],
)
def test_path_globs(path: str, pattern: str, expected: bool) -> None:  # noqa: FBT001
    assert path_matches(path, pattern) == expected
