"""The provider configuration of a planned resource: its region and the tags that it adds."""

from __future__ import annotations

from collections.abc import Mapping

from walint.model.value import Absent, Known, Unknown, Value
from walint.sources.terraform.plan.configuration import Configured, longest
from walint.sources.terraform.plan.document import Change, Json, Plan, mapping
from walint.sources.terraform.plan.merging import SENSITIVE
from walint.sources.terraform.resource import Provider


class Providers:
    """The providers of one plan."""

    def __init__(self, plan: Plan, configured: Configured) -> None:
        self._plan = plan
        self._configured = configured
        self._known: dict[int, tuple[str, Value, Value]] = {}

    def of(self, change: Change, block: Mapping[str, Json] | None) -> Provider | None:
        """The provider that a resource uses; None where the plan does not tell."""
        if block is None:
            return None
        name, entry = self._configured.provider(block)
        if not name:
            return None
        key = id(entry)
        if key not in self._known:
            expressions = mapping(entry, "expressions")
            at_root = not entry.get("module_address")
            alias = entry.get("alias")
            spoken = f"{entry.get('name')}.{alias}" if isinstance(alias, str) else name
            self._known[key] = (
                spoken,
                self._value(expressions.get("region"), at_root=at_root),
                self._default_tags(expressions.get("default_tags"), at_root=at_root),
            )
        spoken, region, tags = self._known[key]
        return Provider(spoken if entry else name, region, _inherited(change) or tags)

    def _value(self, expression: Json, *, at_root: bool) -> Value:
        """A text argument of a provider: a constant, or a variable of the root module."""
        if not isinstance(expression, dict):
            return Absent()
        constant = expression.get("constant_value")
        if isinstance(constant, str):
            return Known(constant)
        references = expression.get("references")
        names = longest(references) if isinstance(references, list) else []
        if at_root and len(names) == 1 and names[0].startswith("var."):
            value = self._plan.variable(names[0].removeprefix("var."))
            if isinstance(value, str):
                return Known(value)
        return Unknown(f"it comes from {', '.join(names)}" if names else "the plan does not tell it")

    def _default_tags(self, blocks: Json, *, at_root: bool) -> Value:
        """The tags of `default_tags { tags = {...} }`."""
        several = blocks if isinstance(blocks, list) else [blocks]
        told = next((block["tags"] for block in several if isinstance(block, dict) and "tags" in block), None)
        if not isinstance(told, dict):
            return Known({})
        tags = told.get("constant_value")
        if isinstance(tags, dict):
            return Known({key: Known(value) for key, value in tags.items() if isinstance(value, str)})
        value = self._value(told, at_root=at_root)
        return value if isinstance(value, Unknown) else Unknown("the provider's default_tags cannot be told")


def _inherited(change: Change) -> Value | None:
    """The tags that a resource has from its provider, where the plan knows all of its tags."""
    whole, own = change.after.get("tags_all"), change.after.get("tags")
    masked = change.mask.get("tags_all") if change.mask else None
    if not isinstance(whole, dict) or _any(masked):
        return None
    hidden = change.sensitive.get("tags_all") if isinstance(change.sensitive, dict) else change.sensitive
    if hidden is True:
        return Unknown(SENSITIVE)
    covered = hidden if isinstance(hidden, dict) else {}
    own = own if isinstance(own, dict) else {}
    return Known(
        {
            key: Unknown(SENSITIVE) if covered.get(key) else Known(value)
            for key, value in whole.items()
            if key not in own and isinstance(value, str)
        }
    )


def _any(mask: Json) -> bool:
    if isinstance(mask, dict):
        return any(_any(inner) for inner in mask.values())
    return bool(mask)
