"""Objects of the JSON syntax read as bodies and blocks (hashicorp/hcl, json/spec.md, "Bodies" and "Blocks")."""

from __future__ import annotations

from collections.abc import Iterator

from walint.sources.terraform.hcl.ast import Attribute, Block, Body, Expression, Literal, Object, SyntaxProblem, Tuple


def body_of(objects: list[Object], start: int, end: int) -> Body:
    """The body that an object is. Of two members with one name the first counts; "//" is a comment."""
    attributes: dict[str, Attribute] = {}
    for one in objects:
        for key, value in one.items:
            name = _name(key)
            if name is not None and name != "//" and name not in attributes:
                attributes[name] = Attribute(key.start, value.end, name, value)
    return Body(start, end, attributes, [], objects)


def blocks_of(objects: list[Object], type_: str, label_count: int, problems: list[SyntaxProblem]) -> list[Block]:
    """The members called `type_` as blocks with so many labels."""
    blocks: list[Block] = []
    for one in objects:
        for key, value in one.items:
            if _name(key) == type_:
                blocks += _labelled(type_, [], key, value, label_count, problems)
    return blocks


def _labelled(
    type_: str, labels: list[Literal], key: Expression, value: Expression, left: int, problems: list[SyntaxProblem]
) -> Iterator[Block]:
    if left:
        for one in _objects(value, f"the labels of {type_}", problems):
            for label, inner in one.items:
                if isinstance(label, Literal):
                    yield from _labelled(type_, [*labels, label], label, inner, left - 1, problems)
                else:
                    problems.append(SyntaxProblem(label.start, label.end, "a label cannot hold ${...} or %{...}"))
        return
    several = isinstance(value, Tuple)
    for one in _objects(value, f"the body of {type_}", problems):
        start, header_end = (one.start, one.start + 1) if several else (key.start, key.end)
        body = body_of([one], one.start + 1, one.end - 1)
        names = [str(label.value) for label in labels]
        places = [(label.start, label.end) for label in labels]
        yield Block(start, one.end, type_, names, body, header_end, places)


def _objects(value: Expression, what: str, problems: list[SyntaxProblem]) -> Iterator[Object]:
    """The object, or those in the array; null is none."""
    for one in value.items if isinstance(value, Tuple) else [value]:
        if isinstance(one, Object):
            yield one
        elif not (isinstance(one, Literal) and one.value is None):
            problems.append(SyntaxProblem(one.start, one.end, f"expected an object, {what}"))


def _name(key: Expression) -> str | None:
    return str(key.value) if isinstance(key, Literal) else None
