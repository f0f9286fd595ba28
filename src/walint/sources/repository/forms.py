"""GitHub's issue forms as documents: their labels are the headings."""

from __future__ import annotations

from walint.sources.repository.outline import Heading, Outline
from walint.sources.repository.trees import Tree


def outline_of_form(tree: Tree) -> Outline:
    """The outline of an issue form."""
    outline = Outline()
    name = tree.get("name")
    if name is not None and name.text:
        outline.open(Heading(name.text, 1, name.place.start_line))
    body = tree.get("body")
    for field in body.items if body is not None else ():
        label = field.get("attributes", "label")
        if label is not None and label.text:
            outline.open(Heading(label.text, 2, label.place.start_line))
    return outline
