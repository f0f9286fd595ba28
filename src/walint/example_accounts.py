"""Live accounts in rule examples: what AWS answers, by call, as YAML in the words of its API.

    lambda:ListFunctions:
      Functions:
        - FunctionName: orders          # finding
          FunctionArn: arn:aws:lambda:eu-west-1:123456789012:function:orders
          TracingConfig: {Mode: PassThrough}

Every call that the rule needs is made against this script; one that it does not mention finds nothing. Where the answer
depends on what is asked, it is a list of {with: parameters, answer: ...}; {error: AccessDeniedException} is a call that
fails. A mark stands on the line where the resource's name, ARN, id or URL is first written (for a list that fails: on
the line of its call; for the account as a whole: on the first line). The account is 123456789012, the region eu-west-1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from walint.language.needs import needs_of
from walint.language.rule import Rule
from walint.model.graph import Graph
from walint.sources.live.collect import collect, with_global
from walint.sources.live.graphs import graph_of
from walint.sources.live.places import GLOBAL, Place
from walint.sources.live.plan import plan
from walint.sources.live.scripted import ScriptedCaller
from walint.sources.live.sweep import Sweep

PLACE = Place("aws", "123456789012", "eu-west-1")
_KINDS = ("arn", "url", "id", "name")


def account_graph(text: str, rule: Rule) -> tuple[Graph, dict[str, int]]:
    """The graph of a scripted account as the rule's calls find it, and the line of each resource by its address.

    Raises `yaml.YAMLError` for text that is no YAML, and `ScriptError` for a script that is not understood.
    """
    caller = ScriptedCaller(yaml.safe_load(text))
    calls = plan(needs_of([rule]))
    graph = graph_of(collect(Sweep(caller, threads=1), with_global([PLACE], calls), calls))
    lines = dict(_scalars(yaml.compose(text)))
    places = {}
    for resource in graph.resources:
        known = [resource.identifiers.get(kind, "") for kind in _KINDS]
        line = next((lines[name] for name in known if name in lines), None)
        if line is not None:
            places[resource.address] = line
    failed = next((line for name, line in lines.items() if name.startswith("error of ")), None)
    for place in (PLACE, PLACE._replace(region=GLOBAL)):
        places[place.words] = failed or 1
    graph.problems.clear()  # a denied call is what an example may be about
    return graph, places


def _scalars(node: Any) -> Iterator[tuple[str, int]]:
    """Every text that is a value, with the line where it is first written, and the lines of calls that fail."""
    found: dict[str, int] = {}
    for key, answer in node.value:
        if isinstance(answer, yaml.MappingNode) and any(name.value == "error" for name, _ in answer.value):
            found.setdefault(f"error of {key.value}", key.start_mark.line + 1)
        for text, line in _values(answer):
            found.setdefault(text, line)
    yield from found.items()


def _values(node: Any) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.ScalarNode):
        yield str(node.value), node.start_mark.line + 1
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _values(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _values(value)
