"""Whether a value names a resource: by reference, by the same unresolved expression, or by literal name or ARN.

The answer is three-valued: a parameter without a value *may* name the resource, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from walint.catalog.identity import Identity, identity_of
from walint.language.scope import Context, NameForms, Pieces, resource_scope
from walint.language.truth import Answer
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value

if TYPE_CHECKING:
    from walint.model.graph import Graph
    from walint.model.resource import Resource

# A function's alias or version, named where a function is asked for, is that function (a qualified ARN or name).
STANDS_FOR = {"AWS::Lambda::Alias": "FunctionName", "AWS::Lambda::Version": "FunctionName"}
# What these resources return is computed by code that walint does not run.
_OPAQUE = ("Custom::", "AWS::CloudFormation::")
_ARN_PARTS = 5
_PLAIN_PARAMETER = re.compile(r"(?<!^ssm)#\w+$")
_WORD = re.compile(r"[\w-]+")


class Naming(NamedTuple):
    """How a property names a resource: by which kinds of identity ("name", "arn", ...), inside which template.

    `template` is a pattern such as "table/{name}" when the property holds more than the plain name; "*{name}*" when
    it only mentions it (an expression, a rule text).
    """

    kinds: tuple[str, ...]
    template: str = "{name}"

    @property
    def mentions(self) -> bool:
        """Whether a mention anywhere in the text is enough."""
        return self.template.startswith("*")


def pieces_of(value: Value) -> Pieces | None:
    """A value as pieces of text, or None where it is no text at all."""
    match value:
        case Known(str() as data):
            return (data,)
        case Known(int() | float() as data):
            return (str(data),)
        case Text(pieces):
            return pieces
        case Reference() | Unknown():
            return (value,)
        case _:
            return None


def canonical(pieces: Pieces, graph: Graph) -> str | None:
    """The one spelling of an expression: equal spellings are equal texts. None when a piece has no identity."""
    parts = []
    for piece in pieces:
        match piece:
            case str():
                parts.append(piece)
            case Reference(text=str(text)):
                parts.append(text)
            case Reference():
                parts.append(f"\0@{piece.target}.{_kind(piece, graph) or piece.attribute}\0")
            case Unknown(symbol=None):
                return None
            case Unknown(symbol=symbol):
                parts.append(f"\0{symbol}\0")
    return "".join(parts)


def _kind(reference: Reference, graph: Graph) -> str | None:
    """Which kind of identity an attribute of a resource is: the Ref of a queue is its "url"."""
    resource = graph.get(reference.target)
    identity = identity_of(resource.type) if resource else None
    return identity.attributes.get(reference.attribute) if identity else None


def stands_for(graph: Graph, target: str) -> str:
    """The key of the resource that a reference is about in the end: an alias's function."""
    for _ in range(3):
        resource = graph.get(target)
        if resource is None or resource.type not in STANDS_FOR:
            return target
        properties = resource.properties
        data = properties.data if isinstance(properties, Known) else None
        value = data.get(STANDS_FOR[resource.type]) if isinstance(data, Mapping) else None
        if isinstance(value, Text) and isinstance(value.pieces[0], Reference):
            value = value.pieces[0]
        if not isinstance(value, Reference):
            return target
        target = value.target
    return target


def _stands_for_unknown(target: str, graph: Graph) -> bool:
    """Whether a reference ends at an alias or a version whose function is not named by reference."""
    resource = graph.get(target)
    return resource is not None and resource.type in STANDS_FOR


def keys(value: Value, graph: Graph) -> Iterator[tuple[str, str]]:  # noqa: C901 - one case for each kind of piece
    """The keys under which an index files a value: what it refers to, its spelling; ("open", "") when it may be any."""
    if isinstance(value, Alternatives):
        for choice in value.choices:
            yield from keys(choice.value, graph)
        return
    pieces = pieces_of(value)
    if pieces is None:
        return
    literal = True
    for piece in pieces:
        if isinstance(piece, Reference):
            about = stands_for(graph, piece.target)
            yield "ref", about
            if _opaque(piece, graph) or _stands_for_unknown(about, graph):
                literal = False
        elif isinstance(piece, Unknown):
            literal = False
    spelled = canonical(pieces, graph)
    if spelled is not None:
        yield "text", spelled
        for name in _names_in(spelled):
            yield "text", name
    if not literal:
        yield "open", ""


