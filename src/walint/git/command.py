"""Runs git: few processes, no shell, nothing that a repository's own settings could make it execute or fetch.

Only plumbing commands are run that read objects and the index. No filter, hook, pager, external diff or file-system
monitor takes part in those; what a partial clone lacks is an error, not a download.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Timer
from typing import IO

from walint.errors import WalintError

_SECONDS = 300.0
"""No question of ours takes git that long; one that does has hung."""
_MOST_BYTES = 1 << 28
"""Of an answer held in memory: a list of some two million files."""
_ALWAYS = (
    "--no-pager",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "protocol.allow=never"),
)
_QUIET = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}
_OF_ONE_REPOSITORY = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)
"""What a hook finds in its environment: it speaks of the repository that is committed to, not of its submodules."""


class GitError(WalintError):
    """Git cannot answer: it is missing, this is no repository, or it does not know the commit."""


class Git:
    """Git in one work tree."""

    def __init__(self, root: Path, *, submodule: bool = False) -> None:
        """`root` is the top of the work tree; that of a submodule does not share a hook's environment."""
        self.root = root
        gone = _OF_ONE_REPOSITORY if submodule else ()
        self._environment = {name: value for name, value in os.environ.items() if name not in gone} | _QUIET

    def run(self, *arguments: str, most: int = _MOST_BYTES) -> bytes:
        """What git prints, at most so many bytes. Raises `GitError`."""
        with _scratch() as complaints, self._started(arguments, subprocess.DEVNULL, complaints) as process:
            assert process.stdout is not None  # noqa: S101 - asked for a pipe
            answer = bytearray()
            while chunk := process.stdout.read(1 << 16):
                answer += chunk
                if len(answer) > most:
                    raise GitError(f"git {arguments[0]} says more than {most:,} bytes")
            status = process.wait()
            if status:
                raise _failed(arguments, status, complaints)
        return bytes(answer)

    def try_run(self, *arguments: str) -> bytes | None:
        """What git prints, None when it cannot answer."""
        try:
            return self.run(*arguments)
        except GitError:
            return None

    def blobs(self, ids: Sequence[str], most: int) -> Iterator[tuple[str, bytes | None]]:
        """The contents of blobs, each with its id, in the order asked for; None for one of more than `most` bytes.

        Raises `GitError` for one that is not there: a tree with holes in it would be judged wrongly.
        """
        arguments = ("cat-file", "--batch", "--buffer")
        with _scratch() as questions, _scratch() as complaints:
            questions.write("".join(f"{one}\n" for one in ids).encode())
            questions.seek(0)
            with self._started(arguments, questions, complaints) as process:
                assert process.stdout is not None  # noqa: S101 - asked for a pipe
                for asked in ids:
                    yield asked, _blob(process.stdout, asked, most)

    def _started(self, arguments: Sequence[str], questions: IO[bytes] | int, complaints: IO[bytes]) -> _Watched:
        command = ["git", *_ALWAYS, *arguments]
        try:
            process = subprocess.Popen(  # noqa: S603 - a list, no shell; every argument is ours or has been checked
                command,
                cwd=self.root,
                env=self._environment,
                stdin=questions,
                stdout=subprocess.PIPE,
                stderr=complaints,
            )
        except FileNotFoundError:
            raise GitError("git is not installed, or not on the PATH", help="install git") from None
        except OSError as error:
            raise GitError(f"git cannot be started: {error.strerror}") from error
        return _Watched(process)


class _Watched:
    """A process that is ended when it takes too long, or when nobody listens to it any more."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._timer = Timer(_SECONDS, process.kill)

    def __enter__(self) -> subprocess.Popen[bytes]:
        self._timer.daemon = True
        self._timer.start()
        return self._process

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


def environment_value(environment: Mapping[str, str], name: str) -> str:
    """A commit that a hook's environment names, "" for none: unset, empty, or all zeros (a branch that is new)."""
    value = environment.get(name, "").strip()
    return "" if not value.strip("0") else value


def _scratch() -> IO[bytes]:
    """A nameless file, for what a pipe might be too small for: in memory where the system has such files."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("walint"), "w+b")
    from tempfile import TemporaryFile  # costs more than asking git

    return TemporaryFile()


def _blob(stream: IO[bytes], asked: str, most: int) -> bytes | None:
    """The next object of `cat-file --batch`: a line "ID TYPE SIZE", the content, a line break."""
    header = stream.readline(1 << 12).split()
    try:
        size = int(header[2])
    except (IndexError, ValueError):
        raise GitError(
            f"the object {asked} is not in this repository",
            help="a partial clone lacks what was never looked at: fetch without --filter",
        ) from None
    if size > most:
        _skip(stream, size + 1)
        return None
    content = stream.read(size)
    if len(content) != size or stream.read(1) != b"\n":
        raise GitError("git stopped in the middle of a file")
    return content


def _skip(stream: IO[bytes], count: int) -> None:
    while count > 0:
        read = len(stream.read(min(count, 1 << 20)))
        if not read:
            raise GitError("git stopped in the middle of a file")
        count -= read


def _failed(arguments: Sequence[str], status: int, complaints: IO[bytes]) -> GitError:
    complaints.seek(0)
    said = complaints.read(1 << 12).decode("utf-8", "replace").strip().splitlines()
    message = said[0].removeprefix("fatal: ") if said else f"it ended with status {status}"
    return GitError(f"git {arguments[0]}: {message}", help=" ".join(line.strip() for line in said[1:]) or None)
