"""What Terraform declares as a resource of its own and CloudFormation as a part of another one.

A companion names its parent by a reference, by a name that is written out, or by an expression. Where that cannot be
decided, the part is in the parent's properties under a condition: it may be there and may not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from walint.catalog.identity import terraform_attribute
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value
from walint.sources.terraform.joining import conditional, members_of, merged

if TYPE_CHECKING:
    from walint.catalog.terraform import Companion
    from walint.sources.terraform.draft import Draft
    from walint.sources.terraform.references import References

_YES, _NO, _PERHAPS = Known(data=True), Known(data=False), Unknown("it is not known which resource it belongs to")


def fold(drafts: Sequence[Draft], references: References) -> Iterator[Draft]:
    """The same resources without the companions that were folded into their parents."""
    by_type: dict[str, list[Draft]] = {}
    companions: list[tuple[Draft, Companion]] = []
    for draft in drafts:
        companion = draft.row.companion if draft.row is not None else None
        if companion is None:
            by_type.setdefault(draft.terraform.type, []).append(draft)
        else:
            companions.append((draft, companion))
    folded = {id(draft) for draft, companion in companions if _fold(draft, companion, by_type, references)}
    for draft in drafts:
        if id(draft) not in folded:
            yield _unfolded(draft)


def _unfolded(draft: Draft) -> Draft:
    """A companion whose parent is declared elsewhere stays a resource of its own."""
    companion = draft.row.companion if draft.row is not None else None
    if companion is None:
        return draft
    span = draft.terraform.span
    if companion.orphan is None:
        draft.type = f"Terraform::{draft.terraform.type}"
    elif companion.into is not None:
        draft.properties = {companion.into: Known([Known(draft.properties, span)], span)}
    if companion.orphan == "exempt":
        draft.exempt = "a part of a resource that is declared elsewhere"
    return draft


def _fold(draft: Draft, companion: Companion, by_type: dict[str, list[Draft]], references: References) -> bool:
    """Puts a companion into its parent, or into those that may be it; whether a parent was surely found."""
    candidates = [parent for name in companion.parents for parent in by_type.get(name, ())]
    named = references.translated(_argument(draft, companion.argument))
    links = [(parent, _link(named, parent, draft, companion, references)) for parent in candidates]
    sure: list[tuple[Draft, Value]] = [(parent, link) for parent, link in links if link is _YES]
    chosen = sure or [(parent, link) for parent, link in links if link is not _NO]
    for parent, link in chosen:
        _add(draft, companion, parent, link)
    return bool(sure) or any(isinstance(link, Alternatives) for _, link in chosen)


def _argument(draft: Draft, name: str) -> Value:
    return (members_of(draft.terraform.body) or {}).get(name, Absent(draft.terraform.span))


def _add(draft: Draft, companion: Companion, parent: Draft, link: Value) -> None:
    key = draft.terraform.key

    def added(value: Value) -> Value:
        mine = conditional(link, value, f"{key} belongs to {parent.terraform.address}")
        return conditional(draft.terraform.presence, mine, f"{key} exists")

    if companion.into is not None:
        item = Known(draft.properties, draft.terraform.span, rest=draft.rest)
        beside = companion.into.startswith("@")
        where, name = (parent.attributes if beside else parent.properties), companion.into.removeprefix("@")
        where[name] = merged(where.get(name, Absent()), Known([added(item)], draft.terraform.span))
    else:
        for name, value in draft.properties.items():
            parent.properties[name] = merged(parent.properties.get(name, Absent()), added(value))
    for name, value in draft.attributes.items():
        if name not in {"PreventDestroy", "Fetched"}:  # which are about the companion alone
            parent.attributes[name] = merged(parent.attributes.get(name, Absent()), added(value))
    parent.dialect = {**parent.dialect, **draft.dialect}


def _link(value: Value, parent: Draft, draft: Draft, companion: Companion, references: References) -> Value:
    """Whether a companion's argument names a parent, as a value of booleans: yes, no, perhaps, under a condition."""
    match value:
        case Alternatives(choices, span):
            linked = [Choice(one.given, _link(one.value, parent, draft, companion, references)) for one in choices]
            answers = {id(choice.value) for choice in linked}
            return linked[0].value if len(answers) == 1 else Alternatives(tuple(linked), span)
        case Reference(target, text=text):
            if target == parent.terraform.key:
                return _YES
            if text is None:
                return _NO if references.type_of(target) in companion.parents else _PERHAPS
            answer = _spelled_alike((text,), parent, companion, references)
        case Known(str() as text):
            answer = _spelled_alike((text,), parent, companion, references)
        case Text(pieces):
            answer = _spelled_alike(pieces, parent, companion, references)
        case Unknown():
            answer = _spelled_alike((value,), parent, companion, references)
        case _:
            return _NO
    return answer if answer is _NO else _also(answer, parent, draft, companion, references)


