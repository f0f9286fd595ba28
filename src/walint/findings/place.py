"""Spans and resources of the model as results carry them."""

from __future__ import annotations

from walint.findings.result import Location, Subject
from walint.model.resource import Resource
from walint.model.span import Span


def to_location(span: Span) -> Location:
    """A span as a result says it."""
    return Location(span.path, span.start_line, span.start_column, span.end_line, span.end_column)


def location_of(span: Span | None) -> Location | None:
    """The same for a span that may be missing."""
    return None if span is None else to_location(span)


def subject_of(resource: Resource, environment: str | None = None) -> Subject:
    """A resource as a result names it, with its environment where that is known."""
    return Subject(
        resource.type,
        resource.address,
        resource.name or resource.address,
        resource.source,
        resource.account,
        resource.region,
        resource.arn,
        resource.construct_path,
        environment,
    )
