"""Relations by mention: a composite alarm's rule names its alarms inside a longer text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from walint.language.relation import Relations, relation_named
from walint.language.scope import Context, resource_scope
from walint.sources import SourceSettings, load


@pytest.mark.parametrize(
    ("rule", "consumers"),
    [
        ('ALARM("orders-errors") OR ALARM("other")', ["Paging"]),
        ("!Sub ALARM(${Errors})", ["Paging"]),
        ('ALARM("orders-errors-2")', []),
        ('ALARM("more-orders-errors")', []),
    ],
)
def test_a_composite_alarm_mentions_an_alarm_by_name_or_reference(
    tmp_path: Path, rule: str, consumers: list[str]
) -> None:
    text = f"""
Resources:
  Errors: {{Type: AWS::CloudWatch::Alarm, Properties: {{AlarmName: orders-errors}}}}
  Paging:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties:
      AlarmRule: {rule}
"""
    (tmp_path / "template.yaml").write_text(text, encoding="utf-8")
    graph = load([tmp_path], SourceSettings(root=tmp_path))
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    errors = next(resource for resource in graph.resources if resource.address == "Errors")
    population = context.relations.related(relation_named("alarm_consumers"), resource_scope(context, errors), {})
    assert consumers == [link.resource.address for link in population.links]
