"""One place in a file that stands for several resources: how many of them a finding is about, in words.

A nested stack that is used twice declares its resources once; so does a Terraform block with `count` or `for_each`, and
every block of a module that is called several times. Such a block is one finding with its instances listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from walint.findings.evaluation import Evaluation, Outcome
from walint.model.graph import Graph
from walint.model.resource import Resource

_MOST_NAMED = 5
_VERBS: dict[Outcome, str] = {
    "fail": "Fails",
    "suppressed": "Fails",
    "unknown": "Undecided",
    "pass": "Holds",
    "error": "Not judged",
}
_Block: TypeAlias = tuple[tuple[str, int], str]


class Instances:
    """How many instances of each Terraform block every rule judged."""

    def __init__(self, graph: Graph) -> None:
        """Only blocks with several instances are counted."""
        times: dict[_Block, int] = {}
        for resource in graph.resources:
            if resource.declared is not None:
                block = (resource.declared, resource.type)
                times[block] = times.get(block, 0) + 1
        self._several = {block for block, count in times.items() if count > 1}
        self._judged: dict[tuple[str, _Block], int] = {}

    def count(self, evaluation: Evaluation) -> None:
        """Counts one evaluation; what a rule does not apply to is not judged by it."""
        declared = evaluation.resource.declared
        if declared is None or evaluation.outcome == "not-applicable":
            return
        block = (declared, evaluation.resource.type)
        if block in self._several:
            key = (evaluation.rule_id, block)
            self._judged[key] = self._judged.get(key, 0) + 1

    def of(self, evaluation: Evaluation) -> int:
        """How many instances of the block of an evaluation its rule judged; 1 where there is only one."""
        resource = evaluation.resource
        if resource.declared is None:
            return 1
        return self._judged.get((evaluation.rule_id, (resource.declared, resource.type)), 1)


def addresses_of(resources: Iterable[Resource]) -> list[str]:
    """The addresses of several resources, sorted; with their units where an address alone does not tell them apart."""
    whole = {(resource.unit, resource.address) for resource in resources}
    plain = {address for _, address in whole}
    if len(plain) == len(whole):
        return sorted(plain)
    return sorted(f"{unit}: {address}" for unit, address in whole)


def said(outcome: Outcome, resource: Resource, addresses: Sequence[str], judged: int) -> str:
    """A sentence on the instances of what is found, "" where there is only one."""
    if resource.declared is None:
        if len(addresses) < 2:  # noqa: PLR2004
            return ""
        return f"The same lines declare {len(addresses)} resources{named(addresses)}"
    if judged <= 1 and len(addresses) < 2:  # noqa: PLR2004
        return ""
    several = f"{len(addresses)} of {judged}" if judged > len(addresses) else f"{len(addresses)}"
    return f"{_VERBS.get(outcome, 'Found')} in {several} instances{named(addresses)}"


def named(addresses: Sequence[str]) -> str:
    """The end of such a sentence: the first addresses, and how many more there are."""
    more = f" and {len(addresses) - _MOST_NAMED} more" if len(addresses) > _MOST_NAMED else ""
    return f": {', '.join(addresses[:_MOST_NAMED])}{more}"
