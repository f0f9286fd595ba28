"""A plan as evaluated resources: values, presence, references and lines put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from walint.model.span import Span
from walint.model.value import Known, Unknown, Value
from walint.sources.terraform.plan.configuration import Configured
from walint.sources.terraform.plan.document import Change, Json, Plan, mapping, steps_of, without_keys
from walint.sources.terraform.plan.existing import Existing
from walint.sources.terraform.plan.lines import Lines
from walint.sources.terraform.plan.merging import Merger, Surroundings
from walint.sources.terraform.plan.places import Place, Places, Route
from walint.sources.terraform.plan.providers import Providers
from walint.sources.terraform.plan.references import References
from walint.sources.terraform.plan.twins import Twins
from walint.sources.terraform.resource import TerraformResource

_NO_LIFECYCLE = Unknown("a plan does not tell it; --root names the folder with the configuration of the plan")


class Reader:
    """Reads the resources of one plan."""

    def __init__(self, plan: Plan, unit: str, places: Places | None, lines: Lines, twins: Twins | None = None) -> None:
        """`places` is the configuration that the plan was made from, where it is at hand, and `twins` what it gives."""
        self._plan = plan
        self._unit = unit
        self._places = places
        self._lines = lines
        self._configured = Configured(plan)
        self._twins = twins
        self._references = References(plan, self._configured, unit, twins)
        self._existing = Existing(plan, unit)
        self._providers = Providers(plan, self._configured)

    def resources(self, types: tuple[str, ...] = ("",)) -> Iterator[TerraformResource]:
        """The managed resources whose type begins with one of some texts."""
        for change in self._plan.changes:
            if change.type.startswith(types):
                yield self._resource(change)

    def _resource(self, change: Change) -> TerraformResource:
        steps = steps_of(change.module)
        place = self._places.of(steps, change.type, change.name) if self._places else None
        written = self._lines.of(change.address) if place is None else place.span
        block = self._configured.block(steps, change.local)
        return TerraformResource(
            unit=self._unit,
            address=change.address,
            type=change.type,
            name=change.name,
            source="terraform-plan",
            body=self._body(change, block, place, written),
            span=written,
            declared=place.declared if place else (f"{self._plan.path}#{without_keys(change.address)}", 0),
            meta=self._meta(change, place),
            provider=self._providers.of(change, block),
            module=change.module,
            note=place.note if place else "",
        )

    def _body(self, change: Change, block: Mapping[str, Json] | None, place: Place | None, written: Span) -> Known:
        def span(route: Route) -> Span:
            return written if place is None else place.at(route)

        def unknown(routes: Sequence[Route], told: Json) -> Mapping[Route, Value]:
            return self._references.of(change, routes, told, span)

        def dynamic(name: str) -> bool | None:
            twin = self._twins.of(change.address) if self._twins else None
            if twin is not None and isinstance(twin.body.data, dict) and name in twin.body.data:
                return True
            return None if place is None or place.block is None else place.is_dynamic(name)

        told = None if block is None else mapping(block, "expressions")

        def known(text: str, route: Route) -> Value:
            return self._existing.named(text, change, span(route))

        return Merger(change, told, Surroundings(span, unknown, dynamic, known)).body()

    def _meta(self, change: Change, place: Place | None) -> Mapping[str, Value]:
        """The meta-arguments, which only the configuration tells."""
        twin = self._twins.of(change.address) if self._twins else None
        if twin is not None:
            return twin.meta
        return {"lifecycle": _NO_LIFECYCLE} if place is None or place.block is None else place.meta()


def blocks_of(plan: Plan) -> Iterator[str]:
    """The addresses, without instance keys, of every resource block that the plan speaks of."""
    for steps, local in Configured(plan).blocks():
        yield "".join(f"module.{name}." for name in steps) + local
    for change in plan.changes:
        yield without_keys(change.address)