def is_spelled(filed_under: Iterable[tuple[str, str]]) -> bool:
    """Whether a value with these keys is a text that may spell a name; a mere reference is none."""
    under = tuple(filed_under)
    return ("open", "") not in under and any(kind == "text" and not key.startswith("\0@") for kind, key in under)


def mention_keys(value: Value) -> Iterator[tuple[str, str]]:
    """Further keys for a value that may only mention a name: every word of its literal parts."""
    if isinstance(value, Alternatives):
        for choice in value.choices:
            yield from mention_keys(choice.value)
        return
    for piece in pieces_of(value) or ():
        text = piece if isinstance(piece, str) else piece.text if isinstance(piece, Reference) else None
        for word in _WORD.findall(text or ""):
            yield "word", word


def _names_in(spelled: str) -> Iterable[str]:
    """The plain names inside an ARN or a URL: its resource part, without and with its last segment."""
    if spelled.startswith("arn:"):
        parts = spelled.split(":", _ARN_PARTS)
        if len(parts) > _ARN_PARTS:
            tail = parts[_ARN_PARTS]
            yield "arn:" + tail
            yield "arn:" + tail.rpartition(":")[0]
    elif spelled.startswith("https://"):
        yield spelled.rpartition("/")[2]


def forms_of(resource: Resource, context: Context) -> NameForms:
    """All the ways to write a resource's own name; found once under the same assumptions."""
    known = context.names.get(resource.key)
    if known is None:
        known = context.names[resource.key] = _find_names(resource, context)
    return known


def spellings(resource: Resource, naming: Naming, context: Context) -> list[Pieces]:
    """Every text that may name the resource, apart from ARNs and URLs: its names in the template."""
    named = forms_of(resource, context)
    return [_fill(naming.template, form) for form in (*named.forms, *named.perhaps)]


def _find_names(resource: Resource, context: Context) -> NameForms:
    identity = identity_of(resource.type)
    if identity is None:
        return NameForms([(Reference(resource.key),)], [], own=True, open=None)
    forms: list[Pieces] = [
        (Reference(resource.key, attribute),) for attribute, kind in identity.attributes.items() if kind == "name"
    ]
    if not forms:
        forms.append((Reference(resource.key, "*name"),))
    own = own_name(resource, identity, context)
    if own is None:
        return NameForms(forms, [], own=False, open=None)
    possible = [pieces for value in _possibilities(own, context) if (pieces := pieces_of(value)) is not None]
    hidden = next((piece for pieces in possible for piece in pieces if _is_open(piece, context.graph)), None)
    reason = None if hidden is None else _why_open(hidden)
    if isinstance(own, Alternatives):
        return NameForms(forms, possible, own=True, open=reason)
    return NameForms([*forms, *possible], [], own=True, open=reason)


def _possibilities(value: Value, context: Context) -> Iterator[Value]:
    """The values that the assumptions leave open."""
    if isinstance(value, Alternatives):
        for choice in context.possible(value):
            yield from _possibilities(choice.value, context)
    else:
        yield value


def own_name(resource: Resource, identity: Identity, context: Context) -> Value | None:
    """What the resource's name property says; None when AWS makes up a name."""
    if identity.name_property is None:
        return None
    scope = resource_scope(context, resource)
    value = scope.read((identity.name_property,))
    if isinstance(value, Absent) and resource.type == "AWS::ApiGateway::RestApi":
        # "If you do not specify a name, API Gateway takes the title of the OpenAPI definition" (RestApi, Name).
        value = scope.read(("Body", "info", "title"))
        if isinstance(value, Absent) and not isinstance(scope.read(("BodyS3Location",)), Absent):
            value = Unknown(f"the name of {resource.address} stands in its definition file", resource.span)
    return None if isinstance(value, Absent) else value


