"""What the operator `lambda_runtime_supported` says of a runtime that fails it."""

from __future__ import annotations

from datetime import date

from walint.catalog import runtimes
from walint.language.condition import compile_condition
from walint.language.relation import Relations
from walint.language.scope import Context, resource_scope
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.value import Known


def test_the_end_of_support_is_told() -> None:
    properties = Known({"Runtime": Known("nodejs16.x")})
    function = Resource("t#F", "AWS::Lambda::Function", "F", "F", "cloudformation", "t", properties)
    graph = Graph()
    graph.add(function)
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    condition = compile_condition({"Runtime": {"lambda_runtime_supported": {"within_days": 0}}}, {})
    ended = runtimes.deprecation_date("nodejs16.x")
    assert ended is not None
    found = [fact.found for fact in condition(resource_scope(context, function)).facts]
    assert found == [f"nodejs16.x, whose end of support is {ended.isoformat()}"]
