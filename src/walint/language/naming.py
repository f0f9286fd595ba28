"""Whether a value names a resource: by reference, by the same unresolved expression, or by literal name or ARN.

The answer is three-valued: a parameter without a value *may* name the resource, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from walint.catalog.identity import Identity, identity_of
from walint.language.existing import names_existing
from walint.language.nameforms import fill_template, forms_of, possibilities
from walint.language.pieces import (
    STANDS_FOR,
    arn_tail,
    canonical,
    compare,
    holds_word,
    is_opaque,
    kind_of,
    pieces_of,
    stands_for,
    stands_for_unknown,
)
from walint.language.scope import Context, NameForms, Pieces, resource_scope
from walint.language.truth import Answer
from walint.model.value import Reference, Unknown, Value
from walint.patterns import lazy
from walint.records import NamedTuple

if TYPE_CHECKING:
    from walint.model.graph import Graph
    from walint.model.resource import Resource

# Terraform names a version of these by an attribute of the resource itself: `aws_lambda_function.x.qualified_arn`.
_WITH_VERSIONS = ("AWS::Lambda::Function", "AWS::StepFunctions::StateMachine")
# Of a template, a parameter. Of a root module, what is typed by hand (`var`) or looked up by other means than outputs:
# a data source finds resources by their tags, and what a module that is not on disk does is not known.
_PLAIN_PARAMETER = lazy(r"(?<!^ssm)#(?:\w+$|var\.|data\.|module\.)")


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


def names(value: Value, resource: Resource, naming: Naming, context: Context) -> Answer:
    """Whether a settled value (no alternatives) names the resource: True, False, or why it cannot be told."""
    if isinstance(value, Unknown) and value.symbol is None:
        return value.reason  # nothing is known of it at all: it may name anything
    pieces = pieces_of(value)
    if pieces is None:
        return False
    if resource.identifiers and not any(isinstance(piece, Reference) for piece in pieces):
        return names_existing(pieces, resource, naming)
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
    if forms_of(resource, context).own or resource.key in context.relations.handed_out:
        return False
    return any(
        isinstance(piece, Unknown)
        and piece.symbol is not None
        and not _speaks_of(piece.symbol, resource.unit)
        and not _PLAIN_PARAMETER.search(piece.symbol)
        for piece in pieces
    )


def _speaks_of(symbol: str, unit: str) -> bool:
    """Whether a symbol, which may be a whole expression, stands for something of a unit."""
    at = symbol.find(f"{unit}#")
    return at == 0 or (at > 0 and symbol[at - 1] in "([{ ,!-")


def _by_reference(pieces: Pieces, resource: Resource, naming: Naming, context: Context) -> Answer | None:
    """The answer that the references among the pieces give; None when they do not decide."""
    graph = context.graph
    first = pieces[0]
    if not isinstance(first, Reference):
        return None
    whole = len(pieces) == 1
    about = stands_for(graph, first.target)
    if about != resource.key and about == first.target and stands_for_unknown(about, graph):
        return _by_alias(graph.get(about), resource, context)
    if about != resource.key:
        if is_opaque(first, graph):
            return f"{first.target.rpartition('#')[2]} is computed outside of the template"
        return False if whole and first.text is None and _declared(first, graph) else None
    if first.target != resource.key:
        return True  # an alias or a version of it
    kind = kind_of(first, graph)
    if kind is None:
        return (
            None
            if whole and first.text is not None
            else f"what {first.attribute} of {resource.address} holds is not in walint's data"
        )
    if naming.template != "{name}":
        return None
    if whole:
        return kind in naming.kinds or (kind == "qualified" and resource.type in _WITH_VERSIONS)
    qualified = isinstance(pieces[1], str) and pieces[1].startswith(":")
    return kind in naming.kinds if qualified else None


def _by_alias(alias: Resource | None, resource: Resource, context: Context) -> Answer:
    """Whether an alias or a version, whose function is not named by reference alone, is one of the resource."""
    if alias is None or alias.key == resource.key:
        return alias is not None
    value = resource_scope(context, alias).read((STANDS_FOR[alias.type],))
    answers: list[Answer] = []
    for each in possibilities(value, context):
        if isinstance(each, Reference) and stands_for_unknown(each.target, context.graph):
            answers.append(f"which function {alias.address} stands for cannot be told")
        else:
            answers.append(names(each, resource, Naming(("name", "arn")), context))
    return answers[0] if answers and len(set(answers)) == 1 else "it depends on a condition"


def _declared(reference: Reference, graph: Graph) -> bool:
    return graph.get(reference.target) is not None or "#" in reference.target


def _by_spelling(pieces: Pieces, resource: Resource, naming: Naming, context: Context) -> Answer:
    identity = identity_of(resource.type)
    if identity is not None and "arn" in naming.kinds and _holds_own_id(pieces, resource, identity, context):
        return True
    reason: Answer = False
    named = forms_of(resource, context)
    for form in (*named.forms, *named.perhaps):
        for wanted, got in _comparable(pieces, form, naming, identity):
            same = compare(got, wanted, context.graph)
            if same is True and form in named.forms:
                return True
            if same is not False:
                reason = same if isinstance(same, str) else f"the name of {resource.address} depends on a condition"
    return reason


def _holds_own_id(pieces: Pieces, resource: Resource, identity: Identity, context: Context) -> bool:
    """Whether this is the ARN of the resource with a reference to its id in it: "arn:...:distribution/" and its Ref."""
    if identity.arn_of_id is None or not (isinstance(pieces[0], str) and pieces[0].startswith("arn:")):
        return False
    attribute = next((name for name, kind in identity.attributes.items() if kind == "id"), None)
    tail = arn_tail(pieces)
    if attribute is None or tail is None:
        return False
    wanted = fill_template(identity.arn_of_id, (Reference(resource.key, attribute),))
    return canonical(tail, context.graph) == canonical(wanted, context.graph)


def _comparable(
    pieces: Pieces, form: Pieces, naming: Naming, identity: Identity | None
) -> Iterator[tuple[Pieces, Pieces]]:
    """The pairs (wanted, got) to compare: the plain name, the tail of an ARN, the end of a URL."""
    first = pieces[0]
    if isinstance(first, str) and first.startswith("arn:"):
        if "arn" in naming.kinds and identity is not None and identity.arn_of_name:
            tail = arn_tail(pieces)
            wanted = fill_template(identity.arn_of_name, form)
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
        yield fill_template(naming.template, form), pieces


def _mentions(pieces: Pieces, resource: Resource, context: Context) -> Answer:
    """Whether a text mentions the resource anywhere: a composite alarm's rule, a metric expression."""
    spoken = _spoken(pieces, context)
    if resource.key in spoken.targets:
        return True
    reason: Answer = False
    named = forms_of(resource, context)
    for name, surely in _spelled(named, context) if spoken.text is not None else ():
        if holds_word(spoken.text or "", name):
            if surely:
                return True
            reason = f"the name of {resource.address} depends on a condition"
    return spoken.unknown.reason if spoken.unknown is not None else reason or named.open or False


