"""Loads everything that some paths hold into one graph."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path

from walint.model.graph import Graph
from walint.sources.cloudformation.loader import Loader
from walint.sources.discover import Files
from walint.sources.settings import SourceSettings
from walint.sources.terraform.plan.loader import PlanLoader


def load(paths: Sequence[Path], settings: SourceSettings | None = None) -> Graph:
    """Reads what is ours below the paths (files or folders). Never raises for bad input: see `Graph.problems`."""
    settings = settings or SourceSettings()
    graph = Graph()
    files = Files(settings, graph)
    loader = Loader(settings, graph, files)
    plans = PlanLoader(settings, graph, files)
    collecting = gc.isenabled()
    gc.disable()  # nothing becomes garbage while the tree is built; collecting costs a third of the time
    try:
        for candidate in files.find(paths):
            data = files.read(candidate)
            if data is not None and not loader.offer(candidate, data):
                plans.offer(candidate, data)
        loader.finish()
        graph.problems[:] = dict.fromkeys(graph.problems)  # a template that is nested twice says it once
    finally:
        if collecting:
            gc.enable()
    return graph