def lookup_keys(resource: Resource, naming: Naming, context: Context) -> list[tuple[str, str]]:
    """The index keys under which values that name this resource, surely or under a condition, are filed."""
    found = [("ref", resource.key)]
    identity = identity_of(resource.type)
    named = forms_of(resource, context)
    for form in (*named.forms, *named.perhaps):
        if naming.mentions and isinstance(form[0], str) and (words := _WORD.findall(form[0])):
            found.append(("word", words[0]))
        if "name" in naming.kinds or "url" in naming.kinds:
            spelled = canonical(_fill(naming.template, form), context.graph)
            if spelled is not None:
                found.append(("text", spelled))
        if "arn" in naming.kinds and identity is not None and identity.arn_of_name:
            spelled = canonical(_fill(identity.arn_of_name, form), context.graph)
            if spelled is not None:
                found.append(("text", "arn:" + spelled))
    return found


@lru_cache(maxsize=256)
def _split_template(template: str) -> tuple[str, str]:
    before, _, after = template.partition("{name}")
    return before, after


def _fill(template: str, name: Pieces) -> Pieces:
    before, after = _split_template(template)
    return tuple(piece for piece in (before, *name, after) if piece != "")


def names(value: Value, resource: Resource, naming: Naming, context: Context) -> Answer:
    """Whether a settled value (no alternatives) names the resource: True, False, or why it cannot be told."""
    pieces = pieces_of(value)
    if pieces is None:
        return False
    if naming.mentions:
        return _mentions(pieces, resource, context)
    if any(isinstance(piece, Reference) for piece in pieces):
        answer = _by_reference(pieces, resource, naming, context)
        if answer is not None:
            return answer
    elif _out_of_reach(pieces, resource, context):
        return False
    answer = _by_spelling(pieces, resource, naming, context)
    if isinstance(answer, str) and _out_of_reach(pieces, resource, context):
        return False
    return answer


def _out_of_reach(pieces: Pieces, resource: Resource, context: Context) -> bool:
    """Whether an unresolved value of another stack cannot name the resource, for that stack cannot learn its name.

    AWS makes up the name of a resource that has none. What another stack imports, or reads from the Parameter Store,
    holds such a name only if the resource's own stack hands it out, in an output or in a parameter of the store. (Its
    own parents pass references, which are resolved. A plain parameter is different: its value may be typed by hand.)
    """
    foreign = any(
        isinstance(piece, Unknown)
        and piece.symbol is not None
        and piece.symbol.rpartition("#")[0] != resource.unit
        and not _PLAIN_PARAMETER.search(piece.symbol)
        for piece in pieces
    )
    if not foreign or resource.key in context.relations.handed_out:
        return False
    return not forms_of(resource, context).own


def _by_reference(pieces: Pieces, resource: Resource, naming: Naming, context: Context) -> Answer | None:
    """The answer that the references among the pieces give; None when they do not decide."""
    graph = context.graph
    first = pieces[0]
    if not isinstance(first, Reference):
        return None
    whole = len(pieces) == 1
    about = stands_for(graph, first.target)
    if about != resource.key and about == first.target and _stands_for_unknown(about, graph):
        return _by_alias(graph.get(about), resource, context)
    if about != resource.key:
        if _opaque(first, graph):
            return f"{first.target.rpartition('#')[2]} is computed outside of the template"
        return False if whole and first.text is None and _declared(first, graph) else None
    if first.target != resource.key:
        return True  # an alias or a version of it
    kind = _kind(first, graph)
    if kind is None:
        return (
            None
            if whole and first.text is not None
            else f"what {first.attribute} of {resource.address} holds is not in walint's data"
        )
    if naming.template != "{name}":
        return None
    if whole:
        return kind in naming.kinds
    qualified = isinstance(pieces[1], str) and pieces[1].startswith(":")
    return kind in naming.kinds if qualified else None


