"""How a finding is recognised again after its lines have moved.

A fingerprint is made of the rule's id (its oldest one after a rename), of what the user wrote (the file or module that
declares the resource, the resource's own address there, its type) and of the property that is blamed. Nothing in it
depends on line numbers, on the order of resources, on formatting, on the wording of a message or on the value found.

What follows from that:

- In CloudFormation, SAM and CDK a resource lives in one template: moving it to another template makes a new finding.
  A nested stack that is used twice declares its resources once, so both uses share a fingerprint; so does a template
  that is scanned alone and as a nested stack.
- In Terraform the module's folder and the block's address in it count, not the file and not the instance: moving a
  resource from main.tf to alarms.tf, a `count` of three instead of two, or one more call of the module change nothing,
  and a plan gives the same fingerprints as the configuration it was made from. Where a block's own lines are not
  shown (it lies in a downloaded module, or a plan is all there is), its whole address without instance keys counts.
- The hash that SAM puts at the end of the logical ids it makes up (`OrdersVersion0a1b2c3d4e`) is left out, for it
  changes with the code.
- Two findings that are the same by all this are told apart by a number, in the order of their addresses.
"""

from __future__ import annotations

from collections.abc import Sequence

from walint.digests import sha256
from walint.model.resource import Resource
from walint.patterns import lazy

_LENGTH = 32
_SAM_HASH = lazy(r"[0-9a-f]{10}$")
_INDEX = lazy(r"\[(?:\d+|\*)\]|\.\d+(?=\.|$)")
_MODULES = lazy(r"^(?:module\.[^.]+\.)+")
_KEYS = lazy(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')
"""Instance keys in a Terraform address: [0], ["a"]."""


def identity(resource: Resource) -> tuple[str, str, str]:
    """What names a resource from run to run: where it is declared, its own address there, and its type."""
    declared_in = resource.span.path if resource.span else resource.unit
    match resource.source:
        case "sam" | "cloudformation":
            address = resource.address.rpartition("/")[2]
            if resource.generated:
                address = _SAM_HASH.sub("", address)
            return declared_in, address, resource.type
        case "terraform" | "terraform-plan":
            address = _KEYS.sub("", resource.address)
            if resource.declared is None or resource.declared[0] == declared_in:
                address = _MODULES.sub("", address)
            return declared_in.rpartition("/")[0], address, resource.type
        case _:
            return resource.unit, resource.arn or resource.address, resource.type


def fact_of(path: str) -> str:
    """The blamed property without the positions of list items, which change when a list is reordered."""
    return _INDEX.sub("", path)


def fingerprint(rule_id: str, resource: Resource, path: str, ordinal: int = 0) -> str:
    """The fingerprint, 32 hexadecimal digits. `path` is the CloudFormation path blamed, "" for the whole resource."""
    parts = [rule_id, *identity(resource), fact_of(path)]
    if ordinal:
        parts.append(str(ordinal))
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass"))[:_LENGTH]


def fingerprints(rule_ids: Sequence[str], judged: Sequence[tuple[Resource, str]]) -> list[str]:
    """The fingerprints of several findings, each a resource and a path, with numbers where they would be the same."""
    order = sorted(
        range(len(judged)), key=lambda i: (rule_ids[i], judged[i][0].unit, judged[i][0].address, judged[i][1])
    )
    taken: dict[tuple[str, ...], int] = {}
    result = [""] * len(judged)
    for position in order:
        resource, path = judged[position]
        base = (rule_ids[position], *identity(resource), fact_of(path))
        ordinal = taken.get(base, 0)
        taken[base] = ordinal + 1
        result[position] = fingerprint(rule_ids[position], resource, path, ordinal)
    return result
