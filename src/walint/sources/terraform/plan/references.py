"""What the unknown values of a plan come from: references to other resources, as far as the plan tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from walint.model.span import Span
from walint.model.value import Known, Reference, Text, Unknown, Value
from walint.sources.terraform.plan.configuration import Configured, Source
from walint.sources.terraform.plan.document import Change, Json, Plan, objects, without_keys
from walint.sources.terraform.plan.merging import LATER
from walint.sources.terraform.plan.places import Route
from walint.sources.terraform.plan.twins import Twins

_COMPOSED = frozenset(
    (
        "resource_id", "source_arn", "resource", "resource_arn_pattern", "policy", "assume_role_policy", "definition",
        "container_definitions", "dashboard_body", "redrive_policy", "redrive_allow_policy", "body", "user_data",
        "user_data_base64", "event_pattern", "alarm_rule", "expression", "uri", "integration_uri", "access_policies",
        "template_body", "document", "content", "input", "input_template", "schedule_expression", "query_string",
    )
)  # fmt: skip
"""Arguments whose text is put together as a rule, so that one reference in it does not say what all of it is."""

_MOST_NAMED = 3


class References:
    """The resources of one plan, to say what an unknown value refers to."""

    def __init__(self, plan: Plan, configured: Configured, unit: str, twins: Twins | None) -> None:
        """`twins` are the resources as the configuration gives them, where it is at hand."""
        self._configured = configured
        self._twins = twins
        self._unit = unit
        self._changes = {change.address: change for change in plan.changes}
        self._instances: dict[str, list[str]] = {}
        for change in plan.changes:
            block = f"{change.module}.{change.local}".removeprefix(".")
            self._instances.setdefault(block, []).append(change.address)
        self._read_later = {
            f"data.{entry.get('type')}.{entry.get('name')}"
            for entry in objects(plan.data.get("resource_changes"))
            if entry.get("mode") == "data"
        }

    def of(
        self, change: Change, routes: Sequence[Route], told: Json, span: Callable[[Route], Span]
    ) -> Mapping[Route, Value]:
        """What stands for the unknown leaves of one argument, by their routes."""
        found: dict[Route, Value] = {}
        for route in routes if self._twins else ():
            value = self._twins.value(change.address, route) if self._twins else None
            if value is not None:
                found[route] = self._retargeted(value)
        left = [route for route in routes if route not in found]
        return {**found, **self._by_reference(change, left, told, span)} if left else found

    def _by_reference(
        self, change: Change, routes: Sequence[Route], told: Json, span: Callable[[Route], Span]
    ) -> Mapping[Route, Value]:
        """The same by what the plan itself tells."""
        sources = self._configured.sources(told, change.module)
        open_ = [] if sources is None else [source for source in sources if not self._known(source)]
        if len(open_) == len(routes) == 1 and routes[0][-1] == "redrive_policy":
            return {routes[0]: self._redrive(open_[0], span(routes[0]))}
        if sources is None or not self._one_to_one(routes, sources, open_):
            said = _said(open_)
            return {route: Unknown(f"{LATER}{said}", span(route)) for route in routes}
        return {route: self._value(source, span(route), route) for route, source in zip(routes, open_, strict=True)}

    @staticmethod
    def _one_to_one(routes: Sequence[Route], sources: Sequence[Source], open_: Sequence[Source]) -> bool:
        """Whether every unknown leaf is one reference and nothing else, as far as the plan shows it."""
        if len(open_) != len(routes):
            return False
        if len(routes) == 1:
            in_collection = isinstance(routes[0][-1], int)
            return routes[0][-1] not in _COMPOSED and (in_collection or len(sources) == 1 or len(routes[0]) > 1)
        parents = {route[:-1] for route in routes}
        return len(parents) == 1 and all(isinstance(route[-1], int) for route in routes)

    def _known(self, source: Source) -> bool:
        """Whether what a reference stands for is known in the plan, so that it makes nothing unknown."""
        if source.text.startswith("var."):
            return True
        if source.text.startswith("data."):
            return ".".join(without_keys(source.text).split(".")[:3]) not in self._read_later
        instance = self._instance(source)
        if instance is None or source.attribute is None:
            return False
        change = self._changes[instance]
        masked = change.mask.get(source.attribute) if change.mask else None
        return not masked and change.after.get(source.attribute) is not None

    def _instance(self, source: Source) -> str | None:
        """The resource instance that is meant; None where there is none, or where there are several."""
        if source.address is None:
            return None
        if source.address in self._changes:
            return source.address
        several = self._instances.get(source.address, ())
        return several[0] if len(several) == 1 else None

    def _retargeted(self, value: Value) -> Value:
        """A value of the configuration with its references leading to instances of the plan.

        The configuration may not have told how many there are: a reference to a block then means its only instance.
        """
        if isinstance(value, Reference):
            return self._instance_of(value)
        if isinstance(value, Text):
            pieces = (self._instance_of(piece) if isinstance(piece, Reference) else piece for piece in value.pieces)
            return Text(tuple(pieces), value.span, value.origin)
        return value

    def _redrive(self, source: Source, span: Span) -> Value:
        """A redrive policy: the one thing in it that can be the ARN of a queue is where dead letters go."""
        target = self._value(source, span)
        why = Unknown(f"{LATER}{_said([source])}", span)
        if isinstance(target, Reference) and target.attribute == "arn":
            return Known({"deadLetterTargetArn": target}, span, rest=why)
        return why

    def _instance_of(self, reference: Reference) -> Reference:
        unit, _, address = reference.target.partition("#")
        several = self._instances.get(address, ())
        if unit != self._unit or address in self._changes or len(several) != 1:
            return reference
        return Reference(f"{unit}#{several[0]}", reference.attribute, reference.span, reference.text)

    def _value(self, source: Source, span: Span, route: Route = ()) -> Value:
        instance = self._instance(source)
        attribute = source.attribute
        if (
            instance is not None
            and attribute is None
            and without_keys(source.text).endswith(self._changes[instance].local)
        ):
            attribute = _asked_of(self._changes[instance].type, route)
        if instance is None or attribute is None:
            return Unknown(f"{LATER}{_said([source])}", span)
        return Reference(f"{self._unit}#{instance}", attribute, span)


def _asked_of(resource_type: str, route: Route) -> str | None:
    """The attribute of a resource that an argument asks for, by its name: `vpc_id` is the id of an `aws_vpc`.

    Plans of Terraform before 0.15 name the resource alone.
    """
    name = next((str(step) for step in reversed(route) if not isinstance(step, int)), "").removesuffix("s")
    stem, _, attribute = name.rpartition("_")
    fits = bool(stem) and f"_{resource_type}".endswith(f"_{stem}")
    return attribute if fits and attribute in ("id", "arn") else None


def _said(sources: Sequence[Source]) -> str:
    names = list(dict.fromkeys(source.text for source in sources))
    if not names:
        return ""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f", from {', '.join(names[:_MOST_NAMED])}{more}"
