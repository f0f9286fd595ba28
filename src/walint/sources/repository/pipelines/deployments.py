"""What stands before and behind each deployment of a pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from walint.model.span import Span
from walint.patterns import lazy
from walint.records import dataclass, field
from walint.sources.repository.pipelines.model import Command, Job, Pipeline
from walint.sources.repository.pipelines.recognise import (
    INFRASTRUCTURE,
    deployment_of,
    publishes_documents,
    stages_of,
    target_of,
)

Told = bool | str
"""True, False, or in words why it cannot be told."""

_NO_ROLLBACK = lazy(r"--disable-rollback|--no-rollback|--on-failure\s+(?:DO_NOTHING|delete)|--rollback\s+false", 2)
_ATOMIC = lazy(r"--atomic|--rollback-on-failure|--cleanup-on-fail", 2)
_WITH_VALUE = frozenset(
    ("-var", "-var-file", "-target", "-replace", "-state", "-state-out", "-backup", "-lock-timeout", "-parallelism")
)
"""Options of `terraform apply` whose value may be a word of its own."""
_PLAN_FILE = lazy(r"plan|\.out$|\$", 2)
_WITH_ENVIRONMENTS = frozenset(("github-actions", "azure-pipelines"))
"""Services whose environments may demand a reviewer."""
_AUTO = lazy(r"-auto-approve|--auto-approve|^yes \||\byes\s*\||\bauto_approve\s+true", 2)
_PLANS_FIRST = lazy(r"^uses\s+dflook/(?:terraform|tofu)-apply\b")
"""An action that applies a plan only when it is the one that its pull request shows."""
_ASKED = frozenset(("pull_request",))
_STARTED = frozenset(("manual", "release", "tag", "schedule"))
"""What starts a pipeline at another moment than the push that is tested."""
_UNDOES = frozenset(("sam", "cdk", "cloudformation", "serverless", "copilot", "codedeploy"))
"""Tools that go back to the version before by themselves when a deployment fails: stacks, and CodeDeploy."""
_APPROVING = lazy(r"uses\s+(?:trstringer/manual-approval|ManualValidation\S*)|\bmanual[- ]approval\b", 2)


@dataclass(slots=True)
class Deployment:
    """One deployment: where it goes and what surrounds it.

    several  it goes to environments before production, too
    depends  whether it goes to production depends on what has started the pipeline
    caller   the job of the pipeline's own file that calls the file which deploys
    """

    job: Job
    command: Command
    tool: str
    target: str
    several: bool = False
    depends: bool = False
    caller: Job | None = None
    gated: Told = False
    broken: str = ""
    approvals: list[str] = field(default_factory=list)
    verified: Literal["checked", "waited", "no"] = "no"
    verified_open: str = ""
    undone: Told = False
    previewed: Told = False

    @property
    def span(self) -> Span:
        """The line of the command; of one in a file that the pipeline calls, the job of the pipeline that calls it."""
        return self.command.span if self.caller is None else self.caller.span

    @property
    def infrastructure(self) -> bool:
        """Whether its tool changes infrastructure."""
        return self.tool in INFRASTRUCTURE


def deployments_of(pipeline: Pipeline, others: Mapping[str, Pipeline]) -> list[Deployment]:
    """The deployments of a pipeline, in order. `others` are all pipelines of the repository by name."""
    found = []
    for job in pipeline.jobs.values():
        for index, command in enumerate(job.commands):
            deployed = deployment_of(command)
            if deployed is None or command.failure or job.failure or "rollback" in stages_of(command):
                continue
            names = (pipeline.name, pipeline.path.rpartition("/")[2])
            if deployed.tool == "script" and publishes_documents(job, command, pipeline.name):
                continue
            target = target_of(job, command, pipeline.triggers, names)
            caller = _caller(pipeline, job) if command.span.path != pipeline.span.path else None
            one = Deployment(job, command, deployed.tool, target.name, target.several, target.depends, caller)
            _Around(pipeline, job, index, others).describe(one)
            found.append(one)
    return found


def _caller(pipeline: Pipeline, job: Job) -> Job | None:
    """The job of a pipeline's own file that a job of another file belongs to."""
    outermost = pipeline.jobs.get(job.name.partition("/")[0], job)
    return outermost if outermost.span.path == pipeline.span.path else None


