"""GitLab CI: jobs in stages, `needs`, `extends`, anchors, and the files of the same repository that are included."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from walint.patterns import lazy
from walint.sources.repository.pipelines.commands import commands_of
from walint.sources.repository.pipelines.model import NAMES_ENVIRONMENT, Command, Job, Pipeline
from walint.sources.repository.trees import Tree

_WORDS = frozenset(
    (
        "stages", "variables", "default", "include", "workflow", "image", "services", "cache", "before_script",
        "after_script", "spec", "pages:deploy",
    )
)  # fmt: skip
_STAGES = ("build", "test", "deploy")
_TAG = lazy(r"^\s*\$CI_COMMIT_TAG\b(?!\s*==\s*(?:null|\"\"))")
_VARIABLE = lazy(r"\$\{?(\w+)\}?")
_KNOWN = lazy(
    r"(?:Security|Workflows)/|(?:Jobs/)?(?:SAST|DAST|Secret-Detection|Dependency-Scanning|Container-Scanning|License-Scanning"
    r"|Code-Quality|Code-Intelligence|Browser-Performance-Testing)\b"
)
"""Templates of GitLab's own that look at code and deploy nothing."""
_DEEPEST = 5
_MOST_PARENTS = 20

Open = Callable[[str], "Tree | None"]


def gitlab_pipeline(tree: Tree, path: str, open_file: Open, depth: int = 0) -> Pipeline:
    """A pipeline; jobs of the files that it includes are its own, and so are those of the pipelines that it starts."""
    pipeline = Pipeline(path, "gitlab-ci", path, tree.span.first_line(), triggers=frozenset(("push",)))
    bodies: dict[str, Tree] = {}
    _collect(tree, bodies, pipeline, open_file, 0)
    stages = [".pre", *(bodies["stages"].strings() if "stages" in bodies else _STAGES), ".post"]
    jobs: dict[str, Tree] = {
        name: _extended(body, bodies)
        for name, body in bodies.items()
        if name not in _WORDS and not name.startswith(".") and body.members
    }
    shared = _variables(bodies.get("variables"))
    ranked: dict[str, int] = {}
    for name, body in jobs.items():
        stage = body.word("stage") or "test"
        ranked[name] = stages.index(stage) if stage in stages else stages.index("test") if "test" in stages else 1
        pipeline.add(_job(name, stage, body, [*_setup(bodies)], shared))
    for name, body in jobs.items():
        pipeline.jobs[name].needs = list(_needs(name, body, jobs, ranked))
        _child(pipeline, name, body, open_file, depth)
    return pipeline


def _child(pipeline: Pipeline, name: str, body: Tree, open_file: Open, depth: int) -> None:
    """Adds the jobs of a pipeline of the same repository that a job starts; they follow the job."""
    include = body.get("trigger", "include")
    if include is None:
        return
    paths = [entry.text or entry.word("local") for entry in (include.items or [include])]
    trees = [open_file(path.lstrip("/")) if path else None for path in paths]
    if depth >= _DEEPEST or not all(trees):
        return
    pipeline.jobs[name].remote = ""
    for path, tree in zip(paths, trees, strict=True):
        child = gitlab_pipeline(tree, path, open_file, depth + 1)  # type: ignore[arg-type]  # all are there
        pipeline.remote = pipeline.remote or child.remote
        for job in child.jobs.values():
            job.needs = [f"{name}/{needed}" for needed in job.needs] or [name]
            job.name = f"{name}/{job.name}"
            job.approval = job.approval or pipeline.jobs[name].approval
            pipeline.add(job)


