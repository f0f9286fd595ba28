"""Random worlds for the soundness law: what a deployment really looks like, one small topic at a time.

A topic is a relation (or the mere properties of one resource). A world holds only what rules on its topic look at,
so that most cases say something about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.soundness.dice import Dice
from walint.language.rule import Rule
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value

UNIT = "app.yaml"
FUNCTION = "AWS::Lambda::Function"
ALIAS = "AWS::Lambda::Alias"
LOG_GROUP = "AWS::Logs::LogGroup"
QUEUE = "AWS::SQS::Queue"
ALARM = "AWS::CloudWatch::Alarm"
SPAN = Span(UNIT, 1, 1, 1, 2)
NOTHING = Absent(SPAN)

NAMES = ("alpha", "beta")
NUMBERS = (1, 30, 128, 900)
TOPICS = (
    "properties", "alarms", "items", "aliases", "log_group", "dead_letters", "alarms", "items", "properties",
)  # fmt: skip
"""What a case is about; the ones with more ways to go wrong come twice."""


def key(address: str) -> str:
    """The key of a resource of the world."""
    return f"{UNIT}#{address}"


def scalar(data: str | float) -> Known:
    """A plain value."""
    return Known(data, SPAN)


def mapping(**members: Value) -> Known:
    """A map; `NOTHING` stands for a key that could be there and is not."""
    return Known(dict(members), SPAN)


def listed(*items: Value) -> Known:
    """A list."""
    return Known(items, SPAN)


def ref(address: str, attribute: str = "Ref") -> Reference:
    """A reference to a resource of the world."""
    return Reference(key(address), attribute, SPAN)


def resource(address: str, type_name: str, properties: Value, presence: Value = Known(data=True)) -> Resource:  # noqa: B008 - it is frozen
    """A resource of the one stack."""
    return Resource(
        key(address), type_name, address, address, "cloudformation", UNIT, properties, SPAN, presence=presence
    )


def _number(dice: Dice) -> Value:
    return dice.pick((NOTHING, *map(scalar, NUMBERS)))


def _name(dice: Dice) -> Value:
    return dice.pick((NOTHING, *map(scalar, NAMES)))


def _function_of(dice: Dice) -> str:
    return dice.pick(("Function0", "Function1"))


def _function(dice: Dice, address: str, topic: str) -> Resource:
    members = {"FunctionName": _name(dice), "Timeout": _number(dice)}
    match topic:
        case "properties":
            members |= {
                "MemorySize": _number(dice),
                "TracingConfig": mapping(Mode=dice.pick((NOTHING, scalar("Active"), scalar("PassThrough")))),
                "Environment": mapping(Variables=mapping(A=dice.pick((NOTHING, scalar("1"))))),
                "Layers": listed(*dice.some_of([scalar("arn:otel"), scalar("arn:a")])),
            }
        case "items":
            members = {
                "Layers": listed(*dice.some_of([scalar("arn:otel"), scalar("arn:a")])),
                "FileSystemConfigs": listed(*dice.some_of([_mount("/mnt/a"), _mount("/mnt/b")])),
            }
        case "log_group":
            group = dice.pick((NOTHING, ref("Logs0"), ref("Logs1"), scalar("alpha")))
            members["LoggingConfig"] = mapping(LogGroup=group)
        case "dead_letters":
            members["DeadLetterConfig"] = mapping(TargetArn=_queue_arn(dice))
    return resource(address, FUNCTION, mapping(**members))


def _mount(path: str) -> Known:
    return mapping(LocalMountPath=scalar(path), Arn=scalar("arn:x"))


def _queue_arn(dice: Dice) -> Value:
    literal = scalar("arn:aws:sqs:eu-west-1:111122223333:alpha")
    return dice.pick((ref("Queue0", "Arn"), ref("Queue1", "Arn"), literal, ref("Queue0"), NOTHING))


def _alias(dice: Dice, address: str, _topic: str) -> Resource:
    function = _function_of(dice)
    target = dice.pick((ref(function), ref(function, "Arn"), scalar("alpha"), scalar("beta")))
    name, description = dice.pick((scalar("live"), scalar("test"))), _name(dice)
    return resource(address, ALIAS, mapping(FunctionName=target, Name=name, Description=description))


def _log_group(dice: Dice, address: str, _topic: str) -> Resource:
    own = Text(("/aws/lambda/", ref(_function_of(dice))), SPAN)
    name = dice.pick((own, scalar("/aws/lambda/alpha"), scalar("/aws/lambda/beta"), scalar("alpha"), NOTHING))
    return resource(address, LOG_GROUP, mapping(LogGroupName=name, RetentionInDays=_number(dice)))


def _queue(dice: Dice, address: str, _topic: str) -> Resource:
    return resource(address, QUEUE, mapping(QueueName=_name(dice), DelaySeconds=_number(dice)))


def alarm(dice: Dice, address: str, _topic: str = "alarms") -> Resource:
    """An alarm on one metric, on metric math, or on a search for metrics."""
    properties = {"ActionsEnabled": dice.pick((NOTHING, Known(True, SPAN), Known(False, SPAN)))}  # noqa: FBT003
    match dice.pick(("one", "one", "math", "search")):
        case "one":
            properties |= _metric(dice)
        case "math":
            stat = mapping(Id=scalar("m"), MetricStat=mapping(Metric=mapping(**_metric(dice))))
            properties["Metrics"] = listed(stat, mapping(Id=scalar("e"), Expression=scalar("m * 2")))
        case _:
            properties["Metrics"] = listed(mapping(Id=scalar("e"), Expression=scalar(dice.pick(SEARCHES))))
    return resource(address, ALARM, mapping(**properties))


SEARCHES = (
    "SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\"', 'Sum')",
    "SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\" FunctionName=\"alpha\"', 'Sum')",
    "SELECT MAX(Errors) FROM SCHEMA(\"AWS/Lambda\", FunctionName) WHERE FunctionName = 'beta'",
    'SELECT MAX(Throttles) FROM SCHEMA("AWS/Lambda", FunctionName)',
)


def _metric(dice: Dice) -> dict[str, Value]:
    dimensions = [dimension(dice)] if dice.chance(85) else []
    if dice.chance(15):
        dimensions.append(mapping(Name=scalar("Resource"), Value=scalar("alpha:live")))
    return {
        "Namespace": scalar("AWS/SQS" if dice.chance(10) else "AWS/Lambda"),
        "MetricName": scalar("Throttles" if dice.chance(20) else "Errors"),
        "Dimensions": listed(*dimensions),
    }


def dimension(dice: Dice) -> Known:
    """A dimension that names a function, or is meant to."""
    function = _function_of(dice)
    value = dice.pick((ref(function), ref(function), scalar("alpha"), scalar("beta"), ref(function, "Arn")))
    return mapping(Name=scalar("QueueName" if dice.chance(10) else "FunctionName"), Value=value)


_Maker = Callable[[Dice, str, str], Resource]
MAKERS: Mapping[str, Mapping[str, tuple[_Maker, int]]] = {
    "properties": {"Function": (_function, 1)},
    "items": {"Function": (_function, 1)},
    "aliases": {"Function": (_function, 2), "Alias": (_alias, 2)},
    "log_group": {"Function": (_function, 2), "Logs": (_log_group, 2)},
    "dead_letters": {"Queue": (_queue, 2), "Function": (_function, 2)},
    "alarms": {"Function": (_function, 2), "Alarm": (alarm, 2)},
}
"""By topic: the resources of the world, of which the last kind are the related ones."""


def world(dice: Dice, topic: str) -> list[Resource]:
    """The resources of one world."""
    found = []
    for prefix, (make, count) in MAKERS[topic].items():
        found += [make(dice, f"{prefix}{n}", topic) for n in range(count)]
    return found


def phantom(dice: Dice, topic: str) -> Resource:
    """A related resource that is declared and does not exist in this world."""
    prefix, (make, _) = list(MAKERS[topic].items())[-1]
    return make(dice, f"Phantom{prefix}", topic)


def is_related(topic: str, one: Resource) -> bool:
    """Whether a resource is of the related kind of its topic."""
    return len(MAKERS[topic]) > 1 and one.address.rstrip("01") == list(MAKERS[topic])[-1]


def deployed(value: Value) -> Value:
    """A value as it is deployed: without the keys that could be there and are not."""
    match value:
        case Known(dict() as members):
            inner = {name: deployed(member) for name, member in members.items() if not isinstance(member, Absent)}
            return Known(inner, value.span, value.origin)
        case Known(tuple() as items):
            return Known(tuple(map(deployed, items)), value.span, value.origin)
        case _:
            return value


def graph_of(resources: list[Resource]) -> Graph:
    """A graph of these resources."""
    graph = Graph()
    graph.extend(resources)
    return graph


def shown(value: Value) -> str:
    """A value as a failing case prints it: ?x! is an unknown with symbol x, surely set; <C0=True: ...> a choice."""
    match value:
        case Known(dict() as members, rest=rest):
            return "{" + ", ".join(f"{name}: {shown(v)}" for name, v in members.items()) + ("..." if rest else "") + "}"
        case Known(tuple() as items, rest=rest):
            return "[" + ", ".join(map(shown, items)) + ("..." if rest else "") + "]"
        case Known(data):
            return repr(data)
        case Absent():
            return "absent"
        case Unknown(symbol=symbol, surely_set=surely_set):
            return f"?{symbol or ''}{'!' if surely_set else ''}"
        case Reference(target, attribute):
            return f"@{target}.{attribute}"
        case Text(pieces):
            return "(" + " ".join(piece if isinstance(piece, str) else shown(piece) for piece in pieces) + ")"
        case Alternatives(choices):
            return "<" + " | ".join(f"{c.given[0][0]}={c.given[0][1]}: {shown(c.value)}" for c in choices) + ">"


@dataclass(frozen=True)
class LawCase:
    """A world, what walint sees of it, and a rule, printed briefly."""

    world: list[Resource]
    seen: Graph
    rule: Rule

    def __repr__(self) -> str:
        """The rule, then both graphs, resource by resource."""
        lines = [f"when {case.when} expect {case.expect}" for case in self.rule.cases]
        lines += [f"world {r.address} {shown(r.properties)}" for r in self.world]
        lines += [f"seen {r.address} {shown(r.properties)} exists {shown(r.presence)}" for r in self.seen.resources]
        return "\n".join([*lines, *(f"out of sight: {part}" for part in self.seen.unseen)])
