"""The HTML report: one self-contained page for managers and engineers, from the templates in reports/templates.

The page loads nothing: its style and script are part of it, and its content security policy allows exactly these two by
their hashes. Everything that comes from an input reaches the page escaped by jinja2 or as text set by the script.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from walint.installation import data_directory
from walint.reports.html.columns import packed
from walint.reports.html.data import data_of
from walint.reports.html.page import page_of

if TYPE_CHECKING:
    from walint.findings.result import Result
    from walint.reports.context import ReportContext

_SCRIPTS = ("data.js", "filter.js", "list.js", "drawer.js", "export.js", "print.js", "start.js")
"""The parts of the page's script, in the order in which they need each other."""


def render(result: Result, context: ReportContext) -> str:
    """The page. The same result and the same inputs give the same bytes."""
    style, script = _asset("style.css"), _script()
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    form, data = packed(data_of(result, context))
    template = _environment().get_template("report.html.j2")
    text = template.render(
        page=page_of(result, context),
        policy=policy,
        style=Markup(style),  # noqa: S704 - walint's own file
        script=Markup(script),  # noqa: S704 - walint's own file
        form=form,
        data=Markup(data),  # noqa: S704 - every character that could leave the block is escaped or packed
    )
    return text + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(data_directory("reports/templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _asset(name: str) -> str:
    return (data_directory("reports/templates") / name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    """The parts as one script, whose names nothing outside sees."""
    parts = "\n".join(_asset(name) for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();'


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"sha256-{digest}"
