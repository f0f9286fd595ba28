from __future__ import annotations

from collections.abc import Callable

import pytest

from walint.findings.evaluation import Evaluation, Fact
from walint.findings.ruleinfo import RuleInfo
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Known

TRACING = RuleInfo(
    "lambda-tracing", "Lambda function is not traced", "Lambda function is traced", "high", ("OPS04-BP05",)
)


@pytest.fixture
def rule() -> RuleInfo:
    return TRACING


@pytest.fixture
def make_resource() -> Callable[..., Resource]:
    def make(address: str = "Orders", path: str = "app.yaml", line: int = 3, **fields: object) -> Resource:
        defaults: dict[str, object] = {
            "key": f"{fields.get('unit', path)}#{address}",
            "type": "AWS::Lambda::Function",
            "name": address.rpartition("/")[2],
            "source": "cloudformation",
            "unit": path,
            "properties": Known({}),
            "span": Span(path, line, 3, line + 5, 1),
        }
        return Resource(address=address, **(defaults | fields))  # type: ignore[arg-type]

    return make


@pytest.fixture
def fail() -> Callable[..., Evaluation]:
    def make(
        resource: Resource, line: int | None = None, path: str = "TracingConfig.Mode", **fields: object
    ) -> Evaluation:
        span = Span(resource.span.path, line, 7, line, 20) if line and resource.span else None
        fact = Fact(path, "Tracing", "Active", "PassThrough (AWS default)", span)
        values: dict[str, object] = {"outcome": "fail", "severity": "high", "facts": (fact,)}
        return Evaluation("lambda-tracing", resource, **(values | fields))  # type: ignore[arg-type]

    return make
