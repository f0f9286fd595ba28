"""Azure Pipelines: stages, jobs, deployments with their strategies, and templates of the same repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from walint.sources.repository.pipelines.commands import commands_of
from walint.sources.repository.pipelines.model import Command, Job, Pipeline
from walint.sources.repository.trees import Tree

_DEEPEST = 5
_SCRIPTS = ("script", "bash", "pwsh", "powershell")
_INLINE = ("script", "inlinescript")
_HOOKS = ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic")

Open = Callable[[str], "Tree | None"]


def azure_pipeline(tree: Tree, path: str, open_file: Open) -> Pipeline:
    """A pipeline; without stages and jobs its steps are one job."""
    pipeline = Pipeline(path, "azure-pipelines", tree.word("name") or path, tree.span.first_line())
    pipeline.triggers = frozenset(_triggers(tree))
    reader = _Reader(pipeline, path, open_file)
    stages = tree.get("stages")
    if stages is not None:
        reader.stages(stages)
    elif tree.get("jobs") is not None:
        reader.jobs(tree.get("jobs"), "", [], "")
    elif tree.get("steps") is not None:
        job = pipeline.add(Job("job", tree.get("steps").place.first_line()))  # type: ignore[union-attr]
        job.commands = list(reader.steps(tree.get("steps"), 0))
    elif tree.get("extends") is not None:
        pipeline.remote = f"the template {tree.word('extends', 'template')} is not in the repository"
    return pipeline


def _triggers(tree: Tree) -> Iterator[str]:
    if tree.word("trigger") != "none":
        yield "push"
    else:
        yield "manual"
    if tree.get("pr") is not None and tree.word("pr") != "none":
        yield "pull_request"


class _Reader:
    def __init__(self, pipeline: Pipeline, path: str, open_file: Open) -> None:
        self._pipeline = pipeline
        self._folder = path.rpartition("/")[0]
        self._open = open_file

    def stages(self, stages: Tree) -> None:
        """Stages follow one another unless they say what they depend on."""
        last: list[str] = []
        known: dict[str, list[str]] = {}
        for stage in self._expanded(stages, "stages", 0):
            name = stage.word("stage")
            depends = stage.get("dependsOn")
            needs = [job for one in stage.strings("dependsOn") for job in known.get(one, [])] if depends else last
            condition = stage.word("condition")
            made = self.jobs(stage.get("jobs"), f"{name}: " if name else "", needs, f"{condition} {name}")
            known[name] = last = made or last

    def jobs(self, jobs: Tree | None, prefix: str, needs: list[str], condition: str) -> list[str]:
        """Adds the jobs of a stage; their names."""
        names: dict[str, str] = {}
        listed = list(self._expanded(jobs, "jobs", 0)) if jobs is not None else []
        for body in listed:
            name = body.word("deployment") or body.word("job") or body.word("displayName") or "job"
            whole = f"{condition} {body.word('condition')}"
            job = Job(prefix + name, body.place.first_line(), always="always()" in whole, failure="failed()" in whole)
            job.environment = body.word("environment") or body.word("environment", "name")
            if "template" in body.members:
                job.remote = f"the template {body.word('template')} is not in the repository"
            job.commands = [
                Command("", job.span, f"{prefix}{body.word('displayName')}"),
                *self.steps(body.get("steps"), 0),
            ]
            strategy = body.get("strategy")
            for plan in strategy.members.values() if strategy is not None else ():
                for hook in _HOOKS:
                    job.commands += self.steps(plan.get(hook, "steps"), 0)
                for command in self.steps(plan.get("on", "failure", "steps"), 0):
                    command.failure = True
                    job.commands.append(command)
            names[name] = self._pipeline.add(job).name
        for body in listed:
            name = body.word("deployment") or body.word("job") or body.word("displayName") or "job"
            own = [names[one] for one in body.strings("dependsOn") if one in names]
            self._pipeline.jobs[names[name]].needs = [*needs, *own]
        return list(names.values())

    def steps(self, steps: Tree | None, depth: int) -> Iterator[Command]:
        """The commands of steps."""
        for step in self._expanded(steps, "steps", depth) if steps is not None else ():
            name = step.word("displayName")
            condition = step.word("condition")
            failure = "failed()" in condition
            tolerated = step.word("continueOnError").lower() == "true"
            for kind in _SCRIPTS:
                script = step.get(kind)
                for text, span in commands_of(script) if script is not None else ():
                    yield Command(text, span, name, failure, tolerated)
            task = step.get("task")
            if task is not None and task.text:
                inputs = step.get("inputs")
                inline = [one for key, one in inputs.members.items() if key.lower() in _INLINE] if inputs else []
                for script in inline:
                    for text, span in commands_of(script):
                        yield Command(text, span, name, failure, tolerated)
                words = inputs.told() if inputs is not None and not inline else ""
                yield Command(f"uses {task.text} {words}".strip(), task.place.first_line(), name, failure, tolerated)

    def _expanded(self, listed: Tree, kind: str, depth: int) -> Iterator[Tree]:
        """The entries of a list, those of local templates in the place of their reference."""
        for entry in listed.items:
            name = entry.word("template")
            found = self._template(name) if name and "@" not in name and depth < _DEEPEST else None
            inner = found.get(kind) if found is not None else None
            if inner is not None:
                yield from self._expanded(inner, kind, depth + 1)
            else:
                if name and kind != "jobs":
                    self._pipeline.remote = f"the template {name} is not in the repository"
                yield entry

    def _template(self, name: str) -> Tree | None:
        if name.startswith("/"):
            return self._open(name[1:])
        return self._open(f"{self._folder}/{name}" if self._folder else name)
