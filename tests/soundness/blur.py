"""Makes a world uncertain: what walint may see of it.

Values become unresolvable, alternatives under conditions, texts known in part, open lists and maps; resources may
not exist, or are out of sight. Every blur is truthful: the real value is one of those that the blurred one allows.
"""

from __future__ import annotations

from dataclasses import replace

from tests.soundness import worlds
from tests.soundness.dice import Dice
from tests.soundness.worlds import NOTHING, SPAN, UNIT, listed, mapping, ref, scalar
from walint.model.graph import Graph, Unseen
from walint.model.resource import Resource
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value

# What the conditions really are in the world; the blurred graph knows only their names.
TRUTHS = {f"{UNIT}#C{n}": value for n, value in enumerate((True, False, True))}
_VARIABLES = tuple(TRUTHS)
_DIM = 22
"""Of a hundred values, how many are blurred; the members of maps and lists less often, for there are more of them."""
_DIMMER = {"Value": 60, "LocalMountPath": 25, "Layers": 25}
"""More for those that much depends on."""
_IMAGINED = {"Layers": 40, "FileSystemConfigs": 40}
"""Of a hundred lists, how many show an item that is not really there."""


def blurred(dice: Dice, world: list[Resource], topic: str) -> Graph:
    """What walint may see of a world."""
    seen: list[Resource] = []
    unseen: list[Unseen] = []
    for one in world:
        related = worlds.is_related(topic, one)
        if related and dice.chance(15):
            unseen.append(Unseen("a nested stack is not on disk", UNIT, None, dice.pick((None, frozenset({one.type})))))
            continue
        presence = _presence(dice, exists=True) if dice.chance(15) else one.presence
        properties = _inside(dice, one.properties, _DIM, "")
        if dice.chance(2):
            properties = Unknown("a macro may write anything", SPAN)
        seen.append(replace(one, properties=properties, presence=presence))
    if len(worlds.MAKERS[topic]) > 1 and dice.chance(40):
        seen.append(replace(worlds.phantom(dice, topic), presence=_presence(dice, exists=False)))
    graph = worlds.graph_of(seen)
    graph.unseen += unseen
    return graph


def _presence(dice: Dice, *, exists: bool) -> Value:
    if dice.chance(10):
        return Unknown("whether it exists is not known", SPAN)
    return _given(dice, Known(data=exists), Known(data=not exists))


def _given(dice: Dice, real: Value, other: Value) -> Alternatives:
    """The real value under what really holds, another one otherwise."""
    variable = dice.pick(_VARIABLES)
    truth = TRUTHS[variable]
    choices = (Choice(((variable, truth),), real), Choice(((variable, not truth),), other))
    return Alternatives(choices if dice.chance(50) else choices[::-1], SPAN)


def _blurred(dice: Dice, value: Value, percent: int, name: str) -> Value:
    """Something that the value may look like to walint; `name` is the property's."""
    value = _inside(dice, value, percent, name)
    if not dice.chance(_DIMMER.get(name, percent)):
        return value
    kinds = ["alternatives", "alternatives", "unknown"] if name != "Value" else ["unknown", "unknown", "alternatives"]
    if isinstance(value, Known) and isinstance(value.data, str):
        kinds += ["text", "symbol"]
    match dice.pick(kinds):
        case "alternatives":
            other = _other(dice, value, name)
            if dice.chance(15):
                other = _given(dice, other, _other(dice, value, name))
            real = _given(dice, value, _other(dice, value, name)) if dice.chance(15) else value
            return _given(dice, real, other)
        case "text" if isinstance(value, Known) and isinstance(value.data, str):
            return _cut(dice, value.data)
        case "symbol" if isinstance(value, Known):
            # Equal values may share a symbol, different ones never do.
            return Unknown("a parameter", SPAN, f"{UNIT}#Param{value.data}", surely_set=True)
        case _:
            return Unknown("not known", SPAN, surely_set=not isinstance(value, Absent) and dice.chance(50))


def _cut(dice: Dice, text: str) -> Text:
    at = min(dice.up_to(63), len(text))
    hidden = Unknown("a part is not known", SPAN, surely_set=True)
    pieces = (text[:at], hidden) if dice.chance(50) else (hidden, text[at:])
    return Text(tuple(piece for piece in pieces if piece != ""), SPAN)


def _other(dice: Dice, value: Value, name: str) -> Value:
    """What might stand there instead."""
    if dice.chance(30):
        return NOTHING
    match value:
        case Known(bool() as data):
            return Known(not data, SPAN)
        case Known(int()):
            return scalar(dice.pick(worlds.NUMBERS))
        case Known(str()):
            return scalar(
                dice.pick(("beta", "alpha", "Active", "arn:otel", "/aws/lambda/alpha", "Errors", "AWS/Lambda"))
            )
        case Known(dict()):
            return mapping()
        case Known(tuple() as items):
            return listed(*items[1:]) if dice.chance(40) else listed(_sample(dice, name))
        case Reference() | Absent():
            return dice.pick(
                (scalar("alpha"), ref("Function0"), ref("Logs0"), scalar(30), scalar("Active"), ref("Queue0", "Arn"))
            )
        case _:
            return scalar("alpha")


def _sample(dice: Dice, name: str) -> Value:
    """An item that a list of this name may hold."""
    match name:
        case "FileSystemConfigs":
            return mapping(LocalMountPath=scalar("/mnt/a"), Arn=scalar("arn:x"))
        case "Dimensions":
            return worlds.dimension(dice)
        case "Metrics":
            return mapping(Id=scalar("s"), Expression=scalar(worlds.SEARCHES[0]))
        case _:
            return scalar("arn:otel")


def _inside(dice: Dice, value: Value, percent: int, name: str) -> Value:
    """The same map or list with some of its members blurred, hidden or only imagined."""
    inner = max(percent * 2 // 3, 8)
    match value:
        case Known(dict() as members):
            found = {key: _blurred(dice, member, inner, key) for key, member in members.items()}
            rest = None
            if dice.chance(percent // 3):
                rest = Unknown("other keys may be set", SPAN)
                found = {key: member for key, member in found.items() if dice.chance(70)}
            return Known(found, value.span, value.origin, rest)
        case Known(tuple() as items):
            seen = [_blurred(dice, item, inner, name) for item in items]
            rest = None
            if dice.chance(percent // 3):
                rest = Unknown("other items may follow", SPAN)
                seen = dice.some_of(seen)
            if dice.chance(_IMAGINED.get(name, 15)):
                seen.append(_given(dice, NOTHING, _sample(dice, name)))
            return Known(tuple(seen), value.span, value.origin, rest)
        case _:
            return value
