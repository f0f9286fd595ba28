"""Which files are judged together: a template with the stacks nested in it, a cloud assembly."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from walint.model.graph import Graph

_MANIFEST = "manifest.json"


def files_with(graph: Graph, root: Path, changed: Collection[str]) -> set[str]:
    """The input files that lie in one unit with a changed path, themselves included.

    A changed `samconfig.toml` belongs to the templates beside it, a `manifest.json` to everything below its folder, and
    a module, a file of variables or a file that Terraform's functions read to every root module that uses it.
    `root` is the folder that the paths of the graph are relative to.
    """
    files = {*graph.files, *graph.repository_files}
    units: dict[str, set[str]] = {name: {name} for name in files}
    for resource in graph.resources:
        declared_in = resource.span.path if resource.span else resource.unit
        units.setdefault(_top(resource.unit, files), set()).add(declared_in)
    for folder in {path.rpartition("/")[0] for path in files}:
        manifest = f"{folder}/{_MANIFEST}" if folder else _MANIFEST
        if os.path.isfile(root / manifest):  # noqa: PTH113 - as fast as it gets, for thousands of folders
            units[manifest] = {path for path in files if path.rpartition("/")[0] == folder}
    for unit, used in graph.unit_files.items():
        units.setdefault(unit, set()).update(used)
    touched = {path for path in files if _is_touched(path, changed)}.union(changed)
    return {path for members in units.values() if not touched.isdisjoint(members) for path in members}


def _top(unit: str, files: Collection[str]) -> str:
    """The file of the topmost template of a unit: "app.yaml" of "app.yaml/Nested/Deeper"."""
    top = unit
    while top and top not in files:
        top = top.rpartition("/")[0]
    return top or unit


def _is_touched(path: str, changed: Collection[str]) -> bool:
    folder, _, _ = path.rpartition("/")
    beside = f"{folder}/samconfig.toml" if folder else "samconfig.toml"
    if path in changed or beside in changed:
        return True
    parts = path.split("/")[:-1]
    above = ("/".join((*parts[:count], _MANIFEST)) for count in range(len(parts) + 1))
    return any(one in changed for one in above)
