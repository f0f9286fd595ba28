"""Builds the documentation site: the documents of the repository, and a page for each rule.

    python tools/build_docs.py                      into build/docs
    python tools/build_docs.py --out FOLDER
    python tools/build_docs.py --source-url URL     where the repository can be read: links to files that are no pages
    python tools/build_docs.py --rule ID            only the pages of these rules (repeatable), while one is written

The site needs no server and no network, neither to build nor to read. A warning of Sphinx fails the build.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import build_standards
from docs_pages import generated_pages

from walint.language.catalogue import load_rules

ROOT = Path(__file__).resolve().parent.parent
GUIDE = [
    "usage", "audit", "repositories", "configuration", "reports", "json-report", "github", "cfn-lint", "exit-codes",
    "writing-rules", "glossary",
]  # fmt: skip
"""Pages of docs/ in the order of the menu; others follow them."""
_FENCE = re.compile(r"^( *)(```+).*?^\1\2$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds the site; returns the exit status of Sphinx."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "docs", help="where the site goes")
    parser.add_argument("--source-url", default="", metavar="URL", help="where the repository can be read")
    parser.add_argument("--rule", action="append", default=[], metavar="ID", help="only the pages of these rules")
    options = parser.parse_args(arguments)
    out: Path = options.out.resolve()
    pages, site = out / "pages", out / "site"
    for folder in (pages, site):
        shutil.rmtree(folder, ignore_errors=True)
    write_pages(pages, options.source_url.rstrip("/"), options.rule)
    # No doctrees and no environment are left in the site, and nothing of an earlier build is trusted.
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-E", "-b", "html"]
    done = subprocess.run([*command, "-d", str(out / "doctrees"), str(pages), str(site)], check=False)
    if done.returncode == 0:
        print(f"wrote {os.path.relpath(site / 'index.html')}")
    return done.returncode


def write_pages(folder: Path, source_url: str = "", only: Collection[str] = ()) -> None:
    """Writes the sources of the site: Markdown for Sphinx."""
    catalogue = load_rules()
    if only:
        catalogue.rules = {name: rule for name, rule in catalogue.rules.items() if name in only}
    documents = {"README.md": "index.md", **{name: name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")}}
    documents |= {path: path for path in sorted(str(file.relative_to(ROOT)) for file in ROOT.glob("docs/**/*.md"))}
    pages = generated_pages(catalogue)
    known = {**documents, **{rule.path: f"rules/{rule.id}.md" for rule in catalogue.rules.values()}}
    for path, page in documents.items():
        text = build_standards.built() if path == "docs/standards.md" else (ROOT / path).read_text(encoding="utf-8")
        pages[page] = with_links(
            text, lambda target, path=path: _target(target, path, known, source_url), catalogue.rules
        )
    pages["index.md"] += _contents([path for path in documents if path.startswith("docs/")])
    pages["docs/adr/README.md"] += _menu(sorted(f"/{path}" for path in documents if path.startswith("docs/adr/0")))
    for page, text in pages.items():
        file = folder / page
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    shutil.copyfile(Path(__file__).with_name("docs_conf.py"), folder / "conf.py")


def with_links(text: str, target_of: Callable[[str], str | None], rules: Collection[str]) -> str:
    """A document whose links lead to pages of the site, and whose rules (in `code`) are links; blocks of code stay."""
    parts, end = [], 0
    for block in _FENCE.finditer(text):
        parts += [_linked(text[end : block.start()], target_of, rules), block[0]]
        end = block.end()
    return "".join([*parts, _linked(text[end:], target_of, rules)])


def _linked(text: str, target_of: Callable[[str], str | None], rules: Collection[str]) -> str:
    def link(found: re.Match[str]) -> str:
        target = target_of(found[2])
        return found[1] if target is None else f"[{found[1]}]({target})"

    def rule(found: re.Match[str]) -> str:
        return f"[`{found[1]}`](/rules/{found[1]}.md)" if found[1] in rules else found[0]

    return re.sub(r"(?<!\[)`([a-z][a-z0-9-]+)`(?!\])", rule, _LINK.sub(link, text))


def _target(target: str, document: str, known: dict[str, str], source_url: str) -> str | None:
    """Where a link of a document leads in the site; None where nothing can be linked to."""
    path, _, anchor = target.partition("#")
    if ":" in path or not path:
        return target
    full = os.path.normpath(os.path.join(os.path.dirname(document), path))  # noqa: PTH118, PTH120 - a path of the site
    if full in known:
        return f"/{known[full]}{f'#{anchor}' if anchor else ''}"
    return f"{source_url}/{full}" if source_url else None


def _contents(documents: Sequence[str]) -> str:
    """The menu, at the end of the first page, where Sphinx wants it."""
    guide = [f"docs/{name}.md" for name in GUIDE if f"docs/{name}.md" in documents]
    guide += [path for path in documents if path.count("/") == 1 and path not in {*guide, "docs/standards.md"}]
    project = ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/adr/README.md"]
    return (
        _menu(guide, "Guide")
        + _menu(["rules/index", "well-architected", "docs/standards.md"], "Rules")
        + _menu(project, "Project")
    )


def _menu(pages: Sequence[str], caption: str = "") -> str:
    lines = ["", "```{toctree}", ":hidden:", *([f":caption: {caption}"] if caption else []), "", *pages, "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
