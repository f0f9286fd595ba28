"""Which AWS Backup selections cover a resource: by ARN, wildcard, tag and condition, less what they exclude.

Semantics from the AWS Backup developer guide, "Selecting resources": `Resources` and `ListOfTags` are united (a tag of
the list is enough), `Conditions` all restrict what `Resources` chose, and `NotResources` is taken away at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from walint.catalog.identity import identity_of
from walint.language.existing import elsewhere
from walint.language.nameforms import forms_of
from walint.language.naming import Naming, names
from walint.language.population import Link, Population
from walint.language.scope import Scope, resource_scope
from walint.language.truth import FAILS, HOLDS, Judgement, conjunction, disjunction, undecided
from walint.model.value import Absent, Alternatives, Known, Text, Unknown, Value

if TYPE_CHECKING:
    from walint.language.relation import Relations
    from walint.model.resource import Resource

_SELECTION = "AWS::Backup::BackupSelection"
_ARN = Naming(("arn",))
_ARN_PARTS = 6
_TAG_OPERATORS: Mapping[str, Callable[[str | None, str], bool]] = {
    "StringEquals": lambda tag, wanted: tag == wanted,
    "StringNotEquals": lambda tag, wanted: tag != wanted,
    "StringLike": lambda tag, wanted: tag is not None and fnmatchcase(tag, wanted),
    "StringNotLike": lambda tag, wanted: tag is None or not fnmatchcase(tag, wanted),
}


def backup_selections(scope: Scope, arguments: Mapping[str, Any], _relations: Relations) -> Population:
    """The relation `backup_selections`: selections that cover the subject, surely or perhaps."""
    population = Population()
    for selection in scope.context.graph.of_type(_SELECTION):
        if elsewhere(selection, scope.resource):
            continue
        judgement = conjunction([_covers(selection, scope), scope.context.exists(selection)])
        if judgement.truth or (judgement.truth is None and not arguments.get("in_sight")):
            population.links.append(Link(selection, judgement))
    return population


def _covers(selection: Resource, subject: Scope) -> Judgement:
    scope = resource_scope(subject.context, selection)

    def covers(whole: Value) -> Judgement:
        if isinstance(whole, Unknown):
            return undecided(whole.reason, span=whole.span)
        inner = scope.item(whole, ("BackupSelection",))
        listed = _any_of(inner, "Resources", lambda value: _matches_arn(value, subject))
        by_arn = conjunction([listed, *_conditions(inner, subject)])
        tagged = _any_of(inner, "ListOfTags", lambda value: _has_tag(inner.item(value, ("ListOfTags",)), subject))
        excluded = _any_of(inner, "NotResources", lambda value: _matches_arn(value, subject))
        return conjunction([disjunction([by_arn, tagged]), _opposite(excluded)])

    return scope.context.over_alternatives(scope.read(("BackupSelection",)), covers)


def _any_of(scope: Scope, name: str, test: Any) -> Judgement:
    def on_list(value: Value) -> Judgement:
        items, more, _ = Scope(scope.context, scope.resource, value, scope.prefix).items(())
        judgements = [scope.context.over_alternatives(item, test) for item in items]
        if more is not None:
            judgements.append(undecided(more, span=value.span))
        return disjunction(judgements)

    return scope.context.over_alternatives(scope.read((name,)), on_list)


def _opposite(judgement: Judgement) -> Judgement:
    return judgement if judgement.truth is None else Judgement(truth=not judgement.truth)


def _matches_arn(value: Value, subject: Scope) -> Judgement:
    """Whether an entry of Resources, an ARN or a pattern of ARNs, covers the subject."""
    resource, context = subject.resource, subject.context
    match value:
        case Absent():
            return FAILS
        case Known(str() as text) if "*" in text:
            return _matches_pattern(text, subject)
        case Text(pieces) if any(isinstance(piece, str) and "*" in piece for piece in pieces):
            return _matches_pattern("".join(p if isinstance(p, str) else "\0" for p in pieces), subject)
    answer = names(value, resource, _ARN, context)
    if answer is True:
        return HOLDS
    return FAILS if answer is False else undecided(str(answer), span=value.span)


def _matches_pattern(pattern: str, subject: Scope) -> Judgement:
    """A pattern such as "*" or "arn:aws:rds:*:*:db:orders-*"; a NUL character stands for what is not known.

    Partition, region and account are taken to be the right ones.
    """
    resource = subject.resource
    if resource.identifiers:
        return Judgement(truth=_fits(pattern, resource.identifiers.get("arn", ""), whole=True))
    identity = identity_of(resource.type)
    service, _, tail = (identity.arn_resource or "" if identity is not None else "").partition(":")
    parts = pattern.split(":", 5)
    if parts[-1].endswith("*"):  # it stands for all that follows, colons too
        parts += ["*"] * (_ARN_PARTS - len(parts))
    if len(parts) < _ARN_PARTS:
        fits: bool | None = None if "\0" in pattern else False
    else:
        fits = _and(_fits(parts[2], service, whole=True), _tail_fits(parts[5], tail, subject))
    if fits is not None:
        return Judgement(truth=fits)
    shown = pattern.replace("\0", "${...}")
    return undecided(f"whether {resource.address} is covered by {shown} depends on its name")


def _tail_fits(pattern: str, tail: str, subject: Scope) -> bool | None:
    """Whether the resource part of an ARN ("table/{name}", "volume/{id}") fits a pattern."""
    head = tail.partition("{")[0]
    named = forms_of(subject.resource, subject.context)
    literal = [form for form in named.forms if all(isinstance(piece, str) for piece in form)]
    if literal and "{name}" in tail and not named.perhaps:
        return _fits(pattern, head + "".join(map(str, literal[0])), whole=True)
    return _fits(pattern, head, whole=False)


def _fits(pattern: str, text: str, *, whole: bool) -> bool | None:
    """Whether a text, or one that only starts so, fits a pattern whose NUL characters stand for any text."""
    known = re.split(r"[*\0]", pattern, maxsplit=1)[0]
    if not whole:
        if pattern.endswith("*") and pattern.count("*") == 1 and "\0" not in pattern and text.startswith(known):
            return True
        return None if text.startswith(known) or known.startswith(text) else False
    globs = "".join("*" if c in "*\0" else f"[{c}]" if c in "[?" else c for c in pattern)
    fits = fnmatchcase(text, globs)
    return None if fits and "\0" in pattern else fits


def _and(left: bool | None, right: bool | None) -> bool | None:  # noqa: FBT001 - two truth values
    if left is False or right is False:
        return False
    return True if left and right else None


def _tags(subject: Scope) -> Iterator[tuple[Value, Value]]:
    """The tags of the subject as pairs; an unknown pair stands for tags that are not known."""
    for name in ("Tags", "FileSystemTags"):
        value = subject.read((name,))
        if isinstance(value, (Unknown, Alternatives)):
            yield Unknown("its tags are not known"), Unknown("its tags are not known")
        elif isinstance(value, Known):
            yield from _pairs(subject, value, name)


def _pairs(subject: Scope, tags: Known, name: str) -> Iterator[tuple[Value, Value]]:
    if isinstance(tags.data, Mapping):
        for key, value in tags.data.items():
            yield Known(key), value
    elif isinstance(tags.data, Sequence) and not isinstance(tags.data, str):
        for item in map(subject.context.settle, tags.data):
            if not isinstance(item, Absent):
                tag = subject.item(item, (name,))
                yield tag.read(("Key",)), tag.read(("Value",))
    if tags.rest is not None:
        yield tags.rest, tags.rest


def _tag_value(key: str, subject: Scope) -> str | Unknown | None:
    """The text of a tag, None when the resource has no such tag, or why it cannot be told."""
    doubt: Unknown | None = None
    for name, value in _tags(subject):
        if isinstance(name, Known) and str(name.data) == key:
            return str(value.data) if isinstance(value, Known) else Unknown(f"the tag {key} is not known")
        if not isinstance(name, Known):
            doubt = Unknown("its tags are not known")
    return doubt


def _has_tag(entry: Scope, subject: Scope) -> Judgement:
    """One entry of ListOfTags: {ConditionType: STRINGEQUALS, ConditionKey, ConditionValue}."""
    key, wanted = entry.read(("ConditionKey",)), entry.read(("ConditionValue",))
    return _compare(key, wanted, "StringEquals", subject)


def _conditions(inner: Scope, subject: Scope) -> Iterator[Judgement]:
    """The Conditions: maps of operator -> list of {ConditionKey: "aws:ResourceTag/x", ConditionValue}."""
    conditions = inner.read(("Conditions",))
    if isinstance(conditions, Absent):
        return
    if not isinstance(conditions, Known) or not isinstance(conditions.data, Mapping):
        yield undecided("its conditions are not known", span=conditions.span)
        return
    for operator in _TAG_OPERATORS:
        items, more, _ = inner.items(("Conditions", operator))
        for item in items:
            entry = inner.item(item, ("Conditions", operator))
            key = entry.read(("ConditionKey",))
            if isinstance(key, Known):
                key = Known(str(key.data).removeprefix("aws:ResourceTag/"), key.span)
            yield _compare(key, entry.read(("ConditionValue",)), operator, subject)
        if more is not None:
            yield undecided(more)


def _compare(key: Value, wanted: Value, operator: str, subject: Scope) -> Judgement:
    for value in (key, wanted):
        if not isinstance(value, Known):
            reason = value.reason if isinstance(value, Unknown) else "a tag of the selection is not known"
            return undecided(reason, span=value.span)
    assert isinstance(key, Known)  # noqa: S101 - checked above
    assert isinstance(wanted, Known)  # noqa: S101 - checked above
    tag = _tag_value(str(key.data), subject)
    if isinstance(tag, Unknown):
        return undecided(tag.reason)
    return Judgement(truth=_TAG_OPERATORS[operator](tag, str(wanted.data)))
