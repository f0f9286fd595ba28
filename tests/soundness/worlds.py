"""Random worlds for the soundness law: a concrete graph, and the same graph with parts of it made unknown.

A *world* is what a deployment really looks like. It is *blurred* into what walint may see of it: values that cannot
be resolved, alternatives under conditions, texts known in part, open lists and maps, resources that may not exist,
and resources out of sight. Every blur is truthful: the real value is one of those that the blurred one allows.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from walint.model.graph import Graph, Unseen
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value

UNIT = "app.yaml"
FUNCTION = "AWS::Lambda::Function"
ALIAS = "AWS::Lambda::Alias"
LOG_GROUP = "AWS::Logs::LogGroup"
QUEUE = "AWS::SQS::Queue"
SPAN = Span(UNIT, 1, 1, 1, 2)

# What the conditions C0..C2 really are in the world; the blurred graph knows only their names.
TRUTHS = {f"{UNIT}#C{n}": value for n, value in enumerate((True, False, True))}

NAMES = ("alpha", "beta", "/aws/lambda/alpha", "/aws/lambda/beta")
NUMBERS = (1, 3, 30, 128, 900)


def key(address: str) -> str:
    return f"{UNIT}#{address}"


def scalar(data: object) -> Value:
    return Known(data, SPAN)  # type: ignore[arg-type]


def mapping(members: dict[str, Value | None]) -> Value:
    return Known({name: value for name, value in members.items() if value is not None}, SPAN)


optional_name = st.none() | st.sampled_from(NAMES[:2]).map(scalar)
numbers = st.sampled_from(NUMBERS).map(scalar)


@st.composite
def functions(draw: st.DrawFn, address: str) -> Resource:
    mode = draw(st.none() | st.sampled_from(["Active", "PassThrough"]).map(scalar))
    layers = draw(st.none() | st.lists(st.sampled_from(["arn:a", "arn:otel", "b"]).map(scalar), max_size=3))
    mounts = draw(st.lists(st.sampled_from(["/mnt/a", "/mnt/b"]).map(scalar), max_size=2))
    queue = draw(st.none() | st.sampled_from(["Queue0", "Queue1"]).map(lambda q: Reference(key(q), "Arn", SPAN)))
    properties = {
        "FunctionName": draw(optional_name),
        "Timeout": draw(st.none() | numbers),
        "MemorySize": draw(st.none() | numbers),
        "TracingConfig": None if mode is None else mapping({"Mode": mode}),
        "Layers": None if layers is None else Known(tuple(layers), SPAN),
        "FileSystemConfigs": Known(tuple(mapping({"LocalMountPath": mount, "Arn": scalar("arn:x")}) for mount in mounts), SPAN),
        "Environment": mapping({"Variables": mapping({"A": draw(st.none() | st.just(scalar("1")))})}),
        "DeadLetterConfig": None if queue is None else mapping({"TargetArn": queue}),
        "LoggingConfig": draw(st.none() | st.sampled_from(["Logs0", "Logs1"]).map(
            lambda group: mapping({"LogGroup": Reference(key(group), "Ref", SPAN)}))),
    }
    return Resource(key(address), FUNCTION, address, address, "cloudformation", UNIT, mapping(properties), SPAN)


@st.composite
def aliases(draw: st.DrawFn, address: str) -> Resource:
    target = draw(
        st.sampled_from(["Function0", "Function1"]).map(lambda name: Reference(key(name), "Ref", SPAN))
        | st.sampled_from(["Function0", "Function1"]).map(lambda name: Reference(key(name), "Arn", SPAN))
        | st.sampled_from(NAMES[:2]).map(scalar)
    )
    properties = {
        "FunctionName": target,
        "Name": draw(st.sampled_from(["live", "test"]).map(scalar)),
        "Description": draw(st.none() | st.sampled_from(NAMES).map(scalar)),
    }
    return Resource(key(address), ALIAS, address, address, "cloudformation", UNIT, mapping(properties), SPAN)


@st.composite
def log_groups(draw: st.DrawFn, address: str) -> Resource:
    properties = {
        "LogGroupName": draw(
            st.none()
            | st.sampled_from(NAMES).map(scalar)
            | st.sampled_from(["Function0", "Function1"]).map(lambda name: Text(("/aws/lambda/", Reference(key(name))), SPAN))
        ),
        "RetentionInDays": draw(st.none() | numbers),
    }
    return Resource(key(address), LOG_GROUP, address, address, "cloudformation", UNIT, mapping(properties), SPAN)


@st.composite
def queues(draw: st.DrawFn, address: str) -> Resource:
    properties = {"QueueName": draw(optional_name), "DelaySeconds": draw(st.none() | numbers)}
    return Resource(key(address), QUEUE, address, address, "cloudformation", UNIT, mapping(properties), SPAN)


@st.composite
def worlds(draw: st.DrawFn) -> list[Resource]:
    """Two functions, and some aliases, log groups and queues."""
    found = [draw(functions(f"Function{n}")) for n in range(2)]
    found += [draw(aliases(f"Alias{n}")) for n in range(draw(st.integers(0, 2)))]
    found += [draw(log_groups(f"Logs{n}")) for n in range(2)]
    found += [draw(queues(f"Queue{n}")) for n in range(2)]
    return found


def graph_of(resources: list[Resource], unseen: list[Unseen] | None = None) -> Graph:
    graph = Graph()
    graph.extend(resources)
    graph.unseen += unseen or []
    return graph


def symbol_of(value: Known) -> str:
    """Equal values may share a symbol, different ones never do."""
    return f"{UNIT}#Param{value.data}"


@st.composite
def blurred_value(draw: st.DrawFn, value: Value, budget: float = 0.35) -> Value:
    """Something that the value may look like to walint."""
    value = draw(_blurred_inside(value, budget))
    if draw(st.floats(0, 1)) > budget:
        return value
    kinds = ["alternatives", "unknown"]
    if isinstance(value, Known) and isinstance(value.data, str):
        kinds += ["text", "symbol"]
    match draw(st.sampled_from(kinds)):
        case "alternatives":
            return draw(_alternatives(value))
        case "text":
            assert isinstance(value, Known)
            assert isinstance(value.data, str)
            cut = draw(st.integers(0, len(value.data)))
            hidden = Unknown("a part is not known", SPAN, surely_set=True)
            pieces = (value.data[:cut], hidden) if draw(st.booleans()) else (hidden, value.data[cut:])
            return Text(tuple(piece for piece in pieces if piece != ""), SPAN)
        case "symbol":
            assert isinstance(value, Known)
            return Unknown("a parameter", SPAN, symbol_of(value), surely_set=True)
        case _:
            return Unknown("not known", SPAN, surely_set=not isinstance(value, Absent) and draw(st.booleans()))


@st.composite
def _alternatives(draw: st.DrawFn, value: Value) -> Value:
    variable = draw(st.sampled_from(sorted(TRUTHS)))
    other = draw(st.sampled_from([Absent(SPAN), scalar("alpha"), scalar("Active"), scalar(30), scalar("x")]))
    if isinstance(value, Known) and not isinstance(value.data, (str, int)):
        other = draw(st.sampled_from([Absent(SPAN), Known({}, SPAN) if isinstance(value.data, dict) else Known((), SPAN)]))
    truth = TRUTHS[variable]
    return Alternatives((Choice(((variable, truth),), value), Choice(((variable, not truth),), other)), SPAN)


@st.composite
def _blurred_inside(draw: st.DrawFn, value: Value, budget: float) -> Value:
    if not isinstance(value, Known):
        return value
    if isinstance(value.data, dict):
        members = {name: draw(blurred_value(member, budget * 0.6)) for name, member in value.data.items()}
        rest = None
        if draw(st.floats(0, 1)) < budget * 0.3:
            rest = Unknown("other keys may be set", SPAN)
            members = {name: member for name, member in members.items() if draw(st.booleans())}
        return Known(members, value.span, value.origin, rest)
    if isinstance(value.data, tuple):
        items = [draw(blurred_value(item, budget * 0.6)) for item in value.data]
        rest = None
        if draw(st.floats(0, 1)) < budget * 0.3:
            rest = Unknown("other items may follow", SPAN)
            items = [item for item in items if draw(st.booleans())]
        if draw(st.floats(0, 1)) < budget * 0.3:
            items.append(_phantom_item(draw(st.sampled_from(sorted(TRUTHS))), value))
        return Known(tuple(items), value.span, value.origin, rest)
    return value


def _phantom_item(variable: str, of: Known) -> Value:
    """A list item that is there only under a condition which really is false."""
    truth = TRUTHS[variable]
    item = mapping({"LocalMountPath": scalar("/mnt/a")}) if of.data and isinstance(of.data[0].data, dict) else scalar("arn:otel")  # type: ignore[index, union-attr]
    return Alternatives((Choice(((variable, truth),), Absent(SPAN)), Choice(((variable, not truth),), item)), SPAN)


@st.composite
def blurred(draw: st.DrawFn, world: list[Resource]) -> Graph:
    """What walint may see of a world."""
    seen: list[Resource] = []
    unseen: list[Unseen] = []
    for resource in world:
        if resource.type in (ALIAS, LOG_GROUP) and draw(st.integers(0, 7)) == 0:
            unseen.append(Unseen("a nested stack is not on disk", UNIT))
            continue
        properties = draw(blurred_value(resource.properties))
        if not isinstance(properties, Known):
            properties = resource.properties
        presence: Value = Known(data=True)
        if draw(st.integers(0, 4)) == 0:
            presence = _presence(draw(st.sampled_from(sorted(TRUTHS))), exists=True)
        seen.append(replace(resource, properties=properties, presence=presence))
    if draw(st.booleans()):
        phantom = draw(aliases("Phantom"))
        seen.append(replace(phantom, presence=_presence(draw(st.sampled_from(sorted(TRUTHS))), exists=False)))
    if draw(st.booleans()):
        group = draw(log_groups("PhantomLogs"))
        seen.append(replace(group, presence=_presence(draw(st.sampled_from(sorted(TRUTHS))), exists=False)))
    return graph_of(seen, unseen)


def _presence(variable: str, *, exists: bool) -> Value:
    truth = TRUTHS[variable]
    real, other = Known(data=exists), Known(data=not exists)
    return Alternatives((Choice(((variable, truth),), real), Choice(((variable, not truth),), other)))
