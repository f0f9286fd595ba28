"""Functions on paths and files. What may be read is for `scope.files` to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.model.value import Unknown
from walint.sources.terraform.functions.encoding import base64_text
from walint.sources.terraform.functions.hashes import digest
from walint.sources.terraform.scope import Scope
from walint.sources.terraform.sets import set_of_values
from walint.sources.terraform.unknowns import pending
from walint.sources.terraform.values import EvaluationError, TerraformValue

_NO_FILES: Final = "no files are read here"


def _cleaned(path: str) -> str:
    """A path without what leads nowhere: `.`, `..` after a folder, doubled slashes (Go's `path/filepath`)."""
    rooted = path.startswith("/")
    kept: list[str] = []
    for part in path.split("/"):
        if part in {"", "."}:
            continue
        if part == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif part != ".." or not rooted:
            kept.append(part)
    return ("/" if rooted else "") + "/".join(kept) or "."


def _basename(path: str) -> str:
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def _dirname(path: str) -> str:
    return _cleaned(path[: path.rfind("/") + 1])


def _pathexpand(path: str) -> TerraformValue:
    if path.startswith("~"):
        return Unknown("the home folder of whoever runs terraform is not known", surely_set=True)
    return path


def _abspath(path: TerraformValue) -> TerraformValue:
    if isinstance(path, str) and path.startswith("/"):
        return _cleaned(path)
    return Unknown("the folder in which terraform runs is not known", surely_set=True)


def contents(scope: Scope, path: str) -> bytes | Unknown:
    """What is in a file, or why it is not read. Raises `EvaluationError` where there is none."""
    if scope.files is None:
        return Unknown(_NO_FILES, surely_set=True)
    data = scope.files.read(path)
    return data.encode("utf-8") if isinstance(data, str) else data


def text(scope: Scope, path: str) -> str | Unknown:
    """The text in a file."""
    data = contents(scope, path)
    if isinstance(data, Unknown):
        return data
    scope.budget.text(len(data))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise EvaluationError(f"the file {path} is not valid UTF-8") from None


def _base64(scope: Scope, path: str) -> TerraformValue:
    data = contents(scope, path)
    return data if isinstance(data, Unknown) else base64_text(data)


def _hash(name: str, show: Callable[[bytes], str]) -> Callable[[Scope, str], TerraformValue]:
    def run(scope: Scope, path: str) -> TerraformValue:
        data = contents(scope, path)
        return data if isinstance(data, Unknown) else show(digest(name, data))

    return run


def _exists(scope: Scope, path: str) -> TerraformValue:
    return Unknown(_NO_FILES, surely_set=True) if scope.files is None else scope.files.exists(path)


def _fileset(scope: Scope, path: str, pattern: str) -> TerraformValue:
    if scope.files is None:
        return pending(None, Unknown(_NO_FILES))
    found = scope.files.matching(path, pattern)
    return found if isinstance(found, Unknown) else set_of_values(found)


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "abspath": _abspath,
    "basename": _basename,
    "dirname": _dirname,
    "pathexpand": _pathexpand,
    "file": text,
    "fileexists": _exists,
    "fileset": _fileset,
    "filebase64": _base64,
    "filemd5": _hash("md5", bytes.hex),
    "filesha1": _hash("sha1", bytes.hex),
    "filesha256": _hash("sha256", bytes.hex),
    "filesha512": _hash("sha512", bytes.hex),
    "filebase64sha256": _hash("sha256", base64_text),
    "filebase64sha512": _hash("sha512", base64_text),
}
