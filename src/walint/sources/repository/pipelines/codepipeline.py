"""CodePipeline as a template declares it: stages that follow one another, each with actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Known, Text, Value
from walint.sources.repository.pipelines.model import Command, Job, Pipeline

_DOES = {"Build": "build", "Test": "test", "Invoke": "", "Source": "", "Deploy": ""}


def code_pipeline(resource: Resource) -> Pipeline:
    """A pipeline of a resource; what its build projects run is not seen unless it stands in the repository."""
    span = resource.span or Span(resource.unit, 1, 1, 1, 2)
    pipeline = Pipeline(span.path, "codepipeline", resource.address, span.first_line(), triggers=frozenset(("push",)))
    stages = _member(resource.properties, "Stages")
    if not (isinstance(stages, Known) and isinstance(stages.data, Sequence) and not isinstance(stages.data, str)):
        pipeline.remote = "its stages are not known"
        return pipeline
    last: list[str] = []
    for stage in stages.data:
        name = _word(stage, "Name")
        where = stage.span.first_line() if stage.span is not None else span.first_line()
        job = pipeline.add(Job(name or "stage", where, needs=last))
        last = [job.name]
        for action in _items(_member(stage, "Actions")):
            _take(job, action, name)
    return pipeline


def _take(job: Job, action: Value, stage: str) -> None:
    category = _word(action, "ActionTypeId", "Category")
    provider = _word(action, "ActionTypeId", "Provider")
    name = f"{stage} {_word(action, 'Name')}"
    where = action.span.first_line() if action.span is not None else job.span
    if category == "Approval":
        job.approval = "approval"
        return
    mode = _word(action, "Configuration", "ActionMode")
    if category == "Deploy":
        text = mode if provider == "CloudFormation" else f"provider {provider}"
        if provider in {"CodeDeploy", "CodeDeployToECS"}:
            text = "deploy create-deployment"
        elif provider == "ElasticBeanstalk":
            text = "eb deploy"
        job.commands.append(Command(text, where, name))
        return
    job.commands.append(Command(_DOES.get(category, ""), where, name))
    if category in {"Build", "Test"}:
        job.remote = job.remote or f"what the action {_word(action, 'Name')} runs is not in the template"


def _items(value: Value | None) -> Iterator[Value]:
    if isinstance(value, Known) and isinstance(value.data, Sequence) and not isinstance(value.data, str):
        yield from value.data


def _member(value: Value | None, *names: str) -> Value | None:
    for name in names:
        value = value.data.get(name) if isinstance(value, Known) and isinstance(value.data, Mapping) else None
    return value


def _word(value: Value, *names: str) -> str:
    match _member(value, *names):
        case Known(str() as word):
            return word
        case Text(pieces):
            return "".join(piece for piece in pieces if isinstance(piece, str))
        case _:
            return ""
