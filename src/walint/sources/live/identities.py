"""By which names, ARNs, ids and URLs a live resource is known, from AWS's answer or built from its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from walint.catalog.identity import identity_of
from walint.catalog.live import Collector
from walint.sources.live.paths import MISSING, fill
from walint.sources.live.places import Place


def identify(
    collector: Collector, type_name: str, item: Any, around: Mapping[str, Any], place: Place
) -> dict[str, str]:
    """Kind of identity -> text, as the table says where it stands; the ARN is built where AWS does not return it."""
    found: dict[str, str] = {}
    for kind, path in collector.identity.items():
        value = fill(path if path.startswith("$") or "${" in path else f"${{item.{path}}}", item, around)
        if value is not MISSING and value not in ("", None):
            found[kind] = str(value)
    identity = identity_of(type_name)
    template = identity.arn_resource if identity is not None else None
    if template is not None:
        if "arn" not in found:
            arn = built_arn(template, found, place)
            if arn is not None:
                found["arn"] = arn
        elif "{full_name}" in template and "full_name" not in found:
            full_name = full_name_of(template, found["arn"])
            if full_name is not None:
                found["full_name"] = full_name
    if "name" not in found:
        found["name"] = found.get("id") or re.split(r"[:/]", found.get("arn") or found.get("url", ""))[-1]
    return found


def built_arn(template: str, known: Mapping[str, str], place: Place) -> str | None:
    """An ARN by the catalogue's template ("lambda:function:{name}"); None when a part of it is not known."""
    service, _, resource = template.partition(":")
    names = re.findall(r"\{(\w+)\}", resource)
    if any(name not in known for name in names):
        return None
    filled = resource.format(**known)
    return f"arn:{place.partition}:{service}:{place.region}:{place.account}:{filled}"


def full_name_of(template: str, arn: str) -> str | None:
    """The part of a load balancer's ARN that CloudWatch uses as a dimension."""
    before = template.partition(":")[2].partition("{full_name}")[0]
    tail = arn.split(":", 5)[-1]
    return tail.removeprefix(before) if tail.startswith(before) else None