class _Spoken(NamedTuple):
    """What a text speaks of: the resources that it refers to, its one spelling, and the first piece not known."""

    pieces: Pieces
    targets: frozenset[str]
    text: str | None
    unknown: Unknown | None


def _spoken(pieces: Pieces, context: Context) -> _Spoken:
    """The same for every resource that is looked for in the text, and so found out once."""
    if len(pieces) == 1:
        return _speak(pieces, context.graph)
    kept: dict[int, _Spoken] = context.relations.store.setdefault("texts that mention", {})
    known = kept.get(id(pieces))  # they are kept, so that their id stays their own
    if known is None:
        known = kept[id(pieces)] = _speak(pieces, context.graph)
    return known


def _speak(pieces: Pieces, graph: Graph) -> _Spoken:
    targets = frozenset(stands_for(graph, piece.target) for piece in pieces if isinstance(piece, Reference))
    unknown = next((piece for piece in pieces if isinstance(piece, Unknown)), None)
    return _Spoken(pieces, targets, canonical(pieces, graph), unknown)


def _spelled(named: NameForms, context: Context) -> list[tuple[str, bool]]:
    """The names of a resource as texts hold them, and whether each surely is its name."""
    kept: dict[int, tuple[NameForms, list[tuple[str, bool]]]] = context.relations.store.setdefault("spelled names", {})
    known = kept.get(id(named))
    if known is None:
        spellings = [(canonical(form, context.graph), form in named.forms) for form in (*named.forms, *named.perhaps)]
        names_of = [(name, surely) for name, surely in spellings if name is not None and "\0@" not in name]
        known = kept[id(named)] = (named, names_of)
    return known[1]
