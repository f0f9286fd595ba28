"""GitHub Actions: workflows, with the reusable workflows and composite actions that lie in the same repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypedDict

from walint.patterns import lazy
from walint.sources.repository.pipelines.commands import commands_of
from walint.sources.repository.pipelines.model import Command, Job, Pipeline
from walint.sources.repository.trees import Tree

_DEEPEST = 5
"""How deep workflows may call one another. GitHub allows ten levels at most; chains of real repositories have two."""
_ALWAYS = lazy(r"\b(?:always|cancelled)\s*\(")
_FAILURE = lazy(r"(?<!!)(?<!! )\bfailure\s*\(|\.(?:result|outcome|conclusion)\s*==\s*'failure'")
_SUCCESS = lazy(r"\bsuccess\s*\(|==\s*'success'|!\s*failure\s*\(|!=\s*'failure'")
_RELEASED = lazy(r"refs/tags/|event_name\s*==\s*'release'|ref_type\s*==\s*'tag'|github\.event\.release\b")
_BY_HAND = lazy(r"event_name\s*==\s*'(?:workflow|repository)_dispatch'")
_ENVIRONMENT_VARIABLE = lazy(r"(?:\w+_)?(?:ENVIRONMENT|ENV|STAGE|WORKSPACE)(?:_NAME)?", 2)
_NO_ENVIRONMENT = frozenset(("GITHUB_ENV", "NODE_ENV", "RAILS_ENV", "RACK_ENV", "MIX_ENV", "FLASK_ENV", "APP_ENV"))
"""Variables of build tools: NODE_ENV is "production" wherever something is built."""
_TRIGGERS = {
    "push": "push", "pull_request": "pull_request", "pull_request_target": "pull_request", "merge_group": "push",
    "workflow_dispatch": "manual", "repository_dispatch": "manual", "release": "release", "schedule": "schedule",
    "workflow_run": "pipeline", "workflow_call": "call",
}  # fmt: skip

Open = Callable[[str], "Tree | None"]
"""Gives the tree of another file of the repository, None where there is none."""


class How(TypedDict):
    """How a step runs, for every command of it."""

    failure: bool
    tolerated: bool
    started: str
    where: str


def github_pipeline(tree: Tree, path: str, open_file: Open) -> Pipeline:
    """A workflow."""
    name = tree.word("name") or path.rpartition("/")[2]
    pipeline = Pipeline(path, "github-actions", name, tree.get("name").place if tree.get("name") else tree.span)  # type: ignore[union-attr]
    pipeline.span = pipeline.span.first_line()
    pipeline.triggers = frozenset(_triggers(tree))
    pipeline.narrow = bool(tree.strings("on", "push", "branches"))
    pipeline.after = tuple(tree.strings("on", "workflow_run", "workflows"))
    _jobs(tree, pipeline, "", open_file, 0, _choices(tree))
    return pipeline


def _triggers(tree: Tree) -> Iterator[str]:
    on = tree.get("on")
    if on is None:
        return
    names = [*on.members, *(leaf.text or "" for leaf in on.leaves())]
    for name in names:
        if name == "push" and _only_tags(on.get("push")):
            yield "tag"
        elif name in _TRIGGERS:
            yield _TRIGGERS[name]


def _only_tags(push: Tree | None) -> bool:
    return push is not None and "tags" in push.members and "branches" not in push.members


def _jobs(
    tree: Tree, pipeline: Pipeline, prefix: str, open_file: Open, depth: int, inputs: dict[str, str]
) -> tuple[list[str], list[str]]:
    """Adds the jobs of a workflow; the names of those that need no other of it, and of those that no other needs."""
    jobs = tree.get("jobs")
    ends: dict[str, list[str]] = {}
    entries: dict[str, list[str]] = {}
    if jobs is None:
        return [], []
    for name, body in jobs.members.items():
        job = _job(prefix + name, body, inputs)
        called = body.word("uses")
        entries[name] = ends[name] = [prefix + name]
        pipeline.add(job)
        if not called:
            around = _environments(_variables(tree.get("env")), _variables(body.get("env")), _matrix(body))
            for command in _steps(body.get("steps"), open_file, 0, inputs):
                command.where = _filled(f"{command.where} {around}".strip(), "inputs", inputs)
                job.commands.append(command)
            continue
        path = called.removeprefix("./").split("@")[0]
        local = open_file(path) if called.startswith("./") else None
        if local is None or depth >= _DEEPEST:
            job.remote = f"the reusable workflow {called} is not in the repository"
            continue
        pipeline.called.add(path)
        matrix = _matrix(body)
        given = {
            key: _filled(_filled(value.text or "", "matrix", matrix), "inputs", inputs)
            for key, value in (body.get("with") or Tree(body.span)).members.items()
        }
        _, last = _jobs(local, pipeline, f"{prefix}{name}/", open_file, depth + 1, {**_defaults(local), **given})
        for inner in [one for one in pipeline.jobs if one.startswith(f"{prefix}{name}/")]:
            inside = pipeline.jobs[inner]
            inside.approval = inside.approval or job.approval
            inside.started = inside.started or job.started
            if not inside.needs:
                inside.needs = [prefix + name]
                inside.always = inside.always or job.always
        ends[name] = last or ends[name]
    for name, body in jobs.members.items():
        job = pipeline.jobs[prefix + name]
        job.needs = [end for needed in body.strings("needs") for end in ends.get(needed, [])]
    needed_by_some = {needed for body in jobs.members.values() for needed in body.strings("needs")}
    first = [one for name, body in jobs.members.items() if not body.strings("needs") for one in entries[name]]
    return first, [one for name in jobs.members if name not in needed_by_some for one in ends[name]]


def _defaults(tree: Tree) -> dict[str, str]:
    declared = tree.get("on", "workflow_call", "inputs")
    return {name: body.word("default") for name, body in declared.members.items()} if declared is not None else {}


def _job(name: str, body: Tree, inputs: dict[str, str]) -> Job:
    condition = body.word("if")
    environment = body.word("environment") or body.word("environment", "name")
    values = _matrix(body)
    said = _filled(_filled(environment, "inputs", inputs), "matrix", values)
    title = _filled(_filled(body.word("name"), "inputs", inputs), "matrix", values)
    return Job(
        name=name,
        span=body.place.first_line(),
        environment=said,
        started=_started(condition),
        always=bool(_ALWAYS.search(condition)) and not _SUCCESS.search(condition),
        failure=bool(_FAILURE.search(condition)),
        tolerated=body.word("continue-on-error") == "true",
        commands=[Command("", body.place.first_line(), title)] if title else [],
    )


def _started(condition: str) -> str:
    """What must have started a workflow for a condition to hold, where the condition asks for one thing."""
    if "||" in condition or "!=" in condition or "!starts" in condition:
        return ""
    if _RELEASED.search(condition):
        return "release"
    return "manual" if _BY_HAND.search(condition) else ""


def _matrix(body: Tree) -> dict[str, str]:
    """What each axis of a job's matrix stands for, all its values as one text; those of `include`, too."""
    matrix = body.get("strategy", "matrix")
    if matrix is None:
        return {}
    values = {key: " ".join(leaf.text or "" for leaf in axis.every_text()) for key, axis in matrix.members.items()}
    listed = matrix.get("include")
    for entry in listed.items if listed is not None else ():
        for key, value in entry.members.items():
            if value.text:
                values[key] = f"{values.get(key, '')} {value.text}".strip()
    return values


