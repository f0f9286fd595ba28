"""The hash by which GitHub code scanning recognises a line again: `primaryLocationLineHash`.

The algorithm is the one published with GitHub's uploader (github/codeql-action, src/fingerprints.ts): the next 100
characters from the beginning of a line, white space left out, as a polynomial in 37 modulo 2**64; the n-th line of a
file with the same hash gets the suffix `:n`. The uploader computes it too and warns when a report disagrees.
"""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import accumulate

_WINDOW = 100
_BASE = 37
_MASK = 2**64 - 1
_LEAVING = pow(_BASE, _WINDOW, 2**64)
_END_OF_FILE = 65535
_SPACE, _TAB, _LF, _CR = 32, 9, 10, 13


def line_hashes(text: str) -> list[str]:
    """The hash of every line of a file, from the first, as GitHub writes it: "271789c17abda88f:1".

    The text is that of the whole file with its line breaks (and its byte-order mark, which counts as a character).
    """
    kept, starts = _kept(text)
    prefixes = list(accumulate([*kept, *[0] * _WINDOW], lambda value, code: (value * _BASE + code) & _MASK, initial=0))
    seen: Counter[str] = Counter()
    hashes = []
    for start in starts:
        value = f"{(prefixes[start + _WINDOW] - prefixes[start] * _LEAVING) & _MASK:x}"
        seen[value] += 1
        hashes.append(f"{value}:{seen[value]}")
    return hashes


def _kept(text: str) -> tuple[list[int], list[int]]:
    """The UTF-16 code units that count, line breaks all written as LF, the end marked; and where the lines begin."""
    kept: list[int] = []
    starts = []
    at_start, after_cr = True, False
    units = array("H", text.encode("utf-16-le", errors="replace"))
    if units.itemsize != 2 or array("H", b"\1\0")[0] != 1:  # noqa: PLR2004
        units.byteswap()
    units.append(_END_OF_FILE)
    for unit in units:
        if unit in (_SPACE, _TAB) or (after_cr and unit == _LF):
            after_cr = False
            continue
        after_cr = unit == _CR
        code = _LF if after_cr else unit
        if at_start:
            starts.append(len(kept))
        at_start = code == _LF
        kept.append(code)
    return kept, starts
