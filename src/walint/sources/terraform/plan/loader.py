"""Takes the plans among the files of a scan and adds what they hold to the graph."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from walint.model.graph import Graph, Problem, Unseen
from walint.model.span import Span
from walint.sources.terraform.plan.recognise import begins_like_plan, decoded, may_be_plan, what_else

if TYPE_CHECKING:
    from walint.sources.discover import Candidate, Files
    from walint.sources.settings import SourceSettings
    from walint.sources.terraform.plan.document import Plan
    from walint.sources.terraform.plan.places import Fetch, Places
    from walint.sources.terraform.plan.twins import Twins
    from walint.sources.terraform.resource import TerraformResource

_OURS = ("aws_", "awscc_")
"""The types of AWS: what other providers make is none of walint's business."""

_RECURSION = 8_000
"""Python's limit while expressions are evaluated; the evaluator's own limits are reached long before."""

_SHOW = "write a plan in JSON: `terraform plan -out FILE`, then `terraform show -json FILE > plan.json`"


class PlanLoader:
    """Is offered files one by one, and reads those that are plans at once: large ones need not be kept."""

    def __init__(self, settings: SourceSettings, graph: Graph, files: Files, fetch: Fetch | None = None) -> None:
        """`fetch` gives the configuration of a directory, or why there is none."""
        self._settings = settings
        self._fetch = fetch or (lambda _folder: "is not looked into")
        self._graph = graph
        self._files = files
        self._units: set[str] = set()
        self._held: dict[str, set[str]] = {}

    def offer(self, candidate: Candidate, data: bytes) -> bool:
        """Takes a file if it is a plan (or tries to be); false when it is not."""
        if not may_be_plan(data):
            return candidate.explicit and self._is_something_else(candidate, data)
        from walint.sources.terraform.plan.document import PlanError, parse

        text = decoded(data)
        try:
            plan = parse(text, candidate.shown)
        except PlanError as error:
            if candidate.explicit or begins_like_plan(data):
                span = error.where if isinstance(error.where, Span) else None
                self._graph.problems.append(Problem("error", candidate.shown, error.message, error.help, span))
                return True
            return False
        if plan is None:
            return False
        self._graph.files.append(candidate.shown)
        self._read(plan, text, candidate.path.parent)
        return True

    def holds(self, resource: TerraformResource) -> bool:
        """Whether a plan of its root module speaks of the block that declares a resource: then the plan is judged."""
        held = self._held.get(resource.unit)
        if not held:
            return False
        from walint.sources.terraform.plan.document import without_keys

        return without_keys(resource.address) in held

    def _is_something_else(self, candidate: Candidate, data: bytes) -> bool:
        what = what_else(data)
        if what is not None:
            self._graph.problems.append(Problem("error", candidate.shown, f"is {what}", _SHOW))
        return what is not None

    def _read(self, plan: Plan, text: str, folder: Path) -> None:
        """Judges one plan: its unit is the folder of its configuration, else the plan itself."""
        from walint.sources.terraform.binding import bind
        from walint.sources.terraform.plan.lines import Lines
        from walint.sources.terraform.plan.reading import Reader, blocks_of

        places = self._places(plan, folder)
        unit, twins = plan.path, None
        if places is not None:
            shown = places.configuration.shown
            self._held.setdefault(shown, set()).update(blocks_of(plan))
            if shown not in self._units:  # a second plan of the same configuration is a unit of its own
                unit, twins = shown, self._twins(plan, places)
        self._units.add(unit)
        reader = Reader(plan, unit, places, Lines(text, plan.path), twins)
        self._graph.extend(bind(list(reader.resources(_OURS))))
        if places is not None:
            self._graph.files.extend(places.paths)
            self._graph.unit_files.setdefault(unit, set()).update((plan.path, *places.paths))
        self._tell(plan, unit, unplaced=places is None)

    def _places(self, plan: Plan, folder: Path) -> Places | None:
        """The configuration of the plan: under `--root`, else beside it; None where it is not found."""
        from walint.sources.terraform.plan.beside import is_alike
        from walint.sources.terraform.plan.document import managed_in
        from walint.sources.terraform.plan.places import Places

        root = self._settings.terraform_root
        if root is None and not is_alike(folder, managed_in(plan)):
            return None
        where = os.path.realpath(folder if root is None else root)
        if root is not None:
            self._files.open_folder(where)
        configuration = self._fetch(where)
        if not isinstance(configuration, str):
            places = Places(configuration, self._fetch, self._files)
            if any(places.of(steps, type_, name) for steps, type_, name in _blocks(plan)):
                return places
        if root is not None:
            message = f"nothing of it is declared under {self._files.shown(root)}, which --root names"
            self._graph.problems.append(Problem("note", plan.path, message))
        return None

    def _twins(self, plan: Plan, places: Places) -> Twins:
        """What the configuration gives with the values of variables that the plan was made with."""
        from walint.sources.terraform.evaluation import evaluated
        from walint.sources.terraform.plan.twins import Twins, given_by

        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, _RECURSION))
        try:
            made = evaluated(places.configuration, self._settings, self._files, self._fetch, given_by(plan), _OURS)
            return Twins(made.resources)
        finally:
            sys.setrecursionlimit(limit)

    def _tell(self, plan: Plan, unit: str, *, unplaced: bool) -> None:
        """Says what keeps a plan from being the whole truth."""
        note = self._graph.problems.append
        if plan.data.get("errored") is True:
            message = "the plan is not whole: Terraform met an error while it was made"
            note(Problem("error", plan.path, message, "mend the error, then plan again"))
            self._graph.unseen.append(Unseen(f"{plan.path} is a plan that ended with an error", unit))
        elif plan.data.get("complete") is False:
            message = "the plan is not whole: it was limited by -target, or left changes for a later one"
            note(Problem("note", plan.path, message))
            self._graph.unseen.append(Unseen(f"{plan.path} is a plan of a part only", unit))
        if unplaced and plan.configuration is not None and any(c.type.startswith(_OURS) for c in plan.changes):
            message = (
                "its configuration was not found beside it (--root names its folder): lines are those of the plan, and "
                "blocks that it does not list count as not set"
            )
            note(Problem("note", plan.path, message))


def _blocks(plan: Plan) -> Iterator[tuple[tuple[str, ...], str, str]]:
    from walint.sources.terraform.plan.document import steps_of

    for change in plan.changes:
        yield steps_of(change.module), change.type, change.name
