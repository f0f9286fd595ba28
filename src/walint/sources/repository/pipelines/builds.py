"""CodeBuild's build specifications, Bitbucket's and CircleCI's pipelines."""

from __future__ import annotations

from collections.abc import Iterator

from walint.sources.repository.pipelines.commands import commands_of
from walint.sources.repository.pipelines.model import NAMES_ENVIRONMENT, Command, Job, Pipeline
from walint.sources.repository.trees import Tree

_RUNS = frozenset(("run", "deploy"))
"""Steps of CircleCI that run a command; `deploy` is the older word for one that is not run in parallel."""
_CONDITIONAL = frozenset(("when", "unless"))
_DEEPEST = 5
"""How deep commands may use one another."""
_ABOUT_ENTRY = ("requires", "filters", "type", "context", "name", "pre-steps", "post-steps")
_PHASES = ("install", "pre_build", "build", "post_build")


def buildspec_pipeline(tree: Tree, path: str) -> Pipeline:
    """A build specification: its phases are jobs that follow one another."""
    pipeline = Pipeline(path, "buildspec", path, tree.span.first_line(), triggers=frozenset(("call",)))
    last: list[str] = []
    for name in _PHASES:
        phase = tree.get("phases", name)
        if phase is None:
            continue
        job = pipeline.add(Job(name, phase.place.first_line(), needs=last, always=name == "post_build"))
        for part in ("commands", "finally"):
            script = phase.get(part)
            if script is not None:
                job.commands += [Command(text, span) for text, span in commands_of(script)]
        last = [name]
    return pipeline


def bitbucket_pipeline(tree: Tree, path: str) -> Pipeline:
    """Bitbucket Pipelines: each list of steps is a chain; chains stand beside one another."""
    pipeline = Pipeline(path, "bitbucket", path, tree.span.first_line(), triggers=frozenset(("push",)))
    for kind, body in (tree.get("pipelines") or tree).members.items():
        chains = [(kind, body)] if body.items else [(f"{kind} {name}", one) for name, one in body.members.items()]
        for chain, steps in chains:
            _chain(pipeline, chain, steps.items, {"tags": "release", "custom": "manual"}.get(kind, ""))
    return pipeline


def _chain(pipeline: Pipeline, chain: str, entries: list[Tree], started: str) -> None:
    last: list[str] = []
    for number, entry in enumerate(entries):
        parallel = entry.get("parallel")
        inner = (parallel.items or (parallel.get("steps") or parallel).items) if parallel is not None else [entry]
        inner = [*((entry.get("stage", "steps") or parallel or entry).items if "stage" in entry.members else inner)]
        names = []
        for position, wrapped in enumerate(inner):
            step = wrapped.get("step")
            if step is None:
                continue
            title = step.word("name") or f"step {number + 1}.{position + 1}"
            job = pipeline.add(Job(f"{chain}: {title}", step.place.first_line(), needs=list(last)))
            job.environment = step.word("deployment")
            job.started = started
            job.approval = "manual" if step.word("trigger") == "manual" else ""
            script = step.get("script")
            job.commands = [Command(text, span, title) for text, span in commands_of(script)] if script else []
            for pipe in script.items if script is not None else ():
                if "pipe" in pipe.members:
                    job.commands.append(Command(f"uses {pipe.told()}", pipe.span.first_line(), title))
            names.append(job.name)
        last = names or last