def _by_alias(alias: Resource | None, resource: Resource, context: Context) -> Answer:
    """Whether an alias or a version, whose function is not named by reference alone, is one of the resource."""
    if alias is None or alias.key == resource.key:
        return alias is not None
    value = resource_scope(context, alias).read((STANDS_FOR[alias.type],))
    answers: list[Answer] = []
    for each in _possibilities(value, context):
        if isinstance(each, Reference) and _stands_for_unknown(each.target, context.graph):
            answers.append(f"which function {alias.address} stands for cannot be told")
        else:
            answers.append(names(each, resource, Naming(("name", "arn")), context))
    return answers[0] if answers and len(set(answers)) == 1 else "it depends on a condition"


def _declared(reference: Reference, graph: Graph) -> bool:
    return graph.get(reference.target) is not None or "#" in reference.target


def _opaque(reference: Reference, graph: Graph) -> bool:
    resource = graph.get(reference.target)
    return resource is not None and resource.type.startswith(_OPAQUE) and reference.attribute != "Ref"


def _by_spelling(pieces: Pieces, resource: Resource, naming: Naming, context: Context) -> Answer:
    identity = identity_of(resource.type)
    reason: Answer = False
    spelled = canonical(pieces, context.graph)
    named = forms_of(resource, context)
    for form in (*named.forms, *named.perhaps):
        for wanted, got in _comparable(pieces, form, naming, identity):
            same: Answer = spelled is not None and got is pieces and spelled == canonical(wanted, context.graph)
            same = same or _compare(got, wanted, context.graph)
            if same is True and form in named.forms:
                return True
            if same is not False:
                reason = same if isinstance(same, str) else f"the name of {resource.address} depends on a condition"
    return reason


def _comparable(
    pieces: Pieces, form: Pieces, naming: Naming, identity: Identity | None
) -> Iterator[tuple[Pieces, Pieces]]:
    """The pairs (wanted, got) to compare: the plain name, the tail of an ARN, the end of a URL."""
    first = pieces[0]
    if isinstance(first, str) and first.startswith("arn:"):
        if "arn" in naming.kinds and identity is not None and identity.arn_of_name:
            tail = _arn_tail(pieces)
            wanted = _fill(identity.arn_of_name, form)
            if tail is not None:
                yield wanted, tail
                yield (*wanted, ":*"), tail
        return
    if isinstance(first, str) and first.startswith("https://"):
        last = pieces[-1]
        if "url" in naming.kinds and isinstance(last, str):
            yield form, (last.rpartition("/")[2],)
        return
    if "name" in naming.kinds or len(pieces) > 1 or isinstance(first, Unknown) or naming.template != "{name}":
        yield _fill(naming.template, form), pieces


def _arn_tail(pieces: Pieces) -> Pieces | None:
    """What follows the fifth colon of an ARN, however its region and account are written."""
    colons = 0
    for index, piece in enumerate(pieces):
        if not isinstance(piece, str):
            continue
        for position, character in enumerate(piece):
            if character == ":":
                colons += 1
                if colons == _ARN_PARTS:
                    rest = piece[position + 1 :]
                    return tuple(p for p in (rest, *pieces[index + 1 :]) if p != "")
    return None


def _compare(got: Pieces, wanted: Pieces, graph: Graph) -> Answer:
    """Whether two expressions are the same text: True, False when their literal parts exclude it, or why it is open."""
    left, right = canonical(got, graph), canonical(wanted, graph)
    if left is not None and left == right:
        return True
    if wanted and wanted[-1] == ":*":
        stem = canonical(wanted[:-1], graph)
        return left is not None and stem is not None and left.startswith(stem + ":")
    open_got = [piece for piece in got if _is_open(piece, graph)]
    open_wanted = [piece for piece in wanted if _is_open(piece, graph)]
    if any(isinstance(piece, Reference) for piece in wanted) and not _only_open(got, wanted):
        return False  # no text that a user composes equals a name that AWS makes up
    if not open_got and not open_wanted:
        return False
    if _of_different_stacks(got, wanted):
        return False
    if not _compatible(got, wanted):
        return False
    return _why_open((open_got or open_wanted)[0])