def _collect(tree: Tree, bodies: dict[str, Tree], pipeline: Pipeline, open_file: Open, depth: int) -> None:
    include = tree.get("include")
    for entry in (include.items or [include]) if include is not None else ():
        local = entry.text if entry.text and "://" not in entry.text else entry.word("local")
        found = open_file(local.lstrip("/")) if local and depth < _DEEPEST else None
        template = entry.word("template")
        if found is not None:
            _collect(found, bodies, pipeline, open_file, depth + 1)
        elif _KNOWN.match(template):
            job = pipeline.add(Job(template, entry.place.first_line()))
            job.commands = [Command("", job.span, "lint" if "Quality" in template else "security scan")]
        else:
            said = local or next((leaf.text for leaf in entry.every_text() if leaf.text), "another file")
            pipeline.remote = f"what includes {said} brings is not in the repository"
    for name, body in tree.members.items():
        if name in bodies and bodies[name].members and body.members:
            body.members = {**bodies[name].members, **body.members}
        bodies[name] = body


def _extended(body: Tree, bodies: dict[str, Tree]) -> Tree:
    """A job with what it takes from others by `extends`."""
    members = dict(body.members)
    waiting = body.strings("extends")
    for _ in range(_MOST_PARENTS):
        if not waiting:
            break
        parent = bodies.get(waiting.pop(0))
        if parent is not None:
            members = {**parent.members, **members}
            waiting += parent.strings("extends")
    return Tree(body.span, members=members, key=body.key)


def _setup(bodies: dict[str, Tree]) -> Iterator[Command]:
    for source in (bodies.get("before_script"), (bodies.get("default") or _NO_TREE).get("before_script")):
        if source is not None:
            for text, span in commands_of(source):
                yield Command(text, span)


def _variables(tree: Tree | None) -> dict[str, str]:
    """Variables and their values, whichever way they are written."""
    listed = tree.members.items() if tree is not None else ()
    return {name: value.text if value.text is not None else value.word("value") for name, value in listed}


def _job(name: str, stage: str, body: Tree, before: list[Command], shared: dict[str, str]) -> Job:
    variables = {**shared, **_variables(body.get("variables"))}
    environment = _VARIABLE.sub(
        lambda found: variables.get(found.group(1)) or found.group(),
        body.word("environment") or body.word("environment", "name"),
    )
    going = " ".join(value for key, value in variables.items() if NAMES_ENVIRONMENT.match(key))
    rules = body.get("rules")
    whens = [rule.word("when") for rule in rules.items] if rules is not None else []
    running = [when for when in whens if when != "never"]
    when = body.word("when")
    manual = when == "manual" or (bool(running) and all(one == "manual" for one in running))
    stopping = body.word("environment", "action") in {"stop", "prepare", "verify", "access"}
    job = Job(
        name=name,
        span=body.place.first_line(),
        environment="" if stopping else environment,
        approval="manual" if manual else "",
        started="release" if _for_tags(body, rules) else "",
        always=when == "always",
        failure=when == "on_failure",
        tolerated=body.word("allow_failure") == "true",
    )
    job.commands = [Command("", job.span, stage)]
    own = body.get("before_script")
    job.commands += [Command(text, span) for text, span in commands_of(own)] if own is not None else before
    for part in ("script", "after_script"):
        script = body.get(part)
        if script is not None:
            job.commands += [Command(text, span) for text, span in commands_of(script)]
    for command in job.commands:
        command.where = going
    trigger = body.get("trigger")
    if trigger is not None:
        job.remote = "it starts a pipeline that is not looked into"
    return job


def _for_tags(body: Tree, rules: Tree | None) -> bool:
    """Whether a job runs for tags only."""
    if body.strings("only") == ["tags"] or body.strings("only", "refs") == ["tags"]:
        return True
    asked = [rule.word("if") for rule in rules.items if rule.word("when") != "never"] if rules is not None else []
    return bool(asked) and all(_TAG.search(condition) and "||" not in condition for condition in asked)


def _needs(name: str, body: Tree, jobs: dict[str, Tree], ranked: dict[str, int]) -> Iterator[str]:
    needs = body.get("needs")
    if needs is not None:
        for entry in needs.items:
            needed = entry.text or entry.word("job")
            if needed in jobs:
                yield needed
        return
    yield from (other for other, rank in ranked.items() if rank < ranked[name])


_NO_TREE = Tree.__new__(Tree)
_NO_TREE.members = {}