def circleci_pipeline(tree: Tree, path: str) -> Pipeline:
    """CircleCI: the jobs of workflows; an entry of type approval is a person's word."""
    pipeline = Pipeline(path, "circleci", path, tree.span.first_line(), triggers=frozenset(("push",)))
    bodies = (tree.get("jobs") or Tree(tree.span)).members
    orbs = _orbs(tree.get("orbs"))
    commands = (tree.get("commands") or Tree(tree.span)).members
    for workflow, flow in (tree.get("workflows") or Tree(tree.span)).members.items():
        entries = flow.get("jobs")
        names: dict[str, str] = {}
        for entry in entries.items if entries is not None else ():
            used = entry.text or next(iter(entry.members), "")
            how = entry.members.get(used, Tree(entry.span))
            name = how.word("name") or used
            job = Job(f"{workflow}: {name}", entry.span.first_line())
            job.approval = "approval" if how.word("type") == "approval" else ""
            job.needs = how.strings("requires")
            job.started = "release" if _for_tags(how.get("filters")) else ""
            given = _given(how)
            job.commands = [Command("", job.span, f"{name} {' '.join(how.strings('context'))}")]
            job.commands += _steps(how.get("pre-steps"), commands, orbs, 0)
            if used in bodies:
                job.commands += _steps(bodies[used].get("steps"), commands, orbs, 0)
                job.environment = _environment(bodies[used].get("environment"))
            elif not job.approval and used.split("/")[0] in orbs:
                job.commands.append(Command(f"uses {_orb_named(used, orbs)} {given}".strip(), job.span))
                job.remote = f"the job {used} comes from an orb that is not in the repository"
            job.commands += _steps(how.get("post-steps"), commands, orbs, 0)
            for command in job.commands:
                command.where = given
            names[name] = pipeline.add(job).name
        for full in names.values():
            job = pipeline.jobs[full]
            job.needs = [names[needed] for needed in job.needs if needed in names]
    if not pipeline.jobs:
        for name, body in bodies.items():
            job = pipeline.add(Job(name, body.place.first_line()))
            job.commands = list(_steps(body.get("steps"), commands, orbs, 0))
    return pipeline


def _for_tags(filters: Tree | None) -> bool:
    """Whether a job runs for tags only: some are named, and no branch at all."""
    return (
        filters is not None
        and bool(filters.strings("tags", "only"))
        and "/.*/" in filters.strings("branches", "ignore")
    )


def _environment(variables: Tree | None) -> str:
    """The environment that a job's variables name: ENVIRONMENT, APP_ENVIRONMENT, STAGE; a map or a list of maps."""
    for entry in (variables, *variables.items) if variables is not None else ():
        for name, value in entry.members.items():
            if NAMES_ENVIRONMENT.match(name) and value.text:
                return value.text
    return ""


def _orbs(orbs: Tree | None) -> dict[str, str]:
    """What orbs are called, by the names that the file has for them: sam, for circleci/aws-sam-serverless@6."""
    known = orbs.members.items() if orbs is not None else ()
    return {alias: (orb.text or alias).partition("@")[0].rpartition("/")[2] for alias, orb in known}


def _orb_named(used: str, orbs: dict[str, str]) -> str:
    alias, slash, rest = used.partition("/")
    return f"{orbs.get(alias, alias)}{slash}{rest}"


def _given(how: Tree) -> str:
    """What an entry of a workflow gives to its job."""
    said = {name: one for name, one in how.members.items() if name not in _ABOUT_ENTRY}
    return Tree(how.span, members=said).told()


def _steps(steps: Tree | None, commands: dict[str, Tree], orbs: dict[str, str], depth: int) -> Iterator[Command]:
    for step in steps.items if steps is not None else ():
        used = step.text or next(iter(step.members), "")
        body = step.members.get(used)
        if used in _RUNS and body is not None:
            script = body if body.text is not None else body.get("command")
            failure = body.word("when") == "on_fail"
            for text, span in commands_of(script) if script is not None else ():
                yield Command(text, span, body.word("name"), failure=failure)
        elif used in commands and depth < _DEEPEST:
            yield from _steps(commands[used].get("steps"), commands, orbs, depth + 1)
        elif used in _CONDITIONAL and body is not None and depth < _DEEPEST:
            yield from _steps(body.get("steps"), commands, orbs, depth + 1)
        else:
            words = body.told() if body is not None else ""
            yield Command(f"uses {_orb_named(used, orbs)} {words}".strip(), step.span.first_line())
