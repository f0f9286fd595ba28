"""The same resources as the configuration beside a plan gives them: they say what an unknown of the plan is made of.

A plan tells of an unknown value only which references are in its expression. The evaluated configuration tells which
piece of it is what: that `dimensions.QueueName` is one queue's name, that a policy names a topic.
"""

from __future__ import annotations

from collections.abc import Iterable

from walint.model.value import Known, Unknown, Value
from walint.sources.terraform.plan.document import Json, Plan, mapping
from walint.sources.terraform.plan.places import Route
from walint.sources.terraform.resource import TerraformResource
from walint.sources.terraform.values import TerraformValue
from walint.sources.terraform.variables import Given

_MOST_LEVELS = 150


class Twins:
    """Evaluated resources by address."""

    def __init__(self, resources: Iterable[TerraformResource]) -> None:
        self._resources = {resource.address: resource for resource in resources}

    def of(self, address: str) -> TerraformResource | None:
        """The resource instance with an address, if the configuration gives it."""
        return self._resources.get(address)

    def value(self, address: str, route: Route) -> Value | None:
        """What the configuration says of an unknown value of a plan; None where it says nothing more."""
        resource = self._resources.get(address)
        value: Value | None = resource.body if resource else None
        for step in route:
            value = _member(value, step)
        if isinstance(value, Unknown) and value.symbol is None:
            return None
        return value


def given_by(plan: Plan) -> Given:
    """The values that the root module's variables had when the plan was made, but those that must not be shown."""
    given = Given()
    for name in mapping(plan.data, "variables"):
        value = plan.variable(name)
        if value is not None:
            given.give(name, _evaluated(value, 0))
    return given


def _evaluated(value: Json, depth: int) -> TerraformValue:
    """A value of JSON as the evaluator has it."""
    if depth > _MOST_LEVELS:
        return Unknown("it is nested too deep for walint")
    if isinstance(value, dict):
        return {str(key): _evaluated(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_evaluated(item, depth + 1) for item in value)
    plain: bool | int | float | str | None = value
    return plain


def _member(value: Value | None, step: str | int) -> Value | None:
    """One step into a value. In the configuration a block is always in a list, so the steps are the same."""
    if not isinstance(value, Known):
        return None
    data = value.data
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, (tuple, list)) and isinstance(step, int) and step < len(data):
        member: Value = data[step]
        return member
    return None