def _of_different_stacks(left: Pieces, right: Pieces) -> bool:
    """Whether both texts start with the name of a stack, and of different ones: no two stacks share a name."""
    stacks = [
        piece.symbol
        for piece in (left[0], right[0])
        if isinstance(piece, Unknown) and piece.symbol is not None and piece.symbol.endswith("#AWS::StackName")
    ]
    return len(stacks) == 2 and stacks[0] != stacks[1]  # noqa: PLR2004 - one of each text


def _is_open(piece: str | Unknown | Reference, graph: Graph) -> bool:
    return isinstance(piece, Unknown) or (isinstance(piece, Reference) and piece.text is None and _opaque(piece, graph))


def _why_open(piece: str | Unknown | Reference) -> str:
    if isinstance(piece, Unknown):
        return piece.reason
    assert isinstance(piece, Reference)  # noqa: S101 - literal pieces are never open
    return f"{piece.target.rpartition('#')[2]} is computed outside of the template"


def _only_open(got: Pieces, wanted: Pieces) -> bool:
    """Whether `got` is one unresolved piece inside the very frame that `wanted` puts around the made-up name."""
    before, after = _edge(wanted, 0), _edge(wanted, -1)
    inner = [piece for piece in got if piece not in (before, after)]
    return len(inner) == 1 and not isinstance(inner[0], str)


def _compatible(left: Pieces, right: Pieces) -> bool:
    """Whether two partly known texts can be equal: by all literal pieces if one is wholly known, else by both ends."""
    for known, other in ((left, right), (right, left)):
        if all(isinstance(piece, str) for piece in known):
            return could_be(other, "".join(map(str, known)))
    return _overlap(_edge(left, 0), _edge(right, 0), str.startswith) and _overlap(
        _edge(left, -1), _edge(right, -1), str.endswith
    )


def could_be(pieces: Pieces, text: str) -> bool:
    """Whether the literal pieces occur in the text, in order and at its ends: then the others may be what is left."""
    start, end = _edge(pieces, 0), _edge(pieces, -1)
    if len(pieces) == 1 and isinstance(pieces[0], str):
        return pieces[0] == text
    if len(start) + len(end) > len(text) or not text.startswith(start) or not text.endswith(end):
        return False
    at, last = len(start), len(text) - len(end)
    for piece in pieces[1:-1]:
        if isinstance(piece, str):
            found = text.find(piece, at, last)
            if found < 0:
                return False
            at = found + len(piece)
    return True


def _edge(pieces: Sequence[str | Unknown | Reference], index: int) -> str:
    piece = pieces[index] if pieces else ""
    return piece if isinstance(piece, str) else ""


def _overlap(left: str, right: str, at: Callable[[str, str], bool]) -> bool:
    return at(left, right) or at(right, left)


def _mentions(pieces: Pieces, resource: Resource, context: Context) -> Answer:
    """Whether a text mentions the resource anywhere: a composite alarm's rule, a metric expression."""
    graph = context.graph
    if any(isinstance(piece, Reference) and stands_for(graph, piece.target) == resource.key for piece in pieces):
        return True
    spelled = canonical(pieces, graph)
    reason: Answer = False
    named = forms_of(resource, context)
    for form in (*named.forms, *named.perhaps):
        name = canonical(form, graph)
        if name is None or "\0@" in name or spelled is None:
            continue
        if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", spelled):
            if form in named.forms:
                return True
            reason = f"the name of {resource.address} depends on a condition"
    unknown = next((piece for piece in pieces if isinstance(piece, Unknown)), None)
    return unknown.reason if unknown is not None else reason or named.open or False
