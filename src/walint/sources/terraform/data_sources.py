"""Data sources: the few whose answer follows from the configuration, and symbols for all others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from walint.model.value import Known, Reference, Unknown
from walint.sources.terraform.managed import Managed
from walint.sources.terraform.policies import policy_document
from walint.sources.terraform.values import JsonText, TerraformValue

if TYPE_CHECKING:
    from walint.sources.terraform.resource import Provider

_PLACES: Mapping[str, Mapping[str, str]] = {
    "aws_region": {"name": "region", "id": "region", "region": "region"},
    "aws_caller_identity": {"account_id": "account", "id": "account"},
    "aws_partition": {"partition": "partition", "id": "partition"},
}
"""Data sources that tell where a provider deploys: attribute -> what it says."""


class Data(Managed):
    """An instance of a `data` (or `ephemeral`) block."""

    __slots__ = ()

    def _attribute(self, name: str) -> TerraformValue:
        type_ = self.declared.labels[0]
        if type_ in _PLACES and not self._asks_otherwise():
            place = _PLACES[type_].get(name)
            if place is not None:
                return self._place(place)
        if type_ == "aws_iam_policy_document" and name in {"json", "minified_json"}:
            return self._document(minified=name == "minified_json")
        if type_ == "template_file" and name == "rendered":
            return self._rendered()
        configured = super()._attribute(name)
        if isinstance(configured, Reference) and configured.target == self.key:
            if configured.text is not None:
                return configured.text
            address = f"{self.address}.{name}"
            return Unknown(f"{address} is read from AWS", None, f"{self.key}.{name}")
        return configured

    def _asks_otherwise(self) -> bool:
        """Whether `data "aws_region"` asks for a region by name instead of the provider's own."""
        return not self.declared.body.attributes.keys().isdisjoint({"name", "endpoint", "region"})

    def _place(self, what: str) -> TerraformValue:
        settings = self.module.root.settings
        provider: Provider = self.module.providers.of(self.declared, "aws_")
        known = provider.region.data if what == "region" and isinstance(provider.region, Known) else None
        if isinstance(known, str):
            return known
        said: str | None = getattr(settings, what)
        if said is not None:
            return said
        words = {"region": "the region", "account": "the account", "partition": "the partition"}[what]
        symbol = f"{self.module.root.unit}#{provider.name}:{what}"
        return Unknown(f"{words} of provider {provider.name} is not known", None, symbol, surely_set=True)

    def _rendered(self) -> TerraformValue:
        """What the data source of the template provider, now `templatefile`, makes of its text."""
        from walint.sources.terraform.functions.templating import FUNCTIONS

        found: list[TerraformValue] = []
        for name in ("template", "vars"):
            argument = self.declared.body.attributes.get(name)
            found.append({} if argument is None else self.module.evaluate(argument, self.entry.names))
        return FUNCTIONS["templatestring"](self.scope, *found)

    def _document(self, *, minified: bool) -> TerraformValue:
        """The policy that an `aws_iam_policy_document` renders."""
        document = policy_document(self)
        if isinstance(document, Unknown):
            return document
        if any(True for _ in _unknowns(document)):
            return JsonText(document)
        return json.dumps(document, separators=(",", ":")) if minified else json.dumps(document, indent=2)


def _unknowns(value: TerraformValue) -> Iterator[TerraformValue]:
    """What is not known inside a value."""
    match value:
        case dict():
            for member in value.values():
                yield from _unknowns(member)
        case tuple() | list():
            for item in value:
                yield from _unknowns(item)
        case None | bool() | int() | float() | str():
            return
        case _:
            yield value
