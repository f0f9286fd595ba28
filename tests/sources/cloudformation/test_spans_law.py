"""The law of spans: the text at a scalar's span, read alone, is the scalar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from walint.model.value import Known, Value
from walint.sources import SourceSettings, load
from walint.sources.cloudformation.deployment import Deployment
from walint.sources.cloudformation.document import parse
from walint.sources.cloudformation.exports import Exports
from walint.sources.cloudformation.stack import Stack

NAMES = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60)
LINES = st.lists(st.text("abc xyz", min_size=1, max_size=9), min_size=1, max_size=4).map("\n".join)
SCALARS = TEXTS | LINES | st.integers() | st.booleans()
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=12
)


def _scalars(value: Value) -> Iterator[Known]:
    assert isinstance(value, Known)
    if isinstance(value.data, Mapping):
        for name in value.data:
            yield from _scalars(value.data[name])
    elif isinstance(value.data, Sequence) and not isinstance(value.data, str):
        for item in value.data:
            yield from _scalars(item)
    else:
        yield value


@settings(max_examples=150, deadline=None)
@given(
    data=st.dictionaries(NAMES, DATA, min_size=1, max_size=4),
    style=st.sampled_from([None, "|", ">", '"', "'"]),
    flow=st.sampled_from([None, False, True]),
    width=st.sampled_from([20, 80, 1000]),
)
def test_the_text_at_a_span_is_the_value(
    data: dict[str, Any],
    style: str | None,
    flow: bool | None,  # noqa: FBT001 - drawn, not chosen
    width: int,
) -> None:
    properties = {f"p-{name}": value for name, value in data.items()}
    text = yaml.dump(
        {"Resources": {"Q": {"Properties": properties}}},
        default_style=style,
        default_flow_style=flow,
        width=width,
        allow_unicode=True,
        sort_keys=False,
    )
    stack = Stack(parse(text, "t.yaml"), "t.yaml", Deployment({}), Exports())
    resources = stack.section_value("Resources")
    assert isinstance(resources, Known)
    lines = text.split("\n")
    for scalar in _scalars(resources):
        span = scalar.span
        assert span is not None
        found = lines[span.start_line - 1 : span.end_line]
        found[-1] = found[-1][: span.end_column - 1]
        found[0] = " " * (span.start_column - 1) + found[0][span.start_column - 1 :]
        if re.match(r" *(?:!!\w+ )?[|>][+-]?[1-9]", found[0]):
            continue  # its indentation is relative to the lines around it
        read = yaml.safe_load("\n".join(found) + "\n")
        assert (read if isinstance(scalar.data, str | bool) else int(read)) == scalar.data or (
            isinstance(read, str) and isinstance(scalar.data, str) and read.rstrip("\n") == scalar.data.rstrip("\n")
        )


def test_every_known_template_has_spans_inside_the_file() -> None:
    shared = Path(__file__).parents[4] / "shared" / "corpora" / "sam"
    if not shared.is_dir():
        pytest.skip("the corpora are not beside this checkout")
    graph = load([shared], SourceSettings(root=shared))
    lengths = {path: len((shared / path).read_text("utf-8").splitlines()) for path in graph.files}
    for resource in graph.resources:
        assert resource.span is not None
        assert 1 <= resource.span.start_line <= resource.span.end_line <= lengths[resource.span.path]
