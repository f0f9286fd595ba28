"""What exists already is known in a plan by its ARN, id or URL: where another resource has that text, it means it.

The plan of a change to a system that runs holds no references between its resources, only what they came to: an alarm's
dimension is "app/web/50dc6c495c0c9188", and the load balancer's `arn_suffix` is the same.
"""

from __future__ import annotations

from functools import cached_property

from walint.catalog.identity import terraform_attribute
from walint.model.span import Span
from walint.model.value import Known, Reference, Value
from walint.sources.terraform.plan.document import Change, Plan

_OWN = frozenset(("arn", "id", "url", "full_name", "stream_arn", "qualified"))
"""Kinds of identity that AWS makes up, so that no other resource has the same. A name is not: it is compared as one."""


class Existing:
    """The resources of one plan by the texts that only AWS can have given them."""

    def __init__(self, plan: Plan, unit: str) -> None:
        """`unit` is the root module's."""
        self._plan = plan
        self._unit = unit

    def named(self, text: str, change: Change, span: Span) -> Value:
        """A known text of a resource: a reference to the other resource that it identifies, or the text itself."""
        found = self._named.get(text)
        if found is None or found[0] == change.address:
            return Known(text, span)
        return Reference(f"{self._unit}#{found[0]}", found[1], span, text)

    @cached_property
    def _named(self) -> dict[str, tuple[str, str]]:
        """Text -> the address and the attribute that has it; none that two resources share."""
        found: dict[str, tuple[str, str]] = {}
        shared: set[str] = set()
        for change in self._plan.changes:
            hidden = change.sensitive if isinstance(change.sensitive, dict) else {}
            for name, text in change.after.items():
                if not isinstance(text, str) or not text or hidden.get(name):
                    continue
                if terraform_attribute(change.type, name) not in _OWN:
                    continue
                if found.setdefault(text, (change.address, name))[0] != change.address:
                    shared.add(text)
        return {text: place for text, place in found.items() if text not in shared}
