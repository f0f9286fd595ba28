"""A pipeline's properties, as rules read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from walint.model.span import Span
from walint.model.value import Known, Unknown, Value
from walint.sources.repository.facts import record, text, texts
from walint.sources.repository.pipelines.deployments import Deployment, Told, deployments_of
from walint.sources.repository.pipelines.expressions import possible_words
from walint.sources.repository.pipelines.model import Pipeline
from walint.sources.repository.pipelines.recognise import stages_of

LATER = ("Called", "Jobs", "Stages", "Steps", "Deployments", "Environments", "Triggers")


def pipeline_properties(pipeline: Pipeline, others: dict[str, Pipeline]) -> dict[str, Value]:
    """What rules read of a pipeline, besides its path and kind."""
    span = pipeline.span
    deployments = deployments_of(pipeline, others)
    found = {stage for job in pipeline.jobs.values() for command in job.commands for stage in stages_of(command)}
    return {
        "Name": text(pipeline.name, span),
        "Called": text(_is_called(pipeline, others), span),
        "Triggers": texts(sorted(pipeline.triggers), span),
        "Jobs": Known(tuple(record(job.span, Name=job.name) for job in pipeline.jobs.values()), span),
        "Stages": texts(sorted({*found, *_deployed(deployments)}), span, _rest(pipeline)),
        "Steps": Known(tuple(_steps(pipeline)), span, rest=_rest(pipeline)),
        "Deployments": Known(tuple(_deployment(one) for one in deployments), span),
        "Environments": texts(_environments(pipeline, deployments), span),
    }


def _is_called(pipeline: Pipeline, others: dict[str, Pipeline]) -> bool:
    """Whether a workflow is judged where others call it: it has no start of its own, or only a person's."""
    if pipeline.kind != "github-actions" or "call" not in pipeline.triggers:
        return False
    by_hand = pipeline.triggers == {"call", "manual"}
    return pipeline.triggers == {"call"} or (by_hand and any(pipeline.path in one.called for one in others.values()))


def _deployed(deployments: Iterable[Deployment]) -> Iterator[str]:
    """The stages that deployments are. A script that deploys is taken to build, too: it is not looked into."""
    targets = {one.target for one in deployments}
    if any(one.tool == "script" for one in deployments):
        yield "build"
    if targets & {"production", "unnamed"}:
        yield "deploy-prod"
    if "other" in targets or any(one.several for one in deployments):
        yield "deploy-nonprod"


def _environments(pipeline: Pipeline, deployments: Iterable[Deployment]) -> list[str]:
    named = [possible_words(job.environment) for job in pipeline.jobs.values() if job.environment]
    reached = [one.target for one in deployments if one.target == "production"]
    return sorted({*(word for name in named for word in name.lower().split()), *reached})


def _rest(pipeline: Pipeline) -> Unknown | None:
    reason = pipeline.unseen
    if not reason and pipeline.kind == "buildspec":
        reason = "what runs before and after a build is not in the build specification"
    return Unknown(reason, pipeline.span) if reason else None


def _steps(pipeline: Pipeline) -> Iterator[Value]:
    for job in pipeline.jobs.values():
        for command in job.commands:
            words = " ".join(filter(None, (job.name, command.name, command.text)))
            yield record(command.span, Text=words)


def _deployment(one: Deployment) -> Value:
    span = one.span
    verified: str | Unknown = one.verified
    if one.verified != "checked" and one.verified_open:
        verified = Unknown(one.verified_open, span)
    return record(
        span,
        Job=one.job.name,
        Tool=one.tool,
        Target=one.target,
        Infrastructure=one.infrastructure,
        Tested=_told(one.gated, span),
        Approvals=texts(one.approvals, span, _depends(one)),
        Verified=verified,
        RollsBack=_told(one.undone, span),
        Previewed=_told(one.previewed, span),
    )


def _depends(one: Deployment) -> Unknown | None:
    return Unknown("an expression decides when it goes to production", one.span) if one.depends else None


def _told(answer: Told, span: Span) -> Value:
    return text(answer, span) if isinstance(answer, bool) else Unknown(answer, span)
