from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from walint.findings.instances import said
from walint.findings.result import Result
from walint.model.resource import Resource
from walint.model.value import Known
from walint.reports.concise import render
from walint.reports.context import ReportContext


def test_golden(result: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report-concise.txt", render(result, replace(context, show_unknown=True)))


def test_a_clean_run_prints_nothing(empty: Result, context: ReportContext) -> None:
    assert render(empty, context) == ""


def test_one_line_a_record_whatever_the_names(result: Result, context: ReportContext) -> None:
    record = result.findings[0]._replace(message="two\nlines \x1b[1m")
    text = render(replace(result, findings=[record], incomplete=[]), context)
    assert text == "app/template.yaml:9:16: high lambda-tracing two␊lines ␛[1m\n"


@pytest.mark.parametrize(
    ("declared", "count", "told"),
    [
        (("main.tf", 3), 3, "Fails in 3 instances: a[0], a[1], a[2]."),
        (("main.tf", 3), 4, "Fails in 4 instances."),
        (("main.tf", 3), 90, "Fails in 90 instances."),
        (None, 2, "The same lines declare 2 resources: a[0], a[1]."),
        (None, 90, "The same lines declare 90 resources."),
    ],
)
def test_many_instances_are_only_counted(
    declared: tuple[str, int] | None, count: int, told: str, result: Result, context: ReportContext
) -> None:
    addresses = [f"a[{number}]" for number in range(count)]
    kind = "AWS::Lambda::Function"
    resource = Resource("a[0]", kind, "a[0]", "a", "terraform", ".", Known({}), None, declared=declared)
    sentence = said("fail", resource, addresses, count)
    record = result.findings[0]._replace(message=f"A: not traced. {sentence}. Note", instances=tuple(addresses))
    text = render(replace(result, findings=[record], incomplete=[]), context)
    assert text == f"app/template.yaml:9:16: high lambda-tracing A: not traced. {told} Note\n"
