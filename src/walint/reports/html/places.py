"""What the HTML report says of an audit: a map of accounts by regions, refused calls, and what nobody could count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from walint.reports.html.code import shown
from walint.reports.places import place_coverage, place_score
from walint.reports.scores import percent_of
from walint.reports.wording import counted

if TYPE_CHECKING:
    from walint.findings.places import PlaceCount
    from walint.findings.result import Record, Result

_MOST_ROWS = 500
_CALL = re.compile(r"(?P<how>[A-Z][\w ()]{2,60}): (?P<action>[a-z0-9-]+:[A-Za-z0-9]+) in (?P<region>[a-z0-9-]+)")
"""How a failed call stands in a reason: "AccessDenied: lambda:ListFunctions in eu-west-1"."""
_HOW = {"AccessDenied": "denied"}
_STEPS = ((90, "good"), (60, "fair"), (0, "poor"))
"""From which percentage on a cell has which shade."""
_POPULATION = "Walint::Account"
"""The type of the resource in whose name a rule says that it could not look."""


def places_of(result: Result) -> dict[str, Any]:
    """What the template prints; nothing for results without accounts."""
    places = result.places or []
    regions = sorted({place.region for place in places}, key=lambda name: (name == "global", name))
    accounts = sorted({place.account for place in places})
    found = {(place.account, place.region): place for place in places}
    return {
        "places_known": result.places is not None,
        "places_words": f"{counted(len(accounts), 'account')} in {counted(len(regions), 'region')}",
        "places_regions": [shown(region) for region in regions],
        "places_rows": [
            {"account": shown(account), "cells": [_cell(found.get((account, region))) for region in regions]}
            for account in accounts[:_MOST_ROWS]
        ],
        "places_more": max(len(accounts) - _MOST_ROWS, 0),
        **_refused(result),
        **_populations(result),
    }


def _cell(place: PlaceCount | None) -> dict[str, Any]:
    """One account in one region; no words where it was not looked at, or where nothing is."""
    if place is None:
        return {"style": "absent", "score": "not looked at", "words": []}
    if not place.resources and not place.outcomes["unknown"]:
        return {"style": "none", "score": "nothing there", "words": []}
    percent = percent_of(place_score(place))
    failed = sum(place.failed.values())
    words = [counted(failed, "finding") + (f" ({place.failed['high']} high)" if place.failed["high"] else "")]
    covered = percent_of(place_coverage(place))
    if place.outcomes["unknown"] and covered is not None:
        words.append(f"{place.outcomes['unknown']:,} unknown: coverage {covered}%")
    words.append(counted(place.resources, "resource"))
    style = "none" if percent is None else next(style for least, style in _STEPS if percent >= least)
    return {"style": style, "score": "not assessed" if percent is None else f"{percent}", "words": words}


def _refused(result: Result) -> dict[str, Any]:
    """Calls that failed, by IAM action and by how they failed, and how many outcomes each leaves unknown."""
    rows: dict[tuple[str, str], list[str]] = {}
    for problem in result.incomplete:
        match = _CALL.match(problem.reason)
        if match is not None:
            row = rows.setdefault((match["action"], _HOW.get(match["how"], match["how"])), [])
            row.append(problem.what.partition("/")[2])
    hidden: Counter[str] = Counter()
    for record in result.unknown:
        hidden.update({match["action"] for match in _CALL.finditer(record.reason or "")})
    return {
        "refused": [
            {
                "action": shown(action),
                "how": shown(how),
                "places": _some(sorted(set(row))),
                "unknown": f"{hidden[action]:,}",
            }
            for (action, how), row in sorted(rows.items())[:_MOST_ROWS]
        ],
        "refused_more": max(len(rows) - _MOST_ROWS, 0),
    }


def _populations(result: Result) -> dict[str, Any]:
    """Kinds of resources that could not be listed: whether there are any is not known."""
    rows: dict[tuple[str, str, str], list[Record]] = {}
    for record in result.unknown:
        if record.resource.type == _POPULATION:
            key = record.resource.account or "", record.resource.region or "", record.reason or ""
            rows.setdefault(key, []).append(record)
    return {
        "populations": [
            {
                "account": shown(account),
                "region": shown(region),
                "reason": shown(reason),
                "rules": _some(sorted({record.rule_id for record in records})),
            }
            for (account, region, reason), records in sorted(rows.items())[:_MOST_ROWS]
        ],
        "populations_more": max(len(rows) - _MOST_ROWS, 0),
    }


def _some(names: Sequence[str]) -> str:
    most = 5
    return shown(", ".join(names[:most])) + (f" and {len(names) - most} more" if len(names) > most else "")
