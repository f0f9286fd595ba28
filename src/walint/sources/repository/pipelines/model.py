"""A pipeline as jobs of commands, whatever service runs it."""

from __future__ import annotations

from walint.model.span import Span
from walint.patterns import lazy
from walint.records import dataclass, field

NAMES_ENVIRONMENT = lazy(r"(?:(?:APP|DEPLOY|TARGET|AWS|TF|TF_VAR|CDK)_)?(?:ENVIRONMENT|ENV|STAGE)(?:_NAME)?$", 2)
"""Variables that name an environment."""


@dataclass(slots=True)
class Command:
    """One thing that a job does: a command line, an action or a task, and what its step is called.

    where     what else tells where it goes: the folder that it runs in, variables that name an environment
    started   what must have started the pipeline for it to run: "release", "manual", or ""
    failure   it runs only when something before it failed
    tolerated its own failure stops nothing
    """

    text: str
    span: Span
    name: str = ""
    failure: bool = False
    tolerated: bool = False
    where: str = ""
    started: str = ""


@dataclass(slots=True)
class Job:
    """A job (of GitLab, CircleCI, GitHub), a stage (of Jenkins, CodePipeline, Azure) or a phase (of a build).

    environment  the environment that it deploys to, as it says itself
    approval     what a person has to do before it runs: "manual", "approval", or ""
    started      what must have started the pipeline for it to run: "release" (a tag is one), "manual", or ""
    always       it runs even when what it needs has failed
    failure      it runs only when what it needs has failed
    remote       why it may do more than is seen here, or ""
    """

    name: str
    span: Span
    commands: list[Command] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    environment: str = ""
    approval: str = ""
    started: str = ""
    always: bool = False
    failure: bool = False
    tolerated: bool = False
    remote: str = ""


@dataclass(slots=True)
class Pipeline:
    """A pipeline file.

    triggers  what starts it: "push", "pull_request", "manual", "release", "tag", "schedule", "pipeline", "call"
    after     names of the pipelines whose success starts it
    called    paths of the reusable workflows of the repository that it calls
    remote    why there may be more jobs than are seen here, or ""
    narrow    pushes of some branches only start it
    does      what has been found out about it, by a name: remembered for those who ask again
    """

    path: str
    kind: str
    name: str
    span: Span
    jobs: dict[str, Job] = field(default_factory=dict)
    triggers: frozenset[str] = frozenset()
    after: tuple[str, ...] = ()
    called: set[str] = field(default_factory=set)
    remote: str = ""
    narrow: bool = False
    does: dict[str, bool] = field(default_factory=dict)
    _before: dict[str, list[str]] = field(default_factory=dict)

    @property
    def unseen(self) -> str:
        """Why it may do more than is seen here, or ""."""
        return self.remote or next((job.remote for job in self.jobs.values() if job.remote), "")

    def add(self, job: Job) -> Job:
        """Adds a job; a second one of the same name gets a name of its own."""
        name = job.name
        while name in self.jobs:
            name += "'"
        self.jobs[name] = job
        return job

    def before(self, name: str) -> list[str]:
        """The jobs that a job needs, directly or not, nearest first: remembered, so ask when all jobs are there."""
        known = self._before.get(name)
        if known is not None:
            return known
        found: dict[str, None] = {}
        waiting = list(self.jobs[name].needs)
        seen = {name, *waiting}
        while waiting:
            needed = waiting.pop(0)
            if needed not in self.jobs or needed == name:
                continue
            found[needed] = None
            more = [one for one in self.jobs[needed].needs if one not in seen]
            seen.update(more)
            waiting += more
        self._before[name] = list(found)
        return self._before[name]

    def following(self, name: str) -> list[str]:
        """The jobs that need a job, directly or not."""
        return [other for other in self.jobs if name in self.before(other)]
