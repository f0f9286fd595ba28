"""What asking a relation gives: the resources that are related, surely or perhaps, and what is out of sight."""

from __future__ import annotations

from collections.abc import Hashable

from walint.language.truth import Judgement
from walint.model.resource import Resource
from walint.records import NamedTuple, dataclass, field


class Link(NamedTuple):
    """A related resource, and whether the relation holds: surely (True) or perhaps (None, with the reasons)."""

    resource: Resource
    judgement: Judgement


@dataclass(slots=True)
class Population:
    """The resources that are, or may be, related; `more` says why there may be others out of sight.

    `common` names them where many subjects have the same `links`; it is None where they are one subject's own.
    """

    links: list[Link] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    common: Hashable = None
