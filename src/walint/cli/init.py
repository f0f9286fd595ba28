"""`walint init`: writes a config, a pre-commit hook and a CI workflow. Shows what it writes; overwrites nothing."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from walint import __version__
from walint.cli.init_texts import CONFIG, HOOK, HOOK_FILE, SCHEMA_FILE, workflow
from walint.cli.parsing import Parser, UsageError
from walint.cli.schema import schema_text
from walint.cli.terminal import say, wants_color
from walint.config import find
from walint.errors import WalintError
from walint.git.place import git_root
from walint.records import dataclass
from walint.reports.terminal import Paint, neutral

_MOST_FILES = 20_000
_MOST_BYTES = 1 << 16
_SKIPPED = {"node_modules", "vendor", "venv", "site-packages", "__pycache__"}
_RESOURCES = re.compile(rb"""^["']?Resources["']?[ \t]*:""", re.MULTILINE)
_PUBLIC = re.compile(r"https://[\w./-]+")
"""An address without a name and password in it."""
_SUFFIXES = (".yaml", ".yml", ".json", ".template")


class InitError(WalintError):
    """A file cannot be written."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A file to write, or, where it exists already, what a person should add to it."""

    path: Path
    text: str
    write: bool
    advice: str = ""


def parser() -> Parser:
    """The command's options."""
    about = "Writes walint.toml, a pre-commit hook and a CI workflow where there are none. Overwrites nothing."
    made = Parser("init", about, "[FOLDER]")
    made.add_argument("--dry-run", action="store_true", help="show what would be written, write nothing")
    made.add_argument("--color", default="auto", metavar="WHEN", help="auto, always or never")
    return made


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status."""
    options, operands = parser().parse(arguments, most=1)
    folder = Path(os.path.realpath(operands[0] if operands else "."))
    if not folder.is_dir():
        raise UsageError(f"no such folder: {folder}")
    root = git_root(folder) or folder
    paint = Paint(color=wants_color(options.color, sys.stdout))
    kinds = detect(root)
    say(f"found: {', '.join(kinds) or 'no infrastructure code yet'}\n")
    for proposal in _proposals(root, kinds):
        _carry_out(proposal, root, paint, dry_run=options.dry_run)
    say("\nhelp: `pre-commit install` makes git run the hook\n")
    say("help: `walint baseline update` accepts what is found today, and from then on only new findings count\n")
    return 0


def detect(root: Path) -> list[str]:
    """The kinds of infrastructure code below a folder: "SAM", "CloudFormation", "CDK", "Terraform"."""
    found: set[str] = set()
    for path in _files(root):
        if path.name == "cdk.json":
            found.add("CDK")
        elif path.suffix in {".tf", ".tofu"}:
            found.add("Terraform")
        elif path.suffix in _SUFFIXES:
            head = _head(path)
            if b"AWS::" in head and _has_resources(head):
                found.add("SAM" if b"AWS::Serverless" in head else "CloudFormation")
    return sorted(found)


def _files(root: Path) -> Iterator[Path]:
    seen = 0
    for base, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith((".", "cdk.out")))
        for name in sorted(names):
            seen += 1
            if seen > _MOST_FILES:
                return
            path = Path(base) / name
            if path.is_file() and not path.is_symlink():
                yield path


def _has_resources(head: bytes) -> bool:
    return b'"Resources"' in head if head.lstrip().startswith(b"{") else _RESOURCES.search(head) is not None


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return b""


def _proposals(root: Path, kinds: Sequence[str]) -> Iterator[Proposal]:
    config = find(root, root)
    if config is None:
        yield Proposal(root / "walint.toml", CONFIG, write=True)
    else:
        yield Proposal(config, "", write=False, advice="is left as it is")
    wanted = requirement()
    hook = HOOK.format(requirement=wanted)
    yield _unless_there(root / ".pre-commit-config.yaml", HOOK_FILE + hook, "add this to its list of repos:", hook)
    text = workflow(wanted, cdk="CDK" in kinds)
    yield _unless_there(root / ".github" / "workflows" / "walint.yml", text, "is left as it is", "")
    if config is None:
        # For editors, which complete and check the config by it; on one line, for nobody reads it.
        schema = json.dumps(json.loads(schema_text("config")), separators=(",", ":")) + "\n"
        yield _unless_there(root / SCHEMA_FILE, schema, "is left as it is", "")


def requirement() -> str:
    """What makes pip install this very walint: the commit that it was installed from, else its version."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        origin = json.loads(distribution("walint").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        origin = {}
    # https://packaging.python.org/en/latest/specifications/direct-url/
    commit = origin.get("vcs_info", {}).get("commit_id")
    url = str(origin.get("url", ""))
    if commit and _PUBLIC.fullmatch(url):
        return f"walint @ git+{url}@{commit}"
    return f"walint=={__version__}"


def _unless_there(path: Path, text: str, advice: str, addition: str) -> Proposal:
    if not os.path.lexists(path):
        return Proposal(path, text, write=True)
    if b"walint" in _head(path):
        return Proposal(path, "", write=False, advice="is left as it is")
    return Proposal(path, addition, write=False, advice=advice)


def _carry_out(proposal: Proposal, root: Path, paint: Paint, *, dry_run: bool) -> None:
    name = neutral(proposal.path.relative_to(root).as_posix())
    if not proposal.write:
        say(f"\n{paint('strong', name)} exists: {proposal.advice}\n")
        say("".join(f"{line}\n" for line in proposal.text.splitlines()))
        return
    lines = proposal.text.splitlines()
    head = [f"diff --git a/{name} b/{name}", "new file mode 100644", "--- /dev/null", f"+++ b/{name}"]
    say("".join(f"{paint('strong', line)}\n" for line in ["", *head, f"@@ -0,0 +1,{len(lines)} @@"]))
    say("".join(f"{paint('pass', f'+{line}')}\n" for line in lines))
    if not dry_run:
        _create(proposal.path, proposal.text, root)


def _create(path: Path, text: str, root: Path) -> None:
    """Writes a new file; one that appeared meanwhile is not touched, and a link does not lead out of the root."""
    if not Path(os.path.realpath(path)).is_relative_to(root):
        raise InitError("lies behind a link that leaves the repository", where=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise InitError(f"cannot be written: {error.strerror}", where=str(path)) from error
