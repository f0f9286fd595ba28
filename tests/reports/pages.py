"""Reports opened in a real browser."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from walint.findings.result import Result
from walint.reports import write
from walint.reports.context import ReportContext

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
AXE = "axe.run().then(found => found.violations.map(one => `${one.id} ${one.nodes[0].html}`))"


class Page:
    """A page opened from a file, with everything that it asked for and said."""

    def __init__(self, browser: Any, file: Path, scheme: str = "light", fragment: str = "") -> None:
        self.tab = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
        self.said: list[str] = []
        self.requests: list[str] = []
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.goto(file.as_uri() + fragment)

    def heads(self) -> list[str]:
        """The messages of the records that are listed."""
        texts: list[str] = self.tab.locator(".record .what b").all_text_contents()
        return texts

    def open(self, position: int = 0) -> Any:
        """The drawer with the finding of a row."""
        self.tab.locator(".head").nth(position).click()
        return self.tab.locator("#drawer")

    def violations(self) -> list[str]:
        """What axe-core finds inaccessible on the page as it is now."""
        script = axe()
        assert script is not None
        self.tab.evaluate(script.read_text(encoding="utf-8"))
        found: list[str] = self.tab.evaluate(AXE)
        return found


def opened(browser: Any, result: Result, context: ReportContext, scheme: str = "light") -> Page:
    """The HTML report of a result."""
    file = context.root / "report.html"
    write("html", result, context, file)
    return Page(browser, file, scheme)


def axe() -> Path | None:
    """axe-core, named by AXE_CORE or installed by npm in the working tree."""
    installed = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
    named = Path(os.environ["AXE_CORE"]) if "AXE_CORE" in os.environ else installed
    return named if named.is_file() else None