def _choices(tree: Tree) -> dict[str, str]:
    """What a person who starts a workflow may choose: the options of each input."""
    declared = tree.get("on", "workflow_dispatch", "inputs")
    return {
        name: " ".join(body.strings("options"))
        for name, body in (declared.members.items() if declared is not None else ())
    }


def _variables(tree: Tree | None) -> dict[str, str]:
    return {name: value.text for name, value in tree.members.items() if value.text} if tree is not None else {}


def _environments(*variables: dict[str, str]) -> str:
    """The values of variables, and of axes of a matrix, that are named for an environment."""
    return " ".join(
        value
        for named in variables
        for name, value in named.items()
        if name not in _NO_ENVIRONMENT and _ENVIRONMENT_VARIABLE.fullmatch(name)
    )


def _filled(text: str, kind: str, values: dict[str, str]) -> str:
    """A text with `${{ inputs.x }}` or `${{ matrix.x }}` replaced by what it stands for, where that is known."""
    if "${{" not in text:
        return text
    kind = r"(?:github\.event\.)?inputs" if kind == "inputs" else kind
    for key, value in values.items():
        if value:
            text = lazy(r"\$\{\{\s*" + kind + r"\." + _escaped(key) + r"\s*\}\}").sub(lambda _: value, text)  # noqa: B023
    return text


def _escaped(key: str) -> str:
    import re

    return re.escape(key)


def _steps(steps: Tree | None, open_file: Open, depth: int, inputs: dict[str, str]) -> Iterator[Command]:
    for step in steps.items if steps is not None else ():
        condition = step.word("if")
        name = " ".join(filter(None, (step.word("name"), step.word("id"))))
        how: How = {
            "failure": bool(_FAILURE.search(condition)),
            "tolerated": step.word("continue-on-error") == "true",
            "started": _started(condition),
            "where": f"{step.word('working-directory')} {_environments(_variables(step.get('env')))}".strip(),
        }
        used = step.get("uses")
        if used is not None and used.text:
            yield from _used(step, used.text, name, how, open_file, depth)
        run = step.get("run")
        if run is not None:
            for text, span in commands_of(run):
                yield Command(_filled(text, "inputs", inputs), span, name, **how)
        if used is None and run is None:
            yield Command("", step.span.first_line(), name, **how)


def _used(step: Tree, used: str, name: str, how: How, open_file: Open, depth: int) -> Iterator[Command]:
    given = step.get("with")
    values = given.told() if given is not None else ""
    place = step.get("uses").place.first_line()  # type: ignore[union-attr]  # the caller has seen it
    yield Command(f"uses {used.split('@', maxsplit=1)[0]} {values}".strip(), place, name, **how)
    if not used.startswith("./") or depth >= _DEEPEST:
        return
    folder = used.removeprefix("./").rstrip("/")
    action = open_file(f"{folder}/action.yml") or open_file(f"{folder}/action.yaml")
    if action is not None:
        for command in _steps(action.get("runs", "steps"), open_file, depth + 1, {}):
            command.failure, command.tolerated = command.failure or how["failure"], how["tolerated"]
            yield command