class _Around:
    """What runs before and after one command."""

    def __init__(self, pipeline: Pipeline, job: Job, index: int, others: Mapping[str, Pipeline]) -> None:
        self._pipeline = pipeline
        self._others = others
        self._job = job
        name = next(key for key, value in pipeline.jobs.items() if value is job)
        self._before_jobs = [pipeline.jobs[other] for other in pipeline.before(name)]
        self._after_jobs = [pipeline.jobs[other] for other in pipeline.following(name)]
        self._earlier = [others[other] for other in pipeline.after if other in others]
        self._later = [other for other in others.values() if other is not pipeline and pipeline.name in other.after]
        self._before = [*job.commands[:index], *(c for other in self._before_jobs for c in other.commands)]
        self._after = [*job.commands[index + 1 :], *(c for other in self._after_jobs for c in other.commands)]

    def describe(self, one: Deployment) -> None:
        """Fills in what is known of a deployment."""
        one.gated, one.broken = self._gated(one)
        one.approvals = list(dict.fromkeys(self._approvals(one)))
        one.verified, one.verified_open = self._verified(one)
        one.undone = self._undone(one)
        one.previewed = self._previewed(one)

    def _gated(self, one: Deployment) -> tuple[Told, str]:
        own = self._tests(self._job.commands[: self._job.commands.index(one.command)], one)
        if self._job.always and not own:
            return False, "it runs even when what it needs has failed"
        held = [job for job in self._before_jobs if not job.tolerated]
        if own or any(self._tests(job.commands, one) for job in held):
            return True, ""
        if any(self._tests(_commands(other), one) for other in self._earlier):
            return True, ""
        missing = [job.remote for job in held if job.remote]
        if len(self._earlier) < len(self._pipeline.after):
            missing.append("it follows a pipeline that is not in the repository")
        if one.tool == "script":
            missing.append(f"what `{_short(one.command.text)}` runs is not looked into")
        if self._pipeline.remote:
            missing.append(self._pipeline.remote)
        if self._pipeline.kind == "buildspec":
            missing.append("what runs before this build is not in the build specification")
        asked = self._elsewhere("static checks" if one.tool == "terraform" else "tests", one)
        if asked is not None:
            missing.append(f"the tests of {asked.path} run before a merge, if the settings of the repository demand it")
        return (missing[0], "") if missing else (False, "")

    @staticmethod
    def _tests(commands: Iterable[Command], one: Deployment) -> bool:
        """Whether something is tested; of what changes nothing but infrastructure, its static checks are tests."""
        tests = {"test", "integration-test", *(["iac-lint"] if one.tool == "terraform" else [])}
        return any(
            not command.tolerated and not command.failure and not tests.isdisjoint(stages_of(command))
            for command in commands
        )

    def _elsewhere(self, kind: str, one: Deployment) -> Pipeline | None:
        """Another pipeline that does something for each proposed change, or before a person starts this one."""
        started = bool(self._pipeline.triggers) and self._pipeline.triggers <= _STARTED
        return next(
            (
                other
                for other in self._others.values()
                if other is not self._pipeline
                and (
                    other.triggers & _ASKED
                    or ("push" in other.triggers and (started or (self._pipeline.narrow and not other.narrow)))
                )
                and self._does(other, kind, one)
            ),
            None,
        )

    def _does(self, other: Pipeline, kind: str, one: Deployment) -> bool:
        """Whether a pipeline tests, or previews: worked out once, for each deployment asks it of every other one."""
        if kind not in other.does:
            previews = kind == "previews"
            other.does[kind] = (
                any("preview" in stages_of(command) for command in _commands(other))
                if previews
                else self._tests(_commands(other), one)
            )
        return other.does[kind]

    def _approvals(self, one: Deployment) -> Iterable[str]:
        for job in (self._job, *self._before_jobs):
            if job.approval:
                yield job.approval
            if job.started:
                yield job.started
        if one.command.started:
            yield one.command.started
        if any(_APPROVING.search(f"{c.text} {c.name}") for c in self._before):
            yield "approval"
        if self._pipeline.kind in _WITH_ENVIRONMENTS and any(
            job.environment for job in (self._job, *self._before_jobs)
        ):
            yield "environment"
        if self._pipeline.triggers:
            if self._pipeline.triggers <= {"manual", "call"} and "manual" in self._pipeline.triggers:
                yield "manual"
            if self._pipeline.triggers <= {"release", "tag", "manual"} and self._pipeline.triggers & {"release", "tag"}:
                yield "release"

    def _verified(self, one: Deployment) -> tuple[Literal["checked", "waited", "no"], str]:
        waited = bool({"wait"} & set(stages_of(one.command)))
        for command in self._after:
            if command.failure or deployment_of(command) is not None:
                continue
            stages = set(stages_of(command))
            if stages & {"smoke", "integration-test", "load-test"}:
                return "checked", ""
            waited = waited or "wait" in stages
        for other in self._later:
            if any(
                set(stages_of(c)) & {"smoke", "integration-test", "test"}
                for j in other.jobs.values()
                for c in j.commands
            ):
                return "checked", ""
        missing = [job.remote for job in (self._job, *self._after_jobs) if job.remote]
        if self._pipeline.remote:
            missing.append(self._pipeline.remote)
        if one.tool == "script":
            missing.append(f"what `{_short(one.command.text)}` runs is not looked into")
        if self._pipeline.kind == "buildspec":
            missing.append("what runs after this build is not in the build specification")
        return ("waited" if waited else "no"), (missing[0] if missing else "")

    def _undone(self, one: Deployment) -> Told:
        if any("rollback" in stages_of(command) for command in self._after):
            return True
        text = one.command.text
        if one.tool in _UNDOES:
            return not _NO_ROLLBACK.search(text)
        if one.tool == "kubernetes":
            return bool(_ATOMIC.search(text))
        if one.tool == "script":
            return f"what `{_short(text)}` runs is not looked into"
        missing = [job.remote for job in (self._job, *self._after_jobs) if job.remote]
        if self._pipeline.remote:
            missing.append(self._pipeline.remote)
        if self._pipeline.kind == "buildspec":
            missing.append("what follows a failed build is not in the build specification")
        return missing[0] if missing else False

    def _previewed(self, one: Deployment) -> Told:
        text = one.command.text
        if one.tool == "terraform":
            if _applies_saved_plan(text) or (_PLANS_FIRST.search(text) and not _AUTO.search(text)):
                return True
            if self._previews() and (not _AUTO.search(text) or self._agreed()):
                return True
        elif self._previews() or "--confirm-changeset" in text.split():
            return True
        missing = [job.remote for job in self._before_jobs if job.remote]
        if self._pipeline.remote:
            missing.append(self._pipeline.remote)
        if text.startswith("uses ") and one.tool == "terraform" and not _AUTO.search(text):
            missing.append(f"what {text.split()[1]} shows is not in the repository")
        asked = self._elsewhere("previews", one)
        if asked is not None:
            missing.append(f"{asked.path} shows each proposed change; whether just that is applied is not seen")
        return missing[0] if missing else False

    def _previews(self) -> bool:
        return any("preview" in stages_of(command) for command in self._before)

    def _agreed(self) -> bool:
        """Whether somebody who has seen a preview must agree: an approval behind the job that shows it."""
        shown = [job for job in self._before_jobs if any("preview" in stages_of(one) for one in job.commands)]
        behind = [self._job, *self._before_jobs]
        named = self._pipeline.kind in _WITH_ENVIRONMENTS
        return any(
            (job.approval or (named and job.environment)) and any(other is not job for other in shown) for job in behind
        )


def _commands(pipeline: Pipeline) -> Iterator[Command]:
    return (command for job in pipeline.jobs.values() for command in job.commands)


def _applies_saved_plan(text: str) -> bool:
    """Whether `terraform apply` is given a file that `terraform plan` has written."""
    words = iter(text.partition("apply")[2].split())
    for word in words:
        if f"-{word.lstrip('-')}" in _WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return _PLAN_FILE.search(word.strip("\"'")) is not None
    return False


def _short(text: str) -> str:
    longest = 40
    return text if len(text) <= longest else text[: longest - 3] + "..."
