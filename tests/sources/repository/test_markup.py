"""Documents become outlines, whatever markup they are written in."""

from __future__ import annotations

import pytest

from walint.sources.repository.markup import outline_of
from walint.sources.repository.outline import Outline

MARKDOWN = """\
---
title: Errors
owner: commerce
tags:
  - runbook
---
# Errors of orders #

**Last reviewed:** 2026-10-05. Severity: P1.

## Steps
1. Look.
2. Roll back.

```sh
# not a heading
sam deploy
```

| Key | Value |
|---|---|
| Version | 1.2 |

Set below
---------
<!-- ## hidden
# hidden too
-->
text <!-- ## also hidden -->
"""

ASCIIDOC = """\
= Errors of orders
:owner: commerce

*Last reviewed*: 2026-10-05

== Steps
. Look.
. Roll back.

----
= not a heading
----

|===
| Version | 1.2
|===
"""

RESTRUCTURED = """\
================
Errors of orders
================

:owner: commerce
:Last reviewed: 2026-10-05

Steps
-----

1. Look.
2. Roll back.

.. code-block:: sh

   = not a heading
   ===============

Deeper
~~~~~~
"""


def headings(outline: Outline) -> list[tuple[str, int, int]]:
    return [(one.text, one.level, one.line) for one in outline.headings]


def test_markdown() -> None:
    outline = outline_of(MARKDOWN, "a.md")
    assert headings(outline) == [("Errors of orders", 1, 7), ("Steps", 2, 11), ("Set below", 2, 24)]
    assert outline.title is not None
    assert outline.title.text == "Errors"
    assert {name: value for name, (value, _) in outline.fields.items()} == {
        "title": "Errors",
        "owner": "commerce",
        "tags": "runbook",
        "last reviewed": "2026-10-05",
        "severity": "P1",
        "key": "Value",
        "version": "1.2",
        "value": "1.2",
    }
    assert [(part.items, part.code) for part in outline.sections] == [(0, 0), (0, 0), (2, 1), (0, 0)]


@pytest.mark.parametrize(("text", "name"), [(ASCIIDOC, "a.adoc"), (RESTRUCTURED, "a.rst")])
def test_other_markup(text: str, name: str) -> None:
    outline = outline_of(text, name)
    assert headings(outline)[:2] == [
        ("Errors of orders", 1, 1 if name == "a.adoc" else 2),
        ("Steps", 2, 6 if name == "a.adoc" else 8),
    ]
    assert outline.fields["owner"][0] == "commerce"
    assert outline.fields["last reviewed"][0] == "2026-10-05"
    assert sum(part.items for part in outline.sections) == 2
    assert sum(part.code for part in outline.sections) == 1


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("- **Impact:**", "Impact"),
        ("- **Impact**: few orders", "Impact"),
        ("**Root cause:** a full disk", "Root cause"),
        ("* Alert: the queue grows", "Alert"),
        ("3. Timeline:", "Timeline"),
        ("- [ ] Follow-up: mend it", "Follow-up"),
        ("Action items:", "Action items"),
        ("Look at the log: it says why", None),
        ("- 12:30 the alarm is on", None),
        ("# Impact: none", None),
    ],
)
def test_a_name_at_the_beginning_of_a_line_is_a_label(line: str, label: str | None) -> None:
    assert [name for name, _ in outline_of(f"text\n\n{line}\n", "a.md").labels] == ([label] if label else [])


def test_markdown_that_a_site_generator_fills_in_is_markdown() -> None:
    outline = outline_of("---\ntitle: Errors\nowner_slack: '#orders'\n---\n# <%= title %>\n## Steps\n", "a.html.md.erb")
    assert outline.title is not None
    assert (outline.title.text, outline.fields["owner slack"][0]) == ("Errors", "#orders")
    assert headings(outline)[-1] == ("Steps", 2, 6)


@pytest.mark.parametrize("name", ["a.md", "a.adoc", "a.rst"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "---\nowner: x",
        "\0\ufeff",
        "#" * 5000,
        "|" * 5000,
        "*" * 5000 + ":",
        "```\nnever closed",
        "= \n" * 500,
    ],
)
def test_whatever_a_file_holds_is_an_outline(text: str, name: str) -> None:
    assert isinstance(outline_of(text, name), Outline)