def _also(answer: Value, parent: Draft, draft: Draft, companion: Companion, references: References) -> Value:
    """The answer, unless another argument that both have (the API of a stage) tells them apart."""
    for name in companion.also:
        mine = references.translated(_argument(draft, name))
        theirs = references.translated(_argument(parent, name))
        ours, others = _canonical(_pieces(mine)), _canonical(_pieces(theirs))
        if ours is None or others is None:
            answer = _PERHAPS
        elif ours != others:
            if "\0" not in ours + others or _both_refer(mine, theirs):
                return _NO
            answer = _PERHAPS
    return answer


def _both_refer(left: Value, right: Value) -> bool:
    return isinstance(left, Reference) and isinstance(right, Reference)


def _spelled_alike(
    pieces: Iterable[str | Unknown | Reference], parent: Draft, companion: Companion, references: References
) -> Value:
    """Whether a text is one of the parent's names of the kinds that the companion's argument holds."""
    wanted = tuple(pieces)
    written = _canonical(wanted)
    answer: Value = _NO
    for name, value in (members_of(parent.terraform.body) or {}).items():
        kind = terraform_attribute(parent.terraform.type, name)
        if kind not in companion.kinds:
            continue
        value = references.translated(value)  # noqa: PLW2901 - the same value in CloudFormation's words
        for own in _possible(value):
            theirs = _pieces(own)
            if not theirs:
                continue
            if written is not None and written == _canonical(theirs):
                return _YES if own is value else _PERHAPS
            if _may_be_equal(wanted, theirs):
                answer = _PERHAPS
    return answer


def spelled(value: Value) -> str | None:
    """The one spelling of a text that is not under a condition; None where it has none."""
    return _canonical(_pieces(value))


def _possible(value: Value) -> Iterator[Value]:
    if isinstance(value, Alternatives):
        for choice in value.choices:
            yield from _possible(choice.value)
    else:
        yield value


def _pieces(value: Value) -> tuple[str | Unknown | Reference, ...]:
    match value:
        case Known(str() as text):
            return (text,)
        case Text(pieces):
            return pieces
        case Unknown() | Reference():
            return (value,)
        case _:
            return ()


def _canonical(pieces: Sequence[str | Unknown | Reference]) -> str | None:
    """The one spelling of an expression, with NUL around what is not literal; None where a piece has no identity."""
    parts = []
    for piece in pieces:
        match piece:
            case str() | Reference(text=str()):
                parts.append(piece if isinstance(piece, str) else str(piece.text))
            case Reference():
                parts.append(f"\0{piece.target}.{piece.attribute}\0")
            case Unknown(symbol=str() as symbol):
                parts.append(f"\0{symbol}\0")
            case _:
                return None
    return "".join(parts)


def _may_be_equal(left: Sequence[str | Unknown | Reference], right: Sequence[str | Unknown | Reference]) -> bool:
    """Whether two texts, not both wholly known, can be the same by their literal ends."""
    if all(isinstance(piece, str) for piece in (*left, *right)):
        return False
    starts = [_literal(pieces[0]) for pieces in (left, right)]
    ends = [_literal(pieces[-1]) for pieces in (left, right)]
    alike_at_start = starts[0].startswith(starts[1]) or starts[1].startswith(starts[0])
    return alike_at_start and (ends[0].endswith(ends[1]) or ends[1].endswith(ends[0]))


def _literal(piece: str | Unknown | Reference) -> str:
    return piece if isinstance(piece, str) else (piece.text or "") if isinstance(piece, Reference) else ""
