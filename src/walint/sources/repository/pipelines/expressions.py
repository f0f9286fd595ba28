"""Expressions of GitHub Actions: the words that one may come to, where they are written in it."""

from __future__ import annotations

from walint.patterns import lazy

_EXPRESSION = lazy(r"\$\{\{(.*?)\}\}", 16)
_RESULT = lazy(r"(?:&&|\|\|)\s*(?:format\(\s*)?'([^']*)'")
_LONGEST = 2000
"""What of a text is looked at: a name or a command tells where it goes at its beginning."""
_MARKS = lazy(r"[\[\]\",{}]+")


def possible_words(text: str) -> str:
    """A text with each expression replaced by what it may come to, "" where that is not written in it.

    `${{ github.ref == 'refs/heads/main' && 'production' || 'dev' }}` may come to production or to dev.
    """
    text = text[:_LONGEST]
    if "${{" not in text:
        return text
    return " ".join(_EXPRESSION.sub(_results, text).split())


def _results(found: object) -> str:
    return " ".join(_MARKS.sub(" ", word) for word in _RESULT.findall(found.group(1)))  # type: ignore[attr-defined]
