"""Values that are not wholly known, filed by the end of their text, so that only those that may be equal are compared.

Two texts can be equal only if their literal ends agree. Without this, every unresolved dimension of every alarm would
be compared with the name of every function.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from walint.language.nameforms import spellings
from walint.language.naming import Naming
from walint.language.pieces import pieces_of
from walint.language.scope import Context, Pieces
from walint.model.resource import Resource
from walint.model.value import Alternatives, Reference, Value

Entry = TypeVar("Entry")
_LENGTH = 3
"""How many characters of an end are looked at."""
MOST_OPEN = 200
"""How many entries that are not wholly known are looked at one by one; past it, the population counts as open."""


class Ends(Generic[Entry]):
    """Entries by the last characters of a value; those whose end is not literal are filed under None."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._by_end: dict[str | None, list[Entry]] = {}

    def add(self, value: Value | None, entry: Entry) -> None:
        """Files an entry under every end that its value may have; without a value it may end in any way."""
        self.entries.append(entry)
        for end in dict.fromkeys(_ends(value)) if value is not None else (None,):
            self._by_end.setdefault(end, []).append(entry)

    def like(self, resource: Resource, naming: Naming, context: Context) -> Sequence[Sequence[Entry]]:
        """The entries whose value may name the resource, by its end: shelves of them, for they may be very many."""
        if naming.mentions or not self.entries:
            return (self.entries,)
        wanted: dict[str | None, None] = {None: None}
        for pieces in spellings(resource, naming, context):
            if isinstance(pieces[-1], Reference):
                continue  # no literal end equals that of a name that AWS makes up
            end = _end(pieces)
            if end is None:
                return (self.entries,)
            wanted[end] = None
        return [self._by_end.get(end, ()) for end in wanted]


def few(shelves: Iterable[Sequence[Entry]]) -> tuple[list[Entry], int]:
    """The entries of all shelves, or none of them and their number where they are too many to be looked at.

    None of them surely is related: those that are can be found by their keys. So nothing is lost but time.
    """
    shelves = list(shelves)
    count = sum(map(len, shelves))
    if count > MOST_OPEN:
        return [], count
    return [entry for shelf in shelves for entry in shelf], 0


def _ends(value: Value) -> Iterator[str | None]:
    if isinstance(value, Alternatives):
        for choice in value.choices:
            yield from _ends(choice.value)
        return
    pieces = pieces_of(value)
    if pieces is not None:
        yield _end(pieces)


def _end(pieces: Pieces) -> str | None:
    """The last characters of a text. An ARN may end in a qualifier, a URL in what is not the name: any end."""
    first, last = pieces[0], pieces[-1]
    if isinstance(first, str) and first.startswith(("arn:", "https://")):
        return None
    return last[-_LENGTH:] if isinstance(last, str) and len(last) >= _LENGTH else None
