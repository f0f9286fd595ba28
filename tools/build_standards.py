"""Writes docs/standards.md: what the written standards demand, and the rules that check it.

    python tools/build_standards.py           write the page
    python tools/build_standards.py --check   say whether it is what the data give; exit status 1 if not

The statements are src/walint/catalog/data/standards.yaml. A rule that is named there and not written yet has no link.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from walint.catalog.standards import Statement, standards, statements
from walint.language.catalogue import load_rules

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "standards.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes or checks the page; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed page, write nothing")
    options = parser.parse_args(arguments)
    text = built()
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    if options.check:
        print("docs/standards.md is not up to date; run python tools/build_standards.py", file=sys.stderr)
        return 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote {PAGE}")
    return 0


def built() -> str:
    """The text of the page."""
    paths = {rule.id: f"../{rule.path}" for rule in load_rules().rules.values()}
    return "\n".join(_page(paths)) + "\n"


def _page(paths: Mapping[str, str]) -> Iterator[str]:
    everything = statements()
    checked = [one for one in everything if one.rules]
    partly = sum(bool(one.partly) for one in checked)
    yield "# Standards"
    yield ""
    yield "What five written operations standards demand, in our own words, and the rules that check it. Of"
    yield f"{len(everything)} statements {len(checked)} are checked, {partly} of these in part; for the others"
    yield "the table says why not."
    yield ""
    yield "This page is made by `python tools/build_standards.py` from `src/walint/catalog/data/standards.yaml`."
    for standard in standards():
        yield ""
        yield f"## {standard.id}: {standard.title}"
        yield ""
        yield f"{standard.about}."
        yield ""
        yield "| | Statement | Rules |"
        yield "|---|---|---|"
        for one in everything:
            if one.standard == standard.id:
                yield f"| {one.id} | {one.text} | {_rules(one, paths)} |"


def _rules(statement: Statement, paths: Mapping[str, str]) -> str:
    if statement.unchecked:
        return f"not checked: {_sentence_part(statement.unchecked)}"
    named = [f"[`{rule}`]({paths[rule]})" if rule in paths else f"`{rule}`" for rule in statement.rules]
    rest = f"; in part: {_sentence_part(statement.partly)}" if statement.partly else ""
    return ", ".join(named) + rest


def _sentence_part(text: str) -> str:
    return text[:1].lower() + text[1:]


if __name__ == "__main__":
    raise SystemExit(main())
